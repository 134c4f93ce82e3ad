//! Pictures on their way into files: no more pixels than a page can show, and the plain border found.
//!
//! Only pictures that the library stored itself come here: JPEG or PNG that were decoded and written anew before.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageReader, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use papertray_model::BlobHash;

use crate::slide::{Deck, Element};

/// Pixels an inch that paper and screens show.
pub const MOST_DPI: f32 = 220.0;

/// Beyond so many times the wanted pixels a picture is made smaller; below, it is taken as it is.
const SLACK: f32 = 1.25;

/// Of JPEGs, 1 to 100.
const QUALITY: u8 = 80;

/// Pixels of the largest picture that is opened here.
const MOST_SIDE: u32 = 20_000;

/// Gives a stored picture's bytes; `None` where it is gone.
pub type Photos<'a> = &'a (dyn Fn(&BlobHash) -> Option<Vec<u8>> + Sync);

/// A picture as a file carries it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// It is a PNG; else a JPEG.
    pub png: bool,
}

/// The pictures of a deck, each once.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    all: BTreeMap<String, Prepared>,
}

impl Pictures {
    /// All pictures of the deck's shown slides, at most [`MOST_DPI`] where they are shown largest.
    pub fn prepare(deck: &Deck, photos: Photos<'_>) -> Self {
        let mut wanted: BTreeMap<&str, (&BlobHash, f32)> = BTreeMap::new();
        for (_, slide) in deck.shown() {
            for element in &slide.elements {
                if let Element::Picture(picture) = element {
                    let scale = (MOST_DPI / picture.dpi().max(1.0)).min(1.0);
                    let entry = wanted.entry(picture.blob.as_str()).or_insert((&picture.blob, 0.0));
                    entry.1 = entry.1.max(scale);
                }
            }
        }
        let wanted: Vec<(&BlobHash, f32)> = wanted.into_values().collect();
        Self { all: in_parallel(&wanted, |(blob, scale)| prepare(&photos(blob)?, *scale)) }
    }

    /// A picture's bytes.
    pub fn get(&self, blob: &BlobHash) -> Option<&Prepared> {
        self.all.get(blob.as_str())
    }

    /// All, in the order of their hashes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Prepared)> {
        self.all.iter().map(|(hash, p)| (hash.as_str(), p))
    }
}

/// A picture's sides in pixels; `None` where the bytes are none.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

/// A picture for a screen: its longer side at most `side` pixels, as JPEG, or as PNG where it shows through. As it is
/// where it is no larger; `None` for bytes that are no picture.
pub fn within(bytes: &[u8], side: u32) -> Option<Vec<u8>> {
    let (width, height) = size(bytes)?;
    let scale = side.max(1) as f32 / width.max(height).max(1) as f32;
    if scale >= 1.0 {
        return Some(bytes.to_vec());
    }
    resized(&decode(bytes)?, scale).map(|small| small.bytes)
}

/// Works on all of `list` with as many threads as the machine runs at once.
fn in_parallel<'a, T: Sync, R: Send>(
    list: &'a [(&'a BlobHash, T)],
    work: impl Fn(&(&'a BlobHash, T)) -> Option<R> + Sync,
) -> BTreeMap<String, R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(list.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(entry) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(result) = work(entry) {
                        let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        done.insert(entry.0.as_str().to_owned(), result);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As it is where it is small enough, else made smaller. `None` for bytes that are no picture.
fn prepare(bytes: &[u8], scale: f32) -> Option<Prepared> {
    let png = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    let jpeg = bytes.starts_with(&[0xff, 0xd8, 0xff]);
    if !png && !jpeg {
        return None;
    }
    // An opaque photo stored without loss is many times what the same photo needs.
    let heavy = png && bytes.len() > 400_000;
    if scale * SLACK >= 1.0 && !heavy {
        return Some(Prepared { bytes: bytes.to_vec(), png });
    }
    let smaller =
        decode(bytes).and_then(|picture| resized(&picture, if scale * SLACK >= 1.0 { 1.0 } else { scale }));
    Some(smaller.unwrap_or_else(|| Prepared { bytes: bytes.to_vec(), png }))
}

fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(400_000_000);
    reader.limits(limits);
    reader.decode().ok()
}

fn resized(picture: &DynamicImage, scale: f32) -> Option<Prepared> {
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let (width, height) = (side(picture.width()), side(picture.height()));
    let mut bytes = Vec::new();
    let shows_through = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|p| p.0[3] < 255);
    if shows_through {
        let small = if scale < 1.0 { picture.thumbnail_exact(width, height) } else { picture.clone() };
        small.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).ok()?;
        return Some(Prepared { bytes, png: true });
    }
    let source = picture.to_rgb8();
    let small = if scale < 1.0 { shrink(source, width, height)? } else { source };
    let side = |length: u32| u16::try_from(length).ok();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // Colour at half the resolution, as cameras write it.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&small, side(small.width())?, side(small.height())?, ColorType::Rgb).ok()?;
    Some(Prepared { bytes, png: false })
}

