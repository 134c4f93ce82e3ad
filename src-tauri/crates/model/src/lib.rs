//! The nouns of Papertray: plain data that every other crate speaks in.
//!
//! Nothing here does I/O, knows SQL, or knows the window. Shapes that people or scripts see (the command line's
//! JSON, the window's commands) are defined once, here; [`answer`] holds the command line's.

pub mod answer;
pub mod collection;
pub mod deck;
pub mod document;
pub mod error;
pub mod event;
pub mod export;
pub mod field;
pub mod folder;
pub mod geometry;
pub mod ids;
pub mod job;
pub mod known;
pub mod money;
pub mod page;
pub mod queue;
pub mod sending;
pub mod settings;
pub mod sheet;
pub mod spending;
pub mod storage;
pub mod tell;
pub mod time;
pub mod work;

pub use collection::{Item, Order, OrderLine, Photo, PictureKind, Place, Product, Source};
pub use deck::{DeckFormat, DeckPreview, DeckSettings, DeckVersion, PreflightNote, SlidePreview};
pub use document::{
    AddOptions, AddOutcome, DocType, DocumentDetail, DocumentFilter, DocumentList, DocumentQuery,
    DocumentRow, DocumentSort, DocumentStatus, DocumentVersion, Duplicates, Hit, Hits, InboxCounts, Metadata,
    MetadataState, Twins, TwinsWhy,
};
pub use error::{ErrorClass, ErrorCode, UserError};
pub use event::{EngineEvent, EventBatch};
pub use export::{ExportFormat, ExportPreset};
pub use field::{Check, Field, Fields, LineItem};
pub use folder::{
    AfterImport, Changed, DropFolder, Fate, FolderId, FolderState, FolderView, LedgerCounts, LedgerEntry,
    LedgerPage, LedgerQuery, NewDropFolder, SubFolders,
};
pub use geometry::{Rect, Unit};
pub use ids::{BlobHash, CollectionId, DocumentId, ItemId, JobId, OwnerId};
pub use job::{Job, JobKind, JobState, Priority, Progress};
pub use known::{FieldChange, LessonRow, Replayed, TypeInfo, TypeProblem};
pub use money::Minor;
pub use page::{
    Code, DocumentPart, DraftStatus, PageDetail, PageMeaning, PageReading, PageRef, PageSource, PageSummary,
    Word,
};
pub use queue::{JobQuery, Pause, PauseCause, PauseMode, QueueStatus};
pub use sending::{NewSending, SendingRow, Spent};
pub use settings::{Language, Samples, Settings, Theme};
pub use sheet::{Cell, CellValue, PagePicture, Sheet, SheetPicture, StoredPicture};
pub use storage::Storage;
pub use tell::Tell;
pub use time::{Clock, SystemClock, Timestamp};
pub use work::{ProviderSettings, ReadMode, Service, ServiceKind, Step, WorkSettings};

/// Version of every JSON answer the command line prints (`"schema"`).
pub const ANSWER_SCHEMA: u32 = 1;
