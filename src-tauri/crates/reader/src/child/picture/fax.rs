//! Fax pages in TIFF that the TIFF decoder leaves out: CCITT Group 3 (one-dimensional), and Group 4 whose bits run
//! from the lowest to the highest (FillOrder 2), as fax machines send them.

use std::io::{Read, Seek, SeekFrom};

use ::fax::Color;
use ::fax::decoder::{decode_g3, decode_g4, pels};
use image::GrayImage;
use tiff::tags::Tag;

use super::tiff_pages::Tiff;
use crate::child::handed::Handed;

const GROUP_3: u32 = 3;
const GROUP_4: u32 = 4;
const LOWEST_FIRST: u32 = 2;
/// A strip's bytes are no more than this, whatever the file says.
const MOST_BYTES: u64 = 64 << 20;

/// The page, if it is one of these; what cannot be decoded of it stays white. `None`: it is another kind.
pub(super) fn decode(decoder: &mut Tiff, file: &Handed, width: u32, height: u32) -> Option<GrayImage> {
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    let compression = number(Tag::Compression)?;
    let lowest_first = number(Tag::FillOrder) == Some(LOWEST_FIRST);
    let one_dimensional = number(Tag::Unknown(292)).unwrap_or(0) & 1 == 0;
    let white_is_zero = number(Tag::PhotometricInterpretation).unwrap_or(0) == 0;
    let rows = number(Tag::RowsPerStrip).unwrap_or(height).clamp(1, height);
    match compression {
        GROUP_3 if one_dimensional => {}
        GROUP_4 if lowest_first => {}
        _ => return None,
    }
    let offsets = decoder.get_tag_u64_vec(Tag::StripOffsets).ok()?;
    let lengths = decoder.get_tag_u64_vec(Tag::StripByteCounts).ok()?;
    let narrow = u16::try_from(width).ok()?;
    let mut file = file.reader();
    let mut page = GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut lines = page.chunks_exact_mut(width as usize);
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let mut bytes = vec![];
        file.seek(SeekFrom::Start(offset)).ok()?;
        file.by_ref().take(length.min(MOST_BYTES)).read_to_end(&mut bytes).ok()?;
        if lowest_first {
            for byte in &mut bytes {
                *byte = byte.reverse_bits();
            }
        }
        let mut left = rows;
        let mut paint = |changes: &[u16]| {
            let Some(line) = (left > 0).then(|| lines.next()).flatten() else { return };
            left -= 1;
            for (pixel, colour) in line.iter_mut().zip(pels(changes, narrow)) {
                let ink = matches!(colour, Color::Black) == white_is_zero;
                *pixel = if ink { 0 } else { 255 };
            }
        };
        let whole = match compression {
            GROUP_3 => decode_g3(bytes.into_iter(), &mut paint),
            _ => decode_g4(bytes.into_iter(), narrow, u16::try_from(rows).ok(), &mut paint),
        };
        if whole.is_none() {
            tracing::debug!("a fax strip ends early");
        }
    }
    Some(page)
}
