//! What was understood of documents and pages, apart from how they were read: kept, compared and replaced without
//! reading anything again.

use papertray_model::{
    Check, DocumentId, DocumentPart, DraftStatus, Field, FieldChange, Fields, PageMeaning, Timestamp,
};
use rusqlite::params;

use crate::{
    Read, Result, Understanding, Write,
    rows::{from_json_word, json, json_or_null, json_word, word},
};

impl Read<'_> {
    /// Whether what is printed adds up, and the documents that the file holds where it holds several.
    pub fn structure(&self, id: DocumentId) -> Result<(Vec<Check>, Vec<DocumentPart>)> {
        let sql = "SELECT checks, parts FROM document WHERE id = ?1";
        Ok(self.first(sql, [id.to_string()], |row| Ok((json(row, 0)?, json(row, 1)?)))?.unwrap_or_default())
    }

    /// The pages (from 1) at which documents begin, where a person said so.
    pub fn splits(&self, id: DocumentId) -> Result<Option<Vec<u32>>> {
        let sql = "SELECT splits FROM document WHERE id = ?1";
        Ok(self.first(sql, [id.to_string()], |row| json_or_null(row, 0))?.flatten())
    }

    /// What the last run changed.
    pub fn field_changes(&self, id: DocumentId) -> Result<Vec<FieldChange>> {
        let sql = "SELECT c.name, c.old, c.new, f.value FROM field_change c
                   LEFT JOIN field f ON f.document_id = c.document_id AND f.page_number = 0 AND f.name = c.name
                     AND f.locked = 1
                   WHERE c.document_id = ?1 ORDER BY c.name";
        self.rows(sql, [id.to_string()], |row| {
            Ok(FieldChange { name: row.get(0)?, old: row.get(1)?, new: row.get(2)?, mine: row.get(3)? })
        })
    }

    /// The values that a person gave or corrected.
    pub fn locked_fields(&self, id: DocumentId) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, value FROM field WHERE document_id = ?1 AND page_number = 0 AND locked = 1";
        self.rows(sql, [id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The machine's values of a document: also those that a person said otherwise about.
    pub fn machine_fields(&self, id: DocumentId) -> Result<Fields> {
        let sql = "SELECT name, locked, machine, value, text, box, on_page, confidence, by FROM field
                   WHERE document_id = ?1 AND page_number = 0";
        let rows = self.rows(sql, [id.to_string()], |row| {
            let name: String = row.get(0)?;
            if row.get::<_, bool>(1)? {
                return Ok(json_or_null::<Field>(row, 2)?.map(|field| (name, field)));
            }
            let field = Field {
                value: row.get(3)?,
                text: row.get(4)?,
                bbox: json_or_null(row, 5)?,
                page: row.get(6)?,
                confidence: row.get(7)?,
                by: row.get(8)?,
            };
            Ok(Some((name, field)))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }
}

impl Write<'_> {
    /// What was understood of a page that is stored, in place of what was understood before. A draft that a person
    /// accepted stays made where nothing changed.
    pub fn put_page_meaning(
        &self,
        document: DocumentId,
        number: u32,
        meaning: &PageMeaning,
        schema_version: u32,
        now: Timestamp,
    ) -> Result<()> {
        let status = self.draft_status(document, number, meaning)?;
        self.run_one(
            "put page meaning",
            "UPDATE page SET doc_type = ?3, confidence = ?4, reasons = ?5, status = ?6, schema_version = ?7, lines = ?8,
               updated_at = ?9 WHERE document_id = ?1 AND page_number = ?2",
            params![
                document.to_string(),
                number,
                meaning.doc_type.as_str(),
                meaning.confidence,
                serde_json::to_string(&meaning.reasons)?,
                json_word(&status)?,
                schema_version,
                serde_json::to_string(&meaning.lines)?,
                now.0
            ],
        )?;
        self.put_fields(document, number, &meaning.fields)
    }

    /// Where a page's draft stands with this meaning.
    pub(crate) fn draft_status(
        &self,
        document: DocumentId,
        number: u32,
        meaning: &PageMeaning,
    ) -> Result<DraftStatus> {
        if meaning.doc_type.is_unknown() {
            return Ok(DraftStatus::Unknown);
        }
        let sql = "SELECT status, doc_type FROM page WHERE document_id = ?1 AND page_number = ?2";
        let before = self.first(sql, params![document.to_string(), number], |row| {
            Ok((word(row, 0, from_json_word::<DraftStatus>)?, row.get::<_, String>(1)?))
        })?;
        let made = before.is_some_and(|(status, doc_type)| {
            status == DraftStatus::DraftCreated && doc_type == meaning.doc_type.as_str()
        });
        let same = made && values(&self.fields(document, number)?) == values(&meaning.fields);
        Ok(if same { DraftStatus::DraftCreated } else { DraftStatus::DraftPending })
    }

    /// A person decided about a value: the change is seen.
    pub fn settle_change(&self, id: DocumentId, name: &str) -> Result<()> {
        let sql = "DELETE FROM field_change WHERE document_id = ?1 AND name = ?2";
        self.run(sql, params![id.to_string(), name]).map(drop)
    }

    /// Keeps what this run changes beside what the machine said before; answers whether type or a value changed.
    pub(crate) fn note_changes(&self, id: DocumentId, new: &Understanding, now: Timestamp) -> Result<bool> {
        let sql = "SELECT doc_type FROM document WHERE id = ?1";
        let old_type = self.first(sql, [id.to_string()], |row| row.get::<_, Option<String>>(0))?.flatten();
        let Some(old_type) = old_type else { return Ok(true) };
        let old = self.machine_fields(id)?;
        let mut changes: Vec<(&str, Option<&str>, Option<&str>)> = vec![];
        for (name, field) in &old {
            let now = new.fields.get(name).map(|f| f.value.as_str());
            if now != Some(field.value.as_str()) {
                changes.push((name, Some(&field.value), now));
            }
        }
        let added = new.fields.iter().filter(|(name, _)| !old.contains_key(*name));
        changes.extend(added.map(|(name, field)| (name.as_str(), None, Some(field.value.as_str()))));
        if old_type != new.doc_type.as_str() {
            changes.push(("doc_type", Some(&old_type), Some(new.doc_type.as_str())));
        }
        self.run("DELETE FROM field_change WHERE document_id = ?1", [id.to_string()])?;
        for (name, old, new) in &changes {
            self.run_one(
                "note change",
                "INSERT INTO field_change(document_id, name, old, new, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id.to_string(), name, old, new, now.0],
            )?;
        }
        Ok(!changes.is_empty())
    }

    /// The pages (from 1) at which documents begin, as a person says; `None`: as the pages say themselves.
    pub fn set_splits(&self, id: DocumentId, splits: Option<&[u32]>, now: Timestamp) -> Result<()> {
        self.run_one(
            "set splits",
            "UPDATE document SET splits = ?2, updated_at = ?3 WHERE id = ?1",
            params![id.to_string(), splits.map(serde_json::to_string).transpose()?, now.0],
        )
    }
}

fn values(fields: &Fields) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, field)| (name.as_str(), field.value.as_str())).collect()
}
