//! Table `sending`: the privacy ledger. A line is written before anything is sent, and says afterwards how it ended.

use papertray_model::{DocumentId, Timestamp};
use rusqlite::params;

use crate::{Read, Result, Write, rows::parsed};

/// What is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NewSending {
    /// The provider's name.
    pub provider: String,
    /// The step it is asked for.
    pub step: String,
    /// The host it goes to.
    pub host: String,
    /// The document it is about.
    pub document_id: Option<DocumentId>,
    /// What is sent, for people.
    pub what: String,
    /// How much.
    pub bytes: u64,
    /// Estimated cost in millionths of the account's currency.
    pub cost_micros: u64,
    /// Pages sent.
    pub pages: u32,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SendingRow {
    /// Its number.
    pub id: i64,
    /// When it was written, before sending.
    pub at: Timestamp,
    /// What was sent; the cost is an estimate until it ended well.
    #[serde(flatten)]
    pub sent: NewSending,
    /// `success`, or why not; absent while under way or where Papertray ended meanwhile.
    pub outcome: Option<String>,
}

/// What providers were used for since a time. Only successes count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Spent {
    /// Pages.
    pub pages: u64,
    /// Millionths of the account's currency.
    pub cost_micros: u64,
}

impl Read<'_> {
    /// The newest lines.
    pub fn sendings(&self, limit: u32) -> Result<Vec<SendingRow>> {
        let sql = "SELECT id, at, provider, step, host, document_id, what, bytes, cost_micros, pages, outcome
                   FROM sending ORDER BY id DESC LIMIT ?1";
        self.rows(sql, [limit], |row| {
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
