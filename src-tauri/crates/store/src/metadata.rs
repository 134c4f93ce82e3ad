//! Name, tags, summary and language of a document: what the machine makes, and what a person says instead. Columns of
//! `document`, tables `tag` and `tag_refused`.

use papertray_model::{DocumentId, Metadata, Timestamp};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{
    Read, Result, Write,
    rows::{json, json_or_null},
};

/// What a person gave instead of the machine's; it stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mine {
    /// The document's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Its summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_type: Option<String>,
    /// What they noted about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Read<'_> {
    /// What a person gave, and what the machine said last.
    pub fn described(&self, id: DocumentId) -> Result<(Mine, Option<Metadata>)> {
        let sql = "SELECT mine, described FROM document WHERE id = ?1";
        let found = self.first(sql, [id.to_string()], |row| Ok((json(row, 0)?, json_or_null(row, 1)?)))?;
        Ok(found.unwrap_or_default())
    }

    /// Tags that people gave to at least `times` accepted documents of this vendor, most frequent first.
    pub fn tags_of_vendor(&self, vendor: &str, times: u32) -> Result<Vec<String>> {
        let sql = "SELECT t.tag FROM tag t
                   JOIN document d ON d.id = t.document_id AND d.accepted = 1
                   JOIN field f ON f.document_id = d.id AND f.page_number = 0 AND f.name = 'vendor' AND f.value = ?1
                   WHERE t.by = 'person' GROUP BY t.tag HAVING count(*) >= ?2 ORDER BY count(*) DESC, t.tag";
        self.rows(sql, params![vendor, times], |row| row.get(0))
    }
}

impl Write<'_> {
    /// What the machine made. What a person gave stays: name, summary and language, tags they added, tags they took away.
    pub fn put_metadata(&self, id: DocumentId, metadata: &Metadata, by: &str, now: Timestamp) -> Result<()> {
        let (mine, _) = self.described(id)?;
        self.run_one(
            "put metadata",
            "UPDATE document SET display_name = ?2, summary = ?3, language = ?4, described = ?5, metadata_state = 'ready',
               updated_at = ?6 WHERE id = ?1",
            params![
                id.to_string(),
                mine.display_name.as_ref().unwrap_or(&metadata.display_name),
                mine.summary.as_ref().unwrap_or(&metadata.summary),
                mine.language.as_ref().or(metadata.language.as_ref()),
                serde_json::to_string(metadata)?,
                now.0
            ],
        )?;
        self.run("DELETE FROM tag WHERE document_id = ?1 AND by <> 'person'", [id.to_string()])?;
        for tag in &metadata.tags {
            self.run(
                "INSERT OR IGNORE INTO tag(document_id, tag, by) SELECT ?1, ?2, ?3
                 WHERE NOT EXISTS (SELECT 1 FROM tag_refused WHERE document_id = ?1 AND tag = ?2)",
                params![id.to_string(), tag, by],
            )?;
        }
        self.index_document(id)
    }

    /// A person's own name, summary and language; what they leave open is the machine's again.
    pub fn set_mine(&self, id: DocumentId, mine: &Mine, now: Timestamp) -> Result<()> {
        let machine = self.described(id)?.1.unwrap_or_default();
        self.run_one(
            "set mine",
            "UPDATE document SET mine = ?2, display_name = ?3, summary = ?4, language = ?5, updated_at = ?6 WHERE id = ?1",
            params![
                id.to_string(),
                serde_json::to_string(mine)?,
                mine.display_name.as_ref().unwrap_or(&machine.display_name),
                mine.summary.as_ref().unwrap_or(&machine.summary),
                mine.language.as_ref().or(machine.language.as_ref()),
                now.0
            ],
        )?;
        self.index_document(id)
    }

    /// A person adds and takes away tags: both stay so.
    pub fn change_tags(&self, id: DocumentId, add: &[String], remove: &[String]) -> Result<()> {
        for tag in add {
            self.run(
                "DELETE FROM tag_refused WHERE document_id = ?1 AND tag = ?2",
                params![id.to_string(), tag],
            )?;
            self.run(
                "INSERT INTO tag(document_id, tag, by) VALUES (?1, ?2, 'person')
                 ON CONFLICT(document_id, tag) DO UPDATE SET by = 'person'",
                params![id.to_string(), tag],
            )?;
        }
        for tag in remove {
            self.run("DELETE FROM tag WHERE document_id = ?1 AND tag = ?2", params![id.to_string(), tag])?;
            self.run(
                "INSERT OR IGNORE INTO tag_refused(document_id, tag) VALUES (?1, ?2)",
                params![id.to_string(), tag],
            )?;
        }
        self.index_document(id)
    }
}
