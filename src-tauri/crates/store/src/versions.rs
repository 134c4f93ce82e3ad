//! Column `version_group` of table `document`: several files that are one document at different times. The newest that
//! is not in the trash is the one that lists show.

use papertray_model::{DocumentId, DocumentVersion, Timestamp};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{damaged, parsed},
};

impl Read<'_> {
    /// The versions of a document, newest first; none where it is the only one. Those in the trash are left out.
    pub fn versions(&self, id: DocumentId) -> Result<Vec<DocumentVersion>> {
        let sql = "SELECT v.id, v.filename, v.added_at FROM document d
                   JOIN document v ON v.version_group = d.version_group AND v.removed_at IS NULL
                   WHERE d.id = ?1 ORDER BY v.id DESC";
        let mut versions = self.rows(sql, [id.to_string()], |row| {
            Ok(DocumentVersion {
                document_id: parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?,
                filename: row.get(1)?,
                added_at: Timestamp(row.get(2)?),
                current: false,
            })
        })?;
        if versions.len() < 2 {
            return Ok(vec![]);
        }
        if let Some(newest) = versions.first_mut() {
            newest.current = true;
        }
        Ok(versions)
    }
}

impl Write<'_> {
    /// `newer` is `older` at a later time.
    pub fn join_versions(&self, older: DocumentId, newer: DocumentId) -> Result<()> {
        self.run_one(
            "begin versions",
            "UPDATE document SET version_group = coalesce(version_group, id) WHERE id = ?1",
            [older.to_string()],
        )?;
        self.run_one(
            "join versions",
            "UPDATE document SET version_group = (SELECT version_group FROM document WHERE id = ?1) WHERE id = ?2",
            params![older.to_string(), newer.to_string()],
        )
    }

    /// A document is no version of others any more. Answers whether it was.
    pub fn separate_version(&self, id: DocumentId) -> Result<bool> {
        let changed = self.run(
            "UPDATE document SET version_group = NULL WHERE id = ?1 AND version_group IS NOT NULL",
            [id.to_string()],
        )?;
        Ok(changed == 1)
    }
}
