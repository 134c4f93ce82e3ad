//! The engine, opened once; where it cannot be opened, the reason, and another try when the window asks.

use std::{sync::atomic::AtomicBool, time::Duration};

use papertray_engine::{Engine, EngineConfig, MoveProgress, default_library, places};
use papertray_model::{ErrorCode, UserError};
use tauri::{AppHandle, Manager as _};
use tokio::sync::Mutex;

use crate::{commands, events, start};

/// How long a library that another process holds is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long running work may take to stop at the end.
const LAST_PATIENCE: Duration = Duration::from_secs(8);

#[derive(Default)]
pub(crate) struct AppState {
    engine: Mutex<Option<Engine>>,
    /// The window asks just now how to end.
    pub(crate) quit_was_asked: AtomicBool,
    /// The window has focus.
    pub(crate) in_front: AtomicBool,
    /// How far a move of the library is.
    pub(crate) moving: MoveProgress,
    ending: std::sync::Mutex<Ending>,
}

/// Whether this process is ending, and a start that came since.
#[derive(Default)]
enum Ending {
    #[default]
    No,
    Yes,
    /// Arguments and folder of the start that came meanwhile.
    StartAgain(Vec<String>, String),
}

impl AppState {
    /// The engine; opens it where that has not happened (or failed before).
    pub(crate) async fn engine(&self, app: &AppHandle) -> Result<Engine, UserError> {
        let mut engine = self.engine.lock().await;
        if let Some(engine) = &*engine {
            return Ok(engine.clone());
        }
        let opened = open_soon().await?;
        events::forward(app, &opened);
        let root = default_library()?;
        tauri::async_runtime::spawn_blocking(move || match places() {
            Ok(places) if places.clear_left(&root) => {
                tracing::info!("the library's former folder is cleared");
            }
            _ => {}
        });
        *engine = Some(opened.clone());
        Ok(opened)
    }

    /// Opens the library anew the next time the engine is asked for.
    pub(crate) async fn forget_engine(&self) {
        *self.engine.lock().await = None;
    }

    /// The engine where it is open.
    pub(crate) fn opened(&self) -> Option<Engine> {
        self.engine.try_lock().ok().and_then(|engine| engine.clone())
    }

    fn ending(&self) -> std::sync::MutexGuard<'_, Ending> {
        self.ending.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Where this process is ending, keeps a start for after its end, and answers so.
    pub(crate) fn start_later(&self, arguments: Vec<String>, folder: String) -> bool {
        let mut ending = self.ending();
        let later = !matches!(*ending, Ending::No);
        if later {
            *ending = Ending::StartAgain(arguments, folder);
        }
        later
    }

    /// The start that came while this process was ending.
    pub(crate) fn started_meanwhile(&self) -> Option<(Vec<String>, String)> {
        match std::mem::take(&mut *self.ending()) {
            Ending::StartAgain(arguments, folder) => Some((arguments, folder)),
            Ending::No | Ending::Yes => None,
        }
    }

    /// Gives running work back and stops; what was stored stays. Called on the main thread at the end.
    pub(crate) fn shut_down(&self) {
        *self.ending() = Ending::Yes;
        let Some(engine) = self.opened() else { return };
        let (done, is_done) = std::sync::mpsc::channel();
        tauri::async_runtime::spawn(async move {
            engine.shutdown().await;
            let _ = done.send(());
        });
        // Work that is waited for in vain goes on at the next start, as after a crash.
        if is_done.recv_timeout(LAST_PATIENCE).is_err() {
            tracing::warn!("some work did not stop; it goes on at the next start");
        }
    }
}

/// Opens the library; one that is being closed just now (Papertray was quit and started again) is waited for.
async fn open_soon() -> Result<Engine, UserError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match Engine::open(EngineConfig::new(default_library()?)).await {
            Err(e) if e.code == ErrorCode::LibraryLocked && tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(PATIENCE / 20).await;
            }
            opened => return opened,
        }
    }
}

/// Opens the engine in the background and takes in the files named at the start.
pub(crate) fn start(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(e) = app.state::<AppState>().engine(&app).await {
            tracing::error!("the library could not be opened: {e}"); // the window asks again, and shows why
            return;
        }
        let files = start::files(&std::env::args().collect::<Vec<_>>(), "");
        if !files.is_empty() {
            commands::add_and_tell(&app, files).await;
        }
    });
}
