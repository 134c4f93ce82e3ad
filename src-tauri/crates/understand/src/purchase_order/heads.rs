//! A head that is two rows high (`Total` over `Units`, `Sizes` over `S M L`) becomes one row, before columns are looked at.

use super::columns::{head_strength, scale_of, scale_row};
use crate::goods::{sizes, words};
use crate::grid::{Grid, GridCell, GridRow};

/// Rows that a head is looked for in.
const LOOKED_AT: usize = 200;
/// So much more must two rows say together than the best row says alone.
const MORE: f32 = 0.3;

/// Joins the two rows that name columns better than any row alone does.
pub(super) fn join(grid: &mut Grid) {
    let alone = grid.rows.iter().take(LOOKED_AT).map(head_strength).fold(0.0_f32, f32::max);
    let pairs = grid.rows.windows(2).take(LOOKED_AT).enumerate();
    let best = pairs
        .filter(|(_, pair)| are_head(&pair[0], &pair[1]))
        .map(|(at, pair)| (at, joined(&pair[0], &pair[1])))
        .map(|(at, row)| (head_strength(&row), at, row))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    if let Some((strength, at, row)) = best
        && strength > alone + MORE
    {
        grid.rows[at] = row;
        grid.rows.remove(at + 1);
    }
}

/// Whether neither row holds values, and none is a scale of sizes by itself (those are stacked, not joined).
fn are_head(upper: &GridRow, lower: &GridRow) -> bool {
    let named = |row: &GridRow| -> Vec<usize> {
        let cells =
            row.cells.iter().filter(|c| !sizes::is_size(&c.text) && !words().heading(&c.text).is_empty());
        cells.map(|c| c.column).collect()
    };
    let in_scale =
        |row: &GridRow, cell: &GridCell| scale_of(row).sizes.iter().any(|(at, _)| *at == cell.column);
    let says_words = |row: &GridRow| {
        row.cells.iter().all(|c| {
            c.date.is_none()
                && (in_scale(row, c) || c.number.is_none() && !c.text.chars().any(|d| d.is_ascii_digit()))
        })
    };
    let rising = scale_of(lower).sizes.iter().filter_map(|(_, s)| sizes::step(s)).is_sorted();
    lower.number == upper.number + 1
        && upper.hidden == lower.hidden
        && lower.cells.len() >= 2
        && says_words(upper)
        && says_words(lower)
        && rising
        && scale_row(lower, &named(upper), &scale_of(upper)).is_none()
        && scale_row(upper, &named(lower), &scale_of(lower)).is_none()
}

/// Both rows as one: a size stands for itself, other headings follow one another.
fn joined(upper: &GridRow, lower: &GridRow) -> GridRow {
    let mut cells = upper.cells.clone();
    for cell in &lower.cells {
        match cells.iter_mut().find(|c| c.column == cell.column) {
            Some(c) if sizes::is_size(&cell.text) => c.text.clone_from(&cell.text),
            Some(c) if sizes::is_size(&c.text) || c.text == cell.text => {}
            Some(c) => c.text = format!("{} {}", c.text, cell.text),
            None => cells.push(cell.clone()),
        }
    }
    cells.sort_by_key(|c| c.column);
    GridRow { number: upper.number, cells, hidden: upper.hidden }
}
