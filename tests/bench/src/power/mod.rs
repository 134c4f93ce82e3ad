//! The power goes, at every kind of moment: what was answered for must be there, and the library must open clean.
//!
//! A child ([`work`]) writes to a library as the application does and says on standard output what it was *answered*.
//! `strace` notes every call that changes a file, so the order of writes, flushes and answers is known. That trace is
//! played onto a disk ([`disk`]) that keeps what was flushed and of the rest what chance leaves; at many moments the power
//! goes, and what is left is opened with the real store and held against the answers given until then.
//!
//! A harness that finds nothing proves nothing until it finds something: [`Disk::Forgetful`] and [`Durability::Normal`]
//! must be caught.
//!
//! What it cannot know: a drive that says it has flushed and has not.

mod disk;
mod trace;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use papertray_fixtures::Random;
use papertray_model::{BlobHash, Clock, DocumentId, JobKind, SystemClock};
use papertray_store::{Durability, Enqueued, NewJob, Store};
use rusqlite::{Connection, OptionalExtension};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How the disk treats a flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As it should.
    Honest,
    /// As if nothing was asked: to see that the harness notices.
    Forgetful,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// How often the power went.
    pub cuts: usize,
    /// How many answers the child gave in all.
    pub answers: usize,
    /// What must not be, a sentence each.
    pub faults: Vec<String>,
}

/// Why there is no report.
#[derive(Debug)]
pub enum Failed {
    /// Programs may not be traced here.
    NotAllowed,
    /// Anything else.
    Other(Error),
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// The library is closed and opened so many times: closing it moves its log into the database.
const SESSIONS: u64 = 3;
const WRITERS: u64 = 2;
/// Answers a writer gets in a session.
const WRITES: u64 = 24;
/// Of three writes one stores a file.
const FILES: u64 = 3;
/// The power goes so often right after an answer.
const AFTER_ANSWERS: usize = 40;
/// And so often anywhere.
const ANYWHERE: usize = 80;

/// The child: writes, and says what it was answered.
pub fn work(folder: &Path, durability: Durability, seed: u64) -> Result<(), Error> {
    for session in 0..SESSIONS {
        let store = Store::open_with(folder.join("library"), durability)?;
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let store = &store;
                    scope.spawn(move || write(store, session * WRITERS + writer, seed))
                })
                .collect();
            writers.into_iter().try_for_each(|writer| writer.join().map_err(|_| "a writer panicked")?)
        })?;
    }
    Ok(())
}

fn write(store: &Store, writer: u64, seed: u64) -> Result<(), Error> {
    let mut random = Random::new(seed * 1000 + writer);
    for n in 0..WRITES {
        let key = format!("{writer}-{n}");
        if n % FILES == 0 {
            let bytes: Vec<u8> =
                (0..random.between(1, 200_000)).map(|i| ((i * (writer + n + 1)) >> 3) as u8).collect();
            let stored = store.blobs().store_reader(bytes.as_slice(), |_| Ok(()), |_| Ok(()))?;
            let hash = stored.hash.as_str().to_owned();
            store.write_blocking(move |w| w.set_setting(&format!("file-{key}"), &hash))?;
            answer(&format!("F {writer}-{n} {}", stored.hash));
        } else {
            let id = store.write_blocking(move |w| {
                let job = NewJob {
                    payload: Some("{}".to_owned()),
                    ..NewJob::new(JobKind::ReadDocument, DocumentId::new())
                };
                let (Enqueued::New(id) | Enqueued::AlreadyQueued(id)) = w.enqueue(&job, SystemClock.now())?;
                w.set_setting(&format!("job-{key}"), &id.0)?;
                Ok(id)
            })?;
            answer(&format!("J {writer}-{n} {id}"));
        }
    }
    Ok(())
}

#[allow(clippy::print_stdout, reason = "the parent reads the answers in the trace of standard output")]
fn answer(line: &str) {
    println!("{line}");
}

