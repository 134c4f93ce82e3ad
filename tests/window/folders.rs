//! Drop folders in the real window: welcomed with one, filled, accounted for, opened from the tray; starting with the
//! system, hidden.

use papertray_fixtures::small_pdf;
use serde_json::json;

use crate::{desktop::Desktop, open, open_in, start, system::Manager, system::run};

#[test]
fn a_new_person_gets_a_folder_and_every_file_in_it_is_accounted_for() {
    let window = start(tempfile::tempdir().unwrap(), &[], &[]);
    window.wait_for("main", "Welcome to Papertray");
    window.wait_for("main", "Where your library lives");
    window.pictures("welcome");
    window.click("main button", "Next");
    window.wait_for("main", "Papertray Drop");
    window.pictures("welcome-folder");
    window.click("main button", "Use this folder");
    let drop = window.folder.path().join("Papertray Drop");
    window.until("the folder is made", |_| drop.is_dir().then_some(()));
    window.wait_for("main", "You are ready");
    window.pictures("welcome-ready");
    window.click("main button", "Open the Inbox");
    window.wait_for("main", "Drop files here");
    window.pictures("inbox-empty-with-folder");

    for number in 1..=3 {
        fs_err::write(drop.join(format!("bill {number}.pdf")), small_pdf(7, number)).unwrap();
    }
    fs_err::write(drop.join("bill again.pdf"), small_pdf(7, 1)).unwrap();
    fs_err::write(drop.join("~$bill.docx"), b"lock").unwrap();
    window.click("nav a, nav button", "Settings");
    window.wait_for("main", "5 seen");
    let sum = "3 imported + 1 duplicate + 1 ignored";
    window.until(sum, |w| {
        let text = w.script(
            "return document.querySelector('article.folder').innerText.replace(/\\s+/g, ' ')",
            &json!([]),
        );
        text.as_str()?.contains(sum).then_some(())
    });
    window.pictures("settings-folders");

    // Each number leads to its files.
    window.click("article.folder a", "duplicate");
    window.wait_for("main [role=row]", "bill again.pdf");
    window.wait_for("main [role=row]", "The same bytes are in the library");
    window.click("[role=group] button", "All");
    window.wait_for("main [role=row]", "~$bill.docx");
    window.pictures("ledger");
    window.click("main header a", "Drop folders");

    // Options are kept by the engine; a pattern that is none is refused with a sentence.
    window.click("article.folder button", "Options");
    window.wait_for("article.folder", "Sub-folders too");
    window.pictures("settings-folder-options");
    window.click("article.folder button", "Options");
    window.click("article.folder [role=switch]", "");
    window.until("the folder is off", |w| {
        let folders = w.invoke("list_folders", &json!({}));
        (folders[0]["folder"]["active"] == false && folders[0]["state"] == "off").then_some(())
    });
    window.click("article.folder [role=switch]", "");
    window.click("article.folder button", "Look now");
    window.click("article.folder button", "Remove");
    window.wait_for("main", "No folder is watched");
    window.pictures("settings-no-folder");
    assert!(drop.join("bill 1.pdf").is_file(), "nothing of a folder is touched");
    window.click(".toast button", "Undo");
    window.wait_for("main", "5 seen");
}

#[test]
fn papertray_starts_with_the_system_hidden_and_comes_from_the_tray() {
    let _manager = Manager::start();
    let mut desktop = Desktop::start();
    let window = open();
    window.click("nav a, nav button", "Settings");
    window.click("[role=tablist] [role=tab], nav a, main a, main button", "Notifications");
    window.wait_for("main", "Start with the system");
    window.pictures("settings-background");
    let entry = window.folder.path().join(".config/autostart");
    let entries = || -> Vec<String> {
        let files = fs_err::read_dir(&entry).into_iter().flatten().flatten();
        files.filter_map(|file| fs_err::read_to_string(file.path()).ok()).collect()
    };
    window.click("[role=switch][aria-label='Start with the system']", "");
    window.until("the entry is there", |_| (entries().len() == 1).then_some(()));
    let written = entries().remove(0);
    let line = written.lines().find(|line| line.starts_with("Exec=")).unwrap().to_owned();
    assert!(line.ends_with("--hidden") && line.contains("papertray"), "{written}");
    window.click("[role=switch][aria-label='Start with the system']", "");
    window.until("the entry is gone", |_| entries().is_empty().then_some(()));

    // Others are told only where that is switched on, and not while offline: a trial says so.
    for who in ["E-mail", "Webhook"] {
        window.click(&format!("[role=switch][aria-label='{who}']"), "");
    }
    window.wait_for("main", "Papertray stays offline, so nobody is told");
    window.script("document.querySelector('#set-others').scrollIntoView()", &json!([]));
    window.pictures("settings-tell");
    window.click("main button", "Send a trial");
    window.wait_for("main [role=status]", "stay offline");
    let tell = window.invoke("get_settings", &json!({}))["tell"].clone();
    assert_eq!((&tell["mail"]["on"], &tell["webhook"]["on"]), (&true.into(), &true.into()));

    // As the system would start it: no window, only the tray icon; its menu brings the window.
    let folder = window.close();
    let window = open_in(folder, &["--hidden"]);
    desktop.wait_for("tray");
    std::thread::sleep(std::time::Duration::from_secs(1)); // a window that shows late would show by now
    let titles = run("wmctrl", &["-l"]);
    assert!(!titles.contains("Papertray"), "{titles}");
    for entry in ["Open drop folder", "Add files…"] {
        assert!(desktop.menu().contains(&entry.to_owned()), "{entry}");
    }
    desktop.tell("click Open Papertray");
    window.until("the window is there", |_| run("wmctrl", &["-l"]).contains("Papertray").then_some(()));
    // Without a drop folder the tray leads to where one is chosen.
    desktop.tell("click Open drop folder");
    window.wait_for("main", "No folder is watched");
}

#[test]
fn storage_says_what_is_kept_and_the_trash_is_emptied() {
    let window = open();
    let file = window.folder.path().join("bill.pdf");
    fs_err::write(&file, small_pdf(7, 1)).unwrap();
    window.add(&[&file]);
    window.row_says("bill.pdf", "");
    let id = window.until("it is read", |w| {
        let list = w.invoke("list_documents", &json!({"query": {}}));
        (list["rows"][0]["metadata"] == "ready").then(|| list["rows"][0]["document_id"].clone())
    });
    window.invoke("remove_documents", &json!({"ids": [id]}));
    window.click("nav a, nav button", "Settings");
    window.click("[role=tablist] [role=tab], nav a, main a, main button", "Storage");
    window.wait_for("main", "Empty trash");
    window.pictures("settings-storage");
    window.click("main button", "Empty trash");
    window.wait_for("[role=alertdialog]", "for good");
    window.click("[role=alertdialog] button", "Delete for good");
    window.until("the trash is empty", |w| {
        (w.invoke("storage", &json!({}))["trash_documents"] == 0).then_some(())
    });
    window.click("main a, main button, nav a", "Health");
    window.pictures("settings-health");
    let logged: u64 = window.invoke("snapshot", &json!({}))["counts"]["all"].as_u64().unwrap();
    assert_eq!(logged, 0);
}
