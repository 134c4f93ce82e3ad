//! A document with its known answers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::score::Same;

/// A value that should be found, or (`None`) that is not on the document.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) field: String,
    pub(crate) value: Option<String>,
    pub(crate) same: Same,
}

/// The values of some pages of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// From 1; empty: the document as a whole.
    pub(crate) pages: Vec<u32>,
    pub(crate) doc_type: Option<String>,
    pub(crate) wanted: Vec<Wanted>,
    /// Rows that must all be found in order: code of goods, quantity, amount.
    pub(crate) exact_rows: Option<Vec<(String, String, String)>>,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) file: PathBuf,
    /// Read from pictures of its pages.
    pub(crate) as_scan: bool,
    pub(crate) parts: Vec<Part>,
    /// The type of each page.
    pub(crate) page_types: BTreeMap<u32, String>,
    /// The document's type, of those the set tells apart.
    pub(crate) doc_type: Option<String>,
    /// Rows of goods: amount and description.
    pub(crate) rows: Option<Vec<(String, String)>>,
}

impl Document {
    /// A document whose values belong to it as a whole.
    pub(crate) fn whole(file: PathBuf, wanted: Vec<Wanted>) -> Self {
        Self { file, parts: vec![Part { wanted, ..Part::default() }], ..Self::default() }
    }
}

/// A value that should be found.
pub(crate) fn wanted(field: &str, value: impl Into<String>, same: Same) -> Wanted {
    Wanted { field: field.to_owned(), value: Some(value.into()), same }
}
