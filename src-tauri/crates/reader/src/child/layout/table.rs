//! Tables: rows of cells that stand in columns, as HTML.
//!
//! A ruled table is its frame's ([`super::grid`]). One without lines is told by its white: rows of several cells parted by
//! wide gaps, and gutters that run down through nearly all of them. A line with one cell below a row goes on with it.

use papertray_model::{Rect, Word};

use super::grid;
use super::rules::Rules;

/// More words than this are no page that people read as tables.
const MOST_WORDS: usize = 20_000;
/// More columns than this are prose set wide.
const MOST_COLUMNS: usize = 40;

/// A table's cell: the columns it covers, the rows it covers, what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) text: String,
}

/// A table's rows of cells.
pub(super) type Table = Vec<Vec<Cell>>;

/// The page's tables as HTML, from top to bottom. Text is escaped; there are no attributes but spans.
pub(crate) fn tables(words: &[Word], rules: &Rules) -> Vec<String> {
    if words.len() > MOST_WORDS {
        return vec![];
    }
    let mut found: Vec<(f32, Table)> = vec![];
    let frames = grid::frames(rules);
    let mut framed: Vec<Rect> = vec![];
    for frame in &frames {
        if let Some(table) = frame.table(words) {
            found.push((frame.bbox().y0, table));
            framed.push(frame.bbox());
        }
    }
    let free = |word: &&Word| {
        let (x, y) = word.bbox.center();
        !framed.iter().any(|f| x > f.x0 && x < f.x1 && y > f.y0 && y < f.y1)
    };
    let free: Vec<&Word> = words.iter().filter(free).collect();
    for run in runs(&free) {
        if let Some(table) = unruled(&run) {
            found.push((run[0].bbox.y0, table));
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.iter().map(|(_, table)| html(table)).collect()
}

/// A piece of a line, parted from the next by a wide gap.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) bbox: Rect,
    pub(super) text: String,
}

/// A line of pieces.
pub(super) struct Line {
    pub(super) bbox: Rect,
    pub(super) pieces: Vec<Piece>,
}

/// These words, in reading order, as lines of pieces.
pub(super) fn lines(words: &[&Word]) -> Vec<Line> {
    /// A gap of this many heights parts cells.
    const GAP: f32 = 1.1;
    let mut lines = vec![];
    for line in words.chunk_by(|a, b| a.line == b.line) {
        let mut pieces: Vec<Piece> = vec![];
        let mut last: Option<&Word> = None;
        for word in line.iter().filter(|w| w.text.chars().any(|c| !matches!(c, '.' | '·' | '…' | '_'))) {
            let joins = last.is_some_and(|last| {
                let height = last.bbox.height().min(word.bbox.height()).max(0.1);
                let gap = word.bbox.x0 - last.bbox.x1;
                gap <= GAP * height && gap > -3.0 * height
            });
            match pieces.last_mut().filter(|_| joins) {
                Some(piece) => {
                    piece.text.push(' ');
                    piece.text.push_str(&word.text);
                    piece.bbox = piece.bbox.union(&word.bbox);
                }
                None => pieces.push(Piece { bbox: word.bbox, text: word.text.clone() }),
            }
            last = Some(word);
        }
        if let Some(bbox) = Rect::around(pieces.iter().map(|p| &p.bbox)) {
            lines.push(Line { bbox, pieces });
        }
    }
    lines
}

/// Lines that may be a table: below each other without a wide gap, most of several pieces.
fn runs(words: &[&Word]) -> Vec<Vec<Line>> {
    /// Rows stand at most so many heights apart.
    const APART: f32 = 2.6;
    /// So many lines of one piece one after the other are text.
    const TEXT: usize = 3;
    let mut runs = vec![];
    let mut open: Vec<Line> = vec![];
    let mut single = 0;
    for line in lines(words) {
        let follows = open.last().is_some_and(|last| {
            let gap = line.bbox.y0 - last.bbox.y1;
            let height = last.bbox.height().min(line.bbox.height()).max(0.1);
            gap < APART * height && gap > -0.6 * height
        });
        single = if line.pieces.len() > 1 { 0 } else { single + 1 };
        if !follows || single >= TEXT {
            close(&mut open, &mut runs);
        }
        // A table does not begin with a line of one piece.
        if line.pieces.len() > 1 || !open.is_empty() {
            open.push(line);
        }
    }
    close(&mut open, &mut runs);
    runs
}

fn close(open: &mut Vec<Line>, runs: &mut Vec<Vec<Line>>) {
    let mut run = std::mem::take(open);
    while run.last().is_some_and(|line| line.pieces.len() < 2) {
        run.pop();
    }
    if run.iter().filter(|line| line.pieces.len() > 1).count() >= 3 {
        runs.push(run);
    }
}

/// A table without lines, if these lines are one.
fn unruled(run: &[Line]) -> Option<Table> {
    /// Pieces longer than this on the average are prose beside prose.
    const WORDS: f32 = 7.0;
    let several: Vec<&Line> = run.iter().filter(|line| line.pieces.len() > 1).collect();
    let columns = columns(&several);
    if columns.len() < 2 || columns.len() > MOST_COLUMNS {
        return None;
    }
    let pieces: Vec<&Piece> = several.iter().flat_map(|line| &line.pieces).collect();
    let words: usize = pieces.iter().map(|p| p.text.split(' ').count()).sum();
    if words as f32 > WORDS * pieces.len() as f32 {
        return None;
    }
    let table = rows(run, &columns);
    // Two columns are a list of names and values unless the second is numbers.
    if columns.len() == 2 {
        let values: Vec<&Cell> = table.iter().flatten().filter(|c| c.column == 1).collect();
        let numbers = values.iter().filter(|c| is_number(&c.text)).count();
        if table.len() < 4 || numbers * 10 < values.len() * 7 {
            return None;
        }
    }
    let filled: usize = table.iter().flatten().map(|c| c.columns).sum();
    let full = filled * 2 >= table.len() * columns.len();
    (table.len() >= 3 && full).then_some(table)
}

/// The columns: where there are pieces in more than a few rows, between gutters.
fn columns(lines: &[&Line]) -> Vec<(f32, f32)> {
    /// One line in so many may run across a gutter.
    const ACROSS: usize = 8;
    /// A gutter is this wide, in heights.
    const GUTTER: f32 = 0.5;
    let mut edges: Vec<(f32, i32)> = lines
        .iter()
        .flat_map(|line| &line.pieces)
        .flat_map(|p| [(p.bbox.x0, 1), (p.bbox.x1, -1)])
        .filter(|(x, _)| x.is_finite())
        .collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let least = i32::try_from(lines.len() / ACROSS).unwrap_or(i32::MAX);
    let mut heights: Vec<f32> = lines.iter().map(|line| line.bbox.height()).collect();
    heights.sort_by(f32::total_cmp);
    let em = heights.get(heights.len() / 2).copied().unwrap_or(1.0);
    let mut columns: Vec<(f32, f32)> = vec![];
    let (mut cover, mut start) = (0, None);
    for (x, step) in edges {
        cover += step;
        match start {
            None if cover > least => start = Some(x),
            Some(from) if cover <= least => {
                start = None;
                match columns.last_mut().filter(|last| from - last.1 < GUTTER * em) {
                    Some(last) => last.1 = x,
                    None => columns.push((from, x)),
                }
            }
            _ => {}
        }
    }
    columns
}

/// The lines as rows of cells; what goes on below a row is joined to it.
pub(super) fn rows(lines: &[Line], columns: &[(f32, f32)]) -> Table {
    let mut table: Table = vec![];
    let mut last_bottom = f32::MIN;
    for line in lines {
        let mut cells: Vec<Cell> = vec![];
        for piece in &line.pieces {
            let (first, last) = covered(&piece.bbox, columns);
            if let Some(cell) = cells.last_mut().filter(|c| c.column + c.columns > first) {
                cell.text.push(' ');
                cell.text.push_str(&piece.text);
                // Boxes may lie in any order: one further left widens nothing.
                cell.columns = cell.columns.max((last + 1).saturating_sub(cell.column));
            } else {
                let text = piece.text.clone();
                cells.push(Cell { column: first, columns: last + 1 - first, rows: 1, text });
            }
        }
        let close = line.bbox.y0 - last_bottom < 0.7 * line.bbox.height();
        let goes_on = close && cells.len() == 1 && columns.len() > 1 && !is_number(&cells[0].text);
        let above = table.last_mut().and_then(|row| row.iter_mut().find(|c| c.column == cells[0].column));
        match above.filter(|above| goes_on && above.columns == cells[0].columns) {
            Some(above) => {
                above.text.push(' ');
                above.text.push_str(&cells[0].text);
            }
            None => table.push(cells),
        }
        last_bottom = line.bbox.y1;
    }
    table
}

/// The first and the last column that a box stands in.
fn covered(bbox: &Rect, columns: &[(f32, f32)]) -> (usize, usize) {
    let stands = |(from, to): &(f32, f32)| {
        let shared = bbox.x1.min(*to) - bbox.x0.max(*from);
        shared > 0.3 * bbox.width().min(to - from)
    };
    let first = columns.iter().position(stands);
    let last = columns.iter().rposition(stands);
    if let (Some(first), Some(last)) = (first, last) {
        return (first, last);
    }
    let x = bbox.center().0;
    let distance = |(from, to): &(f32, f32)| (f32::midpoint(*from, *to) - x).abs();
    let nearest = (0..columns.len())
        .min_by(|a, b| distance(&columns[*a]).total_cmp(&distance(&columns[*b])))
        .unwrap_or(0);
    (nearest, nearest)
}

/// Mostly digits.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && digits >= letters
}

