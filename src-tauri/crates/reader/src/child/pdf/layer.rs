//! A page's own text: characters → words → pieces of lines, for each direction of reading.

use papertray_model::Rect;

use super::geometry::Turn;
use super::glyph::{Glyph, Letters, letters_of};
use super::source::{Char, Page};
use crate::child::layout::{Piece, RawWord, pieces_of};

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
    pub(crate) fn of(page: &dyn Page) -> Self {
        let mut layer = Self::default();
        let mut open = OpenWord::default();
        let size = page.geometry().size();
        page.each_char(&mut |char| layer.add(&char, &mut open, size));
        layer.close(&mut open);
        page.each_entry(&mut |text, bbox| layer.add_entry(text, &bbox, size));
        layer
    }

    /// What stands in a form field is drawn by the viewer, not written on the page: its words are laid out evenly
    /// in the field's box, which is about where the viewer draws them.
    fn add_entry(&mut self, text: &str, bbox: &Rect, size: (f32, f32)) {
        /// An advance and a line height in points, where the box leaves more room than the text needs.
        const ADVANCE: f32 = 5.5;
        const LINE: f32 = 13.0;
        let (x, y) = bbox.center();
        let inside = x >= 0.0 && y >= 0.0 && x <= size.0 && y <= size.1;
        let lines: Vec<&str> = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).collect();
        if !inside || lines.is_empty() {
            return;
        }
        let height = (bbox.height() / lines.len() as f32).min(LINE);
        let first = if lines.len() == 1 { f32::midpoint(bbox.y0, bbox.y1) - height / 2.0 } else { bbox.y0 };
        for (row, line) in lines.into_iter().enumerate() {
            let y0 = first + row as f32 * height;
            let advance = (bbox.width() / line.chars().count() as f32).min(ADVANCE);
            let mut column = 0;
            for word in line.split(char::is_whitespace) {
                let length = word.chars().count();
                if length > 0 {
                    let x0 = bbox.x0 + column as f32 * advance;
                    let place = Rect::new(x0, y0, x0 + length as f32 * advance, y0 + height);
                    self.counts.characters += length;
                    self.words[0].push(RawWord { text: word.into(), bbox: place, confidence: 1.0 });
                }
                column += length + 1;
            }
        }
    }

    fn add(&mut self, char: &Char, open: &mut OpenWord, size: (f32, f32)) {
        let letters = letters_of(char.code);
        if letters == Letters::Space {
            self.close(open);
            return;
        }
        let (x, y) = char.bbox.center();
        // A character without a place is neither inside nor outside.
        let inside = x >= -1.0 && y >= -1.0 && x <= size.0 + 1.0 && y <= size.1 + 1.0;
        if !inside || letters == Letters::Nothing || (char.generated && letters == Letters::Garbage) {
            return;
        }
        self.counts.characters += 1;
        self.counts.invisible += usize::from(char.invisible);
        let Letters::Text(letters) = letters else {
            self.counts.garbage += 1;
            self.close(open);
            return;
        };
        let glyph = Glyph::new(letters, char.bbox, char.origin, char.rises, size);
        if open.parted_by(&glyph) {
            self.close(open);
        }
        open.glyphs.push(glyph);
    }

    fn close(&mut self, open: &mut OpenWord) {
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

/// The words of a page of any characters.
#[cfg(test)]
pub(crate) fn fuzz_layer(
    geometry: super::geometry::Geometry,
    random: &mut crate::child::fuzz::Random,
) -> Vec<papertray_model::Word> {
    let size = geometry.size();
    let (mut layer, mut open) = (Layer::default(), OpenWord::default());
    for _ in 0..random.below(300) {
        let (x, y) = (random.length(), random.length());
        let code = if random.below(4) == 0 { random.next() as u32 } else { 32 + random.below(96) as u32 };
        let bbox = Rect::new(x, y, x + random.below(9) as f32, y + random.below(14) as f32);
        let origin = if random.below(9) == 0 { (f32::NAN, random.length()) } else { (x, y) };
        let rises = [0.0, 90.0, 180.0, -90.0, 30.0, f32::NAN][random.below(6) as usize];
        let (generated, invisible) = (random.below(9) == 0, random.below(3) == 0);
        layer.add(&Char { code, generated, bbox, origin, rises, invisible }, &mut open, size);
    }
    layer.close(&mut open);
    let turn = layer.main_turn();
    let pieces = layer.into_pieces(turn, size).into_iter().flatten().collect();
    crate::child::layout::into_words(pieces, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f32, f32) = (600.0, 800.0);

    /// A layer of this text, 5 points a character, its line rising by `rises` degrees from (300, 400).
    fn layer(text: &str, rises: f32) -> Layer {
        let mut layer = Layer::default();
        let mut open = OpenWord::default();
        let (sin, cos) = rises.to_radians().sin_cos();
        for (i, c) in text.chars().enumerate() {
            let along = 5.0 * i as f32;
            let (x, y) = (300.0 + along * cos, 400.0 - along * sin);
            // From the baseline 8 up and 2 down, whichever way is up.
            let corner = |u: f32, v: f32| (x + u * cos + v * sin, y - u * sin + v * cos);
            let (a, b) = (corner(0.0, -8.0), corner(5.0, 2.0));
            let bbox = Rect::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1));
            let (code, invisible) = (u32::from(c), false);
            layer.add(
                &Char { code, generated: false, bbox, origin: (x, y), rises, invisible },
                &mut open,
                SIZE,
            );
        }
        layer.close(&mut open);
        layer
    }

    #[test]
    fn words_end_at_spaces() {
        let layer = layer("Total\u{a0}48.00 \u{fb01}ne soft\u{ad}", 0.0);
        assert_eq!(layer.texts().collect::<Vec<_>>(), ["Total", "48.00", "fine", "soft-"]);
        assert_eq!(layer.counts, Counts { characters: 18, garbage: 0, invisible: 0 });
        assert_eq!(layer.words[0][0].bbox, Rect::new(300.0, 392.0, 325.0, 402.0));
    }

    #[test]
    fn a_page_of_upward_text_is_turned_and_its_words_stand_in_order() {
        for (rises, turn) in [(90.0, 90), (-90.0, 270), (180.0, 180)] {
            let layer = layer("up the edge runs this line", rises);
            assert_eq!(layer.main_turn(), Turn(turn));
            let pieces = layer.into_pieces(Turn(turn), SIZE);
            let words: Vec<&str> = pieces[0][0].words.iter().map(|w| w.text.as_str()).collect();
            assert_eq!(words, ["up", "the", "edge", "runs", "this", "line"], "{rises}");
        }
    }

    #[test]
    fn what_people_typed_into_fields_is_read_where_it_stands() {
        let mut form = Layer::default();
        form.add_entry("Acme Ltd\r1 High St", &Rect::new(100.0, 100.0, 300.0, 140.0), SIZE);
        let words = &form.words[0];
        assert_eq!(
            words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(),
            ["Acme", "Ltd", "1", "High", "St"]
        );
        assert!(words[1].bbox.y1 <= words[2].bbox.y0 + 0.01, "two lines: {words:?}");
        assert!((words[1].bbox.x0 - 127.5).abs() < 0.1, "{words:?}");
    }

    #[test]
    fn what_lies_off_the_page_or_means_nothing_is_dropped() {
        let mut off = Layer::default();
        let mut open = OpenWord::default();
        let bbox = Rect::new(700.0, 10.0, 705.0, 20.0);
        let char =
            Char { code: 65, generated: false, bbox, origin: (700.0, 18.0), rises: 0.0, invisible: false };
        off.add(&char, &mut open, SIZE);
        off.close(&mut open);
        assert_eq!(off.counts, Counts::default());
        let garbage = layer("ab\u{fffd}\u{e001}", 0.0);
        assert_eq!(garbage.counts, Counts { characters: 4, garbage: 2, invisible: 0 });
        assert_eq!(garbage.texts().collect::<Vec<_>>(), ["ab"]);
    }
}
