//! A document: one file of a person's, stored and read.

use serde::{Deserialize, Serialize};

use crate::{
    Check, DocumentId, DocumentPart, FieldChange, Fields, Job, LineItem, PageRef, PageSummary, Rect,
    Timestamp, UserError,
};

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Being stored, or stored and not begun.
    Uploading,
    /// Being read.
    Processing,
    /// Every page is accounted for.
    OcrComplete,
    /// Some pages could not be read.
    Partial,
    /// Nothing could be read.
    Failed,
    /// A person stopped it.
    Cancelled,
}

impl DocumentStatus {
    /// All, for tables and tests.
    pub const ALL: [Self; 6] =
        [Self::Uploading, Self::Processing, Self::OcrComplete, Self::Partial, Self::Failed, Self::Cancelled];

    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Processing => "processing",
            Self::OcrComplete => "ocr_complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// Where a document's name, tags and summary stand. A failure here never changes the document's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MetadataState {
    /// Not begun.
    Pending,
    /// Being made.
    Running,
    /// Made.
    Ready,
    /// Could not be made.
    Failed,
}

impl MetadataState {
    /// All, for tables and tests.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Ready, Self::Failed];

    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The state that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// A document or page type: `invoice`, `receipt`, `bill`, `eway_bill`, `purchase_order`, `linesheet`, `delivery_note`,
/// `plan`, `unknown`, or one that a person added. Types are data, so this is a word, not a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct DocType(String);

impl DocType {
    /// A type by its word.
    pub fn new(word: impl Into<String>) -> Self {
        Self(word.into())
    }

    /// The type of a page that speaks for none.
    pub fn unknown() -> Self {
        Self::new("unknown")
    }

    /// Whether no type is known.
    pub fn is_unknown(&self) -> bool {
        self.0 == "unknown"
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What describes a document: made by the machine, changed by people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Metadata {
    /// A name a person would give it: `Acme invoice 1043, 12 May 2026`.
    pub display_name: String,
    /// Lower-case words: type, vendor, year.
    pub tags: Vec<String>,
    /// One or two sentences.
    pub summary: String,
    /// ISO 639-1 (`en`, `de`); absent where the text is too short to tell.
    pub language: Option<String>,
}

/// One row of a list of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DocumentRow {
    /// Its id.
    pub document_id: DocumentId,
    /// Where the file came from (absolute path).
    pub file: String,
    /// The file's name.
    pub filename: String,
    /// Where it stands.
    pub status: DocumentStatus,
    /// Where its name, tags and summary stand.
    pub metadata: MetadataState,
    /// Its type, once known.
    pub doc_type: Option<DocType>,
    /// Its name, once made.
    pub display_name: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many pages; absent until the file was opened.
    pub page_count: Option<u32>,
    /// Its date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Its total, a decimal string.
    pub total: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// How many values want a look (confidence under 0.9, not yet accepted).
    pub uncertain: u32,
    /// Whether a person accepted the values.
    pub accepted: bool,
    /// When it was added.
    pub added_at: Timestamp,
    /// Why it failed or is only partly read.
    pub error: Option<UserError>,
    /// Bytes of the stored file.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub file_size_bytes: u64,
    /// Absolute path of the first page's picture, for the thumbnail.
    pub thumbnail: Option<String>,
    /// The job that is at work on it or waits for it, with its progress.
    pub job: Option<Job>,
    /// It was added without being processed, and waits until a person says so.
    pub staged: bool,
    /// The archive or mail it came in.
    pub parent: Option<DocumentId>,
    /// How many documents came out of this archive or mail.
    pub parts: u32,
}

/// One of several files that are the same document at different times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DocumentVersion {
    /// Which document.
    pub document_id: DocumentId,
    /// The file's name.
    pub filename: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether lists show this one.
    pub current: bool,
}

/// One document with everything but its pages' words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DocumentDetail {
    /// The row as the list shows it.
    pub row: DocumentRow,
    /// By content: `application/pdf`, `image/png`, ….
    pub mime_type: String,
    /// Name, tags, summary.
    pub description: Option<Metadata>,
    /// The document's values.
    pub fields: Fields,
    /// Rows of goods.
    pub lines: Vec<LineItem>,
    /// Its pages.
    pub pages: Vec<PageSummary>,
    /// Where each of its pages comes from; none while it is not read, or where its pages cannot be arranged.
    pub leaves: Vec<PageRef>,
    /// Whether a person arranged its pages.
    pub arranged: bool,
    /// Whether the rows of goods are a person's.
    pub lines_by_person: bool,
    /// What a person noted about it.
    pub note: String,
    /// What read it: `text-layer`, `ppocr`, `text-layer+ppocr`.
    pub model: Option<String>,
    /// How long reading took.
    pub processing_time_ms: Option<u32>,
    /// Its versions, newest first; none where there is only this one.
    pub versions: Vec<DocumentVersion>,
    /// The archive or mail it came in.
    pub parent: Option<Box<DocumentRow>>,
    /// What came out of this archive or mail.
    pub parts: Vec<DocumentRow>,
    /// Whether what is printed adds up.
    pub checks: Vec<Check>,
    /// The documents that the file holds, in order; none where it holds one.
    pub sections: Vec<DocumentPart>,
    /// Whether a person said where they begin.
    pub split_by_person: bool,
    /// Whether a person named the type.
    pub type_by_person: bool,
    /// What the last run changed and nobody has decided about yet.
    pub changes: Vec<FieldChange>,
    /// How often something of it was sent to a service outside this computer, or was about to be.
    pub sent: u32,
}

