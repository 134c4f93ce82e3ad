//! A page's words arranged as a reader's eye does: rows of tokens, rows split into cells at wide gaps.
//!
//! Rows are followed from left to right, each token joining the row whose last token stands level with it, so a
//! slightly turned photo still gives whole rows. Boxes from outside are not trusted: what is not finite is dropped.

use std::collections::BTreeMap;
use std::ops::Range;

use papertray_model::{Code, PageReading, Rect};

use crate::einvoice::{self, EInvoice};
use crate::text::{digits, letters, loose, squash};

/// A gap wider than this many heights of the text starts a new cell.
const CELL_GAP: f32 = 0.95;
/// The most words of a page that are looked at; a page with more is not a form.
const MAX_WORDS: usize = 60_000;

/// A word, or a part of one that was split at a colon.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) bbox: Rect,
    /// How surely it was read, 0 to 1.
    pub(crate) confidence: f32,
    /// [`squash`] of the text.
    pub(crate) key: String,
    /// [`loose`] of the text.
    pub(crate) loose: String,
    /// Space to the token before it in its row, in heights of the text; large for the first.
    pub(crate) gap: f32,
    /// Its row.
    pub(crate) row: usize,
}

/// A page as rows of tokens.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) page: u32,
    /// Row by row from the top, each from left to right.
    pub(crate) tokens: Vec<Token>,
    /// The tokens of each row.
    pub(crate) rows: Vec<Range<usize>>,
    /// The cells of each row.
    cells: Vec<Vec<Range<usize>>>,
    /// The box around each row.
    row_boxes: Vec<Rect>,
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// The usual height of a token.
    pub(crate) em: f32,
    /// Texts of the page's codes.
    pub(crate) codes: Vec<(String, Rect)>,
    /// The electronic invoice that the file carries.
    pub(crate) e_invoice: Option<EInvoice>,
}

impl Layout {
    pub(crate) fn new(page: &PageReading) -> Self {
        let mut tokens = Vec::with_capacity(page.words.len() + 16);
        for word in page.words.iter().take(MAX_WORDS) {
            if let Some(bbox) = sane(word.bbox).filter(|b| !is_vertical(&word.text, b)) {
                split_word(word.text.trim(), bbox, word.confidence, &mut tokens);
            }
        }
        let em = median_height(&tokens);
        let (tokens, rows) = into_rows(tokens, em);
        let extent = Rect::around(tokens.iter().map(|t| &t.bbox)).unwrap_or_default();
        let or = |given: f32, seen: f32| if given.is_finite() && given > 0.0 { given } else { seen.max(1.0) };
        let (data, codes): (Vec<&Code>, Vec<&Code>) =
            page.codes.iter().partition(|code| code.kind == einvoice::KIND);
        let e_invoice = data.into_iter().find_map(|code| einvoice::parse(&code.text));
        let codes = codes.into_iter().filter_map(|c| Some((c.text.clone(), sane(c.bbox)?))).collect();
        Self {
            page: page.page_number,
            cells: rows.iter().map(|r| split_cells(&tokens, r.clone())).collect(),
            row_boxes: rows.iter().map(|r| around(&tokens[r.clone()])).collect(),
            tokens,
            rows,
            width: or(page.width, extent.x1),
            height: or(page.height, extent.y1),
            em,
            codes,
            e_invoice,
        }
    }

    /// The tokens of a row.
    pub(crate) fn row(&self, row: usize) -> &[Token] {
        self.rows.get(row).map_or(&[], |r| &self.tokens[r.clone()])
    }

    /// The cells of a row: runs of tokens without a wide gap.
    pub(crate) fn cells(&self, row: usize) -> &[Range<usize>] {
        self.cells.get(row).map_or(&[], Vec::as_slice)
    }

    /// The end of the cell that token `at` stands in.
    pub(crate) fn cell_end(&self, at: usize) -> usize {
        let end = self.row_end(at);
        (at + 1..end).find(|i| self.tokens[*i].gap > CELL_GAP).unwrap_or(end)
    }

    /// The end of the row that token `at` stands in.
    pub(crate) fn row_end(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(at, |t| self.rows[t.row].end)
    }

