//! Purchase orders: what a buyer ordered, out of sheets or pages.

use papertray_model::collection::{Order, Product};
use papertray_model::sheet::Sheet;
use papertray_model::{DocumentId, PageReading};

/// What a column of this buyer's orders means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMeaning {
    /// Its heading as printed.
    pub heading: String,
    /// As in `OrderColumn::meaning`.
    pub meaning: Option<String>,
}

/// One purchase order as it was read.
#[derive(Clone, Copy, Debug)]
pub struct OrderInput<'a> {
    /// The document; sources name it.
    pub document: DocumentId,
    /// Its pages, with words.
    pub pages: &'a [PageReading],
    /// Its sheets.
    pub sheets: &'a [Sheet],
    /// What the linesheets offer.
    pub products: &'a [Product],
    /// What a person said of this order's columns; it stands.
    pub fixed: &'a [ColumnMeaning],
    /// What was said of this buyer's columns before; it weighs much.
    pub remembered: &'a [ColumnMeaning],
}

/// Reads the order. Never fails: what is no order gives no lines, and a check that says so.
pub fn read(input: &OrderInput<'_>) -> Order {
    Order { document_id: Some(input.document), ..Order::default() }
}
