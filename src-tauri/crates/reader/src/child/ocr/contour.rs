//! From the detector's probability map to boxes: the post-processing of differentiable binarisation
//! (Liao et al. 2020, <https://arxiv.org/abs/1911.08947>), with the settings published for PP-OCR.

use super::quad::{Point, Quad, least_rectangle};

/// A pixel more probable than this is text.
const THRESHOLD: f32 = 0.3;
/// A box whose mean probability is less is none.
const BOX_THRESHOLD: f32 = 0.5;
/// The map shows shrunken lines; a box grows by area × this ÷ perimeter on every side.
const UNCLIP: f32 = 1.6;
/// Boxes thinner than this many pixels of the map are specks.
const LEAST_SIDE: f32 = 3.0;
/// More boxes than any page has.
const MOST_BOXES: usize = 3000;

/// A map of probabilities, row by row.
pub(crate) struct Map<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: &'a [f32],
}

/// The boxes of lines on the map, in its pixels.
pub(crate) fn boxes(map: &Map) -> Vec<Quad> {
    let mask = dilated(map);
    let mut seen = vec![false; mask.len()];
    let mut found = vec![];
    for start in 0..mask.len() {
        if !mask[start] || seen[start] {
            continue;
        }
        let outline = outline(map, &mask, &mut seen, start);
        if let Some(quad) = grown(map, &outline) {
            found.push(quad);
            if found.len() == MOST_BOXES {
                break;
            }
        }
    }
    found
}

fn grown(map: &Map, outline: &[Point]) -> Option<Quad> {
    let quad = least_rectangle(outline)?;
    let (width, height) = (quad.width(), quad.height());
    if width.min(height) < LEAST_SIDE || mean_inside(map, &quad) < BOX_THRESHOLD {
        return None;
    }
    let by = width * height * UNCLIP / (2.0 * (width + height));
    let (du, dv) = (by / width, by / height);
    Some(Quad([
        quad.at(-du, -dv),
        quad.at(1.0 + du, -dv),
        quad.at(1.0 + du, 1.0 + dv),
        quad.at(-du, 1.0 + dv),
    ]))
}

/// Text pixels, each also one to the right and below: closes hairline gaps.
fn dilated(map: &Map) -> Vec<bool> {
    let (w, h) = (map.width, map.height);
    let mut mask = vec![false; w * h];
    for y in 0..h {
        for x in 0..w {
            if map.values[y * w + x] > THRESHOLD {
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    if x + dx < w && y + dy < h {
                        mask[(y + dy) * w + x + dx] = true;
                    }
                }
            }
        }
    }
    mask
}

/// Marks the connected text pixels around `start`; returns the first and last of each of their runs.
fn outline(map: &Map, mask: &[bool], seen: &mut [bool], start: usize) -> Vec<Point> {
    let (w, h) = (map.width, map.height);
    let mut points = vec![];
    let mut stack = vec![start];
    while let Some(at) = stack.pop() {
        if seen[at] {
            continue;
        }
        let (y, mut x0) = (at / w, at % w);
        let row = y * w;
        while x0 > 0 && mask[row + x0 - 1] {
            x0 -= 1;
        }
        let mut x1 = at % w;
        while x1 + 1 < w && mask[row + x1 + 1] {
            x1 += 1;
        }
        seen[row + x0..=row + x1].fill(true);
        points.push((x0 as f32, y as f32));
        points.push((x1 as f32, y as f32));
        let (near0, near1) = (x0.saturating_sub(1), (x1 + 1).min(w - 1));
        for other in [y.checked_sub(1), (y + 1 < h).then_some(y + 1)].into_iter().flatten() {
            let mut inside = false;
            for i in other * w + near0..=other * w + near1 {
                let text = mask[i] && !seen[i];
                if text && !inside {
                    stack.push(i);
                }
                inside = text;
            }
        }
    }
    points
}

fn mean_inside(map: &Map, quad: &Quad) -> f32 {
    let around = quad.part(0.0, 1.0);
    let clamp = |v: f32, most: usize| (v.max(0.0) as usize).min(most - 1);
    let (x0, x1) = (clamp(around.x0.floor(), map.width), clamp(around.x1.ceil(), map.width));
    let (y0, y1) = (clamp(around.y0.floor(), map.height), clamp(around.y1.ceil(), map.height));
    let [a, b, _, d] = quad.0;
    let (ux, uy) = ((b.0 - a.0) / quad.width().powi(2), (b.1 - a.1) / quad.width().powi(2));
    let (vx, vy) = ((d.0 - a.0) / quad.height().powi(2), (d.1 - a.1) / quad.height().powi(2));
    let (mut sum, mut count) = (0.0, 0u32);
    for y in y0..=y1 {
        for x in x0..=x1 {
            let (dx, dy) = (x as f32 - a.0, y as f32 - a.1);
            let (u, v) = (dx * ux + dy * uy, dx * vx + dy * vy);
            if (-0.001..=1.001).contains(&u) && (-0.001..=1.001).contains(&v) {
                sum += map.values[y * map.width + x];
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map_with(rects: &[(usize, usize, usize, usize, f32)]) -> Vec<f32> {
        let mut values = vec![0.0; 100 * 80];
        for &(x0, y0, x1, y1, p) in rects {
            for y in y0..y1 {
                values[y * 100 + x0..y * 100 + x1].fill(p);
            }
        }
        values
    }

    #[test]
    fn a_line_grows_back_to_its_size() {
        let values = map_with(&[(20, 30, 80, 40, 0.9)]);
        let found = boxes(&Map { width: 100, height: 80, values: &values });
        assert_eq!(found.len(), 1);
        // 60 × 10 pixels (dilation and the outline's pixel centres cancel out) grow by 600 × 1.6 / 140 ≈ 6.9.
        let around = found[0].part(0.0, 1.0);
        assert!((around.x0 - 13.1).abs() < 1.0 && (around.x1 - 87.0).abs() < 1.0, "{around:?}");
        assert!((around.y0 - 23.1).abs() < 1.0 && (around.y1 - 47.0).abs() < 1.0, "{around:?}");
    }

    #[test]
    fn specks_and_weak_boxes_are_dropped() {
        let values = map_with(&[(5, 5, 7, 7, 0.9), (20, 30, 80, 40, 0.35)]);
        assert!(boxes(&Map { width: 100, height: 80, values: &values }).is_empty());
    }

    #[test]
    fn two_lines_are_two_boxes_and_a_full_map_is_one() {
        let values = map_with(&[(0, 0, 100, 10, 0.9), (0, 20, 100, 30, 0.9)]);
        assert_eq!(boxes(&Map { width: 100, height: 80, values: &values }).len(), 2);
        assert_eq!(boxes(&Map { width: 100, height: 80, values: &vec![1.0; 8000] }).len(), 1);
    }
}