/// The parent: traces `program power-child FOLDER DURABILITY SEED`, and lets the power go.
pub fn run(
    program: &Path,
    folder: &Path,
    durability: Durability,
    disk: Disk,
    seed: u64,
) -> Result<Report, Failed> {
    let folder = fs_err::canonicalize(folder)?;
    let (work, trace) = (folder.join("work"), folder.join("trace"));
    fs_err::create_dir(&work)?;
    let ended = Command::new("strace")
        .args(["-f", "-qq", "-xx", "-s", "16777216", "-e", &format!("trace={}", trace::TRACED), "-o"])
        .arg(&trace)
        .arg(program)
        .args(["power-child".as_ref(), work.as_os_str()])
        .args([if durability == Durability::Full { "full" } else { "normal" }, &seed.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|e| format!("`strace` is needed (`cargo xtask setup` installs it): {e}"))?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        if said.contains("Operation not permitted") && said.contains("trace") {
            return Err(Failed::NotAllowed);
        }
        return Err(Failed::Other(format!("the child ended with {}: {said}", ended.status).into()));
    }
    let calls = trace::calls(&fs_err::read_to_string(&trace)?)?;
    play(&calls, &work, &folder.join("left"), disk, seed).map_err(Failed::Other)
}

fn play(calls: &[trace::Call], work: &Path, left: &Path, kind: Disk, seed: u64) -> Result<Report, Error> {
    let mut random = Random::new(seed);
    let mut moments: Vec<usize> =
        (0..ANYWHERE).map(|_| random.between(0, calls.len() as u64 - 1) as usize).collect();
    let answers: Vec<usize> = (calls.iter().enumerate())
        .filter(|(_, call)| matches!(call, trace::Call::Write { fd: 1, .. }))
        .map(|(n, _)| n)
        .collect();
    moments.extend(answers.iter().step_by((answers.len() / AFTER_ANSWERS).max(1)));
    moments.sort_unstable();
    let mut disk = disk::Disk::new(work, kind == Disk::Honest);
    let (mut report, mut answered) = (Report::default(), vec![]);
    let mut moments = moments.into_iter().peekable();
    for (n, call) in calls.iter().enumerate() {
        if let Some(line) = disk.play(call)? {
            answered.push(line);
        }
        while moments.next_if_eq(&n).is_some() {
            // Everything unflushed gone, and made in larger and larger part.
            let luck = [0, 0, 30, 70, 95][report.cuts % 5];
            if left.exists() {
                fs_err::remove_dir_all(left)?;
            }
            disk.power_cut(left, luck, &mut random)?;
            let faults = look(&left.join("library"), &answered);
            let told = |fault| format!("after call {n} of {}, luck {luck}: {fault}", calls.len());
            report.faults.extend(faults.into_iter().map(told));
            report.cuts += 1;
        }
    }
    report.answers = answered.len();
    Ok(report)
}

/// What is wrong with a library in which these answers were given.
fn look(library: &Path, answered: &[String]) -> Vec<String> {
    held_against(library, answered).unwrap_or_else(|e| vec![format!("the library does not open: {e}")])
}

fn held_against(library: &Path, answered: &[String]) -> Result<Vec<String>, Error> {
    let store = Store::open(library)?;
    let mut faults = store.integrity_check()?;
    let counted = store.queue_status().total;
    let database = Connection::open(library.join("library.sqlite"))?;
    let value = |sql: &str, key: &str| -> Result<Option<String>, Error> {
        Ok(database.query_row(sql, [key], |row| row.get(0)).optional()?)
    };
    let setting =
        |key: String| value("SELECT json_extract(value, '$') || '' FROM setting WHERE key = ?1", &key);
    for line in answered {
        let [kind, key, what] = line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
        let name = if kind == "F" { "file" } else { "job" };
        if setting(format!("{name}-{key}"))?.as_deref() != Some(what) {
            faults.push(format!("{name} {key} was answered for and is lost"));
        } else if kind == "J" && value("SELECT id || '' FROM job WHERE id = ?1", what)?.is_none() {
            faults.push(format!("job {what} was answered for and is lost"));
        }
    }
    // Every file that the library names, answered for or not.
    let mut named =
        database.prepare("SELECT json_extract(value, '$') FROM setting WHERE key LIKE 'file-%'")?;
    for hash in named.query_map([], |row| row.get::<_, String>(0))? {
        let hash = hash?;
        let stored = BlobHash::parse(&hash).ok_or("no hash")?;
        if !store.blobs().verify(&stored).unwrap_or(false) {
            faults.push(format!("the library names the file {hash}, which is lost or damaged"));
        }
    }
    let jobs: u32 = database.query_row("SELECT count(*) FROM job", [], |row| row.get(0))?;
    if jobs != counted {
        faults.push(format!("{jobs} jobs, counted as {counted}"));
    }
    // It can be written to.
    store.write_blocking(|w| w.set_setting("after", &1))?;
    Ok(faults)
}

/// The durability that a word names.
pub fn durability(word: &str) -> Option<Durability> {
    match word {
        "full" => Some(Durability::Full),
        "normal" => Some(Durability::Normal),
        _ => None,
    }
}
