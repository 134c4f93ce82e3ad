//! `papertray-yardstick-effectum [FOLDER]`: the job queue `effectum`, measured as its documentation uses it.
//!
//! One JSON object a figure on standard output, under the names that Papertray's own queue is measured by. It is a
//! workspace of its own: effectum links an SQLite other than the application's, and one program can hold only one.

#[path = "../../figure.rs"]
mod figure;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use effectum::{Job, JobRunner, JobState, Queue, RunningJob, Worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use figure::{figure, noted, percentile_ms};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Few, because every commit waits for the disk: where that takes 15 ms, this many jobs take 10 s.
const ENQUEUED: usize = 600;
const DRAINED: usize = 600;
const STARTS: usize = 200;
/// Long enough for a worker that has just ended a job to look for the next one and go to sleep.
const PAUSE: Duration = Duration::from_millis(10);
const POLL: Duration = Duration::from_millis(1);
/// At least 40 s of them, so that a lost job ends the program instead of hanging it.
const LOOKS: usize = 40_000;
const KIND: &str = "nothing";

#[tokio::main]
async fn main() -> Result<()> {
    let base = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new().prefix("yardstick-effectum-").tempdir_in(base)?;

    enqueue(&folder.path().join("enqueue.db")).await?;
    drain(&folder.path().join("drain-1.db"), "drain, 1 worker", 1).await?;
    drain(&folder.path().join("drain-4.db"), "drain, 4 workers", 4).await?;
    start_latency(&folder.path().join("start.db")).await?;
    settings(&folder.path().join("enqueue.db"))
}

async fn enqueue(file: &Path) -> Result<()> {
    let queue = Queue::new(file).await?;
    let begun = Instant::now();
    for _ in 0..ENQUEUED {
        Job::builder(KIND).add_to(&queue).await?;
    }
    figure("enqueue, one a commit", "jobs/s", ENQUEUED as f64 / begun.elapsed().as_secs_f64());
    Ok(queue.close(Duration::from_secs(5)).await?)
}

async fn drain(file: &Path, name: &str, workers: usize) -> Result<()> {
    let queue = Queue::new(file).await?;
    let ids = queue.add_jobs((0..DRAINED).map(|_| Job::builder(KIND).build()).collect()).await?;
    let (ran, mut runs) = unbounded_channel();
    let begun = Instant::now();
    let mut running = Vec::new();
    for _ in 0..workers {
        running.push(worker(&queue, &ran).await?);
    }
    for _ in 0..DRAINED {
        next(&mut runs).await?;
    }
    // Not before every handler has run: without WAL, each look at the database would hold up a commit.
    until_idle(&queue).await?;
    figure(name, "jobs/s", DRAINED as f64 / begun.elapsed().as_secs_f64());

    for id in ids {
        let state = queue.get_job_status(id).await?.state;
        if state != JobState::Succeeded {
            return Err(format!("job {id} ended as `{state}`").into());
        }
    }
    drop(running);
    Ok(queue.close(Duration::from_secs(5)).await?)
}

async fn start_latency(file: &Path) -> Result<()> {
    let queue = Queue::new(file).await?;
    let (ran, mut runs) = unbounded_channel();
    let running = worker(&queue, &ran).await?;
    let mut samples = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        tokio::time::sleep(PAUSE).await;
        let begun = Instant::now();
        Job::builder(KIND).add_to(&queue).await?;
        samples.push(next(&mut runs).await?.duration_since(begun));
        until_idle(&queue).await?;
    }
    figure("start latency, p50", "ms", percentile_ms(&mut samples, 0.50));
    figure("start latency, p99", "ms", percentile_ms(&mut samples, 0.99));
    drop(running);
    Ok(queue.close(Duration::from_secs(5)).await?)
}

/// A worker with the default of one job at a time, which tells when each handler ran; several of these drain more
/// than a single one with as many jobs at a time.
async fn worker(queue: &Queue, ran: &UnboundedSender<Instant>) -> Result<Worker> {
    let runner = JobRunner::builder(KIND, nothing).build();
    Ok(Worker::builder(queue, ran.clone()).jobs([runner]).build().await?)
}

async fn nothing(_: RunningJob, ran: UnboundedSender<Instant>) -> std::result::Result<(), String> {
    ran.send(Instant::now()).map_err(|error| error.to_string())
}

async fn next(runs: &mut UnboundedReceiver<Instant>) -> Result<Instant> {
    let run = tokio::time::timeout(Duration::from_secs(30), runs.recv()).await?;
    run.ok_or_else(|| "the worker has gone".into())
}

/// Returns once no job waits or runs any more, as stored.
async fn until_idle(queue: &Queue) -> Result<()> {
    for _ in 0..LOOKS {
        let active = queue.num_active_jobs().await?;
        if active.pending + active.running == 0 {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
    Err("the end of a job was never stored".into())
}

/// The journal mode is the file's; `synchronous` belongs to effectum's own connection, which it does not lend out.
fn settings(file: &Path) -> Result<()> {
    let database = rusqlite::Connection::open(file)?;
    let journal: String = database.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let note =
        format!("journal_mode={journal}, synchronous=normal (from its source; not readable from outside)");
    noted("settings", "", 0.0, &note);
    Ok(())
}
