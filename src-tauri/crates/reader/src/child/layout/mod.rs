//! Words in reading order, from pieces of lines wherever they came from: a text layer, recognition, a text file.

mod grid;
mod order;
mod rules;
mod table;

use papertray_model::{Rect, Word};

pub(crate) use self::order::{reading_order, rows};
pub(crate) use self::rules::{LINES_SEEN, Rules};
pub(crate) use self::table::tables;

/// A word that does not yet know its line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawWord {
    pub(crate) text: String,
    pub(crate) bbox: Rect,
    pub(crate) confidence: f32,
}

/// Neighbouring words of one line, without a gap that could part columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) bbox: Rect,
    pub(crate) words: Vec<RawWord>,
}

impl Piece {
    /// A piece of these words; `None` where there are none.
    pub(crate) fn new(words: Vec<RawWord>) -> Option<Self> {
        let bbox = Rect::around(words.iter().map(|w| &w.bbox))?;
        Some(Self { bbox, words })
    }
}

/// Words in reading order with their lines numbered from `first_line`.
pub(crate) fn into_words(pieces: Vec<Piece>, first_line: u32) -> Vec<Word> {
    let mut words = vec![];
    for (line, pieces) in (first_line..).zip(reading_order(pieces)) {
        for word in pieces.into_iter().flat_map(|p| p.words) {
            words.push(Word { text: word.text, bbox: word.bbox, confidence: word.confidence, line });
        }
    }
    words
}

/// Groups words into pieces: words of one row, parted where the gap is wide.
pub(crate) fn pieces_of(words: Vec<RawWord>) -> Vec<Piece> {
    /// A gap of this many heights parts columns; justified text stays together.
    const GAP: f32 = 1.3;
    let single: Vec<Piece> = words.into_iter().filter_map(|w| Piece::new(vec![w])).collect();
    let mut pieces = vec![];
    for row in rows(single) {
        let mut open: Vec<RawWord> = vec![];
        for word in row.into_iter().flat_map(|p| p.words) {
            let parted = open.last().is_some_and(|last| {
                let height = last.bbox.height().min(word.bbox.height()).max(1e-3);
                word.bbox.x0 - last.bbox.x1 > GAP * height
            });
            if parted {
                pieces.extend(Piece::new(std::mem::take(&mut open)));
            }
            open.push(word);
        }
        pieces.extend(Piece::new(open));
    }
    pieces
}
