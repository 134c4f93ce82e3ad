//! The loops: workers that claim and run jobs, and the teller of counts.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use papertray_model::{EngineEvent, PauseMode, job::Lane};
use papertray_store::Claimed;

use crate::{Shared, errors, housekeeping, jobs, queue::Run};

/// Counts are told at most this often.
const COUNTS_EVERY: Duration = Duration::from_millis(150);
/// A run that is given back may finish the page in hand for so long; then it is dropped, and the page read again.
const PAGE_GRACE: Duration = Duration::from_secs(2);

/// More wait for the same readers.
const COLLECTIONS_AT_ONCE: u32 = 2;

pub(crate) fn start(shared: &Arc<Shared>) {
    for _ in 0..shared.pool.children() {
        shared.tasks.spawn(work(Arc::clone(shared), Lane::Reading));
    }
    shared.tasks.spawn(work(Arc::clone(shared), Lane::Short));
    shared.tasks.spawn(work(Arc::clone(shared), Lane::Sending));
    for _ in 0..COLLECTIONS_AT_ONCE {
        shared.tasks.spawn(work(Arc::clone(shared), Lane::Collecting));
    }
    shared.tasks.spawn(housekeeping::make_due_jobs_ready(Arc::clone(shared)));
    shared.tasks.spawn(housekeeping::look_around(Arc::clone(shared)));
    shared.tasks.spawn(tell_counts(Arc::clone(shared)));
}

async fn work(shared: Arc<Shared>, lane: Lane) {
    let mut in_hand = None;
    loop {
        // Registered before looking: work that arrives in between still wakes.
        let woken = shared.queue.waker(lane).notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        if in_hand.is_none()
            && let Some(claim) = shared.next_claim(lane)
        {
            match shared.store.write(move |w| claim.make(w)).await {
                Ok(claimed) => in_hand = claimed,
                Err(e) => tracing::error!("looking for work failed: {e}"),
            }
        }
        if let Some(job) = in_hand.take() {
            in_hand = run(&shared, job).await;
            continue;
        }
        if shared.stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = woken => {}
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep(housekeeping::SWEEP) => {}
        }
    }
}

/// Runs one claimed job to its end; answers the job that was claimed in the transaction that ended it. A panic is that
/// job's failure; the loop goes on.
async fn run(shared: &Arc<Shared>, job: Claimed) -> Option<Claimed> {
    let run = shared.queue.begin(job.id);
    if shared.stop.is_cancelled() || shared.paused.get().is_some_and(|p| p.mode == PauseMode::Suspend) {
        run.give_back.cancel(); // claimed a moment before the queue was stopped
    }
    shared.job_changed(job.id);
    let outcome = {
        let (working, claimed) = (Arc::clone(shared), job.clone());
        let mut task = tokio::spawn(async move { jobs::run(&working, &claimed).await });
        let abort = task.abort_handle();
        let ended = |outcome: Result<_, tokio::task::JoinError>| {
            outcome.unwrap_or_else(|e| Err(jobs::Failure::Error(errors::internal(&e))))
        };
        tokio::select! {
            outcome = &mut task => ended(outcome),
            // Dropping the job drops its open document, and that kills the reader child at once.
            () = run.stop.cancelled() => { abort.abort(); Err(jobs::Failure::Stopped) }
            () = shared.stop.cancelled() => { abort.abort(); Err(jobs::Failure::GivenBack) }
            () = given_back(shared, &run) => { abort.abort(); Err(jobs::Failure::GivenBack) }
        }
    };
    let next = jobs::settle(shared, &job, outcome).await;
    shared.queue.end(job.id);
    shared.job_changed(job.id);
    shared.queue.wake_all();
    next
}

async fn given_back(shared: &Shared, run: &Run) {
    run.give_back.cancelled().await;
    if shared.closing.load(Ordering::Acquire) {
        std::future::pending::<()>().await; // whoever waits for the pages decides how long
    }
    tokio::time::sleep(PAGE_GRACE).await;
}

async fn tell_counts(shared: Arc<Shared>) {
    loop {
        tokio::select! {
            () = shared.queue.counts_changed.notified() => {}
            () = shared.stop.cancelled() => return,
        }
        shared.tell_counts();
        tokio::time::sleep(COUNTS_EVERY).await;
    }
}

impl Shared {
    /// Tells listeners how many jobs and documents stand where.
    pub(crate) fn tell_counts(&self) {
        match self.store.read(|r| r.inbox_counts()) {
            Ok(counts) => {
                let status = self.store.queue_status();
                let pause = self.paused.get();
                self.events.send(EngineEvent::QueueChanged { status, counts, pause });
            }
            Err(e) => tracing::error!("counting failed: {e}"),
        }
    }

    /// Tells listeners where a job stands now.
    pub(crate) fn job_changed(&self, id: papertray_model::JobId) {
        match self.store.read(|r| r.job(id)) {
            Ok(Some(job)) => {
                self.events.send(if job.kind.is_of_collection() {
                    EngineEvent::CollectionsChanged { ids: vec![job.owner.collection()] }
                } else {
                    EngineEvent::DocumentsChanged { ids: vec![job.owner.document()] }
                });
                self.events.send(EngineEvent::JobChanged { job });
                self.queue.counts_changed.notify_one();
            }
            Ok(None) => {}
            Err(e) => tracing::error!("looking at job {id} failed: {e}"),
        }
    }
}
