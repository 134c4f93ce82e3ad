//! The library's place: moving it to another folder, and bringing a backup back.

use papertray_engine::places;
use papertray_model::{ErrorCode, UserError};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::DialogExt as _;

use super::{Result, engine};
use crate::state::AppState;

/// How far a move is.
#[derive(Clone, Copy, Debug, Serialize, Type)]
pub(crate) struct MoveState {
    /// Files copied and compared.
    done: u32,
    /// How many there are; 0 as long as that is not known.
    all: u32,
}

/// Asks for a folder and moves the library there. Where that worked, Papertray starts again; nothing where the person
/// closes the question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn move_library(app: AppHandle) -> Result<bool> {
    free_to_move()?;
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title("Move the library to").pick_folder(move |folder| {
        let _ = answer.send(folder);
    });
    let Some(folder) = chosen.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(false);
    };
    // A folder that holds other things gets one of its own for the library.
    let empty = fs_err::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none());
    let to = if empty { folder } else { folder.join("Papertray library") };
    let state = app.state::<AppState>();
    let open = engine(&app).await?;
    let moved = open.move_library(to, state.moving.clone()).await;
    state.moving.clear();
    let noted = moved.and_then(|moved| places()?.set(&moved.library, Some(&moved.left)));
    if let Err(e) = noted {
        if open.is_stopped() {
            // The old library counts, and is opened anew.
            drop(open);
            state.forget_engine().await;
        }
        return Err(e);
    }
    app.request_restart();
    Ok(true)
}

/// How far the move under way is.
#[tauri::command]
#[specta::specta]
#[allow(clippy::needless_pass_by_value, reason = "a command is handed what it owns")]
pub(crate) fn move_state(app: AppHandle) -> MoveState {
    let (done, all) = app.state::<AppState>().moving.get();
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    MoveState { done: count(done), all: count(all) }
}

/// Asks for a backup and a folder, brings it back there and opens it: Papertray starts again. The library that was open
/// stays where it is. Nothing where the person closes a question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_library(app: AppHandle) -> Result<bool> {
    free_to_move()?;
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_title("Choose a backup").add_filter("ZIP", &["zip"]);
    dialog.pick_file(move |file| {
        let _ = answer.send(file);
    });
    let Some(file) = chosen.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(false);
    };
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title("Bring it back into").pick_folder(move |folder| {
        let _ = answer.send(folder);
    });
    let Some(folder) = chosen.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(false);
    };
    let empty = fs_err::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none());
    let to = if empty { folder } else { folder.join("Papertray library") };
    let restored = papertray_engine::restore_backup(file, to).await?;
    places()?.set(&restored.library, None)?;
    app.request_restart();
    Ok(true)
}

/// Whether the library's place is a person's to choose here.
fn free_to_move() -> Result<()> {
    if std::env::var_os("PAPERTRAY_LIBRARY").is_none_or(|place| place.is_empty()) {
        return Ok(());
    }
    Err(UserError::new(
        ErrorCode::WrongState,
        "The variable `PAPERTRAY_LIBRARY` says where the library lies, so it cannot be moved from here.",
        "Start Papertray without it.",
    ))
}
