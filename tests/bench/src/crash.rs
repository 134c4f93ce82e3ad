//! Kills a process that works on a queue, again and again, and then accounts for every job.
//!
//! The child ([`work`]) enqueues, cancels and completes jobs with four workers, and notes what it was *answered* in a
//! file that survives it. Some runs stall until their lease is over and their job is taken by another: only the fence
//! keeps their late result out. The parent ([`run`]) kills the child with SIGKILL at random moments. At the end what is
//! in the library is held against what was answered and against the files that the jobs left.
//!
//! A harness that finds nothing proves nothing until it finds something: [`Sabotage`] takes away what it is there to
//! test, and then it must complain.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use papertray_fixtures::Random;
use papertray_model::{
    Clock, DocumentId, ErrorCode, JobKind, JobState, Priority, SystemClock, UserError, job::Lane,
};
use papertray_store::{Claimed, Durability, Enqueued, Finish, LogLine, NewJob, StopOutcome, Store};
use rusqlite::{Connection, params};

/// What is taken away from the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing: the queue as it is.
    None,
    /// A run that lost its job may still write its result.
    NoFence,
    /// The answer goes out before the commit.
    EarlyAnswer,
}

impl Sabotage {
    const ALL: [Self; 3] = [Self::None, Self::NoFence, Self::EarlyAnswer];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NoFence => "no-fence",
            Self::EarlyAnswer => "early-answer",
        }
    }

    /// The sabotage that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Jobs that were enqueued.
    pub jobs: usize,
    /// Of them completed.
    pub completed: usize,
    /// What must not be, a sentence each.
    pub faults: Vec<String>,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

const WORKERS: usize = 4;
const LEASE_MS: i64 = 15;
/// Of a hundred runs so many outlive their lease.
const STALLS: u64 = 10;
/// Of a hundred jobs so many are cancelled.
const CANCELS: u64 = 10;
const EFFECT: &str = "effect ";

fn library(folder: &Path) -> PathBuf {
    folder.join("library")
}

/// Lines that are on their way to the disk's cache as soon as they are written: a killed process loses none.
struct Answers(fs_err::File);

impl Answers {
    fn open(folder: &Path) -> std::io::Result<Self> {
        fs_err::OpenOptions::new().create(true).append(true).open(folder.join("answers")).map(Self)
    }

    fn note(&self, line: &str) -> std::io::Result<()> {
        (&self.0).write_all(format!("{line}\n").as_bytes())
    }
}

/// The child: works until it is killed.
pub fn work(folder: &Path, sabotage: Sabotage, seed: u64) -> Result<(), Error> {
    // SIGKILL does not empty the system's caches, so less durability loses nothing here and gives more commits to hit.
    let store = Store::open_with(library(folder), Durability::Normal)?;
    fs_err::create_dir_all(folder.join("effects"))?;
    recover(&store)?;
    let last = Arc::new(AtomicU64::new(0));
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let store = store.clone();
            scope.spawn(move || {
                let mut random = Random::new(seed * 100 + worker as u64);
                while let Err(e) = complete_jobs(&store, folder, sabotage, worker, &mut random) {
                    report(&e);
                }
            });
        }
        let (leases, lost) = (store.clone(), store.clone());
        scope.spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(5));
                if let Err(e) = leases.write_blocking(|w| w.reclaim_expired(SystemClock.now())) {
                    report(&e.into());
                }
            }
        });
        let mut random = Random::new(seed);
        while let Err(e) = enqueue_jobs(&lost, folder, sabotage, &last, &mut random) {
            report(&e);
        }
    });
    Ok(())
}

#[allow(clippy::print_stderr, reason = "the child of a test has no other way to speak")]
fn report(error: &Error) {
    eprintln!("crash harness: {error}");
    std::thread::sleep(Duration::from_millis(10));
}

fn recover(store: &Store) -> Result<(), Error> {
    let parked = UserError::new(ErrorCode::ReaderCrashed, "ended too often", "");
    store.write_blocking(move |w| w.recover(&parked, SystemClock.now()))?;
    Ok(())
}

