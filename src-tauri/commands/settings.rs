//! Settings, health, and the program's end.

use papertray_model::{ErrorCode, Settings, Storage, UserError, job::Health, tell::TellTarget};
use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt as _;

use super::{Result, engine, folders::open_path, on_disk};
use crate::{
    tray,
    window::{self, QuitHow},
};

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
    let engine = engine(&app).await?;
    let kept = engine.set_settings(settings).await?;
    tray::refresh(&app, &engine); // it speaks the language that is set
    Ok(kept)
}

/// Where the library lies and what it takes of the disk.
#[tauri::command]
#[specta::specta]
pub(crate) async fn storage(app: AppHandle) -> Result<Storage> {
    engine(&app).await?.storage().await
}

/// Everything in the trash goes for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn empty_trash(app: AppHandle) -> Result<u32> {
    engine(&app).await?.empty_trash().await
}

/// Opens the library's folder in the system's file manager.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_library(app: AppHandle) -> Result<()> {
    let library = engine(&app).await?.snapshot()?.library;
    open_path(&app, &library)
}

/// Whether Papertray starts with the system; nothing where the system offers no such thing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn autostart(app: AppHandle) -> Result<Option<bool>> {
    on_disk(move || {
        Ok(app.autolaunch().is_enabled().inspect_err(|e| tracing::warn!("no autostart: {e}")).ok())
    })
    .await
}

/// Papertray starts with the system, hidden in the tray, or does not; answers which.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_autostart(app: AppHandle, on: bool) -> Result<bool> {
    on_disk(move || switch_autostart(&app, on)).await
}

fn switch_autostart(app: &AppHandle, on: bool) -> Result<bool> {
    let autostart = app.autolaunch();
    // Taking out an entry that is not there is no error to a person.
    let was = autostart.is_enabled().unwrap_or(!on);
    let done = match (was, on) {
        (false, true) => autostart.enable(),
        (true, false) => autostart.disable(),
        _ => Ok(()),
    };
    done.and_then(|()| autostart.is_enabled()).map_err(|e| {
        UserError::new(
            ErrorCode::Io,
            format!("The system did not take the change: {e}."),
            "Set it in the system's own settings.",
        )
    })
}

/// Whether nothing may leave this computer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn offline(app: AppHandle) -> Result<bool> {
    Ok(engine(&app).await?.work_settings()?.providers.offline)
}

/// Nothing may leave this computer, or what a person chose may.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_offline(app: AppHandle, on: bool) -> Result<()> {
    let engine = engine(&app).await?;
    let mut work = engine.work_settings()?;
    work.providers.offline = on;
    engine.set_work_settings(work).await
}

/// Keeps the webhook's secret or the mail account's password in the system's keychain; nothing: forgets it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_secret(app: AppHandle, target: TellTarget, secret: Option<String>) -> Result<()> {
    engine(&app).await?.set_secret(target, secret).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn has_secret(app: AppHandle, target: TellTarget) -> Result<bool> {
    engine(&app).await?.has_secret(target).await
}

/// Sends a trial message now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_tell(app: AppHandle, target: TellTarget) -> Result<()> {
    engine(&app).await?.test_tell(target).await
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
