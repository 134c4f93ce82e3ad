//! A workbook as an open document: some pages a sheet, so that it is shown and searched as other documents are, and
//! its sheets with their pictures.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};
use papertray_model::{PageReading, PageSource, Rect, Sheet, SheetPicture, Unit, Word};
use papertray_reader::wire::SheetRead;
use papertray_reader::{PageOptions, PageRead, Picture, ReadError};

use super::Limits;
use super::handed::Handed;
use super::paint::Raster;
use super::pictures::{Pixels, Sent};
use super::text_paint;
use super::workbook::Workbook;

/// Rows of cells a page.
const ROWS: usize = 120;
const MARGIN: f32 = 36.0;
const LINE_HEIGHT: f32 = 13.0;
/// Points a character, and characters a column has at most.
const ADVANCE: f32 = 5.5;
const COLUMN: usize = 48;
/// Points between columns.
const GAP: f32 = 11.0;
/// A page is at least as wide as A4, and as high.
const SMALLEST: (f32, f32) = (595.3, 841.9);
/// Pixels a side of a picture in a cell, at most.
const LONGEST: u32 = 4000;

/// An open workbook.
pub(crate) struct SheetsFile {
    book: Workbook,
    /// Sheet, and the range of its cells, of each page.
    pages: Vec<(usize, std::ops::Range<usize>)>,
}

impl SheetsFile {
    pub(crate) fn open(file: &Handed, what: &'static str) -> Result<Self, ReadError> {
        Ok(Self::laid_out(Workbook::open(file, what)?))
    }

    /// A table as a workbook of one sheet.
    pub(crate) fn of(table: Sheet) -> Self {
        Self::laid_out(Workbook { sheets: vec![table], pictures: vec![] })
    }

    fn laid_out(mut book: Workbook) -> Self {
        let mut pages = vec![];
        for (index, sheet) in book.sheets.iter_mut().enumerate() {
            sheet.cells.sort_by_key(|cell| (cell.row, cell.column));
            let mut from = 0;
            let mut rows = 0;
            for at in 1..sheet.cells.len() {
                if sheet.cells[at].row != sheet.cells[at - 1].row {
                    rows += 1;
                    if rows == ROWS {
                        pages.push((index, from..at));
                        (from, rows) = (at, 0);
                    }
                }
            }
            pages.push((index, from..sheet.cells.len()));
        }
        Self { book, pages }
    }

    pub(crate) fn page_count(&self) -> u32 {
        self.pages.len() as u32
    }

    pub(crate) fn read_page(&self, number: u32, options: &PageOptions) -> Result<PageRead, ReadError> {
        let (words, (width, height)) = self.words(number);
        let source = if words.is_empty() { PageSource::Blank } else { PageSource::TextLayer };
        let mut page = PageReading::empty(number, Unit::Pt, width, height, source);
        page.words = words;
        let picture = options.picture.map(|side| self.render_page(number, side)).transpose()?;
        let sheet = self.pages.get(number as usize - 1).and_then(|(sheet, _)| self.book.sheets.get(*sheet));
        let incomplete = sheet.filter(|sheet| sheet.cut).map(|sheet| {
            ReadError::new(
                papertray_model::ErrorCode::TooLarge,
                if sheet.name.is_empty() {
                    "The table is damaged or too large; a part of its cells was read.".to_owned()
                } else {
                    format!("Sheet `{}` is damaged or too large; a part of its cells was read.", sheet.name)
                },
                "Save the part that matters as a file of its own and add that.",
            )
        });
        Ok(PageRead { page, picture, incomplete, elapsed_ms: 0 })
    }

    pub(crate) fn render_page(&self, number: u32, max_side: u32) -> Result<Picture, ReadError> {
        let (words, size) = self.words(number);
        text_paint::draw(&words, size).to_picture(max_side.max(1))
    }

