//! The deck of a collection: its settings, its preview, its files.

use papertray_model::{
    CollectionId, DocumentId, JobId,
    deck::{DeckFormat, DeckPreview, DeckSettings, DeckVersion},
};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::{Result, documents::cannot_open, engine, internal};
use crate::words::Words;

#[tauri::command]
#[specta::specta]
pub(crate) async fn deck_settings(app: AppHandle, id: CollectionId) -> Result<DeckSettings> {
    engine(&app).await?.deck_settings(id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_deck_settings(
    app: AppHandle,
    id: CollectionId,
    settings: DeckSettings,
) -> Result<()> {
    engine(&app).await?.set_deck_settings(id, settings).await
}

/// Opens the system's picker for the brand's mark; nothing changes where the person closes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_deck_logo(app: AppHandle, id: CollectionId) -> Result<DeckSettings> {
    let engine = engine(&app).await?;
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_title("Choose the logo");
    dialog.add_filter("PNG, JPEG, WEBP", &["png", "jpg", "jpeg", "webp"]).pick_file(move |file| {
        let _ = answer.send(file);
    });
    match chosen.await.ok().flatten().and_then(|file| file.into_path().ok()) {
        Some(file) => engine.set_deck_logo(id, &file).await,
        None => engine.deck_settings(id),
    }
}

/// Takes a document that was dropped as the brand's mark.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_deck_logo(
    app: AppHandle,
    id: CollectionId,
    document: DocumentId,
) -> Result<DeckSettings> {
    engine(&app).await?.set_deck_logo_document(id, document).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn deck_preview(app: AppHandle, id: CollectionId) -> Result<DeckPreview> {
    engine(&app).await?.deck_preview(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn generate_deck(
    app: AppHandle,
    id: CollectionId,
    formats: Vec<DeckFormat>,
) -> Result<JobId> {
    engine(&app).await?.generate_deck(id, formats).await
}

/// Newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn deck_versions(app: AppHandle, id: CollectionId) -> Result<Vec<DeckVersion>> {
    engine(&app).await?.deck_versions(id)
}

/// Opens the system's dialog for a place; nothing is written where the person closes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_deck(
    app: AppHandle,
    id: CollectionId,
    version: u32,
    format: DeckFormat,
) -> Result<()> {
    let engine = engine(&app).await?;
    let (_, file) = engine.deck_file(id, version, format)?;
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(Words::of(&app).save_deck).set_file_name(file.file_name).save_file(
        move |place| {
            let _ = answer.send(place);
        },
    );
    match chosen.await.ok().flatten().and_then(|place| place.into_path().ok()) {
        Some(place) => engine.save_deck(id, version, format, place).await,
        None => Ok(()),
    }
}

/// Opens it with the system's program for its kind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_deck(
    app: AppHandle,
    id: CollectionId,
    version: u32,
    format: DeckFormat,
) -> Result<()> {
    let copy = copied(&app, id, version, format).await?;
    app.opener().open_path(copy.to_string_lossy(), None::<&str>).map_err(|e| cannot_open(&e))
}

/// Shows it in the system's file manager.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_deck(
    app: AppHandle,
    id: CollectionId,
    version: u32,
    format: DeckFormat,
) -> Result<()> {
    let copy = copied(&app, id, version, format).await?;
    app.opener().reveal_item_in_dir(copy).map_err(|e| cannot_open(&e))
}

/// A copy under its own name, in the cache folder: other programs may change what they open.
async fn copied(
    app: &AppHandle,
    id: CollectionId,
    version: u32,
    format: DeckFormat,
) -> Result<std::path::PathBuf> {
    let engine = engine(app).await?;
    let (_, file) = engine.deck_file(id, version, format)?;
    let folder =
        app.path().app_cache_dir().map_err(|e| internal(&e))?.join("decks").join(version.to_string());
    tokio::fs::create_dir_all(&folder).await.map_err(|e| internal(&e))?;
    let copy = folder.join(file.file_name);
    engine.save_deck(id, version, format, copy.clone()).await?;
    Ok(copy)
}
