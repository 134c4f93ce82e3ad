//! `papertray-yardstick-apalis [FOLDER]`: the job queue `apalis` on SQLite, measured as its documentation uses it.
//!
//! One JSON object a figure on standard output, under the names that Papertray's own queue is measured by. It is a
//! workspace of its own: sqlx links an SQLite other than the application's, and one program can hold only one.

#[path = "../../figure.rs"]
mod figure;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_sqlite::{Config, SqlitePool, SqliteStorage, queries};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use figure::{figure, noted, percentile_ms};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const ENQUEUED: usize = 3_000;
/// The rate falls as this grows: the statement that locks a fetched job goes through all that are still pending.
const DRAINED: usize = 2_000;
const STARTS: usize = 200;
const CLAIMS: usize = 31;
/// Long enough for a worker that has just ended a job to look for the next one and go to sleep.
const PAUSE: Duration = Duration::from_millis(10);
const POLL: Duration = Duration::from_millis(1);
/// At least 40 s of them, so that a lost job ends the program instead of hanging it.
const LOOKS: usize = 40_000;
/// The README's: its wake-up comes before the commit, so a worker may look too early and must look again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<()> {
    let base = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new().prefix("yardstick-apalis-").tempdir_in(base)?;

    enqueue(&folder.path().join("enqueue.db")).await?;
    drain(&folder.path().join("drain-1.db"), "drain, 1 worker", 1).await?;
    let note = drain(&folder.path().join("drain-4.db"), "drain, 4 workers", 4).await?;
    start_latency(&folder.path().join("start.db")).await?;
    claim(&folder.path().join("claim-1k.db"), "claim at 1,000 rows", 1_000).await?;
    claim(&folder.path().join("claim-100k.db"), "claim at 100,000 rows", 100_000).await?;
    noted("settings", "", 0.0, &note);
    Ok(())
}

fn url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

async fn open(file: &Path) -> Result<SqlitePool> {
    let pool = SqlitePool::connect(&url(file)).await?;
    SqliteStorage::setup(&pool).await?;
    Ok(pool)
}

async fn enqueue(file: &Path) -> Result<()> {
    let pool = open(file).await?;
    let mut queue = SqliteStorage::<u32>::new(&pool);
    let begun = Instant::now();
    for _ in 0..ENQUEUED {
        queue.push(0).await?;
    }
    figure("enqueue, one a commit", "jobs/s", ENQUEUED as f64 / begun.elapsed().as_secs_f64());
    Ok(())
}

async fn drain(file: &Path, name: &str, workers: usize) -> Result<String> {
    let pool = open(file).await?;
    let mut queue = SqliteStorage::<u32>::new(&pool);
    queue.push_bulk(vec![0; DRAINED]).await?;
    let (ran, mut runs) = unbounded_channel();
    let begun = Instant::now();
    let running: Vec<_> = (1..=workers)
        .map(|n| {
            let worker = WorkerBuilder::new(format!("worker-{n}"));
            tokio::spawn(worker.backend(queue.clone()).data(ran.clone()).build(nothing).run())
        })
        .collect();
    for _ in 0..DRAINED {
        next(&mut runs).await?;
    }
    until_done(&pool, DRAINED).await?;
    figure(name, "jobs/s", DRAINED as f64 / begun.elapsed().as_secs_f64());
    running.iter().for_each(|worker| worker.abort());
    settings(&pool).await
}

/// With the wake-up by SQLite's update hook: without it an idle worker looks again at its heartbeat, every 30 s.
async fn start_latency(file: &Path) -> Result<()> {
    let (pool, added) = SqliteStorage::connect_with_callback(&url(file))?;
    SqliteStorage::setup(&pool).await?;
    let mut queue = SqliteStorage::<u32>::new(&pool);
    let woken = queue.clone().poll_with_strategy(Strategy::new().stream(added).interval(LOOK_AGAIN));
    let (ran, mut runs) = unbounded_channel();
    let running = tokio::spawn(WorkerBuilder::new("worker").backend(woken).data(ran).build(nothing).run());
    let mut samples = Vec::with_capacity(STARTS);
    for started in 1..=STARTS {
        tokio::time::sleep(PAUSE).await;
        let begun = Instant::now();
        queue.push(0).await?;
        samples.push(next(&mut runs).await?.duration_since(begun));
        until_done(&pool, started).await?;
    }
    figure("start latency, p50", "ms", percentile_ms(&mut samples, 0.50));
    figure("start latency, p99", "ms", percentile_ms(&mut samples, 0.99));
    running.abort();
    Ok(())
}

/// The median time to fetch one job of `rows` pending ones; the note has that of the lock, which a worker's default
/// settings write for each fetched job as well.
async fn claim(file: &Path, name: &str, rows: u32) -> Result<()> {
    let pool = open(file).await?;
    SqliteStorage::<u32>::new(&pool).push(0).await?;
    // Copies of a pushed job: pushing 100,000 would take longer than everything that is measured here.
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO Jobs SELECT job, printf('%026d', i), job_type, status, attempts, max_attempts, run_at,
         last_result, lock_at, lock_by, done_at, priority, metadata, idempotency_key FROM Jobs, n",
    )
    .bind(rows)
    .execute(&pool)
    .await?;
    let config = Config::default().queue(std::any::type_name::<u32>()).batch_size(1);
    let worker = WorkerContext::new("claimer");
    queries::register_worker(&pool, &config, &worker, "SqliteStorage").await?;
    let (mut fetches, mut locks) = (Vec::new(), Vec::new());
    for _ in 0..CLAIMS {
        let begun = Instant::now();
        let jobs = queries::fetch_next(&pool, &config, &worker).await?;
        fetches.push(begun.elapsed());
        let ids: Vec<_> = jobs.iter().filter_map(|job| job.task_id()).map(|id| id.to_string()).collect();
        let begun = Instant::now();
        if queries::lock_tasks(&pool, &ids, worker.name()).await? != 1 {
            return Err(format!("{name}: not one job locked").into());
        }
        locks.push(begun.elapsed());
    }
    let (fetch, lock) = (percentile_ms(&mut fetches, 0.5) * 1000.0, percentile_ms(&mut locks, 0.5) * 1000.0);
    let note = format!("fetch alone; the lock that follows takes {lock:.0} us");
    noted(name, "us", fetch, &note);
    Ok(())
}

async fn nothing(_: u32, ran: Data<UnboundedSender<Instant>>) -> std::result::Result<(), BoxDynError> {
    Ok(ran.send(Instant::now())?)
}

async fn next(runs: &mut UnboundedReceiver<Instant>) -> Result<Instant> {
    let run = tokio::time::timeout(Duration::from_secs(40), runs.recv()).await?;
    run.ok_or_else(|| "the worker has gone".into())
}

/// Returns once the table has `jobs` ended ones.
async fn until_done(pool: &SqlitePool, jobs: usize) -> Result<()> {
    for _ in 0..LOOKS {
        let done: i64 =
            sqlx::query_scalar("SELECT count(*) FROM Jobs WHERE status = 'Done'").fetch_one(pool).await?;
        if usize::try_from(done)? == jobs {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
    Err("the end of a job was never stored".into())
}

/// `synchronous` as each of the pool's connections has it, for `setup` reaches only the one it happens to run on.
async fn settings(pool: &SqlitePool) -> Result<String> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await?;
    let (mut held, mut found) = (Vec::new(), Vec::<i64>::new());
    while let Some(mut connection) = pool.try_acquire() {
        found.push(sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await?);
        held.push(connection);
    }
    Ok(format!("journal_mode={journal}, synchronous={found:?} (by pooled connection)"))
}
