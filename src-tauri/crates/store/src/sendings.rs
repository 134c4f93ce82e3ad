//! Table `sending`: the privacy ledger. A line is written before anything is sent, and says afterwards how it ended.

use papertray_model::{NewSending, SendingRow, Spent, Timestamp};
use rusqlite::params;

use crate::{Read, Result, Write, rows::parsed};

impl Read<'_> {
    /// Lines below the number `before`, newest first.
    pub fn sendings(&self, before: Option<i64>, limit: u32) -> Result<Vec<SendingRow>> {
        let sql = "SELECT id, at, provider, step, host, document_id, what, bytes, cost_micros, pages, outcome
                   FROM sending WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        self.rows(sql, params![before.unwrap_or(i64::MAX), limit], |row| {
            Ok(SendingRow {
                id: row.get(0)?,
                at: Timestamp(row.get(1)?),
                sent: NewSending {
                    provider: row.get(2)?,
                    step: row.get(3)?,
                    host: row.get(4)?,
                    document_id: parsed(row, 5)?,
                    what: row.get(6)?,
                    bytes: row.get(7)?,
                    cost_micros: row.get(8)?,
                    pages: row.get(9)?,
                },
                outcome: row.get(10)?,
            })
        })
    }

    /// How many lines are about a document.
    pub fn sendings_of(&self, id: papertray_model::DocumentId) -> Result<u32> {
        self.number("SELECT count(*) FROM sending WHERE document_id = ?1", [id.to_string()])
    }

    /// What was used since `since`.
    pub fn spent_since(&self, since: Timestamp) -> Result<Spent> {
        let sql = "SELECT coalesce(sum(pages), 0), coalesce(sum(cost_micros), 0) FROM sending
                   WHERE at >= ?1 AND outcome = 'success'";
        let found =
            self.first(sql, [since.0], |row| Ok(Spent { pages: row.get(0)?, cost_micros: row.get(1)? }))?;
        Ok(found.unwrap_or_default())
    }
}

impl Write<'_> {
    /// Writes a line before sending; answers its number.
    pub fn begin_sending(&self, new: &NewSending, now: Timestamp) -> Result<i64> {
        self.run_one(
            "begin sending",
            "INSERT INTO sending(at, provider, step, host, document_id, what, bytes, cost_micros, pages)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                now.0,
                new.provider,
                new.step,
                new.host,
                new.document_id.map(|id| id.to_string()),
                new.what,
                new.bytes,
                new.cost_micros,
                new.pages
            ],
        )?;
        Ok(self.last_insert_rowid())
    }

    /// Says how a sending ended, and what it cost where the provider told.
    pub fn end_sending(&self, id: i64, outcome: &str, cost_micros: Option<u64>) -> Result<()> {
        self.run_one(
            "end sending",
            "UPDATE sending SET outcome = ?2, cost_micros = coalesce(?3, cost_micros) WHERE id = ?1",
            params![id, outcome, cost_micros],
        )
    }
}
