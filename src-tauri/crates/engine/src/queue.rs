//! Who works on what just now, and how sleeping workers learn of new work. The queue itself is the table `job`.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use papertray_model::{DocumentId, ErrorCode, JobId, UserError, job::Lane};
use papertray_store::{Claimed, LogLine};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Result, Shared, errors};

/// A run that says nothing for so long may be taken over.
pub(crate) const LEASE_MS: i64 = 60_000;
/// Every so many claims the oldest ready job goes first, whatever its priority.
const FAIR_EVERY: u32 = 8;

pub(crate) struct Queue {
    running: Mutex<HashMap<JobId, CancellationToken>>,
    /// Batches whose end was told.
    told: Mutex<HashSet<i64>>,
    claims: AtomicU32,
    wake: [Notify; 2],
    /// Something was scheduled for later.
    pub(crate) rescheduled: Notify,
    /// Counts changed: tell listeners, soon and once.
    pub(crate) counts_changed: Notify,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            running: Mutex::default(),
            told: Mutex::default(),
            claims: AtomicU32::new(0),
            wake: [Notify::new(), Notify::new()],
            rescheduled: Notify::new(),
            counts_changed: Notify::new(),
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<JobId, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, id: JobId) -> CancellationToken {
        let token = CancellationToken::new();
        self.running().insert(id, token.clone());
        token
    }

    pub(crate) fn end(&self, id: JobId) {
        self.running().remove(&id);
    }

    /// Tells a running job to stop; after the flag is committed.
    pub(crate) fn stop(&self, id: JobId) {
        if let Some(token) = self.running().get(&id) {
            token.cancel();
        }
    }

    pub(crate) fn is_stopped(&self, id: JobId) -> bool {
        self.running().get(&id).is_some_and(CancellationToken::is_cancelled)
    }

    pub(crate) fn waker(&self, lane: Lane) -> &Notify {
        &self.wake[lane as usize]
    }

    /// New work may be ready; called after the commit that made it so.
    pub(crate) fn wake_all(&self) {
        for wake in &self.wake {
            wake.notify_waiters();
        }
        self.counts_changed.notify_one();
    }

    /// Whether this claim shall take the oldest job.
    fn fair_turn(&self) -> bool {
        self.claims.fetch_add(1, Ordering::Relaxed) % FAIR_EVERY == FAIR_EVERY - 1
    }

    /// Notes that a batch's end is told; `false` where it was before.
    pub(crate) fn tell_once(&self, batch: i64) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(batch)
    }

    /// New work joined the batch: its end will be news again.
    pub(crate) fn reopen_batch(&self, batch: i64) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).remove(&batch);
    }
}

impl Shared {
    /// Claims the next job of a lane.
    pub(crate) async fn claim(&self, lane: Lane) -> Result<Option<Claimed>> {
        let (oldest, now) = (self.queue.fair_turn(), self.clock.now());
        let token = uuid::Uuid::now_v7().to_string();
        let claimed = self.store.write(move |w| w.claim(lane, oldest, &token, now, LEASE_MS)).await;
        claimed.map_err(errors::store)
    }

    /// Puts what an earlier process left running back into the queue.
    pub(crate) async fn recover(&self) -> Result<()> {
        let parked = UserError::new(
            ErrorCode::ReaderCrashed,
            "Papertray ended several times while it worked on this file, so the file was set aside. It is stored and unchanged.",
            "Choose Retry to try it again.",
        );
        let now = self.clock.now();
        let recovered = self
            .store
            .write(move |w| {
                let recovered = w.recover(&parked, now)?;
                for job in &recovered {
                    let message = if job.goes_on {
                        "Restarting processing...".to_owned()
                    } else {
                        w.set_status(job.owner, papertray_model::DocumentStatus::Failed, Some(&parked), now)?;
                        parked.message.clone()
                    };
                    w.log(&LogLine {
                        at: now,
                        document_id: Some(job.owner),
                        job_id: Some(job.id),
                        level: "warn".to_owned(),
                        message,
                    })?;
                }
                Ok(recovered)
            })
            .await
            .map_err(errors::store)?;
        for job in recovered {
            tracing::warn!("[{}] job {}: Restarting processing...", job.owner, job.id);
        }
        Ok(())
    }

    /// Adds a line to a document's log, in the database and in the program's own log.
    pub(crate) async fn log(
        &self,
        document: DocumentId,
        job: Option<JobId>,
        level: &str,
        message: String,
    ) -> Result<()> {
        let by = job.map_or(String::new(), |job| format!("job {job}: "));
        tracing::info!("[{document}] {by}{message}");
        let line = LogLine {
            at: self.clock.now(),
            document_id: Some(document),
            job_id: job,
            level: level.to_owned(),
            message,
        };
        self.store.write(move |w| w.log(&line)).await.map_err(errors::store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_eighth_claim_is_the_oldest() {
        let queue = Queue::new();
        let turns: Vec<bool> = (0..16).map(|_| queue.fair_turn()).collect();
        assert_eq!(turns.iter().filter(|t| **t).count(), 2);
        assert!(turns[7] && turns[15]);
    }
}
