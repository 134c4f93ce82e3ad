//! TIFF: its pages (directories that point to the next one, perhaps in a circle) and their many ways to store pixels.

use std::collections::HashSet;
use std::io::BufReader;

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use papertray_model::ErrorCode;
use papertray_reader::ReadError;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::{fax, within_budget};
use crate::child::handed::{Handed, HandedReader};

/// More pages than any scanner makes.
const MOST_PAGES: u32 = 10_000;

pub(super) type Tiff = Decoder<BufReader<HandedReader>>;

/// How many pages there are; a directory met before ends the count.
pub(super) fn count(file: &Handed) -> Result<u32, ReadError> {
    let mut decoder = open(file, 1 << 24)?;
    let mut seen = HashSet::new();
    let mut pages = 1;
    seen.extend(decoder.ifd_pointer());
    while pages < MOST_PAGES && decoder.more_images() {
        // A next page that cannot be read is none.
        if decoder.next_image().is_err() || !decoder.ifd_pointer().is_some_and(|p| seen.insert(p)) {
            break;
        }
        pages += 1;
    }
    Ok(pages)
}

/// A page's pixels and how they must be turned.
pub(super) fn decode(
    file: &Handed,
    number: u32,
    budget: u64,
) -> Result<(DynamicImage, Orientation), ReadError> {
    let mut decoder = open(file, budget)?;
    for _ in 1..number {
        decoder.next_image().map_err(|e| tiff_error(&e))?;
    }
    let (width, height) = decoder.dimensions().map_err(|e| tiff_error(&e))?;
    within_budget(width, height, budget)?;
    let orientation = decoder
        .find_tag_unsigned::<u8>(Tag::Orientation)
        .ok()
        .flatten()
        .and_then(Orientation::from_exif)
        .unwrap_or(Orientation::NoTransforms);
    let picture = match fax::decode(&mut decoder, file, width, height) {
        Some(gray) => DynamicImage::ImageLuma8(gray),
        None => pixels(&mut decoder, width, height)?,
    };
    Ok((picture, orientation))
}

fn open(file: &Handed, budget: u64) -> Result<Tiff, ReadError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(budget.saturating_mul(8)).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    Ok(Decoder::new(BufReader::new(file.reader())).map_err(|e| tiff_error(&e))?.with_limits(limits))
}

fn pixels(decoder: &mut Tiff, width: u32, height: u32) -> Result<DynamicImage, ReadError> {
    let colour = decoder.colortype().map_err(|e| tiff_error(&e))?;
    let mut result = DecodingResult::U8(vec![]);
    let layout = decoder.read_image_to_buffer(&mut result).map_err(|e| tiff_error(&e))?;
    let pixels = width as usize * height as usize;
    let samples = usize::from(colour.num_samples()).max(1);
    let unsupported = || ReadError::unsupported("a TIFF picture that stores its pixels in a rare way");
    let bytes = match (&result, colour.bit_depth()) {
        (DecodingResult::U8(packed), depth @ (1 | 2 | 4)) => {
            spread(packed, width as usize * samples, height as usize, depth, is_index(colour))
        }
        (DecodingResult::U8(bytes), _) => bytes.clone(),
        (DecodingResult::U16(values), _) => values.iter().map(|v| (v >> 8) as u8).collect(),
        (DecodingResult::U32(values), _) => values.iter().map(|v| (v >> 24) as u8).collect(),
        (DecodingResult::F32(values), _) => {
            values.iter().map(|v| (v.clamp(0.0, 1.0) * 255.0) as u8).collect()
        }
        (DecodingResult::I8(values), _) => {
            values.iter().map(|v| v.wrapping_add(-128).cast_unsigned()).collect()
        }
        _ => return Err(unsupported()),
    };
    drop(result);
    let bytes = if layout.planes > 1 { interleaved(&bytes, layout.planes) } else { bytes };
    let pick = |channels: &[usize]| -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(pixels * channels.len());
        for pixel in bytes.chunks_exact(samples).take(pixels) {
            out.extend(channels.iter().map(|c| pixel.get(*c).copied().unwrap_or(255)));
        }
        (out.len() == pixels * channels.len()).then_some(out)
    };
    let rgb = |bytes: Option<Vec<u8>>| RgbImage::from_raw(width, height, bytes?).map(DynamicImage::ImageRgb8);
    match colour {
        ColorType::Palette(_) => rgb(palette(decoder, &bytes)),
        ColorType::Gray(_) | ColorType::GrayA(_) | ColorType::Multiband { .. } => {
            pick(&[0]).and_then(|b| GrayImage::from_raw(width, height, b)).map(DynamicImage::ImageLuma8)
        }
        ColorType::RGBA(_) => pick(&[0, 1, 2, 3])
            .and_then(|b| RgbaImage::from_raw(width, height, b))
            .map(DynamicImage::ImageRgba8),
        ColorType::CMYK(_) | ColorType::CMYKA(_) => rgb(pick(&[0, 1, 2, 3]).map(|b| from_cmyk(&b))),
        ColorType::YCbCr(_) => rgb(pick(&[0, 1, 2]).map(|b| from_ycbcr(&b))),
        ColorType::RGB(_) => rgb(pick(&[0, 1, 2])),
        _ => pick(&[0]).and_then(|b| GrayImage::from_raw(width, height, b)).map(DynamicImage::ImageLuma8),
    }
    .ok_or_else(unsupported)
}

