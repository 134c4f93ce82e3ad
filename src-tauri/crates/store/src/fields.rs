//! Table `field`: the values of pages (page number from 1) and of the document as a whole (page number 0).

use papertray_model::{DocumentId, Field, Fields, Timestamp};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{damaged, json_or_null},
};

fn row_to_field(row: &Row<'_>) -> rusqlite::Result<(String, Field)> {
    let field = Field {
        value: row.get(1)?,
        text: row.get(2)?,
        bbox: json_or_null(row, 3)?,
        page: row.get(4)?,
        confidence: row.get(5)?,
        by: row.get(6)?,
    };
    Ok((row.get(0)?, field))
}

impl Read<'_> {
    /// The values of one page, or of the whole document for page 0.
    pub fn fields(&self, document: DocumentId, page: u32) -> Result<Fields> {
        let sql = "SELECT name, value, text, box, on_page, confidence, by FROM field
                   WHERE document_id = ?1 AND page_number = ?2";
        Ok(self.rows(sql, params![document.to_string(), page], row_to_field)?.into_iter().collect())
    }

    /// What the machine says where a person said otherwise.
    pub fn machine_value(&self, document: DocumentId, name: &str) -> Result<Option<Field>> {
        let sql = "SELECT machine FROM field WHERE document_id = ?1 AND page_number = 0 AND name = ?2";
        let found =
            self.first(sql, params![document.to_string(), name], |row| json_or_null::<Field>(row, 0))?;
        Ok(found.flatten())
    }
}

impl Write<'_> {
    /// Replaces the machine's values of a page. A value that a person set stays; what the machine says now is kept
    /// beside it.
    pub fn put_fields(&self, document: DocumentId, page: u32, fields: &Fields) -> Result<()> {
        let id = document.to_string();
        self.run(
            "DELETE FROM field WHERE document_id = ?1 AND page_number = ?2 AND locked = 0",
            params![id, page],
        )?;
        for (name, field) in fields {
            let bbox = field.bbox.map(|b| serde_json::to_string(&b)).transpose()?;
            self.run_one(
                "put field",
                "INSERT INTO field(document_id, page_number, name, value, text, box, on_page, confidence, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT(document_id, page_number, name) DO UPDATE SET machine = ?10",
                params![
                    id,
                    page,
                    name,
                    field.value,
                    field.text,
                    bbox,
                    field.page,
                    field.confidence,
                    field.by,
                    serde_json::to_string(field)?
                ],
            )?;
        }
        Ok(())
    }

    /// A person's correction of a document's value: locked from now on. An empty value takes the field away, also
    /// against the machine's next reading.
    pub fn set_field_by_person(
        &self,
        document: DocumentId,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<()> {
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(StoreError::Sqlite(damaged(0, name)));
        }
        let machine = self.fields(document, 0)?.remove(name).filter(|f| f.by != "person");
        let (bbox, page) = machine.as_ref().map_or((None, None), |f| (f.bbox, f.page));
        let bbox = bbox.map(|b| serde_json::to_string(&b)).transpose()?;
        let machine = machine.map(|f| serde_json::to_string(&f)).transpose()?;
        self.run_one(
            "set field by person",
            "INSERT INTO field(document_id, page_number, name, value, text, box, on_page, confidence, by, locked, machine)
             VALUES (?1, 0, ?2, ?3, ?3, ?4, ?5, 1.0, 'person', 1, ?6)
             ON CONFLICT(document_id, page_number, name) DO UPDATE SET value = excluded.value, text = excluded.text,
               confidence = 1.0, by = 'person', locked = 1, machine = coalesce(excluded.machine, machine)",
            params![document.to_string(), name, value, bbox, page, machine],
        )?;
        self.settle_change(document, name)?;
        self.index_document(document)?;
        self.refresh_columns(document, now)
    }

    /// A person takes their word back: the machine's value counts again, where it has one.
    pub fn release_field(&self, document: DocumentId, name: &str, now: Timestamp) -> Result<()> {
        let machine = self.machine_value(document, name)?;
        self.settle_change(document, name)?;
        self.run(
            "DELETE FROM field WHERE document_id = ?1 AND page_number = 0 AND name = ?2 AND locked = 1",
            params![document.to_string(), name],
        )?;
        if let Some(field) = machine {
            let bbox = field.bbox.map(|b| serde_json::to_string(&b)).transpose()?;
            self.run(
                "INSERT OR IGNORE INTO field(document_id, page_number, name, value, text, box, on_page, confidence, by)
                 VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![document.to_string(), name, field.value, field.text, bbox, field.page, field.confidence, field.by],
            )?;
        }
        self.index_document(document)?;
        self.refresh_columns(document, now)
    }
}
