//! A job's run: claimed with a token, fenced by it, and finished, given back or recovered.

use papertray_model::{JobId, JobKind, JobState, OwnerId, Timestamp, UserError, job::Lane};
use rusqlite::params;

use crate::{
    Read, Result, StoreError, Write,
    jobs::{Stop, state_of},
    rows::{damaged, parsed, word},
};

/// After so many crashes of the application in which neither this job nor any other got further, a job goes behind all
/// others …
const CRASHES_TO_DEMOTE: u32 = 3;
/// … and after so many it is parked as failed, so that no file can loop the application.
const CRASHES_TO_PARK: u32 = 6;

/// A job that a worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Which.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// On which document or collection.
    pub owner: OwnerId,
    /// Which run this is, from 1.
    pub attempt: u32,
    /// How many there may be.
    pub max_attempts: u32,
    /// Proof of the claim.
    pub token: String,
    /// JSON for the job alone.
    pub payload: Option<String>,
    /// Whether the application ended in the middle of the run before.
    pub restarted: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// Done.
    Completed {
        /// What it made, as JSON.
        result: Option<String>,
    },
    /// Failed; another run at `run_at`.
    Retry {
        /// Why.
        error: UserError,
        /// When.
        run_at: Timestamp,
    },
    /// Waits for the surroundings (disk full); the attempt is given back.
    Wait {
        /// Why.
        error: UserError,
        /// When to look again.
        run_at: Timestamp,
    },
    /// Gave up.
    Failed {
        /// Why.
        error: UserError,
    },
    /// A person asked it to stop: for good, or until they resume it.
    Stopped,
    /// The application stops; the attempt is given back and the job goes on at the next start.
    GivenBack,
}

/// A job that was running when the application ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Which.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// On which document or collection.
    pub owner: OwnerId,
    /// Where it stands now: `Pending` goes on, `Failed` was parked, else what a person had asked for.
    pub state: JobState,
}

impl Read<'_> {
    /// When the next scheduled job is due.
    pub fn next_run_at(&self) -> Result<Option<Timestamp>> {
        let first =
            self.first("SELECT min(run_at) FROM job INDEXED BY job_scheduled WHERE state = 0", [], |r| {
                r.get::<_, Option<i64>>(0)
            })?;
        Ok(first.flatten().map(Timestamp))
    }
}

