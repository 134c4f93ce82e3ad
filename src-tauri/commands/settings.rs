//! Settings and health.

use papertray_model::{Settings, job::Health};
use tauri::AppHandle;

use super::{Result, engine};

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
