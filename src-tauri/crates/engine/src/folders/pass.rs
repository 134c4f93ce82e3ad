//! One pass over a drop folder: what is there is looked at, what is whole is taken, and every file that has a fate gets
//! its line.

use std::{
    io,
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use papertray_model::{Fate, LedgerEntry, UserError};
use papertray_store::{Identity, LedgerLine};

use super::{
    Watched, after,
    book::{Book, Glance, Noted, Wanted},
    ear::{Happened, Hint},
    locked,
    scan::{Found, Look, identity},
    stable::{Why, Writer},
    take::{self, Ready, Taken, Terms},
};
use crate::{Result, Shared, errors};

/// So many files are taken in one pass: between passes hints are heard.
const MOST: usize = 1024;
/// Lines of files that are left alone, a commit.
const LINES: usize = 500;

/// What a pass shall look at.
#[derive(Debug, Default)]
pub(crate) struct Reason {
    /// Everything.
    pub(crate) scan: bool,
    /// What the system told of.
    pub(crate) hints: Vec<Hint>,
    /// Some of what it told was lost.
    pub(crate) lost: bool,
    /// Files that could not be taken are tried again.
    pub(crate) try_failed: bool,
    pub(crate) remote: bool,
}

/// What a pass found.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// When a file is to be looked at again.
    pub(crate) next_due: Option<Instant>,
    /// Something came that was not known.
    pub(crate) news: bool,
    /// A folder came, went or was renamed: only a scan finds what that means.
    pub(crate) scan_again: bool,
    /// The folder itself was renamed or removed.
    pub(crate) root_moved: bool,
    /// Files that may still get their fate by waiting.
    pub(crate) unsettled: usize,
    /// Folders that could not be read.
    pub(crate) unreadable: Vec<(PathBuf, io::Error)>,
    pub(crate) mounts: Vec<PathBuf>,
    /// Files that were given their fate.
    pub(crate) took: usize,
    /// Why the library takes nothing just now.
    pub(crate) stopped_by: Option<UserError>,
    /// How long looking through everything took.
    pub(crate) scan_took: Option<Duration>,
}

/// A line about to be written, and whether it is because of the file's name.
struct Line {
    row: Option<u32>,
    below: String,
    identity: Identity,
    fate: Fate,
    reason: Option<String>,
    by_name: bool,
}

/// Makes one pass. `Err`: the folder itself cannot be read.
pub(crate) fn pass(shared: &Shared, watched: &Watched, reason: Reason) -> io::Result<Passed> {
    let mut book = locked(&watched.book);
    let mut pass =
        Pass { shared, watched, book: &mut book, passed: Passed::default(), lines: vec![], afters: vec![] };
    pass.run(reason)?;
    let Pass { mut passed, .. } = pass;
    let now = Instant::now();
    passed.news = book.take_news();
    passed.next_due = book.next_due();
    *locked(&watched.next_due) = passed.next_due;
    passed.unsettled = book.unsettled(now, &shared.folders.config.times);
    let in_hand = u32::try_from(book.without_line()).unwrap_or(u32::MAX);
    if watched.in_hand.swap(in_hand, Ordering::Relaxed) != in_hand {
        shared.folder_changed(watched.folder.id);
    }
    Ok(passed)
}

struct Pass<'a> {
    shared: &'a Shared,
    watched: &'a Watched,
    book: &'a mut Book,
    passed: Passed,
    lines: Vec<Line>,
    afters: Vec<(u32, Found)>,
}

