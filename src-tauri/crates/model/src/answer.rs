//! The command line's JSON answers: names and order as its contract fixes them.

use serde::{Deserialize, Serialize};

use crate::{
    ANSWER_SCHEMA, Check, Code, DocType, DocumentId, DocumentPart, DocumentStatus, DraftStatus, Fields,
    LineItem, Metadata, PageMeaning, PageReading, PageSource, Unit, UserError, Word,
};

/// The answer of `read` and `show`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// [`ANSWER_SCHEMA`].
    pub schema: u32,
    /// `null` for `read`, which keeps no library.
    pub document_id: Option<DocumentId>,
    /// The path as given.
    pub file: String,
    /// `ocr_complete`, `partial` or `failed` for `read`; any state for `show`.
    pub status: DocumentStatus,
    /// Why it failed or is only partly read.
    pub error: Option<UserError>,
    /// How many pages the file has.
    pub page_count: u32,
    /// What read it: `text-layer`, `ppocr`, `text-layer+ppocr`.
    pub model: Option<String>,
    /// How long reading took.
    pub processing_time_ms: u32,
    /// Name, tags, summary, language.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// The document's type.
    pub doc_type: DocType,
    /// The document's values.
    pub fields: Fields,
    /// Rows of goods.
    pub lines: Vec<LineItem>,
    /// Whether what is printed adds up.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// The documents that the file holds, where it holds several.
    #[serde(default)]
    pub parts: Vec<DocumentPart>,
    /// The pages.
    pub pages: Vec<PageAnswer>,
}

impl Reading {
    /// The answer for a file of which nothing could be read.
    pub fn failed(file: String, error: UserError) -> Self {
        Self {
            schema: ANSWER_SCHEMA,
            document_id: None,
            file,
            status: DocumentStatus::Failed,
            error: Some(error),
            page_count: 0,
            model: None,
            processing_time_ms: 0,
            metadata: Metadata::default(),
            doc_type: DocType::unknown(),
            fields: Fields::new(),
            lines: vec![],
            checks: vec![],
            parts: vec![],
            pages: vec![],
        }
    }
}

/// One page of a [`Reading`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageAnswer {
    /// From 1.
    pub page_number: u32,
    /// Unit of every length.
    pub unit: Unit,
    /// Width of the upright page.
    pub width: f32,
    /// Height of the upright page.
    pub height: f32,
    /// Degrees clockwise by which it was turned.
    pub rotation: u16,
    /// How the words were got.
    pub source: PageSource,
    /// The page's type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// Where its draft stands.
    pub status: DraftStatus,
    /// Version of the rules that understood it.
    pub schema_version: u32,
    /// Where its picture is stored: `storage/jobs/{document}/page-{n}.png`; `null` for `read`.
    pub storage_uri: Option<String>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<UserError>,
    /// The text in reading order, lines kept.
    pub text: String,
    /// The words; left out by `show` without `--words`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<Vec<Word>>,
    /// Tables as HTML.
    pub tables: Vec<String>,
    /// Codes.
    pub codes: Vec<Code>,
    /// The page's values.
    pub fields: Fields,
    /// Rows of goods.
    pub lines: Vec<LineItem>,
}

impl PageAnswer {
    /// A page as it was read and understood.
    pub fn new(page: &PageReading, meaning: &PageMeaning, schema_version: u32, words: bool) -> Self {
        Self {
            page_number: page.page_number,
            unit: page.unit,
            width: page.width,
            height: page.height,
            rotation: page.rotation,
            source: page.source,
            doc_type: meaning.doc_type.clone(),
            confidence: meaning.confidence,
            status: if meaning.doc_type.is_unknown() {
                DraftStatus::Unknown
            } else {
                DraftStatus::DraftPending
            },
            schema_version,
            storage_uri: None,
            error: None,
            text: page.text(),
            words: words.then(|| page.words.clone()),
            tables: page.tables.clone(),
            codes: page.codes.clone(),
            fields: meaning.fields.clone(),
            lines: meaning.lines.clone(),
        }
    }
}
