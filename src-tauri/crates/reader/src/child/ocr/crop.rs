//! Cutting a line out of the picture: upright, 48 pixels high, as the recogniser wants it.

use super::quad::{Quad, distance};
use crate::child::paint::Raster;

/// The recogniser's height.
pub(crate) const HEIGHT: usize = 48;
/// Longer lines are squeezed: no line of a page is 100 times as long as it is high.
const MOST_WIDTH: usize = 4800;

/// The width of the line's crop: its own, rounded (less than 5 %) so that the recogniser sees few different widths.
pub(crate) fn width_of(quad: &Quad) -> usize {
    let exact = HEIGHT as f32 * quad.width() / quad.height().max(1.0);
    let step = match exact {
        w if w < 160.0 => 8.0,
        w if w < 640.0 => 16.0,
        _ => 32.0,
    };
    (((exact / step).round() * step) as usize).clamp(16, MOST_WIDTH)
}

/// Writes the line as three planes of [`HEIGHT`] × `width` values from −1 to 1.
pub(crate) fn crop(raster: &Raster, quad: &Quad, width: usize, planes: &mut [f32]) {
    let [a, b, _, d] = quad.0;
    // Pixels of the source under one of the crop, in each direction: that many samples avoid aliasing.
    let across = samples(distance(a, b) / width as f32);
    let down = samples(distance(a, d) / HEIGHT as f32);
    let area = width * HEIGHT;
    let share = 1.0 / (across * down) as f32;
    for y in 0..HEIGHT {
        for x in 0..width {
            let mut sum = [0.0f32; 3];
            for j in 0..down {
                let v = (y as f32 + (j as f32 + 0.5) / down as f32) / HEIGHT as f32;
                for i in 0..across {
                    let u = (x as f32 + (i as f32 + 0.5) / across as f32) / width as f32;
                    let (px, py) = quad.at(u, v);
                    let pixel = raster.sample(px - 0.5, py - 0.5);
                    for (s, p) in sum.iter_mut().zip(pixel) {
                        *s += p;
                    }
                }
            }
            for (channel, s) in sum.into_iter().enumerate() {
                // The models were trained on BGR.
                planes[(2 - channel) * area + y * width + x] = s * share / 127.5 - 1.0;
            }
        }
    }
}

fn samples(ratio: f32) -> usize {
    (ratio.round() as usize).clamp(1, 4)
}
