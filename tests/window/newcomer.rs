//! A newcomer in the real window: samples by one button, the keys of a view, the window in German, duplicates.

use serde_json::json;

use crate::open;

#[test]
fn samples_keys_and_german_are_there_for_a_newcomer() {
    let window = open();
    window.click("main button", "Try with samples");
    window.until("the samples are read", |w| {
        let list = w.invoke("list_documents", &json!({"query": {}}));
        let rows = list["rows"].as_array()?;
        let ended =
            |row: &serde_json::Value| row["status"] == "ocr_complete" && row["display_name"].is_string();
        (rows.len() > 3 && rows.iter().all(ended)).then_some(())
    });
    window.pictures("inbox-samples");

    window.script("location.hash = '#/duplicates'", &json!([]));
    window.wait_for("h1", "Duplicates");
    window.until("they were looked for", |w| (!w.find("main", "Looking for duplicates")).then_some(()));
    window.pictures("duplicates");

    window.script("location.hash = '#/inbox'", &json!([]));
    window.wait_for("h1", "Inbox");
    window.click("button", "Keyboard");
    window.wait_for("dialog[open]", "Search");
    window.pictures("keys");
    window.press("\u{e00c}"); // Escape, as WebDriver writes it
    window.until("the sheet is closed", |w| (!w.find("dialog[open]", "")).then_some(()));

    window.script("location.hash = '#/settings/appearance'", &json!([]));
    window.wait_for("h2", "Appearance");
    window.click("label, [role=radio]", "Deutsch");
    window.wait_for("h2", "Darstellung");
    window.pictures("settings-german");
    window.script("location.hash = '#/inbox'", &json!([]));
    window.wait_for("h1", "Eingang");
    window.pictures("inbox-german");
    let lang = window.script("return document.documentElement.lang", &json!([]));
    assert!(lang.as_str().unwrap().starts_with("de"), "{lang}");

    // What was chosen is kept, and the samples go by one button.
    let settings = window.invoke("snapshot", &json!({}));
    assert_eq!(settings["settings"]["language"], "de", "{settings}");
    window.click("main button", "Beispiele entfernen");
    window.until("the samples are gone", |w| {
        w.invoke("list_documents", &json!({"query": {}}))["rows"].as_array()?.is_empty().then_some(())
    });
}