fn shrink(source: RgbImage, width: u32, height: u32) -> Option<RgbImage> {
    let from =
        Image::from_vec_u8(source.width(), source.height(), source.into_raw(), PixelType::U8x3).ok()?;
    let mut to = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&from, &mut to, &options).ok()?;
    RgbImage::from_raw(width, height, to.into_vec())
}

/// What is plain border of each picture: the parts of its sides at left, top, right and bottom that a
/// [`papertray_model::deck::ImageFit::TrimWhite`] deck leaves out.
pub fn borders(blobs: &[BlobHash], photos: Photos<'_>) -> HashMap<BlobHash, [f32; 4]> {
    let list: Vec<(&BlobHash, ())> = blobs.iter().map(|b| (b, ())).collect();
    let found = in_parallel(&list, |(blob, ())| border(&decode(&photos(blob)?)?.to_rgb8()));
    blobs.iter().filter_map(|b| found.get(b.as_str()).map(|crop| (b.clone(), *crop))).collect()
}

/// `None` where the corners do not agree on one light colour, or nothing stands out from it.
fn border(picture: &RgbImage) -> Option<[f32; 4]> {
    let (width, height) = picture.dimensions();
    let (right, bottom) = (width.checked_sub(1)?, height.checked_sub(1)?);
    let ground = picture.get_pixel(0, 0).0;
    let like = |p: [u8; 3]| p.iter().zip(ground).all(|(a, b)| a.abs_diff(b) <= 12);
    let corners = [(right, 0), (0, bottom), (right, bottom)];
    if ground.iter().any(|c| *c < 200) || !corners.iter().all(|(x, y)| like(picture.get_pixel(*x, *y).0)) {
        return None;
    }
    let (mut x0, mut y0, mut x1, mut y1) = (width, height, 0, 0);
    for (x, y, pixel) in picture.enumerate_pixels() {
        if !like(pixel.0) {
            x0 = x0.min(x);
            y0 = y0.min(y);
            x1 = x1.max(x + 1);
            y1 = y1.max(y + 1);
        }
    }
    // A speck is not a product.
    if x1 <= x0 || (x1 - x0) * 10 < width || (y1 - y0) * 10 < height {
        return None;
    }
    // A little of the border stays: a product must not touch its frame.
    let keep = 0.02;
    let part = |pixels: u32, side: u32| (pixels as f32 / side as f32 - keep).max(0.0);
    Some([part(x0, width), part(y0, height), part(width - x1, width), part(height - y1, height)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_for_a_screen_is_as_large_as_asked_and_never_larger() {
        let mut bytes = vec![];
        let picture = RgbImage::from_pixel(400, 300, image::Rgb([90, 20, 30]));
        image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        assert_eq!(size(&within(&bytes, 160).unwrap()), Some((160, 120)));
        assert_eq!(within(&bytes, 900).as_deref(), Some(bytes.as_slice()));
        assert_eq!(within(b"%PDF", 160), None);
    }

    #[test]
    fn the_plain_border_of_a_cut_out_is_found() {
        let mut picture = RgbImage::from_pixel(200, 100, image::Rgb([250, 250, 250]));
        assert_eq!(border(&picture), None, "nothing stands out");
        for (x, y) in (50..150).flat_map(|x| (20..70).map(move |y| (x, y))) {
            picture.put_pixel(x, y, image::Rgb([90, 20, 30]));
        }
        let crop = border(&picture).unwrap();
        for (found, wanted) in crop.into_iter().zip([0.23, 0.18, 0.23, 0.28]) {
            assert!((found - wanted).abs() < 0.001, "{crop:?}");
        }
        picture.put_pixel(199, 99, image::Rgb([0, 0, 0]));
        assert_eq!(border(&picture), None, "a photo of a place has no plain border");
    }
}
