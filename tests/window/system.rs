//! The system's side: tray, notifications, closing and quitting, a true drag and drop.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use papertray_fixtures::Set;
use serde_json::json;

use papertray_driver::Window;

use crate::{desktop::Desktop, open, open_in};

pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A window manager, so that windows have focus and places as on a desktop.
pub(crate) struct Manager(std::process::Child);

impl Manager {
    pub(crate) fn start() -> Self {
        Self(Command::new("openbox").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn tray_and_notification_say_when_a_batch_is_ready() {
    let _manager = Manager::start();
    let mut desktop = Desktop::start();
    let window = open();
    desktop.wait_for("tray");
    let menu = desktop.menu();
    for entry in ["Open Papertray", "Add files…", "Pause reading", "Quit"] {
        assert!(menu.contains(&entry.to_owned()), "{entry} in {menu:?}");
    }

    // Closed to the tray: the work goes on, which is said once.
    window.wait_for("main button", "Choose files");
    window.until("the window manager has the window", |_| {
        run("wmctrl", &["-l"]).contains("Papertray").then_some(())
    });
    run("wmctrl", &["-c", "Papertray"]);
    assert_eq!(desktop.wait_for("notification")["title"], "Papertray keeps working");
    let (folder, truth) = window.documents(Set::Sample);
    let files: Vec<_> = truth.files.iter().take(2).map(|f| folder.join(&f.file)).collect();
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    let told = desktop.wait_for("notification");
    assert_eq!(told["title"], "2 documents read");
    assert_eq!(desktop.notifications_within(Duration::from_secs(1)), Vec::<String>::new(), "one a batch");
    assert_eq!(desktop.menu().iter().filter(|e| *e == "Latest").count(), 1);

    // One document alone: a click on its notification opens it.
    window.add(&[&folder.join(&truth.files[2].file)]);
    let told = desktop.wait_for("notification");
    window.until("a click on the notification opens the document", |w| {
        // Nobody clicks in the instant a notification shows; the program listens a moment later.
        desktop.tell(&format!("open {}", told["id"]));
        std::thread::sleep(Duration::from_millis(300));
        w.find("[role=tab]", "Fields").then_some(())
    });
    window
        .until("the window is visible again", |_| run("wmctrl", &["-l"]).contains("Papertray").then_some(()));

    // In front, a batch ends silently.
    run("wmctrl", &["-a", "Papertray"]);
    window.until("the window has focus", |w| {
        (w.script("return document.hasFocus()", &json!([])) == true).then_some(())
    });
    window.add(&[&folder.join(&truth.files[3].file)]);
    assert_eq!(
        desktop.notifications_within(Duration::from_secs(8)),
        Vec::<String>::new(),
        "silent while in front"
    );

    // Paused and resumed from the tray; quit ends the process.
    desktop.tell("click Pause reading");
    window.until("the queue is paused", |w| {
        w.invoke("snapshot", &json!({}))["pause"].is_object().then_some(())
    });
    window.until("the menu offers to resume", |_| {
        desktop.menu().contains(&"Resume reading".to_owned()).then_some(())
    });
    let process = window.pid();
    desktop.tell("click Quit");
    until_ended(&window, process);
}

fn until_ended(window: &Window, process: u32) {
    window.until("the program has ended", |_| {
        // The driver reaps its child late: a zombie has ended too.
        let status = fs_err::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        (status.is_empty() || status.contains("State:\tZ")).then_some(())
    });
}

#[test]
fn quitting_while_working_asks_how_and_loses_nothing() {
    let _manager = Manager::start();
    let window = open();
    let (folder, _) = window.documents(Set::EndToEnd);
    let scan = "scan-invoice-3-pages.tif";
    window.add(&[&folder.join(scan)]);
    window.row_says(scan, "Reading");
    let mut settings = window.invoke("get_settings", &json!({}));
    settings["close_to_tray"] = false.into();
    window.invoke("set_settings", &json!({"settings": settings}));
    window.until("the window manager has the window", |_| {
        run("wmctrl", &["-l"]).contains("Papertray").then_some(())
    });
    run("wmctrl", &["-c", "Papertray"]);
    window.wait_for("[role=dialog], [role=alertdialog]", "Finish this page and quit");
    window.pictures("quit");
    let process = window.pid();
    window.click("button", "Finish this page and quit");
    until_ended(&window, process);
    // Started again, it goes on with the pages that are left.
    let window = open_in(window.close(), &[]);
    window.until("the scan is read after the restart", |w| {
        let row = w.row(scan);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
}

#[test]
fn files_dropped_on_the_window_are_added() {
    let _manager = Manager::start();
    let window = open();
    let (folder, truth) = window.documents(Set::Sample);
    let files: Vec<_> = truth.files.iter().take(2).map(|f| folder.join(&f.file)).collect();
    assert!(files.iter().any(|f| f.to_string_lossy().contains(' ')), "a name with a space");
    let mut source = Command::new("/usr/bin/python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/drag.py"))
        .args(&files)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(source.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    window.until("the drag source shows", |_| run("wmctrl", &["-l"]).contains("drag source").then_some(()));
    run("wmctrl", &["-r", "drag source", "-e", "0,20,20,160,120"]);
    run("wmctrl", &["-a", "drag source"]);
    std::thread::sleep(Duration::from_millis(500)); // the window manager moves in its own time
    run("xdotool", &["mousemove", "90", "90", "mousedown", "1"]);
    for step in 1..=20 {
        let (x, y) = (90 + step * 28, 90 + step * 17);
        run("xdotool", &["mousemove", &x.to_string(), &y.to_string()]);
        std::thread::sleep(Duration::from_millis(30)); // a drag is a movement in time
    }
    window.picture("drop-over");
    run("xdotool", &["mouseup", "1"]);
    for file in &truth.files[..2] {
        window.until(&format!("{} came in by the drop", file.file), |w| {
            (!w.row(&file.file).is_empty()).then_some(())
        });
    }
    source.kill().unwrap();
    source.wait().unwrap();
}