impl Pass<'_> {
    fn run(&mut self, reason: Reason) -> io::Result<()> {
        let shared = self.shared;
        let (times, folder) = (&shared.folders.config.times, self.watched.folder.id);
        if !self.book.is_loaded() {
            match shared.store.read(|r| r.known_files(folder)) {
                Ok(files) => self.book.load(files),
                Err(e) => {
                    self.passed.stopped_by = Some(errors::store(e));
                    return Ok(());
                }
            }
        }
        if reason.scan {
            self.scan(&reason)?;
        }
        for hint in reason.hints {
            self.hear(&hint, reason.remote);
        }
        if reason.lost {
            // After the hints: of a writer that is said to write, the closing may be what was lost.
            self.book.forget_writers(times);
        }
        self.write_lines();
        self.carry_out();
        self.look_again();
        Ok(())
    }

    fn scan(&mut self, reason: &Reason) -> io::Result<()> {
        let began = Instant::now();
        let glance = Glance {
            writer: Writer::Unknown,
            remote: reason.remote,
            try_failed: reason.try_failed,
            scanning: true,
            now: began,
        };
        self.book.begin_scan();
        let scanned = self.watched.place.scan(&mut |found| self.see(found, glance))?;
        for below in self.book.missed() {
            let path = self.watched.place.root.join(&below);
            if fs_err::symlink_metadata(path).is_err_and(|e| e.kind() == io::ErrorKind::NotFound) {
                self.gone(&below);
            }
        }
        tracing::debug!(
            "{}: {} files in {} folders, {} ms",
            self.watched.place.root.display(),
            scanned.files,
            scanned.folders,
            began.elapsed().as_millis()
        );
        self.passed.unreadable = scanned.unreadable;
        self.passed.mounts = scanned.mounts;
        self.passed.scan_took = Some(began.elapsed());
        Ok(())
    }

    fn hear(&mut self, hint: &Hint, remote: bool) {
        if hint.path == self.watched.place.root {
            self.passed.root_moved |= hint.what == Happened::Moved;
            return;
        }
        match (self.watched.place.look_at(&hint.path), hint.what) {
            (Look::Found(found), what) => {
                let writer = match what {
                    Happened::File(writer) => writer,
                    Happened::Moved => Writer::Unknown,
                };
                let glance =
                    Glance { writer, remote, try_failed: true, scanning: false, now: Instant::now() };
                self.see(found, glance);
            }
            // A file that lost its name may have another now: the scan tells.
            (Look::Folder, _) | (Look::Gone, Happened::Moved) => self.passed.scan_again = true,
            (Look::Gone | Look::Elsewhere, _) => {}
        }
    }

    fn see(&mut self, found: Found, glance: Glance) {
        match self.book.see(found, glance, &self.shared.folders.config.times) {
            Wanted::Nothing => {}
            Wanted::After { row, found } => self.afters.push((row, found)),
            Wanted::Leave { row, found, reason } => self.lines.push(Line {
                row,
                below: found.below,
                identity: found.identity,
                fate: Fate::Ignored,
                reason: Some(reason),
                by_name: true,
            }),
        }
    }

    fn gone(&mut self, below: &str) {
        if let Some((row, identity)) = self.book.gone(below) {
            self.lines.push(Line {
                row: Some(row),
                below: below.to_owned(),
                identity,
                fate: Fate::Ignored,
                reason: Some("It was taken away before it was whole.".to_owned()),
                by_name: false,
            });
        }
    }

    /// Looks once more at the files whose time has come, and takes those that are whole.
    fn look_again(&mut self) {
        let mut ready = vec![];
        for below in self.book.due(Instant::now(), MOST) {
            let Some(underway) = self.book.underway(&below) else { continue };
            let path = underway.path.clone();
            let now_is = match fs_err::symlink_metadata(&path) {
                Ok(meta) if meta.is_file() => identity(&meta),
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    let identity = underway.settling.identity;
                    self.fail(below, identity, errors::io_error(&e).message);
                    continue;
                }
                _ => {
                    self.gone(&below);
                    continue;
                }
            };
            let times = &self.shared.folders.config.times;
            let looked = underway.settling.look(now_is, Instant::now(), times, || take::has_its_end(&path));
            match looked {
                Ok(()) => {
                    let row = self.book.open_row(&below);
                    ready.push(Ready { below, path, identity: now_is, row });
                }
                Err(Why::TooEarly) => {}
                Err(why) => self.wait(below, now_is, why),
            }
        }
        self.write_lines();
        self.take(ready);
        // Whoever was not reached is due still.
        self.write_lines();
        self.carry_out();
    }

    fn wait(&mut self, below: String, identity: Identity, why: Why) {
        let Some(underway) = self.book.underway(&below) else { return };
        if underway.told.replace(why) == Some(why) {
            return;
        }
        let reason = match why {
            Why::Empty => "It is empty so far. It is taken when something is written to it.",
            _ => "It is still being written.",
        };
        let row = self.book.open_row(&below);
        let reason = Some(reason.to_owned());
        self.lines.push(Line { row, below, identity, fate: Fate::Waiting, reason, by_name: false });
    }

    fn fail(&mut self, below: String, identity: Identity, reason: String) {
        let row = self.book.open_row(&below);
        if row.is_some() && self.book.last_reason(&below) == Some(&reason) {
            let noted = Noted {
                row: row.unwrap_or_default(),
                identity,
                fate: Fate::Failed,
                reason: Some(reason),
                after_due: false,
                by_name: false,
            };
            return self.book.note(&below, noted);
        }
        self.lines.push(Line {
            row,
            below,
            identity,
            fate: Fate::Failed,
            reason: Some(reason),
            by_name: false,
        });
    }

    fn take(&mut self, files: Vec<Ready>) {
        let (folder, shared) = (&self.watched.folder, self.shared);
        let terms = Terms {
            folder: folder.id,
            subfolders: folder.subfolders,
            after: folder.after,
            changed: folder.changed,
            copiers: shared.folders.config.copiers,
        };
        take::take(shared, terms, files, &mut |results, entries| {
            let go_on = self.took(results, entries);
            go_on && !shared.stop.is_cancelled() && !self.watched.stop.is_cancelled()
        });
    }

    /// A group has its fate, or has not: answers whether it is worth going on. Where the disk is full, the others wait
    /// as well.
    fn took(&mut self, results: Vec<(Ready, Taken)>, entries: Vec<LedgerEntry>) -> bool {
        let config = &self.shared.folders.config;
        let reasons: std::collections::HashMap<u32, Option<String>> =
            entries.iter().map(|entry| (entry.id, entry.reason.clone())).collect();
        self.shared.folders.tell(entries);
        self.shared.folder_changed(self.watched.folder.id);
        let now = Instant::now();
        let mut go_on = true;
        for (file, taken) in results {
            match taken {
                Taken::Done { row, fate, after_due } => {
                    self.passed.took += 1;
                    let reason = reasons.get(&row).cloned().flatten();
                    let noted =
                        Noted { row, identity: file.identity, fate, reason, after_due, by_name: false };
                    self.book.note(&file.below, noted);
                    if after_due {
                        let Ready { below, path, identity, .. } = file;
                        self.afters.push((row, Found { below, path, identity, left: None }));
                    }
                }
                Taken::Changed => {
                    if let Some(underway) = self.book.underway(&file.below) {
                        underway.settling.changed(now, &config.times);
                    }
                }
                Taken::Later(error) => {
                    if let Some(underway) = self.book.underway(&file.below) {
                        underway.settling.postpone(Why::BeingWritten, now, &config.times);
                        underway.told = None;
                    }
                    let row = self.book.open_row(&file.below);
                    if self.book.last_reason(&file.below) != Some(&error.message) {
                        self.lines.push(Line {
                            row,
                            below: file.below,
                            identity: file.identity,
                            fate: Fate::Waiting,
                            reason: Some(error.message.clone()),
                            by_name: false,
                        });
                    }
                    self.passed.stopped_by = Some(error);
                    go_on = false;
                }
                Taken::Stopped => go_on = false,
            }
        }
        go_on
    }

    fn write_lines(&mut self) {
        let mut lines = std::mem::take(&mut self.lines);
        while !lines.is_empty() {
            let some: Vec<Line> = lines.drain(..lines.len().min(LINES)).collect();
            if let Err(e) = self.write_some(some) {
                // They are written when the files are looked at again.
                tracing::error!("the ledger could not be written: {e}");
                self.passed.stopped_by = Some(e);
                return;
            }
        }
    }

    fn write_some(&mut self, lines: Vec<Line>) -> Result<()> {
        let (folder, now) = (self.watched.folder.id, self.shared.clock.now());
        let (lines, entries) = self
            .shared
            .store
            .write_blocking(move |w| {
                let mut entries = vec![];
                for line in &lines {
                    let row = w.put_ledger(
                        line.row,
                        &LedgerLine {
                            folder,
                            path: line.below.clone(),
                            identity: line.identity,
                            fate: line.fate,
                            reason: line.reason.clone(),
                            document: None,
                            after_due: None,
                        },
                        now,
                    )?;
                    entries.push(w.ledger_entry(row)?.ok_or(papertray_store::StoreError::NotFound("line"))?);
                }
                Ok((lines, entries))
            })
            .map_err(errors::store)?;
        for (line, entry) in lines.into_iter().zip(&entries) {
            let Line { below, identity, fate, reason, by_name, .. } = line;
            let noted = Noted { row: entry.id, identity, fate, reason, after_due: false, by_name };
            self.book.note(&below, noted);
        }
        self.shared.folders.tell(entries);
        self.shared.folder_changed(self.watched.folder.id);
        Ok(())
    }

    /// Does with the originals of imported files what is due.
    fn carry_out(&mut self) {
        let due = std::mem::take(&mut self.afters);
        let (after, root) = (self.watched.folder.after, &self.watched.place.root);
        let mut done = vec![];
        for (row, found) in due {
            // A choice that was taken back since is not carried out.
            let result = after::carry_out(after, root, &found.path, found.identity);
            if result.is_ok()
                || self.book.last_reason(&found.below) != result.as_ref().err().map(String::as_str)
            {
                done.push((row, found.below, result.err()));
            }
        }
        if done.is_empty() {
            return;
        }
        let now = self.shared.clock.now();
        let written = self.shared.store.write_blocking(move |w| {
            for (row, _, error) in &done {
                w.after_done(*row, error.as_deref(), now)?;
            }
            Ok(done)
        });
        match written {
            Ok(done) => {
                for (_, below, error) in done {
                    self.book.after_done(&below, error);
                }
            }
            Err(e) => tracing::error!("what became of originals could not be noted: {e}"),
        }
    }
}