/// Which documents a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DocumentFilter {
    /// All that are not in the trash.
    #[default]
    All,
    /// Being stored or read, or waiting for it.
    Working,
    /// Read, with values that want a look.
    NeedsReview,
    /// Failed, cancelled or partly read.
    Failed,
    /// Added without being processed.
    Staged,
    /// In the trash.
    Trash,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DocumentSort {
    /// When it was added.
    #[default]
    Added,
    /// Its own date.
    Date,
    /// Its total, as a number, whatever its currency.
    Amount,
    /// Its name.
    Name,
}

/// Where words of a search stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Hit {
    /// From 1.
    pub page_number: u32,
    /// Around the words, in the page's unit.
    #[serde(rename = "box")]
    pub bbox: Rect,
    /// The words with those around them.
    pub snippet: String,
}

/// Where a search stands in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Hits {
    /// Which document.
    pub document_id: DocumentId,
    /// In the order of the pages.
    pub hits: Vec<Hit>,
    /// There are more.
    pub more: bool,
}

/// One page of a list, newest first unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DocumentQuery {
    /// Which.
    pub filter: DocumentFilter,
    /// Only this type.
    pub doc_type: Option<DocType>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only in this state.
    pub status: Option<DocumentStatus>,
    /// Only what this search finds: words, `"phrases"`, `begin*`, `-without`, `type:` `tag:` `vendor:` `status:`
    /// `currency:` `date:2026-05..2026-07` `amount:>100`.
    pub text: Option<String>,
    /// What it is sorted by.
    pub sort: DocumentSort,
    /// Smallest, earliest, oldest first.
    pub ascending: bool,
    /// Of the list only these, where any are named; its total stays that of the whole list.
    pub only: Vec<DocumentId>,
    /// The last id of the list so far; the answer goes on after it.
    pub after: Option<DocumentId>,
    /// At most this many; 0 means 100.
    pub limit: u32,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DocumentList {
    /// The rows.
    pub rows: Vec<DocumentRow>,
    /// How many match in all.
    pub total: u32,
    /// There are more than `total`: a search counts to 1,000.
    pub at_least: bool,
    /// Whether more follow.
    pub more: bool,
}

/// How many documents stand where, for the rail and the filter chips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxCounts {
    /// All that are not in the trash.
    pub all: u32,
    /// Being stored or read, or waiting for it.
    pub working: u32,
    /// Read, with values that want a look.
    pub needs_review: u32,
    /// Failed, cancelled or partly read.
    pub failed: u32,
    /// Added without being processed.
    pub staged: u32,
    /// In the trash.
    pub trash: u32,
}

/// What becomes of a file whose bytes are in the library already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// It stands for the first document.
    #[default]
    Skip,
    /// It is a document of its own.
    Keep,
    /// It is a new version of the first.
    Version,
}

impl Duplicates {
    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Keep => "keep",
            Self::Version => "version",
        }
    }

    /// The choice that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Skip, Self::Keep, Self::Version].into_iter().find(|d| d.as_str() == word)
    }
}

/// Why two documents may be one paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TwinsWhy {
    /// The same file, kept twice.
    SameFile,
    /// Vendor, number and total are the same.
    SameNumber,
    /// Nearly the same words.
    SameWords,
}

/// Two documents that may be one paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Twins {
    /// The one that was added first.
    pub one: DocumentRow,
    /// The other one.
    pub other: DocumentRow,
    /// Why.
    pub why: TwinsWhy,
    /// How much of their telling words they share, 0 to 1.
    pub likeness: f32,
}

/// How files are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct AddOptions {
    /// Only stored: nothing is read until a person says so.
    pub stage: bool,
    /// What becomes of files that are in the library already.
    pub duplicates: Duplicates,
}

/// What became of one added file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(untagged)]
pub enum AddOutcome {
    /// Taken in; reading goes on in the background.
    Added {
        /// The new document.
        document_id: DocumentId,
        /// The path as given.
        file: String,
        /// The file's name.
        filename: String,
        /// Always `uploading`.
        status: DocumentStatus,
    },
    /// The same bytes are in the library already.
    AlreadyImported {
        /// The first document with these bytes.
        document_id: DocumentId,
        /// The path as given.
        file: String,
        /// Always `already_imported`.
        outcome: AlreadyImported,
        /// What the first document is called.
        name: String,
        /// Whether it lies in the trash.
        in_trash: bool,
    },
    /// Not taken, with the reason.
    Refused {
        /// The path as given.
        file: String,
        /// Why.
        error: UserError,
    },
}

/// The word `already_imported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum AlreadyImported {
    /// The only value.
    AlreadyImported,
}

/// A document's place in a batch that ended, for the notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BatchSummary {
    /// Documents read in full, oldest first.
    pub read: Vec<DocumentId>,
    /// Documents that failed or were read in part.
    pub failed: Vec<DocumentId>,
    /// How many of the read ones have values that want a look.
    pub needs_review: u32,
    /// Names of the failed ones, at most three.
    pub failed_names: Vec<String>,
    /// Name of the only document, where the batch had one.
    pub only_name: Option<String>,
}
