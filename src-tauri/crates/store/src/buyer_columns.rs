//! Table `buyer_column`: what people said of a buyer's columns, for the next order of theirs.

use papertray_model::Timestamp;
use rusqlite::params;

use crate::{Read, Result, Write};

impl Read<'_> {
    /// Headings and meanings of a buyer's columns; `buyer` is folded.
    pub fn buyer_columns(&self, buyer: &str) -> Result<Vec<(String, Option<String>)>> {
        self.rows(
            "SELECT heading, meaning FROM buyer_column WHERE buyer = ?1 ORDER BY heading",
            [buyer],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl Write<'_> {
    /// Remembers what a buyer's column means.
    pub fn remember_column(
        &self,
        buyer: &str,
        heading: &str,
        meaning: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        self.run_one(
            "remember column",
            "INSERT OR REPLACE INTO buyer_column(buyer, heading, meaning, at) VALUES (?1, ?2, ?3, ?4)",
            params![buyer, heading, meaning, now.0],
        )
    }
}
