//! The database as of one moment, in a file of its own, and the stored files it names.

use std::path::Path;

use papertray_model::BlobHash;

use crate::{Read, Result, Store, connection};

/// Version of the database's shape: how many migrations made it.
pub const VERSION: u32 = connection::VERSION;

/// A copy of the database, and what it needs beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Version of its shape.
    pub version: u32,
    /// The originals it names.
    pub originals: Vec<BlobHash>,
    /// The page pictures it names, relative to the library.
    pub pictures: Vec<String>,
}

impl Store {
    /// Writes the database as of now into `file`, which is not there or empty. Writers go on meanwhile.
    pub fn snapshot(&self, file: &Path) -> Result<Snapshot> {
        let library = self.root().join("library.sqlite");
        connection::open_to_copy(&library)?.execute("VACUUM INTO ?1", [file.to_string_lossy()])?;
        let copy = connection::open_copy(file)?;
        let read = Read::new(&copy);
        let mut originals: Vec<BlobHash> = read.document_blobs()?.into_iter().map(|(_, hash)| hash).collect();
        originals.extend(read.extracted_blobs()?);
        originals.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        originals.dedup();
        let sql = "SELECT storage_uri FROM page WHERE storage_uri IS NOT NULL
                   UNION SELECT picture FROM page_aside WHERE picture IS NOT NULL ORDER BY 1";
        let pictures = read.rows(sql, [], |row| row.get(0))?;
        Ok(Snapshot { version: VERSION, originals, pictures })
    }
}

/// SQLite's own check of a copy of a library's database: the faults it names, none where all is well.
pub fn check_copy(file: &Path) -> Result<Vec<String>> {
    faults(&connection::open_copy(file)?)
}

/// The faults that SQLite's own check finds.
pub(crate) fn faults(connection: &rusqlite::Connection) -> Result<Vec<String>> {
    let lines = Read::new(connection).rows("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
