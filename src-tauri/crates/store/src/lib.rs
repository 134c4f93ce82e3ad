//! A library on disk: one SQLite file and one folder of stored files. The only crate that knows SQL.
//!
//! A table is a file: schema in `migrations/`, its row function, reads (on [`Read`]) and writes (on [`Write`]) in the
//! module of its name. Reading and writing need different handles: any number of readers see the last commit while
//! one thread writes ([`Store::write`]), joining what waits into one transaction, so that a full disk flush is paid
//! once for many.
//!
//! ```no_run
//! # async fn f() -> Result<(), papertray_store::StoreError> {
//! let store = papertray_store::Store::open("/path/to/library")?;
//! let theme: Option<String> = store.read(|r| r.setting("theme"))?;
//! store.write(|w| w.set_setting("theme", &"dark")).await?;
//! # Ok(()) }
//! ```

mod acts;
mod blobs;
mod buyer_columns;
mod collection_inputs;
mod collection_work;
mod collections;
mod connection;
mod decks;
mod documents;
mod drop_folders;
mod error;
mod event_log;
mod extractions;
mod fields;
mod fold;
mod items;
mod job_claims;
mod job_history;
mod job_steps;
mod jobs;
mod leaves;
mod ledger;
mod lessons;
mod likeness;
mod lists;
mod lock;
mod meanings;
mod metadata;
mod metrics;
mod ocr_results;
mod pages;
mod parts;
#[cfg(test)]
mod plans;
mod products;
mod purchase_orders;
mod resolutions;
mod rows;
mod search;
mod sendings;
mod settings;
mod snapshot;
mod spending;
mod staged;
mod tallies;
mod trash;
mod versions;
mod wanted;
mod writer;

pub use acts::ActLimit;
pub use blobs::{Blobs, Stored, flush_folder, page_uri, picture_place, turned_uri};
pub use collection_work::{StoredWork, Work};
pub use collections::StoredCollection;
pub use connection::{Durability, Read, Write};
pub use decks::{KeptSlide, StoredDeck};
pub use documents::{NewDocument, PendingCopy, Understanding};
pub use error::StoreError;
pub use event_log::LogLine;
pub use fold::fold;
pub use items::{StoredEdit, StoredItem};
pub use job_claims::{Claimed, Finish, Recovered};
pub use jobs::{Enqueued, NewJob, StopOutcome};
pub use leaves::{KeptPage, Layout};
pub use ledger::{Identity, KnownFile, LedgerLine};
pub use likeness::{MaybeTwins, telling_words};
pub use lock::Holder;
pub use metadata::Mine;
pub use ocr_results::OcrResult;
pub use pages::{PageRow, StoredPage};
pub use search::words_found;
pub use snapshot::{Snapshot, VERSION, check_copy};
pub use trash::Gone;
pub use wanted::{Term, Wanted};

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, StoreError>;

/// An open library. Cheap to clone; the library closes with the last clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // Fields drop in order: the writer finishes its work before the lock is let go.
    writer: writer::Writer,
    readers: Mutex<Vec<Connection>>,
    blobs: Blobs,
    root: PathBuf,
    _lock: lock::LibraryLock,
}

impl Store {
    /// Opens the library in `root`, making it where there is none. One process at a time: the second is told who
    /// holds it ([`StoreError::Locked`]).
    pub fn open(root: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(root, Durability::Full)
    }

    /// [`Store::open`] with less durability, for measurements.
    pub fn open_with(root: impl AsRef<Path>, durability: Durability) -> Result<Self> {
        let root = root.as_ref();
        blobs::create_lasting_dir(root)?;
        let root = fs_err::canonicalize(root)?;
        let lock = lock::LibraryLock::take(&root)?;
        let blobs = Blobs::open(&root)?;
        let database = root.join("library.sqlite");
        // SQLite gives its other files the rights of the first one.
        blobs::private(&mut fs_err::OpenOptions::new()).create(true).append(true).open(&database)?;
        [root.as_path(), &database].into_iter().for_each(blobs::make_private);
        let connection = connection::open_for_writing(&database, durability)?;
        let writer = writer::Writer::start(connection)?;
        Ok(Self { inner: Arc::new(Inner { writer, readers: Mutex::default(), blobs, root, _lock: lock }) })
    }

    /// The library's folder.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    /// The stored files.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Runs `f` on a snapshot of the last commit. Never waits for the writer.
    pub fn read<T>(&self, f: impl FnOnce(&Read<'_>) -> Result<T>) -> Result<T> {
        let pooled = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => connection::open_for_reading(&self.inner.root.join("library.sqlite"))?,
        };
        let transaction = connection.unchecked_transaction()?;
        let result = f(&Read::new(&transaction));
        transaction.finish()?;
        self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }

    /// Runs `f` in a transaction of the writing thread and answers after the commit, flushed to disk. An error rolls
    /// back what `f` did, and nothing else.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Write<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(f).await.map_err(|_| StoreError::Closed)?
    }

    /// [`Store::write`] for threads outside the async runtime.
    pub fn write_blocking<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Write<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(f).blocking_recv().map_err(|_| StoreError::Closed)?
    }

    /// How many jobs stand where, as of the last commit. Costs nothing.
    pub fn queue_status(&self) -> papertray_model::QueueStatus {
        self.inner.writer.counts().status()
    }

    /// How many commits this process has made: what the disk is asked to flush.
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// SQLite's own check of the database file: the faults it names, none where all is well.
    pub fn integrity_check(&self) -> Result<Vec<String>> {
        // A connection of its own: FTS5 checks its index by the structure a connection saw when it last searched, and
        // calls what changed since damaged.
        snapshot::faults(&connection::open_for_reading(&self.inner.root.join("library.sqlite"))?)
    }
}
