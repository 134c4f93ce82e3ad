//! Words to meaning: pure functions.
//!
//! Three stages, each a function with one input and one output type: [`understand_page`] gives a page its type, its
//! fields and its rows of goods; [`understand_document`] joins the pages; [`describe`] makes a name, tags and a
//! summary. Nothing here reads a file, a clock or a random number, and nothing is invented: a value without words on
//! the page that prove it is absent.

use papertray_model::{DocType, Fields, LineItem, Metadata, PageMeaning, PageReading};

/// Version of the rules; fields say it in `by`.
pub const SCHEMA_VERSION: u32 = 1;

/// What was understood of a whole document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentMeaning {
    /// The document's type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// The values found, each with its page.
    pub fields: Fields,
    /// Rows of goods of all pages.
    pub lines: Vec<LineItem>,
    /// ISO 639-1; absent where the text is too short to tell.
    pub language: Option<String>,
}

/// What [`describe`] looks at.
#[derive(Clone, Copy, Debug)]
pub struct DescribeInput<'a> {
    /// The file's name, without its folder.
    pub filename: &'a str,
    /// What the document means.
    pub meaning: &'a DocumentMeaning,
    /// Its pages.
    pub pages: &'a [&'a PageReading],
}

/// Understands one page.
pub fn understand_page(_page: &PageReading) -> PageMeaning {
    PageMeaning {
        doc_type: DocType::unknown(),
        confidence: 0.0,
        reasons: vec![],
        fields: Fields::new(),
        lines: vec![],
    }
}

/// Joins the pages of a document.
pub fn understand_document(_pages: &[(&PageReading, &PageMeaning)]) -> DocumentMeaning {
    DocumentMeaning {
        doc_type: DocType::unknown(),
        confidence: 0.0,
        fields: Fields::new(),
        lines: vec![],
        language: None,
    }
}

/// Describes a document: name, tags, summary. `step` hears each stage (`read_text`, `classify`, `name`, `tags`,
/// `summary`) and what was found, in words for people.
pub fn describe(input: &DescribeInput, step: &mut dyn FnMut(&str, &str)) -> Metadata {
    step("name", input.filename);
    Metadata { display_name: input.filename.to_owned(), ..Metadata::default() }
}
