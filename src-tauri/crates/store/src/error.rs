//! What can go wrong in a library.

use crate::Holder;

/// A library's errors. `engine` turns them into sentences for people.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the library open.
    #[error("the library is held by {0}")]
    Locked(Holder),
    /// The library was written by a newer version.
    #[error("the library was made by a newer version")]
    TooNew,
    /// The database refused a setting that safety depends on.
    #[error("the database did not accept `{0}`")]
    Pragma(String),
    /// A row holds what no version writes.
    #[error("unexpected value in the database: {0}")]
    Damaged(String),
    /// No row has this id.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// An UPDATE or DELETE met another number of rows than it named.
    #[error("{statement}: changed {changed} rows instead of {expected}")]
    RowCount {
        /// Which statement.
        statement: &'static str,
        /// How many rows it changed.
        changed: usize,
        /// How many it should.
        expected: usize,
    },
    /// The run lost its claim on the job (cancelled or taken over): its result is discarded.
    #[error("the run no longer holds its job")]
    Fenced,
    /// The writing thread has ended.
    #[error("the library is closed")]
    Closed,
    /// Reading or writing a file failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// SQLite's error.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The commit that held this write (and others) failed: nothing of it is stored.
    #[error("the changes could not be saved: {0}")]
    Commit(std::sync::Arc<rusqlite::Error>),
    /// A stored JSON value does not read.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A migration failed.
    #[error(transparent)]
    Migration(#[from] rusqlite_migration::Error),
}

impl StoreError {
    /// Whether the disk has no room.
    pub fn is_disk_full(&self) -> bool {
        let full = |e: &rusqlite::Error| e.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
        match self {
            Self::Io(e) => e.kind() == std::io::ErrorKind::StorageFull,
            Self::Sqlite(e) => full(e),
            Self::Commit(e) => full(e),
            _ => false,
        }
    }
}
