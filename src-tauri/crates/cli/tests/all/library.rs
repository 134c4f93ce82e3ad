//! A library from the command line: add, look, correct, retry, cancel, remove, and who may open it.

use std::time::{Duration, Instant};

use crate::support::{Desk, arg, text};
use papertray_fixtures::Set;

#[test]
fn an_added_document_is_read_described_and_shown() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Sample);
    let file = truth.files.iter().find(|f| f.doc_type.as_deref() == Some("invoice")).unwrap();
    let path = folder.join(&file.file);

    let added = desk.run(&["add", arg(&path)]);
    assert_eq!(text(added.one(), "status"), "uploading");
    let id = text(added.one(), "document_id").to_owned();
    assert_eq!(text(&desk.list()[&file.file], "status"), "uploading");

    let worked = desk.run(&["work"]);
    assert_eq!(worked.one()["completed"], 2, "read and described: {}", worked.one());
    let shown = desk.run(&["show", &id]);
    let document = shown.one();
    assert_eq!(text(document, "status"), "ocr_complete");
    assert_eq!(text(document, "doc_type"), "invoice");
    assert!(!text(document, "display_name").is_empty() && !text(document, "summary").is_empty());
    assert_eq!(text(&document["fields"]["total"], "value"), file.fields["total"]);
    assert!(document["pages"][0].get("words").is_none());
    assert!(desk.unaccounted(&[path]).is_empty());

    let log: Vec<_> =
        desk.run(&["job", "1", "--log"]).lines.iter().map(|l| text(l, "message").to_owned()).collect();
    let position =
        |what: &str| log.iter().position(|m| m.contains(what)).unwrap_or_else(|| panic!("{what}: {log:?}"));
    assert!(position("reading starts") < position("reading complete"));
}

#[test]
fn the_same_file_twice_is_one_document() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    let copy = desk.path("another name.pdf");
    fs_err::copy(&path, &copy).unwrap();
    let first = desk.run(&["add", arg(&path)]);
    let again = desk.run(&["add", arg(&copy), arg(&path)]);
    for line in &again.lines {
        assert_eq!(text(line, "outcome"), "already_imported");
        assert_eq!(line["document_id"], first.one()["document_id"]);
    }
    assert_eq!(again.code, 0, "a duplicate is an outcome, not an error");
    assert_eq!(desk.list().len(), 1);
}

#[test]
fn a_missing_file_is_named_and_the_rest_goes_on() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    let said = desk.run(&["add", arg(&desk.path("gone.pdf")), arg(&path)]);
    assert_eq!(said.code, 1);
    let refused = said.lines.iter().find(|l| l.get("error").is_some()).unwrap();
    assert_eq!(text(&refused["error"], "code"), "not_found");
    assert_eq!(desk.list().len(), 1);
}

#[test]
fn an_encrypted_file_waits_for_its_password() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Hostile);
    let file = truth.files.iter().find(|f| f.password.is_some()).unwrap();
    let said = desk.run(&["add", arg(&folder.join(&file.file)), "--wait"]);
    assert_eq!(said.code, 1);
    let row = &desk.list()[&file.file];
    assert_eq!(text(&row["error"], "code"), "encrypted");
    let id = text(row, "document_id");
    let unlocked = desk.run(&["retry", id, "--password", file.password.as_deref().unwrap()]);
    assert_eq!(text(unlocked.one(), "status"), "ocr_complete", "{}", unlocked.one());
    let database = fs_err::read(desk.library().join("library.sqlite")).unwrap();
    let password = file.password.as_deref().unwrap().as_bytes();
    assert!(!database.windows(password.len()).any(|w| w == password), "the password is forgotten");
}

#[test]
fn bad_files_do_not_hold_up_good_ones() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Hostile);
    let good = desk.small_pdf(1);
    desk.run(&["add", arg(&folder), arg(&good), "--wait"]);
    let rows = desk.list();
    assert_eq!(text(&rows["small-1.pdf"], "status"), "ocr_complete");
    for file in &truth.files {
        let Some(row) = rows.get(&file.file) else { continue }; // a link to nowhere is no file
        assert!(matches!(text(row, "status"), "ocr_complete" | "partial" | "failed"), "{row}");
        assert!(text(row, "status") == "ocr_complete" || row["error"]["message"].is_string(), "{row}");
    }
}

#[test]
fn a_correction_stays_when_the_document_is_described_again() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Sample);
    let file = truth.files.iter().find(|f| f.doc_type.as_deref() == Some("invoice")).unwrap();
    desk.run(&["add", arg(&folder.join(&file.file)), "--wait"]);
    let id = text(&desk.list()[&file.file], "document_id").to_owned();
    desk.run(&["set", &id, "vendor", "Corrected Ltd"]);
    let again = desk.run(&["regenerate", &id]);
    assert_eq!(text(&again.one()["fields"]["vendor"], "value"), "Corrected Ltd");
    assert_eq!(text(&again.one()["fields"]["vendor"], "by"), "person");
    assert!(text(again.one(), "display_name").contains("Corrected Ltd"), "{}", again.one()["display_name"]);
}

