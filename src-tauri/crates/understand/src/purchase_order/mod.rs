//! Purchase orders: what a buyer ordered, out of sheets or pages.
//!
//! [`read`] in four steps: the table's head is found (`heads`) and its columns are given meanings (`columns`), rows become lines
//! (`rows`), what stands around the table gives number, dates and buyer (`header`), and every printed sum is proved
//! (`proof`).

mod columns;
mod header;
mod heads;
mod proof;
mod rows;
#[cfg(test)]
mod tests;

use papertray_model::collection::{Order, OrderCheck, Product};
use papertray_model::sheet::Sheet;
use papertray_model::{DocumentId, PageReading};

use crate::goods::style::Known;
use crate::grid::{self, Grid};

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
    let pairs = input.products.iter().map(|p| (p.style_number.as_str(), p.colour_code.as_deref()));
    let known = Known::new(pairs);
    let mut grids: Vec<Grid> = input.sheets.iter().map(grid::of_sheet).collect();
    if !input.pages.is_empty() {
        grids.push(grid::of_pages(input.pages));
    }
    for grid in &mut grids {
        heads::join(grid);
    }
    let mut order = Order { document_id: Some(input.document), ..Order::default() };
    let tables: Vec<columns::Table> = grids.iter().filter_map(|g| columns::table(g, input, &known)).collect();
    header::read(&grids, &tables, &mut order);
    // A workbook may repeat its order on a sheet of another layout: sheets after the first count only with the same head.
    let Some(first) = tables.iter().max_by(|a, b| a.strength.total_cmp(&b.strength)) else {
        order.checks.push(OrderCheck { what: "No table of ordered goods was found.".into(), row: None });
        return order;
    };
    order.columns = first.described();
    let mut printed = proof::Printed::default();
    for table in tables.iter().filter(|t| t.same_head(first)) {
        rows::read(table, input, &known, &mut order, &mut printed);
    }
    proof::prove(&mut order, &printed);
    order
}
