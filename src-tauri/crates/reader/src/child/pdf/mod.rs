//! PDF files, read by PDFium.
//!
//! A page's stages: its own text ([`layer`]) → whether that is good ([`quality`]) → if not, the drawn page is
//! recognised. Text that the file says outright is never replaced by a guess: where a picture covers most of a page
//! and the page says little itself, what recognition finds beside the page's own words is added to them.

mod geometry;
mod glyph;
mod ink;
mod layer;
mod merge;
mod quality;
mod render;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::Path;

use papertray_model::{ErrorCode, PageReading, PageSource, Rect, Unit};
use papertray_reader::{PageOptions, PageRead, Picture, ReadError, TextLayer, native};
use pdfium_render::prelude::{
    PdfDocument, PdfPage, PdfPageObjectsCommon, PdfPageRenderRotation, Pdfium, PdfiumError, PdfiumInternalError,
};

use self::geometry::{Geometry, Turn};
use self::ink::Ink;
use self::layer::Layer;
use self::quality::{Verdict, judge};
use self::render::Drawing;
use super::blank::is_blank;
use super::layout::{Piece, into_words};
use super::ocr::Ocr;
use super::paint::Raster;
use super::Limits;

/// Files up to this many bytes are read into memory; PDFium seeks about in larger ones.
const IN_MEMORY: u64 = 64 << 20;
/// A page with fewer characters than this may be a scan with a stamp, so its pictures are looked at.
const FEW_CHARACTERS: usize = 600;

/// An open PDF.
pub(crate) struct PdfFile {
    document: PdfDocument<'static>,
    /// How pages were turned when they were read, beyond /Rotate: their pictures are turned alike.
    turns: HashMap<u32, Turn>,
}

/// The PDF library, loaded once. PDFium is not thread-safe; the child has one thread.
fn library(folder: &Path) -> Result<&'static Pdfium, ReadError> {
    thread_local! {
        static LIBRARY: OnceCell<Result<&'static Pdfium, String>> = const { OnceCell::new() };
    }
    LIBRARY.with(|library| {
        library
            .get_or_init(|| match Pdfium::bind_to_library(native::pdfium(folder)) {
                Ok(bindings) => Ok(Box::leak(Box::new(Pdfium::new(bindings)))),
                Err(error) => Err(format!("{error:?}")),
            })
            .clone()
            .map_err(|e| ReadError::missing(format!("The PDF library (PDFium) does not load: {e}.")))
    })
}

/// The PDF library's version, as far as it tells; loads it.
pub(crate) fn library_version(folder: &Path) -> Result<String, ReadError> {
    library(folder).map(|_| "PDFium, interface 8125".to_owned())
}

impl PdfFile {
    pub(crate) fn open(path: &Path, password: Option<&str>, limits: &Limits) -> Result<Self, ReadError> {
        let library = library(&limits.native)?;
        let length = std::fs::metadata(path).map_err(|e| ReadError::io(&e))?.len();
        let document = if length <= IN_MEMORY {
            let bytes = std::fs::read(path).map_err(|e| ReadError::io(&e))?;
            library.load_pdf_from_byte_vec(bytes, password)
        } else {
            library.load_pdf_from_file(path, password)
        };
        let document = document.map_err(|e| open_error(&e, password.is_some()))?;
        if document.pages().len() <= 0 {
            return Err(ReadError::new(
                ErrorCode::NoPages,
                "The PDF has no pages.",
                "Open it in another program; if that shows pages, save a fresh copy.",
            ));
        }
        Ok(Self { document, turns: HashMap::new() })
    }

    pub(crate) fn page_count(&self) -> u32 {
        self.document.pages().len().unsigned_abs()
    }

