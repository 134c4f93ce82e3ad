//! A drop folder: what is put into it is taken in, and its ledger says what became of every file.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, Timestamp, UserError};

/// A watched folder of a library: its row number, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct FolderId(pub u32);

impl std::fmt::Display for FolderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What the names of sub-folders mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SubFolders {
    /// Nothing.
    #[default]
    Nothing,
    /// Each is a tag of the documents below it.
    Tags,
}

impl SubFolders {
    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Tags => "tags",
        }
    }

    /// The meaning that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Nothing, Self::Tags].into_iter().find(|s| s.as_str() == word)
    }
}

/// What becomes of an original after its copy is safe in the library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum AfterImport {
    /// It stays as it is.
    #[default]
    Leave,
    /// It moves to `Processed/` in the drop folder.
    Processed,
    /// It moves to the system's trash.
    Trash,
}

impl AfterImport {
    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Processed => "processed",
            Self::Trash => "trash",
        }
    }

    /// The choice that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Leave, Self::Processed, Self::Trash].into_iter().find(|a| a.as_str() == word)
    }
}

/// What a file means whose content changed after it was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// A document of its own.
    #[default]
    Document,
    /// A new version of the document it was.
    Version,
}

impl Changed {
    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Version => "version",
        }
    }

    /// The meaning that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Document, Self::Version].into_iter().find(|c| c.as_str() == word)
    }
}

/// A folder about to be watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct NewDropFolder {
    /// Where it lies.
    pub path: String,
    /// Whether its sub-folders are watched too.
    pub recursive: bool,
    /// What the names of sub-folders mean.
    pub subfolders: SubFolders,
    /// What becomes of the originals.
    pub after: AfterImport,
    /// Patterns (`*.bak`, `drafts/**`) of files that are left alone.
    pub ignore: Vec<String>,
    /// What a file means that changed after it was taken in.
    pub changed: Changed,
}

impl Default for NewDropFolder {
    fn default() -> Self {
        Self {
            path: String::new(),
            recursive: true,
            subfolders: SubFolders::Nothing,
            after: AfterImport::Leave,
            ignore: vec![],
            changed: Changed::Document,
        }
    }
}

/// A watched folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DropFolder {
    /// Which.
    pub id: FolderId,
    /// Absolute path, without links.
    pub path: String,
    /// Whether its sub-folders are watched too.
    pub recursive: bool,
    /// What the names of sub-folders mean.
    pub subfolders: SubFolders,
    /// What becomes of the originals.
    pub after: AfterImport,
    /// Patterns of files that are left alone.
    pub ignore: Vec<String>,
    /// What a file means that changed after it was taken in.
    pub changed: Changed,
    /// Whether a person wants it watched.
    pub active: bool,
}

/// How a folder is watched just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FolderState {
    /// A person switched it off, or this program does not watch.
    Off,
    /// About to be watched.
    Starting,
    /// The system tells of changes, and the folder is looked through now and then.
    Watching,
    /// The system does not tell of changes there: the folder is looked through at short intervals.
    Polling,
    /// It is not there.
    Missing,
    /// It is there and cannot be read, or a part of it.
    Unreadable,
}

/// A watched folder with what became of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FolderView {
    /// The folder.
    pub folder: DropFolder,
    /// Its ledger in numbers.
    pub counts: LedgerCounts,
    /// Files seen that have no line in the ledger yet: they are given a moment to be written.
    pub in_hand: u32,
    /// How it is watched.
    pub state: FolderState,
    /// The same as a sentence.
    pub message: String,
    /// What keeps it from being watched in full.
    pub error: Option<UserError>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is a document.
    Imported,
    /// Its bytes were in the library already.
    Duplicate,
    /// It is not for the library; the reason says why.
    Ignored,
    /// It is not whole yet, or the library cannot take it just now.
    Waiting,
    /// It could not be taken; it is tried again now and then.
    Failed,
}

impl Fate {
    /// All, for tables and tests.
    pub const ALL: [Self; 5] = [Self::Imported, Self::Duplicate, Self::Ignored, Self::Waiting, Self::Failed];

    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }

    /// The fate that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == word)
    }
}

/// One line of the ledger: a file that was seen, in one state of its content, and its one fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LedgerEntry {
    /// Its number; later lines have higher ones.
    pub id: u32,
    /// In which folder it was seen.
    pub folder_id: FolderId,
    /// Absolute path where it was seen.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
    /// Why, where the fate does not say it all.
    pub reason: Option<String>,
    /// The document, or for a duplicate the first document with these bytes.
    pub document_id: Option<DocumentId>,
    /// Bytes.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub size: u64,
    /// When it was first seen.
    pub seen_at: Timestamp,
}

/// Which lines of the ledger, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct LedgerQuery {
    /// Only of this folder.
    pub folder: Option<FolderId>,
    /// Only with this fate.
    pub fate: Option<Fate>,
    /// The last number of the list so far; the answer goes on after it.
    pub before: Option<u32>,
    /// At most this many; 0 means 100.
    pub limit: u32,
}

/// A page of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LedgerPage {
    /// The lines, newest first.
    pub entries: Vec<LedgerEntry>,
    /// Whether more follow.
    pub more: bool,
}

/// The ledger in numbers: `seen` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LedgerCounts {
    /// All.
    pub seen: u32,
    /// Became documents.
    pub imported: u32,
    /// Were in the library already.
    pub duplicate: u32,
    /// Are not for the library.
    pub ignored: u32,
    /// Are not whole yet.
    pub waiting: u32,
    /// Could not be taken.
    pub failed: u32,
}

impl LedgerCounts {
    /// Counts `n` files of this fate.
    pub fn add(&mut self, fate: Fate, n: u32) {
        let count = match fate {
            Fate::Imported => &mut self.imported,
            Fate::Duplicate => &mut self.duplicate,
            Fate::Ignored => &mut self.ignored,
            Fate::Waiting => &mut self.waiting,
            Fate::Failed => &mut self.failed,
        };
        *count += n;
        self.seen += n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_add_up() {
        let mut counts = LedgerCounts::default();
        for (n, fate) in (1..).zip(Fate::ALL) {
            counts.add(fate, n);
        }
        let LedgerCounts { seen, imported, duplicate, ignored, waiting, failed } = counts;
        assert_eq!(seen, 15);
        assert_eq!(seen, imported + duplicate + ignored + waiting + failed);
    }

    #[test]
    fn words_read_back() {
        for fate in Fate::ALL {
            assert_eq!(Fate::parse(fate.as_str()), Some(fate));
            assert_eq!(serde_json::to_value(fate).unwrap(), fate.as_str());
        }
        for after in [AfterImport::Leave, AfterImport::Processed, AfterImport::Trash] {
            assert_eq!(serde_json::to_value(after).unwrap(), after.as_str());
        }
    }
}
