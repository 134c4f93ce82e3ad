//! A table on pages, without looking at ruled lines: the head names the columns, their words below grow them.

use papertray_model::{PageReading, Place, Rect};

use super::{Grid, GridCell, GridRow};
use crate::goods::{sizes, words};
use crate::layout::{Layout, Token};

/// The head of a table on a page.
#[derive(Clone, Debug)]
pub(crate) struct TableHead {
    /// Its row.
    pub(crate) row: usize,
    /// The headings, from left to right.
    pub(crate) headings: Vec<String>,
    columns: Vec<Strip>,
}

/// The strongest head of a table on a page; `None` where no row names three things.
pub(crate) fn table_head(layout: &Layout) -> Option<TableHead> {
    let heads = (0..layout.rows.len()).map(|row| (row, head(layout, row))).filter(|(_, h)| h.strength >= 2.9);
    let (row, found) = heads.max_by(|a, b| a.1.strength.total_cmp(&b.1.strength).then(b.0.cmp(&a.0)))?;
    let text = |c: &Vec<usize>| match (c.first(), c.last()) {
        (Some(a), Some(b)) => layout.text(*a..*b + 1),
        _ => String::new(),
    };
    Some(TableHead {
        row,
        headings: found.columns.iter().map(text).collect(),
        columns: grown(layout, row, &found),
    })
}

/// A row cut at the columns of a head, be it of this page or of one before it.
pub(crate) fn row_cells(layout: &Layout, row: usize, head: &TableHead) -> Vec<GridCell> {
    by_column(layout, row, &head.columns)
}

