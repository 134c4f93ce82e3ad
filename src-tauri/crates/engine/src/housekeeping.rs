//! What goes on beside the work: due jobs become ready, lost runs are taken back, old history goes, and pauses come
//! and go with the surroundings.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use papertray_model::{Settings, Timestamp};

use crate::{SETTINGS, Shared, retry};

/// A net under the wake-ups: look for work at least this often.
pub(crate) const SWEEP: Duration = Duration::from_secs(30);
/// The surroundings change slowly.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// So much more time on the clock than on the processor means that the computer slept.
const SLEPT_MS: i64 = 20_000;
const PRUNE_EVERY: Duration = Duration::from_secs(3600);
/// A commit that removes more holds up the others.
const PRUNE_CHUNK: u32 = 1000;
const DAY_MS: i64 = 86_400_000;

/// Makes due jobs ready at their time.
pub(crate) async fn make_due_jobs_ready(shared: Arc<Shared>) {
    loop {
        let rescheduled = shared.queue.rescheduled.notified();
        let now = shared.clock.now();
        match shared.store.write(move |w| w.ready_due(now, 2 * retry::LONGEST_PAUSE_MS)).await {
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

/// Looks around every few seconds.
pub(crate) async fn look_around(shared: Arc<Shared>) {
    let mut seen = (Instant::now(), shared.clock.now());
    let mut pruned: Option<Instant> = None;
    loop {
        shared.adapt().await;
        let now = (Instant::now(), shared.clock.now());
        shared.mend_after_sleep(seen, now).await;
        seen = now;
        shared.take_back_lost_runs().await;
        if pruned.is_none_or(|at| at.elapsed() >= PRUNE_EVERY) && shared.queue.is_idle() {
            shared.prune().await;
            pruned = Some(Instant::now());
        }
        let until = shared.paused.get().and_then(|pause| pause.until);
        let wait = until.map_or(LOOK_AROUND, |until| {
            Duration::from_millis(u64::from(until.since(shared.clock.now())) + 5).min(LOOK_AROUND)
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shared.stop.cancelled() => return,
        }
    }
}

impl Shared {
    /// Timers stand still while a computer sleeps and the clock goes on: running work is no older than it was.
    async fn mend_after_sleep(&self, before: (Instant, Timestamp), now: (Instant, Timestamp)) {
        let slept =
            (now.1.0 - before.1.0) - i64::try_from((now.0 - before.0).as_millis()).unwrap_or(i64::MAX);
        if slept > SLEPT_MS {
            tracing::info!("the computer slept for {} s", slept / 1000);
            if let Err(e) = self.store.write(move |w| w.shift_running(slept)).await {
                tracing::error!("mending the queue after sleep failed: {e}");
            }
            self.queue.rescheduled.notify_one();
        }
    }

    /// A run that this process no longer knows of would keep its job for ever.
    async fn take_back_lost_runs(&self) {
        if self.store.queue_status().processing == 0 {
            return; // an idle library is not written to
        }
        let now = self.clock.now();
        let known = self.queue.known();
        let renewed = self.store.write(move |w| {
            for id in known {
                w.renew_lease(id, now, crate::queue::LEASE_MS)?;
            }
            w.reclaim_expired(now)
        });
        match renewed.await {
            Ok(lost) if lost.is_empty() => {}
            Ok(lost) => {
                for id in lost {
                    tracing::warn!("job {id}: its run was lost; it begins again");
                    self.job_changed(id);
                }
                self.queue.wake_all();
            }
            Err(e) => tracing::error!("looking for lost runs failed: {e}"),
        }
    }

    async fn prune(&self) {
        let settings: Settings = self.store.read(|r| r.setting(SETTINGS)).ok().flatten().unwrap_or_default();
        self.purge_old_trash(&settings).await;
        let before = self.clock.now().plus_ms(-DAY_MS * i64::from(settings.history_days.max(1)));
        loop {
            match self
                .store
                .write(move |w| {
                    w.prune_metrics(before)?;
                    w.prune_jobs(before, PRUNE_CHUNK)
                })
                .await
            {
                Ok(removed) if removed < PRUNE_CHUNK as usize => return,
                Ok(_) => tokio::task::yield_now().await,
                Err(e) => {
                    tracing::error!("old jobs could not be removed: {e}");
                    return;
                }
            }
        }
    }
}
