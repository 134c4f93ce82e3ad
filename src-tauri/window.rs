//! The window: opening, file drop, a second start, and the rule of closing and quitting.

use std::path::PathBuf;

use papertray_model::DocumentId;
use tauri::{
    App, AppHandle, DragDropEvent, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_specta::Event as _;

use crate::{commands, events::Navigate, notify, state::AppState, tray};

pub(crate) const MAIN: &str = "main";

/// Opens the one window.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Papertray")
        .inner_size(1240.0, 780.0)
        .min_inner_size(900.0, 600.0)
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            let (app, paths) = (handle.clone(), paths.clone());
            tauri::async_runtime::spawn(async move { commands::add_and_tell(&app, paths).await });
        }
        WindowEvent::CloseRequested { api, .. } if stays_in_tray(&handle) => {
            api.prevent_close();
            if let Some(window) = main(&handle) {
                let _ = window.hide();
            }
            notify::told_about_tray(&handle);
        }
        _ => {}
    });
    Ok(())
}

fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// Whether the window is in front of the person.
pub(crate) fn in_front(app: &AppHandle) -> bool {
    main(app).is_some_and(|w| w.is_visible().unwrap_or(false) && w.is_focused().unwrap_or(false))
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
pub(crate) fn second_start(app: &AppHandle, arguments: &[String], folder: &str) {
    show(app);
    let files: Vec<PathBuf> = arguments.iter().skip(1).map(|file| PathBuf::from(folder).join(file)).collect();
    if !files.is_empty() {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { commands::add_and_tell(&app, files).await });
    }
}
