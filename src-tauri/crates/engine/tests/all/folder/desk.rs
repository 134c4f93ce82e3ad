//! A library, a drop folder, and what is asked of both.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use papertray_engine::{Engine, EngineConfig, FolderTimes, Notice};
use papertray_fixtures::small_pdf;
use papertray_model::{
    DocumentQuery, DropFolder, Fate, FolderState, LedgerCounts, LedgerEntry, LedgerQuery, NewDropFolder,
    PauseMode,
};

/// Files of a burst. The burst of 10,000 is a measurement, not a test.
pub(crate) const BURST: u64 = 1000;

pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) times: FolderTimes,
    pub(crate) notice: Notice,
}

/// Times that let a story be told in seconds, with the same order among them.
pub(crate) fn quick() -> FolderTimes {
    let ms = Duration::from_millis;
    FolderTimes {
        closed: ms(200),
        unknown: ms(500),
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

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), times: quick(), notice: Notice::ByProbe };
        fs_err::create_dir(desk.drop()).unwrap();
        desk
    }

    pub(crate) async fn open(&self) -> Engine {
        let mut config = EngineConfig::new(self.folder.path().join("library"));
        config.folders.times = self.times.clone();
        config.folders.notice = self.notice;
        config.start_workers = false;
        let engine = Engine::open(config).await.unwrap();
        engine.pause(PauseMode::Drain, None).await.unwrap();
        engine
    }

    /// An engine that watches the drop folder, and is listening.
    pub(crate) async fn watching(&self, new: NewDropFolder) -> (Engine, DropFolder) {
        let engine = self.open().await;
        let folder = self.add(&engine, new).await;
        listening(&engine).await;
        (engine, folder)
    }

    pub(crate) async fn add(&self, engine: &Engine, new: NewDropFolder) -> DropFolder {
        let path = self.drop().to_str().unwrap().to_owned();
        engine.add_folder(NewDropFolder { path, ..new }).await.unwrap()
    }

    pub(crate) fn drop(&self) -> PathBuf {
        self.folder.path().join("drop")
    }

    /// A place on the same disk, outside of the drop folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

pub(crate) fn put(path: &Path, number: u64) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, small_pdf(7, number)).unwrap();
}

pub(crate) fn put_many(folder: &Path, numbers: std::ops::Range<u64>) {
    for number in numbers {
        put(&folder.join(format!("{number}.pdf")), number);
    }
}

pub(crate) async fn listening(engine: &Engine) {
    until("watching", || engine.folders().unwrap()[0].state != FolderState::Starting).await;
}

pub(crate) async fn until(what: &str, reached: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !reached() {
        assert!(began.elapsed() < Duration::from_secs(90), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

pub(crate) fn counts(engine: &Engine) -> LedgerCounts {
    engine.ledger_counts().unwrap()
}

pub(crate) fn ledger(engine: &Engine) -> Vec<LedgerEntry> {
    let mut query = LedgerQuery { limit: 1000, ..LedgerQuery::default() };
    let mut all = vec![];
    loop {
        let page = engine.ledger(&query).unwrap();
        all.extend(page.entries);
        query.before = all.last().map(|e: &LedgerEntry| e.id);
        if !page.more {
            return all;
        }
    }
}

pub(crate) fn entry(engine: &Engine, name: &str) -> LedgerEntry {
    let found: Vec<_> = ledger(engine).into_iter().filter(|e| e.path.ends_with(name)).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found.into_iter().next().unwrap()
}

pub(crate) fn fates(engine: &Engine) -> BTreeMap<String, Fate> {
    let name = |e: &LedgerEntry| Path::new(&e.path).file_name().unwrap().to_string_lossy().into_owned();
    ledger(engine).iter().map(|e| (name(e), e.fate)).collect()
}

/// Waits for `wanted` imports, lets a late double show itself, and checks that everything adds up: one document, one
/// job and one line a file.
pub(crate) async fn all_imported(engine: &Engine, wanted: u64) {
    let wanted = u32::try_from(wanted).unwrap();
    let took = until("all imported", || counts(engine).imported >= wanted).await;
    println!("{wanted} imported {} ms after the last write", took.as_millis());
    tokio::time::sleep(Duration::from_millis(700)).await;
    let sum = counts(engine);
    assert_eq!((sum.imported, sum.duplicate, sum.waiting, sum.failed), (wanted, 0, 0, 0), "{sum:?}");
    assert_eq!(sum.seen, sum.imported + sum.ignored);
    assert_eq!(ledger(engine).len(), sum.seen as usize);
    assert_eq!(engine.documents(&DocumentQuery::default()).unwrap().total, wanted);
    assert_eq!(engine.snapshot().unwrap().status.pending, wanted);
}

pub(crate) fn usual() -> NewDropFolder {
    NewDropFolder::default()
}
