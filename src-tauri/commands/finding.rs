//! Finding documents by what is in them, and writing documents and the library out.

use std::path::PathBuf;

use papertray_engine::USUAL_COLUMNS;
use papertray_model::{DocumentId, ExportFormat, ExportPreset, Hits};
use serde::Serialize;
use specta::Type;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::{Result, documents::cannot_open, engine, on_disk};
use crate::words::Words;

/// Where the words of a search stand in these documents, at most `most` places each.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hits(app: AppHandle, ids: Vec<DocumentId>, text: String, most: u32) -> Result<Vec<Hits>> {
    let engine = engine(&app).await?;
    on_disk(move || engine.hits(&ids, &text, most as usize)).await
}

/// What an export may hold, and what a person keeps of how they export.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ExportChoices {
    /// The usual columns, in order.
    columns: Vec<String>,
    presets: Vec<ExportPreset>,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn export_choices(app: AppHandle) -> Result<ExportChoices> {
    let presets = engine(&app).await?.export_presets()?;
    Ok(ExportChoices { columns: USUAL_COLUMNS.iter().map(|name| (*name).to_owned()).collect(), presets })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_export_presets(app: AppHandle, presets: Vec<ExportPreset>) -> Result<()> {
    engine(&app).await?.set_export_presets(presets).await
}

/// Asks where to, and writes documents there. Nothing where the person closes the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_documents(
    app: AppHandle,
    ids: Vec<DocumentId>,
    format: ExportFormat,
    columns: Vec<String>,
) -> Result<Vec<String>> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let (dialog, words) = (app.dialog().file(), Words::of(&app));
    if format == ExportFormat::Original || (format == ExportFormat::Pdf && ids.len() > 1) {
        let searchable = format == ExportFormat::Pdf;
        let title = if searchable { words.export_searchable } else { words.export_originals };
        dialog.set_title(title).pick_folder(move |folder| {
            let _ = answer.send(folder);
        });
    } else {
        let kind = format.as_str();
        let dialog = dialog.set_title(words.export).add_filter(kind.to_uppercase(), &[kind]);
        dialog.set_file_name(format!("{}.{kind}", words.export_name)).save_file(move |file| {
            let _ = answer.send(file);
        });
    }
    let Some(out) = chosen.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(vec![]);
    };
    let written = engine(&app).await?.export(ids, format, columns, out).await?;
    Ok(written.files.iter().map(|file| file.to_string_lossy().into_owned()).collect())
}

/// Documents as text for the clipboard, cells parted by tabs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_text(
    app: AppHandle,
    ids: Vec<DocumentId>,
    columns: Vec<String>,
) -> Result<String> {
    engine(&app).await?.export_text(ids, columns).await
}

/// Shows a file that was written in the system's file manager.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_file(app: AppHandle, file: String) -> Result<()> {
    app.opener().reveal_item_in_dir(PathBuf::from(file)).map_err(|e| cannot_open(&e))
}

/// What a backup took.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BackupMade {
    file: String,
    files: u32,
    #[specta(type = f64)]
    bytes: u64,
}

/// Asks where to, and writes the whole library there. Nothing where the person closes the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn backup_library(app: AppHandle) -> Result<Option<BackupMade>> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(Words::of(&app).back_up).set_file_name("papertray-backup.zip").save_file(
        move |file| {
            let _ = answer.send(file);
        },
    );
    let Some(file) = chosen.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(None);
    };
    let made = engine(&app).await?.backup(file).await?;
    Ok(Some(BackupMade {
        file: made.file.to_string_lossy().into_owned(),
        files: u32::try_from(made.files).unwrap_or(u32::MAX),
        bytes: made.bytes,
    }))
}

/// What a check of the whole library found.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Verified {
    files_checked: u32,
    problems: Vec<String>,
}

/// Compares every stored file with its hash and looks for what is missing or left over.
#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_library(app: AppHandle) -> Result<Verified> {
    let found = engine(&app).await?.diagnose().await?;
    Ok(Verified { files_checked: found.files_checked, problems: found.problems })
}
