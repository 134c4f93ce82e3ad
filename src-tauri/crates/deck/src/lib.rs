//! Items to slides. Now: the paper a slide is drawn on and the cells of its grid, in points, which every writer
//! (PPTX, PDF, preview) will share, so that all of them draw the same slide.

use papertray_model::Rect;

/// A slide's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 13.333 × 7.5 inches: today's screens.
    Wide,
    /// 10 × 7.5 inches: older projectors.
    Standard,
    /// 297 × 210 mm.
    A4,
    /// 11 × 8.5 inches.
    Letter,
}

impl Format {
    /// Width and height in points, landscape.
    pub fn size(self) -> (f32, f32) {
        match self {
            Self::Wide => (960.0, 540.0),
            Self::Standard => (720.0, 540.0),
            Self::A4 => (841.89, 595.28),
            Self::Letter => (792.0, 612.0),
        }
    }
}

/// How many columns and rows `count` items to a slide are laid out in; `None` for a count no layout has.
pub fn grid(count: u32) -> Option<(u32, u32)> {
    match count {
        1..=4 => Some((count, 1)),
        6 => Some((3, 2)),
        9 => Some((3, 3)),
        _ => None,
    }
}

/// The cells of a grid inside `area`, row by row, `gap` points apart.
pub fn cells(area: Rect, (columns, rows): (u32, u32), gap: f32) -> Vec<Rect> {
    let side = |length: f32, count: u32| (length - gap * (count.max(1) - 1) as f32) / count.max(1) as f32;
    let (width, height) = (side(area.width(), columns), side(area.height(), rows));
    let cell = |column: u32, row: u32| {
        let (x, y) = (area.x0 + column as f32 * (width + gap), area.y0 + row as f32 * (height + gap));
        Rect::new(x, y, x + width, y + height)
    };
    (0..rows).flat_map(|row| (0..columns).map(move |column| cell(column, row))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_area_without_touching() {
        let (width, height) = Format::Wide.size();
        let area = Rect::new(40.0, 60.0, width - 40.0, height - 30.0);
        for count in [1, 2, 3, 4, 6, 9] {
            let cells = cells(area, grid(count).unwrap(), 16.0);
            assert_eq!(cells.len(), count as usize);
            let around = Rect::around(&cells).unwrap();
            assert!((around.x1 - area.x1).abs() < 0.01 && (around.y1 - area.y1).abs() < 0.01);
            for (i, a) in cells.iter().enumerate() {
                for b in &cells[i + 1..] {
                    assert!(a.horizontal_overlap(b) * a.vertical_overlap(b) <= 0.0, "{a:?} {b:?}");
                }
            }
        }
        assert_eq!(grid(5), None);
    }
}
