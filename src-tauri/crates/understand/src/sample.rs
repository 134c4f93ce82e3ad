//! Small pages for tests: words at given places, ten units high, letters five wide.

use papertray_model::{PageReading, PageSource, Rect, Unit, Word};

/// A page of pieces of text, each at (left, top).
pub(crate) fn page(pieces: &[(f32, f32, &str)]) -> PageReading {
    sized(&pieces.iter().map(|(x, y, t)| (*x, *y, 10.0, *t)).collect::<Vec<_>>())
}

/// A page of pieces of text, each at (left, top) with its height.
pub(crate) fn sized(pieces: &[(f32, f32, f32, &str)]) -> PageReading {
    let mut page = PageReading::empty(1, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
    for (line, (x, y, h, text)) in pieces.iter().enumerate() {
        let mut left = *x;
        for part in text.split_whitespace() {
            let right = left + part.chars().count() as f32 * h * 0.5;
            page.words.push(Word {
                text: part.to_owned(),
                bbox: Rect::new(left, *y, right, y + h),
                confidence: 1.0,
                line: line as u32,
            });
            left = right + h * 0.3;
        }
    }
    page
}

/// A page of lines twelve units apart from the top; ` | ` starts the next column, 130 units further right.
pub(crate) fn lines(text: &str) -> PageReading {
    let mut pieces = vec![];
    for (row, line) in text.lines().map(str::trim).filter(|l| !l.is_empty()).enumerate() {
        for (column, cell) in line.split('|').enumerate() {
            if !cell.trim().is_empty() {
                pieces.push((40.0 + 130.0 * column as f32, 40.0 + 14.0 * row as f32, cell.trim()));
            }
        }
    }
    page(&pieces)
}
