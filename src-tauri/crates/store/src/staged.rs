//! Table `staged`: documents that were added without being processed.

use papertray_model::{DocumentId, Timestamp};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{damaged, parsed},
};

impl Read<'_> {
    /// The documents that wait to be processed until a person says so, oldest first; those in the trash left out.
    pub fn staged(&self) -> Result<Vec<DocumentId>> {
        let sql = "SELECT s.document_id FROM staged s JOIN document d ON d.id = s.document_id
                   WHERE d.removed_at IS NULL ORDER BY s.document_id";
        self.rows(sql, [], |row| parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL")))
    }

    /// Whether a document waits so.
    pub fn is_staged(&self, id: DocumentId) -> Result<bool> {
        Ok(self.number("SELECT count(*) FROM staged WHERE document_id = ?1", [id.to_string()])? == 1)
    }
}

impl Write<'_> {
    /// A document waits until a person says so.
    pub fn stage(&self, id: DocumentId, now: Timestamp) -> Result<()> {
        self.run_one(
            "stage",
            "INSERT INTO staged(document_id, at) VALUES (?1, ?2)",
            params![id.to_string(), now.0],
        )
    }

    /// A document waits no longer; answers whether it did.
    pub fn unstage(&self, id: DocumentId) -> Result<bool> {
        Ok(self.run("DELETE FROM staged WHERE document_id = ?1", [id.to_string()])? == 1)
    }
}
