//! The queue: retry, cancel, unlock, pause.

use papertray_model::{DocumentId, Job, JobId, UserError};
use tauri::AppHandle;

use super::{Result, engine};

/// Reads documents again; answers those that wait now. With one document, its refusal is the answer. A person who asks
/// is not held up by the count of earlier tries.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_documents(app: AppHandle, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
    let engine = engine(&app).await?;
    let mut queued = vec![];
    let mut refused: Option<UserError> = None;
    for id in ids {
        match engine.retry(id, true).await {
            Ok(_) => queued.push(id),
            Err(e) => refused = Some(e),
        }
    }
    match refused {
        Some(error) if queued.is_empty() => Err(error),
        _ => Ok(queued),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_documents(app: AppHandle, ids: Vec<DocumentId>) -> Result<()> {
    let engine = engine(&app).await?;
    for id in ids {
        engine.cancel_document(id).await?;
    }
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock_document(app: AppHandle, id: DocumentId, password: String) -> Result<()> {
    engine(&app).await?.unlock(id, password).await.map(drop)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_jobs(app: AppHandle, limit: u32) -> Result<Vec<Job>> {
    engine(&app).await?.recent_jobs(limit)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_job(app: AppHandle, id: JobId) -> Result<()> {
    engine(&app).await?.cancel_job(id).await.map(drop)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_queue(app: AppHandle) -> Result<()> {
    engine(&app).await?.pause().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_queue(app: AppHandle) -> Result<()> {
    engine(&app).await?.resume().await
}
