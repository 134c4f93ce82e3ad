//! Table `act`: acts that may happen only so often for each owner, and their history.

use papertray_model::{JobId, Timestamp};
use rusqlite::params;

use crate::{Read, Result, Write};

/// How often an act may happen.
#[derive(Debug, Clone, Copy)]
pub struct ActLimit {
    /// Its name in the table.
    pub action: &'static str,
    /// So many times …
    pub times: u32,
    /// … within so many milliseconds.
    pub within_ms: i64,
}

impl Read<'_> {
    /// When `owner` may do this again; `None`: now.
    pub fn allowed_again(&self, limit: &ActLimit, owner: &str, now: Timestamp) -> Result<Option<Timestamp>> {
        // The oldest of the last `times` acts must have left the window.
        let nth: Option<i64> = self.first(
            "SELECT at FROM act INDEXED BY act_limit WHERE action = ?1 AND owner = ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
            params![limit.action, owner, limit.times.saturating_sub(1)],
            |row| row.get(0),
        )?;
        // A time ahead of now was set by a clock that has been put back since.
        Ok(nth.map(|at| Timestamp(at.min(now.0) + limit.within_ms)).filter(|again| again.0 > now.0))
    }

    /// When `owner` did this and the job that came of it, newest first.
    pub fn acts(&self, action: &str, owner: &str) -> Result<Vec<(Timestamp, Option<JobId>)>> {
        self.rows(
            "SELECT at, job_id FROM act INDEXED BY act_limit WHERE action = ?1 AND owner = ?2 ORDER BY at DESC",
            params![action, owner],
            |row| Ok((Timestamp(row.get(0)?), row.get::<_, Option<u32>>(1)?.map(JobId))),
        )
    }
}

impl Write<'_> {
    /// `owner` does this now.
    pub fn record_act(&self, action: &str, owner: &str, job: Option<JobId>, now: Timestamp) -> Result<()> {
        self.run_one(
            "record act",
            "INSERT INTO act(action, owner, at, job_id) VALUES (?1, ?2, ?3, ?4)",
            params![action, owner, now.0, job.map(|id| id.0)],
        )
    }
}
