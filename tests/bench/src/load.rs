//! Ten thousand small documents at once: how long until all are answered for, whether commands stay quick meanwhile, and
//! whether memory grows.

use std::time::{Duration, Instant};

use papertray_engine::{Engine, EngineConfig};
use papertray_model::DocumentQuery;

use crate::{
    Error, Outcome,
    figure::{Figure, percentile_ms, rate},
};

const DOCUMENTS: u64 = 10_000;

pub(crate) fn load() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Outcome {
    let folder = tempfile::tempdir()?;
    let files = papertray_fixtures::small_pdfs(&folder.path().join("files"), DOCUMENTS, 11)?;
    let engine = Engine::open(EngineConfig::new(folder.path().join("library"))).await?;
    let began = Instant::now();
    engine.add(files).await?;
    let answered = began.elapsed();

    // What a window asks for while it works: the list, the counts, the queue.
    let (mut commands, mut early, mut peak) = (vec![], None, 0.0_f64);
    loop {
        let asked = Instant::now();
        engine.documents(&DocumentQuery { limit: 50, ..DocumentQuery::default() })?;
        let snapshot = engine.snapshot()?;
        commands.push(asked.elapsed());
        let memory = resident_mib()?;
        peak = peak.max(memory);
        if snapshot.status.completed > 1000 {
            early.get_or_insert(memory);
        }
        let over = snapshot.status.completed + snapshot.status.failed;
        if snapshot.counts.working == 0 && u64::from(over) >= 2 * DOCUMENTS && snapshot.status.processing == 0
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = began.elapsed();
    let counts = engine.snapshot()?.counts;
    if u64::from(counts.all) != DOCUMENTS || counts.failed > 0 {
        return Err(
            format!("of {DOCUMENTS} documents {} are there, {} failed", counts.all, counts.failed).into()
        );
    }
    engine.shutdown().await;
    Ok(vec![
        Figure::new("10,000 documents, the answer of `add`", "ms", answered.as_secs_f64() * 1000.0),
        Figure::new(
            "10,000 documents, all read and described",
            "documents/s",
            rate(DOCUMENTS as usize, took),
        ),
        Figure::new("list and counts meanwhile, p99", "ms", percentile_ms(&commands, 0.99)),
        Figure::new("memory of the engine at its peak", "MiB", peak)
            .against("after 500 documents", early.unwrap_or(peak)),
    ])
}

fn resident_mib() -> Result<f64, Error> {
    let status = fs_err::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the system tells no memory")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
