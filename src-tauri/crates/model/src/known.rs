//! What the rules know and what came of it, as people see it: types of documents, lessons of vendors' paper, and what a
//! run over a document changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DocType, DocumentId, Timestamp};

/// A type of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TypeInfo {
    /// Its name.
    pub name: String,
    /// Counts up with every change.
    pub version: u32,
    /// The person's file it stands in; absent for a built-in type.
    pub file: Option<String>,
    /// What its values are called, and their kinds.
    pub fields: BTreeMap<String, String>,
    /// What the columns of its rows of goods are called; none where it has no such table.
    pub columns: Vec<String>,
    /// What a language model is told about it.
    pub prompt: String,
}

/// A file of a type that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TypeProblem {
    /// The file's name.
    pub file: String,
    /// The line, from 1; absent where the whole file is meant.
    pub line: Option<u32>,
    /// What is wrong with it.
    pub message: String,
}

/// What a vendor's paper taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LessonRow {
    /// Its number; 0 before it is stored.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub id: i64,
    /// The vendor as the machine reads it, folded.
    pub vendor: String,
    /// The type of documents it is about.
    pub doc_type: String,
    /// The value it is about.
    pub field: String,
    /// What was learned, as JSON: `{"kind":"name","name":…}` or `{"kind":"label","label":…}`.
    pub lesson: String,
    /// The document whose correction taught it.
    pub document_id: Option<DocumentId>,
    /// When.
    pub at: Timestamp,
}

/// One value after a run: what the machine said before, what a person says, what the machine says now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldChange {
    /// The value's name; `doc_type` for the type.
    pub name: String,
    /// What the machine said before; absent where it said nothing.
    pub old: Option<String>,
    /// What a person says, where one does: it counts.
    pub mine: Option<String>,
    /// What the machine says now.
    pub new: Option<String>,
}

/// What a replay did to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Replayed {
    /// Which.
    pub document_id: DocumentId,
    /// Its type now.
    pub doc_type: DocType,
    /// The version of its type.
    pub schema_version: u32,
    /// What changed: before, a person's, now.
    pub changes: Vec<FieldChange>,
}
