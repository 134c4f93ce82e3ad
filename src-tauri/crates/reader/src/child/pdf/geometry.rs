//! From a PDF's coordinates (origin bottom left, before /Rotate) to those of the upright page (origin top left).

use papertray_model::Rect;

/// A page's visible box and how it is turned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    left: f32,
    bottom: f32,
    right: f32,
    top: f32,
    /// Degrees clockwise: /Rotate.
    pub(crate) rotate: u16,
}

impl Geometry {
    /// Of a page whose visible box (crop box within media box) has these edges.
    pub(crate) fn new(left: f32, bottom: f32, right: f32, top: f32, rotate: u16) -> Self {
        Self { left, bottom, right, top, rotate }
    }

    /// Width and height of the page after /Rotate.
    pub(crate) fn size(&self) -> (f32, f32) {
        let (w, h) = (self.right - self.left, self.top - self.bottom);
        if self.rotate.is_multiple_of(180) { (w, h) } else { (h, w) }
    }

    /// A point on the page after /Rotate.
    pub(crate) fn point(&self, x: f32, y: f32) -> (f32, f32) {
        match self.rotate {
            90 => (y - self.bottom, x - self.left),
            180 => (self.right - x, y - self.bottom),
            270 => (self.top - y, self.right - x),
            _ => (x - self.left, self.top - y),
        }
    }

    /// The same page turned by other degrees instead.
    pub(crate) fn turned_to(mut self, rotate: u16) -> Self {
        self.rotate = rotate;
        self
    }

    /// Where a point of the page after /Rotate lies in the file's coordinates.
    pub(crate) fn stored_point(&self, x: f32, y: f32) -> (f32, f32) {
        match self.rotate {
            90 => (self.left + y, self.bottom + x),
            180 => (self.right - x, self.bottom + y),
            270 => (self.right - y, self.top - x),
            _ => (self.left + x, self.top - y),
        }
    }

    /// Where right and up of the page after /Rotate point in the file's coordinates: x and y of each.
    pub(crate) fn upright_axes(&self) -> [i8; 4] {
        match self.rotate {
            90 => [0, 1, -1, 0],
            180 => [-1, 0, 0, -1],
            270 => [0, -1, 1, 0],
            _ => [1, 0, 0, 1],
        }
    }

    /// A box on the page after /Rotate.
    pub(crate) fn rect(&self, left: f32, bottom: f32, right: f32, top: f32) -> Rect {
        let (a, b) = (self.point(left, bottom), self.point(right, top));
        Rect::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1))
    }
}

/// A quarter turn of a page of a given size, clockwise, any number of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn(pub(crate) u16);

impl Turn {
    /// The size of a page after the turn.
    pub(crate) fn size(self, (w, h): (f32, f32)) -> (f32, f32) {
        if self.0.is_multiple_of(180) { (w, h) } else { (h, w) }
    }

    /// Where a point of a page of `size` comes to lie.
    pub(crate) fn point(self, (x, y): (f32, f32), (w, h): (f32, f32)) -> (f32, f32) {
        match self.0 {
            90 => (h - y, x),
            180 => (w - x, h - y),
            270 => (y, w - x),
            _ => (x, y),
        }
    }

    /// Where a box of a page of `size` comes to lie.
    pub(crate) fn rect(self, rect: &Rect, size: (f32, f32)) -> Rect {
        let a = self.point((rect.x0, rect.y0), size);
        let b = self.point((rect.x1, rect.y1), size);
        Rect::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1))
    }

    /// The turn that undoes this one.
    pub(crate) fn back(self) -> Self {
        Self((360 - self.0) % 360)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_left_corner_goes_where_rotate_says() {
        let corner = |rotate| Geometry::new(10.0, 20.0, 110.0, 220.0, rotate).point(10.0, 220.0);
        assert_eq!(corner(0), (0.0, 0.0));
        assert_eq!(corner(90), (200.0, 0.0));
        assert_eq!(corner(180), (100.0, 200.0));
        assert_eq!(corner(270), (0.0, 100.0));
    }

    #[test]
    fn a_point_finds_its_way_back_into_the_file() {
        for rotate in [0, 90, 180, 270] {
            let page = Geometry::new(10.0, 20.0, 110.0, 220.0, rotate);
            let (x, y) = page.point(30.0, 50.0);
            assert_eq!(page.stored_point(x, y), (30.0, 50.0), "{rotate}");
            let (right, up) = (page.stored_point(x + 1.0, y), page.stored_point(x, y - 1.0));
            let axes = [right.0 - 30.0, right.1 - 50.0, up.0 - 30.0, up.1 - 50.0];
            assert_eq!(axes.map(|v| v as i8), page.upright_axes(), "{rotate}");
        }
    }

    #[test]
    fn a_turn_and_its_back_cancel_out() {
        let size = (100.0, 200.0);
        let rect = Rect::new(10.0, 20.0, 30.0, 25.0);
        for degrees in [0, 90, 180, 270] {
            let turn = Turn(degrees);
            assert_eq!(turn.back().rect(&turn.rect(&rect, size), turn.size(size)), rect);
        }
        assert_eq!(Turn(90).point((0.0, 0.0), size), (200.0, 0.0));
    }
}
