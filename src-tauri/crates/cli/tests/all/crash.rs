//! kill -9 in the middle of reading, again and again: the next start goes on by itself, and at the end every file has
//! one document and every document each page once.

use std::{path::PathBuf, time::Duration};

use crate::support::{Desk, arg, text};
use papertray_fixtures::{Random, Set};

/// How often the program is killed.
const KILLS: u32 = 20;
/// How many small documents are read beside the others.
const SMALL: u64 = 150;

fn documents(desk: &Desk) -> Vec<PathBuf> {
    let (folder, truth) = desk.documents(Set::EndToEnd);
    // A few of each kind, and enough small ones that something is done between any two kills: a file that is at work
    // in crash after crash in which nothing else gets done is parked, and that is not what this test is about.
    let mut files: Vec<_> = truth.files.iter().step_by(5).map(|f| folder.join(&f.file)).collect();
    files.extend((0..SMALL).map(|n| desk.small_pdf(n)));
    files
}

#[test]
fn killed_while_reading_it_goes_on_and_loses_nothing() {
    let desk = Desk::new();
    let files = documents(&desk);
    let mut words = vec!["add"];
    words.extend(files.iter().map(|f| arg(f)));
    assert_eq!(desk.run(&words).code, 0);
    let mut random = Random::new(crate::support::SEED);
    for _ in 0..KILLS {
        let mut work = desk.start(&["work"]);
        std::thread::sleep(Duration::from_millis(300 + random.between(0, 900)));
        work.kill().unwrap(); // SIGKILL: no chance to tidy up
        work.wait().unwrap();
    }
    assert_eq!(desk.run(&["work"]).code, 0);
    assert_eq!(desk.unaccounted(&files), Vec::<String>::new());
    assert_eq!(desk.run(&["doctor"]).one()["problems"], serde_json::json!([]));
}

/// Killed while files are still being stored: what was answered for is stored by the next start.
#[test]
fn killed_while_storing_it_goes_on_and_loses_nothing() {
    let desk = Desk::new();
    let large = desk.path("large.pdf");
    papertray_fixtures::large_pdf(&large, 60, crate::support::SEED).unwrap();
    let mut add = desk.start(&["add", arg(&large)]);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let incoming = desk.library().join("incoming");
    while !incoming.read_dir().is_ok_and(|mut files| files.next().is_some()) {
        assert!(std::time::Instant::now() < deadline, "the copy never began");
        if add.try_wait().unwrap().is_some() {
            break; // a fast disk: stored before it could be killed
        }
    }
    add.kill().unwrap();
    add.wait().unwrap();
    desk.run(&["work"]);
    assert_eq!(desk.unaccounted(&[large]), Vec::<String>::new());
}

/// The control: a library with a lost page, a lost document or a doubled one must not pass.
#[test]
fn the_check_fails_on_a_library_that_lost_something() {
    let desk = Desk::new();
    let files: Vec<_> = (0..3).map(|n| desk.small_pdf(n)).collect();
    let mut words = vec!["add", "--wait"];
    words.extend(files.iter().map(|f| arg(f)));
    desk.run(&words);
    assert_eq!(desk.unaccounted(&files), Vec::<String>::new());
    let sabotage = |sql: &str| {
        let database = rusqlite::Connection::open(desk.library().join("library.sqlite")).unwrap();
        database.execute_batch(sql).unwrap();
    };
    let id = text(&desk.list()["small-0.pdf"], "document_id").to_owned();
    sabotage(&format!("DELETE FROM page WHERE document_id = '{id}'"));
    assert_eq!(desk.unaccounted(&files).len(), 1, "a lost page");
    sabotage(&format!("DELETE FROM document WHERE id = '{id}'"));
    assert_eq!(desk.unaccounted(&files).len(), 2, "a lost document: {:?}", desk.unaccounted(&files));
    sabotage("UPDATE document SET filename = 'small-2.pdf' WHERE filename = 'small-1.pdf'");
    assert!(desk.unaccounted(&files).iter().any(|w| w.contains("2 documents")), "a doubled document");
}
