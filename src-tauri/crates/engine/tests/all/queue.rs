//! The queue as a person steers it, with the real reader: pause, suspend, refresh, cancel, retry by cause.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use papertray_engine::{Engine, EngineConfig, Surroundings, restore_backup};
use papertray_fixtures::{ENCRYPTED_PASSWORD, Sheet, encrypted_pdf, pdf::text_pdf, small_pdf};
use papertray_model::{
    AddOutcome, Clock, DocumentId, DocumentStatus, EngineEvent, ErrorCode, Job, JobQuery, JobState, Pause,
    PauseCause, PauseMode, SystemClock, Timestamp,
};

const PAGES: u32 = 120;

/// The computer's clock, put forward by a test.
#[derive(Default)]
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_ms(self.0.load(Ordering::SeqCst))
    }
}

#[derive(Default)]
struct Computer {
    disk_is_full: AtomicBool,
    saves_battery: AtomicBool,
}

impl Surroundings for Computer {
    fn free_disk(&self, _: &Path) -> Option<u64> {
        Some(if self.disk_is_full.load(Ordering::SeqCst) { 1_000_000 } else { 1 << 40 })
    }
    fn free_memory(&self) -> Option<u64> {
        None
    }
    fn saves_battery(&self) -> bool {
        self.saves_battery.load(Ordering::SeqCst)
    }
}

struct Desk {
    folder: tempfile::TempDir,
    clock: Arc<TestClock>,
    computer: Arc<Computer>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, clock: Arc::default(), computer: Arc::default() }
    }

    async fn open(&self) -> Engine {
        let mut config = EngineConfig::new(self.folder.path().join("library"));
        config.clock = Arc::clone(&self.clock) as _;
        config.surroundings = Arc::clone(&self.computer) as _;
        config.pool.children = 1;
        Engine::open(config).await.unwrap()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs_err::write(&path, bytes).unwrap();
        path
    }

    fn small(&self, number: u64) -> PathBuf {
        self.file(&format!("small-{number}.pdf"), &small_pdf(7, number))
    }

    /// A document that takes long enough to be caught in the middle.
    fn long(&self) -> PathBuf {
        let pages: Vec<Sheet> = (1..=PAGES)
            .map(|number| {
                let mut sheet = Sheet::a4();
                for line in 0..20 {
                    sheet.left(60.0, 80.0 + 30.0 * line as f32, 11.0, &format!("Page {number}, line {line}"));
                }
                sheet
            })
            .collect();
        self.file("long.pdf", &text_pdf(&pages, 0))
    }

    fn put_clock_forward(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }
}

async fn add(engine: &Engine, files: Vec<PathBuf>) -> Vec<DocumentId> {
    let outcomes = engine.add(files).await.unwrap();
    engine.stored().await.unwrap();
    let id = |outcome| match outcome {
        AddOutcome::Added { document_id, .. } => document_id,
        other => panic!("{other:?}"),
    };
    outcomes.into_iter().map(id).collect()
}

fn reading_job(engine: &Engine, document: DocumentId) -> Job {
    let jobs = engine.jobs(&JobQuery { owner: Some(document.into()), ..JobQuery::default() }).unwrap().jobs;
    jobs.into_iter().find(|job| job.kind == papertray_model::JobKind::ReadDocument).unwrap()
}

/// Waits until some pages of a running job are read; answers how many.
async fn in_the_middle(engine: &Engine) -> u32 {
    let mut events = engine.subscribe();
    loop {
        let event = tokio::time::timeout(Duration::from_secs(60), events.next()).await.unwrap().unwrap().1;
        if let EngineEvent::JobChanged { job } = event
            && let Some(progress) = job.progress.filter(|p| p.stage == "reading" && p.n >= 20)
        {
            return progress.n;
        }
    }
}

