//! Tables `page` and `page_layout`: a page as it was read and understood, once per document and number.

use papertray_model::{
    Code, DocType, DocumentId, DraftStatus, PageMeaning, PageReading, PageSource, PageSummary, Rect,
    Timestamp, Unit, UserError, Word,
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, Write,
    rows::{from_json_word, json, json_or_null, json_word, word},
};

/// A page about to be stored.
#[derive(Debug, Clone)]
pub struct StoredPage {
    /// As it was read; for a failed page, without words.
    pub reading: PageReading,
    /// As it was understood.
    pub meaning: PageMeaning,
    /// Version of the rules that understood it.
    pub schema_version: u32,
    /// File × page × engine × settings × rules: equal means nothing to redo.
    pub cache_key: String,
    /// Where its picture lies.
    pub storage_uri: Option<String>,
    /// Why it could not be read.
    pub error: Option<UserError>,
}

/// A stored page without its words.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRow {
    /// As the review's page strip shows it.
    pub summary: PageSummary,
    /// Degrees clockwise by which it was turned to stand upright.
    pub rotation: u16,
    /// Degrees clockwise by which a person turned it beyond that. Its words and size are kept without.
    pub turn: u16,
    /// Why its type was chosen.
    pub reasons: Vec<String>,
    /// Version of the rules that understood it.
    pub schema_version: u32,
    /// See [`StoredPage::cache_key`].
    pub cache_key: String,
    /// Where its picture lies.
    pub storage_uri: Option<String>,
    /// Rows of goods.
    pub lines: Vec<papertray_model::LineItem>,
}

fn row_to_page(row: &Row<'_>) -> rusqlite::Result<PageRow> {
    Ok(PageRow {
        summary: PageSummary {
            page_number: row.get(0)?,
            unit: word(row, 1, from_json_word::<Unit>)?,
            width: row.get(2)?,
            height: row.get(3)?,
            source: word(row, 5, from_json_word::<PageSource>)?,
            doc_type: DocType::new(row.get::<_, String>(6)?),
            confidence: row.get(7)?,
            status: word(row, 9, from_json_word::<DraftStatus>)?,
            error: json_or_null(row, 14)?,
        },
        rotation: row.get(4)?,
        reasons: json(row, 8)?,
        schema_version: row.get(10)?,
        cache_key: row.get(11)?,
        storage_uri: row.get(12)?,
        lines: json(row, 13)?,
        turn: row.get(15)?,
    })
}

const PAGE: &str =
    "SELECT page_number, unit, width, height, rotation, source, doc_type, confidence, reasons, status,
  schema_version, cache_key, storage_uri, lines, error,
  coalesce((SELECT turn FROM leaf WHERE leaf.document_id = page.document_id AND position = page_number), 0) FROM page";

/// A word on disk: text, box, confidence, line. Positional, because a page has hundreds.
type WordColumns = (String, f32, f32, f32, f32, f32, u32);

fn pack(words: &[Word]) -> Result<String> {
    let round = |v: f32| (v * 100.0).round() / 100.0;
    let rows: Vec<_> = words
        .iter()
        .map(|w| {
            let [x0, y0, x1, y1]: [f32; 4] = w.bbox.into();
            (w.text.as_str(), x0, y0, x1, y1, round(w.confidence), w.line)
        })
        .collect();
    Ok(serde_json::to_string(&rows)?)
}

fn unpack(rows: Vec<WordColumns>) -> Vec<Word> {
    rows.into_iter()
        .map(|(text, x0, y0, x1, y1, confidence, line)| Word {
            text,
            bbox: Rect::new(x0, y0, x1, y1),
            confidence,
            line,
        })
        .collect()
}

