//! A linesheet and an order become items: from the files to the end, through a cancel, a crash and a second run.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use crate::support::{Desk, arg, text};
use papertray_fixtures::{Collection, Invoice, Language, Paper as _, Random};
use serde_json::Value;

/// A collection with its files added, and its id.
fn prepared(desk: &Desk, pages: usize) -> (Collection, String) {
    let collection = Collection::sample(&mut Random::new(crate::support::SEED), pages);
    let (linesheet, order) = (desk.path("linesheet.pdf"), desk.path("order.csv"));
    fs_err::write(&linesheet, collection.linesheet_pdf().unwrap()).unwrap();
    fs_err::write(&order, collection.order_csv()).unwrap();
    let id = text(desk.run(&["collection", "new", "Autumn"]).one(), "collection_id").to_owned();
    let added = desk.run(&["collection", "add", &id, "--linesheet", arg(&linesheet), "--po", arg(&order)]);
    assert_eq!((added.code, added.lines.len()), (0, 2), "{}", added.errors);
    (collection, id)
}

fn show(desk: &Desk, id: &str) -> Value {
    desk.run(&["collection", "show", id]).one().clone()
}

fn rows<'a>(answer: &'a Value, key: &str) -> &'a Vec<Value> {
    answer[key].as_array().unwrap()
}

#[test]
fn a_linesheet_and_an_order_become_items() {
    let desk = Desk::new();
    let (collection, id) = prepared(&desk, 2);
    let before = show(&desk, &id);
    assert_eq!(before["tabs"]["collection_items"], false);

    let processed = desk.run(&["collection", "process", &id, "--wait"]);
    assert_eq!(processed.code, 0, "{:?} {}", processed.lines, processed.errors);
    let phases: Vec<_> = processed.lines.iter().filter_map(|line| line["phase"].as_u64()).collect();
    assert_eq!(phases, [1, 2, 3, 4, 5, 6, 6]);
    assert_eq!(processed.lines[3]["name"], "Generating categories");
    assert_eq!(processed.lines[3]["percentage"], 67);
    assert_eq!(text(processed.lines.last().unwrap(), "status"), "completed");

    let items = desk.run(&["collection", "items", &id, "--wait"]);
    assert_eq!(items.code, 0, "{:?} {}", items.lines, items.errors);
    let answer = show(&desk, &id);
    assert_eq!(answer["tabs"]["generate_deck"], true);
    let products = rows(&answer, "products");
    assert_eq!(products.len(), collection.styles.len());
    for style in &collection.styles {
        let product = products.iter().find(|p| text(p, "style_number") == style.number).unwrap();
        let cents = |key: &str| text(product, key).replace('.', "").parse::<u32>().unwrap();
        assert_eq!((cents("wholesale"), cents("rrp")), (style.wholesale, style.rrp), "{}", style.number);
        assert!(product["photo"]["sha256"].is_string(), "{} has no photo", style.number);
        let item = rows(&answer, "items").iter().find(|i| text(i, "style_number") == style.number).unwrap();
        let units: u32 = style.ordered.iter().sum();
        assert_eq!(item["matched"], units > 0, "{}", style.number);
        assert_eq!(item["qty_total"].as_u64().unwrap_or(0), u64::from(units), "{}", style.number);
    }
    assert_eq!(rows(&answer, "unmatched_po").len(), 0);
    assert_eq!(desk.run(&["doctor"]).one()["problems"], serde_json::json!([]));
}

#[test]
fn a_second_run_keeps_what_a_person_set() {
    let desk = Desk::new();
    let (_, id) = prepared(&desk, 1);
    desk.run(&["collection", "process", &id, "--wait"]);
    desk.run(&["collection", "items", &id, "--wait"]);
    let item = rows(&show(&desk, &id), "items")[0].clone();
    let item_id = text(&item, "item_id");
    assert_eq!(desk.run(&["collection", "set-item", &id, item_id, "wholesale", "99.50"]).code, 0);
    let refused = desk.run(&["collection", "set-item", &id, item_id, "rrp", "many"]);
    assert_eq!((refused.code, text(&refused.one()["error"], "code")), (2, "usage"));
    desk.run(&["collection", "process", &id, "--wait"]);
    assert_eq!(desk.run(&["collection", "items", &id, "--wait"]).code, 0);
    let again = show(&desk, &id);
    let kept = rows(&again, "items").iter().find(|i| text(i, "item_id") == item_id).unwrap();
    assert_eq!(text(kept, "wholesale"), "99.50");
    assert_eq!(kept["edits"][0]["before"], item["wholesale"]);
    assert_eq!(kept["edits"][0]["now"], Value::Null);
    let reset = desk.run(&["collection", "set-item", &id, item_id, "wholesale", "--reset"]);
    assert_eq!(reset.one()["wholesale"], item["wholesale"]);
}

