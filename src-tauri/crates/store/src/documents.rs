//! Tables `document` and `tag`.

use std::{path::PathBuf, sync::LazyLock};

use papertray_model::{
    BlobHash, Check, DocType, DocumentId, DocumentPart, DocumentRow, DocumentStatus, Duplicates, Fields,
    LineItem, Metadata, MetadataState, Timestamp, UserError,
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{damaged, json, json_or_null, parsed, word},
};

/// A file that is about to be taken in.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// Where it lies now.
    pub source: PathBuf,
    /// Its name.
    pub filename: String,
    /// By content.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
    /// Which batch it came in with.
    pub batch: i64,
    /// What becomes of it where its bytes are in the library already.
    pub duplicates: Duplicates,
}

/// A document whose file is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCopy {
    /// Which document.
    pub id: DocumentId,
    /// Where the file lies.
    pub source: PathBuf,
    /// By content.
    pub mime_type: String,
}

/// What was understood of a document as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Understanding {
    /// Its type.
    pub doc_type: DocType,
    /// 0 to 1.
    pub confidence: f32,
    /// Its values.
    pub fields: Fields,
    /// Rows of goods.
    pub lines: Vec<LineItem>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// Whether what is printed adds up.
    pub checks: Vec<Check>,
    /// The documents that the file holds, where it holds several.
    pub parts: Vec<DocumentPart>,
}

// The job is that which works on the document or waits for it; the thumbnail is page 1.
pub(crate) const COLUMNS: &str = "SELECT d.id, d.source_path, d.filename, d.status, d.metadata_state, d.doc_type, d.display_name,
  (SELECT group_concat(tag, char(31)) FROM tag WHERE document_id = d.id), d.page_count, d.date, d.total, d.currency,
  d.uncertain, d.accepted, d.added_at, d.error, d.file_size_bytes,
  (SELECT storage_uri FROM page WHERE document_id = d.id AND page_number = 1),
  (SELECT min(id) FROM job WHERE dedupe_key = d.id AND open = 1),
  EXISTS (SELECT 1 FROM staged WHERE document_id = d.id), d.parent_id,
  (SELECT count(*) FROM document WHERE parent_id = d.id AND removed_at IS NULL)";

/// Reads [`row_to_document`]; conditions follow.
pub(crate) static ROW: LazyLock<String> = LazyLock::new(|| format!("{COLUMNS} FROM document d"));

pub(crate) fn row_to_document(row: &Row<'_>) -> rusqlite::Result<(DocumentRow, Option<u32>)> {
    let tags: Option<String> = row.get(7)?;
    let doc_type: Option<String> = row.get(5)?;
    let document = DocumentRow {
        document_id: parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?,
        file: row.get(1)?,
        filename: row.get(2)?,
        status: word(row, 3, DocumentStatus::parse)?,
        metadata: word(row, 4, MetadataState::parse)?,
        doc_type: doc_type.map(DocType::new),
        display_name: row.get(6)?,
        tags: tags.map(|t| t.split('\u{1f}').map(str::to_owned).collect()).unwrap_or_default(),
        page_count: row.get(8)?,
        date: row.get(9)?,
        total: row.get(10)?,
        currency: row.get(11)?,
        uncertain: row.get(12)?,
        accepted: row.get(13)?,
        added_at: Timestamp(row.get(14)?),
        error: json_or_null(row, 15)?,
        file_size_bytes: row.get(16)?,
        thumbnail: row.get(17)?,
        job: None,
        staged: row.get(19)?,
        parent: parsed(row, 20)?,
        parts: row.get(21)?,
    };
    Ok((document, row.get(18)?))
}

