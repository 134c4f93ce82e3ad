//! The queue as the engine uses it, beside a bare table in the same run.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use papertray_model::{Clock, DocumentId, JobKind, SystemClock, job::Lane};
use papertray_store::{Claimed, Durability, Enqueued, Finish, NewJob, Store};
use tokio::sync::Notify;

use crate::{
    Error, Outcome,
    figure::{Figure, percentile_ms, rate},
    raw::Raw,
};

const LEASE_MS: i64 = 60_000;
/// As many as the yardsticks that drain from a full table use.
const DRAINED: usize = 2000;
const STARTS: usize = 500;
const FEW: usize = 1000;
const MANY: usize = 1_000_000;
const CLAIMS: usize = 200;

pub(crate) fn queue() -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut figures = vec![];
    for (durability, name, enqueued) in
        [(Durability::Full, "FULL", 1000), (Durability::Normal, "NORMAL", 10_000)]
    {
        let folder = tempfile::tempdir()?;
        let store = Store::open_with(folder.path().join("library"), durability)?;
        let mut raw = Raw::open(&folder.path().join("raw.db"), durability)?;
        let theirs = rate(enqueued, raw.enqueue(enqueued)?);
        let ours = rate(enqueued, runtime.block_on(enqueue(&store, enqueued))?);
        figures.push(
            Figure::new(format!("enqueue, one a commit, {name}"), "jobs/s", ours)
                .against("bare table", theirs),
        );
        let theirs = rate(DRAINED.min(enqueued), raw.drain(DRAINED.min(enqueued))?);
        for workers in [1, 4] {
            let store = Store::open_with(folder.path().join(format!("drain-{workers}")), durability)?;
            fill(&store, DRAINED)?;
            let ours = rate(DRAINED, runtime.block_on(drain(&store, workers))?);
            figures.push(
                Figure::new(format!("drain, {workers} worker(s), {name}"), "jobs/s", ours)
                    .against("bare table, one loop", theirs),
            );
        }
    }
    let folder = tempfile::tempdir()?;
    let starts = runtime.block_on(start_latency(&folder.path().join("start")))?;
    figures.push(Figure::new("start latency, NORMAL, p50", "ms", percentile_ms(&starts, 0.5)));
    figures.push(Figure::new("start latency, NORMAL, p99", "ms", percentile_ms(&starts, 0.99)));
    figures.extend(many_rows(folder.path())?);
    Ok(figures)
}

fn new_job() -> NewJob {
    NewJob::new(JobKind::ReadDocument, DocumentId::new())
}

async fn enqueue(store: &Store, count: usize) -> Result<Duration, Error> {
    let began = Instant::now();
    for _ in 0..count {
        let (job, now) = (new_job(), SystemClock.now());
        store.write(move |w| w.enqueue(&job, now)).await?;
    }
    Ok(began.elapsed())
}

/// Many at once, a few commits.
fn fill(store: &Store, count: usize) -> Result<(), Error> {
    for start in (0..count).step_by(10_000) {
        let some = (count - start).min(10_000);
        store.write_blocking(move |w| {
            let now = SystemClock.now();
            for _ in 0..some {
                w.enqueue(&new_job(), now)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Ends `done` and claims the next job in one transaction, as the engine's workers do.
async fn next(
    store: &Store,
    done: Option<Claimed>,
    token: String,
) -> papertray_store::Result<Option<Claimed>> {
    let claimed = store.write(move |w| {
        let now = SystemClock.now();
        if let Some(done) = done {
            w.holds(done.id, &done.token)?;
            w.finish(done.id, &done.token, &Finish::Completed { result: None }, now)?;
        }
        w.claim(Lane::Reading, false, &token, now, LEASE_MS)
    });
    claimed.await
}

async fn drain(store: &Store, workers: usize) -> Result<Duration, Error> {
    let count = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..workers)
        .map(|worker| {
            let (store, count) = (store.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                let mut done = None;
                for run in 0.. {
                    done = next(&store, done, format!("{worker} {run}")).await.map_err(|e| e.to_string())?;
                    if done.is_none() {
                        break;
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<(), String>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let took = began.elapsed();
    let completed = store.queue_status().completed as usize;
    if count.load(Ordering::Relaxed) != completed {
        return Err(format!("{completed} jobs are completed of {}", count.load(Ordering::Relaxed)).into());
    }
    Ok(took)
}

/// A worker sleeps; a job is queued; until the worker holds it.
async fn start_latency(library: &Path) -> Result<Vec<Duration>, Error> {
    let store = Store::open_with(library, Durability::Normal)?;
    let (wake, started) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let worker = {
        let (store, wake, started) = (store.clone(), Arc::clone(&wake), Arc::clone(&started));
        tokio::spawn(async move {
            let mut done = None;
            loop {
                match next(&store, done.take(), "start".to_owned()).await {
                    Ok(Some(job)) => {
                        started.notify_one();
                        done = Some(job);
                    }
                    Ok(None) => wake.notified().await,
                    Err(_) => return,
                }
            }
        })
    };
    let mut samples = vec![];
    for _ in 0..STARTS {
        tokio::time::sleep(Duration::from_millis(3)).await;
        let began = Instant::now();
        store.write(|w| w.enqueue(&new_job(), SystemClock.now())).await?;
        wake.notify_one();
        started.notified().await;
        samples.push(began.elapsed());
    }
    worker.abort();
    Ok(samples)
}

/// Claims and the status with few rows and with very many.
fn many_rows(folder: &Path) -> Outcome {
    let mut medians = vec![];
    let mut status = Duration::ZERO;
    for count in [FEW, MANY] {
        let store = Store::open_with(folder.join(count.to_string()), Durability::Normal)?;
        fill(&store, count)?;
        let mut samples = vec![];
        for run in 0..CLAIMS {
            let token = run.to_string();
            samples.push(store.write_blocking(move |w| {
                let began = Instant::now();
                w.claim(Lane::Reading, run % 8 == 7, &token, SystemClock.now(), LEASE_MS)?;
                Ok(began.elapsed())
            })?);
        }
        medians.push(percentile_ms(&samples, 0.5) * 1000.0);
        let began = Instant::now();
        std::hint::black_box(store.queue_status());
        status = began.elapsed();
        if count == FEW {
            let twice = store.write_blocking(|w| {
                let job = new_job();
                Ok((w.enqueue(&job, SystemClock.now())?, w.enqueue(&job, SystemClock.now())?))
            })?;
            if !matches!(twice, (Enqueued::New(a), Enqueued::AlreadyQueued(b)) if a == b) {
                return Err("the same work was queued twice".into());
            }
        }
    }
    Ok(vec![
        Figure::new("claim at 1,000,000 rows, p50", "us", medians[1]).against("at 1,000 rows", medians[0]),
        Figure::new("status at 1,000,000 rows", "ms", status.as_secs_f64() * 1000.0),
    ])
}
