//! Table `job`: enqueue, look, cancel, set aside, move. Claiming and finishing are in `job_claims`, what is kept of
//! finished work in `job_history`.

use papertray_model::{
    Job, JobId, JobKind, JobQuery, JobState, OwnerId, Priority, Progress, Timestamp, job::Lane,
    queue::JobList,
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    job_history::STANDING,
    rows::{damaged, json_or_null, parsed, word},
};

/// A run may fail this often before the job gives up: the first run and three retries.
const MAX_ATTEMPTS: u32 = 4;

/// A job about to be queued.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it does.
    pub kind: JobKind,
    /// On which document or collection.
    pub owner: OwnerId,
    /// Which goes first.
    pub priority: Priority,
    /// JSON for the job alone.
    pub payload: Option<String>,
    /// It waits until this job is done.
    pub waits_on: Option<JobId>,
}

impl NewJob {
    /// A job of the usual priority that needs nothing but its owner.
    pub fn new(kind: JobKind, owner: impl Into<OwnerId>) -> Self {
        Self { kind, owner: owner.into(), priority: Priority::Normal, payload: None, waits_on: None }
    }
}

/// What became of an enqueue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job waits.
    New(JobId),
    /// The same work waits or runs already.
    AlreadyQueued(JobId),
}

/// What became of asking a job to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOutcome {
    /// It had not begun and has stopped.
    Done,
    /// It runs; it was asked to stop.
    Asked,
    /// It was over before.
    Over(JobState),
}

/// How a running job shall stop; the numbers are those in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// For good.
    Cancel = 1,
    /// Until a person resumes it.
    SetAside = 2,
}

/// A list without a limit of its own is this long.
const USUAL_LIMIT: u32 = 500;

const JOB: &str =
    "SELECT j.id, j.kind, j.state, j.priority, j.owner, j.created_at, j.started_at, j.finished_at,
  j.result, j.error, j.attempt, j.max_attempts, p.stage, p.n, p.total, p.eta_ms, p.updated_at, j.run_at, j.stop_requested,
  coalesce((SELECT coalesce(display_name, filename) FROM document WHERE id = j.owner),
    (SELECT name FROM collection WHERE id = j.owner))
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
        name: row.get::<_, Option<String>>(19)?.unwrap_or_default(),
        created_at: Timestamp(row.get(5)?),
        started_at,
        completed_at,
        result: row.get(8)?,
        error: json_or_null(row, 9)?,
        // The run under way has not failed (yet).
        retry_count: attempt.saturating_sub(1),
        max_retries: max_attempts.saturating_sub(1),
        run_at: row.get::<_, Option<i64>>(17)?.map(Timestamp),
        stopping: status == JobState::Processing && row.get::<_, u8>(18)? != 0,
        progress,
    })
}

