//! Workbooks (XLSX, XLSB, XLS, ODS), read by calamine: the cells that hold something, merged areas, and the pictures
//! that are anchored in cells. Cells of XLSX and XLSB are read one after the other, so that a sheet with a cell at each
//! end of its seventeen thousand million costs two cells.

use std::io::{BufReader, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use papertray_model::{Cell, CellValue, ErrorCode, Sheet};
use papertray_reader::ReadError;
use zip::ZipArchive;

use super::handed::{Handed, HandedReader};
use super::{hidden, number_format};

/// Cells of a workbook beyond these are not read, nor text beyond these bytes.
const MOST_CELLS: usize = 600_000;
const MOST_TEXT: usize = 48 << 20;
const MOST_SHEETS: usize = 256;
/// A cell's text is cut to so many bytes: no cell shows more than 32,767 characters.
const MOST_CELL_TEXT: usize = 64 << 10;
/// What a workbook's parts may have unpacked, pictures apart; and how many times its packed size, where it is large.
const MOST_UNPACKED: u64 = 384 << 20;
const LARGE: u64 = 64 << 20;
const MOST_RATIO: u64 = 150;
/// What its pictures may have.
const MOST_MEDIA: u64 = 256 << 20;

type Source = BufReader<HandedReader>;

/// A picture in a cell.
pub(crate) struct Anchored {
    pub(crate) sheet: String,
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) bytes: Vec<u8>,
}

/// A workbook, read.
pub(crate) struct Workbook {
    /// Without pictures.
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) pictures: Vec<Anchored>,
}

/// What kinds of workbook there are.
enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl Workbook {
    pub(crate) fn open(file: &Handed, what: &'static str) -> Result<Self, ReadError> {
        let source = || BufReader::new(file.reader());
        let mut budget = Budget { cells: MOST_CELLS, text: MOST_TEXT };
        let mut book = match kind_of(file, what)? {
            Kind::Xlsx => {
                let mut book = Xlsx::new(source())
                    .map_err(|e| broken(&e, matches!(e, calamine::XlsxError::Password)))?;
                let mut sheets =
                    read_sheets(&book.sheet_names(), |name| xlsx_sheet(&mut book, name, &mut budget));
                let mut hidden = hidden::rows(file);
                for sheet in &mut sheets {
                    let of_sheet = book.sheets_metadata().iter().find(|s| s.name == sheet.name);
                    sheet.hidden_rows = if of_sheet.is_some_and(|s| s.visible != SheetVisible::Visible) {
                        rows_of(sheet)
                    } else {
                        hidden.remove(&sheet.name).unwrap_or_default()
                    };
                }
                Self { sheets, pictures: anchored(&book) }
            }
            Kind::Xlsb => {
                let mut book = Xlsb::new(source())
                    .map_err(|e| broken(&e, matches!(e, calamine::XlsbError::Password)))?;
                let sheets =
                    read_sheets(&book.sheet_names(), |name| xlsb_sheet(&mut book, name, &mut budget));
                Self { sheets, pictures: anchored(&book) }
            }
            Kind::Xls => {
                let mut book =
                    Xls::new(source()).map_err(|e| broken(&e, matches!(e, calamine::XlsError::Password)))?;
                let sheets =
                    read_sheets(&book.sheet_names(), |name| dense_sheet(&mut book, name, &mut budget));
                Self { sheets, pictures: anchored(&book) }
            }
            Kind::Ods => {
                let mut book =
                    Ods::new(source()).map_err(|e| broken(&e, matches!(e, calamine::OdsError::Password)))?;
                let sheets =
                    read_sheets(&book.sheet_names(), |name| dense_sheet(&mut book, name, &mut budget));
                Self { sheets, pictures: anchored(&book) }
            }
        };
        if book.sheets.is_empty() {
            return Err(ReadError::new(
                ErrorCode::NoPages,
                "The workbook has no sheet with cells.",
                "Open it in another program; if that shows sheets, save a fresh copy.",
            ));
        }
        book.pictures.sort_by_key(|p| (p.row, p.column));
        Ok(book)
    }
}

/// What of the limits is left.
struct Budget {
    cells: usize,
    text: usize,
}

