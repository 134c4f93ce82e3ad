//! Rows of goods: the table under a line of column heads.
//!
//! The head is the row with the most known column names; each column grows from its head over what stands under it; a
//! row without an amount continues the description above; totals end the table.

use std::collections::BTreeMap;
use std::ops::Range;

use papertray_model::LineItem;
use rust_decimal::Decimal;

use crate::columns::{Head, first_row, heads, strength, with_neighbours};
use crate::fields::field;
use crate::layout::{Layout, is_numeric};
use crate::lexicon::{Column, lexicon};
use crate::money;
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters};

/// A table's columns, for the page on which it goes on.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    heads: Vec<Head>,
}

/// The rows of goods on the page. A table that the page before left open goes on where this page has no head of its own;
/// `table` is then the one that this page leaves open.
pub(crate) fn extract(scene: &Scene<'_>, table: &mut Option<Table>) -> Vec<LineItem> {
    let layout = scene.layout;
    let (heads, first, goes_on) = match (first_row(layout), table.take()) {
        (Some(head_row), _) => {
            (with_neighbours(layout, head_row, heads(layout, head_row)), head_row + 1, false)
        }
        (None, Some(open)) => (open.heads, 0, true),
        (None, None) => return vec![],
    };
    if !heads.iter().any(|h| h.column == Column::Amount) {
        return vec![];
    }
    let (rows, open) = rows(scene, &heads, first, goes_on);
    if open {
        *table = Some(Table { heads });
    }
    rows.into_iter().filter_map(|row| item(scene, row)).collect()
}

/// The rows from `first` to the table's end, and whether the page ends before the table does.
fn rows(scene: &Scene<'_>, heads: &[Head], first: usize, goes_on: bool) -> (Vec<Row>, bool) {
    let layout = scene.layout;
    let has_description = heads.iter().any(|h| h.column == Column::Description);
    let head = first.checked_sub(1).map(|row| layout.row_box(row).y1);
    let mut items: Vec<Row> = vec![];
    let mut pending: Vec<Range<usize>> = vec![];
    let mut half: Option<(usize, BTreeMap<Column, Range<usize>>)> = None;
    let mut last_bottom = head;
    for row in first..layout.rows.len() {
        if ends_table(scene, row) {
            return (items, false);
        }
        let b = layout.row_box(row);
        if last_bottom.is_some_and(|bottom| b.y0 - bottom > layout.em * 9.0) {
            return (items, true);
        }
        // Before its first row a table that goes on may be far down the page.
        last_bottom = if goes_on && items.is_empty() { None } else { Some(b.y1) };
        let under_head = head.is_some_and(|bottom| b.y0 - bottom < layout.em * 2.2);
        if strength(layout, row) > 0 || (under_head && is_headlike(layout, row)) {
            continue;
        }
        let mut cells = assign(layout, row, heads);
        let amount = cells.get(&Column::Amount).and_then(|r| number(scene, r));
        let price = cells.get(&Column::UnitPrice).and_then(|r| number(scene, r));
        if goes_on && items.is_empty() && (amount.is_none() || price.is_none()) {
            continue;
        }
        if amount.is_none() && price.is_some() && cells.contains_key(&Column::Description) {
            // The amount is set half a line lower, level with the middle of a tall cell.
            half = Some((row, cells));
            continue;
        }
        if let Some((above, first)) = half.take() {
            let lower = amount.is_some() && price.is_none() && is_near(layout, above, row);
            if lower {
                for (column, range) in first {
                    cells.insert(column, range);
                }
            }
        }
        if amount.is_some() {
            let mut item = Row { cells, at: row, extra: vec![] };
            if has_description && !item.cells.contains_key(&Column::Description) {
                // The description stood on the lines before its numbers.
                item.extra.append(&mut pending);
            }
            pending.clear();
            items.push(item);
        } else if let Some(text) = described(layout, &cells, heads) {
            match items.last_mut() {
                Some(last)
                    if last.extra.len() < 3 && is_near(layout, last.at, row) && !scene.has_label(&text) =>
                {
                    if last.cells.contains_key(&Column::Description) || last.extra.is_empty() {
                        last.extra.push(text);
                    }
                }
                _ => pending.push(text),
            }
        }
    }
    (items, true)
}

