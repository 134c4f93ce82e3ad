//! A page's own words and recognised ones, each place said once.

use papertray_model::Rect;

use crate::child::layout::{Piece, RawWord};

/// The page's own pieces, and of the recognised words those that stand where the page says nothing itself. Whether
/// there were more than a few.
pub(crate) fn beside(own: Vec<Piece>, found: Vec<Piece>) -> (Vec<Piece>, bool) {
    let said: Vec<Rect> = own.iter().flat_map(|p| p.words.iter().map(|w| w.bbox)).collect();
    let letters = |pieces: &[Piece]| {
        pieces.iter().flat_map(|p| &p.words).map(|w| w.text.chars().count()).sum::<usize>()
    };
    let new: Vec<Piece> = found
        .into_iter()
        .filter_map(|piece| {
            let words: Vec<RawWord> =
                piece.words.into_iter().filter(|w| !said.iter().any(|s| covers(s, &w.bbox))).collect();
            Piece::new(words)
        })
        .collect();
    let (old_letters, new_letters) = (letters(&own), letters(&new));
    // A logo, a label in a photo: recognition guesses at those; the page's own words stand alone.
    if new_letters * 4 <= old_letters {
        return (own, false);
    }
    (own.into_iter().chain(new).collect(), true)
}

/// Whether `a` covers a good part of `b`.
fn covers(a: &Rect, b: &Rect) -> bool {
    let width = a.x1.min(b.x1) - a.x0.max(b.x0);
    let height = a.y1.min(b.y1) - a.y0.max(b.y0);
    width > 0.0 && height > 0.0 && width * height > 0.3 * b.width() * b.height()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, x: f32) -> Piece {
        let bbox = Rect::new(x, 0.0, x + 10.0, 10.0);
        Piece::new(vec![RawWord { text: text.into(), bbox, confidence: 1.0 }]).unwrap()
    }

    #[test]
    fn a_place_is_said_once() {
        let (pieces, added) = beside(vec![piece("own", 0.0)], vec![piece("0wn", 1.0), piece("more", 50.0)]);
        let texts: Vec<&str> = pieces.iter().map(|p| p.words[0].text.as_str()).collect();
        assert_eq!((texts, added), (vec!["own", "more"], true));
    }

    #[test]
    fn scraps_are_not_added() {
        let (pieces, added) = beside(vec![piece("caption-of-a-photo", 0.0)], vec![piece("XY", 50.0)]);
        assert_eq!((pieces.len(), added), (1, false));
    }
}
