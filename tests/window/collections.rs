//! A collection's journey in the real window: files, products, items, a value of a person's own, the deck.

use papertray_driver::Window;
use papertray_fixtures::{Collection, Random};
use serde_json::json;

use crate::open;

/// Waits until pictures of an address that begins like this are drawn.
fn drawn(window: &Window, address: &str) {
    let look = "const all = [...document.images].filter((i) => i.src.includes(arguments[0]));
                return all.length > 0 && all.some((i) => i.complete && i.naturalWidth > 10);";
    window.until(&format!("a picture of {address} is drawn"), |w| {
        (w.script(look, &json!([address])) == true).then_some(())
    });
}

#[test]
fn a_linesheet_and_an_order_become_a_deck() {
    let window = open();
    let made = Collection::sample(&mut Random::new(7), 1);
    let (linesheet, order) = (window.folder.path().join("lines.pdf"), window.folder.path().join("order.csv"));
    fs_err::write(&linesheet, made.linesheet_pdf().unwrap()).unwrap();
    fs_err::write(&order, made.order_csv()).unwrap();

    window.click("nav a, nav button", "Collections");
    window.wait_for("main", "New collection");
    window.pictures("collections-empty");
    let info =
        json!({"name": "Autumn", "brand": null, "season": null, "currency": null, "linesheet_only": false});
    let id = window.invoke("create_collection", &json!({ "info": info }))["id"].clone();
    for (role, file) in [("linesheet", &linesheet), ("purchase_order", &order)] {
        window.invoke("add_collection_files", &json!({"id": id, "role": role, "paths": [file]}));
    }
    window.click("main a, main button, main article, main li", "Autumn");
    window.wait_for("main", "lines.pdf");
    window.wait_for("main", "order.csv");
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
