//! Tables `unmatched_line` and `resolution`: lines of orders that no product answers, and what a person said of them.

use std::collections::BTreeMap;

use papertray_model::{
    CollectionId,
    collection::{Resolution, UnmatchedLine},
};
use rusqlite::params;

use crate::{Read, Result, Write, rows::json};

impl Read<'_> {
    /// The lines that no product answers, each with what a person said of it.
    pub fn unmatched_lines(&self, id: CollectionId) -> Result<Vec<UnmatchedLine>> {
        let said = self.resolutions(id)?;
        let mut lines: Vec<UnmatchedLine> = self.rows(
            "SELECT line FROM unmatched_line WHERE collection_id = ?1 ORDER BY position",
            [id.to_string()],
            |row| json(row, 0),
        )?;
        for line in &mut lines {
            line.resolution = said.get(&line.key).cloned();
        }
        Ok(lines)
    }

    /// What a person said of lines, by their keys.
    pub fn resolutions(&self, id: CollectionId) -> Result<BTreeMap<String, Resolution>> {
        let rows = self.rows(
            "SELECT line_key, resolution FROM resolution WHERE collection_id = ?1",
            [id.to_string()],
            |row| Ok((row.get(0)?, json(row, 1)?)),
        )?;
        Ok(rows.into_iter().collect())
    }
}

impl Write<'_> {
    /// The lines that no product answers are these.
    pub fn put_unmatched_lines(&self, id: CollectionId, lines: &[UnmatchedLine]) -> Result<()> {
        let collection = id.to_string();
        self.run("DELETE FROM unmatched_line WHERE collection_id = ?1", [&collection])?;
        for (position, line) in (0_u32..).zip(lines) {
            self.run_one(
                "put unmatched line",
                "INSERT INTO unmatched_line(collection_id, position, line) VALUES (?1, ?2, ?3)",
                params![collection, position, serde_json::to_string(line)?],
            )?;
        }
        Ok(())
    }

    /// What a person says of a line; `None`: nothing any more.
    pub fn resolve_line(&self, id: CollectionId, key: &str, resolution: Option<&Resolution>) -> Result<()> {
        let collection = id.to_string();
        match resolution {
            None => self
                .run(
                    "DELETE FROM resolution WHERE collection_id = ?1 AND line_key = ?2",
                    [collection.as_str(), key],
                )
                .map(drop),
            Some(resolution) => self.run_one(
                "resolve line",
                "INSERT OR REPLACE INTO resolution(collection_id, line_key, resolution) VALUES (?1, ?2, ?3)",
                params![collection, key, serde_json::to_string(resolution)?],
            ),
        }
    }
}