/// A further line of the head: mostly names of columns.
fn is_headlike(layout: &Layout, row: usize) -> bool {
    let known: usize = heads(layout, row).iter().map(|h| h.range.len()).sum();
    known * 2 >= layout.rows[row].len() && !layout.row(row).iter().any(is_numeric)
}

/// The part of a row without an amount that continues a description: what stands in the description's column, or,
/// where the head names no such column, any words.
fn described(
    layout: &Layout,
    cells: &BTreeMap<Column, Range<usize>>,
    heads: &[Head],
) -> Option<Range<usize>> {
    if let Some(range) = cells.get(&Column::Description) {
        return Some(range.clone());
    }
    if heads.iter().any(|h| h.column == Column::Description) {
        return None;
    }
    let (first, last) = (cells.values().map(|r| r.start).min()?, cells.values().map(|r| r.end).max()?);
    let words =
        (first..last).find(|i| letters(&layout.tokens[*i].text) > 2 && !is_numeric(&layout.tokens[*i]))?;
    Some(words..layout.cell_end(words).min(last))
}

/// Columns whose value is their text.
const TEXTS: [Column; 9] = [
    Column::Code,
    Column::Hsn,
    Column::Unit,
    Column::TaxRate,
    Column::Colour,
    Column::ColourCode,
    Column::Size,
    Column::SizeRange,
    Column::Upc,
];

struct Row {
    cells: BTreeMap<Column, Range<usize>>,
    /// The row its amount stands on.
    at: usize,
    /// Lines that continue the description.
    extra: Vec<Range<usize>>,
}

fn is_near(layout: &Layout, a: usize, b: usize) -> bool {
    layout.row_box(b).y0 - layout.row_box(a).y1 < layout.em * 5.0
}

/// Whether totals or terms begin here.
fn ends_table(scene: &Scene<'_>, row: usize) -> bool {
    let key: String = scene.layout.row(row).iter().map(|t| t.key.as_str()).collect();
    if lexicon().amounts.summaries.begin(&key) || lexicon().amounts.closings.begin(&key) {
        return true;
    }
    let has_amount = !scene.amounts_in(&scene.layout.rows[row]).is_empty();
    scene.hits_in(&scene.layout.rows[row]).iter().any(|h| {
        h.leads
            && (has_amount || (h.rank == crate::doctype::Rank::Strong && h.colon))
            && matches!(
                scene.field_of(h),
                "total"
                    | "subtotal"
                    | "_due"
                    | "tax"
                    | "_paid"
                    | "cgst"
                    | "sgst"
                    | "igst"
                    | "_rounding"
                    | "round_off"
            )
            && h.rank >= crate::doctype::Rank::Usual
    })
}

/// The cells of a row by the column whose head they stand under.
fn assign(layout: &Layout, row: usize, heads: &[Head]) -> BTreeMap<Column, Range<usize>> {
    let mut cells: BTreeMap<Column, Range<usize>> = BTreeMap::new();
    for token in layout.rows[row].clone() {
        let b = layout.tokens[token].bbox;
        let Some(head) = nearest(layout, heads, b.x0, b.x1) else { continue };
        cells.entry(head.column).and_modify(|r| r.end = token + 1).or_insert(token..token + 1);
    }
    cells
}

/// The head over a span: the one it overlaps most; between heads, text belongs to the left one that is text, numbers
/// to the nearest.
fn nearest<'h>(layout: &Layout, heads: &'h [Head], x0: f32, x1: f32) -> Option<&'h Head> {
    let overlap = |h: &Head| (x1.min(h.x1) - x0.max(h.x0)).max(0.0);
    let over = heads.iter().filter(|h| overlap(h) > 0.0).max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
    if over.is_some() {
        return over;
    }
    let left = heads.iter().rfind(|h| h.x1 <= x0);
    let right = heads.iter().find(|h| h.x0 >= x1);
    match (left, right) {
        (Some(l), Some(r)) => {
            let text_left = matches!(l.column, Column::Description | Column::Code);
            let (to_left, to_right) = (x0 - l.x1, r.x0 - x1);
            if text_left && to_right > layout.em * 1.2 || to_left < to_right { Some(l) } else { Some(r) }
        }
        (one, other) => one.or(other),
    }
}

