//! Settings, health, and the program's end.

use papertray_model::{Settings, job::Health};
use tauri::AppHandle;

use super::{Result, engine};
use crate::window::{self, QuitHow};

#[tauri::command]
#[specta::specta]
pub(crate) async fn health(app: AppHandle) -> Result<Health> {
    Ok(engine(&app).await?.health())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn get_settings(app: AppHandle) -> Result<Settings> {
    engine(&app).await?.settings()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_settings(app: AppHandle, settings: Settings) -> Result<Settings> {
    engine(&app).await?.set_settings(settings).await
}

/// The window shows its first view and can be used.
#[tauri::command]
#[specta::specta]
pub(crate) fn window_ready() {
    tracing::info!("the window can be used");
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn quit(app: AppHandle, how: QuitHow) {
    window::quit_how(&app, how).await;
}