impl Write<'_> {
    /// Claims the next ready job of a lane: highest priority first, or with `oldest` the one that waits longest, so
    /// that high priorities never starve the rest.
    pub fn claim(
        &self,
        lane: Lane,
        oldest: bool,
        token: &str,
        now: Timestamp,
        lease_ms: i64,
    ) -> Result<Option<Claimed>> {
        // The oldest of a lane is the first of one of its priorities: three steps into the index.
        let next = if oldest {
            "(SELECT min(id) FROM (
                SELECT min(id) AS id FROM job WHERE state = 1 AND lane = ?1 AND priority = 0 AND rank = 0 UNION ALL
                SELECT min(id) FROM job WHERE state = 1 AND lane = ?1 AND priority = 1 AND rank = 0 UNION ALL
                SELECT min(id) FROM job WHERE state = 1 AND lane = ?1 AND priority = 2))"
        } else {
            "(SELECT id FROM job WHERE state = 1 AND lane = ?1 ORDER BY priority DESC, rank, id LIMIT 1)"
        };
        let claimed = self.first(
            &format!(
                "UPDATE job SET state = 2, attempt = attempt + 1, started_at = ?2, finished_at = NULL, run_token = ?3,
                   lease_until = ?4, stop_requested = 0, error = NULL, error_code = NULL, run_at = NULL, rank = 0
                 WHERE id = {next}
                 RETURNING id, kind, owner, attempt, max_attempts, interrupted,
                   (SELECT payload FROM job_payload WHERE job_id = job.id)"
            ),
            params![lane as i64, now.0, token, now.0 + lease_ms],
            |row| {
                Ok(Claimed {
                    id: JobId(row.get(0)?),
                    kind: word(row, 1, JobKind::parse)?,
                    owner: parsed(row, 2)?.ok_or_else(|| damaged(2, "NULL"))?,
                    attempt: row.get(3)?,
                    max_attempts: row.get(4)?,
                    token: token.to_owned(),
                    payload: row.get(6)?,
                    restarted: row.get(5)?,
                })
            },
        )?;
        if let Some(job) = &claimed {
            self.run("DELETE FROM job_progress WHERE job_id = ?1", [job.id.0])?;
            self.run_one(
                "begin attempt",
                "INSERT OR REPLACE INTO job_attempt(job_id, attempt, started_at) VALUES (?1, ?2, ?3)",
                params![job.id.0, job.attempt, now.0],
            )?;
        }
        Ok(claimed)
    }

    /// Every write of a run begins with this: it fails where the run has lost its claim, or was asked to stop.
    pub fn holds(&self, id: JobId, token: &str) -> Result<()> {
        let held = self.number(
            "SELECT count(*) FROM job WHERE id = ?1 AND state = 2 AND run_token = ?2 AND stop_requested = 0",
            params![id.0, token],
        )?;
        if held == 1 { Ok(()) } else { Err(StoreError::Fenced) }
    }

    /// The run is alive and got further: its lease is renewed and earlier crashes are forgiven.
    pub fn got_further(&self, id: JobId, token: &str, now: Timestamp, lease_ms: i64) -> Result<()> {
        self.run_one(
            "got further",
            "UPDATE job SET lease_until = ?3, crashes = 0 WHERE id = ?1 AND state = 2 AND run_token = ?2",
            params![id.0, token, now.0 + lease_ms],
        )
    }

    /// The run is known to be alive: its lease is renewed.
    pub fn renew_lease(&self, id: JobId, now: Timestamp, lease_ms: i64) -> Result<()> {
        self.run(
            "UPDATE job SET lease_until = ?2 WHERE id = ?1 AND state = 2",
            params![id.0, now.0 + lease_ms],
        )
        .map(drop)
    }

    /// Ends a run; answers where the job stands now. `None` where the run no longer holds the job: whoever committed
    /// first won, and nothing changes.
    pub fn finish(
        &self,
        id: JobId,
        token: &str,
        finish: &Finish,
        now: Timestamp,
    ) -> Result<Option<JobState>> {
        let (state, outcome) = match finish {
            Finish::Completed { .. } => (JobState::Completed, "completed"),
            Finish::Retry { .. } => (JobState::Scheduled, "retry"),
            Finish::Wait { .. } => (JobState::Scheduled, "waiting"),
            Finish::Failed { .. } => (JobState::Failed, "failed"),
            Finish::GivenBack => (JobState::Pending, "given_back"),
            Finish::Stopped if self.is_set_aside(id)? => (JobState::Paused, "set_aside"),
            Finish::Stopped => (JobState::Cancelled, "cancelled"),
        };
        let (error, run_at, result) = match finish {
            Finish::Completed { result } => (None, None, result.as_deref()),
            Finish::Retry { error, run_at } | Finish::Wait { error, run_at } => {
                (Some(error), Some(run_at.0), None)
            }
            Finish::Failed { error } => (Some(error), None, None),
            Finish::Stopped | Finish::GivenBack => (None, None, None),
        };
        let given_back = i64::from(
            matches!(state, JobState::Pending | JobState::Paused) || matches!(finish, Finish::Wait { .. }),
        );
        let ended = self.first(
            "UPDATE job SET state = ?3, open = ?3 NOT IN (3, 4, 5), error = ?4, error_code = ?9, run_at = ?5, result = coalesce(?6, result),
               attempt = attempt - ?7, finished_at = CASE WHEN ?3 IN (3, 4, 5) THEN ?8 END, run_token = NULL,
               lease_until = NULL
             WHERE id = ?1 AND state = 2 AND run_token = ?2
             RETURNING kind, max(0, ?8 - coalesce(started_at, ?8))",
            params![
                id.0,
                token,
                state as i64,
                error.map(serde_json::to_string).transpose()?,
                run_at,
                result,
                given_back,
                now.0,
                error.map(|e| e.code.as_str()),
            ],
            |row| Ok((word(row, 0, JobKind::parse)?, row.get::<_, u32>(1)?)),
        )?;
        let Some((kind, ms)) = ended else { return Ok(None) };
        self.end_attempt(id, outcome, error, now)?;
        self.ended(id, state, now)?;
        self.count_end(kind, state, outcome, error.map(|e| e.code), ms, now);
        Ok(Some(state))
    }

    fn is_set_aside(&self, id: JobId) -> Result<bool> {
        Ok(self.number(
            "SELECT count(*) FROM job WHERE id = ?1 AND stop_requested = ?2",
            params![id.0, Stop::SetAside as i64],
        )? == 1)
    }

    /// Makes due jobs ready; answers how many. A time further away than any pause was set by a clock that has been
    /// put back since.
    pub fn ready_due(&self, now: Timestamp, longest_pause_ms: i64) -> Result<usize> {
        let due =
            self.run("UPDATE job SET state = 1, run_at = NULL WHERE state = 0 AND run_at <= ?1", [now.0])?;
        let far = self.run(
            "UPDATE job SET state = 1, run_at = NULL WHERE state = 0 AND run_at > ?1",
            [now.0 + longest_pause_ms],
        )?;
        Ok(due + far)
    }

    /// Takes jobs back from runs whose lease is over; answers which. Their late writes are fenced off.
    pub fn reclaim_expired(&self, now: Timestamp) -> Result<Vec<JobId>> {
        let expired = self.rows(
            "SELECT id FROM job INDEXED BY job_running WHERE state = 2 AND lease_until < ?1",
            [now.0],
            |row| row.get(0).map(JobId),
        )?;
        for id in &expired {
            self.run_one(
                "reclaim",
                "UPDATE job SET state = CASE stop_requested WHEN 1 THEN 5 WHEN 2 THEN 6 ELSE 1 END,
                   open = stop_requested <> 1, finished_at = CASE stop_requested WHEN 1 THEN ?2 END, run_token = NULL,
                   lease_until = NULL, attempt = max(attempt - 1, 0) WHERE id = ?1 AND state = 2",
                params![id.0, now.0],
            )?;
            self.end_attempt(*id, "interrupted", None, now)?;
        }
        Ok(expired)
    }

    /// The computer slept for `ms`: what runs did not.
    pub fn shift_running(&self, ms: i64) -> Result<usize> {
        self.run(
            "UPDATE job SET started_at = started_at + ?1, lease_until = lease_until + ?1 WHERE state = 2",
            [ms],
        )
    }

    /// At the start, with the library's lock held: whatever claims to run was interrupted. It goes on, unless it was
    /// interrupted too often without getting further.
    pub fn recover(&self, parked: &UserError, now: Timestamp) -> Result<Vec<Recovered>> {
        let running = self.rows(
            "SELECT id, owner, crashes, stop_requested, kind, coalesce(started_at, 0) FROM job INDEXED BY job_running WHERE state = 2",
            [],
            |row| {
                Ok((
                    row.get::<_, u32>(0)?,
                    parsed::<OwnerId>(row, 1)?,
                    row.get::<_, u32>(2)?,
                    row.get::<_, u8>(3)?,
                    word(row, 4, JobKind::parse)?,
                    row.get::<_, i64>(5)?,
                ))
            },
        )?;
        let mut recovered = vec![];
        for (id, owner, crashes, stop, kind, started_at) in running {
            // A file that ends the application ends it before anything is done; where something was, something else did.
            let crashes = if self.completed_since(started_at)? { crashes } else { crashes + 1 };
            let state = match stop {
                1 => JobState::Cancelled,
                2 => JobState::Paused,
                _ if crashes >= CRASHES_TO_PARK => JobState::Failed,
                _ => JobState::Pending,
            };
            let error = (state == JobState::Failed).then_some(parked);
            self.run_one(
                "recover",
                "UPDATE job SET state = ?2, open = ?2 NOT IN (3, 4, 5), crashes = ?3, interrupted = 1, error = ?4, error_code = ?7, attempt = max(attempt - 1, 0),
                   run_token = NULL, lease_until = NULL, priority = CASE WHEN ?3 >= ?5 THEN 0 ELSE priority END,
                   finished_at = CASE WHEN ?2 IN (4, 5) THEN ?6 END
                 WHERE id = ?1 AND state = 2",
                params![
                    id,
                    state as i64,
                    crashes,
                    error.map(serde_json::to_string).transpose()?,
                    CRASHES_TO_DEMOTE,
                    now.0,
                    error.map(|e| e.code.as_str()),
                ],
            )?;
            self.end_attempt(JobId(id), "interrupted", error, now)?;
            self.ended(JobId(id), state, now)?;
            self.count_end(kind, state, "interrupted", error.map(|e| e.code), 0, now);
            if let Some(owner) = owner {
                recovered.push(Recovered { id: JobId(id), kind, owner, state });
            }
        }
        Ok(recovered)
    }

    fn completed_since(&self, then: i64) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM job INDEXED BY job_finished WHERE state = 3 AND state IN (3, 4, 5)
                   AND finished_at >= ?1)";
        Ok(self.number(sql, [then])? == 1)
    }

    /// Puts a failed or cancelled job back into the queue, at high priority. With `anyway` its count of runs begins
    /// anew; without, a job that used up its retries is refused. Answers whether it waits now.
    pub fn retry_job(&self, id: JobId, anyway: bool, payload: Option<&str>) -> Result<bool> {
        let changed = self.run(
            "UPDATE job SET state = 1, open = 1, error = NULL, finished_at = NULL, result = NULL, stop_requested = 0, crashes = 0, interrupted = 0,
               error_code = NULL, priority = 2, rank = 0, attempt = CASE WHEN ?2 THEN 0 ELSE attempt END
             WHERE id = ?1 AND state IN (4, 5) AND (?2 OR state = 5 OR attempt < max_attempts)",
            params![id.0, anyway],
        )?;
        if changed == 1
            && let Some(payload) = payload
        {
            self.run(
                "INSERT OR REPLACE INTO job_payload(job_id, payload) VALUES (?1, ?2)",
                params![id.0, payload],
            )?;
        }
        Ok(changed == 1)
    }

    /// The state of a job inside this transaction.
    pub fn job_state(&self, id: JobId) -> Result<Option<JobState>> {
        self.first("SELECT state FROM job WHERE id = ?1", [id.0], |row| state_of(row, 0))
    }
}
