//! Every button of Activity, in the real window: pause and resume, one job and all; top, cancel, details, read again.

use papertray_fixtures::Set;
use serde_json::json;

use papertray_driver::Window;

use crate::open;

const SCAN: &str = "scan-invoice-3-pages.tif";

/// The names of the waiting jobs, in their order.
fn waiting(window: &Window) -> Vec<String> {
    let body = "return [...document.querySelectorAll('[data-line] .place')].map((p) => p.closest('[data-line]').querySelector('.name').textContent)";
    serde_json::from_value(window.script(body, &json!([]))).unwrap_or_default()
}

fn until_waiting(window: &Window, what: &str, wanted: impl Fn(&[String]) -> bool) {
    window.until(what, |w| wanted(&waiting(w)).then_some(()));
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|n| n.contains(name))
}

fn press(window: &Window, label: &str) {
    window.click(&format!("button[aria-label='{label}']"), "");
}

fn pause_all(window: &Window, how: &str) {
    window.click("button", "Pause");
    window.click("[role=menuitemradio]", how);
    window.click("[role=menuitem]", "Until I resume");
    window.wait_for("main", "paused");
}

#[test]
fn every_button_of_activity_does_what_it_says() {
    let window = open();
    let (folder, truth) = window.documents(Set::EndToEnd);
    window.click("nav a, nav button", "Activity");
    window.wait_for("main", "Nothing to do");
    window.pictures("activity-empty");

    // Waiting: moved, set aside, cancelled.
    pause_all(&window, "Finish what runs");
    let small: Vec<_> = truth.files.iter().filter(|f| f.file.starts_with("invoice-")).take(3).collect();
    let mut files = vec![folder.join(SCAN)];
    files.extend(small.iter().map(|f| folder.join(&f.file)));
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    until_waiting(&window, "four jobs wait", |names| names.len() == 4);
    press(&window, &format!("Move {} to the top", small[2].file));
    until_waiting(&window, "the last is the first", |names| names[0].contains(&small[2].file));
    press(&window, &format!("Pause {}", small[0].file));
    press(&window, &format!("Resume {}", small[0].file));
    press(&window, &format!("Cancel processing of {}", small[1].file));
    window.wait_for("[role=alertdialog]", "Are you sure you want to cancel processing?");
    window.click("[role=alertdialog] button", "Cancel processing");
    until_waiting(&window, "the cancelled one is gone", |names| !has(names, &small[1].file));
    window.pictures("activity-waiting");

    // Running: set aside, resumed, cancelled; the whole queue suspended and resumed.
    window.click("main header button", "Resume");
    window.wait_for("[data-line]", SCAN);
    press(&window, &format!("Pause {SCAN}"));
    until_waiting(&window, "the scan is set aside", |names| has(names, SCAN));
    press(&window, &format!("Resume {SCAN}"));
    window.until("the scan runs again", |w| {
        (!has(&waiting(w), SCAN) && w.find("[data-line]", SCAN)).then_some(())
    });
    window.pictures("activity-running");
    pause_all(&window, "Stop at once");
    until_waiting(&window, "the scan is given back", |names| has(names, SCAN));
    window.click("main header button", "Resume");
    window.until("the scan runs once more", |w| {
        (!has(&waiting(w), SCAN) && w.find("[data-line]", SCAN)).then_some(())
    });
    window.click("main header button", "Cancel all");
    window.wait_for("[role=alertdialog]", "");
    window.click("[role=alertdialog] button", "Cancel all");
    window.wait_for("main", "Nothing to do");

    // Finished: details, the document, read again.
    window.click("[role=tab]", "Finished");
    window.wait_for("[data-line]", "");
    window.pictures("activity-finished");
    window.click("[data-line]", "");
    window.wait_for("aside", "Log");
    window.click("aside button", "Copy details");
    window.click("aside button", "Read again");
    window.wait_for(".toast", "refresh queued");
    window.pictures("activity-details");
    window.click("aside button", "Close");

    window.click("[role=tab]", "Charts");
    window.wait_for("main", "Pages");
    window.until("a page was counted", |w| {
        let metrics = w.invoke("queue_metrics", &json!({"hours": 1}));
        (metrics["stages"].as_array()?.len() > 1).then_some(())
    });
    window.pictures("activity-charts");
}

#[test]
fn failures_stand_by_cause_with_the_button_that_helps() {
    let window = open();
    let (folder, truth) = window.documents(Set::Hostile);
    let locked = truth.files.iter().find(|f| f.password.is_some()).unwrap();
    let files: Vec<_> = ["truncated.pdf", "empty.pdf", &locked.file].iter().map(|f| folder.join(f)).collect();
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    window.click("nav a, nav button", "Activity");
    window.wait_for("main", "A password is needed");
    window.click("[data-line][aria-expanded]", "A password is needed");
    window.wait_for("[data-line]", &locked.file);
    window.pictures("activity-failed");
    window.click("button", "Enter password");
    window.wait_for("[role=dialog]", "Password");
    window.press(locked.password.as_deref().unwrap());
    window.press("\u{e007}"); // Enter
    window.until("the cause is gone", |w| (!w.find("main", "A password is needed")).then_some(()));
}