    /// Whether the token begins a cell.
    pub(crate) fn leads(&self, at: usize) -> bool {
        self.tokens[at].gap > CELL_GAP
    }

    /// The words of a range, joined by spaces.
    pub(crate) fn text(&self, range: Range<usize>) -> String {
        let mut text = String::new();
        for token in self.tokens.get(range).unwrap_or(&[]) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&token.text);
        }
        text
    }

    /// The box around a range; empty at the origin where the range is.
    pub(crate) fn bbox(&self, range: Range<usize>) -> Rect {
        around(self.tokens.get(range).unwrap_or(&[]))
    }

    /// The box around a row.
    pub(crate) fn row_box(&self, row: usize) -> Rect {
        self.row_boxes.get(row).copied().unwrap_or_default()
    }
}

/// The box around tokens; empty at the origin where there are none.
fn around(tokens: &[Token]) -> Rect {
    Rect::around(tokens.iter().map(|t| &t.bbox)).unwrap_or_default()
}

fn split_cells(tokens: &[Token], row: Range<usize>) -> Vec<Range<usize>> {
    let mut cells: Vec<Range<usize>> = vec![];
    for i in row {
        match cells.last_mut() {
            Some(cell) if tokens[i].gap <= CELL_GAP => cell.end = i + 1,
            _ => cells.push(i..i + 1),
        }
    }
    cells
}

/// The box with its edges in order; none where an edge is no number or out of all bounds.
fn sane(b: Rect) -> Option<Rect> {
    let edges = [b.x0, b.y0, b.x1, b.y1];
    if edges.iter().any(|v| !v.is_finite() || v.abs() > 1e6) {
        return None;
    }
    Some(Rect::new(b.x0.min(b.x1), b.y0.min(b.y1), b.x0.max(b.x1), b.y0.max(b.y1)))
}

/// Text that runs up or down the margin: it belongs to no row.
fn is_vertical(text: &str, bbox: &Rect) -> bool {
    bbox.height() > 2.0 * bbox.width()
        && bbox.width() > 0.0
        && text.chars().filter(char::is_ascii).count() >= 3
}

/// Splits `Date:22/12/2017` at its colon and `RM15.90` not at all. Times and addresses of the web stay whole.
fn split_word(text: &str, bbox: Rect, confidence: f32, out: &mut Vec<Token>) {
    let total = text.chars().count().max(1) as f32;
    let mut start = 0;
    let mut pieces: Vec<(usize, usize)> = vec![];
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        let label_before = before.is_some_and(|b| b.is_alphabetic() || matches!(b, ')' | '.' | '#'));
        let splits = match c {
            ':' | '：' => label_before && after.is_some_and(|a| a != '/') && letters(&text[start..at]) > 1,
            '#' => before.is_some_and(char::is_alphabetic) && after.is_some_and(|a| a.is_alphanumeric()),
            '|' => before.is_some() && after.is_some(),
            _ => false,
        };
        if splits {
            pieces.push((start, end));
            start = end;
        }
    }
    pieces.push((start, text.len()));
    for (from, to) in pieces {
        let part = &text[from..to];
        if part.is_empty() {
            continue;
        }
        let left = text[..from].chars().count() as f32 / total;
        let right = text[..to].chars().count() as f32 / total;
        let w = bbox.width();
        let part_box = Rect::new(bbox.x0 + w * left, bbox.y0, bbox.x0 + w * right, bbox.y1);
        out.push(token(part.to_owned(), part_box, confidence));
    }
}

fn token(text: String, bbox: Rect, confidence: f32) -> Token {
    let (key, loose) = (squash(&text), loose(&text));
    Token { text, bbox, confidence, key, loose, gap: 99.0, row: 0 }
}

fn median_height(tokens: &[Token]) -> f32 {
    let mut heights: Vec<f32> = tokens.iter().map(|t| t.bbox.height()).filter(|h| *h > 0.0).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(10.0).max(0.1)
}

/// The end of a row as it grows to the right.
struct Growing {
    last: Rect,
    tokens: Vec<Token>,
}

