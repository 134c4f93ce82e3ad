//! The application without a face: watches the drop folder, reads, and does what a restless person asks of it.

use std::{
    io::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use papertray_engine::{Engine, EngineConfig, FolderTimes, Surroundings};
use papertray_fixtures::Random;
use papertray_model::{
    Clock, DocumentFilter, DocumentId, DocumentQuery, ErrorCode, JobQuery, JobState, NewDropFolder,
    PauseMode, SystemClock, Timestamp, UserError,
};

use super::{Error, dropped, library, odd};

/// A clock that is set forward and back.
#[derive(Default)]
struct Jumpy(AtomicI64);

impl Clock for Jumpy {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_ms(self.0.load(Ordering::Relaxed))
    }
}

/// A computer that says it has room: the small disk would pause the queue for good, and shall really fill up.
struct Roomy;

impl Surroundings for Roomy {
    fn free_disk(&self, _: &Path) -> Option<u64> {
        None
    }

    fn free_memory(&self) -> Option<u64> {
        None
    }

    fn saves_battery(&self) -> bool {
        false
    }
}

/// Times in which a story of minutes can be told, with the usual order among them.
fn quick() -> FolderTimes {
    let ms = Duration::from_millis;
    FolderTimes {
        closed: ms(200),
        unknown: ms(400),
        remote: ms(1000),
        open: ms(4000),
        longest_pause: ms(2000),
        debounce: ms(200),
        scan: ms(3000),
        idle_scan: ms(3000),
        idle_after: ms(10_000),
        polling: ms(500),
        root: ms(200),
        probe: ms(2000),
    }
}

/// An engine as the soak opens it.
pub(super) fn config(folder: &Path) -> EngineConfig {
    let mut config = EngineConfig::new(library(folder));
    config.surroundings = Arc::new(Roomy);
    config.folders.times = quick();
    config
}

/// The drop folder as the soak watches it.
pub(super) fn drop_folder(folder: &Path) -> NewDropFolder {
    let path = dropped(folder).to_string_lossy().into_owned();
    NewDropFolder { path, recursive: true, ..NewDropFolder::default() }
}

/// Works until it is killed.
pub fn work(folder: &Path, seed: u64) -> Result<(), Error> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let clock = Arc::new(Jumpy::default());
        let mut random = Random::new(seed);
        // On a full disk the library does not open; whoever starts it tries again.
        let engine = loop {
            let mut config = config(folder);
            config.clock = Arc::<Jumpy>::clone(&clock);
            match Engine::open(config).await {
                Ok(engine) => break engine,
                Err(e) => note(folder, "open", &e)?,
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        while let Err(e) = engine.add_folder(drop_folder(folder)).await {
            note(folder, "add_folder", &e)?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        loop {
            if let Err(e) = act(&engine, &clock, &mut random).await {
                note(folder, "act", &e)?;
            }
            tokio::time::sleep(Duration::from_millis(random.between(10, 250))).await;
        }
    })
}

/// What a person does next.
async fn act(engine: &Engine, clock: &Jumpy, random: &mut Random) -> Result<(), UserError> {
    let query = DocumentQuery { filter: DocumentFilter::All, limit: 500, ..DocumentQuery::default() };
    let rows = engine.documents(&query)?.rows;
    let document = |random: &mut Random| -> Option<DocumentId> {
        let n = random.between(0, (rows.len() as u64).checked_sub(1)?);
        rows.get(n as usize).map(|row| row.document_id)
    };
    match random.between(0, 13) {
        0 => {
            // At work or waiting, where there is one.
            let open = JobQuery {
                states: vec![JobState::Processing, JobState::Pending],
                limit: 20,
                ..JobQuery::default()
            };
            let jobs = engine.jobs(&open)?.jobs;
            if let Some(job) = jobs.get(random.between(0, 19) as usize) {
                engine.cancel_job(job.id).await?;
            }
        }
        1 => {
            if let Some(id) = document(random) {
                engine.cancel_document(id).await?;
            }
        }
        2 => {
            if let Some(id) = document(random) {
                engine.retry(id, true).await?;
            }
        }
        3 => drop(engine.retry_failed(None).await?),
        4 | 5 => {
            if let Some(id) = document(random) {
                engine.refresh(id).await?;
            }
        }
        6 => {
            let mode = if random.between(0, 1) == 0 { PauseMode::Drain } else { PauseMode::Suspend };
            engine.pause(mode, None).await?;
            tokio::time::sleep(Duration::from_millis(random.between(50, 800))).await;
            engine.resume().await?;
        }
        7 => {
            let next = engine.next_jobs(20)?;
            if let Some(job) = next.get(random.between(0, 19) as usize) {
                engine.pause_job(job.id).await?;
                tokio::time::sleep(Duration::from_millis(random.between(10, 300))).await;
                engine.resume_job(job.id).await?;
            }
        }
        8 => {
            if let Some(job) = engine.next_jobs(20)?.last() {
                engine.run_next(job.id).await?;
            }
        }
        9 => {
            if let Some(id) = document(random) {
                engine.remove(vec![id]).await?;
                engine.restore(vec![id]).await?;
            }
        }
        10 => {
            if let Some(id) = document(random) {
                engine.regenerate(id).await?;
            }
        }
        11 => {
            if let Some(id) = document(random) {
                engine
                    .set_field(id, "vendor".to_owned(), format!("Person's {}", random.between(0, 9)))
                    .await?;
            }
        }
        12 => {
            // Up to ten minutes, forward and back.
            let by = random.between(0, 1_200_000).cast_signed() - 600_000;
            clock.0.store(by, Ordering::Relaxed);
        }
        _ => {
            engine.snapshot()?;
            engine.health();
            engine.queue_metrics(1).await?;
        }
    }
    Ok(())
}

/// Answers are part of the game; a fault of ours and a damaged library never are.
fn note(folder: &Path, verb: &str, error: &UserError) -> std::io::Result<()> {
    if matches!(error.code, ErrorCode::Internal | ErrorCode::LibraryDamaged | ErrorCode::LibraryTooNew) {
        // Kept beside the small disk's full state as well as may be: a line that does not fit is said on standard error.
        let line = format!("{verb}: {error}\n");
        let mut file = fs_err::OpenOptions::new().create(true).append(true).open(odd(folder))?;
        if file.write_all(line.as_bytes()).is_err() {
            say(&line);
        }
    }
    Ok(())
}

#[allow(clippy::print_stderr, reason = "the child of a test has no other way to speak")]
fn say(line: &str) {
    eprint!("soak: {line}");
}
