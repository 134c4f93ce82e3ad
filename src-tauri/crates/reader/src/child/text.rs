//! Text files: text and Markdown, laid out on virtual A4 pages so that they have pages and boxes too. Tables in a text
//! (CSV and the like) are sheets.

use papertray_model::{PageReading, PageSource, Rect, Sheet, Unit, Word};
use papertray_reader::{PageOptions, PageRead, Picture, ReadError};

use super::handed::Handed;
use super::{separated, text_paint};

/// A4 in points.
pub(crate) const WIDTH: f32 = 595.3;
pub(crate) const HEIGHT: f32 = 841.9;
const MARGIN: f32 = 50.0;
/// Lines a page, and their height and a character's width: a typewriter's page.
const LINES: usize = 60;
const LINE_HEIGHT: f32 = (HEIGHT - 2.0 * MARGIN) / LINES as f32;
const ADVANCE: f32 = 5.5;
/// Characters a line.
const COLUMNS: usize = ((WIDTH - 2.0 * MARGIN) / ADVANCE) as usize;
const TAB: usize = 8;
/// A text file longer than this is no document.
const MOST_BYTES: u64 = 64 << 20;

/// What a text file turned out to be.
pub(crate) enum OpenText {
    Text(TextFile),
    /// A table; a file named as one that is none is text.
    Table(Sheet),
}

/// An open text file, cut into lines that fit the page.
pub(crate) struct TextFile {
    lines: Vec<String>,
    /// Where its text can be had whole again; absent for text that never was a file.
    file: Option<Handed>,
}

impl TextFile {
    /// Opens a text; as a sheet where it is a table.
    pub(crate) fn open(file: &Handed, mime_type: &str) -> Result<OpenText, ReadError> {
        let length = file.length();
        if length > MOST_BYTES {
            return Err(ReadError::new(
                papertray_model::ErrorCode::TooLarge,
                format!("The text file has {} MB; at most {} are read.", length >> 20, MOST_BYTES >> 20),
                "Split it and add the parts.",
            ));
        }
        let text = text_in(file)?;
        if text.contains('\0') {
            return Err(ReadError::unsupported("of an unknown binary kind"));
        }
        let named = matches!(mime_type, "text/csv" | "text/tab-separated-values");
        let table = named || mime_type == "text/plain" && separated::is_table(&text);
        if table && let Ok(sheet) = separated::sheet(&text) {
            return Ok(OpenText::Table(sheet));
        }
        Ok(OpenText::Text(Self { file: Some(file.clone()), ..Self::of(&text) }))
    }

    /// Its content as a table.
    pub(crate) fn sheet(&self) -> Result<Sheet, ReadError> {
        let file = self.file.as_ref().ok_or_else(|| ReadError::internal("The text is no file."))?;
        separated::sheet(&text_in(file)?)
    }

    /// Text in hand, laid out the same way.
    pub(crate) fn of(text: &str) -> Self {
        Self { lines: text.lines().flat_map(wrapped).collect(), file: None }
    }

    pub(crate) fn page_count(&self) -> u32 {
        (self.lines.len().div_ceil(LINES)).max(1) as u32
    }

    fn page_lines(&self, number: u32) -> &[String] {
        let from = (number as usize).saturating_sub(1) * LINES;
        let to = (from + LINES).min(self.lines.len());
        self.lines.get(from..to).unwrap_or_default()
    }

    pub(crate) fn read_page(&self, number: u32, options: &PageOptions) -> Result<PageRead, ReadError> {
        let words = words_of(self.page_lines(number));
        let source = if words.is_empty() { PageSource::Blank } else { PageSource::TextLayer };
        let mut page = PageReading::empty(number, Unit::Pt, WIDTH, HEIGHT, source);
        page.words = words;
        let picture = options.picture.map(|side| self.render_page(number, side)).transpose()?;
        Ok(PageRead { page, picture, incomplete: None, elapsed_ms: 0 })
    }

    pub(crate) fn render_page(&self, number: u32, max_side: u32) -> Result<Picture, ReadError> {
        text_paint::draw(&words_of(self.page_lines(number)), (WIDTH, HEIGHT)).to_picture(max_side.max(1))
    }
}

fn text_in(file: &Handed) -> Result<String, ReadError> {
    let bytes = file.bytes(MOST_BYTES).map_err(|e| ReadError::io(&e))?;
    Ok(decoded(&bytes))
}

/// The text of a file in whatever encoding: a byte order mark decides, else UTF-8 where it is valid, else a guess.
fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow).decode(bytes).0.into_owned()
}

/// A line with its tabs spread, cut at white space where it is too long for the page.
fn wrapped(line: &str) -> Vec<String> {
    let mut out = vec![];
    let mut open = String::new();
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let to = (column / TAB + 1) * TAB;
            open.extend(std::iter::repeat_n(' ', to - column));
            column = to;
        } else if !c.is_control() {
            open.push(c);
            column += 1;
        }
        if column >= COLUMNS {
            let cut = open
                .rfind(char::is_whitespace)
                .filter(|at| *at > open.len() / 2)
                .map_or(open.len(), |at| at + 1);
            let rest = open.split_off(cut);
            out.push(std::mem::replace(&mut open, rest));
            column = open.chars().count();
        }
    }
    if out.is_empty() || !open.trim().is_empty() {
        out.push(open);
    }
    out
}

fn words_of(lines: &[String]) -> Vec<Word> {
    let mut words = vec![];
    let mut number = 0;
    for (row, line) in lines.iter().enumerate() {
        let y0 = MARGIN + row as f32 * LINE_HEIGHT;
        let before = words.len();
        let mut open: Option<(usize, String)> = None;
        for (column, c) in line.chars().chain(std::iter::once(' ')).enumerate() {
            if !c.is_whitespace() && c != '\u{feff}' {
                open.get_or_insert_with(|| (column, String::new())).1.push(c);
            } else if let Some((from, text)) = open.take() {
                let (x0, x1) = (MARGIN + from as f32 * ADVANCE, MARGIN + column as f32 * ADVANCE);
                let bbox = Rect::new(x0, y0, x1, y0 + LINE_HEIGHT);
                words.push(Word { text, bbox, confidence: 1.0, line: number });
            }
        }
        number += u32::from(words.len() > before);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_encoding_is_read() {
        assert_eq!(decoded("Größe €".as_bytes()), "Größe €");
        assert_eq!(decoded(b"\xff\xfeG\0r\0\xf6\0"), "Grö");
        assert_eq!(decoded(b"Gr\xf6\xdfe der Stra\xdfe"), "Größe der Straße");
    }

    #[test]
    fn long_lines_are_cut_between_words_and_tabs_are_columns() {
        let lines = wrapped(&"word ".repeat(40));
        assert!(lines.len() > 1 && lines.iter().all(|l| l.chars().count() <= COLUMNS));
        assert_eq!(lines.concat().split_whitespace().count(), 40);
        assert_eq!(wrapped("a\tb"), ["a       b"]);
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn words_have_boxes_and_lines() {
        let words = words_of(&["Total  48.00".into(), String::new(), "Thanks".into()]);
        assert_eq!(words.iter().map(|w| w.line).collect::<Vec<_>>(), [0, 0, 1]);
        assert!((words[1].bbox.x0 - (MARGIN + 7.0 * ADVANCE)).abs() < 1e-3);
        assert!(words[2].bbox.y0 > words[0].bbox.y1);
    }
}