fn enqueue_jobs(
    store: &Store,
    folder: &Path,
    sabotage: Sabotage,
    last: &AtomicU64,
    random: &mut Random,
) -> Result<(), Error> {
    let answers = Answers::open(folder)?;
    loop {
        let early = if sabotage == Sabotage::EarlyAnswer { Some(Answers::open(folder)?) } else { None };
        let id = store.write_blocking(move |w| {
            let job = NewJob {
                priority: Priority::Normal,
                payload: Some("{}".to_owned()),
                ..NewJob::new(JobKind::ReadDocument, DocumentId::new())
            };
            let (Enqueued::New(id) | Enqueued::AlreadyQueued(id)) = w.enqueue(&job, SystemClock.now())?;
            if let Some(early) = early {
                early.note(&format!("E {id}"))?;
            }
            Ok(id)
        })?;
        if sabotage != Sabotage::EarlyAnswer {
            answers.note(&format!("E {id}"))?;
        }
        last.store(u64::from(id.0), Ordering::Relaxed);
        if random.between(0, 99) < CANCELS {
            let outcome = store.write_blocking(move |w| w.cancel_job(id, SystemClock.now()))?;
            if outcome == StopOutcome::Done {
                answers.note(&format!("X {id}"))?;
            }
        }
        // More than the workers manage, but not without bound.
        std::thread::sleep(Duration::from_micros(300));
    }
}

fn complete_jobs(
    store: &Store,
    folder: &Path,
    sabotage: Sabotage,
    worker: usize,
    random: &mut Random,
) -> Result<(), Error> {
    let answers = Answers::open(folder)?;
    loop {
        let token = format!("{}-{worker}-{}", std::process::id(), random.next());
        let claimed = store
            .write_blocking(move |w| w.claim(Lane::Reading, false, &token, SystemClock.now(), LEASE_MS))?;
        let Some(job) = claimed else {
            std::thread::sleep(Duration::from_micros(500));
            continue;
        };
        fs_err::write(folder.join("effects").join(format!("{}.{}", job.id, job.token)), "done")?;
        if random.between(0, 99) < STALLS {
            std::thread::sleep(Duration::from_millis(2 * LEASE_MS as u64 + 10));
        }
        let answer = format!("C {} {}", job.id, job.token);
        if sabotage == Sabotage::EarlyAnswer {
            answers.note(&answer)?;
        }
        let done = if sabotage == Sabotage::NoFence {
            complete_unfenced(folder, &job)?
        } else {
            complete(store, &job)?
        };
        if done && sabotage != Sabotage::EarlyAnswer {
            answers.note(&answer)?;
        }
    }
}

/// The job's result, its effect's name, and its end: one transaction.
fn complete(store: &Store, job: &Claimed) -> Result<bool, Error> {
    let job = job.clone();
    Ok(store.write_blocking(move |w| {
        let now = SystemClock.now();
        let end = w.finish(job.id, &job.token, &Finish::Completed { result: None }, now)?;
        let done = end == Some(JobState::Completed);
        if done {
            w.log(&LogLine {
                at: now,
                document_id: None,
                job_id: Some(job.id),
                level: "info".to_owned(),
                message: format!("{EFFECT}{}", job.token),
            })?;
        }
        Ok(done)
    })?)
}

/// As a queue without a fence would: whoever comes, writes.
fn complete_unfenced(folder: &Path, job: &Claimed) -> Result<bool, Error> {
    let mut database = Connection::open(library(folder).join("library.sqlite"))?;
    database.busy_timeout(Duration::from_secs(5))?;
    let transaction = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute("UPDATE job SET state = 3, open = 0, finished_at = 1 WHERE id = ?1", [job.id.0])?;
    transaction.execute(
        "INSERT INTO event_log(at, job_id, level, message) VALUES (1, ?1, 'info', ?2)",
        params![job.id.0, format!("{EFFECT}{}", job.token)],
    )?;
    transaction.commit()?;
    Ok(true)
}

