//! The words of a page as PDF content: invisible, each as wide and high as its box.

use std::fmt::Write as _;

use papertray_model::Rect;
use papertray_reader::wire::SearchablePage;

use super::font::{ASCENT, Characters, DESCENT, WIDTH};
use crate::child::pdf::Geometry;

/// The name under which pages know the font: no other program's.
pub(super) const FONT: &str = "PapertrayInvisible";
/// Words longer than this are none.
const LONGEST: usize = 200;

/// The layers of a document's pages, which share a font.
#[derive(Default)]
pub(super) struct Layers {
    pub(super) characters: Characters,
}

impl Layers {
    /// The content of a page whose upright size `frame` gives in points; `None` where nothing is to be written. `wanted`
    /// says which words.
    pub(super) fn content(
        &mut self,
        page: &SearchablePage,
        frame: &Geometry,
        wanted: impl Fn(&Rect) -> bool,
    ) -> Option<String> {
        let (width, height) = frame.size();
        let (sx, sy) = (width / page.width.max(1e-3), height / page.height.max(1e-3));
        let [a, b, c, d] = frame.upright_axes();
        let mut content = String::from("q BT 3 Tr\n");
        let mut any = false;
        for (text, bbox) in &page.words {
            let bbox = Rect::new(bbox.x0 * sx, bbox.y0 * sy, bbox.x1 * sx, bbox.y1 * sy);
            let finite = [bbox.x0, bbox.y0, bbox.x1, bbox.y1].iter().all(|v| v.is_finite() && v.abs() < 1e5);
            if !finite || bbox.width() < 0.05 || bbox.height() < 0.05 || !wanted(&bbox) {
                continue;
            }
            let mut codes = String::new();
            let mut count = 0;
            for number in text.chars().take(LONGEST).filter_map(|c| self.characters.number(c)) {
                let _ = write!(codes, "{number:04X}");
                count += 1;
            }
            if count == 0 {
                continue;
            }
            // Where letters stand close, readers see the end of a word by this alone.
            if let Some(space) = self.characters.number(' ') {
                let _ = write!(codes, "{space:04X}");
            }
            let size = bbox.height() / (ASCENT + DESCENT);
            let stretch = 100.0 * bbox.width() / (WIDTH * size * count as f32);
            let (x, y) = frame.stored_point(bbox.x0, bbox.y1 - DESCENT * size);
            let _ = writeln!(
                content,
                "/{FONT} {size:.2} Tf {stretch:.2} Tz {a} {b} {c} {d} {x:.2} {y:.2} Tm <{codes}> Tj"
            );
            any = true;
        }
        content.push_str("ET Q\n");
        any.then_some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &[(&str, Rect)]) -> SearchablePage {
        let words = words.iter().map(|(text, bbox)| ((*text).to_owned(), *bbox)).collect();
        SearchablePage { number: 1, rotation: 0, width: 1000.0, height: 2000.0, words }
    }

    #[test]
    fn a_word_is_as_large_as_its_box() {
        let page = page(&[("ab", Rect::new(100.0, 200.0, 140.0, 240.0))]);
        let frame = Geometry::new(0.0, 0.0, 500.0, 1000.0, 0);
        let content = Layers::default().content(&page, &frame, |_| true).unwrap();
        // Half as large in points: 20 high, 20 wide; two characters of half the height are 20 wide.
        assert!(
            content.contains(" 20.00 Tf 100.00 Tz 1 0 0 1 50.00 884.00 Tm <000100020003> Tj"),
            "{content}"
        );
    }

    #[test]
    fn words_without_a_place_are_left_out() {
        let page = page(&[("a", Rect::new(f32::NAN, 0.0, 5.0, 5.0)), ("b", Rect::new(9.0, 9.0, 9.0, 9.0))]);
        let frame = Geometry::new(0.0, 0.0, 500.0, 1000.0, 90);
        assert_eq!(Layers::default().content(&page, &frame, |_| true), None);
    }
}