/// Walks the index of a state. What is over is most of the table: there the table's own order is the way.
fn in_state(state: JobState) -> String {
    let number = state as u8;
    match state {
        JobState::Completed | JobState::Cancelled => format!("+j.state = {number}"),
        _ => format!("j.state = {number}"),
    }
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

    /// A page of jobs, newest first.
    pub fn jobs(&self, query: &JobQuery) -> Result<JobList> {
        let limit = if query.limit == 0 { USUAL_LIMIT } else { query.limit };
        let before = query.before.map_or(i64::MAX, |id| i64::from(id.0));
        // One more than asked for tells whether there are more.
        let most = i64::from(limit) + 1;
        let mut jobs = match (query.owner, query.code) {
            (Some(owner), _) => self.rows(
                &format!("{JOB} WHERE j.owner = ?1 AND j.id < ?2 ORDER BY j.id DESC LIMIT ?3"),
                params![owner.to_string(), before, most],
                row_to_job,
            )?,
            (None, Some(code)) => self.rows(
                &format!(
                    "{JOB} WHERE {STANDING} AND j.error_code = ?1 AND j.id < ?2 ORDER BY j.id DESC LIMIT ?3"
                ),
                params![code.as_str(), before, most],
                row_to_job,
            )?,
            (None, None) if query.states.is_empty() => self.rows(
                &format!("{JOB} WHERE j.id < ?1 ORDER BY j.id DESC LIMIT ?2"),
                params![before, most],
                row_to_job,
            )?,
            (None, None) => {
                let mut jobs = vec![];
                for state in &query.states {
                    let sql =
                        format!("{JOB} WHERE {} AND j.id < ?1 ORDER BY j.id DESC LIMIT ?2", in_state(*state));
                    jobs.extend(self.rows(&sql, params![before, most], row_to_job)?);
                }
                jobs.sort_by_key(|job: &Job| std::cmp::Reverse(job.id));
                jobs
            }
        };
        if query.owner.is_some() && !query.states.is_empty() {
            jobs.retain(|job| query.states.contains(&job.status));
        }
        let more = jobs.len() > limit as usize;
        jobs.truncate(limit as usize);
        Ok(JobList { jobs, more })
    }

    /// The jobs that wait for a worker, in the order they will be taken up.
    pub fn next_jobs(&self, limit: u32) -> Result<Vec<Job>> {
        let mut jobs = vec![];
        for lane in Lane::ALL {
            jobs.extend(self.rows(
                &format!(
                    "{JOB} WHERE j.state = 1 AND j.lane = ?1 ORDER BY j.priority DESC, j.rank, j.id LIMIT ?2"
                ),
                params![lane as i64, limit],
                row_to_job,
            )?);
        }
        Ok(jobs)
    }

    /// The jobs of a document or a collection, newest first.
    pub fn jobs_of(&self, owner: impl Into<OwnerId>) -> Result<Vec<Job>> {
        self.rows(
            &format!("{JOB} WHERE j.owner = ?1 ORDER BY j.id DESC"),
            [owner.into().to_string()],
            row_to_job,
        )
    }

    /// Every job that is not over.
    pub fn open_jobs(&self) -> Result<Vec<JobId>> {
        self.rows("SELECT id FROM job INDEXED BY job_dedupe WHERE open = 1", [], |row| row.get(0).map(JobId))
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
        self.number(
            "SELECT count(*) FROM job INDEXED BY job_running WHERE state = 2 AND started_at < ?1",
            [then.0],
        )
    }
}

