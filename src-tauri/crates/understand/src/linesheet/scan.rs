//! Pages as pieces: runs of words that belong together on a line, with what repeats from page to page set aside.

use std::collections::HashMap;

use papertray_model::sheet::PagePicture;
use papertray_model::{PageReading, Rect};

use super::blocks;
use super::caption::is_category;
use super::turned::laid_flat;

use crate::layout::Layout;
use crate::text::squash;

/// A run of words on one line.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) rect: Rect,
    /// Height of its words.
    pub(super) em: f32,
    /// Its row on the page.
    pub(super) row: usize,
    /// It stands alone in its row.
    pub(super) alone: bool,
    /// It repeats from page to page: a header, a footer.
    pub(super) furniture: bool,
}

/// A page as pieces, in reading order.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) page: u32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) em: f32,
    pub(super) layout: Layout,
    pub(super) pieces: Vec<Piece>,
}

/// Pieces of all pages.
pub(super) fn pages(pages: &[PageReading], pictures: &[PagePicture]) -> Vec<Scan> {
    let mut scans: Vec<Scan> = pages.iter().map(|page| scan(&laid_flat(page, pictures))).collect();
    mark_furniture(&mut scans);
    scans
}

fn scan(page: &PageReading) -> Scan {
    let layout = Layout::new(page);
    let starts = column_starts(&layout);
    let mut pieces = vec![];
    for row in 0..layout.rows.len() {
        let first = pieces.len();
        for cell in layout.cells(row) {
            let mut from = cell.start;
            for at in cell.start..cell.end {
                let token = &layout.tokens[at];
                let at_start = at > from
                    && token.gap > 0.42
                    && starts.iter().any(|s| (s - token.bbox.x0).abs() < 0.3 * layout.em);
                if at_start {
                    pieces.push(piece(&layout, from..at, row));
                    from = at;
                }
            }
            pieces.push(piece(&layout, from..cell.end, row));
        }
        let alone = pieces.len() == first + 1;
        for piece in &mut pieces[first..] {
            piece.alone = alone;
        }
    }
    Scan { page: page.page_number, width: layout.width, height: layout.height, em: layout.em, layout, pieces }
}

/// Left edges at which cells of three rows or more begin: columns set close together show by them.
fn column_starts(layout: &Layout) -> Vec<f32> {
    let cells = (0..layout.rows.len()).flat_map(|r| layout.cells(r)).filter(|c| !c.is_empty());
    let mut edges: Vec<f32> = cells.map(|c| layout.tokens[c.start].bbox.x0).collect();
    edges.sort_by(f32::total_cmp);
    let near = |a: &f32, b: &f32| b - a < 0.25 * layout.em;
    edges.chunk_by(near).filter(|run| run.len() >= 3).map(|run| run[run.len() / 2]).collect()
}

fn piece(layout: &Layout, range: std::ops::Range<usize>, row: usize) -> Piece {
    let mut heights: Vec<f32> = layout.tokens[range.clone()].iter().map(|t| t.bbox.height()).collect();
    heights.sort_by(f32::total_cmp);
    Piece {
        text: layout.text(range.clone()),
        rect: layout.bbox(range),
        em: heights.get(heights.len() / 2).copied().unwrap_or(layout.em),
        row,
        alone: false,
        furniture: false,
    }
}

/// The text with its digits made the same, so that `Page 3` is every page's; words of goods stay as they are.
fn pattern(piece: &Piece) -> String {
    let text = squash(&piece.text);
    if blocks::tells_of_goods(&piece.text) {
        return format!("{text}@{}", (piece.rect.x0 / 4.0).round());
    }
    text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

fn mark_furniture(scans: &mut [Scan]) {
    if scans.len() < 2 {
        return;
    }
    let mut seen: HashMap<(String, i32), Vec<u32>> = HashMap::new();
    let level = |scan: &Scan, piece: &Piece| (piece.rect.center().1 / scan.height * 40.0).round() as i32;
    let edge =
        |scan: &Scan, piece: &Piece| piece.rect.y1 < 0.14 * scan.height || piece.rect.y0 > 0.88 * scan.height;
    for scan in scans.iter() {
        for piece in scan.pieces.iter().filter(|p| edge(scan, p)) {
            let pages = seen.entry((pattern(piece), level(scan, piece))).or_default();
            if pages.last() != Some(&scan.page) {
                pages.push(scan.page);
            }
        }
    }
    let pages = scans.len();
    for scan in scans {
        let repeats: Vec<usize> = (0..scan.pieces.len())
            .filter(|n| edge(scan, &scan.pieces[*n]) && !is_category(&scan.pieces[*n].text))
            .filter(|n| {
                let piece = &scan.pieces[*n];
                let (text, y) = (pattern(piece), level(scan, piece));
                let times: usize =
                    (y - 1..=y + 1).filter_map(|y| seen.get(&(text.clone(), y))).map(Vec::len).sum();
                // What tells of goods may well repeat at the edge of a page; it is furniture only on nearly all.
                let needed =
                    if blocks::tells_of_goods(&piece.text) { (pages * 4).div_ceil(5).max(4) } else { 2 };
                times >= needed
            })
            .collect();
        for n in &repeats {
            scan.pieces[*n].furniture = true;
        }
        // A name that comes again at the same height is still its caption's.
        let in_caption = |n: usize, scan: &Scan| {
            let piece = &scan.pieces[n];
            scan.pieces.iter().filter(|o| !o.furniture && blocks::tells_of_goods(&o.text)).any(|o| {
                let gap = (o.rect.y0 - piece.rect.y1).max(piece.rect.y0 - o.rect.y1);
                let level = (o.rect.x0 - piece.rect.x0).abs() < 0.6 * piece.em
                    || (o.rect.center().0 - piece.rect.center().0).abs() < 0.8 * piece.em;
                gap < 0.9 * piece.em && gap > -0.5 * piece.em && level
            })
        };
        for n in &repeats {
            if in_caption(*n, scan) {
                scan.pieces[*n].furniture = false;
            }
        }
    }
}
