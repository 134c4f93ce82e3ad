//! A picture as PDF embeds it: JPEG as it is, PNG's compressed rows as they are, black and white as Group 4 fax, all else
//! packed as PNG packs it. None loses a pixel.

use std::io::Read;

use fax::{Color, VecWriter, encoder::Encoder};
use image::GrayImage;
use lopdf::{Dictionary, Object, Stream, dictionary};
use papertray_reader::ReadError;

use super::failed;
use crate::child::paint::Raster;

/// A picture ready for a PDF.
pub(crate) struct Embedded {
    pub(crate) width: u32,
    pub(crate) height: u32,
    colour: Object,
    bits: u8,
    filter: &'static str,
    parameters: Option<Dictionary>,
    /// Turns every sample round: Adobe's CMYK.
    inverted: bool,
    bytes: Vec<u8>,
}

impl Embedded {
    /// A JPEG file, if PDF can show it.
    pub(crate) fn jpeg(file: Vec<u8>) -> Option<Self> {
        let Frame { width, height, components } = frame(&file)?;
        let (colour, inverted) = match components {
            1 => ("DeviceGray", false),
            3 => ("DeviceRGB", false),
            4 => ("DeviceCMYK", true),
            _ => return None,
        };
        Some(Self {
            width,
            height,
            colour: colour.into(),
            bits: 8,
            filter: "DCTDecode",
            parameters: None,
            inverted,
            bytes: file,
        })
    }

    /// A PNG file, if it is neither interlaced nor transparent.
    pub(crate) fn png(file: &[u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
        let mut header = None;
        let mut palette = None;
        let mut bytes = vec![];
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let (name, after) = after.split_first_chunk::<4>()?;
            let data = after.get(..length)?;
            match name {
                b"IHDR" => header = Some(<[u8; 13]>::try_from(data).ok()?),
                b"PLTE" => palette = Some(data.to_vec()),
                b"tRNS" => return None,
                b"IDAT" => bytes.extend_from_slice(data),
                b"IEND" => break,
                _ => {}
            }
            rest = after.get(length + 4..)?;
        }
        let [w0, w1, w2, w3, h0, h1, h2, h3, bits, kind, 0, 0, 0] = header? else { return None };
        let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
        let (colour, colours): (Object, i64) = match kind {
            0 => ("DeviceGray".into(), 1),
            2 => ("DeviceRGB".into(), 3),
            3 => {
                let palette = palette?;
                let last = i64::try_from(palette.len() / 3).ok()? - 1;
                let table = Object::String(palette, lopdf::StringFormat::Hexadecimal);
                (vec!["Indexed".into(), "DeviceRGB".into(), last.into(), table].into(), 1)
            }
            _ => return None,
        };
        let parameters = dictionary! {
            "Predictor" => 15,
            "Colors" => colours,
            "BitsPerComponent" => i64::from(bits),
            "Columns" => i64::from(width),
        };
        let (filter, parameters) = ("FlateDecode", Some(parameters));
        Some(Self { width, height, colour, bits, filter, parameters, inverted: false, bytes })
    }

    /// Any pixels.
    pub(crate) fn pixels(raster: &Raster) -> Result<Self, ReadError> {
        if let Raster::Gray(gray) = raster
            && let Some(embedded) = Self::two_tone(gray)
        {
            return Ok(embedded);
        }
        let png = raster.to_png_packed()?;
        Self::png(&png).ok_or_else(|| failed(&"the picture could not be packed"))
    }

    fn two_tone(gray: &GrayImage) -> Option<Self> {
        let (width, height) = gray.dimensions();
        let narrow = u16::try_from(width).ok()?;
        if gray.as_raw().iter().any(|v| !matches!(v, 0 | 255)) {
            return None;
        }
        let mut encoder = Encoder::new(VecWriter::new());
        for row in gray.chunks_exact(width as usize) {
            let line = row.iter().map(|v| if *v == 0 { Color::Black } else { Color::White });
            encoder.encode_line(line, narrow).ok()?;
        }
        let bytes = encoder.finish().ok()?.finish();
        let parameters = dictionary! {
            "K" => -1,
            "Columns" => i64::from(width),
            "Rows" => i64::from(height),
        };
        Some(Self {
            width,
            height,
            colour: "DeviceGray".into(),
            bits: 1,
            filter: "CCITTFaxDecode",
            parameters: Some(parameters),
            inverted: false,
            bytes,
        })
    }

