//! From the call of cancel to the job's end, in the middle of optical character recognition.

use std::time::{Duration, Instant};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::{Random, Set};
use papertray_model::{AddOutcome, EngineEvent, JobState};

use crate::{
    Error, Outcome,
    figure::{Figure, percentile_ms},
};

const TIMES: usize = 100;
/// From the run's start, when the child has opened the file …
const EARLIEST_MS: u64 = 150;
/// … until well before a page of the set is read.
const LATEST_MS: u64 = 700;

pub(crate) fn cancel() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Outcome {
    let folder = tempfile::tempdir()?;
    let truth = papertray_fixtures::write_set(folder.path(), Set::Bench, 1)?;
    let scan = truth.files.first().ok_or("the set is empty")?;
    let mut config = EngineConfig::new(folder.path().join("library"));
    config.pool.children = 1;
    let engine = Engine::open(config).await?;
    let mut events = engine.subscribe();
    let added = engine.add(vec![folder.path().join(&scan.file)]).await?;
    let Some(AddOutcome::Added { document_id, .. }) = added.first() else {
        return Err("the scan was not added".into());
    };
    let mut random = Random::new(7);
    let (mut ended, mut gone) = (vec![], vec![]);
    let mut finished_first = 0;
    while ended.len() < TIMES {
        let job = loop {
            match next(&mut events).await? {
                EngineEvent::JobChanged { job }
                    if job.progress.as_ref().is_some_and(|p| p.stage == "reading") =>
                {
                    break job.id;
                }
                _ => {}
            }
        };
        tokio::time::sleep(Duration::from_millis(random.between(EARLIEST_MS, LATEST_MS))).await;
        let children = readers();
        let asked = Instant::now();
        engine.cancel_job(job).await?;
        let state = loop {
            if let EngineEvent::JobChanged { job: changed } = next(&mut events).await?
                && changed.id == job
                && changed.status.is_over()
            {
                break changed.status;
            }
        };
        if state == JobState::Cancelled {
            ended.push(asked.elapsed());
            while readers().iter().any(|child| children.contains(child)) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            gone.push(asked.elapsed());
        } else {
            finished_first += 1;
            if finished_first > TIMES {
                return Err("pages are read faster than they can be cancelled".into());
            }
        }
        engine.retry(*document_id, true).await?;
    }
    engine.shutdown().await;
    Ok(vec![
        Figure::new("cancel in mid-page, job ended, p50", "ms", percentile_ms(&ended, 0.5)),
        Figure::new("cancel in mid-page, job ended, p99", "ms", percentile_ms(&ended, 0.99)),
        Figure::new("cancel in mid-page, its process gone, p99", "ms", percentile_ms(&gone, 0.99)),
    ])
}

async fn next(events: &mut papertray_engine::Subscription) -> Result<EngineEvent, Error> {
    let waited = tokio::time::timeout(Duration::from_secs(30), events.next()).await;
    Ok(waited.map_err(|_| "the engine is silent")?.ok_or("the engine is gone")?.1)
}

/// The ids of living reader children; those that ended and were not waited for do not count.
fn readers() -> Vec<u32> {
    let us = std::process::id();
    let Ok(processes) = fs_err::read_dir("/proc") else { return vec![] };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let mut fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
            let (state, parent) = (fields.next(), fields.next());
            state != Some("Z") && parent.and_then(|p| p.parse().ok()) == Some(us)
        })
        .collect()
}
