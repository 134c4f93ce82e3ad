//! One writer, one file, one folder at a time.

use std::{io::Write as _, path::Path, time::Duration};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::small_pdf;
use papertray_model::{
    AfterImport, Changed, DocumentQuery, DropFolder, EngineEvent, ErrorCode, Fate, FolderState, LedgerCounts,
    NewDropFolder, SubFolders,
};

use super::desk::{Desk, all_imported, counts, entry, fates, ledger, put, put_many, until, usual};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_is_a_new_version_where_that_is_wanted() {
    let desk = Desk::new();
    let (engine, _) = desk.watching(NewDropFolder { changed: Changed::Version, ..usual() }).await;
    let mut events = engine.subscribe();
    let path = desk.drop().join("price list.pdf");
    put(&path, 1);
    until("first", || counts(&engine).imported == 1).await;
    put(&path, 2);
    until("second", || counts(&engine).imported == 2).await;
    let shown = engine.documents(&DocumentQuery::default()).unwrap().rows;
    assert_eq!(shown.len(), 1, "the newest stands for both");
    let versions = engine.detail(shown[0].document_id).unwrap().versions;
    let current: Vec<bool> = versions.iter().map(|version| version.current).collect();
    assert_eq!(current, [true, false]);
    let told = events.next_batch().await.unwrap().events;
    assert!(told.iter().any(|event| matches!(event, EngineEvent::FoldersChanged { .. })), "{told:?}");
    engine.shutdown().await;
}
