//! Reading order: rows from top to bottom, but columns of running text one after the other.
//!
//! A recursive cut in the spirit of XY-cut (Nagy & Seth 1984), with one difference that business papers ask for: a
//! table's columns are never read one after the other. A gutter counts only where both sides look like prose:
//! several lines of several words, most of them about as long as the column is wide.

use super::Piece;

/// Columns nested deeper than this are read row by row.
const DEPTH: u32 = 8;

/// The pieces as lines in reading order, each line from left to right.
pub(crate) fn reading_order(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut lines = vec![];
    cut(pieces, DEPTH, &mut lines);
    lines
}

fn cut(pieces: Vec<Piece>, depth: u32, lines: &mut Vec<Vec<Piece>>) {
    let zone = if depth > 0 { widest_zone(&pieces) } else { None };
    let Some(zone) = zone else {
        lines.extend(rows(pieces));
        return;
    };
    let (mut above, mut left, mut right, mut below) = (vec![], vec![], vec![], vec![]);
    for piece in pieces {
        let (x, y) = piece.bbox.center();
        if y < zone.top {
            above.push(piece);
        } else if y > zone.bottom {
            below.push(piece);
        } else if x < zone.gutter {
            left.push(piece);
        } else {
            right.push(piece);
        }
    }
    for part in [above, left, right, below] {
        cut(part, depth - 1, lines);
    }
}

/// Where a gutter parts two columns of prose: from `top` to `bottom` no piece crosses x = `gutter`.
struct Zone {
    gutter: f32,
    top: f32,
    bottom: f32,
}

fn widest_zone(pieces: &[Piece]) -> Option<Zone> {
    /// Fewer pieces than this are no columns.
    const LEAST: usize = 8;
    if pieces.len() < LEAST {
        return None;
    }
    let mut by_height: Vec<&Piece> = pieces.iter().collect();
    by_height.sort_by(|a, b| a.bbox.center().1.total_cmp(&b.bbox.center().1));
    let mut best: Option<(usize, Zone)> = None;
    for gutter in gutters(&by_height) {
        for run in by_height.split(|p| p.bbox.x0 < gutter && p.bbox.x1 > gutter) {
            if run.len() < LEAST || best.as_ref().is_some_and(|(n, _)| *n >= run.len()) {
                continue;
            }
            let (left, right): (Vec<&Piece>, Vec<&Piece>) = run.iter().partition(|p| p.bbox.x1 <= gutter);
            if let Some((top, bottom)) = side_by_side(&left, &right)
                && is_prose(&left)
                && is_prose(&right)
            {
                best = Some((run.len(), Zone { gutter, top, bottom }));
            }
        }
    }
    best.map(|(_, zone)| zone)
}

/// The vertical extent of two columns that stand beside each other for at least half of the shorter one.
fn side_by_side(left: &[&Piece], right: &[&Piece]) -> Option<(f32, f32)> {
    let extent = |side: &[&Piece]| {
        let top = side.iter().map(|p| p.bbox.y0).reduce(f32::min)?;
        let bottom = side.iter().map(|p| p.bbox.y1).reduce(f32::max)?;
        Some((top, bottom))
    };
    let (a, b) = (extent(left)?, extent(right)?);
    let shared = a.1.min(b.1) - a.0.max(b.0);
    (shared >= 0.5 * (a.1 - a.0).min(b.1 - b.0)).then(|| (a.0.min(b.0), a.1.max(b.1)))
}

fn is_prose(column: &[&Piece]) -> bool {
    if column.len() < 4 {
        return false;
    }
    let mut widths: Vec<f32> = column.iter().map(|p| p.bbox.width()).collect();
    widths.sort_by(f32::total_cmp);
    let typical = widths[widths.len() * 9 / 10];
    let full = widths.iter().filter(|w| **w >= 0.6 * typical).count();
    let words: usize = column.iter().map(|p| p.words.len()).sum();
    full * 2 >= column.len() && words >= column.len() * 3
}

