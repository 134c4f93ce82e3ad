//! What the rules know: types of documents, and lessons of vendors' paper.

use papertray_model::{DocumentId, LessonRow, TypeInfo, TypeProblem};
use serde::Serialize;
use specta::Type;
use tauri::AppHandle;

use super::{Result, engine, folders::open_path, on_disk};

/// The types in use and the files of types that are not.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct KnownTypes {
    /// Where a person's own lie.
    folder: String,
    types: Vec<TypeInfo>,
    problems: Vec<TypeProblem>,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_types(app: AppHandle) -> Result<KnownTypes> {
    let report = engine(&app).await?.types();
    let folder = report.folder.to_string_lossy().into_owned();
    Ok(KnownTypes { folder, types: report.types, problems: report.problems })
}

/// Opens the folder of a person's own types; makes it where it is missing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_types_folder(app: AppHandle) -> Result<()> {
    let folder = engine(&app).await?.types().folder;
    let made = folder.clone();
    on_disk(move || fs_err::create_dir_all(made).map_err(|e| super::internal(&e))).await?;
    open_path(&app, &folder)
}

/// The documents of a type that were read, oldest first: those that a replay is about.
#[tauri::command]
#[specta::specta]
pub(crate) async fn documents_of_type(app: AppHandle, doc_type: String) -> Result<Vec<DocumentId>> {
    let engine = engine(&app).await?;
    on_disk(move || engine.read_documents_of(&doc_type)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_lessons(app: AppHandle) -> Result<Vec<LessonRow>> {
    engine(&app).await?.lessons()
}

/// Forgets a lesson by its number, or all about a vendor; answers how many.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_lessons(app: AppHandle, which: String) -> Result<u32> {
    let forgotten = engine(&app).await?.forget_lessons(&which).await?;
    Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
}
