//! Table `lesson`: what accepted corrections taught about a vendor's paper.

use papertray_model::{LessonRow, Timestamp};
use rusqlite::params;

use crate::{Read, Result, Write, rows::parsed};

impl Read<'_> {
    /// All lessons, by vendor.
    pub fn lessons(&self) -> Result<Vec<LessonRow>> {
        let sql = "SELECT id, vendor, doc_type, field, lesson, document_id, at FROM lesson ORDER BY vendor, doc_type, field";
        self.rows(sql, [], |row| {
            Ok(LessonRow {
                id: row.get(0)?,
                vendor: row.get(1)?,
                doc_type: row.get(2)?,
                field: row.get(3)?,
                lesson: row.get(4)?,
                document_id: parsed(row, 5)?,
                at: Timestamp(row.get(6)?),
            })
        })
    }
}

impl Write<'_> {
    /// Keeps a lesson in place of an earlier one about the same.
    pub fn put_lesson(&self, lesson: &LessonRow) -> Result<()> {
        self.run_one(
            "put lesson",
            "INSERT INTO lesson(vendor, doc_type, field, lesson, document_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT(vendor, doc_type, field) DO UPDATE SET lesson = excluded.lesson,
               document_id = excluded.document_id, at = excluded.at",
            params![
                lesson.vendor,
                lesson.doc_type,
                lesson.field,
                lesson.lesson,
                lesson.document_id.map(|id| id.to_string()),
                lesson.at.0
            ],
        )
    }

    /// Forgets one lesson; answers whether there was one.
    pub fn forget_lesson(&self, id: i64) -> Result<bool> {
        Ok(self.run("DELETE FROM lesson WHERE id = ?1", [id])? == 1)
    }

    /// Forgets all that was learned of a vendor; answers how much that was.
    pub fn forget_vendor(&self, vendor: &str) -> Result<usize> {
        self.run("DELETE FROM lesson WHERE vendor = ?1", [vendor])
    }
}
