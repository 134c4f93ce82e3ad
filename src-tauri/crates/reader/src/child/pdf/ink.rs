//! What is drawn on a page beside its text: how much of it a scan covers, whether a code may be there, and ruled lines.

use papertray_model::Rect;

use super::source::{Drawn, Page};
use crate::child::layout::Rules;

/// The share of the page, 0 to 1, that pictures cover which run along most of a side: a scan, or its strips. Photos
/// beside text are smaller.
pub(super) fn scan_share(page: &dyn Page) -> f32 {
    let size = page.geometry().size();
    let mut area = 0.0;
    page.each_drawn(&mut |drawn| {
        if let Drawn::Picture(picture) = drawn {
            area += scanned_area(&picture, size);
        }
    });
    (area / (size.0 * size.1).max(1.0)).min(1.0)
}

/// What is drawn on a page beside its text.
pub(super) struct Seen {
    /// Something that may be a code: a picture or a shape of a code's form, or many small squares. Only a page that has such
    /// a thing is drawn to be searched.
    pub(super) coded: bool,
    /// Ruled lines.
    pub(super) rules: Rules,
}

/// Looks at what is drawn.
pub(super) fn look(page: &dyn Page) -> Seen {
    /// A frame has four sides, closed or not.
    const FRAME: std::ops::RangeInclusive<u32> = 4..=6;
    let size = page.geometry().size();
    let mut cells = 0;
    let mut seen = Seen { coded: false, rules: Rules::of_page(size.0.max(size.1)) };
    page.each_drawn(&mut |drawn| {
        seen.coded |= looks_coded(&drawn, size, &mut cells);
        if let Drawn::Shape(bbox, segments, stroked) = drawn {
            seen.rules.add(&bbox, stroked && FRAME.contains(&segments));
        }
    });
    seen
}

fn looks_coded(drawn: &Drawn, size: (f32, f32), cells: &mut u32) -> bool {
    /// A code drawn as one path has at least so many segments, or it is drawn as so many squares.
    const SEGMENTS: u32 = 60;
    const CELLS: u32 = 100;
    let (Drawn::Picture(bbox) | Drawn::Shape(bbox, ..)) = drawn;
    let (w, h) = (bbox.width(), bbox.height());
    let (long, short) = (w.max(h), w.min(h));
    // From 8 mm to 9 cm square, or a strip of bars.
    let square = (24.0..=260.0).contains(&long) && short >= 0.75 * long;
    let strip = short >= 12.0 && long >= 60.0 && short <= 0.75 * long && short <= 110.0;
    match drawn {
        Drawn::Picture(bbox) => square || strip || scanned_area(bbox, size) > 0.0,
        Drawn::Shape(_, segments, _) => {
            *cells +=
                u32::from((0.3..=14.0).contains(&short) || (short < 14.0 && long >= 12.0 && short > 0.2));
            (*segments >= SEGMENTS && (square || strip)) || *cells >= CELLS
        }
    }
}

fn scanned_area(picture: &Rect, (w, h): (f32, f32)) -> f32 {
    const ALONG: f32 = 0.8;
    let width = picture.x1.min(w) - picture.x0.max(0.0);
    let height = picture.y1.min(h) - picture.y0.max(0.0);
    let along = width >= ALONG * w || height >= ALONG * h;
    if along && width > 0.0 && height > 0.0 { width * height } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_strips_of_bars_and_many_cells_may_be_codes() {
        let coded = |drawn: &[Drawn]| {
            let mut cells = 0;
            drawn.iter().any(|d| looks_coded(d, (600.0, 800.0), &mut cells))
        };
        assert!(coded(&[Drawn::Picture(Rect::new(400.0, 50.0, 480.0, 130.0))]));
        assert!(coded(&[Drawn::Picture(Rect::new(100.0, 50.0, 280.0, 80.0))]));
        assert!(coded(&[Drawn::Shape(Rect::new(400.0, 50.0, 480.0, 130.0), 400, false)]));
        let cell = |i: usize| {
            let x = 3.0 * i as f32;
            Drawn::Shape(Rect::new(x, 50.0, x + 3.0, 53.0), 4, false)
        };
        assert!(coded(&(0..150).map(cell).collect::<Vec<_>>()));
        // A page-high photo beside the text, a rule, the frame of a box.
        assert!(!coded(&[
            Drawn::Picture(Rect::new(300.0, 300.0, 580.0, 600.0)),
            Drawn::Shape(Rect::new(50.0, 100.0, 550.0, 100.0), 2, false),
            Drawn::Shape(Rect::new(50.0, 100.0, 150.0, 200.0), 5, false),
        ]));
    }

    #[test]
    fn strips_count_and_photos_do_not() {
        let size = (600.0, 800.0);
        assert!((scanned_area(&Rect::new(0.0, 100.0, 600.0, 120.0), size) - 12_000.0).abs() < 1.0);
        assert!(scanned_area(&Rect::new(50.0, 100.0, 300.0, 400.0), size).abs() < 1.0);
        assert!((scanned_area(&Rect::new(-100.0, -100.0, 700.0, 900.0), size) - 480_000.0).abs() < 1.0);
    }
}
