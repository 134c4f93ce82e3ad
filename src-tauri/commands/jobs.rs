//! The queue: look, retry, cancel, unlock, pause.

use papertray_model::{
    DocumentId, ErrorCode, Job, JobId, JobQuery, PauseMode, UserError,
    queue::{FailureCause, JobDetail, JobList, QueueMetrics, Refreshed},
};
use tauri::AppHandle;

use super::{Result, engine};

/// Reads documents again; answers those that wait now. With one document, its refusal is the answer. A person who asks
/// is not held up by the count of earlier tries.
/// What the documents of the last `days` add up to; days are those of a clock `minutes_east` of Greenwich.
#[tauri::command]
#[specta::specta]
pub(crate) async fn analytics(
    app: AppHandle,
    days: u32,
    minutes_east: i32,
) -> Result<papertray_model::spending::Analytics> {
    let engine = engine(&app).await?;
    super::on_disk(move || engine.analytics(days, minutes_east)).await
}

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
pub(crate) async fn refresh_document(app: AppHandle, id: DocumentId) -> Result<Refreshed> {
    engine(&app).await?.refresh(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_jobs(app: AppHandle, query: JobQuery) -> Result<JobList> {
    engine(&app).await?.jobs(&query)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn next_jobs(app: AppHandle, limit: u32) -> Result<Vec<Job>> {
    engine(&app).await?.next_jobs(limit)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn job_detail(app: AppHandle, id: JobId) -> Result<JobDetail> {
    engine(&app).await?.job(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_job(app: AppHandle, id: JobId) -> Result<()> {
    engine(&app).await?.cancel_job(id).await.map(drop)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_all(app: AppHandle) -> Result<u32> {
    engine(&app).await?.cancel_all().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_job(app: AppHandle, id: JobId) -> Result<()> {
    engine(&app).await?.pause_job(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_job(app: AppHandle, id: JobId) -> Result<()> {
    engine(&app).await?.resume_job(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn run_next(app: AppHandle, id: JobId) -> Result<()> {
    engine(&app).await?.run_next(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn failure_causes(app: AppHandle) -> Result<Vec<FailureCause>> {
    engine(&app).await?.failure_causes()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_failed(app: AppHandle, code: Option<ErrorCode>) -> Result<u32> {
    engine(&app).await?.retry_failed(code).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_queue(app: AppHandle, mode: PauseMode, minutes: Option<u32>) -> Result<()> {
    engine(&app).await?.pause(mode, minutes).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_queue(app: AppHandle) -> Result<()> {
    engine(&app).await?.resume().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_metrics(app: AppHandle, hours: u32) -> Result<QueueMetrics> {
    engine(&app).await?.queue_metrics(hours).await
}
