//! Tables `leaf` and `page_aside`: how a person arranged a document's pages, and the pages they took out.

use papertray_model::{BlobHash, DocumentId, PageReading, PageRef, Timestamp, UserError};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Read, Result, StoredPage, Write,
    rows::{json, word},
};

/// A page as it was read: what is needed to show it again without reading it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptPage {
    /// Its words, as the reader gave them; the number counts for nothing.
    pub reading: PageReading,
    /// See [`StoredPage::cache_key`].
    pub cache_key: String,
    /// Where its picture lies, turned or not.
    pub storage_uri: Option<String>,
    /// Why it could not be read.
    pub error: Option<UserError>,
}

/// How a document's pages are to lie.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The pages in order, each with its new number.
    pub pages: Vec<StoredPage>,
    /// Where each comes from; none where they are those of the file, as they are there.
    pub leaves: Vec<PageRef>,
    /// What is taken out.
    pub aside: Vec<(PageRef, KeptPage)>,
}

fn row_to_ref(row: &Row<'_>) -> rusqlite::Result<PageRef> {
    Ok(PageRef { file: word(row, 0, BlobHash::parse)?, page: row.get(1)?, turn: row.get(2)? })
}

impl Read<'_> {
    /// Where a document's pages come from, in order; none where nobody arranged them.
    pub fn leaves(&self, id: DocumentId) -> Result<Vec<PageRef>> {
        let sql = "SELECT blob_hash, source_page, turn FROM leaf WHERE document_id = ?1 ORDER BY position";
        self.rows(sql, [id.to_string()], row_to_ref)
    }

    /// Where one page comes from; `None` where nobody arranged them.
    pub fn leaf(&self, id: DocumentId, number: u32) -> Result<Option<PageRef>> {
        let sql = "SELECT blob_hash, source_page, turn FROM leaf WHERE document_id = ?1 AND position = ?2";
        self.first(sql, params![id.to_string(), number], row_to_ref)
    }

    /// The pages that were taken out of a document.
    pub fn pages_aside(&self, id: DocumentId) -> Result<Vec<(PageRef, KeptPage)>> {
        let sql = "SELECT blob_hash, source_page, 0, page FROM page_aside WHERE document_id = ?1
                   ORDER BY blob_hash, source_page";
        self.rows(sql, [id.to_string()], |row| Ok((row_to_ref(row)?, json(row, 3)?)))
    }

    /// Every stored file of which a document shows or keeps a page.
    pub(crate) fn arranged_blobs(&self) -> Result<Vec<BlobHash>> {
        let sql = "SELECT blob_hash FROM leaf UNION SELECT blob_hash FROM page_aside";
        self.rows(sql, [], |row| word(row, 0, BlobHash::parse))
    }
}

impl Write<'_> {
    /// Lays a document's pages out anew. Nothing is read: every page is handed over as it was read.
    pub fn lay_out(&self, id: DocumentId, layout: &Layout, now: Timestamp) -> Result<()> {
        let document = id.to_string();
        self.run("DELETE FROM page_aside WHERE document_id = ?1", [&document])?;
        for (place, kept) in &layout.aside {
            self.run_one(
                "set page aside",
                "INSERT INTO page_aside(document_id, blob_hash, source_page, page, picture) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    document,
                    place.file.as_str(),
                    place.page,
                    serde_json::to_string(kept)?,
                    kept.storage_uri
                ],
            )?;
        }
        self.run("DELETE FROM page WHERE document_id = ?1", [&document])?;
        self.run("DELETE FROM field WHERE document_id = ?1 AND page_number > 0", [&document])?;
        self.run("DELETE FROM leaf WHERE document_id = ?1", [&document])?;
        for (at, place) in layout.leaves.iter().enumerate() {
            self.run_one(
                "put leaf",
                "INSERT INTO leaf(document_id, position, blob_hash, source_page, turn) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![document, at + 1, place.file.as_str(), place.page, place.turn],
            )?;
        }
        for page in &layout.pages {
            self.put_page(id, page, now)?;
        }
        self.run_one(
            "count pages",
            "UPDATE document SET page_count = ?2, updated_at = ?3 WHERE id = ?1",
            params![document, layout.pages.len(), now.0],
        )
    }

    /// The values that a person gave stand on other pages now: `moved` has each page's old and new number. One whose page
    /// is gone stands on none.
    pub fn move_my_fields(&self, id: DocumentId, moved: &[(u32, u32)]) -> Result<()> {
        let sql = "UPDATE field SET
                     box = CASE WHEN (SELECT json_extract(value, '$[1]') FROM json_each(?2)
                                      WHERE json_extract(value, '$[0]') = on_page) IS NULL THEN NULL ELSE box END,
                     on_page = (SELECT json_extract(value, '$[1]') FROM json_each(?2)
                                WHERE json_extract(value, '$[0]') = on_page)
                   WHERE document_id = ?1 AND page_number = 0 AND locked = 1 AND on_page IS NOT NULL";
        self.run(sql, params![id.to_string(), serde_json::to_string(moved)?]).map(drop)
    }

    /// The drafts of an accepted document's pages are made.
    pub fn keep_accepted(&self, id: DocumentId) -> Result<()> {
        let sql =
            "UPDATE page SET status = 'draft_created' WHERE document_id = ?1 AND status = 'draft_pending'
                   AND (SELECT accepted FROM document WHERE id = ?1) = 1";
        self.run(sql, [id.to_string()]).map(drop)
    }

    /// Where a page's picture lies now.
    pub fn set_picture(&self, id: DocumentId, number: u32, uri: &str) -> Result<()> {
        self.run_one(
            "set picture",
            "UPDATE page SET storage_uri = ?3 WHERE document_id = ?1 AND page_number = ?2",
            params![id.to_string(), number, uri],
        )
    }
}
