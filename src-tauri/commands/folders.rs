//! Drop folders and their ledger.

use std::path::{Path, PathBuf};

use papertray_model::{
    DropFolder, ErrorCode, FolderId, FolderView, LedgerPage, LedgerQuery, NewDropFolder, UserError,
};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::{Result, documents::cannot_open, engine};
use crate::words::Words;

/// The folder that is suggested to a new person, in their home.
const SUGGESTED: &str = "Papertray Drop";

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_folders(app: AppHandle) -> Result<Vec<FolderView>> {
    engine(&app).await?.folders()
}

/// Where a drop folder might lie, for one who has none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggested_folder(app: AppHandle) -> Result<String> {
    engine(&app).await?; // a window without a library shows why, and suggests nothing
    let home = app.path().home_dir().map_err(|e| {
        UserError::new(
            ErrorCode::NotFound,
            format!("The system names no home folder: {e}."),
            "Choose a folder yourself.",
        )
    })?;
    Ok(home.join(SUGGESTED).to_string_lossy().into_owned())
}

/// Opens the system's folder picker. Nothing where the person closes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_folder(app: AppHandle) -> Result<Option<String>> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(Words::of(&app).choose_watched).pick_folder(move |folder| {
        let _ = answer.send(folder);
    });
    let chosen = chosen.await.ok().flatten().and_then(|folder| folder.into_path().ok());
    Ok(chosen.map(|folder| folder.to_string_lossy().into_owned()))
}

/// Watches a folder from now on; with `create` it is made where it is not there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_folder(app: AppHandle, folder: NewDropFolder, create: bool) -> Result<DropFolder> {
    if create {
        let path = PathBuf::from(&folder.path);
        tokio::fs::create_dir_all(&path).await.map_err(|e| {
            UserError::new(
                ErrorCode::Io,
                format!("The folder `{}` could not be made: {e}.", path.display()),
                "Choose another one.",
            )
        })?;
    }
    engine(&app).await?.add_folder(folder).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_folder(app: AppHandle, folder: DropFolder) -> Result<DropFolder> {
    engine(&app).await?.set_folder(folder).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_folder(app: AppHandle, id: FolderId) -> Result<()> {
    engine(&app).await?.remove_folder(id).await
}

/// Looks through a folder now; what comes of it is told by events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn scan_folder(app: AppHandle, id: FolderId) -> Result<()> {
    engine(&app).await?.scan_now(id);
    Ok(())
}

/// Opens a drop folder in the system's file manager.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_folder(app: AppHandle, id: FolderId) -> Result<()> {
    let folders = engine(&app).await?.folders()?;
    let Some(view) = folders.into_iter().find(|view| view.folder.id == id) else {
        return Err(UserError::new(ErrorCode::UnknownId, "There is no such drop folder.", ""));
    };
    open_path(&app, Path::new(&view.folder.path))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn ledger(app: AppHandle, query: LedgerQuery) -> Result<LedgerPage> {
    engine(&app).await?.ledger(&query)
}

pub(crate) fn open_path(app: &AppHandle, path: &Path) -> Result<()> {
    app.opener().open_path(path.to_string_lossy(), None::<&str>).map_err(|e| cannot_open(&e))
}
