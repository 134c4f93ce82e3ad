//! The pages of a document in the real window: turned, put in another order, made a document of their own, and back.

use papertray_fixtures::{Sheet, pdf};
use serde_json::json;

use crate::open;

/// A PDF of one line a page.
fn paper(lines: &[&str]) -> Vec<u8> {
    let sheets: Vec<Sheet> = lines
        .iter()
        .map(|line| {
            let mut sheet = Sheet::a4();
            sheet.left(60.0, 90.0, 12.0, line);
            sheet
        })
        .collect();
    pdf::text_pdf(&sheets, 0)
}

#[test]
fn pages_are_turned_moved_and_split_and_all_of_it_is_taken_back() {
    let window = open();
    let file = window.folder.path().join("three.pdf");
    let bytes = paper(&["apricot one", "blueberry two", "cherry three"]);
    fs_err::write(&file, &bytes).unwrap();
    window.add(&[file.as_ref()]);
    window.until("it is read", |w| {
        let row = w.row("three.pdf");
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
    window.click("[role=row]", "three.pdf");
    window.wait_for("[role=toolbar][aria-label='Page tools']", "");

    // A turned page lies across, and its picture with it.
    window.click("button[aria-label='Turn right']", "");
    let across = "const page = document.querySelector('.frame .page'), image = page?.querySelector('img');
                  return Boolean(page && page.clientWidth > page.clientHeight && image?.naturalWidth > image?.naturalHeight)";
    window.until("the page lies across", |w| (w.script(across, &json!([])) == json!(true)).then_some(()));
    window.pictures("review-page-turned");

    window.click("button[aria-label='Move down']", "");
    let text = "return document.querySelector('[data-page=\"2\"]')?.getAttribute('aria-current')";
    window.until("the page stands second", |w| (w.script(text, &json!([])) == json!("page")).then_some(()));
    window.click("[role=tab]", "Text");
    window.wait_for("aside", "apricot one");
    window.click("button[aria-label='Make a document of this page']", "");
    window.until("two pages are left", |w| (!w.find("[data-page='3']", "")).then_some(()));
    window.pictures("review-page-split-off");

    // The split, the order and the turn are taken back, one after the other.
    let undo = "document.querySelector(\"button[aria-keyshortcuts='Control+Z']\").click()";
    let shows =
        |selector: &'static str| move |w: &papertray_driver::Window| w.find(selector, "").then_some(());
    window.script(undo, &json!([]));
    window.until("three pages are back", shows("[data-page='3']"));
    window.wait_for("aside", "apricot one");
    window.script(undo, &json!([]));
    window.until("the order is back", |w| {
        let second = "return document.querySelectorAll('.sheet')[0]?.clientWidth > document.querySelectorAll('.sheet')[0]?.clientHeight";
        (w.script(second, &json!([])) == json!(true)).then_some(())
    });
    window.script(undo, &json!([]));
    window.click("[data-page='1']", "");
    window.wait_for("aside", "apricot one");
    window.until("it stands upright", |w| (w.script(across, &json!([])) == json!(false)).then_some(()));
    assert_eq!(fs_err::read(&file).unwrap(), bytes, "the file is what was added");
}
