//! Table `ledger`: every file that was ever seen in a drop folder, in each state of its content, with its one fate.
//! Triggers keep the numbers, so that counting costs the same however many lines there are.

use std::path::Path;

use papertray_model::{
    DocumentId, Fate, FolderId, LedgerCounts, LedgerEntry, LedgerPage, LedgerQuery, Timestamp,
};
use rusqlite::{Row, params, params_from_iter, types::Value};

use crate::{
    Read, Result, StoreError, Write,
    rows::{parsed, word},
};

/// One state of a file's content, told from outside: while these stay, the content is taken to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The file system's number of the file.
    pub inode: u64,
    /// When the content last changed: nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Bytes.
    pub size: u64,
}

/// A line about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// In which folder.
    pub folder: FolderId,
    /// Path below the folder.
    pub path: String,
    /// Which state of the content.
    pub identity: Identity,
    /// What became of it.
    pub fate: Fate,
    /// Why.
    pub reason: Option<String>,
    /// The document, or the first one with these bytes.
    pub document: Option<DocumentId>,
    /// What is still to be done with the original: a word of [`papertray_model::AfterImport`].
    pub after_due: Option<String>,
}

/// A line as the watcher remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// The line's number.
    pub row: u32,
    /// Path below the folder.
    pub path: String,
    /// Which state of the content.
    pub identity: Identity,
    /// What became of it.
    pub fate: Fate,
    /// What is still to be done with the original.
    pub after_due: bool,
}

/// Bits of the number are kept; SQLite's integers have a sign.
fn signed(number: u64) -> i64 {
    number.cast_signed()
}

fn identity(row: &Row<'_>, column: usize) -> rusqlite::Result<Identity> {
    Ok(Identity {
        inode: row.get::<_, i64>(column)?.cast_unsigned(),
        mtime_ns: row.get(column + 1)?,
        size: row.get::<_, i64>(column + 2)?.cast_unsigned(),
    })
}

const ENTRY: &str = "SELECT l.id, l.folder_id, f.path, l.path, l.fate, coalesce(l.after_error, l.reason), l.document_id, l.size, l.seen_at
  FROM ledger l JOIN drop_folder f ON f.id = l.folder_id";

fn row_to_entry(row: &Row<'_>) -> rusqlite::Result<LedgerEntry> {
    let (folder, path): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(LedgerEntry {
        id: row.get(0)?,
        folder_id: FolderId(row.get(1)?),
        path: Path::new(&folder).join(path).to_string_lossy().into_owned(),
        fate: word(row, 4, Fate::parse)?,
        reason: row.get(5)?,
        document_id: parsed(row, 6)?,
        size: row.get::<_, i64>(7)?.cast_unsigned(),
        seen_at: Timestamp(row.get(8)?),
    })
}

impl Read<'_> {
    /// A page of the ledger, newest first.
    pub fn ledger(&self, query: &LedgerQuery) -> Result<LedgerPage> {
        let limit = if query.limit == 0 { 100 } else { query.limit.min(1000) };
        let mut conditions = vec!["l.id < ?"];
        let mut values: Vec<Value> = vec![query.before.map_or(i64::MAX, i64::from).into()];
        if let Some(folder) = query.folder {
            conditions.push("l.folder_id = ?");
            values.push(folder.0.into());
        }
        if let Some(fate) = query.fate {
            conditions.push("l.fate = ?");
            values.push(fate.as_str().to_owned().into());
        }
        values.push((limit + 1).into());
        let sql = format!("{ENTRY} WHERE {} ORDER BY l.id DESC LIMIT ?", conditions.join(" AND "));
        let mut entries = self.rows(&sql, params_from_iter(values), row_to_entry)?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        Ok(LedgerPage { entries, more })
    }

    /// One line.
    pub fn ledger_entry(&self, row: u32) -> Result<Option<LedgerEntry>> {
        self.first(&format!("{ENTRY} WHERE l.id = ?1"), [row], row_to_entry)
    }

    /// A folder's ledger in numbers; `None`: of all folders.
    pub fn ledger_counts(&self, folder: Option<FolderId>) -> Result<LedgerCounts> {
        let sql = match folder {
            Some(_) => "SELECT fate, n FROM ledger_count WHERE folder_id = ?1",
            None => "SELECT fate, n FROM ledger_count WHERE ?1 IS NULL",
        };
        let mut counts = LedgerCounts::default();
        for (fate, n) in
            self.rows(sql, [folder.map(|id| id.0)], |row| Ok((word(row, 0, Fate::parse)?, row.get(1)?)))?
        {
            counts.add(fate, n);
        }
        Ok(counts)
    }

    /// The document that the file at a path of a folder became last, where it is still there.
    pub fn imported_from(&self, folder: FolderId, below: &str) -> Result<Option<DocumentId>> {
        let sql = "SELECT l.document_id FROM ledger l JOIN document d ON d.id = l.document_id AND d.removed_at IS NULL
                   WHERE l.folder_id = ?1 AND l.path = ?2 AND l.fate = 'imported' ORDER BY l.id DESC LIMIT 1";
        Ok(self.first(sql, params![folder.0, below], |row| parsed(row, 0))?.flatten())
    }

    /// What the watcher must remember of a folder: its lines, oldest first.
    pub fn known_files(&self, folder: FolderId) -> Result<Vec<KnownFile>> {
        let sql = "SELECT id, path, inode, mtime_ns, size, fate, after_due IS NOT NULL FROM ledger
                   WHERE folder_id = ?1 ORDER BY id";
        self.rows(sql, [folder.0], |row| {
            Ok(KnownFile {
                row: row.get(0)?,
                path: row.get(1)?,
                identity: identity(row, 2)?,
                fate: word(row, 5, Fate::parse)?,
                after_due: row.get(6)?,
            })
        })
    }
}

