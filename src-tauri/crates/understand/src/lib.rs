//! Words to meaning: pure functions.
//!
//! Three stages, each a function with one input and one output type: [`understand_page`] gives a page its type, its
//! fields and its rows of goods; [`understand_document`] joins the pages; [`describe()`] makes a name, tags and a
//! summary. Nothing here reads a file, a clock or a random number, and nothing is invented: a value without words on
//! the page that prove it is absent.
//!
//! Inside, a page becomes a layout (rows, cells), the layout a class (points for and against each type of
//! `doctypes/*.toml`), and the class a scene (labels, amounts, dates) that the rules in `fields` read.

mod checks;
mod classify;
mod columns;
mod currency;
mod date;
mod describe;
mod doctype;
mod document;
mod einvoice;
mod evidence;
mod fields;
mod goods;
mod grid;
mod ids;
mod keywords;
mod labels;
mod language;
mod layout;
mod learn;
mod lexicon;
mod lines;
pub mod linesheet;
mod locate;
pub mod matching;
mod money;
mod parts;
mod plan;
pub mod purchase_order;
#[cfg(test)]
mod sample;
mod scene;
mod schema;
mod text;

use papertray_model::{Check, DocType, DocumentPart, Fields, LineItem, PageReading, TypeProblem};

pub use crate::checks::add_up;
pub use crate::describe::describe;
pub use crate::document::{understand_document, understand_page};
pub use crate::learn::{Learned, Lesson};
pub use crate::locate::Located;

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
    /// Whether what is printed adds up.
    pub checks: Vec<Check>,
    /// The documents that the file holds, in order; none where it holds one.
    pub parts: Vec<DocumentPart>,
}

/// What the rules know: types of documents, and what vendors' paper taught.
#[derive(Clone, Debug)]
pub struct Knowledge {
    pub(crate) types: doctype::Catalog,
    pub(crate) lessons: Vec<Learned>,
}

impl Knowledge {
    /// What this program brings along.
    pub fn builtin() -> &'static Self {
        static BUILTIN: std::sync::LazyLock<Knowledge> =
            std::sync::LazyLock::new(|| Knowledge { types: doctype::builtin().clone(), lessons: vec![] });
        &BUILTIN
    }

    /// The built-in types and a person's own, each (name of its file, its TOML). A type of a built-in one's name takes its
    /// place. What cannot be used is named; the rest go on.
    pub fn new(own_types: &[(String, String)]) -> (Self, Vec<TypeProblem>) {
        let (types, problems) = doctype::with_own(own_types);
        (Self { types, lessons: vec![] }, problems)
    }
}

/// What [`describe()`] looks at.
#[derive(Clone, Copy, Debug)]
pub struct DescribeInput<'a> {
    /// The file's name, without its folder.
    pub filename: &'a str,
    /// What the document means.
    pub meaning: &'a DocumentMeaning,
    /// Its pages.
    pub pages: &'a [&'a PageReading],
}
