//! A thousand files at once, in every way that files arrive.

use std::{io::Write as _, time::Duration};

use papertray_engine::Notice;
use papertray_fixtures::small_pdf;
use papertray_model::{ErrorCode, FolderState};

use super::desk::{BURST, Desk, all_imported, counts, listening, put, put_many, until, usual};

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
