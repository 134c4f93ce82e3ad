//! Paper is finished in the real window: a correction that stays through a replay, a type of one's own and one with a
//! fault, what is found and where, many at once and back again.

use papertray_fixtures::Set;
use serde_json::json;

use papertray_driver::Window;

use crate::open;

const CONTROL: char = '\u{e009}';

fn read_samples(window: &Window) -> Vec<String> {
    let (folder, truth) = window.documents(Set::Sample);
    let files: Vec<_> = truth.files.iter().map(|f| folder.join(&f.file)).collect();
    window.add(&files.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    for file in &truth.files {
        window.until(&format!("{} is read", file.file), |w| {
            let row = w.row(&file.file);
            (row.contains("Ready") || row.contains("to check")).then_some(())
        });
    }
    truth.files.iter().filter(|f| f.doc_type.as_deref() == Some("invoice")).map(|f| f.file.clone()).collect()
}

/// Presses a key while another is held.
pub(crate) fn chord(window: &Window, held: char, key: char) {
    window.actions(&json!({"actions": [{"type": "key", "id": "keyboard", "actions": [
        {"type": "keyDown", "value": held}, {"type": "keyDown", "value": key},
        {"type": "keyUp", "value": key}, {"type": "keyUp", "value": held},
    ]}]}));
}

#[test]
fn a_correction_is_locked_taken_back_and_outlives_a_replay() {
    let window = open();
    let invoice = read_samples(&window).remove(0);
    let doctypes = window.folder.path().join("library/doctypes");
    fs_err::create_dir_all(&doctypes).unwrap();
    fs_err::write(doctypes.join("typo.toml"), "name = \"warranty\"\nversion = 1\nthresold = 3.0\n").unwrap();

    window.click("[role=row]", &invoice);
    window.wait_for("#field-number", "");
    window.script("document.querySelector('#field-number').focus()", &json!([]));
    window.press("e");
    window.wait_for("label[for=field-editor]", "");
    chord(&window, CONTROL, 'a');
    window.press("MINE-77\u{e007}");
    window.wait_for("aside li", "MINE-77");
    window.wait_for("aside li", "by you");
    chord(&window, CONTROL, 'z');
    window.until("the correction is taken back", |w| (!w.find("aside li", "MINE-77")).then_some(()));
    window.script("document.activeElement?.blur()", &json!([]));
    chord(&window, CONTROL, 'y');
    window.wait_for("aside li", "MINE-77");

    window.click("nav a, nav button", "Settings");
    window.click("nav a", "Document types");
    window.wait_for("main", "typo.toml");
    window.wait_for("main", "line 3");
    window.pictures("settings-types");
    window.click("button[aria-label='Replay: Invoice']", "");
    window.wait_for("main", "Replayed: Invoice");
    window.click("nav a", "Providers & privacy");
    window.wait_for("main", "No service is set up");
    window.pictures("settings-providers");
    window.click("button", "Show");
    window.wait_for("main", "Nothing has left this computer");

    window.click("nav a, nav button", "Inbox");
    window.click("[role=row]", &invoice);
    window.wait_for("aside li", "MINE-77");
    window.wait_for("aside li", "by you");
    window.click("[role=tab]", "About");
    window.wait_for("[role=tabpanel]", "What spoke for it");
    window.pictures("review-type");
}

#[test]
fn documents_are_found_by_their_words_and_many_are_tagged_and_removed() {
    let window = open();
    let invoices = read_samples(&window);
    let text = window.invoke("list_documents", &json!({"query": {"filter": "all", "limit": 50}}));
    let row =
        text["rows"].as_array().unwrap().iter().find(|row| row["filename"] == invoices[0].as_str()).unwrap();
    let id = row["document_id"].as_str().unwrap().to_owned();
    let detail = window.invoke("get_document", &json!({"id": id}));
    let number = detail["fields"]["number"]["text"].as_str().unwrap().to_owned();

    window.press("/");
    window.press(&number);
    window.wait_for("[role=row] mark", "");
    window.until("only what was searched is listed", |w| {
        let shown = w.script("return document.querySelectorAll('[role=row][data-id]').length", &json!([]));
        (shown == 1).then_some(())
    });
    window.pictures("inbox-search");
    window.click("[role=row]", "");
    window.wait_for("[role=group]", "1 of");
    window.until("the words are marked on the page", |w| {
        let marked = w.script("return document.querySelectorAll('svg rect.mark.now').length", &json!([]));
        (marked == 1).then_some(())
    });
    window.pictures("review-found");
    window.press("\u{e00c}"); // Escape
    window.wait_for("h1", "Inbox");
    window.click("button[aria-label='Clear']", "");
    window.until("all are listed again", |w| {
        let shown = w.script("return document.querySelectorAll('[role=row][data-id]').length", &json!([]));
        (shown.as_u64() > Some(1)).then_some(())
    });
    window.script("document.querySelector('[role=row][data-id]').focus()", &json!([]));
    window.press(" ");
    window.wait_for("main", "1 chosen");
    window.click("main button", "Choose all");
    window.pictures("inbox-chosen");
    window.click("main button", "Tags…");
    window.wait_for("[role=dialog]", "Give these tags");
    window.press("spring\u{e007}");
    window.wait_for("[role=row]", "spring");
    window.click("button", "Undo");
    window.until("no row has the tag", |w| (!w.find("[role=row]", "spring")).then_some(()));
    window.click("[role=toolbar] button", "Remove");
    window.until("all are in the trash", |w| (!w.find("[role=row][data-id]", "")).then_some(()));
    window.wait_for("div", "moved to the trash");
    let undo = "[...document.querySelectorAll('button')].filter((b) => b.textContent.trim() === 'Undo').at(-1).click()";
    window.script(undo, &json!([]));
    window.wait_for("[role=row]", &invoices[0]);
}
