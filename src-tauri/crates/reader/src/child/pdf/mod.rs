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
mod pdfium;
mod pictures;
mod quality;
mod render;
mod source;

use std::collections::HashMap;

use papertray_model::{Code, ErrorCode, PageReading, PageSource, ReadMode, Rect, Unit};
use papertray_reader::{PageOptions, PageRead, Picture, ReadError, Upright};

pub(crate) use self::geometry::Geometry;
use self::geometry::Turn;
use self::layer::Layer;
use self::quality::{Verdict, judge};
use self::render::Drawing;
use self::source::{Document, Page};
use super::Limits;
use super::blank::is_blank;
use super::codes;
use super::handed::Handed;
use super::layout::{LINES_SEEN, Piece, Rules, into_words, tables};
use super::ocr::Ocr;
use super::paint::Raster;
use super::pictures::Found;
use super::regions;
use super::searchable::{Copy, Made, PageFrame, append};

#[cfg(test)]
pub(crate) use self::layer::fuzz_layer;
pub(crate) use self::pdfium::join;
pub(crate) use self::pdfium::version as library_version;

/// A page with fewer characters than this may be a scan with a stamp, so its pictures are looked at.
const FEW_CHARACTERS: usize = 600;
/// A scan covers at least this share of its page.
const SCAN: f32 = 0.5;

/// An open PDF.
pub(crate) struct PdfFile {
    document: Box<dyn Document>,
    file: Handed,
    password: Option<String>,
    /// How pages were turned when they were read, beyond /Rotate: their pictures are turned alike.
    turns: HashMap<u32, Turn>,
}

impl PdfFile {
    pub(crate) fn open(file: &Handed, password: Option<&str>, limits: &Limits) -> Result<Self, ReadError> {
        let document = pdfium::open(file, password, &limits.native)?;
        if document.page_count() == 0 {
            return Err(ReadError::new(
                ErrorCode::NoPages,
                "The PDF has no pages.",
                "Open it in another program; if that shows pages, save a fresh copy.",
            ));
        }
        let (file, password) = (file.clone(), password.map(str::to_owned));
        Ok(Self { document, file, password, turns: HashMap::new() })
    }

    pub(crate) fn page_count(&self) -> u32 {
        self.document.page_count()
    }

    pub(crate) fn read_page(
        &mut self,
        number: u32,
        options: &PageOptions,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<PageRead, ReadError> {
        let page = self.document.page(number)?;
        let size = page.geometry().size();
        let mut reading = Reading {
            page: page.as_ref(),
            size,
            number,
            budget: limits.pixel_budget,
            wants_picture: options.picture.is_some(),
            raster: None,
        };
        let (mut page_reading, turn) = reading.read(options.mode, ocr)?;
        let seen = ink::look(page.as_ref());
        page_reading.codes = reading.codes(turn, seen.coded)?;
        page_reading.tables = tables(&page_reading.words, &reading.rules(turn, seen.rules)?);
        if number == 1 {
            // It speaks for the whole file, and stands nowhere on the page.
            page_reading.codes.extend(self.document.e_invoice().map(|text| Code {
                kind: "e_invoice".to_owned(),
                text,
                bbox: Rect::default(),
            }));
        }
        let picture = match (options.picture, reading.raster.take()) {
            (None, _) => None,
            (Some(side), Some(raster)) => Some(raster.to_picture(side)?),
            (Some(side), None) => Some(
                Drawing::within(side, size, limits.pixel_budget, turn)
                    .draw(page.as_ref())?
                    .to_picture(side)?,
            ),
        };
        self.turns.insert(number, turn);
        Ok(PageRead { page: page_reading, picture, incomplete: None, elapsed_ms: 0 })
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
        let page = self.document.page(number)?;
        let (size, side) = (page.geometry().size(), max_side.max(1));
        Drawing::within(side, size, limits.pixel_budget, turn).draw(page.as_ref())?.to_picture(side)
    }
}

impl PdfFile {
    /// The pictures that lie on a page. A scan is its page: there the regions that are no text are its pictures.
    pub(crate) fn pictures(
        &mut self,
        number: u32,
        upright: &Upright,
        limits: &Limits,
    ) -> Result<Vec<Found>, ReadError> {
        let page = self.document.page(number)?;
        let rotate = page.geometry().rotate;
        let turn = Turn((upright.rotation + 360 - rotate % 360) % 360);
        if ink::scan_share(page.as_ref()) >= pictures::SCAN && !upright.words.is_empty() {
            let size = page.geometry().size();
            let drawing = Drawing::to_recognise(size, limits.pixel_budget, true);
            let raster = drawing.draw(page.as_ref())?.turned(turn.0);
            let found = regions::pictures(&raster, &upright.words, turn.size(size))?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        pictures::of_page(page.as_ref(), turn, limits)
    }

    /// What has to stand behind the file so that the words of these pages can be searched.
    pub(crate) fn searchable(&self, copy: &Copy) -> Result<Made, ReadError> {
        append(&self.file, self.password.as_deref(), copy, |number, rotation| {
            let page = self.document.page(number)?;
            let geometry = page.geometry();
            let layer = Layer::of(page.as_ref());
            let mut said = vec![];
            // Words that mean nothing are not in the way of those that were recognised.
            if judge(layer.texts(), layer.counts) == Verdict::Good {
                let turn = Turn((360 + rotation - geometry.rotate) % 360);
                let pieces = layer.into_pieces(turn, geometry.size()).into_iter().flatten();
                said.extend(pieces.flat_map(|piece| piece.words).map(|word| word.bbox));
            }
            Ok(PageFrame { frame: geometry.turned_to(rotation), said })
        })
    }
}

/// One page being read.
struct Reading<'a> {
    page: &'a dyn Page,
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
    fn read(&mut self, mode: ReadMode, ocr: &mut Ocr) -> Result<(PageReading, Turn), ReadError> {
        if mode == ReadMode::Force {
            return self.recognise(ocr);
        }
        let layer = Layer::of(self.page);
        if mode == ReadMode::Off {
            return Ok(self.take_layer(layer));
        }
        let hidden = layer.counts.invisible * 2 > layer.counts.characters;
        let verdict = match judge(layer.texts(), layer.counts) {
            Verdict::Good if mode == ReadMode::Redo && hidden => Verdict::Bad,
            verdict => verdict,
        };
        let few = layer.counts.characters < FEW_CHARACTERS;
        match verdict {
            Verdict::Absent => self.recognise(ocr),
            Verdict::Good if !few => Ok(self.take_layer(layer)),
            Verdict::Good => {
                if ink::scan_share(self.page) < SCAN {
                    Ok(self.take_layer(layer))
                } else {
                    self.complete(layer, ocr)
                }
            }
            Verdict::Bad => {
                let (read, turn) = self.recognise(ocr)?;
                let found: usize = read.words.iter().map(|w| w.text.chars().count()).sum();
                let meant = layer.counts.characters - layer.counts.garbage;
                if found * 4 < meant { Ok(self.take_layer(layer)) } else { Ok((read, turn)) }
            }
        }
    }

