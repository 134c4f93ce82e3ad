//! Engine events carried to the window, batched, and to the tray and the notifications on the way.

use std::sync::Arc;

use papertray_engine::Engine;
use papertray_model::{AddOutcome, DocumentId, EngineEvent};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::sync::Notify;

use crate::{awake::Awake, notify, tray};

/// What happened in the engine, in order.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
pub(crate) struct EventBatch {
    /// Number of the last event, counted from the engine's start.
    #[specta(type = f64)]
    pub seq: u64,
    /// The events.
    pub events: Vec<EngineEvent>,
}

/// Files came in by another way than the window's own buttons: dropped, or named on the command line.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
pub(crate) struct FilesAdded {
    /// What became of each.
    pub outcomes: Vec<AddOutcome>,
}

/// The tray or a notification asks the window to go somewhere.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
pub(crate) struct Navigate {
    /// `inbox`, `review` or `activity`.
    pub view: String,
    /// For `review`: which document.
    pub document_id: Option<DocumentId>,
}

/// Papertray shall end while work is going on: the window asks how.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
pub(crate) struct QuitAsked {
    /// Jobs at work.
    pub running: u32,
    /// Jobs that wait.
    pub waiting: u32,
}

/// Carries the engine's events until the engine is gone.
pub(crate) fn forward(app: &AppHandle, engine: &Engine) {
    let (app, engine) = (app.clone(), engine.clone());
    let mut events = engine.subscribe();
    tray::refresh(&app, &engine);
    let counts_changed = Arc::new(Notify::new());
    tauri::async_runtime::spawn(stay_awake(engine.clone(), Arc::clone(&counts_changed)));
    tauri::async_runtime::spawn(async move {
        while let Some(batch) = events.next_batch().await {
            let seq = batch.seq;
            let mut counts = false;
            for event in &batch.events {
                match event {
                    EngineEvent::QueueChanged { .. } => counts = true,
                    EngineEvent::BatchFinished { summary } => notify::batch_finished(&app, &engine, summary),
                    _ => {}
                }
            }
            if counts {
                tray::refresh(&app, &engine);
                counts_changed.notify_one();
            }
            if let Err(e) = (EventBatch { seq, events: batch.events }).emit(&app) {
                tracing::warn!("the window could not be told: {e}");
            }
        }
    });
}

/// Keeps the computer awake while there is work. Asking the system may take its time, so not on the way of events.
async fn stay_awake(engine: Engine, counts_changed: Arc<Notify>) {
    let awake = Arc::new(Awake::default());
    loop {
        let (asking, engine) = (Arc::clone(&awake), engine.clone());
        if tauri::async_runtime::spawn_blocking(move || asking.refresh(&engine)).await.is_err() {
            return; // the program ends
        }
        counts_changed.notified().await;
    }
}
