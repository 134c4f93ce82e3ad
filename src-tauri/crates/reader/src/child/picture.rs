//! Pictures: PNG, JPEG, WebP, BMP, GIF (first frame), TIFF (every page).
//!
//! The size stands in a picture's header; it is checked before a pixel is decoded, because a few kilobytes can
//! unpack to a gigapixel. A picture cut short is read as far as it goes.

use std::collections::HashMap;
use std::io::{BufReader, Read, Seek, SeekFrom};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use papertray_model::{PageReading, PageSource, ReadMode, Unit};
use papertray_reader::{PageOptions, PageRead, Picture, ReadError, Upright};

use super::Limits;
use super::blank::is_blank;
use super::codes;
use super::handed::Handed;
use super::layout::{LINES_SEEN, Rules, into_words, tables};
use super::ocr::Ocr;
use super::paint::Raster;
use super::pictures::Found;
use super::regions;
use super::searchable::{Copy, Embedded, Made, Wrapped, dpi, wrap};

mod fax;
mod tiff_pages;

/// Larger pictures are decoded and packed anew for a searchable copy.
const MOST_WRAPPED: u64 = 256 << 20;

/// An open picture.
pub(crate) struct PictureFile {
    file: Handed,
    format: ImageFormat,
    pages: u32,
    /// How pages were turned to stand upright, beyond what their metadata says.
    turns: HashMap<u32, u16>,
}

impl PictureFile {
    pub(crate) fn open(file: &Handed, mime_type: &str, limits: &Limits) -> Result<Self, ReadError> {
        let format = ImageFormat::from_mime_type(mime_type)
            .ok_or_else(|| ReadError::unsupported("a picture of a rare kind"))?;
        let pages = if format == ImageFormat::Tiff { tiff_pages::count(file)? } else { 1 };
        let file = Self { file: file.clone(), format, pages, turns: HashMap::new() };
        // A picture with one page tells at once whether it is too large or no picture at all.
        if pages == 1 && format != ImageFormat::Tiff {
            file.decoder(limits)?;
        }
        Ok(file)
    }

    pub(crate) fn page_count(&self) -> u32 {
        self.pages
    }

