//! Columns `parent_id` and `part` of table `document`: what came out of an archive or a mail.

use std::collections::HashSet;

use papertray_model::{DocumentId, DocumentRow};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    documents::{ROW, row_to_document},
};

impl Read<'_> {
    /// The documents that came out of this one, in its order; those in the trash left out.
    pub fn parts(&self, parent: DocumentId) -> Result<Vec<DocumentRow>> {
        let sql = format!("{ROW} WHERE d.parent_id = ?1 AND d.removed_at IS NULL ORDER BY d.part");
        let found = self.rows(&sql, [parent.to_string()], row_to_document)?;
        found.into_iter().map(|(row, job)| self.with_job(row, job)).collect()
    }

    /// Which parts of a document are taken out already, those in the trash too.
    pub fn parts_taken(&self, parent: DocumentId) -> Result<HashSet<u32>> {
        let sql = "SELECT part FROM document WHERE parent_id = ?1";
        Ok(self.rows(sql, [parent.to_string()], |row| row.get(0))?.into_iter().collect())
    }

    /// How many archives and mails a document lies in, one in the other.
    pub fn depth(&self, id: DocumentId) -> Result<u32> {
        self.number(
            "WITH RECURSIVE above(id, depth) AS (
               SELECT parent_id, 1 FROM document WHERE id = ?1 AND parent_id IS NOT NULL
               UNION ALL SELECT d.parent_id, above.depth + 1 FROM document d JOIN above ON d.id = above.id
                 WHERE d.parent_id IS NOT NULL AND above.depth < 100)
             SELECT coalesce(max(depth), 0) FROM above",
            [id.to_string()],
        )
    }
}

impl Write<'_> {
    /// `id` is part number `part` (from 0) of `parent`.
    pub fn set_part(&self, id: DocumentId, parent: DocumentId, part: u32) -> Result<()> {
        self.run_one(
            "set part",
            "UPDATE document SET parent_id = ?2, part = ?3 WHERE id = ?1",
            params![id.to_string(), parent.to_string(), part],
        )
    }
}