impl Budget {
    /// Takes a cell's share; `false` where nothing is left.
    fn take(&mut self, text: &str) -> bool {
        if self.cells == 0 || self.text < text.len() {
            return false;
        }
        self.cells -= 1;
        self.text -= text.len();
        true
    }
}

/// Reads the sheets one by one. One that is damaged (or no sheet of cells: a chart) is left out; the others stay.
fn read_sheets(names: &[String], mut read: impl FnMut(&str) -> Option<Sheet>) -> Vec<Sheet> {
    names.iter().take(MOST_SHEETS).filter_map(|name| read(name)).collect()
}

/// The rows that hold something: all that a hidden sheet hides.
fn rows_of(sheet: &Sheet) -> Vec<u32> {
    let mut rows: Vec<u32> = sheet.cells.iter().map(|c| c.row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn anchored<R: Reader<Source>>(book: &R) -> Vec<Anchored> {
    let placed = book.pictures_with_metadata().into_iter().filter(|picture| !picture.sheet_name.is_empty());
    placed
        .map(|picture| Anchored {
            sheet: picture.sheet_name,
            row: picture.row,
            column: picture.col,
            bytes: picture.data,
        })
        .collect()
}

fn xlsx_sheet(book: &mut Xlsx<Source>, name: &str, budget: &mut Budget) -> Option<Sheet> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    {
        let mut cells = book.worksheet_cells_reader(name).ok()?;
        loop {
            let (cell, style) = match cells.next_cell_with_style_id() {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "a sheet is damaged; what was read of it stays");
                    sheet.cut = true;
                    break;
                }
            };
            let format = cells.styles().get(style).and_then(|s| s.number_format.as_ref());
            let format = format.map_or("General", |f| f.format_code.as_str());
            if !put(&mut sheet, cell.get_position(), cell.get_value(), format, budget) {
                break;
            }
        }
    }
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    sheet.merged = merged.iter().map(|m| [m.start.0, m.start.1, m.end.0, m.end.1]).collect();
    Some(sheet)
}

fn xlsb_sheet(book: &mut Xlsb<Source>, name: &str, budget: &mut Budget) -> Option<Sheet> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let mut cells = book.worksheet_cells_reader(name).ok()?;
    while let Ok(Some(cell)) = cells.next_cell() {
        if !put(&mut sheet, cell.get_position(), cell.get_value(), "General", budget) {
            break;
        }
    }
    Some(sheet)
}

/// A sheet of a format whose cells only come as a whole. The limit of the child's memory bounds it.
fn dense_sheet<R: Reader<Source>>(book: &mut R, name: &str, budget: &mut Budget) -> Option<Sheet> {
    let range = book.worksheet_range(name).ok()?;
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, data) in range.used_cells() {
        let position = (top + row as u32, left + column as u32);
        if !put(&mut sheet, position, &as_ref(data), "General", budget) {
            break;
        }
    }
    Some(sheet)
}

