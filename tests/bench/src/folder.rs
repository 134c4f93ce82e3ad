//! A drop folder: ten thousand files at once, half of them in new sub-folders, and what watching them costs after.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::small_pdf;
use papertray_model::{FolderState, NewDropFolder, PauseMode};

use crate::{Error, Outcome, figure::Figure};

const FILES: u64 = 10_000;
/// Until the scans after the last news are over.
const SETTLE: Duration = Duration::from_secs(10);
/// Long enough to hold two of the scans that go on for ever.
const WATCH: Duration = Duration::from_secs(150);
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn folder() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Outcome {
    let desk = tempfile::tempdir()?;
    let drop = desk.path().join("drop");
    fs_err::create_dir(&drop)?;
    let mut config = EngineConfig::new(desk.path().join("library"));
    config.start_workers = false;
    let engine = Engine::open(config).await?;
    engine.pause(PauseMode::Drain, None).await?; // reading is another measure
    let path = drop.to_string_lossy().into_owned();
    engine.add_folder(NewDropFolder { path, recursive: true, ..NewDropFolder::default() }).await?;
    until(|| Ok(engine.folders()?.iter().all(|f| f.state != FolderState::Starting))).await?;

    put(&drop, 0..FILES / 2, |number| format!("{number}.pdf"))?;
    put(&drop, FILES / 2..FILES, |number| format!("{}/{number}.pdf", number % 100))?;
    let written = Instant::now();
    until(|| Ok(u64::from(engine.ledger_counts()?.imported) >= FILES)).await?;
    let fates = written.elapsed();
    let counts = engine.ledger_counts()?;
    if u64::from(counts.seen) != FILES {
        return Err(format!("of {FILES} files the ledger has {counts:?}").into());
    }
    tokio::time::sleep(SETTLE).await;
    let (began, busy) = (Instant::now(), processor_seconds()?);
    tokio::time::sleep(WATCH).await;
    let share = (processor_seconds()? - busy) / began.elapsed().as_secs_f64() * 100.0;
    engine.shutdown().await;
    Ok(vec![
        Figure::new("10,000 files into a drop folder, last write to last fate", "s", fates.as_secs_f64()),
        Figure::new("watching 10,000 files, idle, share of one core", "%", share),
    ])
}

fn put(drop: &Path, numbers: std::ops::Range<u64>, name: impl Fn(u64) -> String) -> Result<(), Error> {
    for number in numbers {
        let path = drop.join(name(number));
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(path, small_pdf(7, number))?;
    }
    Ok(())
}

async fn until(reached: impl Fn() -> Result<bool, Error>) -> Result<(), Error> {
    let began = Instant::now();
    while !reached()? {
        if began.elapsed() > PATIENCE {
            return Err("the drop folder did not get there in two minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Processor time of this process so far, from ticks of 1/100 s.
fn processor_seconds() -> Result<f64, Error> {
    let stat = fs_err::read_to_string("/proc/self/stat")?;
    // The name in brackets may hold spaces.
    let rest = stat.rsplit_once(')').ok_or("the kernel's account cannot be read")?.1;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks() + ticks()) / 100.0)
}
