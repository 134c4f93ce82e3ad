//! Documents written out for other programs.

use serde::{Deserialize, Serialize};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A line a document; rows of goods in a file of their own beside it.
    Csv,
    /// One list of documents with their values, rows of goods and pages.
    Json,
    /// A sheet of documents and one of rows of goods.
    Xlsx,
    /// The stored files as they came, into a folder.
    Original,
    /// Searchable copies as PDF: one into a file, several into a folder.
    Pdf,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Json, Self::Xlsx, Self::Original, Self::Pdf];

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Original => "original",
            Self::Pdf => "pdf",
        }
    }

    /// The format that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// A choice of format and columns that a person keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportPreset {
    /// Its name.
    pub name: String,
    /// What is written.
    pub format: ExportFormat,
    /// Which columns, in order; none: the usual ones.
    pub columns: Vec<String>,
}