/// A table as HTML. The first row is a head where it names columns of numbers.
pub(super) fn html(table: &Table) -> String {
    let columns = table.iter().flatten().map(|c| c.column + c.columns).max().unwrap_or(0);
    let head = table.len() > 1 && is_head(table);
    let mut out = String::from("<table>");
    // How many rows a cell from above still covers, by column.
    let mut covered = vec![0usize; columns];
    for (number, row) in table.iter().enumerate() {
        out.push_str("<tr>");
        let tag = if head && number == 0 { "th" } else { "td" };
        let mut at = 0;
        let mut cells = row.iter().peekable();
        while at < columns {
            if covered[at] > 0 {
                at += 1;
                continue;
            }
            if let Some(cell) = cells.next_if(|cell| cell.column <= at) {
                let wide = cell.columns.min(columns - at).max(1);
                put(&mut out, tag, cell, wide);
                covered[at..at + wide].fill(cell.rows);
                at += wide;
            } else {
                let empty = Cell { column: at, columns: 1, rows: 1, text: String::new() };
                put(&mut out, tag, &empty, 1);
                at += 1;
            }
        }
        for column in &mut covered {
            *column = column.saturating_sub(1);
        }
        out.push_str("</tr>");
    }
    out + "</table>"
}

fn is_head(table: &Table) -> bool {
    let words = table[0].iter().all(|cell| !is_number(&cell.text)) && table[0].len() > 1;
    words && table[1..].iter().flatten().any(|cell| is_number(&cell.text))
}