impl Read<'_> {
    /// One document as a list shows it, unless it is in the trash; its picture's place is relative to the library.
    pub fn document(&self, id: DocumentId) -> Result<Option<DocumentRow>> {
        let sql = format!("{} WHERE d.id = ?1 AND d.removed_at IS NULL", *ROW);
        let found = self.first(&sql, [id.to_string()], row_to_document)?;
        found.map(|(row, job)| self.with_job(row, job)).transpose()
    }

    /// These documents as a list shows them, without their jobs, in no order; those in the trash left out.
    pub fn document_rows(&self, ids: &[DocumentId]) -> Result<Vec<DocumentRow>> {
        let sql =
            format!("{} WHERE d.id IN (SELECT value FROM json_each(?1)) AND d.removed_at IS NULL", *ROW);
        let found = self.rows(&sql, [serde_json::to_string(ids)?], row_to_document)?;
        Ok(found.into_iter().map(|(row, _)| row).collect())
    }

    /// A document's rows of goods: a person's where they said so, else the machine's.
    pub fn lines(&self, id: DocumentId) -> Result<Vec<LineItem>> {
        let sql = "SELECT coalesce(my_lines, lines) FROM document WHERE id = ?1";
        Ok(self.first(sql, [id.to_string()], |row| json(row, 0))?.unwrap_or_default())
    }

    /// A person's rows of goods, where they gave any.
    pub fn my_lines(&self, id: DocumentId) -> Result<Option<Vec<LineItem>>> {
        let sql = "SELECT my_lines FROM document WHERE id = ?1";
        Ok(self.first(sql, [id.to_string()], |row| json_or_null(row, 0))?.flatten())
    }

    pub(crate) fn with_job(&self, mut row: DocumentRow, job: Option<u32>) -> Result<DocumentRow> {
        row.job = match job {
            Some(id) => self.job(papertray_model::JobId(id))?,
            None => None,
        };
        Ok(row)
    }

    /// The stored file and MIME type of a document; the hash is absent until the copy is complete.
    pub fn document_file(&self, id: DocumentId) -> Result<Option<(Option<BlobHash>, String)>> {
        self.first("SELECT blob_hash, mime_type FROM document WHERE id = ?1", [id.to_string()], |row| {
            let hash: Option<String> = row.get(0)?;
            Ok((hash.as_deref().and_then(BlobHash::parse), row.get(1)?))
        })
    }

    /// The first document that has these bytes; one in the trash only where there is no other.
    pub fn document_with_blob(&self, hash: &BlobHash) -> Result<Option<DocumentId>> {
        let sql = "SELECT id FROM document WHERE blob_hash = ?1 ORDER BY removed_at IS NOT NULL, id LIMIT 1";
        Ok(self.first(sql, [hash.as_str()], |r| parsed(r, 0))?.flatten())
    }

    /// What a person wants where this document's bytes are in the library already.
    fn duplicates_of(&self, id: DocumentId) -> Result<Duplicates> {
        let sql = "SELECT on_duplicate FROM document WHERE id = ?1";
        let found = self.first(sql, [id.to_string()], |row| word(row, 0, Duplicates::parse))?;
        Ok(found.unwrap_or_default())
    }

    /// What a document's file is called, and whether it is in the trash.
    pub fn how_first(&self, document: DocumentId) -> Result<Option<(String, bool)>> {
        self.first(
            "SELECT filename, removed_at IS NOT NULL FROM document WHERE id = ?1",
            [document.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Every stored file that a document names.
    pub fn document_blobs(&self) -> Result<Vec<(DocumentId, BlobHash)>> {
        let rows =
            self.rows("SELECT id, blob_hash FROM document WHERE blob_hash IS NOT NULL", [], |row| {
                let hash: String = row.get(1)?;
                Ok(parsed(row, 0)?.zip(BlobHash::parse(&hash)))
            })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Documents whose file is not stored yet, oldest first.
    pub fn pending_copies(&self) -> Result<Vec<PendingCopy>> {
        let sql = "SELECT id, source_path, mime_type FROM document WHERE blob_hash IS NULL AND status = 'uploading' ORDER BY id";
        self.rows(sql, [], |row| {
            Ok(PendingCopy {
                id: parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?,
                source: row.get::<_, String>(1)?.into(),
                mime_type: row.get(2)?,
            })
        })
    }

    /// The batch a document came in with.
    pub fn batch_of(&self, id: DocumentId) -> Result<Option<i64>> {
        self.first("SELECT batch FROM document WHERE id = ?1", [id.to_string()], |r| r.get(0))
    }

    /// The documents of a batch, oldest first.
    pub fn batch(&self, batch: i64) -> Result<Vec<DocumentRow>> {
        let found = self.rows(
            &format!("{} WHERE d.batch = ?1 AND d.removed_at IS NULL ORDER BY d.id", *ROW),
            [batch],
            row_to_document,
        )?;
        found.into_iter().map(|(row, job)| self.with_job(row, job)).collect()
    }

    /// The summary, language and rows of goods of a document.
    pub fn description(&self, id: DocumentId) -> Result<Option<(Metadata, Vec<LineItem>)>> {
        let sql = "SELECT display_name, summary, language, coalesce(my_lines, lines),
          (SELECT group_concat(tag, char(31)) FROM tag WHERE document_id = document.id) FROM document WHERE id = ?1";
        self.first(sql, [id.to_string()], |row| {
            let tags: Option<String> = row.get(4)?;
            let metadata = Metadata {
                display_name: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                tags: tags.map(|t| t.split('\u{1f}').map(str::to_owned).collect()).unwrap_or_default(),
                summary: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                language: row.get(2)?,
            };
            Ok((metadata, json(row, 3)?))
        })
    }
}

impl Write<'_> {
    /// A new document, its file not stored yet.
    pub fn insert_document(&self, new: &NewDocument, now: Timestamp) -> Result<()> {
        self.run_one(
            "insert document",
            "INSERT INTO document(id, source_path, filename, mime_type, file_size_bytes, status, batch, added_at, updated_at,
               on_duplicate)
             VALUES (?1, ?2, ?3, ?4, ?5, 'uploading', ?6, ?7, ?7, ?8)",
            params![
                new.id.to_string(),
                new.source.to_string_lossy(),
                new.filename,
                new.mime_type,
                new.size,
                new.batch,
                now.0,
                new.duplicates.as_str()
            ],
        )?;
        self.index_document(new.id)
    }

    /// The file of `id` is stored under `hash`. Where another document has these bytes already and nobody wants them
    /// twice, `id` goes again and the first is answered: the same file never counts twice.
    pub fn copy_complete(
        &self,
        id: DocumentId,
        hash: &BlobHash,
        size: u64,
        now: Timestamp,
    ) -> Result<Option<DocumentId>> {
        if let Some(first) = self.document_with_blob(hash)? {
            match self.duplicates_of(id)? {
                Duplicates::Skip => {
                    self.move_inputs(id, first)?;
                    self.run_one("drop duplicate", "DELETE FROM document WHERE id = ?1", [id.to_string()])?;
                    return Ok(Some(first));
                }
                Duplicates::Version => self.join_versions(first, id)?,
                Duplicates::Keep => {}
            }
        }
        self.run_one(
            "copy complete",
            "UPDATE document SET blob_hash = ?2, file_size_bytes = ?3, updated_at = ?4 WHERE id = ?1 AND blob_hash IS NULL",
            params![id.to_string(), hash.as_str(), size, now.0],
        )?;
        Ok(None)
    }

    /// Moves a document to `status`, with the reason where there is one.
    pub fn set_status(
        &self,
        id: DocumentId,
        status: DocumentStatus,
        error: Option<&UserError>,
        now: Timestamp,
    ) -> Result<()> {
        let error = error.map(serde_json::to_string).transpose()?;
        self.run_one(
            "set status",
            "UPDATE document SET status = ?2, error = ?3, updated_at = ?4 WHERE id = ?1",
            params![id.to_string(), status.as_str(), error, now.0],
        )
    }

    /// The file was opened.
    pub fn set_opened(&self, id: DocumentId, pages: u32, mime_type: &str, now: Timestamp) -> Result<()> {
        self.run_one(
            "set opened",
            "UPDATE document SET page_count = ?2, mime_type = ?3, updated_at = ?4 WHERE id = ?1",
            params![id.to_string(), pages, mime_type, now.0],
        )
    }

    /// What was understood of the whole. A person's values stay, and what they accepted stays accepted where nothing
    /// changed; what changed since the last run is kept for [`Read::field_changes`].
    pub fn put_understanding(&self, id: DocumentId, meaning: &Understanding, now: Timestamp) -> Result<()> {
        let changed = self.note_changes(id, meaning, now)?;
        self.put_fields(id, 0, &meaning.fields)?;
        self.run_one(
            "put understanding",
            "UPDATE document SET doc_type = ?2, type_confidence = ?3, lines = ?4, accepted = CASE WHEN ?9 THEN 0 ELSE accepted END,
               updated_at = ?5, language = coalesce(json_extract(mine, '$.language'), ?6), checks = ?7, parts = ?8
             WHERE id = ?1",
            params![
                id.to_string(),
                meaning.doc_type.as_str(),
                meaning.confidence,
                serde_json::to_string(&meaning.lines)?,
                now.0,
                meaning.language,
                serde_json::to_string(&meaning.checks)?,
                serde_json::to_string(&meaning.parts)?,
                changed
            ],
        )?;
        self.index_document(id)?;
        self.refresh_columns(id, now)
    }

    /// Brings the columns that lists show (date, total, currency, how many values are uncertain) up to date with the
    /// document's values.
    pub(crate) fn refresh_columns(&self, id: DocumentId, now: Timestamp) -> Result<()> {
        let value = |name: &str| {
            format!(
                "(SELECT value FROM field WHERE document_id = ?1 AND page_number = 0 AND name = '{name}')"
            )
        };
        self.run_one(
            "refresh columns",
            &format!(
                "UPDATE document SET date = {}, total = {}, currency = {}, updated_at = ?2, uncertain =
                   (SELECT count(*) FROM field WHERE document_id = ?1 AND page_number = 0 AND confidence < 0.9 AND locked = 0)
                 WHERE id = ?1",
                value("date"),
                value("total"),
                value("currency")
            ),
            params![id.to_string(), now.0],
        )
    }

    /// A person's rows of goods, in place of the machine's from now on; `None`: the machine's count again.
    pub fn set_my_lines(&self, id: DocumentId, lines: Option<&[LineItem]>, now: Timestamp) -> Result<()> {
        self.run_one(
            "set my lines",
            "UPDATE document SET my_lines = ?2, updated_at = ?3 WHERE id = ?1",
            params![id.to_string(), lines.map(serde_json::to_string).transpose()?, now.0],
        )?;
        self.index_document(id)
    }

    /// Where name, tags and summary stand.
    pub fn set_metadata_state(&self, id: DocumentId, state: MetadataState, now: Timestamp) -> Result<()> {
        self.run_one(
            "set metadata state",
            "UPDATE document SET metadata_state = ?2, updated_at = ?3 WHERE id = ?1",
            params![id.to_string(), state.as_str(), now.0],
        )
    }

    /// Puts a document into the trash, or takes it out. Answers whether that changed anything.
    pub fn set_removed(&self, id: DocumentId, removed: bool, now: Timestamp) -> Result<bool> {
        let at = removed.then_some(now.0);
        let changed = self.run(
            "UPDATE document SET removed_at = ?2, updated_at = ?3 WHERE id = ?1 AND (removed_at IS NULL) = (?2 IS NOT NULL)",
            params![id.to_string(), at, now.0],
        )?;
        Ok(changed == 1)
    }

    /// A person accepted the document's values: its drafts are made.
    pub fn accept_document(&self, id: DocumentId, now: Timestamp) -> Result<()> {
        self.run_one(
            "accept document",
            "UPDATE document SET accepted = 1, updated_at = ?2 WHERE id = ?1",
            params![id.to_string(), now.0],
        )?;
        self.run(
            "UPDATE page SET status = 'draft_created', updated_at = ?2 WHERE document_id = ?1 AND status = 'draft_pending'",
            params![id.to_string(), now.0],
        )?;
        Ok(())
    }

    /// A person takes their acceptance back: drafts wait again.
    pub fn unaccept_document(&self, id: DocumentId, now: Timestamp) -> Result<()> {
        self.run_one(
            "unaccept document",
            "UPDATE document SET accepted = 0, updated_at = ?2 WHERE id = ?1",
            params![id.to_string(), now.0],
        )?;
        self.run(
            "UPDATE page SET status = 'draft_pending', updated_at = ?2 WHERE document_id = ?1 AND status = 'draft_created'",
            params![id.to_string(), now.0],
        )?;
        Ok(())
    }

    /// The batch that new documents join: the newest one while any of its work is open, else a new one.
    pub fn current_batch(&self) -> Result<i64> {
        let newest =
            self.first("SELECT max(batch) FROM document", [], |r| r.get::<_, Option<i64>>(0))?.flatten();
        let Some(newest) = newest else { return Ok(1) };
        let open = self.batch_is_open(newest)?;
        Ok(if open { newest } else { newest + 1 })
    }
}

impl Read<'_> {
    /// Whether anything of a batch is still being stored, read or described, or waits for it.
    pub fn batch_is_open(&self, batch: i64) -> Result<bool> {
        let open = self.number(
            "SELECT EXISTS (SELECT 1 FROM document d WHERE d.batch = ?1 AND d.removed_at IS NULL AND (
               (d.blob_hash IS NULL AND d.status = 'uploading')
               OR EXISTS (SELECT 1 FROM job WHERE dedupe_key = d.id AND open = 1 AND state <> 6)))",
            [batch],
        )?;
        Ok(open == 1)
    }

    /// The document that `id` names, or the error that none does (outside the trash).
    pub fn require_document(&self, id: DocumentId) -> Result<DocumentRow> {
        self.document(id)?.ok_or(StoreError::NotFound("document"))
    }

    /// Whether there is a document `id`, in the trash or not.
    pub fn has_document(&self, id: DocumentId) -> Result<bool> {
        Ok(self.number("SELECT count(*) FROM document WHERE id = ?1", [id.to_string()])? == 1)
    }
}