/// Middles of gaps between horizontal neighbours, the most frequent first.
fn gutters(by_height: &[&Piece]) -> Vec<f32> {
    const MOST: usize = 16;
    let mut middles: Vec<f32> = vec![];
    for (i, a) in by_height.iter().enumerate() {
        // Neighbours of one row are close in this order.
        for b in &by_height[i + 1..by_height.len().min(i + 6)] {
            let (l, r) = if a.bbox.x0 <= b.bbox.x0 { (a, b) } else { (b, a) };
            let gap = r.bbox.x0 - l.bbox.x1;
            if gap > 0.5 * l.bbox.height().min(r.bbox.height()) && l.bbox.vertical_overlap(&r.bbox) > 0.3 {
                middles.push(f32::midpoint(l.bbox.x1, r.bbox.x0));
            }
        }
    }
    middles.sort_by(f32::total_cmp);
    let reach = by_height.iter().map(|p| p.bbox.height()).sum::<f32>() / by_height.len().max(1) as f32;
    let mut groups: Vec<(usize, f32)> = middles
        .chunk_by(|a, b| b - a < 0.5 * reach)
        .map(|group| (group.len(), group[group.len() / 2]))
        .collect();
    groups.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    groups.into_iter().take(MOST).map(|(_, x)| x).collect()
}

/// Rows from top to bottom, each from left to right. A piece joins the row in which its nearest neighbour stands at
/// the same height, so that a slight skew does not tear rows apart.
pub(crate) fn rows(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    /// How many rows back a piece may still belong to.
    const BACK: usize = 6;
    pieces.sort_by(|a, b| a.bbox.center().1.total_cmp(&b.bbox.center().1));
    let mut rows: Vec<Vec<Piece>> = vec![];
    for piece in pieces {
        let from = rows.len().saturating_sub(BACK);
        let fit = rows[from..]
            .iter()
            .enumerate()
            .filter_map(|(i, row)| Some((i, fit(row, &piece)?)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match fit {
            Some((i, _)) => rows[from + i].push(piece),
            None => rows.push(vec![piece]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.bbox.x0.total_cmp(&b.bbox.x0));
    }
    rows
}

/// How well the piece stands in the row: its vertical overlap with the nearest member; `None`: not in this row.
fn fit(row: &[Piece], piece: &Piece) -> Option<f32> {
    let distance = |other: &Piece| (other.bbox.x0 - piece.bbox.x1).max(piece.bbox.x0 - other.bbox.x1);
    let nearest = row.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    // Two that overlap sideways are above each other, not in one row.
    let height = nearest.bbox.height().min(piece.bbox.height());
    if -distance(nearest) > height.max(0.3 * piece.bbox.width().min(nearest.bbox.width())) {
        return None;
    }
    let overlap = nearest.bbox.vertical_overlap(&piece.bbox);
    (overlap >= 0.5).then_some(overlap)
}

#[cfg(test)]
mod tests {
    use papertray_model::Rect;

    use super::super::{RawWord, into_words};
    use super::*;

    /// A piece of `text`, 5 units a character, 10 high.
    fn piece(text: &str, x: f32, y: f32) -> Piece {
        let mut left = x;
        let words = text.split(' ').map(|word| {
            let right = left + 5.0 * word.len() as f32;
            let bbox = Rect::new(left, y, right, y + 10.0);
            left = right + 5.0;
            RawWord { text: word.into(), bbox, confidence: 1.0 }
        });
        Piece::new(words.collect()).unwrap()
    }

    fn text(pieces: Vec<Piece>) -> String {
        let words = into_words(pieces, 0);
        let lines: Vec<String> = words
            .chunk_by(|a, b| a.line == b.line)
            .map(|l| l.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn columns_of_prose_are_read_one_after_the_other() {
        let mut pieces = vec![piece("A title that spans both of the columns below it", 60.0, 0.0)];
        for row in 0..6 {
            let y = 30.0 + 14.0 * row as f32;
            pieces.push(piece(&format!("left{row} some words of prose"), 0.0, y));
            pieces.push(piece(&format!("right{row} other words of prose"), 200.0, y + 2.0));
        }
        pieces.push(piece("A last line that spans both of the columns above it", 60.0, 130.0));
        let text = text(pieces);
        let at = |needle: &str| text.find(needle).unwrap();
        assert!(
            at("A title") < at("left0") && at("left5") < at("right0") && at("right5") < at("A last"),
            "{text}"
        );
    }

    #[test]
    fn a_table_is_read_row_by_row() {
        let mut pieces = vec![];
        for row in 0..6 {
            let y = 14.0 * row as f32;
            pieces.push(piece(&format!("item{row} a fairly long description"), 0.0, y));
            pieces.push(piece("12", 250.0, y));
            pieces.push(piece("48.00", 300.0, y));
        }
        assert!(text(pieces).starts_with("item0 a fairly long description 12 48.00\nitem1"));
    }

    #[test]
    fn a_slight_skew_keeps_a_row_together() {
        let pieces = (0..6).map(|i| piece("word", 60.0 * i as f32, 3.0 * i as f32)).collect();
        assert_eq!(text(pieces), "word word word word word word");
    }
}
