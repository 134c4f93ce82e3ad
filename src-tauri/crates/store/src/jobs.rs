//! Table `job` and its side tables: enqueue, look, cancel, retry. Claiming and finishing are in `job_claims`.

use papertray_model::{
    DocumentId, Job, JobId, JobKind, JobState, Priority, Progress, QueueStatus, Timestamp, UserError,
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{damaged, json_or_null, parsed, word},
};

/// A run may fail this often before the job gives up: the first run and three retries.
const MAX_ATTEMPTS: u32 = 4;

/// A job about to be queued.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it does.
    pub kind: JobKind,
    /// On which document.
    pub owner: DocumentId,
    /// Which goes first.
    pub priority: Priority,
    /// JSON for the job alone.
    pub payload: Option<String>,
}

/// What became of an enqueue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job waits.
    New(JobId),
    /// The same work waits or runs already.
    AlreadyQueued(JobId),
}

/// What became of a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelOutcome {
    /// It had not begun and is over now.
    Cancelled,
    /// It runs; it was asked to stop.
    Asked,
    /// It was over before.
    AlreadyOver(JobState),
}

/// Which jobs a list shows, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobQuery {
    /// Only in this state.
    pub state: Option<JobState>,
    /// At most this many; 0 means 500.
    pub limit: u32,
}

const JOB: &str =
    "SELECT j.id, j.kind, j.state, j.priority, j.owner, j.created_at, j.started_at, j.finished_at,
  j.result, j.error, j.attempt, j.max_attempts, p.stage, p.n, p.total, p.eta_ms, p.updated_at
  FROM job j LEFT JOIN job_progress p ON p.job_id = j.id";

pub(crate) fn state_of(row: &Row<'_>, column: usize) -> rusqlite::Result<JobState> {
    let number: i64 = row.get(column)?;
    JobState::from_number(number).ok_or_else(|| damaged(column, &number.to_string()))
}

fn row_to_job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let status = state_of(row, 2)?;
    let started_at = row.get::<_, Option<i64>>(6)?.map(Timestamp);
    let completed_at = row.get::<_, Option<i64>>(7)?.map(Timestamp);
    let attempt: u32 = row.get(10)?;
    let max_attempts: u32 = row.get(11)?;
    let progress = match row.get::<_, Option<String>>(12)? {
        Some(stage) if status == JobState::Processing => {
            let updated = Timestamp(row.get(16)?);
            let elapsed_ms = started_at.map_or(0, |s| updated.since(s));
            Some(progress(stage, row.get(13)?, row.get(14)?, elapsed_ms, row.get(15)?))
        }
        _ => None,
    };
    Ok(Job {
        id: JobId(row.get(0)?),
        kind: word(row, 1, JobKind::parse)?,
        status,
        priority: Priority::from_number(row.get(3)?),
        owner: parsed(row, 4)?.ok_or_else(|| damaged(4, "NULL"))?,
        created_at: Timestamp(row.get(5)?),
        started_at,
        completed_at,
        result: row.get(8)?,
        error: json_or_null(row, 9)?,
        // The run under way has not failed (yet).
        retry_count: attempt.saturating_sub(1),
        max_retries: max_attempts.saturating_sub(1),
        progress,
    })
}

fn progress(stage: String, n: u32, total: u32, elapsed_ms: u32, eta_ms: Option<u32>) -> Progress {
    let percentage = (u64::from(n.min(total)) * 100).checked_div(u64::from(total)).unwrap_or(0);
    Progress { stage, n, total, percentage: percentage as u8, elapsed_ms, eta_ms }
}

impl Read<'_> {
    /// One job.
    pub fn job(&self, id: JobId) -> Result<Option<Job>> {
        self.first(&format!("{JOB} WHERE j.id = ?1"), [id.0], row_to_job)
    }

    /// Jobs, newest first.
    pub fn jobs(&self, query: JobQuery) -> Result<Vec<Job>> {
        let limit = if query.limit == 0 { 500 } else { query.limit };
        match query.state {
            Some(state) => self.rows(
                &format!("{JOB} WHERE j.state = ?1 ORDER BY j.id DESC LIMIT ?2"),
                params![state as i64, limit],
                row_to_job,
            ),
            None => self.rows(&format!("{JOB} ORDER BY j.id DESC LIMIT ?1"), [limit], row_to_job),
        }
    }

    /// The jobs of a document, newest first.
    pub fn jobs_of(&self, owner: DocumentId) -> Result<Vec<Job>> {
        self.rows(&format!("{JOB} WHERE j.owner = ?1 ORDER BY j.id DESC"), [owner.to_string()], row_to_job)
    }

    /// How many jobs stand where.
    pub fn queue_status(&self) -> Result<QueueStatus> {
        let counts = self.rows("SELECT state, count(*) FROM job GROUP BY state", [], |row| {
            Ok((state_of(row, 0)?, row.get::<_, u32>(1)?))
        })?;
        let mut status = QueueStatus::default();
        for (state, count) in counts {
            status.total += count;
            match state {
                JobState::Processing => status.processing += count,
                JobState::Completed => status.completed += count,
                JobState::Failed => status.failed += count,
                JobState::Cancelled => {}
                JobState::Scheduled | JobState::Pending | JobState::Paused | JobState::Waiting => {
                    status.pending += count;
                }
            }
        }
        Ok(status)
    }

    /// Whether a job is ready, running, or due before `soon`.
    pub fn has_work(&self, soon: Timestamp) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM job WHERE state = 1) OR EXISTS (SELECT 1 FROM job WHERE state = 2)
                   OR EXISTS (SELECT 1 FROM job WHERE state = 0 AND run_at <= ?1)";
        Ok(self.number(sql, [soon.0])? == 1)
    }

    /// How many jobs have been at work since before `then`.
    pub fn running_since_before(&self, then: Timestamp) -> Result<u32> {
        self.number("SELECT count(*) FROM job WHERE state = 2 AND started_at < ?1", [then.0])
    }
}

