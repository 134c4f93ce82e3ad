//! One character of a text layer, cleaned: what it means, where it stands, which way it is read.

use papertray_model::Rect;

use super::geometry::Turn;

/// What a character code means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// One letter, or those of a ligature.
    Text(String),
    /// Parts words.
    Space,
    /// Without a meaning: the font does not say what it draws.
    Garbage,
    /// Not to be seen: zero width joiners and the like.
    Nothing,
}

/// The meaning of a code as PDFium gives it.
pub(crate) fn letters_of(code: u32) -> Letters {
    match code {
        // PDFium's mark for a hyphen at the end of a line.
        0x02 => Letters::Text("-".into()),
        0x09..=0x0d
        | 0x20
        | 0x85
        | 0xa0
        | 0x1680
        | 0x2000..=0x200a
        | 0x2028
        | 0x2029
        | 0x202f
        | 0x205f
        | 0x3000 => Letters::Space,
        0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0x2066..=0x206f | 0xfeff | 0xfe00..=0xfe0f => {
            Letters::Nothing
        }
        0..=0x1f | 0x7f..=0x9f | 0xe000..=0xf8ff | 0xfff0..=0xfffd | 0xf0000.. => Letters::Garbage,
        0xfb00 => Letters::Text("ff".into()),
        0xfb01 => Letters::Text("fi".into()),
        0xfb02 => Letters::Text("fl".into()),
        0xfb03 => Letters::Text("ffi".into()),
        0xfb04 => Letters::Text("ffl".into()),
        0xfb05 | 0xfb06 => Letters::Text("st".into()),
        _ => match char::from_u32(code) {
            Some(c) if code & 0xfffe != 0xfffe => Letters::Text(c.into()),
            _ => Letters::Garbage,
        },
    }
}

/// A character in the frame in which its line is horizontal.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    pub(crate) letters: String,
    pub(crate) bbox: Rect,
    pub(crate) baseline: f32,
    /// The turn of the page that makes it horizontal; `None`: it runs aslant, the box is that of the page.
    pub(crate) turn: Option<Turn>,
}

impl Glyph {
    /// A character on a page of `size`, its line rising by `degrees` (anticlockwise).
    pub(crate) fn new(
        letters: String,
        bbox: Rect,
        origin: (f32, f32),
        degrees: f32,
        size: (f32, f32),
    ) -> Self {
        /// Scans and their layers are seldom more askew than this.
        const ASKEW: f32 = 12.0;
        let degrees = if degrees.is_finite() { degrees.rem_euclid(360.0) } else { 0.0 };
        let quarter = (degrees / 90.0).round();
        if (degrees - quarter * 90.0).abs() > ASKEW {
            return Self { letters, bbox, baseline: 0.0, turn: None };
        }
        let turn = Turn((quarter as u16 % 4) * 90);
        let (_, baseline) = turn.point(origin, size);
        let bbox = trimmed(turn.rect(&bbox, size), baseline);
        Self { letters, bbox, baseline, turn: Some(turn) }
    }
}

/// Some fonts claim boxes far higher than any letter; lines would run into each other.
fn trimmed(mut bbox: Rect, baseline: f32) -> Rect {
    let width = bbox.width();
    let height = bbox.height();
    if height > 0.0 && bbox.y0 < baseline && bbox.y1 >= baseline {
        let above = (baseline - bbox.y0).min(0.95 * height);
        bbox.y0 = baseline - above;
        bbox.y1 = bbox.y1.min(baseline + 0.35 * above);
    }
    if width < 0.0 {
        bbox.x1 = bbox.x0;
    }
    bbox
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_cleaned() {
        assert_eq!(letters_of(0xfb01), Letters::Text("fi".into()));
        assert_eq!(letters_of(0xa0), Letters::Space);
        assert_eq!(letters_of(0x02), Letters::Text("-".into()));
        assert_eq!(letters_of(0xfffd), Letters::Garbage);
        assert_eq!(letters_of(0xe123), Letters::Garbage);
        assert_eq!(letters_of(0xd800), Letters::Garbage);
        assert_eq!(letters_of(0x200b), Letters::Nothing);
        assert_eq!(letters_of(u32::from('é')), Letters::Text("é".into()));
    }

    #[test]
    fn sideways_letters_know_their_turn() {
        let size = (100.0, 200.0);
        let at =
            |degrees| Glyph::new("a".into(), Rect::new(10.0, 10.0, 20.0, 15.0), (10.0, 15.0), degrees, size);
        assert_eq!(at(0.0).turn, Some(Turn(0)));
        assert_eq!(at(-2.0).turn, Some(Turn(0)));
        assert_eq!(at(90.0).turn, Some(Turn(90)));
        assert_eq!(at(-90.0).turn, Some(Turn(270)));
        assert_eq!(at(45.0).turn, None);
        assert_eq!(at(f32::NAN).turn, Some(Turn(0)));
    }
}
