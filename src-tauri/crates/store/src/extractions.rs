//! Tables `extraction` and `extracted_blob`: what was taken out of documents for collections.

use papertray_model::{BlobHash, DocumentId, PagePicture, Sheet};
use rusqlite::params;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Read, Result, Write,
    rows::{damaged, json, word},
};

const PAGE: &str = "page";
const SHEET: &str = "sheet";

impl Read<'_> {
    /// The pictures of a page, from 1, where they were taken out under this key.
    pub fn page_pictures(&self, id: DocumentId, page: u32, key: &str) -> Result<Option<Vec<PagePicture>>> {
        self.extraction(id, PAGE, page, key)
    }

    /// A sheet, from 0, where it was read under this key.
    pub fn sheet(&self, id: DocumentId, index: u32, key: &str) -> Result<Option<Sheet>> {
        self.extraction(id, SHEET, index, key)
    }

    /// How many sheets were read under this key.
    pub fn sheet_count(&self, id: DocumentId, key: &str) -> Result<u32> {
        self.number(
            "SELECT count(*) FROM extraction WHERE document_id = ?1 AND kind = 'sheet' AND cache_key = ?2",
            params![id.to_string(), key],
        )
    }

    fn extraction<T: DeserializeOwned>(
        &self,
        id: DocumentId,
        kind: &str,
        number: u32,
        key: &str,
    ) -> Result<Option<T>> {
        self.first(
            "SELECT content FROM extraction WHERE document_id = ?1 AND kind = ?2 AND number = ?3 AND cache_key = ?4",
            params![id.to_string(), kind, number, key],
            |row| json(row, 0),
        )
    }

    /// The pictures that were taken out of a document.
    pub fn taken_out_of(&self, id: DocumentId) -> Result<Vec<BlobHash>> {
        self.rows("SELECT blob_hash FROM extracted_blob WHERE document_id = ?1", [id.to_string()], |row| {
            word(row, 0, BlobHash::parse)
        })
    }

    /// Every stored file beside the documents' own: pictures taken out, decks, files of which a document has pages.
    pub fn extracted_blobs(&self) -> Result<Vec<BlobHash>> {
        let sql = "SELECT blob_hash FROM extracted_blob UNION SELECT blob_hash FROM deck_blob";
        let mut blobs = self.rows(sql, [], |row| {
            let text: String = row.get(0)?;
            BlobHash::parse(&text).ok_or_else(|| damaged(0, &text))
        })?;
        blobs.extend(self.arranged_blobs()?);
        Ok(blobs)
    }

    /// Whether a document is this file or has a page of it, or a picture of one is.
    pub fn needs_blob(&self, hash: &BlobHash) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM document WHERE blob_hash = ?1)
                   OR EXISTS (SELECT 1 FROM extracted_blob WHERE blob_hash = ?1)
                   OR EXISTS (SELECT 1 FROM deck_blob WHERE blob_hash = ?1)
                   OR EXISTS (SELECT 1 FROM leaf WHERE blob_hash = ?1)
                   OR EXISTS (SELECT 1 FROM page_aside WHERE blob_hash = ?1)";
        Ok(self.number(sql, [hash.as_str()])? == 1)
    }
}

impl Write<'_> {
    /// Keeps the pictures of a page in place of earlier ones.
    pub fn put_page_pictures(
        &self,
        id: DocumentId,
        page: u32,
        key: &str,
        pictures: &[PagePicture],
    ) -> Result<()> {
        self.put_extraction(id, PAGE, page, key, pictures)?;
        self.hold_blobs(id, pictures.iter().map(|p| &p.picture.blob))
    }

    /// Keeps a sheet in place of an earlier one.
    pub fn put_sheet(&self, id: DocumentId, index: u32, key: &str, sheet: &Sheet) -> Result<()> {
        self.put_extraction(id, SHEET, index, key, sheet)?;
        self.hold_blobs(id, sheet.pictures.iter().map(|p| &p.picture.blob))
    }

    fn put_extraction<T: Serialize + ?Sized>(
        &self,
        id: DocumentId,
        kind: &str,
        number: u32,
        key: &str,
        content: &T,
    ) -> Result<()> {
        self.run_one(
            "put extraction",
            "INSERT OR REPLACE INTO extraction(document_id, kind, number, cache_key, content) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id.to_string(), kind, number, key, serde_json::to_string(content)?],
        )
    }

    fn hold_blobs<'a>(&self, id: DocumentId, blobs: impl Iterator<Item = &'a BlobHash>) -> Result<()> {
        for blob in blobs {
            self.run(
                "INSERT OR IGNORE INTO extracted_blob(document_id, blob_hash) VALUES (?1, ?2)",
                params![id.to_string(), blob.as_str()],
            )?;
        }
        Ok(())
    }
}
