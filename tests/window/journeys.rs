//! What a person does in the window: add, watch, review, describe again, cancel, retry, unlock, close and come back.

use papertray_fixtures::Set;
use serde_json::json;

use crate::{open, open_in};

#[test]
fn a_document_is_added_read_and_reviewed() {
    let window = open();
    window.wait_for("main button", "Choose files");
    window.pictures("inbox-empty");
    let (folder, truth) = window.documents(Set::Sample);
    let files: Vec<_> = truth.files.iter().map(|f| folder.join(&f.file)).collect();
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    window.until("a row shows that it is being read or waits", |w| {
        let busy = w.find("[role=row]", "Reading")
            || w.find("[role=row]", "Queued")
            || w.find("[role=row]", "Opening");
        busy.then_some(())
    });
    window.pictures("inbox-working");
    for file in &truth.files {
        window.until(&format!("{} is read", file.file), |w| {
            let row = w.row(&file.file);
            (row.contains("Ready") || row.contains("to check")).then_some(())
        });
    }
    window.pictures("inbox-done");

    let invoice = truth.files.iter().find(|f| f.doc_type.as_deref() == Some("invoice")).unwrap();
    window.click("[role=row]", &invoice.file);
    window.until("the page's picture is drawn", |w| {
        let drawn = "return [...document.querySelectorAll('img, image')].some((i) => (i.naturalWidth ?? 1) > 100 || i.href)";
        (w.script(drawn, &json!([])) == true).then_some(())
    });
    window.wait_for("main", invoice.fields["number"].as_str());
    let boxes = window.script("return document.querySelectorAll('svg rect').length", &json!([]));
    assert!(boxes.as_u64().unwrap() > 3, "words and values are boxed on the page");
    window.pictures("review");

    window.click("[role=tab]", "Text");
    window.wait_for("[role=tabpanel]", invoice.fields["number"].as_str());
    window.click("[role=tab]", "About");
    window.click("button", "Regenerate");
    window.wait_for("[role=tabpanel]", "Saved");
    window.pictures("review-about");
}

#[test]
fn reading_is_cancelled_and_tried_again() {
    let window = open();
    let (folder, _) = window.documents(Set::EndToEnd);
    let scan = "scan-invoice-3-pages.tif";
    window.add(&[&folder.join(scan)]);
    window.row_says(scan, "Reading");
    window.click(&format!("button[aria-label='Cancel processing of {scan}']"), "");
    window.wait_for("[role=alertdialog]", "Are you sure you want to cancel processing?");
    window.click("[role=alertdialog] button", "Cancel processing");
    window.row_says(scan, "Cancelled");
    window.click("[role=row] button", "Retry");
    window.until("the scan is read after all", |w| {
        let row = w.row(scan);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
}

#[test]
fn bad_files_say_why_and_a_password_unlocks() {
    let window = open();
    let (folder, truth) = window.documents(Set::Hostile);
    let locked = truth.files.iter().find(|f| f.password.is_some()).unwrap();
    let files: Vec<_> =
        ["huge.png", "truncated.pdf", "empty.pdf", &locked.file].iter().map(|f| folder.join(f)).collect();
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    for file in ["huge.png", "truncated.pdf", "empty.pdf"] {
        window.row_says(file, "Failed");
    }
    window.row_says(&locked.file, "Encrypted");
    window.pictures("inbox-failed");
    window.click("button", "Unlock");
    window.wait_for("[role=dialog]", "Password");
    window.press(locked.password.as_deref().unwrap());
    window.press("\u{e007}"); // Enter
    window.until("the unlocked file is read", |w| {
        let row = w.row(&locked.file);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
}

#[test]
fn a_window_that_comes_back_shows_what_goes_on() {
    let window = open();
    let (folder, _) = window.documents(Set::EndToEnd);
    let scan = "scan-invoice-3-pages.tif";
    window.add(&[&folder.join(scan)]);
    window.row_says(scan, "Reading");
    window.script("location.reload()", &json!([]));
    window.wait_for("h1", "Inbox");
    window.until("the reloaded page shows the work or its result", |w| {
        let row = w.row(scan);
        (row.contains("Reading") || row.contains("Ready") || row.contains("to check")).then_some(())
    });
    // Ended in the middle, and started again: the work goes on by itself.
    let folder = window.close();
    let window = open_in(folder, &[]);
    window.until("the scan is read after the restart", |w| {
        let row = w.row(scan);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
}

#[test]
fn the_window_passes_axe() {
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");
    let axe = fs_err::read_to_string(axe).expect("axe-core is installed by `cargo xtask setup`");
    let window = open();
    let (folder, truth) = window.documents(Set::Sample);
    window.add(&[&folder.join(&truth.files[0].file)]);
    window.until("the document is read", |w| {
        let row = w.row(&truth.files[0].file);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
    window.script(&axe, &json!([]));
    let check = |view: &str| {
        window.script(
            "window.axeDone = null; axe.run(document).then((r) => { window.axeDone = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target).join(' ')) });",
            &json!([]),
        );
        let found = window.until("axe is done", |w| {
            let done = w.script("return window.axeDone", &json!([]));
            (!done.is_null()).then_some(done)
        });
        assert_eq!(found, json!([]), "{view}");
    };
    check("inbox");
    window.click("[role=row]", &truth.files[0].file);
    window.wait_for("[role=tab]", "Fields");
    check("review");
}
