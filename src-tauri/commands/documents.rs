//! Documents: look, add, remove.

use std::path::PathBuf;

use papertray_model::{
    AddOptions, AddOutcome, DocumentDetail, DocumentId, DocumentList, DocumentQuery, ErrorCode, InboxCounts,
    PageDetail, Pause, QueueStatus, Settings, UserError, job::Health,
};
use serde::Serialize;
use specta::Type;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::{Result, engine, internal};
use crate::clipboard::{self, Pasted};

/// What the window needs when it opens; events after `seq` bring it up to date.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Snapshot {
    #[specta(type = f64)]
    seq: u64,
    status: QueueStatus,
    counts: InboxCounts,
    settings: Settings,
    library: String,
    version: String,
    health: Health,
    pause: Option<Pause>,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn snapshot(app: AppHandle) -> Result<Snapshot> {
    let found = engine(&app).await?.snapshot()?;
    Ok(Snapshot {
        seq: found.seq,
        status: found.status,
        counts: found.counts,
        settings: found.settings,
        library: found.library.to_string_lossy().into_owned(),
        version: app.package_info().version.to_string(),
        health: found.health,
        pause: found.pause,
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_documents(app: AppHandle, query: DocumentQuery) -> Result<DocumentList> {
    engine(&app).await?.documents(&query)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn get_document(app: AppHandle, id: DocumentId) -> Result<DocumentDetail> {
    engine(&app).await?.detail(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn get_page(app: AppHandle, id: DocumentId, page_number: u32) -> Result<PageDetail> {
    engine(&app).await?.page(id, page_number)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_files(
    app: AppHandle,
    paths: Vec<String>,
    options: AddOptions,
) -> Result<Vec<AddOutcome>> {
    engine(&app).await?.add_with(paths.into_iter().map(PathBuf::from).collect(), options).await
}

/// Opens the system's file picker. No files where the person closes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_files(app: AppHandle, options: AddOptions) -> Result<Vec<AddOutcome>> {
    let paths = pick_files(&app).await;
    engine(&app).await?.add_with(paths, options).await
}

/// The files a person picks; none where they close the picker.
pub(super) async fn pick_files(app: &AppHandle) -> Vec<PathBuf> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title("Add files").pick_files(move |files| {
        let _ = answer.send(files);
    });
    let chosen = chosen.await.ok().flatten().unwrap_or_default();
    chosen.into_iter().filter_map(|file| file.into_path().ok()).collect()
}

/// Takes in what the system's clipboard holds: files, or a picture. Nothing where it holds neither.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_pasted(app: AppHandle, options: AddOptions) -> Result<Vec<AddOutcome>> {
    let engine = engine(&app).await?;
    match tauri::async_runtime::spawn_blocking(clipboard::look).await.map_err(|e| internal(&e))?? {
        Pasted::Nothing => Ok(vec![]),
        Pasted::Files(paths) => engine.add_with(paths, options).await,
        Pasted::Picture { name, png } => Ok(vec![engine.add_bytes(name, png, options).await?]),
    }
}

/// Has documents read that were added without being processed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn process_staged(app: AppHandle, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
    engine(&app).await?.process_staged(ids).await
}

/// A document is no version of others any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn separate_version(app: AppHandle, id: DocumentId) -> Result<()> {
    engine(&app).await?.separate_version(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_documents(app: AppHandle, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
    engine(&app).await?.remove(ids).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_documents(app: AppHandle, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
    engine(&app).await?.restore(ids).await
}

/// Shows the original in the system's file manager; where it is gone, the error says that the copy is safe.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_in_folder(app: AppHandle, id: DocumentId) -> Result<()> {
    let row = engine(&app).await?.document(id)?;
    let original = PathBuf::from(row.file);
    if row.parent.is_some() || !original.exists() {
        return Err(UserError::new(
            ErrorCode::NotFound,
            format!("The original is no longer at `{}`. Papertray's own copy is safe.", original.display()),
            "“Open original” opens a copy of it.",
        ));
    }
    app.opener().reveal_item_in_dir(original).map_err(|e| cannot_open(&e))
}

/// Opens the original in the system's program for it; where it is gone, or came in an archive, a copy of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_original(app: AppHandle, id: DocumentId) -> Result<()> {
    let original = engine(&app).await?.file_to_open(id).await?;
    app.opener().open_path(original.to_string_lossy(), None::<&str>).map_err(|e| cannot_open(&e))
}

pub(super) fn cannot_open(error: &tauri_plugin_opener::Error) -> UserError {
    UserError::new(
        ErrorCode::Io,
        format!("The system could not open it: {error}."),
        "Open it from the file manager.",
    )
}