impl Write<'_> {
    /// Writes a line: over line `row` where the file has one that is not final, else over the line of the same state
    /// of the same file, else as a new one. Answers its number.
    pub fn put_ledger(&self, row: Option<u32>, line: &LedgerLine, now: Timestamp) -> Result<u32> {
        let Identity { inode, mtime_ns, size } = line.identity;
        let same: Option<u32> = self.first(
            "SELECT id FROM ledger WHERE folder_id = ?1 AND path = ?2 AND inode = ?3 AND mtime_ns = ?4 AND size = ?5",
            params![line.folder.0, line.path, signed(inode), mtime_ns, signed(size)],
            |r| r.get(0),
        )?;
        if let (Some(row), Some(same)) = (row, same)
            && row != same
        {
            // The file came back to a state that has its line already.
            self.drop_ledger(row)?;
        }
        let Some(row) = same.or(row) else {
            self.run_one(
                "new ledger line",
                "INSERT INTO ledger(folder_id, path, inode, mtime_ns, size, fate, reason, document_id, after_due, seen_at,
                   updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
                params![
                    line.folder.0,
                    line.path,
                    signed(inode),
                    mtime_ns,
                    signed(size),
                    line.fate.as_str(),
                    line.reason,
                    line.document.map(|d| d.to_string()),
                    line.after_due,
                    now.0
                ],
            )?;
            return u32::try_from(self.last_insert_rowid())
                .map_err(|_| StoreError::Damaged("ledger lines ran out".into()));
        };
        self.run_one(
            "ledger line",
            "UPDATE ledger SET path = ?2, inode = ?3, mtime_ns = ?4, size = ?5, fate = ?6, reason = ?7, document_id = ?8,
               after_due = ?9, updated_at = ?10 WHERE id = ?1",
            params![
                row,
                line.path,
                signed(inode),
                mtime_ns,
                signed(size),
                line.fate.as_str(),
                line.reason,
                line.document.map(|d| d.to_string()),
                line.after_due,
                now.0
            ],
        )?;
        Ok(row)
    }

    /// Takes away a line: its file turned out to have another.
    pub fn drop_ledger(&self, row: u32) -> Result<()> {
        self.run_one("drop ledger line", "DELETE FROM ledger WHERE id = ?1", [row])
    }

    /// What was due with an original is done, or was not possible for this reason and stays due.
    pub fn after_done(&self, row: u32, error: Option<&str>, now: Timestamp) -> Result<()> {
        self.run_one(
            "after done",
            "UPDATE ledger SET after_due = CASE WHEN ?2 IS NULL THEN NULL ELSE after_due END, after_error = ?2, updated_at = ?3
             WHERE id = ?1",
            params![row, error, now.0],
        )
    }

    /// The line of the same file (path and inode) that names this document: the file was touched, not changed.
    pub fn ledger_of_document(
        &self,
        folder: FolderId,
        path: &str,
        inode: u64,
        document: DocumentId,
    ) -> Result<Option<u32>> {
        self.first(
            "SELECT id FROM ledger WHERE document_id = ?4 AND folder_id = ?1 AND path = ?2 AND inode = ?3 AND fate = 'imported'",
            params![folder.0, path, signed(inode), document.to_string()],
            |r| r.get(0),
        )
    }

    /// The folder that a document came from is one of its tags, as if a person had said so: they put it there.
    pub fn tag_by_folder(&self, document: DocumentId, tag: &str) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO tag(document_id, tag, by) VALUES (?1, ?2, 'person')",
            params![document.to_string(), tag],
        )
        .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use papertray_model::NewDropFolder;

    use super::*;
    use crate::Store;

    const NOW: Timestamp = Timestamp(1_000);

    fn folder(w: &Write<'_>) -> Result<FolderId> {
        Ok(w.add_drop_folder(&NewDropFolder { path: "/in".into(), ..NewDropFolder::default() }, NOW)?.id)
    }

    fn line(folder: FolderId, path: &str, size: u64, fate: Fate) -> LedgerLine {
        LedgerLine {
            folder,
            path: path.into(),
            identity: Identity { inode: u64::MAX - 5, mtime_ns: 7, size },
            fate,
            reason: None,
            document: None,
            after_due: None,
        }
    }

    fn library() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        (dir, store)
    }

    #[test]
    fn a_state_of_a_file_has_one_line_and_a_new_content_another() {
        let (_dir, store) = library();
        let folder = store.write_blocking(folder).unwrap();
        store
            .write_blocking(move |w| {
                let waits = w.put_ledger(None, &line(folder, "a.pdf", 1, Fate::Waiting), NOW)?;
                let taken = w.put_ledger(Some(waits), &line(folder, "a.pdf", 2, Fate::Imported), NOW)?;
                assert_eq!(waits, taken, "what waited is the file that was imported");
                let changed = w.put_ledger(None, &line(folder, "a.pdf", 3, Fate::Waiting), NOW)?;
                assert_ne!(changed, taken);
                // Back to the content of before: that has its line.
                let back = w.put_ledger(Some(changed), &line(folder, "a.pdf", 2, Fate::Imported), NOW)?;
                assert_eq!(back, taken);
                Ok(())
            })
            .unwrap();
        let page = store.read(|r| r.ledger(&LedgerQuery::default())).unwrap();
        assert_eq!(page.entries.len(), 1);
        assert_eq!(page.entries[0].path, "/in/a.pdf");
        let known = store.read(|r| r.known_files(folder)).unwrap();
        assert_eq!(known[0].identity, Identity { inode: u64::MAX - 5, mtime_ns: 7, size: 2 });
        let counts = store.read(|r| r.ledger_counts(None)).unwrap();
        assert_eq!(counts, LedgerCounts { seen: 1, imported: 1, ..LedgerCounts::default() });
    }

    #[test]
    fn the_numbers_are_those_of_the_lines() {
        let (_dir, store) = library();
        let folder = store.write_blocking(folder).unwrap();
        store
            .write_blocking(move |w| {
                for n in 0..50u64 {
                    let fate = Fate::ALL[(n % 5) as usize];
                    w.put_ledger(None, &line(folder, &format!("{n}"), n, fate), NOW)?;
                }
                Ok(())
            })
            .unwrap();
        let counts = store.read(|r| r.ledger_counts(Some(folder))).unwrap();
        assert_eq!((counts.seen, counts.waiting), (50, 10));
        let query = LedgerQuery { folder: Some(folder), fate: Some(Fate::Waiting), limit: 4, before: None };
        let first = store.read(|r| r.ledger(&query)).unwrap();
        assert!(first.more && first.entries.len() == 4);
        let before = first.entries.last().map(|e| e.id);
        let rest = store.read(|r| r.ledger(&LedgerQuery { before, limit: 100, ..query })).unwrap();
        assert!(!rest.more && rest.entries.len() == 6);
    }

    #[test]
    fn a_folder_that_is_watched_again_has_its_ledger() {
        let (_dir, store) = library();
        let first = store.write_blocking(folder).unwrap();
        store
            .write_blocking(move |w| {
                w.put_ledger(None, &line(first, "a", 1, Fate::Imported), NOW)?;
                assert!(w.remove_drop_folder(first, NOW)? && !w.remove_drop_folder(first, NOW)?);
                assert!(w.drop_folders()?.is_empty());
                assert_eq!(folder(w)?, first);
                Ok(())
            })
            .unwrap();
        assert_eq!(store.read(|r| r.known_files(first)).unwrap().len(), 1);
    }

    #[test]
    fn no_question_about_the_ledger_walks_it() {
        let (dir, store) = library();
        let folder = store.write_blocking(folder).unwrap();
        let database = rusqlite::Connection::open(dir.path().join("library.sqlite")).unwrap();
        let forms = [
            (None, None),
            (Some(folder), None),
            (None, Some(Fate::Failed)),
            (Some(folder), Some(Fate::Failed)),
        ];
        for (folder, fate) in forms {
            store.read(|r| r.ledger(&LedgerQuery { folder, fate, ..LedgerQuery::default() })).unwrap();
        }
        store
            .write_blocking(move |w| {
                let document = DocumentId::new();
                let row = w.put_ledger(None, &line(folder, "a", 1, Fate::Waiting), NOW)?;
                w.put_ledger(Some(row), &line(folder, "a", 2, Fate::Imported), NOW)?;
                w.after_done(row, None, NOW)?;
                w.ledger_entry(row)?;
                w.known_files(folder)?;
                w.ledger_counts(Some(folder))?;
                w.ledger_of_document(folder, "a", 1, document)?;
                w.how_first(document).map(drop)
            })
            .unwrap();
        let ours = crate::plans::seen(|sql| sql.contains("ledger"));
        assert!(ours.len() > 8, "only {} statements were seen", ours.len());
        for sql in ours {
            let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let nothing = vec![rusqlite::types::Null; explain.parameter_count()];
            let lines: Vec<String> = explain
                .query_map(params_from_iter(nothing), |row| row.get(3))
                .unwrap()
                .map(std::result::Result::unwrap)
                .collect();
            for line in lines {
                let small = line.contains("ledger_count") || line == "SCAN f";
                assert!(
                    small || !(line.starts_with("SCAN") || line.contains("TEMP B-TREE")),
                    "{sql}\n{line}"
                );
            }
        }
    }
}
