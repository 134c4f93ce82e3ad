//! Drop folders from the command line: `watch` and `ledger`, with the usual waiting times.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::Stdio,
};

use crate::support::{Desk, SEED, arg, text};
use serde_json::Value;

fn put(path: &Path, number: u64) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, papertray_fixtures::small_pdf(SEED, number)).unwrap();
}

fn of<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let found: Vec<_> = lines.iter().filter(|line| text(line, "path").ends_with(name)).collect();
    assert_eq!(found.len(), 1, "{name}: {lines:?}");
    found[0]
}

#[test]
fn once_gives_everything_its_fate_and_the_ledger_shows_it() {
    let desk = Desk::new();
    let drop = desk.path("drop");
    put(&drop.join("Acme/1.pdf"), 1);
    put(&drop.join("2.pdf"), 2);
    put(&drop.join("copy of 2.pdf"), 2);
    fs_err::write(drop.join("empty.pdf"), b"").unwrap();
    fs_err::write(drop.join("3.pdf.part"), b"x").unwrap();
    let said = desk.run(&["watch", arg(&drop), "--once", "--subfolders", "tags"]);
    assert_eq!(said.code, 0, "{}", said.errors);
    let ledger = desk.run(&["ledger", arg(&drop)]).lines;
    assert_eq!(ledger.len(), 5);
    for (name, fate) in [
        ("Acme/1.pdf", "imported"),
        ("copy of 2.pdf", "duplicate"),
        ("empty.pdf", "waiting"),
        ("3.pdf.part", "ignored"),
    ] {
        let line = of(&ledger, name);
        assert_eq!(text(line, "fate"), fate, "{line}");
        assert_eq!(of(&said.lines, name)["document_id"], line["document_id"]);
        for key in ["path", "fate", "reason", "document_id", "size", "seen_at"] {
            assert!(line.get(key).is_some(), "{key}: {line}");
        }
        assert!(text(line, "path").starts_with('/') && text(line, "seen_at").ends_with('Z'), "{line}");
    }
    let documents = desk.list();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents["1.pdf"]["tags"], serde_json::json!(["acme"]));
    assert_eq!(documents["1.pdf"]["document_id"], of(&ledger, "1.pdf")["document_id"]);
    assert_eq!(text(&documents["1.pdf"], "status"), "uploading", "taken; `work` reads");

    // Once more: nothing new, and what is said to be done with originals is for files that come from now on.
    let again = desk.run(&["watch", arg(&drop), "--once", "--after", "processed"]);
    assert!(again.lines.iter().all(|line| text(line, "fate") != "imported"), "{:?}", again.lines);
    assert_eq!(desk.run(&["ledger"]).lines.len(), 5);
    assert!(drop.join("2.pdf").exists() && !drop.join("Processed").exists());
    put(&drop.join("4.pdf"), 4);
    let third = desk.run(&["watch", arg(&drop), "--once", "--wait"]);
    assert_eq!(text(of(&third.lines, "4.pdf"), "fate"), "imported");
    assert!(drop.join("Processed/4.pdf").exists(), "the choice was kept");
    assert_eq!(text(&desk.list()["4.pdf"], "status"), "ocr_complete");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let desk = Desk::new();
    let said = desk.run(&["watch", arg(&desk.path("gone")), "--once"]);
    assert_eq!(said.code, 1);
    assert_eq!(text(&said.one()["error"], "code"), "not_found");
    let ledger = desk.run(&["ledger", arg(&desk.path("gone"))]);
    assert_eq!(text(&ledger.one()["error"], "code"), "unknown_id");
}

#[cfg(target_os = "linux")]
#[test]
fn in_the_foreground_what_comes_is_taken_and_read_until_it_is_stopped() {
    let desk = Desk::new();
    let drop = desk.path("drop");
    put(&drop.join("before.pdf"), 1);
    let mut watching =
        desk.command(&["watch", arg(&drop)]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert!(text(&next(), "path").ends_with("before.pdf"));
    put(&drop.join("new/after.pdf"), 2);
    assert!(text(&next(), "path").ends_with("after.pdf"));
    let second = desk.run(&["ledger"]);
    assert_eq!(second.code, 3, "the library is held");
    let pid = watching.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(watching.wait().unwrap().code(), Some(0), "stopping is its usual end");
    assert_eq!(desk.run(&["ledger"]).lines.len(), 2);
    desk.run(&["work"]);
    assert_eq!(desk.list().len(), 2);
}

/// Killed as soon as so many files have their fate: while others are copied, committed and moved away.
#[test]
fn killed_at_any_moment_nothing_is_lost_or_taken_twice() {
    const FILES: u64 = 1000;
    let desk = Desk::new();
    let drop = desk.path("drop");
    (0..FILES).for_each(|number| put(&drop.join(format!("{number}.pdf")), number));
    for heard in [1, 60, 129, 200] {
        let mut command = desk.command(&["watch", arg(&drop), "--once", "--after", "processed"]);
        let mut watching = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(watching.stdout.take().unwrap()).lines();
        assert_eq!(lines.take(heard).count(), heard);
        watching.kill().unwrap();
        watching.wait().unwrap();
    }
    let before = desk.run(&["list"]).lines.len() as u64;
    assert!((4..FILES).contains(&before), "{before} were taken before the last kill");
    let said = desk.run(&["watch", arg(&drop), "--once"]);
    assert_eq!(said.code, 0, "{}", said.errors);
    let ledger = desk.run(&["ledger"]).lines;
    assert_eq!(ledger.len() as u64, FILES);
    assert!(ledger.iter().all(|line| text(line, "fate") == "imported"), "{ledger:?}");
    assert_eq!(desk.run(&["list"]).lines.len() as u64, FILES);
    assert_eq!(desk.run(&["jobs"]).lines.len() as u64, FILES);
    let left = fs_err::read_dir(&drop).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(left, ["Processed"]);
    let moved =
        fs_err::read_dir(drop.join("Processed")).unwrap().map(|e| e.unwrap().metadata().unwrap().len());
    let moved: Vec<u64> = moved.collect();
    assert_eq!(moved.iter().filter(|size| **size > 0).count() as u64, FILES, "every original is there");
    let doctor = desk.run(&["doctor"]);
    assert_eq!(doctor.one()["problems"], serde_json::json!([]));
}

#[test]
fn the_trash_takes_the_originals() {
    let desk = Desk::new();
    let drop = desk.path("drop");
    put(&drop.join("1.pdf"), 1);
    let home = desk.path("home");
    fs_err::create_dir(&home).unwrap();
    let output = desk
        .command(&["watch", arg(&drop), "--once", "--after", "trash"])
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(line["fate"], "imported");
    let ledger = desk.run(&["ledger"]);
    if let Some(reason) = ledger.one()["reason"].as_str() {
        // No trash can be made for some temporary folders; then the original stays, and that is said.
        assert!(
            reason.contains("could not be moved to the trash") && drop.join("1.pdf").exists(),
            "{reason}"
        );
        println!("{reason}");
    } else {
        assert!(!drop.join("1.pdf").exists());
    }
    assert_eq!(desk.list().len(), 1);
}