#[test]
fn killed_in_the_middle_it_goes_on_from_what_is_kept() {
    let desk = Desk::new();
    let (collection, id) = prepared(&desk, 6);
    let mut child = desk
        .command(&["collection", "process", &id, "--wait"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The line of phase 4 comes when phase 5 has begun.
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    for line in lines {
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["phase"] == 4 {
            break;
        }
    }
    child.kill().unwrap(); // SIGKILL: no chance to tidy up
    child.wait().unwrap();
    // It is watched where it is under way already, and begun again where it was over before the kill.
    let again = desk.run(&["collection", "process", &id, "--wait"]);
    assert_eq!(again.code, 0, "{:?} {}", again.lines, again.errors);
    assert_eq!(rows(&show(&desk, &id), "products").len(), collection.styles.len());
}

#[test]
fn cancelled_it_stops_and_can_begin_anew() {
    let desk = Desk::new();
    let (_, id) = prepared(&desk, 1);
    let queued = desk.run(&["collection", "process", &id]);
    assert_eq!(text(queued.one(), "status"), "queued");
    let twice = desk.run(&["collection", "process", &id]);
    assert_eq!((twice.code, text(&twice.one()["error"], "code")), (1, "wrong_state"));
    assert_eq!(text(desk.run(&["collection", "cancel", &id]).one(), "outcome"), "cancelled");
    let status = &show(&desk, &id)["processing_status"]["document_processing"];
    assert_eq!(text(status, "status"), "cancelled");
    assert_eq!(text(desk.run(&["collection", "cancel", &id]).one(), "outcome"), "nothing_to_cancel");
    assert_eq!(desk.run(&["collection", "process", &id, "--wait"]).code, 0);
}

#[test]
fn what_cannot_be_done_is_said_in_a_sentence_with_a_way_on() {
    let desk = Desk::new();
    let id = text(desk.run(&["collection", "new", "Empty"]).one(), "collection_id").to_owned();
    let nothing = desk.run(&["collection", "process", &id, "--wait"]);
    assert!(text(&nothing.one()["error"], "message").contains("no linesheet"), "{:?}", nothing.lines);

    let locked = desk.path("locked.pdf");
    let letter = Invoice::sample(&mut Random::new(1), Language::English, 3).sheets();
    fs_err::write(&locked, papertray_fixtures::encrypted_pdf(&letter).unwrap()).unwrap();
    desk.run(&["collection", "add", &id, "--linesheet", arg(&locked)]);
    let failed = desk.run(&["collection", "process", &id, "--wait"]);
    let error = &failed.lines.last().unwrap()["error"];
    assert_eq!(text(error, "code"), "encrypted", "{:?}", failed.lines);
    assert!(text(error, "message").contains("`locked.pdf`") && !text(error, "hint").is_empty(), "{error}");

    let (_, id) = prepared(&desk, 1);
    let early = desk.run(&["collection", "items", &id, "--wait"]);
    assert!(text(&early.one()["error"], "message").contains("no products"), "{:?}", early.lines);
}

#[test]
fn a_price_in_a_text_stops_a_deck_that_hides_prices_unless_a_person_lets_it_stay() {
    let desk = Desk::new();
    let (collection, id) = prepared(&desk, 1);
    desk.run(&["collection", "process", &id, "--wait"]);
    desk.run(&["collection", "items", &id, "--wait"]);
    let ordered = collection.styles.iter().find(|s| s.units() > 0).unwrap();
    let price = format!("{}.{:02}", ordered.wholesale / 100, ordered.wholesale % 100);
    let make = |keep: bool| {
        let settings = desk.path("settings.json");
        let texts = serde_json::json!({"brand_introduction": format!("Ours at {price} only")});
        let said = serde_json::json!({
            "preset": "customer_safe", "prices": "none", "texts": texts, "keep_prices_in_texts": keep
        });
        fs_err::write(&settings, said.to_string()).unwrap();
        let out = desk.path("decks");
        desk.run(&[
            "collection",
            "deck",
            &id,
            "--out",
            arg(&out),
            "--format",
            "xlsx",
            "--settings",
            arg(&settings),
        ])
    };
    let stopped = make(false);
    let error = &stopped.lines.last().unwrap()["error"];
    assert_eq!((stopped.code, text(error, "code")), (1, "wrong_state"), "{:?}", stopped.lines);
    assert!(text(error, "message").contains("shows no wholesale prices"), "{error}");
    assert!(!text(error, "hint").is_empty());
    let made = make(true);
    assert_eq!(made.code, 0, "{:?} {}", made.lines, made.errors);
}

#[test]
fn an_order_that_is_none_is_said_and_what_is_there_stays() {
    let desk = Desk::new();
    let (_, id) = prepared(&desk, 1);
    let other = Collection::varied(&mut Random::new(99), 6, 1, true);
    let foreign = other.order_csv().replace("KV-", "ZZQ");
    for (name, bytes) in
        [("empty.csv", "Style No;Colour;S;M;L;Total;Unit Cost\n".to_owned()), ("other.csv", foreign)]
    {
        let order = desk.path(name);
        fs_err::write(&order, bytes).unwrap();
        let id = text(desk.run(&["collection", "new", name]).one(), "collection_id").to_owned();
        let linesheet = desk.path("linesheet.pdf");
        desk.run(&["collection", "add", &id, "--linesheet", arg(&linesheet), "--po", arg(&order)]);
        assert_eq!(desk.run(&["collection", "process", &id, "--wait"]).code, 0);
        desk.run(&["collection", "items", &id, "--wait"]);
        let answer = show(&desk, &id);
        let said = rows(&answer, "unmatched_po").len() + rows(&answer["po"], "checks").len();
        assert!(said > 0, "{name}: {answer}");
        assert!(rows(&answer, "items").iter().all(|i| i["matched"] == false), "{name}");
    }
    assert_eq!(desk.run(&["collection", "process", &id, "--wait"]).code, 0);
}