async fn until(what: &str, reached: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !reached() {
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn pages_read(engine: &Engine) -> u32 {
    let stages = engine.queue_metrics(1).await.unwrap().stages;
    stages
        .iter()
        .filter(|s| ["text_layer", "ocr", "blank"].contains(&s.stage.as_str()))
        .map(|s| s.count)
        .sum()
}

fn cause(engine: &Engine) -> Option<PauseCause> {
    engine.paused().map(|pause| pause.cause)
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_in_the_middle_no_page_is_lost_or_read_twice() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let id = add(&engine, vec![desk.long()]).await[0];
    in_the_middle(&engine).await;
    engine.pause(PauseMode::Suspend, None).await.unwrap();
    until("given back", || reading_job(&engine, id).status == JobState::Pending).await;
    let read = pages_read(&engine).await;
    let total = engine.document(id).unwrap().page_count.unwrap();
    assert!(read >= 20 && read < total, "{read} of {total}");
    engine.shutdown().await;
    drop(engine);

    // The pause outlives the program.
    let engine = desk.open().await;
    assert_eq!(cause(&engine), Some(PauseCause::Person));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(reading_job(&engine, id).status, JobState::Pending);
    engine.resume().await.unwrap();
    engine.idle(0).await.unwrap();
    assert_eq!(engine.document(id).unwrap().status, DocumentStatus::OcrComplete);
    assert_eq!(pages_read(&engine).await, total, "each page once");
    assert_eq!(reading_job(&engine, id).retry_count, 0, "a pause costs no attempt");
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drained_the_document_in_work_is_finished_and_the_next_waits() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let first = add(&engine, vec![desk.long()]).await[0];
    in_the_middle(&engine).await;
    engine.pause(PauseMode::Drain, Some(10)).await.unwrap();
    let second = add(&engine, vec![desk.small(1)]).await[0];
    until("finished", || reading_job(&engine, first).status == JobState::Completed).await;
    assert_eq!(reading_job(&engine, second).status, JobState::Pending);
    // After ten minutes it goes on by itself.
    let Some(Pause { until: Some(end), .. }) = engine.paused() else { panic!("not paused for a time") };
    assert!(end > desk.clock.now());
    desk.put_clock_forward(11 * 60_000);
    until("the pause's end", || engine.paused().is_none()).await;
    engine.idle(0).await.unwrap();
    assert_eq!(reading_job(&engine, second).status, JobState::Completed);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finishing_the_page_before_the_end_keeps_it() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let id = add(&engine, vec![desk.long()]).await[0];
    in_the_middle(&engine).await;
    engine.finish_pages().await;
    let (read, total) = (pages_read(&engine).await, engine.document(id).unwrap().page_count.unwrap());
    assert!(read >= 20 && read < total, "{read} of {total}");
    engine.shutdown().await;
    drop(engine);
    let engine = desk.open().await;
    engine.idle(0).await.unwrap();
    assert_eq!(pages_read(&engine).await, total, "each page once");
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_pauses_while_the_disk_is_full_and_a_person_may_overrule_it() {
    let desk = Desk::new();
    desk.computer.disk_is_full.store(true, Ordering::SeqCst);
    let engine = desk.open().await;
    until("the pause", || cause(&engine) == Some(PauseCause::LowDisk)).await;
    desk.computer.disk_is_full.store(false, Ordering::SeqCst);
    until("room again", || engine.paused().is_none()).await;

    desk.computer.saves_battery.store(true, Ordering::SeqCst);
    until("the battery's pause", || cause(&engine) == Some(PauseCause::Battery)).await;
    engine.resume().await.unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await; // longer than it takes to look around
    assert_eq!(cause(&engine), None, "a person decided");
    // Once the cause has passed, it counts again.
    desk.computer.saves_battery.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(6)).await;
    desk.computer.saves_battery.store(true, Ordering::SeqCst);
    until("the battery's second pause", || cause(&engine) == Some(PauseCause::Battery)).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reads_every_page_again_and_only_so_often() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let id = add(&engine, vec![desk.small(1)]).await[0];
    engine.idle(0).await.unwrap();
    for count in 1..=5 {
        let refreshed = engine.refresh(id).await.unwrap();
        assert_eq!(refreshed.status, "queued");
        engine.idle(0).await.unwrap();
        assert_eq!(pages_read(&engine).await, 1 + count);
    }
    let refused = engine.refresh(id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RateLimited);
    assert!(refused.hint.contains(" s."), "{refused}");
    // The limit is kept with the library.
    engine.shutdown().await;
    drop(engine);
    let engine = desk.open().await;
    assert_eq!(engine.refresh(id).await.unwrap_err().code, ErrorCode::RateLimited);
    desk.put_clock_forward(301_000);
    engine.refresh(id).await.unwrap();
    engine.idle(0).await.unwrap();
    assert_eq!(engine.refreshes(id).unwrap().len(), 6);
    assert_eq!(engine.detail(id).unwrap().pages.len(), 1);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_of_what_is_in_work_is_refused() {
    let desk = Desk::new();
    let engine = desk.open().await;
    engine.pause(PauseMode::Drain, None).await.unwrap();
    let id = add(&engine, vec![desk.small(1)]).await[0];
    assert_eq!(engine.refresh(id).await.unwrap_err().code, ErrorCode::WrongState);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_cancelled_at_once_and_the_queue_goes_on() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let mut files = vec![desk.long()];
    files.extend((0..8).map(|n| desk.small(n)));
    let ids = add(&engine, files).await;
    in_the_middle(&engine).await;
    assert_eq!(engine.cancel_all().await.unwrap(), 9);
    until("the running one's end", || reading_job(&engine, ids[0]).status == JobState::Cancelled).await;
    for id in &ids {
        assert_eq!(engine.document(*id).unwrap().status, DocumentStatus::Cancelled);
    }
    engine.retry(ids[0], false).await.unwrap();
    engine.idle(0).await.unwrap();
    assert_eq!(engine.document(ids[0]).unwrap().status, DocumentStatus::OcrComplete);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_group_by_cause_and_are_tried_again_by_cause() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let broken = |n: u64| desk.file(&format!("broken-{n}.pdf"), format!("%PDF-1.7\nbroken {n}").as_bytes());
    let locked = desk.file("locked.pdf", &encrypted_pdf(&[Sheet::a4()]).unwrap());
    let ids = add(&engine, vec![broken(1), broken(2), locked]).await;
    engine.idle(0).await.unwrap();
    let causes: Vec<_> = engine.failure_causes().unwrap().iter().map(|c| (c.code, c.count)).collect();
    assert_eq!(causes, [(ErrorCode::Corrupt, 2), (ErrorCode::Encrypted, 1)]);
    assert_eq!(engine.retry_failed(None).await.unwrap(), 0, "neither passes by itself");
    assert_eq!(engine.retry_failed(Some(ErrorCode::Corrupt)).await.unwrap(), 2);
    engine.idle(0).await.unwrap();
    let failed =
        engine.jobs(&JobQuery { code: Some(ErrorCode::Corrupt), ..JobQuery::default() }).unwrap().jobs;
    assert_eq!(failed.len(), 2);
    assert_eq!(engine.job(failed[0].id).unwrap().attempts.len(), 2);
    engine.unlock(ids[2], ENCRYPTED_PASSWORD.to_owned()).await.unwrap();
    engine.idle(0).await.unwrap();
    assert_eq!(engine.document(ids[2]).unwrap().status, DocumentStatus::OcrComplete);
    assert_eq!(engine.failure_causes().unwrap().len(), 1);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_set_aside_moved_and_logged() {
    let desk = Desk::new();
    let engine = desk.open().await;
    engine.pause(PauseMode::Drain, None).await.unwrap();
    let ids = add(&engine, (0..3).map(|n| desk.small(n)).collect()).await;
    let jobs: Vec<_> = ids.iter().map(|id| reading_job(&engine, *id).id).collect();
    engine.pause_job(jobs[0]).await.unwrap();
    engine.run_next(jobs[2]).await.unwrap();
    let order: Vec<_> = engine.next_jobs(9).unwrap().iter().map(|job| job.id).collect();
    assert_eq!(order, [jobs[2], jobs[1]]);
    engine.resume().await.unwrap();
    engine.idle(0).await.unwrap();
    assert_eq!(reading_job(&engine, ids[0]).status, JobState::Paused);
    engine.resume_job(jobs[0]).await.unwrap();
    engine.idle(0).await.unwrap();
    let detail = engine.job(jobs[0]).unwrap();
    assert_eq!(detail.job.status, JobState::Completed);
    let log: Vec<&str> = detail.log.iter().map(|line| line.message.as_str()).collect();
    let place = |words: &str| log.iter().position(|line| line.contains(words)).unwrap_or(usize::MAX);
    assert!(place("reading starts") < place("page 1 read in"), "{log:?}");
    assert!(place("page 1 read in") < place("reading complete"), "{log:?}");
    let text = engine.metrics_text().await.unwrap();
    assert!(text.contains("papertray_jobs{state=\"completed\"} 6"), "{text}");
    engine.shutdown().await;
}

/// What is in a library, without when and how quickly it came there.
fn content(engine: &Engine, ids: &[DocumentId]) -> Vec<String> {
    let of = |id: &DocumentId| {
        let reading = engine.reading(*id, true).unwrap();
        let metadata = serde_json::to_string(&reading.metadata).unwrap();
        let hash = engine.stored_file(*id).unwrap().file_name().unwrap().to_string_lossy().into_owned();
        format!(
            "{hash} {:?} {metadata} {} {}",
            reading.status,
            serde_json::to_string(&reading.fields).unwrap(),
            serde_json::to_string(&reading.pages).unwrap()
        )
    };
    ids.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_jobs_run_restores_to_the_same_library() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let ids = add(&engine, (0..150).map(|n| desk.small(n)).collect()).await;
    until("some are read", || engine.snapshot().unwrap().status.completed > 20).await;
    let file = desk.folder.path().join("backup.zip");
    let made = engine.backup(file.clone()).await.unwrap();
    let then = engine.snapshot().unwrap().status;
    assert!(then.completed < 300, "work was going on: {then:?}");
    assert!(made.files > 150, "{made:?}");
    engine.idle(0).await.unwrap();

    let library = desk.folder.path().join("restored");
    restore_backup(file, library.clone()).await.unwrap();
    let mut config = EngineConfig::new(library);
    config.clock = Arc::clone(&desk.clock) as _;
    config.surroundings = Arc::clone(&desk.computer) as _;
    config.pool.children = 1;
    let restored = Engine::open(config).await.unwrap();
    restored.idle(0).await.unwrap();
    let found = restored.diagnose().await.unwrap();
    assert!(found.sound, "{:?}", found.problems);
    assert_eq!(content(&restored, &ids), content(&engine, &ids), "what was open goes on to the same end");
    restored.shutdown().await;
    engine.shutdown().await;
}
