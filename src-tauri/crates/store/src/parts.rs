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
        let sql = format!("{} WHERE d.parent_id = ?1 AND d.removed_at IS NULL ORDER BY d.part", *ROW);
        let found = self.rows(&sql, [parent.to_string()], row_to_document)?;
        found.into_iter().map(|(row, job)| self.with_job(row, job)).collect()
    }

    /// Which parts of a document are taken out already, those in the trash too.
    pub fn parts_taken(&self, parent: DocumentId) -> Result<HashSet<u32>> {
        let sql = "SELECT part FROM document WHERE parent_id = ?1";
        Ok(self.rows(sql, [parent.to_string()], |row| row.get(0))?.into_iter().collect())
    }

    /// How many documents came out of the file that a person added and that this one lies in, however deep, and their
    /// bytes.
    pub fn came_out_of_root(&self, id: DocumentId) -> Result<(u32, u64)> {
        let found = self.first(
            "WITH RECURSIVE above(id) AS (
               SELECT ?1 UNION SELECT d.parent_id FROM document d JOIN above ON d.id = above.id
                 WHERE d.parent_id IS NOT NULL),
             below(id) AS (
               SELECT id FROM document WHERE id IN above AND parent_id IS NULL
               UNION SELECT d.id FROM document d JOIN below ON d.parent_id = below.id)
             SELECT count(*) - 1, coalesce(sum(file_size_bytes), 0) FROM document WHERE id IN below",
            [id.to_string()],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
        )?;
        Ok(found.map(|(documents, bytes)| (u32::try_from(documents).unwrap_or(0), bytes)).unwrap_or_default())
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
