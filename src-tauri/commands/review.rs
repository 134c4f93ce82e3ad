//! Review: correct and accept values, describe anew.

use papertray_model::{DocType, DocumentDetail, DocumentId, LineItem, Replayed};
use serde::{Deserialize, Serialize};
use specta::Type;
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

/// Takes a correction back: the machine's value counts again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn release_field(app: AppHandle, id: DocumentId, name: String) -> Result<DocumentDetail> {
    engine(&app).await?.release_field(id, name).await
}

/// What a run changed about a value was seen and stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_change(app: AppHandle, id: DocumentId, name: String) -> Result<DocumentDetail> {
    engine(&app).await?.settle_change(id, name).await
}

/// Moves the boundaries between the documents of a file: `pages` (from 2) each begin one; nothing: as they say themselves.
#[tauri::command]
#[specta::specta]
pub(crate) async fn split_document(
    app: AppHandle,
    id: DocumentId,
    pages: Option<Vec<u32>>,
) -> Result<DocumentDetail> {
    let engine = engine(&app).await?;
    engine.split(id, pages).await?;
    engine.detail(id)
}

/// Understands a document anew from the words that are kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replay_document(app: AppHandle, id: DocumentId) -> Result<Replayed> {
    engine(&app).await?.replay(id).await
}

/// A document's type as a person names it; nothing: as the machine says.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub(crate) struct NamedType {
    id: DocumentId,
    doc_type: Option<DocType>,
}

/// Names the type of documents; answers what a person had named before, of those that took it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_types(app: AppHandle, wanted: Vec<NamedType>) -> Result<Vec<NamedType>> {
    let wanted = wanted.into_iter().map(|named| (named.id, named.doc_type)).collect();
    let before = engine(&app).await?.set_types(wanted).await?;
    Ok(before.into_iter().map(|(id, doc_type)| NamedType { id, doc_type }).collect())
}

/// Gives documents tags and takes tags away, for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_tags(
    app: AppHandle,
    ids: Vec<DocumentId>,
    add: Vec<String>,
    remove: Vec<String>,
) -> Result<()> {
    let engine = engine(&app).await?;
    for id in ids {
        engine.change_tags(id, add.clone(), remove.clone()).await?;
    }
    Ok(())
}

/// A person's own `display_name`, `summary`, `language` or `note`; empty: the machine's again, or none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_description(
    app: AppHandle,
    id: DocumentId,
    what: String,
    value: String,
) -> Result<DocumentDetail> {
    let engine = engine(&app).await?;
    engine.set_description(id, &what, &value).await?;
    engine.detail(id)
}

/// A person's rows of goods; nothing: the machine's again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_lines(
    app: AppHandle,
    id: DocumentId,
    lines: Option<Vec<LineItem>>,
) -> Result<DocumentDetail> {
    engine(&app).await?.set_lines(id, lines).await
}

/// Takes back that the values were accepted.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unaccept_document(app: AppHandle, id: DocumentId) -> Result<DocumentDetail> {
    engine(&app).await?.unaccept(id).await
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
