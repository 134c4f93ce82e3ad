//! Rotated boxes of lines.

use papertray_model::Rect;

/// A point in pixels.
pub(crate) type Point = (f32, f32);

/// A rotated rectangle around a line: top left, top right, bottom right, bottom left, as the line is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quad(pub(crate) [Point; 4]);

impl Quad {
    /// Length along the line.
    pub(crate) fn width(&self) -> f32 {
        distance(self.0[0], self.0[1]).max(distance(self.0[3], self.0[2]))
    }

    /// Height of the line.
    pub(crate) fn height(&self) -> f32 {
        distance(self.0[0], self.0[3]).max(distance(self.0[1], self.0[2]))
    }

    /// The point at `u` along the line and `v` down it, both 0 to 1.
    pub(crate) fn at(&self, u: f32, v: f32) -> Point {
        let [a, b, c, d] = self.0;
        let mix = |p: Point, q: Point, t: f32| (p.0 + (q.0 - p.0) * t, p.1 + (q.1 - p.1) * t);
        mix(mix(a, b, u), mix(d, c, u), v)
    }

    /// The upright box around the part of the line from `u0` to `u1`.
    pub(crate) fn part(&self, u0: f32, u1: f32) -> Rect {
        let corners = [self.at(u0, 0.0), self.at(u1, 0.0), self.at(u1, 1.0), self.at(u0, 1.0)];
        let mut rect = Rect::new(corners[0].0, corners[0].1, corners[0].0, corners[0].1);
        for (x, y) in corners {
            rect = rect.union(&Rect::new(x, y, x, y));
        }
        rect
    }

    /// The same box read after a quarter turn clockwise (`quarters` times): what was left is then on top.
    pub(crate) fn turned(&self, quarters: usize) -> Self {
        let mut corners = self.0;
        corners.rotate_right(quarters % 4);
        Self(corners)
    }

    /// The same box in a picture `sx` times as wide and `sy` times as high.
    pub(crate) fn scaled(&self, sx: f32, sy: f32) -> Self {
        Self(self.0.map(|(x, y)| (x * sx, y * sy)))
    }
}

/// The angle in which most of the lines run, in radians, clockwise: their median, by length.
pub(crate) fn usual_angle<'a>(lines: impl Iterator<Item = &'a Quad>) -> f32 {
    let mut angles: Vec<(f32, f32)> = lines
        .filter(|quad| quad.width() > 2.0 * quad.height())
        .map(|quad| {
            let (a, b) = (quad.0[0], quad.0[1]);
            ((b.1 - a.1).atan2(b.0 - a.0), quad.width())
        })
        .collect();
    angles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = angles.iter().map(|(_, length)| length).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    let middle = angles.iter().find(|(_, length)| {
        sum += length;
        sum >= half
    });
    middle.map_or(0.0, |(angle, _)| *angle)
}

pub(crate) fn distance(a: Point, b: Point) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The rectangle of least area around the points (rotating calipers over their convex hull), ordered as read by
/// someone whose head is upright: the first side runs rightwards. `None` for fewer than three distinct points.
pub(crate) fn least_rectangle(points: &[Point]) -> Option<Quad> {
    let hull = convex_hull(points);
    if hull.len() < 3 {
        return None;
    }
    let mut best: Option<(f32, Quad)> = None;
    for i in 0..hull.len() {
        let (p, q) = (hull[i], hull[(i + 1) % hull.len()]);
        let length = distance(p, q);
        if length < 1e-6 {
            continue;
        }
        let (ux, uy) = ((q.0 - p.0) / length, (q.1 - p.1) / length);
        let (mut u0, mut u1, mut v0, mut v1) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        for (x, y) in &hull {
            let (u, v) = (x * ux + y * uy, y * ux - x * uy);
            (u0, u1, v0, v1) = (u0.min(u), u1.max(u), v0.min(v), v1.max(v));
        }
        let area = (u1 - u0) * (v1 - v0);
        if best.as_ref().is_none_or(|(least, _)| area < *least) {
            let corner = |u: f32, v: f32| (u * ux - v * uy, u * uy + v * ux);
            best = Some((area, Quad([corner(u0, v0), corner(u1, v0), corner(u1, v1), corner(u0, v1)])));
        }
    }
    best.map(|(_, quad)| as_read(quad))
}

/// Turns the corners' order so that the first side runs rightwards, at most 45° up or down.
fn as_read(quad: Quad) -> Quad {
    let mut corners = quad.0;
    for _ in 0..3 {
        let (dx, dy) = (corners[1].0 - corners[0].0, corners[1].1 - corners[0].1);
        if dx > 0.0 && dx >= dy.abs() {
            break;
        }
        corners.rotate_left(1);
    }
    Quad(corners)
}

/// Andrew's monotone chain.
fn convex_hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let turn = |o: Point, a: Point, b: Point| (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0);
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = vec![];
        for p in points {
            while chain.len() >= 2 && turn(chain[chain.len() - 2], chain[chain.len() - 1], p) <= 0.0 {
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut sorted.iter().copied());
    hull.extend(half(&mut sorted.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilted_box_is_found_as_it_is_read() {
        let (sin, cos) = 0.1f32.sin_cos();
        let points: Vec<Point> = [(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0), (50.0, 10.0)]
            .iter()
            .map(|(x, y): &Point| (x * cos - y * sin, x * sin + y * cos))
            .collect();
        let quad = least_rectangle(&points).unwrap();
        assert!((quad.width() - 100.0).abs() < 0.01 && (quad.height() - 20.0).abs() < 0.01, "{quad:?}");
        assert!(distance(quad.0[0], (0.0, 0.0)) < 0.01, "{quad:?}");
    }

    #[test]
    fn degenerate_points_give_no_box() {
        assert_eq!(least_rectangle(&[]), None);
        assert_eq!(least_rectangle(&[(1.0, 1.0); 9]), None);
        assert_eq!(least_rectangle(&[(0.0, 0.0), (5.0, 5.0)]), None);
    }

    #[test]
    fn parts_of_a_line_are_upright_boxes() {
        let quad = Quad([(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0)]);
        assert_eq!(quad.part(0.5, 1.0), Rect::new(50.0, 0.0, 100.0, 20.0));
        assert_eq!(quad.turned(1).0[0], (0.0, 20.0));
    }
}
