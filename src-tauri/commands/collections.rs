//! Collections: their files, their work, their items.

use std::path::PathBuf;

use papertray_model::{
    AddOutcome, CollectionId, DocumentId, ItemId, Photo, Product,
    collection::{
        CollectionDetail, CollectionInfo, CollectionRow, InputRole, Item, ItemKey, ItemList, Resolution,
    },
};
use tauri::AppHandle;

use super::{Result, documents::pick_files, engine};

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_collections(app: AppHandle) -> Result<Vec<CollectionRow>> {
    engine(&app).await?.collections()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn create_collection(app: AppHandle, info: CollectionInfo) -> Result<CollectionDetail> {
    engine(&app).await?.create_collection(info).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn collection(app: AppHandle, id: CollectionId) -> Result<CollectionDetail> {
    engine(&app).await?.collection(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_collection_info(
    app: AppHandle,
    id: CollectionId,
    info: CollectionInfo,
) -> Result<CollectionDetail> {
    engine(&app).await?.set_collection_info(id, info).await
}

/// To the trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_collection(app: AppHandle, id: CollectionId) -> Result<()> {
    engine(&app).await?.remove_collection(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_collection(app: AppHandle, id: CollectionId) -> Result<()> {
    engine(&app).await?.restore_collection(id).await
}

/// Opens the system's file picker. No files where the person closes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_collection_files(
    app: AppHandle,
    id: CollectionId,
    role: InputRole,
) -> Result<Vec<AddOutcome>> {
    let paths = pick_files(&app).await;
    engine(&app).await?.add_collection_files(id, role, paths).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_collection_files(
    app: AppHandle,
    id: CollectionId,
    role: InputRole,
    paths: Vec<String>,
) -> Result<Vec<AddOutcome>> {
    engine(&app).await?.add_collection_files(id, role, paths.into_iter().map(PathBuf::from).collect()).await
}

/// From the Inbox.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_collection_documents(
    app: AppHandle,
    id: CollectionId,
    role: InputRole,
    documents: Vec<DocumentId>,
) -> Result<CollectionDetail> {
    engine(&app).await?.add_collection_documents(id, role, documents).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_collection_input(
    app: AppHandle,
    id: CollectionId,
    document: DocumentId,
) -> Result<CollectionDetail> {
    engine(&app).await?.remove_collection_input(id, document).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_input_role(
    app: AppHandle,
    id: CollectionId,
    document: DocumentId,
    role: InputRole,
) -> Result<CollectionDetail> {
    engine(&app).await?.set_input_role(id, document, role).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn process_collection(app: AppHandle, id: CollectionId) -> Result<CollectionDetail> {
    engine(&app).await?.process_collection(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn generate_items(app: AppHandle, id: CollectionId) -> Result<CollectionDetail> {
    engine(&app).await?.generate_items(id).await
}

/// Whatever of it is at work.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_collection(app: AppHandle, id: CollectionId) -> Result<CollectionDetail> {
    let engine = engine(&app).await?;
    engine.cancel_collection(id).await?;
    engine.collection(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn collection_items(app: AppHandle, id: CollectionId) -> Result<ItemList> {
    engine(&app).await?.collection_items(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn collection_products(app: AppHandle, id: CollectionId) -> Result<Vec<Product>> {
    engine(&app).await?.collection_products(id)
}

/// All pictures of its linesheets that show products.
#[tauri::command]
#[specta::specta]
pub(crate) async fn collection_photos(app: AppHandle, id: CollectionId) -> Result<Vec<Photo>> {
    engine(&app).await?.collection_photos(id)
}

/// A person's value for one or many.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_items(
    app: AppHandle,
    id: CollectionId,
    items: Vec<ItemId>,
    key: ItemKey,
    value: String,
) -> Result<Vec<Item>> {
    engine(&app).await?.set_items(id, items, key, value).await
}

/// The machine's value again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_item(app: AppHandle, id: CollectionId, item: ItemId, key: ItemKey) -> Result<Item> {
    engine(&app).await?.reset_item(id, item, key).await
}

/// Before another item; to the end without one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn move_items(
    app: AppHandle,
    id: CollectionId,
    items: Vec<ItemId>,
    before: Option<ItemId>,
) -> Result<()> {
    engine(&app).await?.move_items(id, items, before).await
}

/// Without a resolution, what was said is taken back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resolve_line(
    app: AppHandle,
    id: CollectionId,
    key: String,
    resolution: Option<Resolution>,
) -> Result<ItemList> {
    engine(&app).await?.resolve_line(id, key, resolution).await
}

/// What a column of an order means; without a meaning it is not used.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_order_column(
    app: AppHandle,
    id: CollectionId,
    document: DocumentId,
    column: u32,
    meaning: Option<String>,
) -> Result<CollectionDetail> {
    engine(&app).await?.set_order_column(id, document, column, meaning).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_category(
    app: AppHandle,
    id: CollectionId,
    from: String,
    to: String,
) -> Result<CollectionDetail> {
    engine(&app).await?.rename_category(id, from, to).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn order_categories(
    app: AppHandle,
    id: CollectionId,
    names: Vec<String>,
) -> Result<CollectionDetail> {
    engine(&app).await?.order_categories(id, names).await
}