    pub(crate) fn read_page(
        &mut self,
        number: u32,
        options: &PageOptions,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<PageRead, ReadError> {
        let page = self.page(number)?;
        let geometry = geometry_of(&page)?;
        let mut reading = Reading {
            page: &page,
            geometry,
            size: geometry.size(),
            number,
            budget: limits.pixel_budget,
            wants_picture: options.picture.is_some(),
            raster: None,
        };
        let (page_reading, turn) = reading.read(options.text_layer, ocr)?;
        let picture = match (options.picture, reading.raster.take()) {
            (None, _) => None,
            (Some(side), Some(raster)) => Some(raster.to_picture(side)?),
            (Some(side), None) => {
                let drawing = Drawing::within(side, reading.size, limits.pixel_budget, turn);
                Some(drawing.draw(&page, reading.size)?.to_picture(side)?)
            }
        };
        self.turns.insert(number, turn);
        Ok(PageRead { page: page_reading, picture, elapsed_ms: 0 })
    }

    pub(crate) fn render_page(
        &mut self,
        number: u32,
        max_side: u32,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<Picture, ReadError> {
        if !self.turns.contains_key(&number) {
            // Upright is only known once the page was read.
            self.read_page(number, &PageOptions::default(), limits, ocr)?;
        }
        let turn = self.turns.get(&number).copied().unwrap_or(Turn(0));
        let page = self.page(number)?;
        let size = geometry_of(&page)?.size();
        let side = max_side.max(1);
        Drawing::within(side, size, limits.pixel_budget, turn).draw(&page, size)?.to_picture(side)
    }

    fn page(&self, number: u32) -> Result<PdfPage<'static>, ReadError> {
        let index = i32::try_from(number).unwrap_or(i32::MAX) - 1;
        self.document
            .pages()
            .get(index)
            .map_err(|_| ReadError::corrupt(format!("Page {number} is damaged and could not be opened.")))
    }
}

/// One page being read.
struct Reading<'a> {
    page: &'a PdfPage<'a>,
    geometry: Geometry,
    /// After /Rotate.
    size: (f32, f32),
    number: u32,
    budget: u64,
    wants_picture: bool,
    /// The drawn, upright page, if it had to be drawn.
    raster: Option<Raster>,
}

impl Reading<'_> {
    /// The page, and how it had to be turned beyond /Rotate.
    fn read(&mut self, wanted: TextLayer, ocr: &mut Ocr) -> Result<(PageReading, Turn), ReadError> {
        if wanted == TextLayer::Off {
            return self.recognise(ocr);
        }
        let layer = Layer::of(self.page, &self.geometry);
        if wanted == TextLayer::Force {
            return Ok(self.from_layer(layer));
        }
        let verdict = judge(layer.texts(), layer.counts);
        let few = layer.counts.characters < FEW_CHARACTERS;
        match verdict {
            Verdict::Absent => self.recognise(ocr),
            Verdict::Good if !few => Ok(self.from_layer(layer)),
            Verdict::Good => {
                let share = Ink::of(self.page, &self.geometry).scan_share;
                if share < 0.5 { Ok(self.from_layer(layer)) } else { self.complete(layer, ocr) }
            }
            Verdict::Bad => {
                let (read, turn) = self.recognise(ocr)?;
                let found: usize = read.words.iter().map(|w| w.text.chars().count()).sum();
                let meant = layer.counts.characters - layer.counts.garbage;
                if found * 4 < meant { Ok(self.from_layer(layer)) } else { Ok((read, turn)) }
            }
        }
    }

    fn from_layer(&mut self, layer: Layer) -> (PageReading, Turn) {
        let turn = layer.main_turn();
        if self.raster.is_some() {
            self.raster = None; // It may stand otherwise.
        }
        let source = if layer.counts.characters == 0 { PageSource::Blank } else { PageSource::TextLayer };
        let mut reading = self.empty(turn, source);
        let mut line = 0;
        for pieces in layer.into_pieces(turn, self.size) {
            let words = into_words(pieces, line);
            line = words.last().map_or(line, |w| w.line + 1);
            reading.words.extend(words);
        }
        (reading, turn)
    }

    fn recognise(&mut self, ocr: &mut Ocr) -> Result<(PageReading, Turn), ReadError> {
        let Some((pieces, turn)) = self.recognised_pieces(ocr)? else {
            return Ok((self.empty(Turn(0), PageSource::Blank), Turn(0)));
        };
        let mut reading = self.empty(turn, PageSource::Ocr);
        reading.words = into_words(pieces, 0);
        Ok((reading, turn))
    }

    /// The page's own few words, and what recognition finds beside them.
    fn complete(&mut self, layer: Layer, ocr: &mut Ocr) -> Result<(PageReading, Turn), ReadError> {
        if layer.main_turn() != Turn(0) {
            return Ok(self.from_layer(layer));
        }
        let trusted = layer.counts.invisible * 2 <= layer.counts.characters;
        match self.recognised_pieces(ocr)? {
            Some((found, Turn(0))) if trusted => {
                let own: Vec<Piece> = layer.into_pieces(Turn(0), self.size).into_iter().flatten().collect();
                let (pieces, added) = merge::beside(own, found);
                let source = if added { PageSource::Ocr } else { PageSource::TextLayer };
                let mut reading = self.empty(Turn(0), source);
                reading.words = into_words(pieces, 0);
                Ok((reading, Turn(0)))
            }
            Some((found, turn)) if !found.is_empty() => {
                let mut reading = self.empty(turn, PageSource::Ocr);
                reading.words = into_words(found, 0);
                Ok((reading, turn))
            }
            _ => Ok(self.from_layer(layer)),
        }
    }

    /// What recognition finds on the drawn page, in points; `None`: nothing is drawn.
    fn recognised_pieces(&mut self, ocr: &mut Ocr) -> Result<Option<(Vec<Piece>, Turn)>, ReadError> {
        if self.page.objects().is_empty() && self.page.annotations().is_empty() {
            return Ok(None);
        }
        let drawing = Drawing::to_recognise(self.size, self.budget, self.wants_picture);
        let mut raster = drawing.draw(self.page, self.size)?;
        if is_blank(&raster.gray_within(1000)?) {
            self.raster = Some(raster);
            return Ok(None);
        }
        let recognised = ocr.read(&mut raster)?;
        let turn = Turn(recognised.turned);
        let (w, h) = turn.size(self.size);
        let (sx, sy) = (w / raster.width() as f32, h / raster.height() as f32);
        let points = |r: &Rect| Rect::new(r.x0 * sx, r.y0 * sy, r.x1 * sx, r.y1 * sy);
        let mut pieces = recognised.pieces;
        for piece in &mut pieces {
            piece.bbox = points(&piece.bbox);
            for word in &mut piece.words {
                word.bbox = points(&word.bbox);
            }
        }
        self.raster = Some(raster);
        Ok(Some((pieces, turn)))
    }

    fn empty(&self, turn: Turn, source: PageSource) -> PageReading {
        let (w, h) = turn.size(self.size);
        let mut reading = PageReading::empty(self.number, Unit::Pt, w, h, source);
        reading.rotation = (self.geometry.rotate + turn.0) % 360;
        reading
    }
}

