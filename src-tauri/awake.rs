//! The computer stays awake while documents are read, where the person wants that.

use std::sync::{Mutex, PoisonError};

use papertray_engine::Engine;

/// Holds the system's promise not to sleep.
#[derive(Default)]
pub(crate) struct Awake(Mutex<Option<keepawake::KeepAwake>>);

impl Awake {
    /// Asks for the promise, or gives it back, by how the queue stands. Talks to the system, so not for the main thread.
    pub(crate) fn refresh(&self, engine: &Engine) {
        let wanted = engine.snapshot().is_ok_and(|now| {
            now.settings.keep_awake && now.pause.is_none() && now.status.processing + now.status.pending > 0
        });
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted == held.is_some() {
            return;
        }
        *held = None;
        if !wanted {
            return;
        }
        let asked = keepawake::Builder::default()
            .idle(true)
            .sleep(true)
            .reason("Reading documents")
            .app_name("Papertray")
            .app_reverse_domain("app.papertray")
            .create();
        match asked {
            Ok(promise) => *held = Some(promise),
            Err(e) => tracing::debug!("the system may sleep while documents are read: {e}"),
        }
    }
}
