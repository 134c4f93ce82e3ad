//! Who works on what just now, and how sleeping workers learn of new work. The queue itself is the table `job`.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use papertray_model::{
    DocumentId, DocumentStatus, ErrorCode, JobId, JobState, Timestamp, UserError, job::Lane,
};
use papertray_store::{Claimed, LogLine, Write};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Result, Shared, collections, errors};

/// A run that says nothing for so long may be taken over.
pub(crate) const LEASE_MS: i64 = 60_000;
/// Every so many claims the oldest ready job goes first, whatever its priority.
const FAIR_EVERY: u32 = 8;

/// One run under way, and how it is told to end.
#[derive(Clone, Default)]
pub(crate) struct Run {
    /// A person stopped it: over at once. What it was doing is dropped, and that kills its reader child.
    pub(crate) stop: CancellationToken,
    /// The queue is suspended or Papertray ends: over after the page in hand.
    pub(crate) give_back: CancellationToken,
}

pub(crate) struct Queue {
    running: Mutex<HashMap<JobId, Run>>,
    /// Batches whose end was told.
    told: Mutex<HashSet<i64>>,
    claims: AtomicU32,
    wake: [Notify; Lane::ALL.len()],
    /// A run ended.
    ended: Notify,
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
            wake: Lane::ALL.map(|_| Notify::new()),
            ended: Notify::new(),
            rescheduled: Notify::new(),
            counts_changed: Notify::new(),
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<JobId, Run>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, id: JobId) -> Run {
        let run = Run::default();
        self.running().insert(id, run.clone());
        run
    }

    pub(crate) fn end(&self, id: JobId) {
        self.running().remove(&id);
        self.ended.notify_waiters();
    }

    /// Tells a running job to stop; after the request is committed.
    pub(crate) fn stop(&self, id: JobId) {
        if let Some(run) = self.running().get(&id) {
            run.stop.cancel();
        }
    }

    /// Tells every running job to end after the page in hand.
    pub(crate) fn give_back_all(&self) {
        for run in self.running().values() {
            run.give_back.cancel();
        }
    }

    /// How a run was told to end.
    pub(crate) fn run(&self, id: JobId) -> Run {
        self.running().get(&id).cloned().unwrap_or_default()
    }

    /// The jobs that run in this process.
    pub(crate) fn known(&self) -> Vec<JobId> {
        self.running().keys().copied().collect()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.running().is_empty()
    }

    /// Waits until nothing runs.
    pub(crate) async fn until_idle(&self) {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            if self.is_idle() {
                return;
            }
            ended.await;
        }
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
    pub(crate) fn fair_turn(&self) -> bool {
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

/// A claim about to be made: decided outside the transaction that makes it.
pub(crate) struct Claim {
    lane: Lane,
    oldest: bool,
    token: String,
    now: Timestamp,
}

impl Claim {
    pub(crate) fn make(&self, w: &Write<'_>) -> papertray_store::Result<Option<Claimed>> {
        w.claim(self.lane, self.oldest, &self.token, self.now, LEASE_MS)
    }
}

impl Shared {
    /// The claim that a free worker of `lane` may make now; `None` while nothing new is taken up.
    pub(crate) fn next_claim(&self, lane: Lane) -> Option<Claim> {
        let stopping = self.stop.is_cancelled() || self.closing.load(Ordering::Acquire);
        (!stopping && !self.is_paused()).then(|| Claim {
            lane,
            oldest: self.queue.fair_turn(),
            token: uuid::Uuid::now_v7().to_string(),
            now: self.clock.now(),
        })
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
                    let of_collection = job.kind.is_of_collection();
                    let error = (job.state == JobState::Failed).then_some(&parked);
                    let status = match job.state {
                        JobState::Failed => Some(DocumentStatus::Failed),
                        JobState::Cancelled => Some(DocumentStatus::Cancelled),
                        _ => None,
                    };
                    if of_collection {
                        collections::mark(w, job.kind, job.owner.collection(), job.state, error, now)?;
                        if status.is_none() {
                            collections::mark_restarting(w, job.kind, job.owner.collection())?;
                        }
                    } else if let Some(status) = status {
                        w.set_status(job.owner.document(), status, error, now)?;
                    }
                    let message = match job.state {
                        JobState::Failed => parked.message.clone(),
                        JobState::Cancelled => "Processing cancelled".to_owned(),
                        _ => "Restarting processing...".to_owned(),
                    };
                    w.log(&LogLine {
                        at: now,
                        document_id: (!of_collection).then(|| job.owner.document()),
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
