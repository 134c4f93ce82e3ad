//! Cutting a line out of the page: upright, 48 pixels high, as the recognisers want it.

use image::GrayImage;

use super::quad::{Quad, distance};

/// The recognisers' height.
pub(crate) const HEIGHT: usize = 48;
/// Longer lines are squeezed: no line of a page is 100 times as long as it is high.
const MOST_WIDTH: f32 = 4800.0;
const LEAST_WIDTH: f32 = 16.0;

/// The width of the line's crop: about its own. Widths come in steps of this `ratio`, as the runtime prepares itself
/// for each width it meets, which costs as much as reading some lines. A line is squeezed or stretched by half a step
/// at most.
pub(crate) fn width_of(quad: &Quad, ratio: f32) -> usize {
    let exact = HEIGHT as f32 * quad.width() / quad.height().max(1.0);
    let exact = exact.clamp(LEAST_WIDTH, MOST_WIDTH);
    let steps = ((exact / LEAST_WIDTH).ln() / ratio.ln()).round();
    // The networks halve the width three times.
    (((LEAST_WIDTH * ratio.powf(steps)) / 8.0).round() * 8.0).min(MOST_WIDTH) as usize
}

/// Writes the line as three equal planes of [`HEIGHT`] × `width` values from −1 to 1.
pub(crate) fn crop(page: &GrayImage, quad: &Quad, width: usize, planes: &mut [f32]) {
    let [a, b, _, d] = quad.0;
    // Pixels of the page under one of the crop, in each direction: that many samples avoid aliasing.
    let across = samples(distance(a, b) / width as f32);
    let down = samples(distance(a, d) / HEIGHT as f32);
    let area = width * HEIGHT;
    let share = 1.0 / (across * down) as f32 / 127.5;
    let source = Source::new(page);
    for y in 0..HEIGHT {
        let row = &mut planes[y * width..(y + 1) * width];
        for j in 0..down {
            let v = (y as f32 + (j as f32 + 0.5) / down as f32) / HEIGHT as f32;
            // A line of samples is straight: its ends and a step say all.
            let (from, to) = (quad.at(0.0, v), quad.at(1.0, v));
            let count = (width * across) as f32;
            let step = ((to.0 - from.0) / count, (to.1 - from.1) / count);
            for (x, sum) in row.iter_mut().enumerate() {
                for i in 0..across {
                    let t = (x * across + i) as f32 + 0.5;
                    *sum += source.at(from.0 + step.0 * t - 0.5, from.1 + step.1 * t - 0.5);
                }
            }
        }
        for value in row.iter_mut() {
            *value = *value * share - 1.0;
        }
    }
    let (first, others) = planes.split_at_mut(area);
    for plane in others.chunks_exact_mut(area) {
        plane.copy_from_slice(first);
    }
}

fn samples(ratio: f32) -> usize {
    (ratio.round() as usize).clamp(1, 4)
}

/// A page to take values from between its pixels.
struct Source<'a> {
    pixels: &'a [u8],
    width: usize,
    most: (f32, f32),
}

impl<'a> Source<'a> {
    fn new(page: &'a GrayImage) -> Self {
        let (w, h) = page.dimensions();
        Self { pixels: page.as_raw(), width: w as usize, most: (w as f32 - 1.0, h as f32 - 1.0) }
    }

    /// 0 to 255 (bilinear; the edge goes on outside).
    fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.clamp(0.0, self.most.0), y.clamp(0.0, self.most.1));
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let right = usize::from(x0 as f32 + 1.0 <= self.most.0);
        let below = if y0 as f32 + 1.0 <= self.most.1 { self.width } else { 0 };
        let i = y0 * self.width + x0;
        let value = |i: usize| f32::from(self.pixels.get(i).copied().unwrap_or(255));
        let top = value(i) + (value(i + right) - value(i)) * fx;
        let bottom = value(i + below) + (value(i + below + right) - value(i + below)) * fx;
        top + (bottom - top) * fy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(x0: f32, y0: f32, x1: f32, y1: f32) -> Quad {
        Quad([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    }

    #[test]
    fn widths_are_few_and_near() {
        let widths: std::collections::BTreeSet<usize> =
            (16..4800).map(|w| width_of(&quad(0.0, 0.0, w as f32, 48.0), 1.08)).collect();
        assert!(widths.len() < 80, "{}", widths.len());
        for w in [100.0, 333.0, 1234.0f32] {
            let near = width_of(&quad(0.0, 0.0, w, 48.0), 1.08) as f32;
            assert!((near / w - 1.0).abs() < 0.08, "{w} {near}");
        }
    }

    #[test]
    fn a_crop_shows_its_part_of_the_page() {
        let page = GrayImage::from_fn(200, 100, |x, _| image::Luma([if x < 100 { 0 } else { 255 }]));
        let mut planes = vec![0.0; 3 * HEIGHT * 96];
        crop(&page, &quad(0.0, 10.0, 200.0, 90.0), 96, &mut planes);
        assert!((planes[10] + 1.0).abs() < 0.01 && (planes[90] - 1.0).abs() < 0.01);
        assert_eq!(planes[..HEIGHT * 96], planes[2 * HEIGHT * 96..]);
        // Outside of the page the edge goes on; nothing panics.
        let mut planes = vec![0.0; 3 * HEIGHT * 16];
        crop(&page, &quad(-50.0, -90.0, 400.0, 300.0), 16, &mut planes);
    }
}