fn put(out: &mut String, tag: &str, cell: &Cell, wide: usize) {
    use std::fmt::Write as _;
    out.push('<');
    out.push_str(tag);
    if wide > 1 {
        let _ = write!(out, " colspan=\"{wide}\"");
    }
    if cell.rows > 1 {
        let _ = write!(out, " rowspan=\"{}\"", cell.rows);
    }
    out.push('>');
    for c in cell.text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of a line at their places, 5 units a letter, 10 high.
    pub(super) fn line(words: &mut Vec<Word>, y: f32, cells: &[(f32, &str)]) {
        let number = words.last().map_or(0, |w| w.line + 1);
        for (x, text) in cells {
            let mut left = *x;
            for word in text.split(' ') {
                let right = left + 5.0 * word.chars().count() as f32;
                let bbox = Rect::new(left, y, right, y + 10.0);
                words.push(Word { text: word.into(), bbox, confidence: 1.0, line: number });
                left = right + 4.0;
            }
        }
    }

    #[test]
    fn rows_of_goods_without_lines_are_a_table() {
        let mut words = vec![];
        line(&mut words, 0.0, &[(0.0, "Invoice of the firm below for goods delivered in May")]);
        line(&mut words, 40.0, &[(0.0, "Item"), (150.0, "Qty"), (200.0, "Price"), (260.0, "Amount")]);
        line(
            &mut words,
            60.0,
            &[(0.0, "Cotton <b>shirts"), (160.0, "12"), (200.0, "4.00"), (262.0, "48.00")],
        );
        line(&mut words, 72.0, &[(0.0, "long sleeves")]);
        line(&mut words, 90.0, &[(0.0, "Socks & ties"), (160.0, "3"), (200.0, "2.00"), (268.0, "6.00")]);
        line(&mut words, 110.0, &[(200.0, "Total"), (262.0, "54.00")]);
        line(&mut words, 150.0, &[(0.0, "Thank you for your order and come again soon")]);
        assert_eq!(
            tables(&words, &Rules::default()),
            ["<table><tr><th>Item</th><th>Qty</th><th>Price</th><th>Amount</th></tr>\
                 <tr><td>Cotton &lt;b&gt;shirts long sleeves</td><td>12</td><td>4.00</td><td>48.00</td></tr>\
                 <tr><td>Socks &amp; ties</td><td>3</td><td>2.00</td><td>6.00</td></tr>\
                 <tr><td></td><td></td><td>Total</td><td>54.00</td></tr></table>"]
        );
    }

    #[test]
    fn prose_names_and_values_and_nothing_are_no_table() {
        let mut words = vec![];
        for row in 0..8 {
            line(&mut words, 14.0 * row as f32, &[(0.0, "a line of prose that goes on and on to the end")]);
        }
        line(&mut words, 200.0, &[(0.0, "Name"), (100.0, "Acme")]);
        line(&mut words, 214.0, &[(0.0, "City"), (100.0, "Bonn")]);
        line(&mut words, 228.0, &[(0.0, "Country"), (100.0, "Germany")]);
        line(&mut words, 242.0, &[(0.0, "Mail"), (100.0, "a@b.example")]);
        assert_eq!(tables(&words, &Rules::default()), Vec::<String>::new());
        assert_eq!(tables(&[], &Rules::default()), Vec::<String>::new());
    }

    #[test]
    fn boxes_without_sense_do_no_harm() {
        let odd = [f32::NAN, f32::INFINITY, -1e30, 0.0];
        let words: Vec<Word> = (0..64)
            .map(|i| {
                let v = |k: usize| odd[(i / (1 << (2 * k))) % 4];
                let bbox = Rect::new(v(0), v(1), v(2), v(0));
                Word { text: "9".into(), bbox, confidence: 1.0, line: i as u32 / 3 }
            })
            .collect();
        let mut rules = Rules::of_page(842.0);
        for v in odd {
            rules.add(&Rect::new(v, 0.0, 100.0, v), true);
        }
        let _ = tables(&words, &rules);
    }
}