#[test]
fn waiting_work_is_cancelled_and_retried() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    let id = text(desk.run(&["add", arg(&path)]).one(), "document_id").to_owned();
    assert_eq!(text(desk.run(&["cancel", &id]).one(), "outcome"), "cancelled");
    assert_eq!(text(desk.run(&["cancel", &id]).one(), "outcome"), "nothing_to_cancel");
    assert_eq!(text(&desk.list()["small-1.pdf"], "status"), "cancelled");
    assert_eq!(text(&desk.run(&["jobs"]).lines[0], "status"), "cancelled");
    assert_eq!(text(desk.run(&["retry", &id]).one(), "status"), "ocr_complete");
    let refused = desk.run(&["retry", &id]);
    assert_eq!(text(&refused.one()["error"], "code"), "wrong_state");
    assert!(
        text(&refused.one()["error"], "message").contains("ocr_complete"),
        "the refusal names the status"
    );
}

#[test]
fn a_staged_document_is_read_when_a_person_says_so() {
    let desk = Desk::new();
    let (first, second) = (desk.small_pdf(1), desk.small_pdf(2));
    desk.run(&["add", arg(&first), arg(&second), "--stage"]);
    assert_eq!(desk.run(&["work"]).one()["completed"], 0, "nothing is queued");
    let id = |name: &str| text(&desk.list()[name], "document_id").to_owned();
    let begun = desk.run(&["process", &id("small-1.pdf"), "--wait"]);
    assert_eq!(text(begun.one(), "status"), "ocr_complete", "{}", begun.one());
    assert_eq!(text(&desk.list()["small-2.pdf"], "status"), "uploading");
    let again = desk.run(&["process", &id("small-1.pdf")]);
    assert_eq!((again.code, text(&again.one()["error"], "code")), (1, "wrong_state"));
    // In the trash it is not processed, and out of it it waits as before.
    desk.run(&["remove", &id("small-2.pdf")]);
    assert!(desk.run(&["process"]).lines.is_empty());
    let removed = desk.run(&["add", arg(&second)]);
    desk.run(&["restore-removed", text(removed.one(), "document_id")]);
    assert_eq!(desk.run(&["process", "--wait"]).lines.len(), 1);
    assert!(desk.unaccounted(&[first, second]).is_empty());
}

#[test]
fn the_trash_gives_back() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    let id = text(desk.run(&["add", arg(&path)]).one(), "document_id").to_owned();
    desk.run(&["remove", &id]);
    assert!(desk.list().is_empty());
    desk.run(&["restore-removed", &id]);
    assert_eq!(desk.list().len(), 1);
}

#[test]
fn a_paused_queue_stays_paused_until_resumed() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    assert_eq!(desk.run(&["queue", "pause"]).one()["paused"], true);
    desk.run(&["add", arg(&path), "--wait"]);
    assert_eq!(text(&desk.list()["small-1.pdf"], "status"), "uploading");
    desk.run(&["queue", "resume"]);
    desk.run(&["work"]);
    assert_eq!(text(&desk.list()["small-1.pdf"], "status"), "ocr_complete");
}

#[test]
fn one_process_at_a_time_owns_a_library() {
    let desk = Desk::new();
    let (folder, _) = desk.documents(Set::EndToEnd);
    let mut first = desk.start(&["add", arg(&folder), "--wait"]);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !desk.library().join("library.holder").exists() {
        assert!(Instant::now() < deadline, "the first process never took the library");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = desk.run(&["list"]);
    assert_eq!(second.code, 3);
    assert_eq!(text(&second.one()["error"], "code"), "library_locked");
    assert!(text(&second.one()["error"], "message").contains("papertray-cli"), "names who holds it");
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(desk.run(&["list"]).code, 0, "the lock goes with its process");
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let desk = Desk::new();
    let path = desk.small_pdf(1);
    desk.run(&["add", arg(&path), "--wait"]);
    let well = desk.run(&["doctor"]);
    assert_eq!(well.one()["sound"], true, "{}", well.one());
    assert_eq!(text(desk.run(&["health"]).one(), "status"), "healthy");
    let blobs = desk.library().join("blobs");
    let stored = files_below(&blobs).pop().unwrap();
    fs_err::write(&stored, b"something else").unwrap();
    let ill = desk.run(&["doctor"]);
    assert_eq!((ill.code, &ill.one()["sound"]), (1, &false.into()));
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|p| if p.is_dir() { files_below(&p) } else { vec![p] }).collect()
}
