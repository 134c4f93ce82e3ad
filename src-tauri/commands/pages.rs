//! The pages of documents: their order, turns, splits and merges; and documents that may be one paper.

use papertray_model::{DocumentDetail, DocumentId, PageRef, Twins};
use serde::Serialize;
use specta::Type;
use tauri::AppHandle;

use super::{Result, engine};

/// Lays out the pages of a document in this order, each turned as it says; nothing: as its file has them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arrange_pages(
    app: AppHandle,
    id: DocumentId,
    leaves: Option<Vec<PageRef>>,
) -> Result<DocumentDetail> {
    engine(&app).await?.arrange_pages(id, leaves).await
}

/// What a split made.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct SplitMade {
    document_id: DocumentId,
    new_document_id: DocumentId,
}

/// Makes a document of its own of some pages (from 1).
#[tauri::command]
#[specta::specta]
pub(crate) async fn split_pages(app: AppHandle, id: DocumentId, pages: Vec<u32>) -> Result<SplitMade> {
    let made = engine(&app).await?.split_pages(id, pages).await?;
    Ok(SplitMade { document_id: made.document_id, new_document_id: made.new_document_id })
}

/// Puts the pages of the others behind those of the first; the others go to the trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn merge_documents(app: AppHandle, ids: Vec<DocumentId>) -> Result<DocumentDetail> {
    engine(&app).await?.merge_documents(ids).await
}

/// Pairs of documents that may be one paper, the likest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_twins(app: AppHandle) -> Result<Vec<Twins>> {
    engine(&app).await?.twins().await
}

/// Two documents are different papers, or may be one after all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_different(
    app: AppHandle,
    one: DocumentId,
    other: DocumentId,
    different: bool,
) -> Result<()> {
    engine(&app).await?.set_different(one, other, different).await
}
