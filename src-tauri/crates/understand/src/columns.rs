//! The head of a table of goods: which row it is, and which columns it names.

use std::ops::Range;

use crate::layout::{Layout, is_numeric};
use crate::lexicon::{Column, lexicon};
use crate::text::digits;

/// A column: what it holds and where its head stands.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) column: Column,
    pub(crate) range: Range<usize>,
    pub(crate) x0: f32,
    pub(crate) x1: f32,
}

/// Column heads of a row, left to right.
pub(crate) fn heads(layout: &Layout, row: usize) -> Vec<Head> {
    let mut found = vec![];
    let Some(range) = layout.rows.get(row) else { return found };
    if range.len() > 40 {
        return found;
    }
    let mut at = range.start;
    while at < range.end {
        let mut key = String::new();
        let mut best = None;
        for end in at..range.end.min(at + 4) {
            let token = &layout.tokens[end];
            if end > at && token.gap > 1.6 {
                break;
            }
            if token.text == "#" && end == at {
                key.push('#');
            } else {
                key.push_str(&token.key);
            }
            let plain =
                ["rs", "rm", "eur", "usd", "€", "inr", "gbp", "chf"].iter().find_map(|c| key.strip_suffix(c));
            if let Some(column) = lexicon().column(&key).or_else(|| lexicon().column(plain?)) {
                best = Some((end + 1, column));
            }
        }
        match best {
            Some((mut end, column)) => {
                // `Amount (₹)`: what is in brackets belongs to the head.
                while end < range.end
                    && layout.tokens[end].text.starts_with('(')
                    && layout.tokens[end].gap < 1.6
                {
                    end += 1;
                }
                let b = layout.bbox(at..end);
                found.push(Head { column, range: at..end, x0: b.x0, x1: b.x1 });
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// How much a row is a head of a table of goods: distinct columns, if it has what such a table must have.
pub(crate) fn strength(layout: &Layout, row: usize) -> usize {
    let heads = heads(layout, row);
    let mut columns: Vec<Column> = heads.iter().map(|h| h.column).filter(|c| *c != Column::Other).collect();
    columns.sort_unstable();
    columns.dedup();
    let text_columns = columns.iter().any(|c| matches!(c, Column::Description | Column::Code));
    let number_columns =
        columns.iter().filter(|c| matches!(c, Column::Quantity | Column::UnitPrice | Column::Amount)).count();
    let covered: usize = heads.iter().map(|h| h.range.len()).sum();
    let row_len = layout.rows.get(row).map_or(0, ExactSizeIterator::len);
    let fits = covered * 2 >= row_len
        && (text_columns && number_columns >= 1 && columns.len() >= 3 || number_columns >= 3);
    if fits { columns.len() } else { 0 }
}

/// Whether the row is the head of a table of goods.
pub(crate) fn is_head(layout: &Layout, row: usize) -> bool {
    strength(layout, row) > 0
}

/// Whether the page has the head of a table of goods.
pub(crate) fn has_header(layout: &Layout) -> bool {
    (0..layout.rows.len()).any(|r| strength(layout, r) > 0)
}

/// The row of the table's head.
pub(crate) fn first_row(layout: &Layout) -> Option<usize> {
    let best = (0..layout.rows.len()).map(|r| (strength(layout, r), r)).filter(|(s, _)| *s > 0);
    best.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, r)| r)
}

/// The heads of a table whose head takes several lines: `Preis/` over `Einheit`, `betrag` a line above the others,
/// `Artikelbezeichnung` under `GTIN`.
pub(crate) fn with_neighbours(layout: &Layout, row: usize, own: Vec<Head>) -> Vec<Head> {
    let h = layout.em;
    let middle = layout.row_box(row).center().1;
    let lines: Vec<usize> = (row.saturating_sub(3)..(row + 3).min(layout.rows.len()))
        .filter(|r| *r != row && (layout.row_box(*r).center().1 - middle).abs() < 3.6 * h)
        .filter(|r| !layout.row(*r).iter().any(|t| is_numeric(t) && digits(&t.text) > 1))
        .collect();
    let mut found = own;
    // Two lines of one head.
    for head in &mut found {
        for line in lines.iter().filter(|r| r.abs_diff(row) == 1) {
            for cell in layout.cells(*line) {
                let b = layout.bbox(cell.clone());
                let over = b.x1.min(head.x1) - b.x0.max(head.x0);
                if over < 0.5 * b.width().min(head.x1 - head.x0) {
                    continue;
                }
                let (own, other): (String, String) = (key_of(layout, &head.range), key_of(layout, cell));
                let joined = if *line < row { format!("{other}{own}") } else { format!("{own}{other}") };
                if let Some(column) = lexicon().column(&joined) {
                    head.column = column;
                    head.x0 = head.x0.min(b.x0);
                    head.x1 = head.x1.max(b.x1);
                }
            }
        }
    }
    for line in &lines {
        for head in heads(layout, *line) {
            let free = found.iter().all(|f| head.x1 < f.x0 - h * 0.3 || head.x0 > f.x1 + h * 0.3);
            let new = found.iter().all(|f| f.column != head.column);
            let useful = matches!(head.column, Column::Amount | Column::UnitPrice | Column::Quantity);
            if new && free && useful {
                found.push(head);
            }
        }
    }
    found.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    found
}

fn key_of(layout: &Layout, range: &Range<usize>) -> String {
    layout.tokens[range.clone()].iter().map(|t| t.key.as_str()).collect()
}