fn into_rows(mut tokens: Vec<Token>, em: f32) -> (Vec<Token>, Vec<Range<usize>>) {
    tokens.sort_by(|a, b| a.bbox.x0.total_cmp(&b.bbox.x0).then(a.bbox.y0.total_cmp(&b.bbox.y0)));
    let mut rows: Vec<Growing> = vec![];
    // Rows by the middle of their last token, in steps of one height, so finding the level row looks at few.
    let mut levels: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let slope = slope(&tokens, em);
    let middle = |b: &Rect| b.center().1 - slope * b.center().0;
    let level = |b: &Rect| (middle(b) / em) as i64;
    for token in tokens {
        let at = level(&token.bbox);
        let reach = ((token.bbox.height() / em) as i64 + 2).min(12);
        let mut best: Option<(f32, usize)> = None;
        for (_, candidates) in levels.range(at - reach..=at + reach) {
            for &row in candidates.iter().rev().take(24) {
                let last = &rows[row].last;
                let distance = (middle(last) - middle(&token.bbox)).abs();
                let shorter = last.height().min(token.bbox.height()).max(em * 0.4);
                let overlaps = token.bbox.x0 < last.x1 - 0.5 * shorter;
                if distance < 0.5 * shorter && !overlaps && best.is_none_or(|(d, _)| distance < d) {
                    best = Some((distance, row));
                }
            }
        }
        if let Some((_, row)) = best {
            let old = level(&rows[row].last);
            if let Some(list) = levels.get_mut(&old) {
                list.retain(|r| *r != row);
            }
            rows[row].last = token.bbox;
            rows[row].tokens.push(token);
            levels.entry(at).or_default().push(row);
        } else {
            levels.entry(at).or_default().push(rows.len());
            rows.push(Growing { last: token.bbox, tokens: vec![token] });
        }
    }
    rows.sort_by(|a, b| top(a, middle).total_cmp(&top(b, middle)));
    let mut sorted = Vec::new();
    let mut ranges = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let start = sorted.len();
        for mut token in join_spaced(&row.tokens) {
            token.row = number;
            if let Some(before) = sorted.get(start..).and_then(<[Token]>::last) {
                let before: &Token = before;
                let h = before.bbox.height().min(token.bbox.height()).max(em * 0.5);
                token.gap = ((token.bbox.x0 - before.bbox.x1) / h).max(0.0);
            }
            sorted.push(token);
        }
        ranges.push(start..sorted.len());
    }
    (sorted, ranges)
}

/// The level of a row: the mean middle of its tokens.
fn top(row: &Growing, middle: impl Fn(&Rect) -> f32) -> f32 {
    row.tokens.iter().map(|t| middle(&t.bbox)).sum::<f32>() / row.tokens.len().max(1) as f32
}

/// How much the page's rows fall per unit to the right: of some slopes the one at which the middles of the tokens
/// crowd into the fewest levels; level unless another is clearly better.
fn slope(tokens: &[Token], em: f32) -> f32 {
    const STEPS: i16 = 14;
    const STEP: f32 = 0.006;
    let crowding = |slope: f32| {
        let mut levels: BTreeMap<i64, u32> = BTreeMap::new();
        for token in tokens.iter().take(4000) {
            let (x, y) = token.bbox.center();
            *levels.entry(((y - slope * x) / (em * 0.35)) as i64).or_default() += 1;
        }
        levels.values().map(|n| f64::from(*n) * f64::from(*n)).sum::<f64>()
    };
    let level = crowding(0.0);
    let best = (-STEPS..=STEPS).map(|i| f32::from(i) * STEP).map(|s| (crowding(s), s));
    let best = best.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(crowd, _)| tokens.len() > 20 && *crowd > level * 1.25).map_or(0.0, |(_, s)| s)
}

