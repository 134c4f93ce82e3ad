//! Pictures on their way out of a document: packed, hashed, and looked at (what they resemble, how plain they are).

use std::collections::HashSet;

use image::RgbImage;
use papertray_model::{BlobHash, Rect, StoredPicture};
use papertray_reader::wire::PictureBytes;
use papertray_reader::{ReadError, wire};
use sha2::Digest as _;

use super::paint::{Raster, scaled_gray};

/// A picture found on a page.
pub(crate) struct Found {
    /// Where, in the page's unit, on the upright page.
    pub(crate) rect: Rect,
    pub(crate) pixels: Pixels,
}

/// A picture's content.
pub(crate) enum Pixels {
    /// The file's own bytes show it as it is.
    Stored { bytes: Vec<u8>, raster: Raster },
    /// It had to be drawn.
    Drawn(Raster),
}

/// Remembers what was sent since the file was opened, so that a picture placed twice travels once.
#[derive(Default)]
pub(crate) struct Sent(HashSet<BlobHash>);

/// Bytes of pictures in one answer; the rest of a sheet or page with more stays out.
const MOST_BYTES: usize = wire::ANSWER_CAP / 4 * 3;

impl Sent {
    /// Packs pictures; `None` in place of one that no longer fits into the answer.
    pub(crate) fn pack(
        &mut self,
        pixels: Pixels,
        out: &mut Vec<PictureBytes>,
    ) -> Result<Option<StoredPicture>, ReadError> {
        let (bytes, raster) = match pixels {
            Pixels::Stored { bytes, raster } => (bytes, raster),
            Pixels::Drawn(raster) => (raster.to_picture(u32::MAX)?.png, raster),
        };
        let hex = blake3::hash(&bytes).to_hex();
        let hash = BlobHash::parse(&hex).ok_or_else(|| ReadError::internal("A hash has the wrong form."))?;
        let picture = look_at(&raster, hash.clone(), &bytes)?;
        if !self.0.contains(&hash) {
            let so_far: usize = out.iter().map(|p| p.bytes.len()).sum();
            if so_far + bytes.len() > MOST_BYTES {
                return Ok(None);
            }
            self.0.insert(hash.clone());
            out.push(PictureBytes { hash, bytes });
        }
        Ok(Some(picture))
    }
}

fn look_at(raster: &Raster, blob: BlobHash, bytes: &[u8]) -> Result<StoredPicture, ReadError> {
    use std::fmt::Write as _;
    let sha256 = sha2::Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let (plain, colours) = plainness(raster)?;
    Ok(StoredPicture {
        blob,
        sha256,
        width: raster.width(),
        height: raster.height(),
        likeness: likeness(raster)?,
        plain,
        colours,
    })
}

/// A difference hash: whether each of 8 × 8 places is darker than its right neighbour.
fn likeness(raster: &Raster) -> Result<u64, ReadError> {
    // Two steps: a picture scaled down at once to so few pixels would be read at single points by some filters.
    let gray = raster.gray_within(256)?;
    let small = scaled_gray(&gray, 9, 8)?;
    let mut hash = 0;
    for y in 0..8 {
        for x in 0..8 {
            let darker = small.get_pixel(x, y).0[0] < small.get_pixel(x + 1, y).0[0];
            hash = hash << 1 | u64::from(darker);
        }
    }
    Ok(hash)
}

/// The share of the area that is one plain colour at the border's, and how many of 64 coarse colours cover at least a
/// hundredth of it.
fn plainness(raster: &Raster) -> Result<(f32, u32), ReadError> {
    const SIDE: u32 = 96;
    const NEAR: u8 = 18;
    let small = match raster.resized(raster.width().min(SIDE), raster.height().min(SIDE))? {
        Raster::Rgb(rgb) => rgb,
        Raster::Gray(gray) => image::DynamicImage::ImageLuma8(gray).into_rgb8(),
    };
    let border = border_colour(&small);
    let (mut like_border, mut bins) = (0_u32, [0_u32; 64]);
    for pixel in small.pixels() {
        let near = pixel.0.iter().zip(border).all(|(a, b)| a.abs_diff(b) <= NEAR);
        like_border += u32::from(near);
        let [r, g, b] = pixel.0.map(|v| usize::from(v >> 6));
        bins[r << 4 | g << 2 | b] += 1;
    }
    let all = (small.width() * small.height()).max(1);
    Ok((like_border as f32 / all as f32, bins.iter().filter(|n| **n * 100 >= all).count() as u32))
}

/// The median of each channel along the border.
fn border_colour(picture: &RgbImage) -> [u8; 3] {
    let (w, h) = picture.dimensions();
    let mut border: Vec<[u8; 3]> = vec![];
    for (x, y, pixel) in picture.enumerate_pixels() {
        if x == 0 || y == 0 || x + 1 == w || y + 1 == h {
            border.push(pixel.0);
        }
    }
    [0, 1, 2].map(|channel| {
        let mut values: Vec<u8> = border.iter().map(|p| p[channel]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(255)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disc(radius: i64, side: u32) -> Raster {
        let middle = i64::from(side) / 2;
        Raster::Rgb(RgbImage::from_fn(side, side, |x, y| {
            let (dx, dy) = (i64::from(x) - middle, i64::from(y) - middle);
            image::Rgb(if dx * dx + dy * dy < radius * radius { [200, 30, 60] } else { [255; 3] })
        }))
    }

    #[test]
    fn the_same_thing_in_another_size_is_alike_and_another_thing_is_not() {
        let bars =
            Raster::Gray(image::GrayImage::from_fn(200, 200, |x, _| image::Luma([(x / 25 % 2 * 255) as u8])));
        let a = likeness(&disc(60, 200)).unwrap();
        assert!((a ^ likeness(&disc(30, 100)).unwrap()).count_ones() <= 4);
        assert!((a ^ likeness(&bars).unwrap()).count_ones() > 12);
    }

    #[test]
    fn a_cut_out_is_plain_and_a_gradient_is_not() {
        let (plain, colours) = plainness(&disc(40, 200)).unwrap();
        assert!(plain > 0.8 && colours == 2, "{plain} {colours}");
        let gradient = Raster::Rgb(RgbImage::from_fn(200, 200, |x, y| image::Rgb([x as u8, y as u8, 128])));
        assert!(plainness(&gradient).unwrap().0 < 0.3);
    }

    #[test]
    fn a_picture_travels_once() {
        let (mut sent, mut out) = (Sent::default(), vec![]);
        let first = sent.pack(Pixels::Drawn(disc(40, 100)), &mut out).unwrap().unwrap();
        let second = sent.pack(Pixels::Drawn(disc(40, 100)), &mut out).unwrap().unwrap();
        assert_eq!((first, out.len()), (second, 1));
    }
}
