//! One call reports how far a job is *and* notices that it was stopped.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use papertray_model::{EngineEvent, Progress};
use papertray_store::Claimed;

use crate::{Shared, jobs::Failure};

/// Listeners hear of a job at most this often.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// The database at most this often: it only serves a window that opens in the middle.
const STORE_EVERY: Duration = Duration::from_secs(1);

/// Reports on one run of a job.
pub(crate) struct Reporter<'a> {
    shared: &'a Shared,
    job: &'a Claimed,
    began: Instant,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    told: Option<Instant>,
    stored: Option<Instant>,
    stage: String,
    /// When this stage began and how far it was then, for the time left.
    stage_began: Option<(Instant, u32)>,
    /// Milliseconds that a piece took lately in other jobs.
    usual_ms: Option<f32>,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(shared: &'a Shared, job: &'a Claimed) -> Self {
        Self { shared, job, began: Instant::now(), last: Mutex::default() }
    }

    /// Milliseconds that one piece of what comes is known to take, from earlier jobs.
    pub(crate) fn expect(&self, usual_ms: Option<f32>) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).usual_ms = usual_ms;
    }

    /// The job is in `stage` and has `n` of `total` pieces done.
    pub(crate) async fn set(&self, stage: &str, n: u32, total: u32) -> Result<(), Failure> {
        let run = self.shared.queue.run(self.job.id);
        if run.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        if run.give_back.is_cancelled() {
            return Err(Failure::GivenBack);
        }
        let now = Instant::now();
        let (tell, store, eta_ms) = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let new_stage = last.stage != stage;
            if new_stage {
                stage.clone_into(&mut last.stage);
                last.stage_began = Some((now, n));
            }
            let due = |at: Option<Instant>, every| new_stage || at.is_none_or(|at| now - at >= every);
            let (tell, store) = (due(last.told, TELL_EVERY), due(last.stored, STORE_EVERY));
            if tell {
                last.told = Some(now);
            }
            if store {
                last.stored = Some(now);
            }
            (tell, store, time_left(last.stage_began, last.usual_ms, now, n, total))
        };
        if !tell {
            return Ok(());
        }
        let progress = Progress {
            stage: stage.to_owned(),
            n,
            total,
            percentage: (u64::from(n.min(total)) * 100).checked_div(u64::from(total)).unwrap_or(0) as u8,
            elapsed_ms: u32::try_from((now - self.began).as_millis()).unwrap_or(u32::MAX),
            eta_ms,
        };
        if store {
            let (id, kept, at) = (self.job.id, progress.clone(), self.shared.clock.now());
            self.shared.store.write(move |w| w.put_progress(id, &kept, at)).await?;
        }
        if let Some(mut job) = self.shared.store.read(|r| r.job(self.job.id))? {
            job.progress = Some(progress);
            self.shared.events.send(EngineEvent::JobChanged { job });
        }
        Ok(())
    }
}

/// What is known from other jobs weighs like so many pieces of this one.
const USUAL_WEIGHT: f64 = 2.0;

/// Milliseconds until `total`: from the pace of this stage so far and what a piece usually takes.
fn time_left(
    began: Option<(Instant, u32)>,
    usual_ms: Option<f32>,
    now: Instant,
    n: u32,
    total: u32,
) -> Option<u32> {
    let (at, first) = began?;
    let done = f64::from(n.saturating_sub(first));
    let spent = (now - at).as_millis() as f64;
    let (weight, usual) = usual_ms.map_or((0.0, 0.0), |ms| (USUAL_WEIGHT, f64::from(ms)));
    if done + weight == 0.0 {
        return None;
    }
    let per_piece = if done == 0.0 { usual } else { (spent + weight * usual) / (done + weight) };
    Some((per_piece * f64::from(total.saturating_sub(n))).min(f64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_pace() {
        let start = Instant::now();
        let later = start + Duration::from_secs(10);
        assert_eq!(time_left(Some((start, 0)), None, later, 5, 20), Some(30_000));
        assert_eq!(time_left(Some((start, 0)), None, later, 0, 20), None);
        assert_eq!(time_left(Some((start, 4)), None, later, 5, 5), Some(0));
    }

    #[test]
    fn before_the_first_page_the_time_left_is_what_pages_usually_take() {
        let start = Instant::now();
        assert_eq!(time_left(Some((start, 0)), Some(1500.0), start, 0, 4), Some(6000));
        // Ten pages at 500 ms each outweigh the two of 1,500 ms.
        let later = start + Duration::from_secs(5);
        assert_eq!(time_left(Some((start, 0)), Some(1500.0), later, 10, 16), Some(4000));
    }

    /// Ten thousand reports a second must not become ten thousand commits.
    #[tokio::test(flavor = "multi_thread")]
    async fn many_reports_cost_few_commits() {
        const REPORTS: u32 = 10_000;
        let folder = tempfile::tempdir().unwrap();
        let mut config = crate::EngineConfig::new(folder.path().to_owned());
        config.start_workers = false;
        let engine = crate::Engine::open(config).await.unwrap();
        let shared = &engine.shared;
        let mut jobs = vec![];
        for n in 0..4 {
            let token = format!("run {n}");
            let claimed = shared.store.write(move |w| {
                let job = papertray_store::NewJob::new(
                    papertray_model::JobKind::ReadDocument,
                    papertray_model::DocumentId::new(),
                );
                w.enqueue(&job, papertray_model::Timestamp(1))?;
                w.claim(
                    papertray_model::job::Lane::Reading,
                    false,
                    &token,
                    papertray_model::Timestamp(1),
                    60_000,
                )
            });
            jobs.push(claimed.await.unwrap().unwrap());
        }
        let reporters: Vec<_> = jobs.iter().map(|job| Reporter::new(shared, job)).collect();
        let (before, began) = (shared.store.commits(), Instant::now());
        for n in 0..REPORTS {
            reporters[n as usize % reporters.len()].set("reading", n, REPORTS).await.unwrap();
        }
        let seconds = began.elapsed().as_secs_f64().max(1.0);
        let commits = shared.store.commits() - before;
        assert!(commits as f64 <= 10.0 * seconds, "{commits} commits in {seconds} s");
        assert!(commits >= 4, "each job's progress is stored at once");
        engine.shutdown().await;
    }
}