/// A strip of the page that values stand in, and the column it belongs to.
#[derive(Clone, Debug)]
struct Strip {
    x0: f32,
    x1: f32,
    column: usize,
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
    let mut columns: Option<Vec<Strip>> = None;
    let mut number = 0;
    for page in pages {
        let layout = Layout::new(page);
        let best = (0..layout.rows.len())
            .map(|row| (row, head(&layout, row)))
            .filter(|(_, h)| h.strength >= 3.0)
            .max_by(|a, b| a.1.strength.total_cmp(&b.1.strength).then(b.0.cmp(&a.0)));
        let start = match &best {
            Some((row, found)) => {
                columns = Some(match with_sizes_below(&layout, *row, found) {
                    Some(both) => grown(&layout, row + 1, &both),
                    None => grown(&layout, *row, found),
                });
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
                grid.rows.push(GridRow { number, cells, hidden: false });
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

/// A head whose sizes stand in the row under it, as columns of their own: `Style  Colour  Sizes  Total` over `36 38 40`.
/// The heading over all of them has no column.
fn with_sizes_below(layout: &Layout, row: usize, head: &Head) -> Option<Head> {
    let below = layout.rows.get(row + 1)?.clone();
    let single = |i: &usize| sizes::step(&layout.tokens[*i].text).is_some();
    let (of_size, others): (Vec<usize>, Vec<usize>) = below.partition(single);
    let steps: Vec<_> = of_size.iter().filter_map(|i| sizes::step(&layout.tokens[*i].text)).collect();
    let own = head.columns.iter().filter(|c| c.len() == 1 && single(&c[0])).count();
    let near = layout.row_box(row + 1).y0 - layout.row_box(row).y1 < 2.5 * layout.em;
    let words = others.iter().all(|i| !layout.tokens[*i].text.chars().any(|c| c.is_ascii_digit()));
    if own >= 2 || !near || !words || steps.len() < 3 || !steps.windows(2).all(|w| w[0] < w[1]) {
        return None;
    }
    let around = Rect::around(of_size.iter().map(|i| &layout.tokens[*i].bbox))?;
    let rect = |c: &Vec<usize>| Rect::around(c.iter().map(|i| &layout.tokens[*i].bbox)).unwrap_or_default();
    let beside = head.columns.iter().filter(|c| rect(c).x1 <= around.x0 || rect(c).x0 >= around.x1).cloned();
    let mut columns: Vec<Vec<usize>> = beside.chain(of_size.iter().map(|i| vec![*i])).collect();
    columns.sort_by(|a, b| rect(a).x0.total_cmp(&rect(b).x0));
    Some(Head { columns, strength: head.strength })
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

/// The strips of a table: the heads themselves, and under them where values stand. Values may be set to the right of
/// where a narrow head begins, so strips find their heads together and in order, not each the nearest.
fn grown(layout: &Layout, row: usize, head: &Head) -> Vec<Strip> {
    let heads: Vec<Rect> =
        head.columns.iter().filter_map(|c| Rect::around(c.iter().map(|i| &layout.tokens[*i].bbox))).collect();
    let strips = strips(layout, row);
    let touches = |s: &(f32, f32), h: &Rect| s.1 > h.x0 && s.0 < h.x1;
    // A strip under two heads holds a value that runs over: it tells nothing.
    let clean: Vec<(f32, f32)> =
        strips.into_iter().filter(|s| heads.iter().filter(|h| touches(s, h)).count() <= 1).collect();
    let mut columns: Vec<Strip> =
        heads.iter().enumerate().map(|(column, b)| Strip { x0: b.x0, x1: b.x1, column }).collect();
    let owners = in_order(&clean, &heads, layout.em);
    for (i, ((x0, x1), column)) in clean.iter().zip(&owners).enumerate() {
        // Of several strips of one head those outside its reach are a column without a head, such as thumbnails.
        let off = |s: &(f32, f32)| (heads[*column].x0 - s.1).max(s.0 - heads[*column].x1).max(0.0);
        let shared =
            owners.iter().enumerate().any(|(o, c)| o != i && c == column && off(&clean[o]) < off(&clean[i]));
        let right = heads.get(column + 1).map_or(f32::INFINITY, |h| h.x0);
        let outside = *x1 < heads[*column].x0 - 0.5 * layout.em || *x0 > right;
        let column = if shared && outside { heads.len() } else { *column };
        columns.push(Strip { x0: *x0, x1: *x1, column });
    }
    columns
}

/// The strips that the phrases of full rows under the head leave no gap in.
fn strips(layout: &Layout, row: usize) -> Vec<(f32, f32)> {
    let mut spans: Vec<(f32, f32)> = vec![];
    for below in row + 1..layout.rows.len() {
        let phrases = phrases(layout, below);
        if phrases.len() >= 3 {
            spans.extend(phrases.into_iter().map(|p| layout.bbox(p)).map(|b| (b.x0, b.x1)));
        }
    }
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut strips: Vec<(f32, f32)> = vec![];
    for span in spans {
        match strips.last_mut() {
            Some(last) if span.0 < last.1 => last.1 = last.1.max(span.1),
            _ => strips.push(span),
        }
    }
    strips
}

/// The head of each strip, from left to right, so that the distances are least in all.
fn in_order(strips: &[(f32, f32)], heads: &[Rect], em: f32) -> Vec<usize> {
    let cost = |s: &(f32, f32), h: &Rect| {
        let gap = (h.x0 - s.1).max(s.0 - h.x1).max(0.0);
        gap + 0.2
            * (f32::midpoint(s.0, s.1) - h.center().0).abs().min((s.0 - h.x0).abs()).min((s.1 - h.x1).abs())
    };
    if strips.is_empty() || heads.is_empty() || strips.len() * heads.len() > 40_000 {
        return vec![0; strips.len()];
    }
    // best[i][j]: the least cost when strip i is of head j, and the head of the strip before it.
    let mut best: Vec<Vec<(f32, usize)>> = vec![];
    for (i, strip) in strips.iter().enumerate() {
        let mut line: Vec<(f32, usize)> = Vec::with_capacity(heads.len());
        let mut least = (f32::INFINITY, 0);
        for (j, head) in heads.iter().enumerate() {
            let own = cost(strip, head);
            let Some(before) = i.checked_sub(1).and_then(|b| best.get(b)) else {
                line.push((own, 0));
                continue;
            };
            // Two strips of one head are two columns of which one has no head: not likely.
            let same = (before[j].0 + 3.0 * em, j);
            let from = if same.0 < least.0 { same } else { least };
            line.push((own + from.0, from.1));
            if before[j].0 < least.0 {
                least = (before[j].0, j);
            }
        }
        best.push(line);
    }
    let mut owners = vec![0; strips.len()];
    let last = best.last().into_iter().flatten().enumerate().min_by(|a, b| a.1.0.total_cmp(&b.1.0));
    let mut at = last.map_or(0, |(j, _)| j);
    for i in (0..strips.len()).rev() {
        owners[i] = at;
        at = best[i][at].1;
    }
    owners
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

fn by_column(layout: &Layout, row: usize, columns: &[Strip]) -> Vec<GridCell> {
    let mut cells: Vec<GridCell> = vec![];
    for i in layout.rows[row].clone() {
        let token = &layout.tokens[i];
        let column = column_of(token, columns, layout.em);
        push(&mut cells, layout.page, column, token);
    }
    cells.sort_by_key(|c| c.column);
    cells
}

/// The column of the strip that a token overlaps most, else of the nearest; far from all it has a column of its own.
fn column_of(token: &Token, columns: &[Strip], em: f32) -> usize {
    let overlap = |c: &Strip| token.bbox.x1.min(c.x1) - token.bbox.x0.max(c.x0);
    let best = columns.iter().max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
    let unnamed = columns.iter().map(|c| c.column + 1).max().unwrap_or(0);
    best.filter(|c| overlap(c) > -1.6 * em).map_or(unnamed, |c| c.column)
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
