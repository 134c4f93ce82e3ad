//! Connections, their settings, and the two handles that the tables' functions hang on.

use std::{cell::RefCell, ops::Deref, path::Path};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Params, Row};
use rusqlite_migration::{M, Migrations};

use crate::{Result, StoreError, tallies::Tallies};

/// In this crate's own tests every statement that runs is noted, so that its plan can be looked at.
#[cfg(test)]
use crate::plans::note;

#[cfg(not(test))]
fn note(_sql: &str) {}

/// Reads the library as of one commit.
pub struct Read<'c> {
    connection: &'c Connection,
}

impl<'c> Read<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        note(sql);
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, |r| row(r))?.collect::<rusqlite::Result<Vec<T>>>()?;
        Ok(rows)
    }

    pub(crate) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        note(sql);
        Ok(self.connection.prepare_cached(sql)?.query_row(params, row).optional()?)
    }

    pub(crate) fn number(&self, sql: &str, params: impl Params) -> Result<u32> {
        note(sql);
        Ok(self.connection.prepare_cached(sql)?.query_row(params, |r| r.get(0))?)
    }
}

/// Reads and changes the library inside one transaction of the writing thread.
pub struct Write<'c> {
    read: Read<'c>,
    pub(crate) counted: &'c Counted,
}

/// Measurements that are counted in memory: of the write under way, and of those before it.
#[derive(Default)]
pub(crate) struct Counted {
    pub(crate) mine: RefCell<Tallies>,
    pub(crate) pending: RefCell<Tallies>,
}

impl<'c> Write<'c> {
    pub(crate) fn new(connection: &'c Connection, counted: &'c Counted) -> Self {
        Self { read: Read::new(connection), counted }
    }

    /// Runs a statement; answers how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        note(sql);
        Ok(self.read.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs a statement that must change exactly one row.
    pub(crate) fn run_one(&self, statement: &'static str, sql: &str, params: impl Params) -> Result<()> {
        match self.run(sql, params)? {
            1 => Ok(()),
            changed => Err(StoreError::RowCount { statement, changed, expected: 1 }),
        }
    }

    pub(crate) fn last_insert_rowid(&self) -> i64 {
        self.read.connection.last_insert_rowid()
    }
}

impl<'c> Deref for Write<'c> {
    type Target = Read<'c>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

/// How many migrations there are.
pub(crate) const VERSION: u32 = 1;
const MIGRATIONS: &[M<'_>] = &[M::up(include_str!("migrations/0001_library.sql"))];

/// What a commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: what was acknowledged is on the disk. What a library always has.
    Full,
    /// A crash of the program, not a power cut. For measurements that shall not measure the disk.
    Normal,
}

impl Durability {
    /// The pragma's word, and the number that it reads back as.
    fn synchronous(self) -> (&'static str, &'static str) {
        match self {
            Self::Full => ("FULL", "2"),
            Self::Normal => ("NORMAL", "1"),
        }
    }
}

pub(crate) fn open_for_writing(database: &Path, durability: Durability) -> Result<Connection> {
    let mut connection = Connection::open(database)?;
    settings(&connection, durability)?;
    match Migrations::from_slice(MIGRATIONS).to_latest(&mut connection) {
        Ok(()) => {}
        Err(rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        )) => return Err(StoreError::TooNew),
        Err(e) => return Err(e.into()),
    }
    expect_pragma(&connection, "foreign_keys", "1")?;
    Ok(connection)
}

pub(crate) fn open_for_reading(database: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(database, flags)?;
    settings(&connection, Durability::Full)?;
    connection.pragma_update(None, "query_only", "ON")?;
    expect_pragma(&connection, "query_only", "1")?;
    Ok(connection)
}

/// A connection that changes nothing in the library but may write another file.
pub(crate) fn open_to_copy(database: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        database,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// A copy of a library's database that nobody writes to.
pub(crate) fn open_copy(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(database, flags)?)
}

/// The default of 2 MiB makes a library of a million jobs read its indexes from the disk again and again.
const CACHE_KIB: i32 = 16 * 1024;

/// Sets what durability and speed depend on, and reads it back: a misspelt pragma is silently ignored by SQLite.
fn settings(connection: &Connection, durability: Durability) -> Result<()> {
    let (synchronous, read_back) = durability.synchronous();
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 10_000)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "secure_delete", "FAST")?;
    if cfg!(target_os = "macos") {
        connection.pragma_update(None, "fullfsync", "ON")?;
        expect_pragma(connection, "fullfsync", "1")?;
    }
    expect_pragma(connection, "journal_mode", "wal")?;
    expect_pragma(connection, "synchronous", read_back)?;
    expect_pragma(connection, "wal_autocheckpoint", "10000")
}

fn expect_pragma(connection: &Connection, name: &str, wanted: &str) -> Result<()> {
    let got: String = connection.query_row(&format!("PRAGMA {name}"), [], |row| {
        row.get_ref(0).map(|v| match v {
            rusqlite::types::ValueRef::Integer(i) => i.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        })
    })?;
    if got == wanted { Ok(()) } else { Err(StoreError::Pragma(format!("{name}={wanted} (it stays {got})"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_sound() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
        assert_eq!(MIGRATIONS.len(), VERSION as usize);
    }

    #[test]
    fn a_newer_library_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("library.sqlite");
        let connection = open_for_writing(&path, Durability::Full).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        assert!(matches!(open_for_writing(&path, Durability::Full), Err(StoreError::TooNew)));
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("library.sqlite");
        drop(open_for_writing(&path, Durability::Full).unwrap());
        let reader = open_for_reading(&path).unwrap();
        assert!(reader.execute("INSERT INTO setting VALUES ('a', '1')", []).is_err());
    }
}
