//! Samples for a first look: added, told apart, taken away.

use papertray_model::{DocumentId, Samples};
use tauri::AppHandle;

use super::{Result, engine};

/// Those that are in the library.
#[tauri::command]
#[specta::specta]
pub(crate) async fn samples(app: AppHandle) -> Result<Samples> {
    engine(&app).await?.samples()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_samples(app: AppHandle) -> Result<Samples> {
    engine(&app).await?.add_samples().await
}

/// To the trash; answers which documents.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_samples(app: AppHandle) -> Result<Vec<DocumentId>> {
    engine(&app).await?.remove_samples().await
}
