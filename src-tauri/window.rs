//! The window: opening, file drop, a second start, and the rule of closing and quitting.

use std::{sync::atomic::Ordering, time::Duration};

use papertray_model::DocumentId;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{
    App, AppHandle, DragDropEvent, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent, webview::NewWindowResponse,
};
use tauri_specta::Event as _;

use crate::{
    commands,
    events::{Navigate, QuitAsked},
    notify, start,
    state::AppState,
    tray,
};

pub(crate) const MAIN: &str = "main";
/// The pages in hand are waited for so long before Papertray ends all the same.
const PAGE_PATIENCE: Duration = Duration::from_secs(60);

/// Opens the one window.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Papertray")
        .inner_size(1240.0, 780.0)
        .min_inner_size(900.0, 600.0)
        // Whatever a document brings with it: this window shows Papertray's own page, and opens no other.
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        // Without a tray there would be no way to a hidden window.
        .visible(!(start::is_hidden(&std::env::args().collect::<Vec<_>>()) && tray::is_shown()))
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::Focused(focused) => {
            handle.state::<AppState>().in_front.store(*focused, Ordering::Release);
        }
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            let (app, paths) = (handle.clone(), paths.clone());
            tauri::async_runtime::spawn(async move { commands::add_and_tell(&app, paths).await });
        }
        WindowEvent::CloseRequested { api, .. } if stays_in_tray(&handle) => {
            api.prevent_close();
            hide(&handle);
        }
        WindowEvent::CloseRequested { api, .. } if asks_before_quitting(&handle) => api.prevent_close(),
        _ => {}
    });
    Ok(())
}

/// Whether an address is that of the window's own page; on Windows and Android it has the second form.
fn is_own_page(address: &Url) -> bool {
    let own = matches!((address.scheme(), address.host_str()), ("tauri", Some("localhost")))
        || matches!((address.scheme(), address.host_str()), ("http" | "https", Some("tauri.localhost")));
    if !own {
        tracing::warn!("the window was asked to show `{}:`, which it does not", address.scheme());
    }
    own
}

fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// Whether the window is in front of the person. Kept from events: asking the window waits for the main thread.
pub(crate) fn in_front(app: &AppHandle) -> bool {
    app.state::<AppState>().in_front.load(Ordering::Acquire)
}

fn hide(app: &AppHandle) {
    if let Some(window) = main(app) {
        let _ = window.hide();
    }
    notify::told_about_tray(app);
}

/// Quits, after asking where work is going on.
pub(crate) fn quit(app: &AppHandle) {
    if !asks_before_quitting(app) {
        app.exit(0);
    }
}

/// Asks in the window how to end, where work is going on. Asked a second time, the answer is clear: end now.
fn asks_before_quitting(app: &AppHandle) -> bool {
    let state = app.state::<AppState>();
    let Some(status) = state.opened().and_then(|e| e.snapshot().ok()).map(|s| s.status) else { return false };
    if status.processing == 0 || state.quit_was_asked.swap(true, Ordering::AcqRel) {
        return false;
    }
    show(app);
    let asked = QuitAsked { running: status.processing, waiting: status.pending };
    if let Err(e) = asked.emit(app) {
        tracing::warn!("the window could not ask how to end: {e}");
        return false;
    }
    true
}

/// How Papertray ends while work is going on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuitHow {
    /// The pages in hand are read and kept first.
    FinishPage,
    /// Now; the pages in hand are read again at the next start.
    StopNow,
    /// Not at all: it goes on in the tray.
    KeepInTray,
    /// Not at all: the question was closed.
    Stay,
}

