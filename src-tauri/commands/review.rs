//! Review: correct and accept values, describe anew.

use papertray_model::{DocumentDetail, DocumentId};
use tauri::AppHandle;

use super::{Result, engine};

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_field(
    app: AppHandle,
    id: DocumentId,
    name: String,
    value: String,
) -> Result<DocumentDetail> {
    engine(&app).await?.set_field(id, name, value).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn accept_document(app: AppHandle, id: DocumentId) -> Result<DocumentDetail> {
    engine(&app).await?.accept(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn regenerate(app: AppHandle, id: DocumentId) -> Result<()> {
    engine(&app).await?.regenerate(id).await.map(drop)
}
