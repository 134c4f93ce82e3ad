//! The tray icon: idle, working, paused or needs attention, with a menu.

use papertray_engine::Engine;
use papertray_model::{DocumentFilter, DocumentId, DocumentQuery, DocumentStatus, PauseMode};
use tauri::{
    AppHandle, Manager as _,
    image::Image,
    menu::{Menu, MenuBuilder, MenuItemBuilder},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use tauri_plugin_opener::OpenerExt as _;

use crate::{commands, state::AppState, window, words::Words};

const ID: &str = "papertray";
/// The menu names so many results.
const RECENT: u32 = 3;
/// Longer names are cut in the middle.
const NAME_LENGTH: usize = 48;

/// Creates the icon. A system without a tray is fine: closing the window then quits.
pub(crate) fn create(app: &AppHandle) {
    let built = menu(app, Words::of(app), false, &[]).and_then(|menu| {
        TrayIconBuilder::with_id(ID)
            .icon(icon(State::Idle)?)
            .tooltip("Papertray")
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(|app, event| on_menu(app, event.id().as_ref()))
            .on_tray_icon_event(|tray, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    window::show(tray.app_handle());
                }
            })
            .build(app)
    });
    if let Err(e) = built {
        tracing::warn!("no tray icon: {e}");
    }
}

/// Whether the system shows tray icons. On Linux that needs a program that hosts them.
#[cfg(target_os = "linux")]
pub(crate) fn is_shown() -> bool {
    let host = zbus::names::BusName::try_from("org.kde.StatusNotifierWatcher").ok();
    let asked = zbus::blocking::Connection::session()
        .and_then(|bus| zbus::blocking::fdo::DBusProxy::new(&bus).map(|proxy| (bus, proxy)));
    match (asked, host) {
        (Ok((_bus, proxy)), Some(host)) => proxy.name_has_owner(host).unwrap_or(false),
        _ => false,
    }
}

/// Whether the system shows tray icons.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_shown() -> bool {
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Working,
    Paused,
    Attention,
}

fn icon(state: State) -> tauri::Result<Image<'static>> {
    Image::from_bytes(match state {
        State::Idle => include_bytes!("../icons/tray-idle.png"),
        State::Working => include_bytes!("../icons/tray-working.png"),
        State::Paused => include_bytes!("../icons/tray-paused.png"),
        State::Attention => include_bytes!("../icons/tray-attention.png"),
    })
}

/// What the icon and its menu show.
struct Look {
    state: State,
    tooltip: String,
    words: &'static Words,
    paused: bool,
    recent: Vec<(DocumentId, String)>,
}

/// Shows how the queue stands.
pub(crate) fn refresh(app: &AppHandle, engine: &Engine) {
    match look(engine) {
        Ok(look) => {
            let shown = app.clone();
            // Handed to the main thread, not waited for: at the end that thread waits for whoever runs here.
            if let Err(e) = app.run_on_main_thread(move || show(&shown, look)) {
                tracing::warn!("the tray could not be refreshed: {e}");
            }
        }
        Err(e) => tracing::warn!("the tray could not be refreshed: {e}"),
    }
}

fn look(engine: &Engine) -> papertray_engine::Result<Look> {
    let snapshot = engine.snapshot()?;
    let words = Words::by(&snapshot.settings);
    let open = snapshot.counts.working;
    let paused = snapshot.pause.is_some();
    let (state, tooltip) = if paused {
        (State::Paused, (words.paused)(open))
    } else if open > 0 {
        (State::Working, (words.reading)(open))
    } else if snapshot.counts.failed > 0 {
        (State::Attention, (words.attention)(snapshot.counts.failed))
    } else {
        (State::Idle, "Papertray".to_owned())
    };
    let recent = engine.documents(&DocumentQuery {
        filter: DocumentFilter::All,
        status: Some(DocumentStatus::OcrComplete),
        limit: RECENT,
        ..DocumentQuery::default()
    })?;
    let recent = recent
        .rows
        .into_iter()
        .map(|row| (row.document_id, shorten(row.display_name.as_deref().unwrap_or(&row.filename))))
        .collect();
    Ok(Look { state, tooltip, words, paused, recent })
}

/// On the main thread.
fn show(app: &AppHandle, look: Look) {
    let Some(tray) = app.tray_by_id(ID) else { return };
    let shown = icon(look.state)
        .and_then(|icon| tray.set_icon(Some(icon)))
        .and_then(|()| tray.set_tooltip(Some(look.tooltip)))
        .and_then(|()| menu(app, look.words, look.paused, &look.recent))
        .and_then(|menu| tray.set_menu(Some(menu)));
    if let Err(e) = shown {
        tracing::warn!("the tray could not be refreshed: {e}");
    }
}

fn menu(
    app: &AppHandle,
    words: &Words,
    paused: bool,
    recent: &[(DocumentId, String)],
) -> tauri::Result<Menu<tauri::Wry>> {
    let mut menu = MenuBuilder::new(app)
        .text("open", words.open_papertray)
        .text("add", words.add_files_menu)
        .text("folder", words.open_drop_folder)
        .separator()
        .text(
            if paused { "resume" } else { "pause" },
            if paused { words.resume_reading } else { words.pause_reading },
        );
    if !recent.is_empty() {
        menu = menu.separator().item(&MenuItemBuilder::new(words.latest).enabled(false).build(app)?);
        for (id, name) in recent {
            menu = menu.text(format!("document:{id}"), name);
        }
    }
    menu.separator().text("quit", words.quit).build()
}

fn on_menu(app: &AppHandle, id: &str) {
    match id {
        "open" => window::show(app),
        "quit" => window::quit(app),
        "folder" => open_drop_folder(app),
        "add" | "pause" | "resume" => {
            let (app, id) = (app.clone(), id.to_owned());
            tauri::async_runtime::spawn(async move {
                let Some(engine) = app.state::<AppState>().opened() else { return };
                let done = match id.as_str() {
                    "pause" => engine.pause(PauseMode::Drain, None).await,
                    "resume" => engine.resume().await,
                    _ => commands::choose_and_tell(&app).await,
                };
                if let Err(e) = done {
                    tracing::error!("{id} from the tray failed: {e}");
                }
            });
        }
        other => {
            let document = other.strip_prefix("document:").and_then(|id| id.parse().ok());
            window::go_to(app, "review", document);
        }
    }
}

/// Opens the first drop folder in the file manager; without one, the place in the window where one is chosen.
fn open_drop_folder(app: &AppHandle) {
    let folder =
        app.state::<AppState>().opened().and_then(|engine| engine.folders().ok()?.into_iter().next());
    let opened = folder.is_some_and(|view| {
        let opened = app.opener().open_path(&view.folder.path, None::<&str>);
        opened.inspect_err(|e| tracing::warn!("{} could not be opened: {e}", view.folder.path)).is_ok()
    });
    if !opened {
        window::go_to(app, "settings", None);
    }
}

/// Cut in the middle, where file names differ least.
fn shorten(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= NAME_LENGTH {
        return name.to_owned();
    }
    let half = NAME_LENGTH / 2;
    let head: String = letters[..half].iter().collect();
    let tail: String = letters[letters.len() - half..].iter().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_names_are_cut_in_the_middle() {
        let name = format!("Acme{}1043.pdf", "x".repeat(80));
        let short = super::shorten(&name);
        assert!(short.starts_with("Acme") && short.ends_with("1043.pdf") && short.chars().count() == 49);
        assert_eq!(super::shorten("short.pdf"), "short.pdf");
    }
}