/// Joins letters that were set apart (`R E C H N U N G`) to the word they make.
fn join_spaced(tokens: &[Token]) -> Vec<Token> {
    let single = |t: &Token| t.text.chars().count() == 1 && letters(&t.text) == 1;
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let mut end = i;
        while end < tokens.len() && single(&tokens[end]) {
            let near =
                end == i || tokens[end].bbox.x0 - tokens[end - 1].bbox.x1 < tokens[end].bbox.height() * 1.1;
            if !near {
                break;
            }
            end += 1;
        }
        if end - i >= 4 {
            let text: String = tokens[i..end].iter().map(|t| t.text.as_str()).collect();
            let bbox = Rect::around(tokens[i..end].iter().map(|t| &t.bbox)).unwrap_or_default();
            let confidence = tokens[i..end].iter().map(|t| t.confidence).fold(1.0, f32::min);
            joined.push(token(text, bbox, confidence));
            i = end;
        } else {
            joined.push(tokens[i].clone());
            i += 1;
        }
    }
    joined
}

/// Whether a token is only a mark between a label and its value.
pub(crate) fn is_filler(token: &Token) -> bool {
    token.key.is_empty() && !token.text.contains(['$', '€', '£', '¥', '₹', '(', '-', '−'])
        || matches!(token.text.as_str(), ":" | "." | "#" | "=" | "-" | "–" | "—")
}

/// Whether a token is mostly digits.
pub(crate) fn is_numeric(token: &Token) -> bool {
    let d = digits(&token.text);
    d > 0 && d >= letters(&token.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::page;

    #[test]
    fn rows_and_cells_follow_the_gaps() {
        let layout = Layout::new(&page(&[
            (50.0, 100.0, "Total due"),
            (400.0, 101.0, "12.00"),
            (50.0, 130.0, "Thanks"),
        ]));
        assert_eq!(layout.rows.len(), 2);
        let cells = layout.cells(0);
        assert_eq!(cells.len(), 2);
        assert_eq!(layout.text(cells[0].clone()), "Total due");
        assert_eq!(layout.text(cells[1].clone()), "12.00");
    }

    #[test]
    fn a_turned_photo_keeps_its_rows() {
        let mut words = vec![];
        for row in 0..10 {
            for column in 0..8_i16 {
                let x = 20.0 + 70.0 * f32::from(column);
                // Ten heights of drop over the page's width would be far too much; two rows' worth is common.
                words.push((x, 50.0 + 14.0 * row as f32 + f32::from(column) * 3.0, "word"));
            }
        }
        let layout = Layout::new(&page(&words));
        assert_eq!(layout.rows.len(), 10);
        assert!(layout.rows.iter().all(|r| r.len() == 8));
    }

    #[test]
    fn a_turned_photo_keeps_values_at_their_labels() {
        // Two columns far apart on a page turned by two degrees: the value stands half a row below its label.
        let mut pieces = vec![];
        for row in 0..20_u8 {
            let y = 60.0 + 14.0 * f32::from(row);
            pieces.push((40.0, y + 40.0 * 0.036, "Label here"));
            pieces.push((480.0, y + 480.0 * 0.036, "12.00"));
        }
        let layout = Layout::new(&page(&pieces));
        assert_eq!(layout.rows.len(), 20);
        assert_eq!(layout.text(layout.rows[7].clone()), "Label here 12.00");
    }

    #[test]
    fn glued_labels_are_split_and_times_are_not() {
        let layout =
            Layout::new(&page(&[(10.0, 10.0, "Date:22/12/2017 14:03 http://a.b Invoice#123 INV:A1")]));
        let texts: Vec<&str> = layout.tokens.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, ["Date:", "22/12/2017", "14:03", "http://a.b", "Invoice#", "123", "INV:", "A1"]);
    }

    #[test]
    fn spaced_letters_are_one_word() {
        let layout = Layout::new(&page(&[(10.0, 10.0, "R E C H N U N G Seite 1")]));
        assert_eq!(layout.tokens[0].text, "RECHNUNG");
        assert_eq!(layout.tokens.len(), 3);
    }

    #[test]
    fn broken_boxes_are_dropped() {
        let mut reading = page(&[(10.0, 10.0, "a b c")]);
        reading.words[0].bbox.x0 = f32::NAN;
        reading.words[1].bbox = Rect::new(30.0, 20.0, 20.0, 10.0);
        let layout = Layout::new(&reading);
        assert_eq!(layout.tokens.len(), 2);
        assert!(layout.tokens.iter().all(|t| t.bbox.width() >= 0.0));
    }
}