fn as_ref(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(v) => DataRef::Int(*v),
        Data::Float(v) => DataRef::Float(*v),
        Data::String(v) => DataRef::SharedString(v),
        Data::Bool(v) => DataRef::Bool(*v),
        Data::DateTime(v) => DataRef::DateTime(*v),
        Data::DateTimeIso(v) => DataRef::DateTimeIso(v.clone()),
        Data::DurationIso(v) => DataRef::DurationIso(v.clone()),
        Data::Error(v) => DataRef::Error(v.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Adds a cell; `false` where the workbook's limits are reached.
fn put(
    sheet: &mut Sheet,
    (row, column): (u32, u32),
    data: &DataRef<'_>,
    format: &str,
    budget: &mut Budget,
) -> bool {
    let Some((text, value)) = read_cell(data, format) else { return true };
    if !budget.take(&text) {
        sheet.cut = true;
        return false;
    }
    sheet.cells.push(Cell { row, column, text, value });
    true
}

fn read_cell(data: &DataRef<'_>, format: &str) -> Option<(String, CellValue)> {
    let words = |text: &str| {
        let mut text = text.trim().to_owned();
        text.truncate(text.floor_char_boundary(MOST_CELL_TEXT));
        (!text.is_empty()).then_some((text, CellValue::Text))
    };
    match data {
        DataRef::Int(v) => Some((number_format::shown(*v as f64, format), CellValue::Number(*v as f64))),
        DataRef::Float(v) if v.is_finite() => Some((number_format::shown(*v, format), CellValue::Number(*v))),
        DataRef::String(v) | DataRef::DurationIso(v) => words(v),
        DataRef::SharedString(v) => words(v),
        DataRef::Bool(v) => Some((if *v { "TRUE" } else { "FALSE" }.to_owned(), CellValue::Bool(*v))),
        DataRef::DateTime(v) => Some(date(v)),
        DataRef::DateTimeIso(v) => {
            let day = v.get(..10).filter(|d| d.as_bytes().get(4) == Some(&b'-'))?.to_owned();
            Some((day.clone(), CellValue::Date(day)))
        }
        DataRef::Error(_) | DataRef::Empty | DataRef::Float(_) => None,
    }
}

/// A civil date; a length of time, or a time of day alone, stays a number.
fn date(value: &ExcelDateTime) -> (String, CellValue) {
    let days = value.as_f64();
    if value.is_duration() || !(1.0..2_958_466.0).contains(&days) {
        return (number_format::plain(days), CellValue::Number(days));
    }
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    (day.clone(), CellValue::Date(day))
}

/// Which kind it is, and whether it unpacks to what a computer can hold: by its directory, before anything is unpacked.
fn kind_of(file: &Handed, what: &'static str) -> Result<Kind, ReadError> {
    let mut head = [0; 8];
    let read = file.reader().read(&mut head).map_err(|e| ReadError::io(&e))?;
    if head[..read].starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return old_kind(file);
    }
    let mut archive = ZipArchive::new(BufReader::new(file.reader())).map_err(|e| broken(&e, false))?;
    let (mut unpacked, mut packed, mut media) = (0_u64, 0_u64, 0_u64);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|e| broken(&e, false))?;
        let is_media =
            entry.name().is_ok_and(|name| name.contains("/media/") || name.starts_with("Pictures/"));
        packed += entry.compressed_size();
        if is_media { media += entry.size() } else { unpacked += entry.size() }
    }
    if unpacked > MOST_UNPACKED
        || media > MOST_MEDIA
        || (unpacked > LARGE && unpacked / packed.max(1) > MOST_RATIO)
    {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!(
                "The workbook would unpack to {} MB, which is more than a list of goods needs.",
                (unpacked + media) >> 20
            ),
            "Save the sheet that matters as CSV, or take out what is not needed, and add that.",
        ));
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    let names = || archive.file_names().filter_map(Result::ok);
    if has("xl/workbook.bin") {
        Ok(Kind::Xlsb)
    } else if names().any(|name| name.to_ascii_lowercase().contains("workbook") && name.ends_with(".xml"))
        || names().any(|name| name.starts_with("xl/"))
    {
        Ok(Kind::Xlsx)
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Ok(Kind::Ods)
    } else {
        Err(ReadError::unsupported(what))
    }
}

/// Of a file of the older format (MS-CFB): a workbook, an encrypted newer one, or another program's. The names of its
/// parts stand in it in UTF-16.
fn old_kind(file: &Handed) -> Result<Kind, ReadError> {
    /// More than any directory of such a file lies into it.
    const LOOKED_AT: u64 = 64 << 20;
    let bytes = file.bytes(LOOKED_AT).map_err(|e| ReadError::io(&e))?;
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).step_by(2).any(|part| part == wide)
    };
    if holds("EncryptedPackage") {
        return Err(encrypted());
    }
    if holds("WordDocument") || holds("PowerPoint Document") {
        return Err(ReadError::unsupported("an older Office file (DOC or PPT)"));
    }
    Ok(Kind::Xls)
}

fn encrypted() -> ReadError {
    ReadError::new(
        ErrorCode::Encrypted,
        "The workbook is locked with a password, which Papertray cannot open.",
        "Open it in its own program, save a copy without a password, and add that.",
    )
}

fn broken(error: &dyn std::fmt::Display, password: bool) -> ReadError {
    if password {
        return encrypted();
    }
    ReadError::corrupt(format!("The workbook is damaged: {error}."))
}
