//! System notifications: one for each batch that ended while the window was not in front. A click goes to the place.

use papertray_engine::Engine;
use papertray_model::{DocumentId, Settings, document::BatchSummary};
use tauri::{AppHandle, Manager as _};

use crate::{state::AppState, window, words::Words};

/// A batch ended.
pub(crate) fn batch_finished(app: &AppHandle, engine: &Engine, summary: &BatchSummary) {
    let settings = engine.settings().unwrap_or_default();
    if !settings.notify || window::in_front(app) {
        return;
    }
    let words = Words::by(&settings);
    let (title, body) = told(words, summary);
    let document = match (&summary.read[..], &summary.failed[..]) {
        ([one], []) | ([], [one]) => Some(*one),
        _ => None,
    };
    send(app, words, title, body, document);
}

/// The window was closed for the first time: say, once, that Papertray goes on.
pub(crate) fn told_about_tray(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<AppState>().engine(&app).await else { return };
        let Ok(settings) = engine.settings() else { return };
        if settings.told_about_tray {
            return;
        }
        let words = Words::by(&settings);
        if engine.set_settings(Settings { told_about_tray: true, ..settings }).await.is_ok() {
            send(&app, words, words.keeps_working.to_owned(), words.keeps_working_where.to_owned(), None);
        }
    });
}

fn told(words: &Words, summary: &BatchSummary) -> (String, String) {
    let (read, failed) = (summary.read.len(), summary.failed.len());
    let title = match (&summary.only_name, read, failed) {
        (Some(name), 1, 0) => name.clone(),
        (Some(name), ..) => (words.could_not_be_read)(name),
        (None, _, 0) => (words.read)(read),
        (None, 0, _) => (words.not_read)(failed),
        (None, ..) => (words.read_and_not)(read, failed),
    };
    let review = match summary.needs_review {
        0 => String::new(),
        1 if read == 1 => words.values_to_check.to_owned(),
        n => (words.to_check)(n),
    };
    let not_read = if summary.only_name.is_none() && failed > 0 {
        (words.names_not_read)(&summary.failed_names.join(", "), failed > summary.failed_names.len())
    } else {
        String::new()
    };
    let body = format!("{review} {not_read}").trim().to_owned();
    (title, if body.is_empty() { words.ready.to_owned() } else { body })
}

/// Shows a notification and waits for its click on a thread of its own: the handle must live as long.
#[cfg(target_os = "linux")]
fn send(app: &AppHandle, words: &'static Words, title: String, body: String, document: Option<DocumentId>) {
    let app = app.clone();
    let waiting = std::thread::Builder::new().name("notification".to_owned()).spawn(move || {
        let shown = notify_rust::Notification::new()
            .appname("Papertray")
            .icon("papertray")
            .summary(&title)
            .body(&body)
            .action("default", words.open)
            .show();
        match shown {
            Ok(handle) => handle.wait_for_action(|action| {
                if action == "default" {
                    window::go_to(&app, if document.is_some() { "review" } else { "inbox" }, document);
                }
            }),
            Err(e) => tracing::warn!("no notification: {e}"),
        }
    });
    if let Err(e) = waiting {
        tracing::warn!("no notification: {e}");
    }
}

/// Not built yet for this system; the tray and the window tell the same.
#[cfg(not(target_os = "linux"))]
fn send(
    _app: &AppHandle,
    _words: &'static Words,
    title: String,
    _body: String,
    _document: Option<DocumentId>,
) {
    tracing::info!("{title}");
}

#[cfg(test)]
mod tests {
    use papertray_model::Language;

    use super::*;

    fn summary(read: usize, failed: &[&str], needs_review: u32, only: Option<&str>) -> BatchSummary {
        BatchSummary {
            read: (0..read).map(|_| DocumentId::new()).collect(),
            failed: failed.iter().map(|_| DocumentId::new()).collect(),
            needs_review,
            failed_names: failed.iter().take(3).map(ToString::to_string).collect(),
            only_name: only.map(str::to_owned),
        }
    }

    #[test]
    fn a_batch_is_told_in_words() {
        let in_language = |language, s: &BatchSummary| {
            let (title, body) = told(Words::by(&Settings { language, ..Settings::default() }), s);
            format!("{title}: {body}")
        };
        let told = |s: &BatchSummary| in_language(Language::English, s);
        assert_eq!(told(&summary(12, &[], 2, None)), "12 documents read: 2 need review.");
        assert_eq!(told(&summary(1, &[], 0, Some("Acme invoice 7"))), "Acme invoice 7: Ready.");
        assert_eq!(told(&summary(0, &["a.pdf"], 0, Some("a.pdf"))), "a.pdf could not be read: Ready.");
        assert_eq!(
            told(&summary(3, &["a", "b", "c", "d"], 1, None)),
            "3 documents read, 4 not: 1 needs review. Not read: a, b, c and more."
        );
        assert_eq!(
            in_language(Language::German, &summary(3, &["a", "b", "c", "d"], 1, None)),
            "3 Dokumente gelesen, 4 nicht: 1 ist zu prüfen. Nicht gelesen: a, b, c und weitere."
        );
    }
}