fn is_index(colour: ColorType) -> bool {
    matches!(colour, ColorType::Palette(_))
}

/// One byte a sample from packed ones; rows begin at a byte. Scaled to 0…255, except the indices of a palette.
fn spread(packed: &[u8], samples_a_row: usize, rows: usize, depth: u8, index: bool) -> Vec<u8> {
    let most = (1u8 << depth) - 1;
    let row_bytes = (samples_a_row * usize::from(depth)).div_ceil(8);
    let scale = if index { 1 } else { 255 / most };
    let per_byte = usize::from(8 / depth);
    let mut out = Vec::with_capacity(samples_a_row * rows);
    for row in packed.chunks_exact(row_bytes.max(1)).take(rows) {
        for i in 0..samples_a_row {
            let shift = 8 - usize::from(depth) * (i % per_byte + 1);
            out.push(((row[i / per_byte] >> shift) & most) * scale);
        }
    }
    out
}

fn interleaved(planes: &[u8], count: usize) -> Vec<u8> {
    let length = planes.len() / count;
    (0..length * count).map(|i| planes[(i % count) * length + i / count]).collect()
}

fn palette(decoder: &mut Tiff, indices: &[u8]) -> Option<Vec<u8>> {
    let map = decoder.get_tag_u16_vec(Tag::ColorMap).ok()?;
    let size = map.len() / 3;
    let colour = |i: usize, c: usize| map.get(c * size + i).map_or(0, |v| (v >> 8) as u8);
    Some(indices.iter().flat_map(|i| [0, 1, 2].map(|c| colour(usize::from(*i), c))).collect())
}

fn from_cmyk(bytes: &[u8]) -> Vec<u8> {
    let mix = |ink: u8, black: u8| (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8;
    bytes.chunks_exact(4).flat_map(|p| [mix(p[0], p[3]), mix(p[1], p[3]), mix(p[2], p[3])]).collect()
}

fn from_ycbcr(bytes: &[u8]) -> Vec<u8> {
    bytes
        .chunks_exact(3)
        .flat_map(|p| {
            let (y, cb, cr) = (f32::from(p[0]), f32::from(p[1]) - 128.0, f32::from(p[2]) - 128.0);
            [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
                .map(|v| v.clamp(0.0, 255.0) as u8)
        })
        .collect()
}

fn tiff_error(error: &TiffError) -> ReadError {
    match error {
        TiffError::UnsupportedError(e) => {
            ReadError::unsupported(&format!("a TIFF picture stored in a way that is not supported ({e})"))
        }
        TiffError::LimitsExceeded => ReadError::new(
            ErrorCode::TooLarge,
            "The picture needs more memory than is allowed.",
            "Scale the picture down and add it again.",
        ),
        _ => ReadError::corrupt("The TIFF picture is damaged and could not be decoded."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_samples_are_spread() {
        assert_eq!(spread(&[0b1010_0000], 3, 1, 1, false), [255, 0, 255]);
        assert_eq!(spread(&[0x1f, 0x20], 3, 1, 4, true), [1, 15, 2]);
        assert_eq!(spread(&[0xff], 9, 1, 1, false), Vec::<u8>::new());
        assert_eq!(interleaved(&[1, 2, 3, 4, 5, 6], 3), [1, 3, 5, 2, 4, 6]);
    }
}