impl Write<'_> {
    /// Queues a job, unless the same work waits or runs already.
    pub fn enqueue(&self, new: &NewJob, now: Timestamp) -> Result<Enqueued> {
        let owner = new.owner.to_string();
        // Messages about a batch are no work on the document that stands for it.
        let key = if new.kind.lane() == Lane::Sending { format!("{owner}/told") } else { owner.clone() };
        let open = self.first(
            "SELECT id FROM job WHERE dedupe_key = ?2 AND kind = ?1 AND open = 1",
            params![new.kind.as_str(), key],
            |row| row.get(0).map(JobId),
        )?;
        if let Some(id) = open {
            return Ok(Enqueued::AlreadyQueued(id));
        }
        let waits = match new.waits_on {
            Some(id) if self.job_state(id)? != Some(JobState::Completed) => Some(id),
            _ => None,
        };
        self.run_one(
            "enqueue",
            "INSERT INTO job(kind, lane, owner, state, priority, max_attempts, dedupe_key, waits_on, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?9, ?7, ?8)",
            params![
                new.kind.as_str(),
                new.kind.lane() as i64,
                owner,
                waits.map_or(JobState::Pending, |_| JobState::Waiting) as i64,
                new.priority as i64,
                MAX_ATTEMPTS,
                waits.map(|id| id.0),
                now.0,
                key
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

    /// Cancels a job: at once where it has not begun; a running one is asked to stop. What waits for it is cancelled
    /// too.
    pub fn cancel_job(&self, id: JobId, now: Timestamp) -> Result<StopOutcome> {
        let changed = self.run(
            "UPDATE job SET state = 5, open = 0, finished_at = ?2, run_token = NULL, run_at = NULL, error = NULL, error_code = NULL
             WHERE id = ?1 AND state IN (0, 1, 6, 7)",
            params![id.0, now.0],
        )?;
        if changed == 1 {
            self.ended(id, JobState::Cancelled, now)?;
            return Ok(StopOutcome::Done);
        }
        if self.ask_to_stop(id, Stop::Cancel)? {
            return Ok(StopOutcome::Asked);
        }
        let job = self.job(id)?.ok_or(StoreError::NotFound("job"))?;
        Ok(StopOutcome::Over(job.status))
    }

    /// Sets a job aside until [`Write::resume_job`]: at once where it has not begun; a running one is asked to stop.
    pub fn set_job_aside(&self, id: JobId) -> Result<StopOutcome> {
        let changed =
            self.run("UPDATE job SET state = 6, run_at = NULL WHERE id = ?1 AND state IN (0, 1, 7)", [id.0])?;
        if changed == 1 {
            return Ok(StopOutcome::Done);
        }
        if self.ask_to_stop(id, Stop::SetAside)? {
            return Ok(StopOutcome::Asked);
        }
        let job = self.job(id)?.ok_or(StoreError::NotFound("job"))?;
        Ok(StopOutcome::Over(job.status))
    }

    fn ask_to_stop(&self, id: JobId, how: Stop) -> Result<bool> {
        let sql = "UPDATE job SET stop_requested = ?2 WHERE id = ?1 AND state = 2 AND stop_requested <> 1";
        Ok(self.run(sql, params![id.0, how as i64])? == 1 || self.is_stopping(id)?)
    }

    fn is_stopping(&self, id: JobId) -> Result<bool> {
        Ok(self
            .number("SELECT count(*) FROM job WHERE id = ?1 AND state = 2 AND stop_requested <> 0", [id.0])?
            == 1)
    }

    /// Lets a job that was set aside go on; answers whether it was.
    pub fn resume_job(&self, id: JobId) -> Result<bool> {
        let changed = self.run(
            "UPDATE job SET state = CASE WHEN (SELECT state FROM job AS first WHERE first.id = job.waits_on) <> 3
               THEN 7 ELSE 1 END, error = NULL, error_code = NULL WHERE id = ?1 AND state = 6",
            [id.0],
        )?;
        Ok(changed == 1)
    }

    /// Puts a waiting job before all others, or makes one that waits for its time ready now; answers whether it
    /// waited.
    pub fn run_next(&self, id: JobId, now: Timestamp) -> Result<bool> {
        let changed = self.run(
            "UPDATE job SET state = 1, run_at = NULL, priority = 2, rank = -?2 WHERE id = ?1 AND state IN (0, 1, 6)",
            params![id.0, now.0],
        )?;
        Ok(changed == 1)
    }

    /// What follows from a job's end: its payload is forgotten, and what waited for it goes on or ends too. A failed
    /// job may be retried, so what waits for it goes on waiting.
    pub(crate) fn ended(&self, id: JobId, state: JobState, now: Timestamp) -> Result<()> {
        match state {
            JobState::Completed => {
                self.forget_payload(id)?;
                self.run(
                    "UPDATE job SET state = 1, waits_on = NULL WHERE waits_on = ?1 AND state = 7",
                    [id.0],
                )?;
            }
            JobState::Cancelled => {
                self.forget_payload(id)?;
                let waiting = self.rows(
                    "SELECT id FROM job WHERE waits_on = ?1 AND state IN (0, 1, 6, 7)",
                    [id.0],
                    |row| row.get(0).map(JobId),
                )?;
                for next in waiting {
                    self.cancel_job(next, now)?;
                }
            }
            _ => {}
        }
        Ok(())
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
}