/// The parent: starts `program crash-child FOLDER SABOTAGE SEED` and kills it, `rounds` times; then accounts.
pub fn run(
    program: &Path,
    folder: &Path,
    rounds: u32,
    sabotage: Sabotage,
    seed: u64,
) -> Result<Report, Error> {
    let mut random = Random::new(seed);
    for round in 0..rounds {
        let mut child = Command::new(program)
            .args(["crash-child".as_ref(), folder.as_os_str(), sabotage.word().as_ref()])
            .arg((seed + u64::from(round)).to_string())
            .stdout(Stdio::null())
            .spawn()?;
        std::thread::sleep(Duration::from_millis(random.between(30, 180)));
        child.kill()?;
        child.wait()?;
    }
    account(folder)
}

/// Finishes what is left and holds the library against the answers and the effects.
fn account(folder: &Path) -> Result<Report, Error> {
    let store = Store::open(library(folder))?;
    recover(&store)?;
    let mut rest = BTreeSet::new();
    loop {
        let claimed =
            store.write_blocking(|w| w.claim(Lane::Reading, false, "rest", SystemClock.now(), 60_000))?;
        let Some(job) = claimed else { break };
        fs_err::write(folder.join("effects").join(format!("{}.{}", job.id, job.token)), "done")?;
        if !complete(&store, &job)? || !rest.insert(job.id.0) {
            return Err(format!("job {} could not be finished at the end", job.id).into());
        }
    }
    let mut report = Report { faults: store.integrity_check()?, ..Report::default() };
    let counted = store.queue_status();
    drop(store);

    let database = Connection::open(library(folder).join("library.sqlite"))?;
    let mut states: BTreeMap<u32, (i64, u32)> = BTreeMap::new();
    let mut rows = database.prepare("SELECT id, state, crashes FROM job")?;
    for row in rows.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))? {
        let (id, state) = row?;
        states.insert(id, state);
    }
    let mut effects: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut lines =
        database.prepare("SELECT job_id, message FROM event_log WHERE message LIKE 'effect %'")?;
    for row in lines.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)))? {
        let (id, message) = row?;
        effects.entry(id).or_default().push(message[EFFECT.len()..].to_owned());
    }
    report.jobs = states.len();
    report.completed = states.values().filter(|(state, _)| *state == 3).count();
    if counted.total as usize != report.jobs || counted.completed as usize != report.completed {
        report.faults.push(format!("the counts say {counted:?} of {} jobs", report.jobs));
    }
    let fault = |faults: &mut Vec<String>, text: String| faults.push(text);
    for (id, (state, crashes)) in &states {
        let found = effects.get(id).map_or(&[][..], Vec::as_slice);
        match (state, found.len()) {
            (3, 1) | (5, 0) => {}
            (4, 0) if *crashes >= 3 => {} // parked: it was at work in too many crashes
            _ => fault(&mut report.faults, format!("job {id} ended as {state} with {} effects", found.len())),
        }
        for token in found {
            if !folder.join("effects").join(format!("{id}.{token}")).is_file() {
                fault(&mut report.faults, format!("job {id}: the file of its effect {token} is not there"));
            }
        }
    }
    let mut completed_before = BTreeSet::new();
    for line in fs_err::read_to_string(folder.join("answers"))?.lines() {
        let mut words = line.split(' ');
        let (kind, id) = (words.next().unwrap_or(""), words.next().and_then(|id| id.parse::<u32>().ok()));
        let Some(id) = id else { continue };
        let state = states.get(&id).map(|(state, _)| *state);
        match kind {
            "E" if state.is_none() => {
                fault(&mut report.faults, format!("job {id} was answered for and is lost"));
            }
            "X" if state != Some(5) => {
                fault(&mut report.faults, format!("job {id} was cancelled and is {state:?}"));
            }
            "C" => {
                let token = words.next().unwrap_or("");
                if !effects.get(&id).is_some_and(|found| found.iter().any(|t| t == token)) {
                    fault(&mut report.faults, format!("the result of job {id} was answered for and is lost"));
                }
                if !completed_before.insert(id) {
                    fault(&mut report.faults, format!("job {id} was completed twice"));
                }
            }
            _ => {}
        }
    }
    Ok(report)
}
