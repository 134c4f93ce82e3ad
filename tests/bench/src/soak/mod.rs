//! Everything at once, for minutes or hours: a drop folder fills, somebody cancels, retries, pauses and refreshes, the
//! application and its readers are killed or put to sleep, the clock jumps, the disk fills up and is freed. Then all is
//! let settle, and what is there is held against the invariants ([`account`]).
//!
//! [`child`] is the application without a face; this is whoever sits before it and whatever happens to it.
//! The library lies on a small disk of its own where the system allows one ([`ground`]): only there can it fill up.

mod account;
mod child;
pub mod ground;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use papertray_fixtures::{Random, small_pdf};
use serde::{Deserialize, Serialize};

pub use account::Sabotage;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What happened, and what was found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Files that were put into the drop folder.
    pub files: usize,
    /// Documents at the end.
    pub documents: usize,
    /// How often the application was killed.
    pub kills: u32,
    /// How often a reader was killed.
    pub reader_kills: u32,
    /// How often one of them was put to sleep.
    pub sleeps: u32,
    /// How often the disk was full; none where the library had no disk of its own.
    pub full: u32,
    /// What must not be, a sentence each.
    pub faults: Vec<String>,
}

/// How long and what with.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How long things happen.
    pub load: Duration,
    /// How long all may take to settle then.
    pub patience: Duration,
    /// At most so many files.
    pub files: usize,
    /// Where chance begins.
    pub seed: u64,
}

fn library(folder: &Path) -> PathBuf {
    folder.join("library")
}

fn dropped(folder: &Path) -> PathBuf {
    folder.join("drop")
}

/// Where the child notes answers that must never be given.
fn odd(folder: &Path) -> PathBuf {
    folder.join("odd")
}

pub use child::work;

/// Lets everything happen in `folder`, with `program soak-child FOLDER SEED` as the application.
pub fn run(
    program: &Path,
    folder: &Path,
    plan: Plan,
    small_disk: bool,
    sabotage: Sabotage,
) -> Result<Report, Error> {
    let mut desk = Desk {
        program,
        folder,
        random: Random::new(plan.seed),
        child: None,
        pids: vec![],
        put: 0,
        report: Report::default(),
    };
    fs_err::create_dir_all(dropped(folder))?;
    let began = Instant::now();
    while began.elapsed() < plan.load {
        desk.happen(plan, small_disk)?;
        std::thread::sleep(Duration::from_millis(desk.random.between(20, 250)));
    }
    desk.kill()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(account::settle(folder, plan.patience))?;
    account::sabotage(folder, sabotage)?;
    let (documents, faults) = runtime.block_on(account::account(folder, &desk.pids))?;
    desk.report.documents = documents;
    desk.report.faults = faults;
    Ok(std::mem::take(&mut desk.report))
}

struct Desk<'a> {
    program: &'a Path,
    folder: &'a Path,
    random: Random,
    child: Option<Child>,
    /// Of every application there was.
    pids: Vec<u32>,
    put: u64,
    report: Report,
}

impl Desk<'_> {
    /// One of the things that happen.
    fn happen(&mut self, plan: Plan, small_disk: bool) -> Result<(), Error> {
        if self.child.is_none() {
            self.start()?;
        }
        match self.random.between(0, 99) {
            0..=59 if self.report.files < plan.files => self.put_file(),
            60..=66 => self.kill()?,
            67..=76 => self.signal_reader("-KILL")?,
            77..=81 => self.sleep(None)?,
            82..=86 => {
                if let Some(reader) = self.reader()? {
                    self.sleep(Some(reader))?;
                }
            }
            87..=92 if small_disk => self.fill()?,
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), Error> {
        let child = Command::new(self.program)
            .args(["soak-child".as_ref(), self.folder.as_os_str()])
            .args([self.random.next().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        self.pids.push(child.id());
        self.child = Some(child);
        Ok(())
    }

    /// A file of its own content, a copy of an earlier one, or text; now and then one that is written slowly.
    fn put_file(&mut self) {
        let number = if self.put > 3 && self.random.between(0, 9) == 0 {
            self.random.between(0, self.put - 1)
        } else {
            self.put += 1;
            self.put - 1
        };
        let name = format!("{}-{number}", self.report.files);
        let sub = ["", "a", "a/b", "März"][self.random.between(0, 3) as usize];
        let folder = dropped(self.folder).join(sub);
        let (ending, bytes) = content(number);
        let written = fs_err::create_dir_all(&folder).and_then(|()| {
            // On a full disk a file that came in part is taken away again, as whoever copies would.
            let part = folder.join(format!("{name}.part"));
            fs_err::write(&part, &bytes)
                .and_then(|()| fs_err::rename(&part, folder.join(format!("{name}.{ending}"))))
                .inspect_err(|_| drop(fs_err::remove_file(&part)))
        });
        if written.is_ok() {
            self.report.files += 1;
        }
    }

    fn kill(&mut self) -> Result<(), Error> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
            self.report.kills += 1;
        }
        Ok(())
    }

    /// One of the application's readers.
    fn reader(&self) -> Result<Option<u32>, Error> {
        let Some(parent) = self.child.as_ref().map(Child::id) else { return Ok(None) };
        Ok(ground::readers()?.into_iter().find(|(_, of)| *of == parent).map(|(pid, _)| pid))
    }

    fn signal_reader(&mut self, signal: &str) -> Result<(), Error> {
        if let Some(reader) = self.reader()? {
            ground::signal(reader, signal)?;
            self.report.reader_kills += 1;
        }
        Ok(())
    }

    /// As a computer that is closed for a moment.
    fn sleep(&mut self, reader: Option<u32>) -> Result<(), Error> {
        let Some(pid) = reader.or(self.child.as_ref().map(Child::id)) else { return Ok(()) };
        ground::signal(pid, "-STOP")?;
        std::thread::sleep(Duration::from_millis(self.random.between(50, 1500)));
        ground::signal(pid, "-CONT")?;
        self.report.sleeps += 1;
        Ok(())
    }

    /// The disk fills up, stays so for a moment, and is freed.
    fn fill(&mut self) -> Result<(), Error> {
        let file = self.folder.join("filler");
        let mut filler = fs_err::File::create(&file)?;
        let chunk = vec![7; 1 << 20];
        // Down to the last block.
        for chunk in [&chunk[..], &chunk[..4096]] {
            while std::io::Write::write_all(&mut filler, chunk).is_ok() {}
        }
        std::thread::sleep(Duration::from_millis(self.random.between(200, 2500)));
        fs_err::remove_file(file)?;
        self.report.full += 1;
        Ok(())
    }
}

/// The file of a number: mostly a page of text, now and then several, plain text, or a picture that must be recognised.
fn content(number: u64) -> (&'static str, Vec<u8>) {
    let picture =
        || papertray_fixtures::receipt_png(&papertray_fixtures::Receipt::sample(&mut Random::new(number), 3));
    match number % 12 {
        5 => ("md", format!("# Note {number}\n\nTotal due: {number}.00 EUR\n").into_bytes()),
        11 => picture().map_or_else(|_| ("pdf", small_pdf(9, number)), |bytes| ("png", bytes)),
        _ => ("pdf", small_pdf(9, number)),
    }
}
