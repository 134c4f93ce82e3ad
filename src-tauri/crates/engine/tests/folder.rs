//! Drop folders as people and programs fill them: nothing is lost, nothing is taken twice, and every file has one fate.
//! Real files, real events, a real library; reading is paused. Waiting times are shortened where a story would take
//! minutes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]
#![allow(clippy::print_stdout, reason = "measurements and skipped stories are told")]

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use papertray_engine::{Engine, EngineConfig, FolderTimes, Notice};
use papertray_fixtures::small_pdf;
use papertray_model::{
    AfterImport, DocumentQuery, DropFolder, ErrorCode, Fate, FolderState, LedgerCounts, LedgerEntry,
    LedgerQuery, NewDropFolder, PauseMode, SubFolders,
};

/// Files of a burst. The burst of 10,000 is a measurement, not a test.
const BURST: u64 = 1000;

struct Desk {
    folder: tempfile::TempDir,
    times: FolderTimes,
    notice: Notice,
}

/// Times that let a story be told in seconds, with the same order among them.
fn quick() -> FolderTimes {
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
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), times: quick(), notice: Notice::ByProbe };
        fs_err::create_dir(desk.drop()).unwrap();
        desk
    }

    async fn open(&self) -> Engine {
        let mut config = EngineConfig::new(self.folder.path().join("library"));
        config.folders.times = self.times.clone();
        config.folders.notice = self.notice;
        config.start_workers = false;
        let engine = Engine::open(config).await.unwrap();
        engine.pause(PauseMode::Drain, None).await.unwrap();
        engine
    }

    /// An engine that watches the drop folder, and is listening.
    async fn watching(&self, new: NewDropFolder) -> (Engine, DropFolder) {
        let engine = self.open().await;
        let folder = self.add(&engine, new).await;
        listening(&engine).await;
        (engine, folder)
    }

    async fn add(&self, engine: &Engine, new: NewDropFolder) -> DropFolder {
        let path = self.drop().to_str().unwrap().to_owned();
        engine.add_folder(NewDropFolder { path, ..new }).await.unwrap()
    }

    fn drop(&self) -> PathBuf {
        self.folder.path().join("drop")
    }

    /// A place on the same disk, outside of the drop folder.
    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn put(path: &Path, number: u64) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, small_pdf(7, number)).unwrap();
}

fn put_many(folder: &Path, numbers: std::ops::Range<u64>) {
    for number in numbers {
        put(&folder.join(format!("{number}.pdf")), number);
    }
}

async fn listening(engine: &Engine) {
    until("watching", || engine.folders().unwrap()[0].state != FolderState::Starting).await;
}

