//! Products and orders together: the items of a collection.

use std::collections::BTreeMap;

use papertray_model::ItemId;
use papertray_model::collection::{ItemList, Order, Product, Resolution};

/// What items are made of.
#[derive(Clone, Copy, Debug)]
pub struct MatchInput<'a> {
    /// What the linesheets offer, in their order.
    pub products: &'a [Product],
    /// What was ordered; none where a collection is a linesheet only.
    pub orders: &'a [Order],
    /// What a person said of unmatched lines, by `UnmatchedLine::key`.
    pub resolutions: &'a BTreeMap<String, Resolution>,
}

/// What an item is the same by when items are made again: its style and colour, without case, spaces and marks.
pub fn key(style_number: &str, colour: Option<&str>) -> String {
    format!("{style_number}\u{1f}{}", colour.unwrap_or_default())
}

/// Makes the items: one a product, then one an order's line that a person wants as its own. `new_id` is asked once an
/// item, in their order.
pub fn items(_input: &MatchInput<'_>, _new_id: &mut dyn FnMut() -> ItemId) -> ItemList {
    ItemList::default()
}
