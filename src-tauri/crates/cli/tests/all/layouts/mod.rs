//! Linesheets and orders in many layouts, each read to its truth: products with prices, sizes and photos, and every
//! ordered line.

use std::collections::BTreeMap;

use papertray_fixtures::{CollectionFiles, collection_files};
use serde_json::Value;

use crate::support::{Desk, SEED, arg, text};

/// What one product or item is known by.
fn key(value: &Value) -> (String, String) {
    let colour = value["colour"].as_str().or(value["colour_code"].as_str()).unwrap_or_default();
    (text(value, "style_number").to_owned(), colour.to_lowercase())
}

fn cents(value: &Value) -> Option<i64> {
    match value {
        Value::String(amount) => amount.parse::<f64>().ok(),
        other => other.as_f64(),
    }
    .map(|amount| (amount * 100.0).round() as i64)
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().map_or(&[], Vec::as_slice)
}

/// What differs from the truth, in words.
fn wrong(truth: &Value, answer: &Value) -> Vec<String> {
    let mut wrong = vec![];
    let found: BTreeMap<_, _> = list(answer, "products").iter().map(|p| (key(p), p)).collect();
    for product in list(truth, "products") {
        let Some(mine) = found.get(&key(product)) else {
            wrong.push(format!("no product {:?}", key(product)));
            continue;
        };
        for field in ["wholesale", "rrp"] {
            if cents(&mine[field]) != cents(&product[field]) {
                wrong.push(format!("{:?}: {field} {} for {}", key(product), mine[field], product[field]));
            }
        }
        for field in ["name", "currency", "sizes"] {
            let plain = |v: &Value| v.to_string().to_lowercase();
            if plain(&mine[field]) != plain(&product[field]) {
                wrong.push(format!("{:?}: {field} {} for {}", key(product), mine[field], product[field]));
            }
        }
        if !mine["photo"]["page"].is_number() {
            wrong.push(format!("{:?}: no photo", key(product)));
        }
    }
    if found.len() != list(truth, "products").len() {
        wrong.push(format!("{} products for {}", found.len(), list(truth, "products").len()));
    }
    let lines = |of: &Value, units: &str| -> BTreeMap<(String, String), u64> {
        let mut sums = BTreeMap::new();
        for line in list(of, "lines") {
            let size = line["size"].as_str().unwrap_or_default().to_owned();
            *sums.entry((text(line, "style_number").to_owned(), size)).or_default() +=
                line[units].as_u64().unwrap_or(0);
        }
        sums.retain(|_, units| *units > 0);
        sums
    };
    let (wanted, mine) = (lines(&truth["po"], "qty"), lines(&answer["po"], "quantity"));
    if wanted != mine {
        let off: Vec<_> = wanted.iter().filter(|(k, n)| mine.get(*k) != Some(n)).take(4).collect();
        wrong.push(format!("ordered: {} sizes for {}, such as {off:?}", mine.len(), wanted.len()));
    }
    if let Some(wanted) = truth["po"]["number"].as_str()
        && answer["po"]["number"].as_str() != Some(wanted)
    {
        wrong.push(format!("order number {}", answer["po"]["number"]));
    }
    let unmatched = list(answer, "unmatched_po").len();
    if unmatched > 0 {
        wrong.push(format!("{unmatched} lines without a product"));
    }
    wrong
}

fn is_read(name: &str) {
    let desk = Desk::new();
    let CollectionFiles { linesheets, order, truth, .. } =
        collection_files(&desk.path("made"), name, SEED).unwrap().unwrap();
    let id = text(desk.run(&["collection", "new", name]).one(), "collection_id").to_owned();
    let mut add = vec!["collection", "add", &id, "--linesheet"];
    add.extend(linesheets.iter().map(|l| arg(l)));
    add.extend(["--po", arg(&order)]);
    for step in [&add[..], &["collection", "process", &id, "--wait"], &["collection", "items", &id, "--wait"]]
    {
        let run = desk.run(step);
        assert_eq!(run.code, 0, "{name}: {step:?}: {:?} {}", run.lines.last(), run.errors);
    }
    let answer = desk.run(&["collection", "show", &id]).one().clone();
    let wrong = wrong(&truth, &answer);
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

macro_rules! layouts {
    ($($name:ident)*) => { $(#[test] fn $name() { is_read(stringify!($name)); })* };
}

layouts! {
    grid_us grid_german grid_french grid_italian grid_spanish grid_swiss grid_danish grid_swedish letter_spaced
    turned_captions dual_sizes colour_codes two_files across_pages merged_rows spread price_list_back photo_a_colour
    lifestyle
}
