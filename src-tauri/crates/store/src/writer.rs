//! The one thread that writes. Commands that wait are joined into one transaction (group commit); each runs in its
//! own savepoint, so one that fails takes nothing with it; replies go out after the commit is on disk.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{
    Result, StoreError, Write,
    connection::Counted,
    job_steps::{JobCounts, StepWatch},
};

/// Most commands that share one commit.
const GROUP: usize = 256;
/// Measurements are written about so often.
const MEASUREMENTS_EVERY: Duration = Duration::from_secs(1);

type Outcome<T> = std::result::Result<T, StoreError>;

trait Command: Send {
    /// Runs inside a savepoint; `false` rolls it back.
    fn run(&mut self, write: &Write<'_>) -> bool;
    /// Tells the caller, after the commit (or its failure).
    fn reply(self: Box<Self>, commit: &std::result::Result<(), Arc<rusqlite::Error>>);
}

struct Task<T, F> {
    work: Option<F>,
    outcome: Option<Outcome<T>>,
    reply: oneshot::Sender<Outcome<T>>,
}

impl<T: Send, F: FnOnce(&Write<'_>) -> Result<T> + Send> Command for Task<T, F> {
    fn run(&mut self, write: &Write<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        // A panic is this command's failure; the thread that everything depends on goes on.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(write))).unwrap_or_else(|panic| {
            Err(StoreError::Damaged(format!("writing panicked: {}", panic_text(&panic))))
        });
        let fine = outcome.is_ok();
        self.outcome = Some(outcome);
        fine
    }

    fn reply(self: Box<Self>, commit: &std::result::Result<(), Arc<rusqlite::Error>>) {
        let outcome = match (self.outcome, commit) {
            (Some(Ok(_)) | None, Err(e)) => Err(StoreError::Commit(Arc::clone(e))),
            (Some(outcome), _) => outcome,
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // The caller may have given up waiting; the write stands all the same.
        let _ = self.reply.send(outcome);
    }
}

fn panic_text(panic: &Box<dyn Any + Send>) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}

pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Command>>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
    counts: Arc<JobCounts>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self> {
        let (queue, commands) = mpsc::channel::<Box<dyn Command>>();
        let mut desk = Desk {
            steps: StepWatch::install(&connection)?,
            counted: Counted::default(),
            written: Instant::now(),
            connection,
        };
        let counts = desk.steps.counts();
        let commits = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&commits);
        let thread = std::thread::Builder::new().name("library-writer".to_owned()).spawn(move || {
            loop {
                let first = if desk.counted.pending.borrow().is_empty() {
                    commands.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected)
                } else {
                    commands.recv_timeout(MEASUREMENTS_EVERY)
                };
                let mut group = vec![];
                match first {
                    Ok(first) => {
                        group.push(first);
                        group.extend(commands.try_iter().take(GROUP - 1));
                    }
                    Err(mpsc::RecvTimeoutError::Timeout) => {} // only the measurements
                    Err(mpsc::RecvTimeoutError::Disconnected) => break,
                }
                desk.commit_group(group);
                counted.fetch_add(1, Ordering::Relaxed);
            }
            desk.commit_group(vec![]);
            // Leave one tidy file behind; a failure here costs nothing but a longer log at the next start.
            let _ = desk.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread), commits, counts })
    }

    /// How many jobs stand where, as of the last commit.
    pub(crate) fn counts(&self) -> &JobCounts {
        &self.counts
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(crate) fn send<T, F>(&self, work: F) -> oneshot::Receiver<Outcome<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Write<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task { work: Some(work), outcome: None, reply };
        if let Some(queue) = &self.queue {
            // Fails only where the thread is gone; then `reply` is dropped and the caller hears "closed".
            let _ = queue.send(Box::new(task));
        }
        answer
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the writing thread works with.
struct Desk {
    connection: Connection,
    steps: StepWatch,
    counted: Counted,
    /// When measurements were written last.
    written: Instant,
}

impl Desk {
    fn commit_group(&mut self, mut group: Vec<Box<dyn Command>>) {
        let alone = group.is_empty();
        let commit = self.run_group(&mut group, alone).map_err(Arc::new);
        self.steps.close(commit.is_ok());
        if let Err(e) = &commit {
            tracing::error!(error = %e, commands = group.len(), "a commit failed; nothing of it is stored");
        }
        for command in group {
            command.reply(&commit);
        }
    }

    fn run_group(&mut self, group: &mut [Box<dyn Command>], measurements: bool) -> rusqlite::Result<()> {
        let mut transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for command in group {
            let mark = self.steps.mark();
            let mut savepoint = transaction.savepoint()?;
            let fine = command.run(&Write::new(&savepoint, &self.counted));
            let mine = self.counted.mine.take();
            if fine {
                savepoint.commit()?;
                self.counted.pending.borrow_mut().join(mine);
            } else {
                savepoint.rollback()?;
                self.steps.undo(mark);
            }
        }
        if measurements || self.written.elapsed() >= MEASUREMENTS_EVERY {
            self.written = Instant::now();
            // Lost measurements harm nobody; a write that they would fail harms whoever waits for it.
            if let Err(e) = Write::new(&transaction, &self.counted).flush_measurements() {
                tracing::warn!("measurements could not be written: {e}");
            }
        }
        transaction.commit()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Store, StoreError};

    #[test]
    fn one_failing_write_takes_nothing_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        // Sent without waiting, so that they share a transaction.
        let writer = &store.inner.writer;
        let a = writer.send(|w| w.set_setting("a", &1));
        let b = writer.send(|w| {
            w.set_setting("b", &2)?;
            Err::<(), _>(StoreError::NotFound("thing"))
        });
        let c = writer.send(|w| -> crate::Result<()> {
            w.set_setting("c", &3)?;
            panic!("a fault in a write")
        });
        let d = writer.send(|w| w.set_setting("d", &4));
        assert!(a.blocking_recv().unwrap().is_ok());
        assert!(matches!(b.blocking_recv().unwrap(), Err(StoreError::NotFound(_))));
        assert!(matches!(c.blocking_recv().unwrap(), Err(StoreError::Damaged(_))));
        assert!(d.blocking_recv().unwrap().is_ok());
        let kept: Vec<Option<i32>> =
            ["a", "b", "c", "d"].iter().map(|key| store.read(|r| r.setting(key)).unwrap()).collect();
        assert_eq!(kept, [Some(1), None, None, Some(4)]);
    }

    #[test]
    fn an_illegal_step_of_a_job_is_refused_and_rolled_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let job =
            crate::NewJob::new(papertray_model::JobKind::ReadDocument, papertray_model::DocumentId::new());
        let now = papertray_model::Timestamp(1);
        store.write_blocking(move |w| w.enqueue(&job, now)).unwrap();
        // From waiting to done without a run.
        let skipped = store.write_blocking(|w| w.run("UPDATE job SET state = 3, open = 0", []));
        assert!(skipped.unwrap_err().to_string().contains("cannot go from state 1 to 3"));
        assert_eq!((store.queue_status().pending, store.queue_status().completed), (1, 0));
        // What follows is judged on its own.
        store.write_blocking(|w| w.run("UPDATE job SET state = 5, open = 0", [])).unwrap();
        assert_eq!(store.queue_status().pending, 0);
        drop(store);
        assert_eq!(Store::open(dir.path()).unwrap().queue_status().total, 1);
    }

    #[test]
    fn what_was_acknowledged_is_there_after_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.write_blocking(|w| w.set_setting("kept", &"yes")).unwrap();
        assert!(
            matches!(Store::open(dir.path()), Err(StoreError::Locked(holder)) if holder.pid == std::process::id())
        );
        drop(store);
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(store.read(|r| r.setting::<String>("kept")).unwrap().as_deref(), Some("yes"));
        assert!(store.integrity_check().unwrap().is_empty());
    }
}
