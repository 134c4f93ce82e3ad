//! Drawing a page.

use image::{GrayImage, RgbImage};
use papertray_reader::ReadError;

use super::geometry::Turn;
use super::source::Page;
use crate::child::paint::Raster;

/// Pixels per point at which a page is recognised: 200 dpi.
const RECOGNISED: f32 = 200.0 / 72.0;
/// Pixels per point at which codes are looked for: 300 dpi.
const DECODED: f32 = 300.0 / 72.0;
/// Pixels per point above which a page's picture shows nothing more.
const FINEST: f32 = 4.0;
/// Recognition gains nothing from more pixels than this: an A3 sheet at 200 dpi. (Larger pages are mostly scans of
/// which a pixel was taken for a point.)
const MOST_RECOGNISED: f32 = 9_000_000.0;
/// No side of a bitmap may be longer.
const LONGEST: f32 = 30_000.0;

/// How a page is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Drawing {
    scale: f32,
    colour: bool,
    turn: Turn,
}

impl Drawing {
    /// For recognition, and in colour if a picture is made of it too.
    pub(crate) fn to_recognise(size: (f32, f32), budget: u64, colour: bool) -> Self {
        let most = MOST_RECOGNISED.min(budget as f32);
        Self { scale: RECOGNISED.min(bounded(size, most)), colour, turn: Turn(0) }
    }

    /// To look for codes, whose finest cells are about 0.3 mm: 300 dpi.
    pub(crate) fn to_decode(size: (f32, f32), budget: u64, turn: Turn) -> Self {
        let most = (2.0 * MOST_RECOGNISED).min(budget as f32);
        Self { scale: DECODED.min(bounded(size, most)), colour: false, turn }
    }

    /// As a picture whose longer side is at most `side`.
    pub(crate) fn within(side: u32, size: (f32, f32), budget: u64, turn: Turn) -> Self {
        let scale = (side as f32 / size.0.max(size.1)).min(FINEST).min(bounded(size, budget as f32));
        Self { scale, colour: true, turn }
    }

    /// Draws the page.
    pub(crate) fn draw(self, page: &dyn Page) -> Result<Raster, ReadError> {
        let size = page.geometry().size();
        let pixels = |length: f32| ((length * self.scale).round() as i32).max(1);
        let (width, height) = (pixels(size.0), pixels(size.1));
        let failed = || ReadError::corrupt("The page could not be drawn.");
        let bytes = page.draw(width, height, self.colour).ok_or_else(failed)?;
        let (width, height) = (width as u32, height as u32);
        let raster = if self.colour {
            let packed = unpadded(bytes, width as usize * 3, height as usize).ok_or_else(failed)?;
            Raster::Rgb(RgbImage::from_raw(width, height, packed).ok_or_else(failed)?).without_idle_colour()
        } else {
            let packed = unpadded(bytes, width as usize, height as usize).ok_or_else(failed)?;
            Raster::Gray(GrayImage::from_raw(width, height, packed).ok_or_else(failed)?)
        };
        Ok(raster.turned(self.turn.0))
    }
}

/// The largest scale at which a page of this size has at most `most` pixels.
fn bounded((w, h): (f32, f32), most: f32) -> f32 {
    (most / (w * h).max(1.0)).sqrt().min(LONGEST / w.max(h).max(1.0))
}

/// Rows without the bytes that fill them up to a multiple of four.
pub(super) fn unpadded(mut bytes: Vec<u8>, row: usize, rows: usize) -> Option<Vec<u8>> {
    let stride = bytes.len() / rows;
    if stride < row {
        return None;
    }
    if stride > row {
        for y in 1..rows {
            bytes.copy_within(y * stride..y * stride + row, y * row);
        }
        bytes.truncate(row * rows);
    }
    Some(bytes)
}