/// The amount in a cell.
fn number(scene: &Scene<'_>, range: &Range<usize>) -> Option<(money::Amount, Range<usize>)> {
    let found = scene.amounts_in(range).last()?;
    Some((found.value.clone(), found.range.clone()))
}

fn item(scene: &Scene<'_>, row: Row) -> Option<LineItem> {
    let layout = scene.layout;
    let mut item = LineItem::new();
    let names = &scene.spec.rows;
    let mut has_code = false;
    let mut put = |column: Column, candidate: Candidate| {
        has_code |= column == Column::Code;
        if let Some(name) = names.get(&column) {
            item.insert(name.clone(), field(candidate));
        }
    };
    let (amount, amount_range) = number(scene, row.cells.get(&Column::Amount)?)?;
    let price = row.cells.get(&Column::UnitPrice).and_then(|r| number(scene, r));
    let quantity = row.cells.get(&Column::Quantity).and_then(|r| quantity(scene, r));
    let has_numbers = price.is_some() || quantity.is_some();
    let product = match (&price, &quantity) {
        (Some((p, _)), Some((q, _, _))) => p.value.checked_mul(*q),
        _ => None,
    };
    let checks = product.is_some_and(|made| {
        (made - amount.value).abs() <= Decimal::new(2, 2).max(amount.value.abs() * Decimal::new(2, 3))
    });
    let sure = if checks { 0.95 } else { 0.82 };
    put(Column::Amount, scene.candidate(amount.text(), amount_range, sure));
    if let Some((price, range)) = price {
        put(Column::UnitPrice, scene.candidate(price.text(), range, sure));
    }
    if let Some((value, range, unit)) = quantity {
        put(Column::Quantity, scene.candidate(value.normalize().to_string(), range, sure));
        if let Some(unit) = unit {
            let text = layout.tokens[unit].text.clone();
            put(Column::Unit, scene.candidate(text, unit..unit + 1, 0.85));
        }
    }
    if let Some((retail, range)) = row.cells.get(&Column::Retail).and_then(|r| number(scene, r)) {
        put(Column::Retail, scene.candidate(retail.text(), range, 0.85));
    }
    for column in TEXTS {
        if let Some(range) = row.cells.get(&column) {
            let text = layout.text(range.clone());
            let value = match column {
                Column::TaxRate => text.trim_end_matches(['%', ' ']).to_owned(),
                Column::Hsn | Column::Upc => text.split_whitespace().collect(),
                _ => text.clone(),
            };
            let numeric = matches!(column, Column::Hsn | Column::TaxRate | Column::Upc);
            if !value.is_empty() && (!numeric || digits(&value) > 0) {
                put(column, scene.candidate(value, range.clone(), 0.85));
            }
        }
    }
    let mut pieces: Vec<Range<usize>> = row.cells.get(&Column::Description).cloned().into_iter().collect();
    pieces.extend(row.extra);
    let text: Vec<String> = pieces.iter().map(|r| layout.text(r.clone())).collect();
    let text = text.join(" ");
    if letters(&text) > 0 {
        let boxes: Vec<_> = pieces.iter().map(|r| layout.bbox(r.clone())).collect();
        put(
            Column::Description,
            Candidate {
                value: text.clone(),
                text,
                bbox: papertray_model::Rect::around(&boxes),
                page: layout.page,
                confidence: 0.85,
            },
        );
    } else if !(checks || (has_code && has_numbers)) {
        return None;
    }
    Some(item)
}

/// A quantity, where it stands, and the token of its unit.
fn quantity(scene: &Scene<'_>, range: &Range<usize>) -> Option<(Decimal, Range<usize>, Option<usize>)> {
    let layout = scene.layout;
    for at in range.clone() {
        let text = &layout.tokens[at].text;
        let number: String =
            text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
        let rest = &text[number.len()..];
        if let Some(amount) = money::parse(&number, scene.evidence.mark).filter(|_| letters(rest) <= 4) {
            let unit = range.clone().find(|u| *u > at && letters(&layout.tokens[*u].text) > 0);
            return Some((amount.value, at..at + 1, unit));
        }
    }
    None
}
