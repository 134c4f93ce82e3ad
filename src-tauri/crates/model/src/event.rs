//! What the engine tells whoever listens. Events are small and say what changed; the listener asks for the rest.

use serde::{Deserialize, Serialize};

use crate::{
    CollectionId, DocumentId, FolderId, InboxCounts, Job, Pause, QueueStatus, Timestamp,
    document::BatchSummary,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EngineEvent {
    /// These documents changed (or came, or went): ask for them again.
    DocumentsChanged {
        /// Which.
        ids: Vec<DocumentId>,
    },
    /// A job moved. Only the latest of several in one batch counts.
    JobChanged {
        /// The job as it is now.
        job: Job,
    },
    /// The queue's counts or its pause changed.
    QueueChanged {
        /// Counts of jobs.
        status: QueueStatus,
        /// Counts of documents.
        counts: InboxCounts,
        /// The pause under way.
        pause: Option<Pause>,
    },
    /// Files in these drop folders have a new fate, or the folders are watched in another way: ask again.
    FoldersChanged {
        /// Which.
        ids: Vec<FolderId>,
    },
    /// These collections changed (or came, or went): ask for them again. Their progress comes as [`Self::JobChanged`].
    CollectionsChanged {
        /// Which.
        ids: Vec<CollectionId>,
    },
    /// One step of making a document's name, tags and summary, shown live by Regenerate.
    MetadataStep {
        /// Which document.
        document_id: DocumentId,
        /// The step: `read_text`, `classify`, `name`, `tags`, `summary`, `save_metadata`, `complete`, `error`.
        step: String,
        /// What it found, for people.
        message: String,
        /// When.
        at: Timestamp,
    },
    /// The last job of a batch ended.
    BatchFinished {
        /// What became of it.
        summary: BatchSummary,
    },
}

/// Events in the order they happened. `seq` is that of the last; a window that loads takes a snapshot first, then
/// what follows its sequence number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EventBatch {
    /// Sequence number of the last event, counted from the engine's start.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub seq: u64,
    /// The events.
    pub events: Vec<EngineEvent>,
}
