//! Lines finding their products, and not finding them.

use std::collections::BTreeMap;

use papertray_model::collection::{ItemList, Order, OrderLine, Product, Resolution};
use papertray_model::{DocumentId, ItemId, Minor};

use super::{MatchInput, items, key};

fn product(style: &str, colour: &str, code: &str) -> Product {
    Product {
        style_number: style.into(),
        name: Some(format!("Name of {style}")),
        colour: Some(colour.into()),
        colour_code: Some(code.into()),
        sizes: vec!["S".into(), "M".into(), "2XL".into()],
        wholesale: Some(Minor(4000)),
        ..Product::default()
    }
}

fn line(row: u32, style: &str, colour: Option<&str>, size: Option<&str>, quantity: u32) -> OrderLine {
    OrderLine {
        row,
        style_number: Some(style.into()),
        colour: colour.map(str::to_owned),
        size: size.map(str::to_owned),
        quantity: Some(quantity),
        unit_cost: Some(Minor(4000)),
        ..OrderLine::default()
    }
}

fn made(lines: Vec<OrderLine>, resolutions: &[(&str, Resolution)]) -> ItemList {
    let products = [
        product("QX-11", "Navy", "NVY"),
        product("QX-11", "Rust", "RST"),
        product("QX-12", "Emerald", "EMR"),
    ];
    let order = Order { lines, document_id: None::<DocumentId>, ..Order::default() };
    let resolutions: BTreeMap<String, Resolution> =
        resolutions.iter().map(|(k, r)| ((*k).to_owned(), r.clone())).collect();
    items(&MatchInput { products: &products, orders: &[order], resolutions: &resolutions }, &mut ItemId::new)
}

/// Colour, units and sizes of the items that were ordered.
fn ordered(list: &ItemList) -> Vec<String> {
    let sizes = |i: &papertray_model::Item| -> String {
        i.sizes.iter().filter_map(|s| s.quantity.map(|q| format!(" {}:{q}", s.size))).collect()
    };
    let matched = list.items.iter().filter(|i| i.matched);
    matched
        .map(|i| {
            format!(
                "{} {} {}{}",
                i.style_number,
                i.colour.as_deref().unwrap_or("-"),
                i.units.unwrap_or(0),
                sizes(i)
            )
        })
        .collect()
}

#[test]
fn lines_find_style_and_colour_however_they_are_written() {
    let lines = vec![
        line(1, "qx 11", Some("NAVY"), Some("S"), 2),
        line(1, "qx 11", Some("NAVY"), Some("XXL"), 3),
        line(2, "QX-11", Some("RST"), Some("M"), 4),
        line(3, "QX12", Some("Émeraude"), None, 5),
    ];
    let list = made(lines, &[]);
    assert_eq!(ordered(&list), ["QX-11 Navy 5 S:2 2XL:3", "QX-11 Rust 4 M:4", "QX-12 Emerald 5"]);
    assert_eq!(list.unmatched, []);
}

#[test]
fn what_is_only_like_a_product_is_a_candidate() {
    let list = made(
        vec![
            line(7, "QX-21", Some("Navy"), Some("S"), 2),
            line(8, "QX-11", Some("Lemon"), Some("S"), 1),
            line(9, "QX-11", None, Some("S"), 1),
        ],
        &[],
    );
    assert_eq!(ordered(&list), Vec::<String>::new());
    assert_eq!(list.unmatched.len(), 3);
    assert_eq!(list.unmatched[0].candidates.first().map(|c| c.style_number.as_str()), Some("QX-11"));
    assert_eq!(list.unmatched[1].why, "The linesheet has `QX-11`, but not in `Lemon`.");
    assert_eq!(list.unmatched[2].why, "The line names no colour, and `QX-11` comes in 2.");
    assert!(list.items.iter().all(|i| !i.included), "nothing was ordered");
}

#[test]
fn a_person_decides_on_unmatched_lines() {
    let lines = || {
        vec![
            line(7, "QX-21", Some("Navy"), Some("S"), 2),
            line(8, "ZZ-1", Some("Ink"), Some("S"), 1),
            line(9, "ZZ-2", None, None, 1),
        ]
    };
    let said = [
        (":7", Resolution::Product { style_number: "QX-11".into(), colour: Some("Navy".into()) }),
        (":8", Resolution::Own),
        (":9", Resolution::Ignored),
    ];
    let list = made(lines(), &said);
    assert_eq!(ordered(&list), ["QX-11 Navy 2 S:2", "ZZ-1 Ink 1 S:1"]);
    let kept: Vec<bool> = list.unmatched.iter().map(|u| u.resolution.is_some()).collect();
    assert_eq!(kept, [true, true, true]);
}

#[test]
fn another_price_is_kept_beside_the_linesheets() {
    let mut dear = line(1, "QX-12", Some("Emerald"), Some("S"), 2);
    dear.unit_cost = Some(Minor(4300));
    let list = made(vec![dear], &[]);
    assert_eq!((list.items[2].wholesale, list.items[2].order_price), (Some(Minor(4000)), Some(Minor(4300))));
    assert_eq!(list.items[0].order_price, None);
}

#[test]
fn a_range_stays_a_range() {
    let mut range = line(1, "QX-12", Some("Emerald"), None, 50);
    range.size_range = Some("S-XL".into());
    let list = made(vec![range], &[]);
    assert_eq!(ordered(&list), ["QX-12 Emerald 50"]);
    assert_eq!(list.items[2].size_range.as_deref(), Some("S-XL"));
}

#[test]
fn without_orders_all_products_are_included() {
    let products = [product("QX-11", "Navy", "NVY")];
    let none = BTreeMap::new();
    let list = items(&MatchInput { products: &products, orders: &[], resolutions: &none }, &mut ItemId::new);
    assert!(list.items[0].included && !list.items[0].matched);
}

#[test]
fn article_numbers_come_first() {
    let mut with = product("QX-11", "Navy", "NVY");
    with.upcs = vec![(String::new(), "4006381333931".into())];
    let mut wanted = line(1, "other", Some("other"), Some("S"), 1);
    wanted.upc = Some("4006381333931".into());
    let order = Order { lines: vec![wanted], ..Order::default() };
    let list = items(
        &MatchInput { products: &[with], orders: &[order], resolutions: &BTreeMap::new() },
        &mut ItemId::new,
    );
    assert!(list.items[0].matched);
}

#[test]
fn an_items_key_survives_spelling() {
    assert_eq!(key("QX-11", Some("Écru")), key("qx 11", Some("ecru")));
    assert_ne!(key("QX-11", Some("Navy")), key("QX-11", None));
    assert_ne!(key("0011", None), key("11", None));
}
