//! What is kept of jobs' runs (table `job_attempt`), of failures by cause, and for how long.

use papertray_model::{
    ErrorCode, JobId, Timestamp, UserError,
    queue::{FailureCause, JobAttempt, JobDetail, JobLogLine},
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{from_json_word, json_or_null, word},
};

/// The failures that stand: of each document and kind of work only the latest counts.
pub(crate) const STANDING: &str =
    "j.state = 4 AND NOT EXISTS (SELECT 1 FROM job AS later INDEXED BY job_owner
  WHERE later.owner = j.owner AND later.kind = j.kind AND later.id > j.id)";

fn row_to_attempt(row: &Row<'_>) -> rusqlite::Result<JobAttempt> {
    Ok(JobAttempt {
        attempt: row.get(0)?,
        started_at: Timestamp(row.get(1)?),
        ended_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        outcome: row.get(3)?,
        error: json_or_null(row, 4)?,
    })
}

impl Read<'_> {
    /// A job with its runs and its log.
    pub fn job_detail(&self, id: JobId) -> Result<JobDetail> {
        let job = self.job(id)?.ok_or(StoreError::NotFound("job"))?;
        let attempts = self.rows(
            "SELECT attempt, started_at, ended_at, outcome, error FROM job_attempt WHERE job_id = ?1 ORDER BY started_at",
            [id.0],
            row_to_attempt,
        )?;
        let log = self.job_log(id)?.into_iter();
        let log = log.map(|line| JobLogLine { at: line.at, level: line.level, message: line.message });
        Ok(JobDetail { job, attempts, log: log.collect() })
    }

    /// The causes of standing failures, the most frequent first.
    pub fn failure_causes(&self) -> Result<Vec<FailureCause>> {
        let sql = format!(
            "SELECT j.error_code, count(*), max(j.id) FROM job AS j INDEXED BY job_cause
             WHERE {STANDING} AND j.error_code IS NOT NULL GROUP BY j.error_code ORDER BY count(*) DESC, j.error_code"
        );
        let groups = self.rows(&sql, [], |row| {
            Ok((word(row, 0, from_json_word::<ErrorCode>)?, row.get::<_, u32>(1)?, JobId(row.get(2)?)))
        })?;
        let mut causes = vec![];
        for (code, count, latest) in groups {
            if let Some(example) = self.job(latest)?.and_then(|job| job.error) {
                causes.push(FailureCause { code, count, example, retryable: code.may_pass() });
            }
        }
        Ok(causes)
    }

    /// The jobs whose failure stands: of one cause, or of any that may pass by itself.
    pub fn standing_failures(&self, code: Option<ErrorCode>) -> Result<Vec<JobId>> {
        let sql = format!("SELECT j.id, j.error_code FROM job AS j INDEXED BY job_cause WHERE {STANDING}");
        let failed = self.rows(&sql, [], |row| {
            let code: Option<String> = row.get(1)?;
            Ok((JobId(row.get(0)?), code.as_deref().and_then(from_json_word::<ErrorCode>)))
        })?;
        let wanted = |found: Option<ErrorCode>| match code {
            Some(code) => found == Some(code),
            None => found.is_none_or(ErrorCode::may_pass),
        };
        Ok(failed.into_iter().filter(|(_, found)| wanted(*found)).map(|(id, _)| id).collect())
    }
}

impl Write<'_> {
    /// Records the end of the attempt under way.
    pub(crate) fn end_attempt(
        &self,
        id: JobId,
        outcome: &str,
        error: Option<&UserError>,
        now: Timestamp,
    ) -> Result<()> {
        let error = error.map(serde_json::to_string).transpose()?;
        self.run(
            "UPDATE job_attempt SET ended_at = ?2, outcome = ?3, error = ?4 WHERE job_id = ?1 AND ended_at IS NULL",
            params![id.0, now.0, outcome, error],
        )
        .map(drop)
    }

    /// Removes at most `limit` jobs that ended before `before`, with what belongs to them; answers how many. A failed
    /// job stays while its failure stands: a person has not dealt with it yet.
    pub fn prune_jobs(&self, before: Timestamp, limit: u32) -> Result<usize> {
        let old = self.rows(
            "SELECT j.id FROM job AS j INDEXED BY job_finished WHERE j.state IN (3, 4, 5) AND j.finished_at < ?1
               AND (j.state <> 4 OR EXISTS (SELECT 1 FROM job AS later INDEXED BY job_owner
                 WHERE later.owner = j.owner AND later.kind = j.kind AND later.id > j.id))
               AND NOT EXISTS (SELECT 1 FROM job AS next INDEXED BY job_waiting WHERE next.waits_on = j.id)
             LIMIT ?2",
            params![before.0, limit],
            |row| row.get::<_, u32>(0),
        )?;
        for id in &old {
            self.run("DELETE FROM event_log WHERE job_id = ?1", [id])?;
            self.run_one("prune", "DELETE FROM job WHERE id = ?1", [id])?;
        }
        Ok(old.len())
    }
}
