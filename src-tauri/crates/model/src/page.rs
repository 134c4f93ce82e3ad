//! A page as it was read, and what was understood of it.

use serde::{Deserialize, Serialize};

use crate::{BlobHash, Check, DocType, Fields, LineItem, Rect, Unit, UserError};

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Word {
    /// The word, without white space.
    pub text: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub bbox: Rect,
    /// 0 to 1; 1 for words of a text layer.
    pub confidence: f32,
    /// Which line of the page it belongs to, from 0 in reading order.
    #[serde(default)]
    pub line: u32,
}

/// A machine-readable code on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Code {
    /// `qr`, `data_matrix`, `aztec`, `pdf417`, `code128`, `ean13`; `e_invoice`: the XML that a PDF carries, on its first
    /// page.
    pub kind: String,
    /// Its content.
    pub text: String,
    /// Where it stands; empty for what a file carries.
    #[serde(rename = "box")]
    pub bbox: Rect,
}

/// How a page's words were got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PageSource {
    /// From the file's own text.
    TextLayer,
    /// Recognised from the picture.
    Ocr,
    /// Nothing is on the page.
    Blank,
    /// The page could not be read.
    Failed,
}

impl PageSource {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextLayer => "text_layer",
            Self::Ocr => "ocr",
            Self::Blank => "blank",
            Self::Failed => "failed",
        }
    }
}

/// What the reader found on one page. Words stand in reading order, lines kept together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageReading {
    /// From 1.
    pub page_number: u32,
    /// Unit of `width`, `height` and every box.
    pub unit: Unit,
    /// Width of the upright page.
    pub width: f32,
    /// Height of the upright page.
    pub height: f32,
    /// Degrees clockwise by which the stored page was turned to stand upright: 0, 90, 180, 270.
    pub rotation: u16,
    /// How the words were got.
    pub source: PageSource,
    /// The words.
    pub words: Vec<Word>,
    /// Tables as HTML.
    pub tables: Vec<String>,
    /// Codes.
    pub codes: Vec<Code>,
}

impl PageReading {
    /// A page without words: blank, or (with its error kept beside it) failed.
    pub fn empty(page_number: u32, unit: Unit, width: f32, height: f32, source: PageSource) -> Self {
        Self {
            page_number,
            unit,
            width,
            height,
            rotation: 0,
            source,
            words: vec![],
            tables: vec![],
            codes: vec![],
        }
    }

    /// The text in reading order: words joined by a space, lines by a line feed.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.words.iter().map(|w| w.text.len() + 1).sum());
        for (i, word) in self.words.iter().enumerate() {
            if i > 0 {
                text.push(if self.words[i - 1].line == word.line { ' ' } else { '\n' });
            }
            text.push_str(&word.text);
        }
        text
    }

    /// The page as it lies when it is turned clockwise by 0, 90, 180 or 270 degrees. The order of its words stays.
    #[must_use]
    pub fn turned(mut self, turn: u16) -> Self {
        let (width, height) = (self.width, self.height);
        for word in &mut self.words {
            word.bbox = word.bbox.turned(turn, width, height);
        }
        for code in &mut self.codes {
            code.bbox = code.bbox.turned(turn, width, height);
        }
        if !turn.is_multiple_of(180) {
            (self.width, self.height) = (height, width);
        }
        self.rotation = (self.rotation + turn) % 360;
        self
    }

    /// The words of each line, in reading order.
    pub fn lines(&self) -> impl Iterator<Item = &[Word]> {
        self.words.chunk_by(|a, b| a.line == b.line)
    }
}

/// Which page of which stored file stands somewhere in a document, and how far a person turned it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageRef {
    /// The stored file.
    pub file: BlobHash,
    /// Its page, from 1.
    pub page: u32,
    /// Degrees clockwise beyond how the page was read: 0, 90, 180, 270.
    pub turn: u16,
}

impl PageRef {
    /// Whether both are the same page, however they lie.
    pub fn is_page_of(&self, other: &Self) -> bool {
        self.page == other.page && self.file == other.file
    }
}

/// What was understood of one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageMeaning {
    /// The page's type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// Why this type: the words that spoke for it, strongest first.
    pub reasons: Vec<String>,
    /// The values found.
    pub fields: Fields,
    /// Rows of goods.
    pub lines: Vec<LineItem>,
}

/// One of several documents in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DocumentPart {
    /// From 1.
    pub first_page: u32,
    /// From 1, itself included.
    pub last_page: u32,
    /// Its type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// Why it begins where it does.
    pub why: String,
    /// Its values.
    pub fields: Fields,
    /// Its rows of goods.
    pub lines: Vec<LineItem>,
    /// Whether what is printed adds up.
    pub checks: Vec<Check>,
}

/// Where a page's draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DraftStatus {
    /// Values wait for a person to accept them.
    DraftPending,
    /// A person accepted them.
    DraftCreated,
    /// The type is not known, so there is no draft.
    Unknown,
}

/// One page in a document's page strip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageSummary {
    /// From 1.
    pub page_number: u32,
    /// Unit of `width` and `height`.
    pub unit: Unit,
    /// Width of the upright page.
    pub width: f32,
    /// Height of the upright page.
    pub height: f32,
    /// How the words were got.
    pub source: PageSource,
    /// The page's type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// Where its draft stands.
    pub status: DraftStatus,
    /// Why the page could not be read.
    pub error: Option<UserError>,
}

/// One page with everything on it, for the review view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageDetail {
    /// The page in short.
    pub summary: PageSummary,
    /// Absolute path of the page's picture; absent where none could be made.
    pub picture: Option<String>,
    /// The text in reading order.
    pub text: String,
    /// The words.
    pub words: Vec<Word>,
    /// The values found on this page.
    pub fields: Fields,
    /// Why it is of its type: the words that spoke for it, strongest first.
    pub reasons: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_the_lines() {
        let word =
            |text: &str, line| Word { text: text.into(), bbox: Rect::default(), confidence: 1.0, line };
        let mut page = PageReading::empty(1, Unit::Pt, 10.0, 10.0, PageSource::TextLayer);
        page.words = vec![word("Acme", 0), word("Ltd", 0), word("Invoice", 1)];
        assert_eq!(page.text(), "Acme Ltd\nInvoice");
        assert_eq!(page.lines().count(), 2);
    }
}
