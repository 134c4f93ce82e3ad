//! A page's own text: characters → words → pieces of lines, for each direction of reading.

use papertray_model::Rect;
use pdfium_render::prelude::{PdfPage, PdfPageTextRenderMode};

use super::geometry::{Geometry, Turn};
use super::glyph::{Glyph, Letters, letters_of};
use crate::child::layout::{Piece, RawWord, pieces_of};

/// More characters than this on one page are not read: no page that people read has them.
const MOST_CHARACTERS: i32 = 400_000;

/// The text of a page.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// Words by the turn that makes them horizontal (0, 90, 180, 270 degrees clockwise), in that turned frame.
    pub(crate) words: [Vec<RawWord>; 4],
    /// Words that run aslant (watermarks), upright boxes.
    pub(crate) aslant: Vec<RawWord>,
    pub(crate) counts: Counts,
}

/// What the quality of a layer is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Characters on the page, white space aside.
    pub(crate) characters: usize,
    /// Of these: without a meaning (private use, U+FFFD, control characters).
    pub(crate) garbage: usize,
    /// Of these: drawn with invisible ink, as recognition programs do over a scan.
    pub(crate) invisible: usize,
}

impl Layer {
    /// The text of this page.
    pub(crate) fn of(page: &PdfPage, geometry: &Geometry) -> Self {
        let mut layer = Self::default();
        let Ok(text) = page.text() else { return layer };
        let size = geometry.size();
        let mut open = OpenWord::default();
        for (index, char) in text.chars().iter().enumerate() {
            if index >= MOST_CHARACTERS as usize {
                break;
            }
            let code = char.unicode_value();
            let letters = letters_of(code);
            if letters == Letters::Space {
                layer.close(&mut open, size);
                continue;
            }
            // What PDFium made up (line ends) has no place; what is garbage counts, but is not kept.
            if char.is_generated().unwrap_or(false) && letters == Letters::Garbage {
                continue;
            }
            let (Ok(loose), Ok((x, y))) = (char.loose_bounds(), char.origin()) else { continue };
            let bbox = geometry.rect(
                loose.left().value,
                loose.bottom().value,
                loose.right().value,
                loose.top().value,
            );
            let (cx, cy) = bbox.center();
            let off = !(cx >= -1.0 && cy >= -1.0 && cx <= size.0 + 1.0 && cy <= size.1 + 1.0);
            if off || letters == Letters::Nothing {
                continue;
            }
            layer.counts.characters += 1;
            let Letters::Text(letters) = letters else {
                layer.counts.garbage += 1;
                layer.close(&mut open, size);
                continue;
            };
            if matches!(char.render_mode(), Ok(PdfPageTextRenderMode::Invisible | PdfPageTextRenderMode::InvisibleClipping)) {
                layer.counts.invisible += 1;
            }
            // PDFium measures a character's angle clockwise.
            let degrees = -char.angle_degrees().unwrap_or(0.0) - f32::from(geometry.rotate);
            let glyph = Glyph::new(letters, bbox, geometry.point(x.value, y.value), degrees, size);
            if open.parted_by(&glyph) {
                layer.close(&mut open, size);
            }
            open.glyphs.push(glyph);
        }
        layer.close(&mut open, size);
        layer
    }

    fn close(&mut self, open: &mut OpenWord, _size: (f32, f32)) {
        let glyphs = std::mem::take(&mut open.glyphs);
        let Some(first) = glyphs.first() else { return };
        let turn = first.turn;
        let mut text: String = glyphs.iter().map(|g| g.letters.as_str()).collect();
        // A soft hyphen shows only where a line ends.
        let shown_hyphen = text.ends_with('\u{ad}');
        text.retain(|c| c != '\u{ad}');
        if shown_hyphen {
            text.push('-');
        }
        let Some(bbox) = Rect::around(glyphs.iter().map(|g| &g.bbox)) else { return };
        let word = RawWord { text, bbox, confidence: 1.0 };
        match turn {
            Some(turn) => self.words[usize::from(turn.0 / 90)].push(word),
            None => self.aslant.push(word),
        }
    }

    /// The turn in which most of the text is horizontal.
    pub(crate) fn main_turn(&self) -> Turn {
        let letters = |words: &Vec<RawWord>| words.iter().map(|w| w.text.len()).sum::<usize>();
        let counts = [0, 1, 2, 3].map(|i| letters(&self.words[i]));
        let all: usize = counts.iter().sum();
        // A page is turned only for nearly all of its text, never for a title along the edge.
        let most = (1..4).find(|i| counts[*i] * 5 > all * 4 && counts[*i] > 20);
        Turn(most.map_or(0, |i| i as u16 * 90))
    }

    /// All words as pieces on the page turned by `turn`, whose size before was `size`: horizontal ones first.
    pub(crate) fn into_pieces(self, turn: Turn, size: (f32, f32)) -> Vec<Vec<Piece>> {
        let mut groups = vec![];
        let main = usize::from(turn.0 / 90);
        for (i, words) in self.words.into_iter().enumerate() {
            let frame = Turn(i as u16 * 90);
            let framed = frame.size(size);
            let mut pieces = pieces_of(words);
            if i != main {
                let place = |r: &Rect| turn.rect(&frame.back().rect(r, framed), size);
                for piece in &mut pieces {
                    piece.bbox = place(&piece.bbox);
                    for word in &mut piece.words {
                        word.bbox = place(&word.bbox);
                    }
                }
            }
            if !pieces.is_empty() {
                groups.insert(if i == main { 0 } else { groups.len() }, pieces);
            }
        }
        let aslant: Vec<Piece> = self
            .aslant
            .into_iter()
            .filter_map(|mut word| {
                word.bbox = turn.rect(&word.bbox, size);
                Piece::new(vec![word])
            })
            .collect();
        if !aslant.is_empty() {
            groups.push(aslant);
        }
        groups
    }

    /// The words' texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.words.iter().flatten().map(|w| w.text.as_str())
    }
}

#[derive(Default)]
struct OpenWord {
    glyphs: Vec<Glyph>,
}

impl OpenWord {
    /// Whether this glyph begins another word than the open one.
    fn parted_by(&self, next: &Glyph) -> bool {
        /// Gaps and steps in font heights.
        const GAP: f32 = 0.28;
        const BACK: f32 = 0.6;
        const STEP: f32 = 0.45;
        let Some(last) = self.glyphs.last() else { return false };
        if last.turn != next.turn {
            return true;
        }
        if last.turn.is_none() {
            return false; // Aslant words end at spaces only.
        }
        let height = last.bbox.height().max(next.bbox.height()).max(0.1);
        let gap = next.bbox.x0 - last.bbox.x1;
        (last.baseline - next.baseline).abs() > STEP * height
            || gap > GAP * height
            || next.bbox.x1 < last.bbox.x0 - BACK * height
    }
}