    fn take_layer(&mut self, layer: Layer) -> (PageReading, Turn) {
        let turn = layer.main_turn();
        if self.raster.is_some() {
            self.raster = None; // It may stand otherwise.
        }
        let says_nothing = layer.counts.characters == 0 && self.page.is_empty();
        let source = if says_nothing { PageSource::Blank } else { PageSource::TextLayer };
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
            return Ok(self.take_layer(layer));
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
            _ => Ok(self.take_layer(layer)),
        }
    }

    /// What recognition finds on the drawn page, in points; `None`: nothing is drawn.
    fn recognised_pieces(&mut self, ocr: &mut Ocr) -> Result<Option<(Vec<Piece>, Turn)>, ReadError> {
        if self.page.is_empty() {
            return Ok(None);
        }
        let drawing = Drawing::to_recognise(self.size, self.budget, self.wants_picture);
        let mut raster = drawing.draw(self.page)?;
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

    /// The codes on the page, in points. A page that is not drawn yet is drawn where something `coded` is on it.
    fn codes(&self, turn: Turn, coded: bool) -> Result<Vec<Code>, ReadError> {
        let drawn;
        let raster = match &self.raster {
            Some(raster) => raster,
            None if coded => {
                drawn = Drawing::to_decode(self.size, self.budget, turn).draw(self.page)?;
                &drawn
            }
            None => return Ok(vec![]),
        };
        let mut codes = codes::find(raster)?;
        let (w, h) = turn.size(self.size);
        let (sx, sy) = (w / raster.width() as f32, h / raster.height() as f32);
        for code in &mut codes {
            let b = code.bbox;
            code.bbox = Rect::new(b.x0 * sx, b.y0 * sy, b.x1 * sx, b.y1 * sy);
        }
        Ok(codes)
    }

    /// The ruled lines on the upright page, in points: those of the drawn page, else `shapes`.
    fn rules(&self, turn: Turn, shapes: Rules) -> Result<Rules, ReadError> {
        match &self.raster {
            Some(raster) => {
                let (w, _) = turn.size(self.size);
                let small = raster.gray_within(LINES_SEEN)?;
                Ok(Rules::on(&small, w / small.width().max(1) as f32))
            }
            None => Ok(shapes.placed(|bbox| turn.rect(bbox, self.size))),
        }
    }

    fn empty(&self, turn: Turn, source: PageSource) -> PageReading {
        let (w, h) = turn.size(self.size);
        let mut reading = PageReading::empty(self.number, Unit::Pt, w, h, source);
        reading.rotation = (self.page.geometry().rotate + turn.0) % 360;
        reading
    }
}
