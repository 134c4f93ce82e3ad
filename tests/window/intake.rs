//! Every door of the real window: paste, the same file again, archives, added for later; all failures tried again; the
//! computer kept awake; a start that meets one that is just ending.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use papertray_driver::{Window, cache_home};
use papertray_fixtures::{Set, small_pdf};
use serde_json::{Value, json};

use crate::{PROGRAM, desktop::Desktop, open, start, system::Manager, system::run};

/// Holds the clipboard until it is dropped: `files PATH…` or `picture`.
struct Clipboard(Child);

impl Clipboard {
    fn hold(words: &[&str]) -> Self {
        let mut child = Command::new("/usr/bin/python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/clipboard.py"))
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert_eq!(ready.trim(), "ready", "the stand-in holds the clipboard");
        Self(child)
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn paste(window: &Window) {
    let keys = json!({"actions": [{"type": "key", "id": "keyboard", "actions": [
        {"type": "keyDown", "value": "\u{e009}"}, {"type": "keyDown", "value": "v"},
        {"type": "keyUp", "value": "v"}, {"type": "keyUp", "value": "\u{e009}"}]}]});
    window.actions(&keys);
}

fn rows(window: &Window) -> Vec<Value> {
    let list = window.invoke("list_documents", &json!({"query": {}}));
    list["rows"].as_array().unwrap().clone()
}

fn file(window: &Window, name: &str, number: u64) -> std::path::PathBuf {
    let path = window.folder.path().join(name);
    fs_err::write(&path, small_pdf(7, number)).unwrap();
    path
}

#[test]
fn what_was_copied_is_pasted_and_what_is_known_is_said() {
    let _manager = Manager::start();
    let window = open();
    let bill = file(&window, "bill with spaces.pdf", 1);
    window.until("the window manager has the window", |_| {
        run("wmctrl", &["-l"]).contains("Papertray").then_some(())
    });
    run("wmctrl", &["-a", "Papertray"]);
    let copied = Clipboard::hold(&["files", bill.to_str().unwrap()]);
    paste(&window);
    window.row_says("bill with spaces.pdf", "");
    drop(copied);
    let copied = Clipboard::hold(&["picture"]);
    paste(&window);
    window.row_says("Pasted ", "");
    drop(copied);
    assert_eq!(rows(&window).len(), 2);

    // The same file again: said, and kept where that is wanted.
    let again = window.folder.path().join("again.pdf");
    fs_err::copy(&bill, &again).unwrap();
    let copied = Clipboard::hold(&["files", again.to_str().unwrap()]);
    paste(&window);
    window.wait_for(".toast", "already here");
    window.pictures("toast-known");
    window.click(".toast button", "Keep both");
    window.until("both are there", |w| (rows(w).len() == 3).then_some(()));
    drop(copied);
}

#[test]
fn an_archive_shows_its_files_and_a_file_may_wait() {
    let window = open();
    let folder = window.folder.path().to_owned();
    for number in 1..=2 {
        file(&window, &format!("bill {number}.pdf"), number);
    }
    // Debian's Python packs it: nobody needs a packer here otherwise.
    let script = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n    [z.write(f, f.split('/')[-1]) for f in sys.argv[2:]]";
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    run("/usr/bin/python3", &["-c", script, &path("papers.zip"), &path("bill 1.pdf"), &path("bill 2.pdf")]);
    window.add(&[Path::new(&path("papers.zip"))]);
    window.wait_for("[role=row]", "2 files inside");
    window.row_says("bill 1.pdf", "papers.zip");
    window.pictures("inbox-archive");
    window.click("[role=row]", "2 files inside");
    window.click("[role=tab]", "History");
    window.wait_for("main, aside", "Files inside");
    window.pictures("review-history");
    window.click("nav a, nav button", "Inbox");

    let later = file(&window, "later.pdf", 3);
    let options = json!({"stage": true, "duplicates": "skip"});
    window.invoke("add_files", &json!({"paths": [later], "options": options}));
    window.row_says("later.pdf", "Not processed");
    window.click("[role=group] button", "Not processed");
    window.wait_for("main", "wait until you have");
    window.pictures("inbox-staged");
    window.click("main button", "Process");
    window.until("it is read", |w| {
        let read = rows(w).into_iter().find(|row| row["filename"] == "later.pdf")?;
        (read["status"] == "ocr_complete").then_some(())
    });
}

#[test]
fn all_failures_are_tried_again_at_once() {
    let crashes = [("PAPERTRAY_READER_FAULT", "abort-on-page-1")];
    let window = start(tempfile::tempdir().unwrap(), &[], &crashes).welcomed();
    let bill = file(&window, "bill.pdf", 1);
    window.add(&[&bill]);
    window.click("nav a, nav button", "Activity");
    // It fails for good after its last try by itself: some seconds later.
    window.wait_for("main button", "Retry all failed");
    let runs = |w: &Window| {
        let jobs = w.invoke("list_jobs", &json!({"query": {}}));
        let job = w.invoke("job_detail", &json!({"id": jobs["jobs"][0]["id"]}));
        (job["attempts"].as_array().unwrap().len(), job["job"]["status"].clone())
    };
    let (before, state) = runs(&window);
    assert_eq!(state, "failed");
    window.pictures("activity-failed-may-pass");
    window.click("main button", "Retry all failed");
    window.until("it was tried again", |w| (runs(w).0 > before).then_some(()));
}

#[test]
fn the_computer_stays_awake_while_documents_are_read() {
    let desktop = Desktop::start();
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap();
    // The stand-in for the system answers on the session's bus.
    let window = start(tempfile::tempdir().unwrap(), &[], &[("DBUS_SYSTEM_BUS_ADDRESS", &bus)]).welcomed();
    let (folder, _) = window.documents(Set::EndToEnd);
    window.add(&[&folder.join("scan-invoice-3-pages.tif")]);
    assert_eq!(desktop.wait_for("awake")["who"], "Papertray");
    desktop.wait_for("may sleep");
    assert_eq!(
        window.invoke("snapshot", &json!({}))["status"]["processing"],
        0,
        "not before the work was done"
    );
}

/// A program without a driver: one that knows of other starts.
struct Single {
    process: Child,
}

impl Single {
    fn start(folder: &Path, files: &[&Path]) -> Self {
        let process = Command::new(PROGRAM)
            .args(files)
            .env("PAPERTRAY_LIBRARY", folder.join("library"))
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_CACHE_HOME", cache_home())
            .env("HOME", folder)
            .spawn()
            .unwrap();
        Self { process }
    }
}

impl Drop for Single {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The process that holds the library.
fn holder(folder: &Path) -> Option<u32> {
    let holder = fs_err::read_to_string(folder.join("library/library.holder")).ok()?;
    holder.split(' ').next()?.parse().ok()
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn stored(folder: &Path) -> usize {
    let below = |path: &Path| {
        fs_err::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect::<Vec<_>>()
    };
    below(&folder.join("library/blobs")).iter().map(|folder| below(folder).len()).sum()
}

#[test]
fn a_second_start_hands_its_files_over_also_to_one_that_is_ending() {
    let mut desktop = Desktop::start();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bill = |number: u64| {
        let path = folder.join(format!("bill {number}.pdf"));
        fs_err::write(&path, small_pdf(7, number)).unwrap();
        path
    };
    let mut first = Single::start(folder, &[&bill(1)]);
    desktop.wait_for("tray");
    until("the file named at the start is stored", || (stored(folder) == 1).then_some(()));
    let running = until("the library is held", || holder(folder));
    let mut second = Single::start(folder, &[&bill(2)]);
    assert!(second.process.wait().unwrap().success());
    until("the second start's file is stored by the first", || (stored(folder) == 2).then_some(()));
    assert_eq!(holder(folder), Some(running));
    // While something is read, quitting would ask first.
    let pictures = || fs_err::read_dir(folder.join("library/storage/jobs")).map_or(0, Iterator::count);
    until("both are read", || (pictures() == 2).then_some(()));
    std::thread::sleep(Duration::from_secs(2)); // what follows the last page is a matter of milliseconds

    // Quit, and started again in the same moment: whoever meets whom, one Papertray runs and has the file.
    desktop.tell("click Quit");
    let third = Single::start(folder, &[&bill(3)]);
    until("the first has ended", || first.process.try_wait().unwrap());
    until("the third start's file is stored", || (stored(folder) == 3).then_some(()));
    let now = until("somebody holds the library", || holder(folder).filter(|pid| *pid != running));
    run("kill", &["-9", &now.to_string()]);
    drop(third);
}
