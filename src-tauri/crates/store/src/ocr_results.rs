//! Table `ocr_result`: one row a document, replaced when it is read again.

use papertray_model::{DocumentId, Timestamp};
use rusqlite::params;

use crate::{Read, Result, Write, rows};

/// The whole text of a document and how it was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcrResult {
    /// Pages joined by a form feed.
    pub raw_text: String,
    /// Tables of all pages as HTML.
    pub html_tables: Vec<String>,
    /// Pages in the file.
    pub page_count: u32,
    /// `text-layer`, `ppocr` or `text-layer+ppocr`.
    pub model: String,
    /// Sum over the pages.
    pub processing_time_ms: u32,
}

impl Read<'_> {
    /// The result of `document`, once it has been read.
    pub fn ocr_result(&self, document: DocumentId) -> Result<Option<OcrResult>> {
        let sql = "SELECT raw_text, html_tables, page_count, model, processing_time_ms FROM ocr_result WHERE document_id = ?1";
        self.first(sql, [document.to_string()], |row| {
            Ok(OcrResult {
                raw_text: row.get(0)?,
                html_tables: rows::json(row, 1)?,
                page_count: row.get(2)?,
                model: row.get(3)?,
                processing_time_ms: row.get(4)?,
            })
        })
    }
}

impl Write<'_> {
    /// Keeps the result of `document`, in place of an earlier one.
    pub fn put_ocr_result(&self, document: DocumentId, result: &OcrResult, now: Timestamp) -> Result<()> {
        self.run_one(
            "put ocr result",
            "INSERT OR REPLACE INTO ocr_result(document_id, raw_text, html_tables, page_count, model,
               processing_time_ms, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                document.to_string(),
                result.raw_text,
                serde_json::to_string(&result.html_tables)?,
                result.page_count,
                result.model,
                result.processing_time_ms,
                now.0
            ],
        )
    }
}
