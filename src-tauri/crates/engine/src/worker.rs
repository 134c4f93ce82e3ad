//! The loops: workers that claim and run jobs, the clock that makes due jobs ready, and the teller of counts.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use papertray_model::{EngineEvent, job::Lane};
use papertray_store::Claimed;

use crate::{Shared, errors, jobs};

/// A net under the wake-ups: look for work at least this often.
const SWEEP: Duration = Duration::from_secs(30);
/// Counts are told at most this often.
const COUNTS_EVERY: Duration = Duration::from_millis(150);

pub(crate) fn start(shared: &Arc<Shared>) {
    for _ in 0..shared.pool.children() {
        shared.tasks.spawn(work(Arc::clone(shared), Lane::Reading));
    }
    shared.tasks.spawn(work(Arc::clone(shared), Lane::Short));
    shared.tasks.spawn(make_due_jobs_ready(Arc::clone(shared)));
    shared.tasks.spawn(tell_counts(Arc::clone(shared)));
}

async fn work(shared: Arc<Shared>, lane: Lane) {
    loop {
        // Registered before looking: work that arrives in between still wakes.
        let woken = shared.queue.waker(lane).notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        if shared.stop.is_cancelled() {
            return;
        }
        if !shared.paused.load(Ordering::Acquire) {
            match shared.claim(lane).await {
                Ok(Some(job)) => {
                    run(&shared, job).await;
                    continue;
                }
                Ok(None) => {}
                Err(e) => tracing::error!("looking for work failed: {e}"),
            }
        }
        tokio::select! {
            () = woken => {}
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Runs one claimed job to its end. A panic is that job's failure; the loop goes on.
async fn run(shared: &Arc<Shared>, job: Claimed) {
    let stop = shared.queue.begin(job.id);
    shared.job_changed(job.id);
    let outcome = {
        let (working, claimed) = (Arc::clone(shared), job.clone());
        let task = tokio::spawn(async move { jobs::run(&working, &claimed).await });
        let abort = task.abort_handle();
        tokio::select! {
            outcome = task => outcome.unwrap_or_else(|e| Err(jobs::Failure::Error(errors::internal(&e)))),
            // Dropping the job drops its open document, and that kills the reader child at once.
            () = stop.cancelled() => { abort.abort(); Err(jobs::Failure::Stopped) }
            () = shared.stop.cancelled() => { abort.abort(); Err(jobs::Failure::GivenBack) }
        }
    };
    jobs::settle(shared, &job, outcome).await;
    shared.queue.end(job.id);
    shared.job_changed(job.id);
    shared.queue.wake_all();
}

async fn make_due_jobs_ready(shared: Arc<Shared>) {
    loop {
        let rescheduled = shared.queue.rescheduled.notified();
        let now = shared.clock.now();
        match shared.store.write(move |w| w.ready_due(now)).await {
            Ok(0) => {}
            Ok(_) => shared.queue.wake_all(),
            Err(e) => tracing::error!("making due jobs ready failed: {e}"),
        }
        let next = shared.store.read(|r| r.next_run_at()).ok().flatten();
        let pause = next.map_or(SWEEP, |at| {
            Duration::from_millis(u64::from(at.since(shared.clock.now())) + 5).min(SWEEP)
        });
        tokio::select! {
            () = rescheduled => {}
            () = tokio::time::sleep(pause) => {}
            () = shared.stop.cancelled() => return,
        }
    }
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
        match self.store.read(|r| Ok((r.queue_status()?, r.inbox_counts()?))) {
            Ok((status, counts)) => {
                let paused = self.paused.load(Ordering::Acquire);
                self.events.send(EngineEvent::QueueChanged { status, counts, paused });
            }
            Err(e) => tracing::error!("counting failed: {e}"),
        }
    }

    /// Tells listeners where a job stands now.
    pub(crate) fn job_changed(&self, id: papertray_model::JobId) {
        match self.store.read(|r| r.job(id)) {
            Ok(Some(job)) => {
                self.events.send(EngineEvent::DocumentsChanged { ids: vec![job.owner] });
                self.events.send(EngineEvent::JobChanged { job });
                self.queue.counts_changed.notify_one();
            }
            Ok(None) => {}
            Err(e) => tracing::error!("looking at job {id} failed: {e}"),
        }
    }
}