impl Write<'_> {
    /// Queues a job, unless the same work waits or runs already.
    pub fn enqueue(&self, new: &NewJob, now: Timestamp) -> Result<Enqueued> {
        let owner = new.owner.to_string();
        let open = self.first(
            "SELECT id FROM job WHERE kind = ?1 AND dedupe_key = ?2 AND dedupe_key IS NOT NULL AND state IN (0, 1, 2, 6, 7)",
            params![new.kind.as_str(), owner],
            |row| row.get(0).map(JobId),
        )?;
        if let Some(id) = open {
            return Ok(Enqueued::AlreadyQueued(id));
        }
        self.run_one(
            "enqueue",
            "INSERT INTO job(kind, lane, owner, state, priority, max_attempts, dedupe_key, created_at)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, ?3, ?6)",
            params![
                new.kind.as_str(),
                new.kind.lane() as i64,
                owner,
                new.priority as i64,
                MAX_ATTEMPTS,
                now.0
            ],
        )?;
        let id = u32::try_from(self.last_insert_rowid())
            .map_err(|_| StoreError::Damaged("job ids ran out".into()))?;
        if let Some(payload) = &new.payload {
            self.run_one(
                "payload",
                "INSERT INTO job_payload(job_id, payload) VALUES (?1, ?2)",
                params![id, payload],
            )?;
        }
        Ok(Enqueued::New(JobId(id)))
    }

    /// Cancels a job: at once where it has not begun; a running one is asked to stop.
    pub fn cancel_job(&self, id: JobId, now: Timestamp) -> Result<CancelOutcome> {
        let changed = self.run(
            "UPDATE job SET state = 5, finished_at = ?2, run_token = NULL WHERE id = ?1 AND state IN (0, 1, 6, 7)",
            params![id.0, now.0],
        )?;
        if changed == 1 {
            self.forget_payload(id)?;
            return Ok(CancelOutcome::Cancelled);
        }
        if self.run("UPDATE job SET cancel_requested = 1 WHERE id = ?1 AND state = 2", [id.0])? == 1 {
            return Ok(CancelOutcome::Asked);
        }
        let job = self.job(id)?.ok_or(StoreError::NotFound("job"))?;
        Ok(CancelOutcome::AlreadyOver(job.status))
    }

    /// Keeps how far a running job is. Nothing happens where the run no longer holds it.
    pub fn put_progress(&self, id: JobId, progress: &Progress, now: Timestamp) -> Result<()> {
        self.run(
            "INSERT INTO job_progress(job_id, stage, n, total, eta_ms, updated_at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM job WHERE id = ?1 AND state = 2
             ON CONFLICT(job_id) DO UPDATE SET stage = excluded.stage, n = excluded.n, total = excluded.total,
               eta_ms = excluded.eta_ms, updated_at = excluded.updated_at",
            params![id.0, progress.stage, progress.n, progress.total, progress.eta_ms, now.0],
        )?;
        Ok(())
    }

    pub(crate) fn forget_payload(&self, id: JobId) -> Result<()> {
        self.run("DELETE FROM job_payload WHERE job_id = ?1", [id.0]).map(drop)
    }

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

    /// Removes at most `limit` finished jobs that ended before `before`; answers how many.
    pub fn prune_jobs(&self, before: Timestamp, limit: u32) -> Result<usize> {
        self.run(
            "DELETE FROM job WHERE id IN (SELECT id FROM job INDEXED BY job_finished WHERE state IN (3, 4, 5) AND finished_at < ?1 LIMIT ?2)",
            params![before.0, limit],
        )
    }
}