fn geometry_of(page: &PdfPage) -> Result<Geometry, ReadError> {
    let rotate = match page.rotation() {
        Ok(PdfPageRenderRotation::Degrees90) => 90,
        Ok(PdfPageRenderRotation::Degrees180) => 180,
        Ok(PdfPageRenderRotation::Degrees270) => 270,
        _ => 0,
    };
    let (w, h) = (page.width().value, page.height().value);
    let sane = |v: f32| v.is_finite() && v > 0.0;
    if !sane(w) || !sane(h) {
        return Err(ReadError::corrupt("The page has no size."));
    }
    let unrotated = if rotate % 180 == 0 { (w, h) } else { (h, w) };
    let (left, bottom) = page.boundaries().bounding().map_or((0.0, 0.0), |b| {
        (b.bounds.left().value, b.bounds.bottom().value)
    });
    Ok(Geometry::new(left, bottom, left + unrotated.0, bottom + unrotated.1, rotate))
}

fn open_error(error: &PdfiumError, gave_password: bool) -> ReadError {
    match error {
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::PasswordError) if gave_password => {
            ReadError::new(
                ErrorCode::WrongPassword,
                "The password does not open this PDF.",
                "Check for capital letters and try again.",
            )
        }
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::PasswordError) => ReadError::new(
            ErrorCode::Encrypted,
            "The PDF is encrypted and needs a password.",
            "Give the password.",
        ),
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::SecurityError) => ReadError::new(
            ErrorCode::UnsupportedType,
            "The PDF is protected in a way that only its maker's program opens.",
            "Ask its sender for an unprotected copy.",
        ),
        PdfiumError::IoError(e) => ReadError::io(e),
        _ => ReadError::corrupt("The PDF is damaged and could not be opened."),
    }
}
