//! Boxes on a page.

use serde::{Deserialize, Serialize};

/// What a page's lengths are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// PostScript points, 1/72 inch: pages of PDF files and of text.
    Pt,
    /// Pixels: pictures.
    Px,
}

/// A box as it stands in JSON.
type Edges = [f32; 4];

/// A box: left, top, right, bottom in the page's unit; origin top left, after the page is turned upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(from = "Edges", into = "Edges")]
#[cfg_attr(feature = "specta", specta(type = Edges))]
pub struct Rect {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Bottom edge.
    pub y1: f32,
}

impl Rect {
    /// A box from its edges.
    pub const fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// Width; negative only for a box that was built inside out.
    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    /// Height.
    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    /// The middle, as (x, y).
    pub fn center(&self) -> (f32, f32) {
        (f32::midpoint(self.x0, self.x1), f32::midpoint(self.y0, self.y1))
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::new(self.x0.min(other.x0), self.y0.min(other.y0), self.x1.max(other.x1), self.y1.max(other.y1))
    }

    /// The smallest box around all; `None` where there are none.
    pub fn around<'a>(boxes: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        boxes.into_iter().copied().reduce(|a, b| a.union(&b))
    }

    /// How much of the shorter height the two share vertically, 0 to 1: near 1 for words of one line.
    pub fn vertical_overlap(&self, other: &Self) -> f32 {
        let shared = self.y1.min(other.y1) - self.y0.max(other.y0);
        let shorter = self.height().min(other.height());
        if shorter > 0.0 { (shared / shorter).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// How much of the shorter width the two share horizontally, 0 to 1: near 1 for words of one column.
    pub fn horizontal_overlap(&self, other: &Self) -> f32 {
        let shared = self.x1.min(other.x1) - self.x0.max(other.x0);
        let shorter = self.width().min(other.width());
        if shorter > 0.0 { (shared / shorter).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Where the box stands when its page, `width` × `height`, is turned clockwise by 0, 90, 180 or 270 degrees.
    #[must_use]
    pub fn turned(&self, turn: u16, width: f32, height: f32) -> Self {
        match turn % 360 {
            90 => Self::new(height - self.y1, self.x0, height - self.y0, self.x1),
            180 => Self::new(width - self.x1, height - self.y1, width - self.x0, height - self.y0),
            270 => Self::new(self.y0, width - self.x1, self.y1, width - self.x0),
            _ => *self,
        }
    }

    /// The same box with every edge multiplied by `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f32) -> Self {
        Self::new(self.x0 * factor, self.y0 * factor, self.x1 * factor, self.y1 * factor)
    }
}

impl From<Edges> for Rect {
    fn from([x0, y0, x1, y1]: Edges) -> Self {
        Self { x0, y0, x1, y1 }
    }
}

impl From<Rect> for Edges {
    /// Rounded to hundredths of the unit: finer digits are noise, and they double the size of an answer.
    fn from(r: Rect) -> Self {
        [r.x0, r.y0, r.x1, r.y1].map(|v| (v * 100.0).round() / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers_in_json() {
        let json = serde_json::to_string(&Rect::new(1.0, 2.004, 3.5, 4.0)).unwrap();
        assert_eq!(json, "[1.0,2.0,3.5,4.0]");
        assert_eq!(serde_json::from_str::<Rect>("[1,2,3,4]").unwrap(), Rect::new(1.0, 2.0, 3.0, 4.0));
    }

    #[test]
    fn four_quarters_are_a_whole_turn() {
        let corner = Rect::new(10.0, 20.0, 40.0, 30.0);
        assert_eq!(corner.turned(90, 100.0, 200.0), Rect::new(170.0, 10.0, 180.0, 40.0));
        assert_eq!(
            corner.turned(90, 100.0, 200.0).turned(90, 200.0, 100.0),
            corner.turned(180, 100.0, 200.0)
        );
        assert_eq!(corner.turned(180, 100.0, 200.0).turned(180, 100.0, 200.0), corner);
        assert_eq!(corner.turned(270, 100.0, 200.0).turned(90, 200.0, 100.0), corner);
    }

    #[test]
    fn words_of_one_line_overlap_vertically() {
        let a = Rect::new(0.0, 10.0, 20.0, 20.0);
        assert!(a.vertical_overlap(&Rect::new(30.0, 11.0, 50.0, 21.0)) > 0.8);
        assert!(a.vertical_overlap(&Rect::new(30.0, 21.0, 50.0, 31.0)) < f32::EPSILON);
        assert_eq!(
            Rect::around(&[a, Rect::new(5.0, 0.0, 40.0, 12.0)]),
            Some(Rect::new(0.0, 0.0, 40.0, 20.0))
        );
    }
}
