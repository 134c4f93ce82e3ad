//! A table on pages, without looking at ruled lines: the head names the columns, their words below grow them.

use papertray_model::{PageReading, Place, Rect};

use super::{Grid, GridCell, GridRow};
use crate::goods::{sizes, words};
use crate::layout::{Layout, Token};

/// A column: its head and how far its values reach.
#[derive(Clone, Debug)]
struct Column {
    x0: f32,
    x1: f32,
}

/// A head found in a row: the tokens of each column's heading.
struct Head {
    columns: Vec<Vec<usize>>,
    strength: f32,
}

/// The longest heading, in words.
const LONGEST: usize = 5;

/// Turns pages into rows: those of the table cut at its columns, others at wide gaps. The head of a page serves the
/// pages after it that have none.
pub(crate) fn of_pages(pages: &[PageReading]) -> Grid {
    let mut grid = Grid::default();
    let mut columns: Option<Vec<Column>> = None;
    let mut number = 0;
    for page in pages {
        let layout = Layout::new(page);
        let best = (0..layout.rows.len())
            .map(|row| (row, head(&layout, row)))
            .filter(|(_, h)| h.strength >= 3.0)
            .max_by(|a, b| a.1.strength.total_cmp(&b.1.strength).then(b.0.cmp(&a.0)));
        let start = match &best {
            Some((row, found)) => {
                columns = Some(grown(&layout, *row, found));
                *row
            }
            None if columns.is_some() => 0,
            None => layout.rows.len(),
        };
        let stacked = start.checked_sub(1).filter(|r| best.is_some() && is_scale_row(&layout, *r));
        let start = stacked.unwrap_or(start);
        for row in 0..layout.rows.len() {
            number += 1;
            let cells = match &columns {
                Some(columns) if row >= start => by_column(&layout, row, columns),
                _ => by_gap(&layout, row),
            };
            if !cells.is_empty() {
                grid.rows.push(GridRow { number, cells });
            }
        }
    }
    grid
}

/// Whether a row above the head holds sizes only.
fn is_scale_row(layout: &Layout, row: usize) -> bool {
    let tokens = layout.row(row);
    let of_size = tokens.iter().filter(|t| sizes::is_size(&t.text)).count();
    of_size >= 3 && of_size + 2 >= tokens.len()
}

/// The headings in a row, longest first, single sizes each their own.
fn head(layout: &Layout, row: usize) -> Head {
    let range = layout.rows[row].clone();
    let mut columns: Vec<Vec<usize>> = vec![];
    let mut strength = 0.0;
    let mut seen = vec![];
    if range.len() > 80 || range.len() < 2 {
        return Head { columns, strength };
    }
    let mut at = range.start;
    let mut size_run = 0;
    while at < range.end {
        let longest = (at + 1..=(at + LONGEST).min(range.end)).rev().find_map(|end| {
            let joined = (at + 1..end).all(|i| layout.tokens[i].gap < 1.2);
            let text = layout.text(at..end);
            let fields = words().whole(&text);
            (joined && !fields.is_empty() && !(end == at + 1 && sizes::is_size(&text)))
                .then(|| (end, fields.to_vec()))
        });
        if let Some((end, fields)) = longest {
            if !fields.iter().any(|f| seen.contains(f)) {
                strength += 1.0;
            }
            seen.extend(fields);
            columns.push((at..end).collect());
            at = end;
        } else if sizes::is_size(&layout.tokens[at].text) {
            size_run += 1;
            columns.push(vec![at]);
            at += 1;
        } else {
            // A word of the heading before it, or a heading that nobody knows.
            let near = layout.tokens[at].gap < 0.6 && at > range.start;
            match columns.last_mut().filter(|_| near) {
                Some(last) => last.push(at),
                None => columns.push(vec![at]),
            }
            strength -= 0.34;
            at += 1;
        }
    }
    if size_run >= 3 {
        strength += 1.0;
    }
    let numbers = layout
        .row(row)
        .iter()
        .filter(|t| t.text.chars().all(|c| c.is_ascii_digit() || ".,".contains(c)))
        .count();
    if numbers > size_run {
        strength -= 2.0;
    }
    Head { columns, strength }
}

/// The columns as wide as the phrases below that overlap one head alone.
fn grown(layout: &Layout, row: usize, head: &Head) -> Vec<Column> {
    let heads: Vec<Rect> =
        head.columns.iter().filter_map(|c| Rect::around(c.iter().map(|i| &layout.tokens[*i].bbox))).collect();
    let mut columns: Vec<Column> = heads.iter().map(|b| Column { x0: b.x0, x1: b.x1 }).collect();
    for below in row + 1..layout.rows.len() {
        for cell in phrases(layout, below) {
            let b = layout.bbox(cell.clone());
            let over: Vec<usize> =
                (0..heads.len()).filter(|i| b.x1 > heads[*i].x0 && b.x0 < heads[*i].x1).collect();
            if let [only] = over[..] {
                let left = if only == 0 { f32::NEG_INFINITY } else { heads[only - 1].x1 };
                let right = heads.get(only + 1).map_or(f32::INFINITY, |h| h.x0);
                if b.x0 >= left - layout.em && b.x1 <= right + layout.em {
                    columns[only].x0 = columns[only].x0.min(b.x0.max(left));
                    columns[only].x1 = columns[only].x1.max(b.x1.min(right));
                }
            }
        }
    }
    columns
}

/// Runs of words without a gap wider than inside a phrase.
fn phrases(layout: &Layout, row: usize) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = vec![];
    for i in layout.rows[row].clone() {
        match found.last_mut() {
            Some(last) if layout.tokens[i].gap <= 0.6 => last.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    found
}

fn by_column(layout: &Layout, row: usize, columns: &[Column]) -> Vec<GridCell> {
    let mut cells: Vec<GridCell> = vec![];
    for i in layout.rows[row].clone() {
        let token = &layout.tokens[i];
        let column = column_of(token, columns);
        push(&mut cells, layout.page, column, token);
    }
    cells.sort_by_key(|c| c.column);
    cells
}

/// The column a token overlaps most, else the nearest.
fn column_of(token: &Token, columns: &[Column]) -> usize {
    let overlap = |c: &Column| token.bbox.x1.min(c.x1) - token.bbox.x0.max(c.x0);
    (0..columns.len()).max_by(|a, b| overlap(&columns[*a]).total_cmp(&overlap(&columns[*b]))).unwrap_or(0)
}

fn by_gap(layout: &Layout, row: usize) -> Vec<GridCell> {
    let mut cells = vec![];
    for (column, range) in layout.cells(row).iter().enumerate() {
        for i in range.clone() {
            push(&mut cells, layout.page, column, &layout.tokens[i]);
        }
    }
    cells
}

fn push(cells: &mut Vec<GridCell>, page: u32, column: usize, token: &Token) {
    if let Some(cell) = cells.iter_mut().find(|c| c.column == column) {
        cell.text.push(' ');
        cell.text.push_str(&token.text);
        if let Place::Page { rect, .. } = &mut cell.place {
            *rect = rect.union(&token.bbox);
        }
        return;
    }
    let place = Place::Page { page, rect: token.bbox };
    cells.push(GridCell { column, text: token.text.clone(), number: None, date: None, place });
}
