//! A collection's journey in the real window: files, products, items, a value of a person's own, the deck.

use papertray_driver::Window;
use papertray_fixtures::{Collection, Random};
use serde_json::{Value, json};

use crate::{open, open_in};

/// Waits until pictures of an address that begins like this are drawn.
pub(crate) fn drawn(window: &Window, address: &str) {
    let look = "const all = [...document.images].filter((i) => i.src.includes(arguments[0]));
                return all.length > 0 && all.some((i) => i.complete && i.naturalWidth > 10);";
    window.until(&format!("a picture of {address} is drawn"), |w| {
        (w.script(look, &json!([address])) == true).then_some(())
    });
}

/// Makes the collection “Autumn” of a linesheet and an order, and opens it.
pub(crate) fn filled(window: &Window, made: &Collection, order: &str) -> Value {
    let (linesheet, file) = (window.folder.path().join("lines.pdf"), window.folder.path().join("order.csv"));
    fs_err::write(&linesheet, made.linesheet_pdf().unwrap()).unwrap();
    fs_err::write(&file, order).unwrap();
    let info =
        json!({"name": "Autumn", "brand": null, "season": null, "currency": null, "linesheet_only": false});
    let id = window.invoke("create_collection", &json!({ "info": info }))["id"].clone();
    for (role, file) in [("linesheet", &linesheet), ("purchase_order", &file)] {
        window.invoke("add_collection_files", &json!({"id": id, "role": role, "paths": [file]}));
    }
    open_collection(window);
    id
}

fn open_collection(window: &Window) {
    window.click("nav a, nav button", "Collections");
    window.click("main a, main button, main article, main li", "Autumn");
    window.wait_for("main", "lines.pdf");
    window.wait_for("main", "order.csv");
}

/// Waits until the collection's work has this state, or is in this phase.
pub(crate) fn until_work(window: &Window, id: &Value, work: &str, is: impl Fn(&Value) -> bool) {
    window.until(&format!("{work} gets there"), |w| {
        is(&w.invoke("collection", &json!({ "id": id }))[work]).then_some(())
    });
}

#[test]
fn a_collection_is_cancelled_closed_in_the_middle_and_mended_by_hand() {
    let window = open();
    let made = Collection::sample(&mut Random::new(11), 30);
    // The buyer mistyped one of the style numbers, so that no product has it.
    let typo = made.styles.iter().find(|s| s.units() > 0).unwrap();
    let order = made.order_csv().replace(&typo.number, &format!("{}9", typo.number));
    let id = filled(&window, &made, &order);

    window.click("button", "Process Documents");
    window.click("button", "Cancel Processing");
    window
        .wait_for("[role=alertdialog], dialog, [role=dialog]", "Are you sure you want to cancel processing?");
    window.pictures("collection-cancel");
    window.click("[role=alertdialog] button, dialog button, [role=dialog] button", "Cancel Processing");
    window.wait_for("main h2", "Processing cancelled");
    window.pictures("collection-cancelled");

    // Closed while products are made of what was read, and opened again: it goes on, here once the queue may.
    window.click("button", "Process Documents");
    until_work(&window, &id, "processing", |work| work["phase"].as_u64() >= Some(5));
    window.invoke("pause_queue", &json!({"mode": "drain", "minutes": null}));
    let window = open_in(window.close(), &[]);
    window.click("nav a, nav button", "Collections");
    window.wait_for("main", "Restarting processing...");
    open_collection(&window);
    window.wait_for("main", "Restarting processing...");
    window.pictures("collection-restarting");
    window.invoke("resume_queue", &json!({}));
    window.wait_for("main button", "Continue to Deck Settings");
    let products = window.invoke("collection", &json!({ "id": id }))["product_count"].clone();
    assert_eq!(products, made.styles.len());

    window.click("button", "Generate Items");
    until_work(&window, &id, "items", |work| work["state"] == "completed");
    window.click("[role=tab]", "Collection Items");
    window.click("main button", "Unmatched 1");
    window.wait_for("aside", &format!("{}9", typo.number));
    drawn(&window, "photo");
    window.pictures("collection-unmatched");
    window.click("aside button", "It is this");
    window.wait_for("aside", &format!("{}, ", typo.number));
    window.click("aside button", "Close");

    // A name of the person's own stands when the items are made again.
    let named = |window: &Window| {
        let items = window.invoke("collection_items", &json!({ "id": id }));
        let found = items["items"]
            .as_array()
            .unwrap_or(&vec![])
            .iter()
            .find(|i| i["style_number"] == typo.number.as_str())
            .cloned();
        found.unwrap_or_else(|| panic!("no item {} in {items}", typo.number))
    };
    assert_eq!(named(&window)["units"], typo.units(), "the resolved line is ordered");
    window.click("[role=grid] button.value", &format!("Name: {}", typo.name));
    window.script("document.activeElement.select()", &json!([]));
    window.press("Harbour Coat\u{e007}");
    window.until("the name is kept", |w| (named(w)["name"] == "Harbour Coat").then_some(()));
    window.pictures("collection-edited");
    window.invoke("generate_items", &json!({ "id": id }));
    until_work(&window, &id, "items", |work| work["state"] == "completed");
    let item = named(&window);
    assert_eq!((&item["name"], &item["units"]), (&json!("Harbour Coat"), &json!(typo.units())));
    window.wait_for("[role=grid]", "Harbour Coat");
}

#[test]
fn a_linesheet_and_an_order_become_a_deck() {
    let window = open();
    let made = Collection::sample(&mut Random::new(7), 1);
    window.click("nav a, nav button", "Collections");
    window.wait_for("main", "New collection");
    window.pictures("collections-empty");
    let id = filled(&window, &made, &made.order_csv());
    window.pictures("collection-info");
    window.click("button", "Process Documents");
    window.wait_for("main button", "Continue to Deck Settings");
    window.click("button", "Generate Items");

    window.until("items are made", |w| {
        let detail = w.invoke("collection", &json!({ "id": id }));
        detail["tabs"]["generate_deck"].as_bool().filter(|open| *open)
    });
    window.click("[role=tab]", "Collection Items");
    window.wait_for("main", &made.styles[0].number);
    drawn(&window, "photo");
    window.pictures("collection-items");

    window.click("[role=tab]", "Generate Deck");
    drawn(&window, "slide");
    window.pictures("collection-deck");
    window.invoke("generate_deck", &json!({"id": id, "formats": ["pptx", "pdf"]}));
    let version = window.until("the deck is made", |w| {
        let versions = w.invoke("deck_versions", &json!({ "id": id }));
        versions.as_array().and_then(|all| all.first().cloned())
    });
    assert_eq!(version["files"].as_array().unwrap().len(), 2, "{version}");
    assert_eq!(version["out_of_date"], false);
    window.pictures("collection-deck-made");
}