impl Read<'_> {
    /// The stored pages of a document, in order.
    pub fn pages(&self, document: DocumentId) -> Result<Vec<PageRow>> {
        self.rows(
            &format!("{PAGE} WHERE document_id = ?1 ORDER BY page_number"),
            [document.to_string()],
            row_to_page,
        )
    }

    /// One stored page.
    pub fn page(&self, document: DocumentId, number: u32) -> Result<Option<PageRow>> {
        self.first(
            &format!("{PAGE} WHERE document_id = ?1 AND page_number = ?2"),
            params![document.to_string(), number],
            row_to_page,
        )
    }

    /// One stored page with its words, as the reader gave it.
    pub fn page_reading(&self, document: DocumentId, number: u32) -> Result<Option<PageReading>> {
        let Some(page) = self.page(document, number)? else { return Ok(None) };
        let sql = "SELECT words, tables, codes FROM page_layout WHERE document_id = ?1 AND page_number = ?2";
        let layout = self.first(sql, params![document.to_string(), number], |row| {
            Ok((json::<Vec<WordColumns>>(row, 0)?, json::<Vec<String>>(row, 1)?, json::<Vec<Code>>(row, 2)?))
        })?;
        let (words, tables, codes) = layout.unwrap_or_default();
        let PageSummary { page_number, unit, width, height, source, .. } = page.summary;
        Ok(Some(PageReading {
            page_number,
            unit,
            width,
            height,
            rotation: page.rotation,
            source,
            words: unpack(words),
            tables,
            codes,
        }))
    }

    /// A page's meaning, as it was understood (or corrected).
    pub fn page_meaning(&self, document: DocumentId, page: &PageRow) -> Result<PageMeaning> {
        Ok(PageMeaning {
            doc_type: page.summary.doc_type.clone(),
            confidence: page.summary.confidence,
            reasons: page.reasons.clone(),
            fields: self.fields(document, page.summary.page_number)?,
            lines: page.lines.clone(),
        })
    }
}

impl Write<'_> {
    /// Makes every page of a document one to be read again; what stands there is shown until then.
    pub fn forget_page_cache(&self, document: DocumentId) -> Result<()> {
        self.run("UPDATE page SET cache_key = '' WHERE document_id = ?1", [document.to_string()]).map(drop)
    }

    /// Stores a page with its words and values, in place of an earlier reading of the same page.
    pub fn put_page(&self, document: DocumentId, page: &StoredPage, now: Timestamp) -> Result<()> {
        let (reading, meaning) = (&page.reading, &page.meaning);
        let status = self.draft_status(document, reading.page_number, meaning)?;
        self.run_one(
            "put page",
            "INSERT INTO page(document_id, page_number, unit, width, height, rotation, source, doc_type, confidence,
               reasons, status, schema_version, cache_key, storage_uri, lines, error, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17)
             ON CONFLICT(document_id, page_number) DO UPDATE SET unit = excluded.unit, width = excluded.width,
               height = excluded.height, rotation = excluded.rotation, source = excluded.source,
               doc_type = excluded.doc_type, confidence = excluded.confidence, reasons = excluded.reasons,
               status = excluded.status, schema_version = excluded.schema_version, cache_key = excluded.cache_key,
               storage_uri = excluded.storage_uri, lines = excluded.lines, error = excluded.error,
               updated_at = excluded.updated_at",
            params![
                document.to_string(),
                reading.page_number,
                json_word(&reading.unit)?,
                reading.width,
                reading.height,
                reading.rotation,
                json_word(&reading.source)?,
                meaning.doc_type.as_str(),
                meaning.confidence,
                serde_json::to_string(&meaning.reasons)?,
                json_word(&status)?,
                page.schema_version,
                page.cache_key,
                page.storage_uri,
                serde_json::to_string(&meaning.lines)?,
                page.error.as_ref().map(serde_json::to_string).transpose()?,
                now.0,
            ],
        )?;
        self.run_one(
            "put page layout",
            "INSERT OR REPLACE INTO page_layout(document_id, page_number, text, words, tables, codes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                document.to_string(),
                reading.page_number,
                reading.text(),
                pack(&reading.words)?,
                serde_json::to_string(&reading.tables)?,
                serde_json::to_string(&reading.codes)?,
            ],
        )?;
        self.put_fields(document, reading.page_number, &meaning.fields)
    }
}
