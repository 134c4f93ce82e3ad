//! What goes for good: documents in the trash, and what only they needed.

use papertray_model::{BlobHash, DocumentId, Timestamp};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{damaged, parsed},
};

/// A document that is gone, and the stored files that nothing else needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Which.
    pub document: DocumentId,
    /// Its file, those it has pages of, and the pictures taken out of it, where nothing else needs the same bytes.
    pub blobs: Vec<BlobHash>,
}

impl Read<'_> {
    /// Documents that lie in the trash since before a time, oldest first, at most `limit`. What still has open work (it
    /// is being cancelled) is left for later, and what a collection is made from stays.
    fn in_trash(&self, before: Timestamp, limit: u32) -> Result<Vec<(DocumentId, Option<BlobHash>)>> {
        let sql = "SELECT d.id, d.blob_hash FROM document d WHERE d.removed_at < ?1
                   AND NOT EXISTS (SELECT 1 FROM job WHERE dedupe_key = d.id AND open = 1)
                   AND NOT EXISTS (SELECT 1 FROM collection_input WHERE document_id = d.id)
                   ORDER BY d.removed_at LIMIT ?2";
        self.rows(sql, params![before.0, limit], |row| {
            let hash: Option<String> = row.get(1)?;
            let id = parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?;
            Ok((id, hash.as_deref().and_then(BlobHash::parse)))
        })
    }

    /// Bytes of the originals, and of those that only documents in the trash need.
    pub fn original_bytes(&self) -> Result<(u64, u64)> {
        let sql = "SELECT coalesce(sum(size), 0), coalesce(sum(CASE WHEN here = 0 THEN size END), 0) FROM (
                     SELECT max(file_size_bytes) AS size, count(*) FILTER (WHERE removed_at IS NULL) AS here
                     FROM document WHERE blob_hash IS NOT NULL GROUP BY blob_hash)";
        let found = self.first(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.unwrap_or_default())
    }
}

impl Write<'_> {
    /// Documents that lie in the trash since before a time go for good, at most `limit`. Their files are the caller's to
    /// remove, after the commit.
    pub fn purge_trash(&self, before: Timestamp, limit: u32) -> Result<Vec<Gone>> {
        let mut gone = vec![];
        for (document, hash) in self.in_trash(before, limit)? {
            let id = document.to_string();
            self.run("DELETE FROM job WHERE owner = ?1 AND open = 0", [&id])?;
            let mut blobs = self.taken_out_of(document)?;
            blobs.extend(self.leaves(document)?.into_iter().map(|place| place.file));
            blobs.extend(self.pages_aside(document)?.into_iter().map(|(place, _)| place.file));
            self.run("DELETE FROM event_log WHERE document_id = ?1", [&id])?;
            self.run_one("purge document", "DELETE FROM document WHERE id = ?1", [&id])?;
            blobs.extend(hash);
            blobs.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
            blobs.dedup();
            let mut unneeded = vec![];
            for hash in blobs {
                if !self.needs_blob(&hash)? {
                    unneeded.push(hash);
                }
            }
            gone.push(Gone { document, blobs: unneeded });
        }
        Ok(gone)
    }
}