    /// The words of a page in a table as wide as its cells need, the sheet's name above; and the page's size.
    fn words(&self, number: u32) -> (Vec<Word>, (f32, f32)) {
        let Some((sheet, range)) = self.pages.get((number as usize).saturating_sub(1)) else {
            return (vec![], SMALLEST);
        };
        let Some(sheet) = self.book.sheets.get(*sheet) else { return (vec![], SMALLEST) };
        let cells = sheet.cells.get(range.clone()).unwrap_or_default();
        let mut widths = std::collections::BTreeMap::new();
        for cell in cells {
            let width: &mut usize = widths.entry(cell.column).or_default();
            *width = (*width).max(cell.text.chars().count().min(COLUMN));
        }
        let mut x = MARGIN;
        let mut lefts = std::collections::BTreeMap::new();
        for (column, width) in widths {
            lefts.insert(column, x);
            x += width as f32 * ADVANCE + GAP;
        }
        let mut words = vec![];
        let mut line = 0;
        let mut y = MARGIN;
        // A name like `Sheet1` says nothing.
        if !cells.is_empty() && !sheet.name.chars().any(|c| c.is_ascii_digit()) {
            put(&mut words, &sheet.name, (MARGIN, y), usize::MAX, line);
        }
        for row in cells.chunk_by(|a, b| a.row == b.row) {
            line += 1;
            y += LINE_HEIGHT;
            for cell in row {
                let left = lefts.get(&cell.column).copied().unwrap_or(MARGIN);
                put(&mut words, &cell.text, (left, y), COLUMN, line);
            }
        }
        (words, ((x + MARGIN).max(SMALLEST.0), (y + LINE_HEIGHT + MARGIN).max(SMALLEST.1)))
    }

    pub(crate) fn sheet(&self, index: u32, sent: &mut Sent, limits: &Limits) -> Result<SheetRead, ReadError> {
        let Some(sheet) = self.book.sheets.get(index as usize) else { return Err(no_sheet(index)) };
        let (mut sheet, mut bytes): (Sheet, _) = (sheet.clone(), vec![]);
        for picture in self.book.pictures.iter().filter(|p| p.sheet == sheet.name) {
            let Some(pixels) = pixels(&picture.bytes, limits) else { continue };
            match sent.pack(pixels, &mut bytes)? {
                Some(packed) => {
                    sheet.pictures.push(SheetPicture {
                        row: picture.row,
                        column: picture.column,
                        picture: packed,
                    });
                }
                None => sheet.cut = true,
            }
        }
        Ok(SheetRead { sheet, count: self.book.sheets.len() as u32, bytes })
    }
}

pub(crate) fn no_sheet(index: u32) -> ReadError {
    ReadError::new(
        papertray_model::ErrorCode::UnknownId,
        format!("There is no sheet {}.", index + 1),
        "Ask for another one.",
    )
}

/// Places the words of a cell; in one longer than its column they stand closer.
fn put(words: &mut Vec<Word>, text: &str, (left, top): (f32, f32), most: usize, line: u32) {
    let length = text.chars().count().max(1);
    let advance = ADVANCE * (most.min(length) as f32 / length as f32);
    let mut open: Option<(usize, String)> = None;
    for (at, c) in text.chars().chain(std::iter::once(' ')).enumerate() {
        if !c.is_whitespace() {
            open.get_or_insert_with(|| (at, String::new())).1.push(c);
        } else if let Some((from, text)) = open.take() {
            let (x0, x1) = (left + from as f32 * advance, left + at as f32 * advance);
            let bbox = Rect::new(x0, top, x1, top + LINE_HEIGHT - 2.0);
            words.push(Word { text, bbox, confidence: 1.0, line });
        }
    }
}

/// A picture of a cell: its own bytes where they are a JPEG or a PNG that shows as it is, else drawn anew; `None` for
/// what is no picture of pixels.
fn pixels(bytes: &[u8], limits: &Limits) -> Option<Pixels> {
    let format = image::guess_format(bytes).ok()?;
    let reader = ImageReader::with_format(std::io::Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > limits.pixel_budget {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colour = decoder.original_color_type();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    let shows = match format {
        // What decodes to more than gray or RGB was CMYK.
        ImageFormat::Jpeg => matches!(colour, image::ExtendedColorType::L8 | image::ExtendedColorType::Rgb8),
        ImageFormat::Png => !picture.color().has_alpha(),
        _ => false,
    };
    let raster = Raster::of(picture);
    if shows && orientation == Orientation::NoTransforms && width.max(height) <= LONGEST {
        return Some(Pixels::Stored { bytes: bytes.to_vec(), raster });
    }
    Some(Pixels::Drawn(raster))
}
