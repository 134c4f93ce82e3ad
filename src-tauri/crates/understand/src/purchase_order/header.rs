//! Number, dates, buyer and currency of an order: labels and what stands beside, behind or under them, or columns that
//! say the same on every row.

use papertray_model::collection::Order;

use super::columns::Table;
use crate::currency;
use crate::date::{self, Order as DateOrder, Printed};
use crate::goods::{FieldName, words};
use crate::grid::{Grid, GridCell};
use crate::money;

const HEADS: [FieldName; 10] = [
    FieldName::OrderNumber,
    FieldName::OrderDate,
    FieldName::StartShip,
    FieldName::CancelDate,
    FieldName::Buyer,
    FieldName::ShipTo,
    FieldName::Vendor,
    FieldName::Season,
    FieldName::Currency,
    FieldName::Terms,
];

#[derive(Default)]
struct Found {
    values: Vec<(FieldName, GridCell)>,
}

impl Found {
    fn get(&self, field: FieldName) -> Option<&GridCell> {
        self.values.iter().find(|(f, _)| *f == field).map(|(_, c)| c)
    }
}

/// Reads what stands around the tables and in their constant columns into the order.
pub(super) fn read(grids: &[Grid], tables: &[Table<'_>], order: &mut Order) {
    let mut found = Found::default();
    for grid in grids {
        let table = tables.iter().find(|t| std::ptr::eq(t.grid, grid));
        let rows = grid.rows.len();
        let around = (0..table.map_or(rows, |t| t.head))
            .chain(table.map_or(rows, |t| t.body.max(rows.saturating_sub(30)))..rows);
        for at in around.take(200) {
            labelled(grid, at, &mut found);
        }
    }
    for table in tables {
        for field in [
            FieldName::OrderNumber,
            FieldName::OrderDate,
            FieldName::StartShip,
            FieldName::CancelDate,
            FieldName::Currency,
        ] {
            let cell = table
                .column(field)
                .and_then(|c| table.grid.rows.get(table.body..)?.iter().find_map(|r| r.cell(c)));
            if let Some(cell) = cell.filter(|_| found.get(field).is_none()) {
                found.values.push((field, cell.clone()));
            }
        }
    }
    let dates = [FieldName::OrderDate, FieldName::StartShip, FieldName::CancelDate];
    let printed: Vec<Printed> = dates
        .iter()
        .filter_map(|f| found.get(*f))
        .filter(|c| c.date.is_none())
        .filter_map(|c| Some(date::prefix(&c.text)?.0))
        .collect();
    let currency = found
        .get(FieldName::Currency)
        .and_then(|c| c.text.split_whitespace().find_map(currency::word))
        .map(|m| m.code.to_owned())
        .or_else(|| in_prices(tables));
    let date_order = date_order(&printed, currency.as_deref());
    let iso = |field| {
        let cell = found.get(field)?;
        cell.date.clone().or_else(|| date::prefix(&cell.text)?.0.day(date_order).map(date::Day::iso))
    };
    order.number = found.get(FieldName::OrderNumber).map(|c| c.text.clone());
    order.date = iso(FieldName::OrderDate);
    order.start_ship = iso(FieldName::StartShip);
    order.cancel_date = iso(FieldName::CancelDate);
    order.currency = currency;
    order.buyer = found
        .get(FieldName::Buyer)
        .map(|c| c.text.clone())
        .or_else(|| titled(grids))
        .or_else(|| found.get(FieldName::ShipTo).and_then(|c| c.text.split(',').next()).map(str::to_owned))
        .map(|b| b.split(',').next().unwrap_or_default().trim().to_owned())
        .filter(|b| !b.is_empty());
}

/// What a label's value may look like.
fn fits(field: FieldName, cell: &GridCell) -> bool {
    let text = &cell.text;
    match field {
        FieldName::OrderNumber => {
            text.chars().any(|c| c.is_ascii_digit())
                && text.chars().count() <= 30
                && cell.date.is_none()
                && text.split_whitespace().count() <= 3
        }
        FieldName::OrderDate | FieldName::StartShip | FieldName::CancelDate => {
            cell.date.is_some() || date::prefix(text).is_some()
        }
        FieldName::Currency => text.split_whitespace().any(|w| currency::word(w).is_some()),
        _ => !text.is_empty(),
    }
}

fn field_of(text: &str) -> Option<FieldName> {
    words().whole(text).iter().copied().find(|f| HEADS.contains(f))
}

fn labelled(grid: &Grid, at: usize, found: &mut Found) {
    let row = &grid.rows[at];
    for (n, cell) in row.cells.iter().enumerate() {
        let candidates = pairs(cell);
        for (field, value) in candidates {
            // `PO number: 17` under the title `Purchase Order` is a label with its value, and no value itself.
            let is_value =
                |c: &&GridCell| field_of(&c.text).is_none() && (!c.text.contains(':') || pairs(c).is_empty());
            let beside = row.cells.get(n + 1).filter(is_value);
            let below = || grid.rows.get(at + 1).and_then(|r| r.cell(cell.column)).filter(is_value);
            let value = match value {
                Some(text) => Some(GridCell { text, ..cell.clone() }).filter(|c| fits(field, c)),
                None => {
                    beside.filter(|c| fits(field, c)).or_else(|| below().filter(|c| fits(field, c))).cloned()
                }
            };
            if let Some(value) = value.filter(|_| found.get(field).is_none()) {
                found.values.push((field, value));
            }
        }
    }
}

/// Labels in a cell, each with the value behind it in the same cell: `P.O. # RH-7148 Order date 04/26/2026`.
fn pairs(cell: &GridCell) -> Vec<(FieldName, Option<String>)> {
    if let Some(field) = field_of(&cell.text) {
        return vec![(field, None)];
    }
    let tokens: Vec<&str> = cell.text.split_whitespace().collect();
    if tokens.len() > 40 {
        return vec![];
    }
    let mut labels: Vec<(usize, usize, FieldName)> = vec![];
    let mut at = 0;
    while at < tokens.len() {
        let label = (at + 1..=(at + 6).min(tokens.len())).rev().find_map(|end| {
            let text = tokens[at..end].join(" ");
            let sure = end - at > 1 || at == 0 || text.ends_with(':') || text.ends_with('#');
            field_of(&text).filter(|_| sure).map(|f| (end, f))
        });
        match label {
            Some((end, field)) => {
                labels.push((at, end, field));
                at = end;
            }
            None => at += 1,
        }
    }
    let ends: Vec<usize> = labels.iter().skip(1).map(|l| l.0).chain([tokens.len()]).collect();
    labels
        .iter()
        .zip(ends)
        .map(|((_, from, field), to)| {
            let value = tokens[*from..to].join(" ").trim_start_matches([':', '-', ' ']).to_owned();
            (*field, Some(value).filter(|v| !v.is_empty()))
        })
        .collect()
}

/// `PURCHASE ORDER – The Corner Wardrobe`: who stands behind the title.
fn titled(grids: &[Grid]) -> Option<String> {
    const TITLES: [&str; 9] = [
        "purchase order",
        "bestellung",
        "bon de commande",
        "ordine d'acquisto",
        "orden de compra",
        "order form",
        "pedido",
        "commande",
        "ordine",
    ];
    let mut first = grids.iter().flat_map(|g| g.rows.iter().take(4)).flat_map(|r| &r.cells);
    first.find_map(|c| {
        let lower = c.text.to_lowercase();
        let title = TITLES.iter().find(|t| lower.starts_with(**t))?;
        let rest = c.text.get(title.len()..)?.trim_start_matches([' ', '–', '-', '—', ':', '|']).trim();
        (rest.chars().count() > 2 && !rest.chars().any(|d| d.is_ascii_digit()) || rest.contains(','))
            .then(|| rest.to_owned())
    })
}

/// Day or month first: what a date proves, else what makes shipping begin before it ends, else the currency's habit.
fn date_order(printed: &[Printed], currency: Option<&str>) -> DateOrder {
    if let Some(proved) = printed.iter().find_map(Printed::proves) {
        return proved;
    }
    let in_order = |order: DateOrder| {
        let days: Vec<_> = printed.iter().filter_map(|p| p.day(order)).collect();
        days.windows(2).all(|w| w[0] <= w[1])
    };
    match (in_order(DateOrder::DayFirst), in_order(DateOrder::MonthFirst)) {
        (false, true) => DateOrder::MonthFirst,
        (true, false) => DateOrder::DayFirst,
        _ if matches!(currency, Some("USD")) => DateOrder::MonthFirst,
        _ => DateOrder::DayFirst,
    }
}

/// The currency that the tables' prices carry.
fn in_prices(tables: &[Table<'_>]) -> Option<String> {
    for table in tables {
        for field in [FieldName::UnitCost, FieldName::Amount, FieldName::Retail] {
            let Some(column) = table.column(field) else { continue };
            let heading = table.grid.rows[table.head].text(column);
            if let Some(m) = heading.split_whitespace().find_map(currency::word) {
                return Some(m.code.to_owned());
            }
            let rows = table.grid.rows.get(table.body..).unwrap_or(&[]);
            if let Some(m) = rows.iter().take(20).find_map(|r| money::parse(r.text(column), None)?.currency) {
                return Some(m.code.to_owned());
            }
        }
    }
    None
}