async fn until(what: &str, reached: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !reached() {
        assert!(began.elapsed() < Duration::from_secs(90), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

fn counts(engine: &Engine) -> LedgerCounts {
    engine.ledger_counts().unwrap()
}

fn ledger(engine: &Engine) -> Vec<LedgerEntry> {
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

fn entry(engine: &Engine, name: &str) -> LedgerEntry {
    let found: Vec<_> = ledger(engine).into_iter().filter(|e| e.path.ends_with(name)).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found.into_iter().next().unwrap()
}

fn fates(engine: &Engine) -> BTreeMap<String, Fate> {
    let name = |e: &LedgerEntry| Path::new(&e.path).file_name().unwrap().to_string_lossy().into_owned();
    ledger(engine).iter().map(|e| (name(e), e.fate)).collect()
}

/// Waits for `wanted` imports, lets a late double show itself, and checks that everything adds up: one document, one
/// job and one line a file.
async fn all_imported(engine: &Engine, wanted: u64) {
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

fn usual() -> NewDropFolder {
    NewDropFolder::default()
}

#[tokio::test(flavor = "multi_thread")]
async fn written_slowly_one_by_one() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    for number in 0..BURST {
        let bytes = small_pdf(7, number);
        let mut file = fs_err::File::create(desk.drop().join(format!("{number}.pdf"))).unwrap();
        for piece in bytes.chunks(bytes.len() / 3) {
            file.write_all(piece).unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn renamed_in() {
    let desk = Desk::new();
    put_many(&desk.beside("outside"), 0..BURST);
    let (engine, _) = desk.watching(usual()).await;
    for number in 0..BURST {
        let name = format!("{number}.pdf");
        fs_err::rename(desk.beside("outside").join(&name), desk.drop().join(&name)).unwrap();
    }
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_moved_in() {
    let desk = Desk::new();
    put_many(&desk.beside("outside"), 0..BURST / 2);
    put_many(&desk.beside("outside/deep/deeper"), BURST / 2..BURST);
    let (engine, _) = desk.watching(usual()).await;
    fs_err::rename(desk.beside("outside"), desk.drop().join("inside")).unwrap();
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_new_sub_directories() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    for number in 0..BURST {
        put(&desk.drop().join(format!("{}/{}/{number}.pdf", number % 25, number % 4)), number);
    }
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_at_once() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    std::thread::scope(|scope| {
        for quarter in 0..4 {
            let drop = desk.drop();
            scope.spawn(move || put_many(&drop, quarter * BURST / 4..(quarter + 1) * BURST / 4));
        }
    });
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_is_deleted_and_made_again() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    put_many(&desk.drop(), 0..BURST / 2);
    all_imported(&engine, BURST / 2).await;
    fs_err::remove_dir_all(desk.drop()).unwrap();
    until("missing", || engine.folders().unwrap()[0].state == FolderState::Missing).await;
    let said = &engine.folders().unwrap()[0];
    assert!(said.message.contains("is not there"), "{}", said.message);
    assert_eq!(said.error.as_ref().map(|e| e.code), Some(ErrorCode::NotFound));
    // Made again at once, so that it may get the number that the old one had.
    fs_err::create_dir(desk.drop()).unwrap();
    put_many(&desk.drop(), BURST / 2..BURST);
    all_imported(&engine, BURST).await;
    assert_eq!(engine.folders().unwrap()[0].state, FolderState::Watching);
    // … and faster than anyone looks.
    fs_err::remove_dir_all(desk.drop()).unwrap();
    fs_err::create_dir(desk.drop()).unwrap();
    put(&desk.drop().join("last.pdf"), BURST);
    all_imported(&engine, BURST + 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    put(&desk.drop().join("after last.pdf"), BURST + 1);
    all_imported(&engine, BURST + 2).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watched_root_is_renamed_away_and_back() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    put_many(&desk.drop(), 0..BURST / 2);
    all_imported(&engine, BURST / 2).await;
    fs_err::rename(desk.drop(), desk.beside("renamed")).unwrap();
    put_many(&desk.beside("renamed"), BURST / 2..BURST);
    until("missing", || engine.folders().unwrap()[0].state == FolderState::Missing).await;
    assert_eq!(counts(&engine).seen, u32::try_from(BURST / 2).unwrap(), "it is another folder now");
    fs_err::rename(desk.beside("renamed"), desk.drop()).unwrap();
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn present_before_the_start_and_come_while_closed() {
    let desk = Desk::new();
    put_many(&desk.drop(), 0..BURST / 2);
    let (engine, _) = desk.watching(usual()).await;
    all_imported(&engine, BURST / 2).await;
    engine.shutdown().await;
    drop(engine);
    put_many(&desk.drop(), BURST / 2..BURST);
    let engine = desk.open().await;
    all_imported(&engine, BURST).await;
    // A third start takes nothing again.
    engine.shutdown().await;
    drop(engine);
    let engine = desk.open().await;
    listening(&engine).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    all_imported(&engine, BURST).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_the_folder_is_looked_through() {
    let mut desk = Desk::new();
    desk.notice = Notice::Polling;
    let (engine, _) = desk.watching(usual()).await;
    assert_eq!(engine.folders().unwrap()[0].state, FolderState::Polling);
    put_many(&desk.drop().join("new"), 0..100);
    all_imported(&engine, 100).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_pauses_in_the_middle_is_waited_for() {
    let mut desk = Desk::new();
    // The pause is eight seconds at the usual times' scale.
    desk.times.open = Duration::from_secs(30);
    let (engine, _) = desk.watching(usual()).await;
    let bytes = small_pdf(7, 1);
    let mut file = fs_err::File::create(desk.drop().join("slow.pdf")).unwrap();
    file.write_all(&bytes[..bytes.len() / 2]).unwrap();
    file.flush().unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(counts(&engine).imported, 0);
    file.write_all(&bytes[bytes.len() / 2..]).unwrap();
    drop(file);
    all_imported(&engine, 1).await;
    assert_eq!(entry(&engine, "slow.pdf").size, bytes.len() as u64);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_its_end_is_said_to_be_written_and_is_not_given_up() {
    let desk = Desk::new();
    let bytes = small_pdf(7, 1);
    let path = desk.drop().join("half.pdf");
    fs_err::write(&path, &bytes[..bytes.len() / 2]).unwrap(); // before anyone listens: nothing is known of its writer
    let (engine, _) = desk.watching(usual()).await;
    until("waiting", || counts(&engine).waiting == 1).await;
    assert_eq!(entry(&engine, "half.pdf").reason.as_deref(), Some("It is still being written."));
    fs_err::write(&path, &bytes).unwrap();
    all_imported(&engine, 1).await;
    assert_eq!(entry(&engine, "half.pdf").reason, None);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_closes_twice_makes_one_document() {
    let mut desk = Desk::new();
    desk.times.closed = Duration::from_millis(600);
    let (engine, _) = desk.watching(usual()).await;
    let bytes = small_pdf(7, 1);
    let path = desk.drop().join("scan.pdf");
    fs_err::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut file = fs_err::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&bytes[bytes.len() - 100..]).unwrap();
    drop(file);
    all_imported(&engine, 1).await;
    // It closes once more, much later, and wrote nothing.
    fs_err::write(&path, &bytes).unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    all_imported(&engine, 1).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_saves_by_renaming_and_a_changed_content_is_a_new_state() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    let path = desk.drop().join("letter.pdf");
    for number in 1..=2 {
        let temporary = desk.drop().join("letter.pdf.tmp");
        put(&temporary, number);
        tokio::time::sleep(Duration::from_millis(100)).await;
        fs_err::rename(&temporary, &path).unwrap();
        until("this state", || u64::from(counts(&engine).imported) == number).await;
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    let sum = counts(&engine);
    assert_eq!((sum.imported, sum.seen), (2, 2), "{:?}", ledger(&engine));
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_download_is_left_until_it_has_its_name() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    let part = desk.drop().join("report.pdf.part");
    put(&part, 1);
    until("seen", || counts(&engine).ignored == 1).await;
    assert!(entry(&engine, ".part").reason.unwrap().contains("unfinished"));
    fs_err::rename(&part, desk.drop().join("report.pdf")).unwrap();
    all_imported(&engine, 1).await;
    assert_eq!(counts(&engine).seen, 1, "one file, one line: {:?}", ledger(&engine));
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_the_library_says_why() {
    let desk = Desk::new();
    let outside = desk.beside("secret.pdf");
    put(&outside, 9);
    let (engine, _) = desk.watching(NewDropFolder { ignore: vec!["draft-*".into()], ..usual() }).await;
    fs_err::os::unix::fs::symlink(&outside, desk.drop().join("link.pdf")).unwrap();
    fs_err::write(desk.drop().join(".hidden"), b"x").unwrap();
    fs_err::write(desk.drop().join("Thumbs.db"), b"x").unwrap();
    fs_err::write(desk.drop().join("~$letter.docx"), b"x").unwrap();
    fs_err::write(desk.drop().join("program.bin"), [0u8, 159, 146, 150, 1, 2, 3]).unwrap();
    put(&desk.drop().join("draft-1.pdf"), 2);
    put(&desk.drop().join("Processed/old.pdf"), 3);
    put(&desk.drop().join(".git/object.pdf"), 4);
    put(&desk.drop().join("good.pdf"), 1);
    until("all", || counts(&engine).seen == 7).await;
    all_imported(&engine, 1).await;
    let reasons = [
        ("link.pdf", "link"),
        (".hidden", "hidden"),
        ("Thumbs.db", "system"),
        ("~$letter.docx", "lock file"),
        ("program.bin", "unknown binary kind"),
        ("draft-1.pdf", "`draft-*`"),
    ];
    for (name, why) in reasons {
        let entry = entry(&engine, name);
        assert_eq!(entry.fate, Fate::Ignored);
        assert!(entry.reason.as_ref().unwrap().contains(why), "{entry:?}");
    }
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_waits() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    fs_err::write(desk.drop().join("empty.pdf"), b"").unwrap();
    until("waiting", || counts(&engine).waiting == 1).await;
    assert!(entry(&engine, "empty.pdf").reason.unwrap().contains("empty"));
    put(&desk.drop().join("empty.pdf"), 1);
    all_imported(&engine, 1).await;
    fs_err::write(desk.drop().join("never.pdf"), b"").unwrap();
    until("waiting", || counts(&engine).waiting == 1).await;
    fs_err::remove_file(desk.drop().join("never.pdf")).unwrap();
    until("gone", || counts(&engine).waiting == 0).await;
    assert_eq!(fates(&engine)["never.pdf"], Fate::Ignored);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_bytes_are_linked_to_the_first_also_in_the_trash() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(usual()).await;
    put(&desk.drop().join("first.pdf"), 1);
    all_imported(&engine, 1).await;
    let first = entry(&engine, "first.pdf").document_id.unwrap();
    put(&desk.drop().join("second.pdf"), 1);
    until("second", || counts(&engine).duplicate == 1).await;
    let second = entry(&engine, "second.pdf");
    assert_eq!(second.document_id, Some(first));
    assert_eq!(second.reason.as_deref(), Some("The same bytes are in the library as `first.pdf`."));
    engine.remove(vec![first]).await.unwrap();
    put(&desk.drop().join("third.pdf"), 1);
    until("third", || counts(&engine).duplicate == 2).await;
    assert!(entry(&engine, "third.pdf").reason.unwrap().contains("in the trash"));
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_move_to_processed_and_no_name_is_overwritten() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(NewDropFolder { after: AfterImport::Processed, ..usual() }).await;
    for number in 1..=3 {
        put(&desk.drop().join("Acme/scan.pdf"), number);
        until("moved", || !desk.drop().join("Acme/scan.pdf").exists()).await;
    }
    all_imported(&engine, 3).await;
    let kept: Vec<_> = (1..=3u64)
        .map(|number| {
            let name = if number == 1 { "scan.pdf".to_owned() } else { format!("scan ({number}).pdf") };
            fs_err::read(desk.drop().join("Processed/Acme").join(name)).unwrap() == small_pdf(7, number)
        })
        .collect();
    assert_eq!(kept, [true, true, true]);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_a_crash_prevented_is_made_up_for_and_older_files_stay() {
    let desk = Desk::new();
    put(&desk.drop().join("old.pdf"), 1);
    let (engine, folder) = desk.watching(usual()).await;
    all_imported(&engine, 1).await;
    // `Processed` cannot be made: its name is taken.
    fs_err::write(desk.drop().join("Processed"), b"").unwrap();
    engine.set_folder(DropFolder { after: AfterImport::Processed, ..folder }).await.unwrap();
    put(&desk.drop().join("new.pdf"), 2);
    until("the reason", || fates(&engine).get("new.pdf") == Some(&Fate::Imported)).await;
    until("the reason", || entry(&engine, "new.pdf").reason.is_some()).await;
    let reason = entry(&engine, "new.pdf").reason.unwrap();
    assert!(reason.starts_with("It is imported. The original could not be moved"), "{reason}");
    engine.shutdown().await;
    drop(engine);
    fs_err::remove_file(desk.drop().join("Processed")).unwrap();
    let engine = desk.open().await;
    until("moved", || desk.drop().join("Processed/new.pdf").exists()).await;
    until("no reason", || entry(&engine, "new.pdf").reason.is_none()).await;
    assert!(desk.drop().join("old.pdf").exists(), "what was taken before the choice stays");
    engine.shutdown().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_and_folders_without_rights_are_named_and_taken_when_they_may_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let locked = desk.drop().join("locked.pdf");
    put(&locked, 1);
    let rights = |path: &Path, mode| {
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    rights(&locked, 0o000);
    if fs_err::File::open(&locked).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    put(&desk.drop().join("closed/2.pdf"), 2);
    rights(&desk.drop().join("closed"), 0o000);
    let (engine, _) = desk.watching(NewDropFolder { after: AfterImport::Processed, ..usual() }).await;
    until("failed", || counts(&engine).failed == 1).await;
    assert!(entry(&engine, "locked.pdf").reason.unwrap().contains("refuses access"));
    let view = &engine.folders().unwrap()[0];
    assert_eq!(view.state, FolderState::Unreadable);
    assert!(view.message.contains("closed"), "{}", view.message);
    // A folder that may not be changed: taken, and the original stays.
    rights(&desk.drop(), 0o555);
    rights(&locked, 0o444);
    rights(&desk.drop().join("closed"), 0o555);
    all_imported(&engine, 2).await;
    assert!(entry(&engine, "locked.pdf").reason.unwrap().contains("could not be moved"));
    rights(&desk.drop(), 0o755);
    rights(&desk.drop().join("closed"), 0o755);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_sub_folders_become_tags() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(NewDropFolder { subfolders: SubFolders::Tags, ..usual() }).await;
    put(&desk.drop().join("Acme/Q2 2026/1.pdf"), 1);
    put(&desk.drop().join("2.pdf"), 2);
    all_imported(&engine, 2).await;
    let tags = |name: &str| engine.document(entry(&engine, name).document_id.unwrap()).unwrap().tags;
    assert_eq!(tags("1.pdf"), ["acme", "q2 2026"]);
    assert!(tags("2.pdf").is_empty());
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_folders_are_never_watched_nor_taken_from() {
    let desk = Desk::new();
    let library = desk.folder.path().join("library");
    let (engine, _) = desk.watching(usual()).await;
    let refused = async |path: &Path| {
        let new = NewDropFolder { path: path.to_str().unwrap().to_owned(), ..usual() };
        engine.add_folder(new).await.unwrap_err().code
    };
    for path in [library.clone(), library.join("blobs")] {
        assert_eq!(refused(&path).await, ErrorCode::WrongState);
    }
    for inside in ["Processed", "inner"] {
        fs_err::create_dir(desk.drop().join(inside)).unwrap();
        assert_eq!(refused(&desk.drop().join(inside)).await, ErrorCode::WrongState);
    }
    assert_eq!(refused(&desk.beside("gone")).await, ErrorCode::NotFound);
    put(&desk.beside("file.pdf"), 1);
    assert_eq!(refused(&desk.beside("file.pdf")).await, ErrorCode::Usage);
    assert_eq!(engine.check_output(&desk.drop().join("out")).unwrap_err().code, ErrorCode::WrongState);
    engine.check_output(&desk.beside("out")).unwrap();
    // A library inside a watched folder is left alone.
    let id = engine.folders().unwrap()[0].folder.id;
    engine.remove_folder(id).await.unwrap();
    assert!(engine.folders().unwrap().is_empty());
    let around = NewDropFolder { path: desk.folder.path().to_str().unwrap().to_owned(), ..usual() };
    engine.add_folder(around).await.unwrap();
    all_imported(&engine, 1).await;
    assert_eq!(counts(&engine).seen, 1, "{:?}", ledger(&engine));
    engine.shutdown().await;
}

/// A small disk at a place, as long as this lives.
struct Mounted(PathBuf);

impl Mounted {
    fn small(place: &Path) -> Option<Self> {
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(place);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: this user may not mount a small disk");
        }
        mounted.then(|| Self(place.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_for() {
    let desk = Desk::new();
    let disk = desk.beside("small disk");
    fs_err::create_dir(&disk).unwrap();
    let Some(_mounted) = Mounted::small(&disk) else { return };
    full_disk_story(desk.drop(), disk, desk.times.clone()).await;
}

async fn full_disk_story(drop_folder: PathBuf, disk: PathBuf, times: FolderTimes) {
    let mut config = EngineConfig::new(disk.join("library"));
    config.folders.times = times;
    config.start_workers = false;
    let engine = Engine::open(config).await.unwrap();
    let path = drop_folder.to_str().unwrap().to_owned();
    engine.add_folder(NewDropFolder { path, ..usual() }).await.unwrap();
    listening(&engine).await;
    let filler = disk.join("filler");
    let mut file = fs_err::File::create(&filler).unwrap();
    while file.write_all(&[7; 16 * 1024]).is_ok() {}
    drop(file);
    fs_err::write(drop_folder.join("big.txt"), "some words ".repeat(40_000)).unwrap();
    let full = |engine: &Engine| {
        engine.folders().unwrap()[0].error.as_ref().is_some_and(|e| e.code == ErrorCode::DiskFull)
    };
    until("the disk is full", || full(&engine)).await;
    assert_eq!(counts(&engine).imported, 0);
    fs_err::remove_file(&filler).unwrap();
    until("taken", || counts(&engine).imported == 1).await;
    until("said", || !full(&engine)).await;
    assert_eq!(counts(&engine).seen, 1);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmounted_disk_is_missed_and_found_again() {
    let desk = Desk::new();
    let Some(mounted) = Mounted::small(&desk.drop()) else { return };
    let (engine, _) = desk.watching(usual()).await;
    put(&desk.drop().join("1.pdf"), 1);
    all_imported(&engine, 1).await;
    drop(mounted);
    // What lies below the mount is another folder.
    put(&desk.drop().join("2.pdf"), 2);
    all_imported(&engine, 2).await;
    let _mounted = Mounted::small(&desk.drop()).unwrap();
    put(&desk.drop().join("3.pdf"), 3);
    all_imported(&engine, 3).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_ends_when_everything_has_its_fate() {
    let desk = Desk::new();
    let engine = desk.open().await;
    let folder = desk.add(&engine, usual()).await;
    engine.shutdown().await;
    drop(engine);
    put_many(&desk.drop(), 0..50);
    put(&desk.drop().join("twice.pdf"), 0);
    fs_err::write(desk.drop().join("empty.pdf"), b"").unwrap();
    fs_err::write(desk.drop().join(".hidden"), b"x").unwrap();
    let mut config = EngineConfig::new(desk.folder.path().join("library"));
    config.folders.times = desk.times.clone();
    config.folders.watch = false;
    config.start_workers = false;
    let engine = Engine::open(config).await.unwrap();
    let sum = engine.scan_once(folder.id).await.unwrap();
    let wanted = LedgerCounts { seen: 53, imported: 50, duplicate: 1, ignored: 1, waiting: 1, failed: 0 };
    assert_eq!(sum, wanted);
    assert_eq!(engine.scan_once(folder.id).await.unwrap(), wanted, "a second look finds nothing new");
    engine.shutdown().await;
}

/// Milliseconds of processor that this process has used.
#[cfg(target_os = "linux")]
fn processor_ms() -> u64 {
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap();
    // The name in brackets may hold spaces; the 14th and 15th fields count hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of three minutes, best with --release"]
async fn ten_thousand_at_once_and_then_idle() {
    const MANY: u64 = 10_000;
    let mut desk = Desk::new();
    desk.times = FolderTimes::default();
    let (engine, _) = desk.watching(usual()).await;
    let (began, busy) = (Instant::now(), processor_ms());
    put_many(&desk.drop(), 0..MANY / 2);
    for number in MANY / 2..MANY {
        put(&desk.drop().join(format!("{}/{number}.pdf", number % 100)), number);
    }
    println!("written in {} ms", began.elapsed().as_millis());
    all_imported(&engine, MANY).await;
    println!("all with their fate, {} ms of processor with the writing", processor_ms() - busy);
    // Until the scans after the last news are over.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let (began, busy) = (Instant::now(), processor_ms());
    tokio::time::sleep(Duration::from_secs(150)).await;
    let share = (processor_ms() - busy) as f64 / began.elapsed().as_millis() as f64 * 100.0;
    println!("idle: {share:.3} % of a core");
    assert!(share < 0.5);
    engine.shutdown().await;
}