pub(crate) async fn quit_how(app: &AppHandle, how: QuitHow) {
    let state = app.state::<AppState>();
    state.quit_was_asked.store(false, Ordering::Release);
    match how {
        QuitHow::Stay => {}
        QuitHow::KeepInTray if tray::is_shown() => hide(app),
        // Without a tray there would be no way back to a hidden window.
        QuitHow::KeepInTray => {
            if let Some(window) = main(app) {
                let _ = window.minimize();
            }
        }
        QuitHow::StopNow => app.exit(0),
        QuitHow::FinishPage => {
            if let Some(engine) = state.opened() {
                let _ = tokio::time::timeout(PAGE_PATIENCE, engine.finish_pages()).await;
            }
            app.exit(0);
        }
    }
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = main(app) {
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Brings the window to the front, at a place in it.
pub(crate) fn go_to(app: &AppHandle, view: &str, document_id: Option<DocumentId>) {
    show(app);
    if let Err(e) = (Navigate { view: view.to_owned(), document_id }).emit(app) {
        tracing::warn!("the window could not be told where to go: {e}");
    }
}

/// Whether closing the window keeps Papertray at work: only where the person wants it and there is a tray to come
/// back from.
pub(crate) fn stays_in_tray(app: &AppHandle) -> bool {
    // While the library is still being opened, as if nothing was set.
    let settings = app.state::<AppState>().opened().and_then(|e| e.settings().ok()).unwrap_or_default();
    settings.close_to_tray && tray::is_shown()
}

/// Papertray was started again: the running one takes the files and comes to the front.
pub(crate) fn second_start(app: &AppHandle, arguments: Vec<String>, folder: String) {
    let files = start::files(&arguments, &folder);
    if !start::is_hidden(&arguments) {
        show(app);
    }
    if app.state::<AppState>().start_later(arguments, folder) {
        return; // this process is ending: the next one takes the files
    }
    if !files.is_empty() {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { commands::add_and_tell(&app, files).await });
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    /// What `THREATS.md` says of the page, in the two files that decide it.
    #[test]
    fn the_page_runs_nothing_inline_and_may_only_hear_events() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |file: &str| -> serde_json::Value {
            serde_json::from_str(&fs_err::read_to_string(root.join(file)).unwrap()).unwrap()
        };
        for file in ["tauri.conf.json", "tauri.windows.conf.json"] {
            let security = &read(file)["app"]["security"];
            let rules = security["csp"].as_str().unwrap().to_owned();
            assert!(rules.starts_with("default-src 'none';"), "{file}: what is not named is refused");
            for forbidden in ["unsafe", "*", "https:", "blob:"] {
                assert!(!rules.contains(forbidden), "{file}: {forbidden}");
            }
            for rule in ["script-src 'self';", "style-src 'self';", "base-uri 'none';", "form-action 'none';"]
            {
                assert!(rules.contains(rule), "{file}: {rule}");
            }
            assert!(security["assetProtocol"].is_null(), "{file}: the page reads no file by its path");
        }
        assert_eq!(read("tauri.conf.json")["app"]["withGlobalTauri"], false);
        let may = read("src-tauri/capabilities/main.json");
        let wanted = serde_json::json!(["core:event:allow-listen", "core:event:allow-unlisten"]);
        assert_eq!((&may["permissions"], may["remote"].is_null()), (&wanted, true));
        let named = fs_err::read_dir(root.join("src-tauri/capabilities")).unwrap().count();
        assert_eq!(named, 1, "no other file grants anything");
    }

    #[test]
    fn the_window_shows_its_own_page_and_no_other() {
        for own in ["tauri://localhost/", "tauri://localhost/index.html#/inbox", "http://tauri.localhost/"] {
            assert!(is_own_page(&own.parse().unwrap()), "{own}");
        }
        for other in [
            "https://example.org/",
            "http://localhost/",
            "http://tauri.localhost.example.org/",
            "file:///etc/passwd",
            "papertray://localhost/photo/x/1",
            "data:text/html,x",
            "javascript:1",
            "about:blank",
            "ipc://localhost/",
        ] {
            assert!(!is_own_page(&other.parse().unwrap()), "{other}");
        }
    }
}