    pub(super) fn into_stream(self) -> Stream {
        let mut entries = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => i64::from(self.width),
            "Height" => i64::from(self.height),
            "ColorSpace" => self.colour,
            "BitsPerComponent" => i64::from(self.bits),
            "Filter" => self.filter,
        };
        if let Some(parameters) = self.parameters {
            entries.set("DecodeParms", parameters);
        }
        if self.inverted {
            let round: Vec<Object> = [1, 0, 1, 0, 1, 0, 1, 0].map(Object::from).to_vec();
            entries.set("Decode", round);
        }
        Stream::new(entries, self.bytes).with_compression(false)
    }
}

struct Frame {
    width: u32,
    height: u32,
    components: u8,
}

/// The frame header of a JPEG of 8 bits a sample (ITU-T T.81, B.2.2).
fn frame(file: &[u8]) -> Option<Frame> {
    let mut rest = file.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker] = *rest.first_chunk::<2>()? else { return None };
        if marker == 0xff {
            rest = &rest[1..]; // a fill byte
            continue;
        }
        let length = usize::from(u16::from_be_bytes(*rest.get(2..)?.first_chunk::<2>()?));
        let segment = rest.get(4..2 + length)?;
        match marker {
            // Baseline, extended, progressive: what PDF readers know.
            0xc0..=0xc2 => {
                let [8, h0, h1, w0, w1, components] = *segment.first_chunk::<6>()? else { return None };
                let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
                return (width > 0 && height > 0).then_some(Frame {
                    width: width.into(),
                    height: height.into(),
                    components,
                });
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | 0xd9 | 0xda => return None,
            _ => rest = &rest[2 + length..],
        }
    }
}

/// Pixels per inch as a JPEG (JFIF) or a PNG (`pHYs`) says.
pub(crate) fn dpi(mut head: impl Read) -> Option<f32> {
    let mut bytes = vec![];
    head.by_ref().take(4096).read_to_end(&mut bytes).ok()?;
    if let Some(jfif) = bytes.strip_prefix(&[0xff, 0xd8, 0xff, 0xe0]) {
        let [unit, x0, x1] = *jfif.get(9..)?.first_chunk::<3>()?;
        let density = f32::from(u16::from_be_bytes([x0, x1]));
        let inch = match (jfif.get(2..6)?, unit) {
            (b"JFIF", 1) => density,
            (b"JFIF", 2) => density * 2.54,
            _ => return None,
        };
        // 72 and 96 are what programs write that do not know.
        return (inch > 100.0).then_some(inch);
    }
    let at = bytes.windows(4).position(|name| name == b"pHYs")?;
    let [x0, x1, x2, x3, _, _, _, _, 1] = *bytes.get(at + 4..)?.first_chunk::<9>()? else { return None };
    let inch = u32::from_be_bytes([x0, x1, x2, x3]) as f32 * 0.0254;
    (inch > 100.0).then_some(inch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_becomes_a_fax_and_gray_a_png() {
        let mut page = GrayImage::from_pixel(400, 300, image::Luma([255]));
        for x in 50..90 {
            page.put_pixel(x, 20, image::Luma([0]));
        }
        let embedded = Embedded::pixels(&Raster::Gray(page.clone())).unwrap();
        assert_eq!((embedded.filter, embedded.bits), ("CCITTFaxDecode", 1));
        assert!(embedded.bytes.len() < 200, "{}", embedded.bytes.len());
        page.put_pixel(5, 5, image::Luma([100]));
        let embedded = Embedded::pixels(&Raster::Gray(page)).unwrap();
        assert_eq!((embedded.filter, embedded.bits, embedded.width), ("FlateDecode", 8, 400));
    }

    #[test]
    fn what_is_no_picture_is_not_embedded() {
        for file in
            [&b""[..], b"\xff\xd8", b"\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\0\x03", b"\x89PNG\r\n\x1a\n\0\0"]
        {
            assert!(Embedded::jpeg(file.to_vec()).is_none() && Embedded::png(file).is_none());
        }
        let head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\0\0";
        assert_eq!(dpi(&head[..]), Some(300.0));
    }
}