    pub(crate) fn read_page(
        &mut self,
        number: u32,
        options: &PageOptions,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<PageRead, ReadError> {
        let Decoded { mut raster, turned: stored_turn, incomplete } = self.decode(number, limits)?;
        let (mut turned, mut words, mut found, mut html) = (0, vec![], vec![], vec![]);
        let source = if options.mode == ReadMode::Off {
            // What a picture says is not asked for.
            PageSource::TextLayer
        } else if is_blank(&raster.gray_within(1000)?) {
            PageSource::Blank
        } else {
            let recognised = ocr.read(&mut raster)?;
            turned = recognised.turned;
            words = into_words(recognised.pieces, 0);
            found = codes::find(&raster)?;
            let small = raster.gray_within(LINES_SEEN)?;
            let rules = Rules::on(&small, raster.width() as f32 / small.width().max(1) as f32);
            html = tables(&words, &rules);
            PageSource::Ocr
        };
        self.turns.insert(number, turned);
        let (w, h) = (raster.width() as f32, raster.height() as f32);
        let mut page = PageReading::empty(number, Unit::Px, w, h, source);
        page.rotation = (stored_turn + turned) % 360;
        page.words = words;
        (page.codes, page.tables) = (found, html);
        let picture = options.picture.map(|side| raster.to_picture(side)).transpose()?;
        Ok(PageRead { page, picture, incomplete, elapsed_ms: 0 })
    }

    pub(crate) fn render_page(
        &mut self,
        number: u32,
        max_side: u32,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<Picture, ReadError> {
        if !self.turns.contains_key(&number) {
            self.read_page(number, &PageOptions::default(), limits, ocr)?;
        }
        let raster = self.decode(number, limits)?.raster;
        raster.turned(self.turns.get(&number).copied().unwrap_or(0)).to_picture(max_side.max(1))
    }

    /// The page in its full size, turned by so many degrees clockwise.
    pub(crate) fn turn_page(&self, number: u32, turn: u16, limits: &Limits) -> Result<Picture, ReadError> {
        self.decode(number, limits)?.raster.turned(turn).to_picture(u32::MAX)
    }

    /// The first page's pixels as a PNG, what shows through kept.
    pub(crate) fn mark(&self, max_side: u32, limits: &Limits) -> Result<Picture, ReadError> {
        let (mut picture, orientation, _) = self.stored(1, limits)?;
        picture.apply_orientation(orientation);
        let side = max_side.max(1);
        if picture.width().max(picture.height()) > side {
            picture = picture.resize(side, side, image::imageops::FilterType::Triangle);
        }
        let picture = picture.into_rgba8();
        let mut png = vec![];
        picture
            .write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png)
            .map_err(|e| picture_error(&e))?;
        Ok(Picture { png, width: picture.width(), height: picture.height() })
    }

    /// The regions of a page that are no text.
    pub(crate) fn pictures(
        &self,
        number: u32,
        upright: &Upright,
        limits: &Limits,
    ) -> Result<Vec<Found>, ReadError> {
        let Decoded { raster, turned, .. } = self.decode(number, limits)?;
        let raster = raster.turned((upright.rotation + 360 - turned % 360) % 360);
        let size = (raster.width() as f32, raster.height() as f32);
        regions::pictures(&raster, &upright.words, size)
    }

    /// A PDF of the pictures in which the words of these pages can be searched.
    pub(crate) fn searchable(&self, copy: &Copy, limits: &Limits) -> Result<Made, ReadError> {
        wrap(self.pages, copy, |number| {
            let whole = || self.file.bytes(MOST_WRAPPED).map_err(|e| ReadError::io(&e));
            let known = match self.format {
                _ if self.file.length() > MOST_WRAPPED => None,
                ImageFormat::Jpeg => Embedded::jpeg(whole()?),
                ImageFormat::Png => Embedded::png(&whole()?),
                _ => None,
            };
            let picture = match known {
                Some(picture) => picture,
                None => Embedded::pixels(&Raster::of(self.stored(number, limits)?.0))?,
            };
            Ok(Wrapped { picture, dpi: dpi(self.file.reader()) })
        })
    }

    /// The page's pixels, turned as its metadata says.
    fn decode(&self, number: u32, limits: &Limits) -> Result<Decoded, ReadError> {
        let (mut picture, orientation, whole) = self.stored(number, limits)?;
        picture.apply_orientation(orientation);
        let incomplete = (!whole).then(|| {
            ReadError::new(
                papertray_model::ErrorCode::Corrupt,
                "The picture ends too early: what is there was read, the rest is missing.",
                "Copy or scan it again.",
            )
        });
        Ok(Decoded { raster: Raster::of(picture), turned: degrees(orientation), incomplete })
    }

    /// The page's pixels as they are stored, how its metadata turns them, and whether all of them are there.
    fn stored(&self, number: u32, limits: &Limits) -> Result<(DynamicImage, Orientation, bool), ReadError> {
        if self.format == ImageFormat::Tiff {
            let (picture, orientation) = tiff_pages::decode(&self.file, number, limits.pixel_budget)?;
            return Ok((picture, orientation, true));
        }
        let mut decoder = self.decoder(limits)?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let (picture, decoded) = pixels(decoder)?;
        Ok((picture, orientation, decoded && !self.lacks_its_end()))
    }

    /// Whether a JPEG has no end marker near its end: decoders fill up what is missing without a word.
    fn lacks_its_end(&self) -> bool {
        /// Some cameras write a preview or notes behind the end.
        const TAIL: i64 = 1 << 20;
        const END: [u8; 2] = [0xff, 0xd9];
        if self.format != ImageFormat::Jpeg {
            return false;
        }
        let mut reader = self.file.reader();
        let mut tail = vec![];
        let from = -TAIL.min(i64::try_from(self.file.length()).unwrap_or(TAIL));
        let read = reader.seek(SeekFrom::End(from)).and_then(|_| reader.read_to_end(&mut tail));
        read.is_ok() && !tail.windows(2).any(|pair| pair == END)
    }

    /// A decoder whose picture is within the budget.
    fn decoder(&self, limits: &Limits) -> Result<Box<dyn ImageDecoder>, ReadError> {
        let mut reader = ImageReader::with_format(BufReader::new(self.file.reader()), self.format);
        let mut bounds = image::Limits::no_limits();
        bounds.max_alloc = Some(limits.pixel_budget.saturating_mul(4));
        reader.limits(bounds);
        let decoder = reader.into_decoder().map_err(|e| picture_error(&e))?;
        let (width, height) = decoder.dimensions();
        within_budget(width, height, limits.pixel_budget)?;
        Ok(Box::new(decoder))
    }
}

/// A page's pixels.
struct Decoded {
    raster: Raster,
    /// Degrees clockwise by which its metadata turned it.
    turned: u16,
    incomplete: Option<ReadError>,
}

/// Refuses a picture with more pixels than the budget, or without any.
fn within_budget(width: u32, height: u32, budget: u64) -> Result<(), ReadError> {
    if width == 0 || height == 0 {
        return Err(ReadError::corrupt("The picture has no pixels."));
    }
    if u64::from(width) * u64::from(height) > budget {
        return Err(ReadError::too_large(width.into(), height.into(), budget));
    }
    Ok(())
}

/// Decodes, and says whether all of it was there; what is missing at the end of a picture cut short stays white.
fn pixels(decoder: Box<dyn ImageDecoder>) -> Result<(DynamicImage, bool), ReadError> {
    let (width, height) = decoder.dimensions();
    let colour = decoder.color_type();
    let length =
        usize::try_from(decoder.total_bytes()).map_err(|_| ReadError::corrupt("The picture is damaged."))?;
    let mut bytes = vec![0xff; length];
    let mut whole = true;
    if let Err(error) = decoder.read_image_boxed(&mut bytes) {
        whole = false;
        let written = bytes.iter().rposition(|b| *b != 0xff).unwrap_or(0);
        // A twentieth of a picture may hold a line; less is nothing.
        if written < length / 20 {
            return Err(picture_error(&error));
        }
        tracing::warn!(%error, "the picture is damaged; what could be decoded is read");
    }
    let picture = from_bytes(width, height, colour, bytes);
    picture.map(|p| (p, whole)).ok_or_else(|| ReadError::corrupt("The picture is damaged."))
}

fn from_bytes(width: u32, height: u32, colour: image::ColorType, bytes: Vec<u8>) -> Option<DynamicImage> {
    use image::{ColorType, ImageBuffer};
    let wide = |bytes: &[u8]| -> Vec<u16> {
        bytes.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect()
    };
    match colour {
        ColorType::L8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
        ColorType::La8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageLumaA8),
        ColorType::Rgb8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
        ColorType::Rgba8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8),
        ColorType::L16 => ImageBuffer::from_raw(width, height, wide(&bytes)).map(DynamicImage::ImageLuma16),
        ColorType::La16 => ImageBuffer::from_raw(width, height, wide(&bytes)).map(DynamicImage::ImageLumaA16),
        ColorType::Rgb16 => ImageBuffer::from_raw(width, height, wide(&bytes)).map(DynamicImage::ImageRgb16),
        ColorType::Rgba16 => {
            ImageBuffer::from_raw(width, height, wide(&bytes)).map(DynamicImage::ImageRgba16)
        }
        _ => None,
    }
}

fn picture_error(error: &ImageError) -> ReadError {
    match error {
        ImageError::Limits(_) => ReadError::new(
            papertray_model::ErrorCode::TooLarge,
            "The picture needs more memory than is allowed.",
            "Scale the picture down and add it again.",
        ),
        ImageError::Unsupported(e) => {
            ReadError::unsupported(&format!("a picture stored in a way that is not supported ({e})"))
        }
        ImageError::IoError(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => ReadError::io(e),
        _ => ReadError::corrupt("The picture is damaged and could not be decoded."),
    }
}

/// By how many degrees clockwise an orientation turns (a mirrored one, about).
fn degrees(orientation: Orientation) -> u16 {
    match orientation {
        Orientation::NoTransforms | Orientation::FlipHorizontal => 0,
        Orientation::Rotate90 | Orientation::Rotate90FlipH => 90,
        Orientation::Rotate180 | Orientation::FlipVertical => 180,
        Orientation::Rotate270 | Orientation::Rotate270FlipH => 270,
    }
}
