//! What the window may ask: adapters that decode, call the engine and encode. A file a subject.

pub(crate) mod collections;
pub(crate) mod decks;
pub(crate) mod documents;
pub(crate) mod finding;
pub(crate) mod folders;
pub(crate) mod jobs;
pub(crate) mod known;
pub(crate) mod moving;
pub(crate) mod pages;
pub(crate) mod review;
pub(crate) mod samples;
pub(crate) mod services;
pub(crate) mod settings;

use std::path::PathBuf;

use papertray_engine::Engine;
use papertray_model::{AddOptions, AddOutcome, ErrorCode, UserError};
use tauri::{AppHandle, Manager as _};
use tauri_specta::Event as _;

use crate::{events::FilesAdded, state::AppState};

type Result<T> = std::result::Result<T, UserError>;

async fn engine(app: &AppHandle) -> Result<Engine> {
    app.state::<AppState>().engine(app).await
}

/// Runs `work` where waiting for the disk holds nobody up.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tauri::async_runtime::spawn_blocking(work).await.map_err(|e| internal(&e))?
}

fn internal(error: &dyn std::fmt::Display) -> UserError {
    UserError::new(ErrorCode::Internal, format!("It did not work: {error}."), "Try again.")
}

/// Takes files in that came from outside the window, and tells it.
pub(crate) async fn add_and_tell(app: &AppHandle, files: Vec<PathBuf>) {
    let added = match engine(app).await {
        Ok(engine) => engine.add(files).await,
        Err(e) => Err(e),
    };
    match added {
        Ok(outcomes) => tell_added(app, outcomes),
        Err(e) => tracing::error!("files could not be added: {e}"),
    }
}

/// Has a person choose files from outside the window, and tells it what became of them.
pub(crate) async fn choose_and_tell(app: &AppHandle) -> Result<()> {
    let outcomes = documents::choose_files(app.clone(), AddOptions::default()).await?;
    tell_added(app, outcomes);
    Ok(())
}

fn tell_added(app: &AppHandle, outcomes: Vec<AddOutcome>) {
    if !outcomes.is_empty()
        && let Err(e) = (FilesAdded { outcomes }).emit(app)
    {
        tracing::warn!("the window could not be told: {e}");
    }
}
