//! Finding lines: the picture scaled to what the detector sees best, run, and the boxes scaled back.

use image::GrayImage;
use papertray_reader::ReadError;

use super::contour::{Map, boxes};
use super::quad::Quad;
use super::runtime::Model;
use crate::child::paint::scaled_gray;

/// The longer side the detector gets for an ordinary page.
const SIDE: f32 = 1280.0;
/// The same for a page of many small lines.
const DENSE_SIDE: f32 = 1536.0;
/// Long strips (till receipts) keep at least this many pixels in all, however long they are.
const LEAST_AREA: f32 = 900_000.0;
/// And the shorter side of a small picture grows to this.
const LEAST_SIDE: f32 = 480.0;
/// Sides are rounded up to a multiple of this; the rest stays empty. The network wants 32; fewer different shapes
/// let the runtime reuse its kernels.
const STEP: usize = 64;

/// The boxes of the lines of a picture, in its pixels.
pub(crate) fn detect(model: &mut Model, page: &GrayImage) -> Result<Vec<Quad>, ReadError> {
    let quads = detect_at(model, page, scale(page, SIDE))?;
    if is_dense(&quads, page) {
        return detect_at(model, page, scale(page, DENSE_SIDE));
    }
    Ok(quads)
}

fn scale(page: &GrayImage, side: f32) -> f32 {
    let (w, h) = (page.width() as f32, page.height() as f32);
    let by_side = side / w.max(h);
    let by_area = (LEAST_AREA / (w * h)).sqrt();
    let by_short = LEAST_SIDE / w.min(h);
    // Enlarging adds nothing, except that tiny pictures have letters too small for the network.
    let enlarged = by_short.min(2.0).min(by_side);
    by_side.max(by_area).min(enlarged.max(1.0)).max(1e-6)
}

/// Whether the lines are so small in the detector's eyes that a larger picture will show more.
fn is_dense(quads: &[Quad], page: &GrayImage) -> bool {
    const MANY: usize = 60;
    const SMALL: f32 = 17.0;
    let (now, larger) = (scale(page, SIDE), scale(page, DENSE_SIDE));
    if quads.len() < MANY || larger < now * 1.1 {
        return false;
    }
    let mut heights: Vec<f32> = quads.iter().map(|q| q.height() * now).collect();
    heights.sort_by(f32::total_cmp);
    heights[heights.len() / 2] < SMALL
}

fn detect_at(model: &mut Model, page: &GrayImage, scale: f32) -> Result<Vec<Quad>, ReadError> {
    let (w, h) = (page.width() as f32, page.height() as f32);
    let (small_w, small_h) = (((w * scale).round() as u32).max(8), ((h * scale).round() as u32).max(8));
    let small = scaled_gray(page, small_w, small_h)?;
    let (small_w, small_h) = (small_w as usize, small_h as usize);
    let (padded_w, padded_h) = (small_w.next_multiple_of(STEP), small_h.next_multiple_of(STEP));
    let fill = |planes: &mut [f32]| {
        planes.fill(1.0);
        let (first, others) = planes.split_at_mut(padded_w * padded_h);
        for (to, from) in first.chunks_exact_mut(padded_w).zip(small.as_raw().chunks_exact(small_w)) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = f32::from(*from) / 127.5 - 1.0;
            }
        }
        for plane in others.chunks_exact_mut(padded_w * padded_h) {
            plane.copy_from_slice(first);
        }
    };
    let take = |shape: &[i64], values: &[f32], ()| {
        let (rows, columns) = match shape {
            [_, _, rows, columns] => (*rows as usize, *columns as usize),
            _ => return vec![],
        };
        if rows * columns != values.len() || values.is_empty() {
            return vec![];
        }
        boxes(&Map { width: columns, height: rows, values })
    };
    let found = model.run(padded_h, padded_w, fill, take)?;
    let (sx, sy) = (w / small_w as f32, h / small_h as f32);
    Ok(found
        .into_iter()
        .map(|quad| clamped(quad.scaled(sx, sy), w, h))
        .filter(|quad| quad.width() > 3.0 && quad.height() > 3.0)
        .collect())
}

fn clamped(quad: Quad, w: f32, h: f32) -> Quad {
    Quad(quad.0.map(|(x, y)| (x.clamp(0.0, w - 1.0), y.clamp(0.0, h - 1.0))))
}
