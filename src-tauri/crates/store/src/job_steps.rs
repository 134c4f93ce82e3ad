//! Every step that a job takes, seen as SQLite makes it: an illegal one fails the write that took it, and the others are
//! counted, so that asking how many jobs stand where costs nothing however many there are.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use papertray_model::{JobState, QueueStatus};
use rusqlite::{Connection, functions::FunctionFlags};

use crate::Result;

const STATES: usize = JobState::ALL.len();

/// How many jobs stand where, as of the last commit.
#[derive(Debug, Default)]
pub(crate) struct JobCounts([AtomicU32; STATES]);

impl JobCounts {
    fn count(connection: &Connection) -> Result<Self> {
        let counts = Self::default();
        let mut statement = connection.prepare("SELECT state, count(*) FROM job GROUP BY state")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, usize>(0)?, row.get::<_, u32>(1)?)))?;
        for row in rows {
            let (state, count) = row?;
            if let Some(place) = counts.0.get(state) {
                place.store(count, Ordering::Relaxed);
            }
        }
        Ok(counts)
    }

    /// The counts as people see them.
    pub(crate) fn status(&self) -> QueueStatus {
        let mut status = QueueStatus::default();
        for (state, count) in JobState::ALL.into_iter().zip(&self.0) {
            let count = count.load(Ordering::Relaxed);
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
        status
    }
}

/// Steps of the transaction under way: by how much each state's count changes.
pub(crate) type Steps = [i64; STATES];

/// Sees the steps that the writing connection makes.
pub(crate) struct StepWatch {
    steps: Arc<Mutex<Steps>>,
    counts: Arc<JobCounts>,
}

fn locked(steps: &Mutex<Steps>) -> MutexGuard<'_, Steps> {
    steps.lock().unwrap_or_else(PoisonError::into_inner)
}

impl StepWatch {
    /// Watches `connection`, which must be the only one that writes.
    pub(crate) fn install(connection: &Connection) -> Result<Self> {
        let steps = Arc::new(Mutex::new(Steps::default()));
        let seen = Arc::clone(&steps);
        connection.create_scalar_function("job_step", 2, FunctionFlags::SQLITE_UTF8, move |call| {
            take(&mut locked(&seen), call.get(0)?, call.get(1)?)
        })?;
        // Triggers of this connection alone: whoever opens the file with another program is not bound to know them.
        connection.execute_batch(
            "CREATE TEMP TRIGGER job_steps_in AFTER INSERT ON main.job BEGIN SELECT job_step(NULL, NEW.state); END;
             CREATE TEMP TRIGGER job_steps_out AFTER DELETE ON main.job BEGIN SELECT job_step(OLD.state, NULL); END;
             CREATE TEMP TRIGGER job_steps AFTER UPDATE OF state ON main.job WHEN OLD.state <> NEW.state
               BEGIN SELECT job_step(OLD.state, NEW.state); END;",
        )?;
        Ok(Self { steps, counts: Arc::new(JobCounts::count(connection)?) })
    }

    pub(crate) fn counts(&self) -> Arc<JobCounts> {
        Arc::clone(&self.counts)
    }

    /// The steps so far; [`StepWatch::undo`] goes back to them.
    pub(crate) fn mark(&self) -> Steps {
        *locked(&self.steps)
    }

    pub(crate) fn undo(&self, mark: Steps) {
        *locked(&self.steps) = mark;
    }

    /// The transaction is over: committed, its steps count.
    pub(crate) fn close(&self, committed: bool) {
        let steps = std::mem::take(&mut *locked(&self.steps));
        if committed {
            for (place, change) in self.counts.0.iter().zip(steps) {
                if change != 0 {
                    let count = i64::from(place.load(Ordering::Relaxed)) + change;
                    place.store(u32::try_from(count).unwrap_or(0), Ordering::Relaxed);
                }
            }
        }
    }
}

fn take(steps: &mut Steps, from: Option<i64>, to: Option<i64>) -> rusqlite::Result<bool> {
    if let (Some(from), Some(to)) = (from, to)
        && !is_legal(from, to)
    {
        let refused = format!("a job cannot go from state {from} to {to}");
        return Err(rusqlite::Error::UserFunctionError(refused.into()));
    }
    for (state, change) in [(from, -1), (to, 1)] {
        let place = state.and_then(|s| usize::try_from(s).ok()).and_then(|s| steps.get_mut(s));
        if let Some(place) = place {
            *place += change;
        }
    }
    Ok(true)
}

fn is_legal(from: i64, to: i64) -> bool {
    match (JobState::from_number(from), JobState::from_number(to)) {
        (Some(from), Some(to)) => from.may_become().contains(&to),
        _ => false,
    }
}
