//! What the watcher knows of one folder's files: which have their fate, and which are on their way to it. The ledger is
//! the truth; this is its memory between two looks, so that a look at ten thousand known files asks the database
//! nothing.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    time::Instant,
};

use papertray_model::Fate;
use papertray_store::{Identity, KnownFile};

use super::{
    config::FolderTimes,
    scan::{Found, identity},
    stable::{Settling, Why, Writer},
};

#[derive(Default)]
pub(crate) struct Book {
    loaded: bool,
    known: HashMap<String, Known>,
    settling: HashMap<String, Underway>,
    /// Files whose last line says that they wait.
    waiting: HashSet<String>,
    /// Files under a name of their writer's, or not whole: they may turn up under another name.
    may_move: HashMap<u64, String>,
    /// Number of the scan under way.
    scan: u64,
    /// Something came that was not known.
    news: bool,
}

/// A file's last line.
#[derive(Debug, Clone)]
struct Known {
    row: u32,
    identity: Identity,
    fate: Fate,
    reason: Option<String>,
    /// The line may be written over: the file has no final fate yet.
    open: bool,
    /// Decided by this process: rules and the kinds of file that are read may be others than in the one before.
    ours: bool,
    after_due: bool,
}

/// A file that is not whole yet.
pub(crate) struct Underway {
    pub(crate) path: PathBuf,
    pub(crate) settling: Settling,
    /// What its line says, where it has one.
    pub(crate) told: Option<Why>,
    seen: u64,
}

/// A line that was written.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) row: u32,
    pub(crate) identity: Identity,
    pub(crate) fate: Fate,
    pub(crate) reason: Option<String>,
    pub(crate) after_due: bool,
    /// Because of the file's name: under another it is another matter.
    pub(crate) by_name: bool,
}

/// What a look at a file calls for.
#[derive(Debug)]
pub(crate) enum Wanted {
    Nothing,
    /// A line that says why the file is left alone, over line `row` where there is one.
    Leave {
        row: Option<u32>,
        found: Found,
        reason: String,
    },
    /// What was due with an imported file's original is not done yet.
    After {
        row: u32,
        found: Found,
    },
}

/// How a look came about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glance {
    pub(crate) writer: Writer,
    pub(crate) remote: bool,
    /// Files that could not be taken are tried again.
    pub(crate) try_failed: bool,
    /// By a scan, which sees everything; else by a hint.
    pub(crate) scanning: bool,
    pub(crate) now: Instant,
}

impl Book {
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub(crate) fn load(&mut self, files: Vec<KnownFile>) {
        self.loaded = true;
        for file in files {
            let open = matches!(file.fate, Fate::Waiting | Fate::Failed);
            if file.fate == Fate::Waiting {
                self.waiting.insert(file.path.clone());
            } else {
                self.waiting.remove(&file.path);
            }
            let known = Known {
                row: file.row,
                identity: file.identity,
                fate: file.fate,
                reason: None,
                open,
                ours: false,
                after_due: file.after_due,
            };
            self.known.insert(file.path, known);
        }
    }

    pub(crate) fn begin_scan(&mut self) {
        self.scan += 1;
    }

    /// Whether anything unknown came since the last call.
    pub(crate) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// A file was seen.
    pub(crate) fn see(&mut self, found: Found, glance: Glance, times: &FolderTimes) -> Wanted {
        if let Some(reason) = found.left.clone() {
            return self.see_left(found, reason);
        }
        if let Some(known) = self.known.get(&found.below)
            && known.identity == found.identity
        {
            match known.fate {
                Fate::Imported | Fate::Duplicate if known.after_due => {
                    return Wanted::After { row: known.row, found };
                }
                Fate::Imported | Fate::Duplicate => return Wanted::Nothing,
                Fate::Ignored if known.ours && !known.open => return Wanted::Nothing,
                Fate::Failed if known.ours && !glance.try_failed => return Wanted::Nothing,
                _ => {}
            }
        }
        self.follow_move(&found);
        let scan = self.scan;
        if let Some(underway) = self.settling.get_mut(&found.below) {
            underway.seen = scan;
            if !glance.scanning || underway.settling.identity != found.identity {
                underway.settling.hint(found.identity, glance.writer, glance.now, times);
            }
            return Wanted::Nothing;
        }
        self.news |= self.known.get(&found.below).is_none_or(|known| known.identity != found.identity);
        let settling = Settling::new(found.identity, glance.writer, glance.remote, glance.now, times);
        let underway = Underway { path: found.path, settling, told: None, seen: scan };
        self.settling.insert(found.below, underway);
        Wanted::Nothing
    }

    fn see_left(&mut self, found: Found, reason: String) -> Wanted {
        self.settling.remove(&found.below);
        let row = match self.known.get(&found.below) {
            Some(known) if known.fate == Fate::Ignored => {
                // One line a name: such a file is often written again and again.
                self.may_move.insert(found.identity.inode, found.below);
                return Wanted::Nothing;
            }
            Some(known) if !known.open => return Wanted::Nothing, // imported before a rule was made
            known => known.map(|known| known.row),
        };
        self.news = true;
        Wanted::Leave { row, found, reason }
    }

    /// `a.pdf.part` became `a.pdf`: one file, so its line goes with it.
    fn follow_move(&mut self, found: &Found) {
        let inode = found.identity.inode;
        // A file that waits under this name already keeps its line.
        if inode == 0 || self.open_row(&found.below).is_some() {
            return;
        }
        let Some(before) = self.may_move.get(&inode).filter(|before| **before != found.below) else { return };
        let root = found.path.ancestors().nth(found.below.split('/').count());
        let is_there = root.is_some_and(|root| {
            fs_err::symlink_metadata(root.join(before)).is_ok_and(|meta| identity(&meta).inode == inode)
        });
        if is_there {
            return; // a second name of the same file
        }
        let before = before.clone();
        self.may_move.remove(&inode);
        self.settling.remove(&before);
        self.waiting.remove(&before);
        if let Some(mut known) = self.known.remove(&before) {
            known.open = true;
            known.ours = false;
            self.known.insert(found.below.clone(), known);
        }
    }

    /// After a scan: files on their way that it did not meet.
    pub(crate) fn missed(&self) -> Vec<String> {
        let unseen = |below: &&String| self.settling.get(*below).is_none_or(|u| u.seen != self.scan);
        let on_the_way = self.settling.keys().filter(unseen);
        let without = self.waiting.iter().filter(|below| !self.settling.contains_key(*below));
        on_the_way.chain(without).cloned().collect()
    }

    /// A file is gone before it had its fate; answers its line.
    pub(crate) fn gone(&mut self, below: &str) -> Option<(u32, Identity)> {
        self.settling.remove(below);
        let waited = self.waiting.remove(below);
        self.known.get(below).filter(|_| waited).map(|known| (known.row, known.identity))
    }

    /// Events were lost: nothing is known of writers.
    pub(crate) fn forget_writers(&mut self, times: &FolderTimes) {
        self.settling.values_mut().for_each(|underway| underway.settling.forget_writer(times));
    }

    /// Files whose time for another look has come, in the order of their names, at most `most`.
    pub(crate) fn due(&self, now: Instant, most: usize) -> Vec<String> {
        let due = self.settling.iter().filter(|(_, underway)| underway.settling.due <= now);
        let mut due: Vec<String> = due.map(|(below, _)| below.clone()).collect();
        due.sort_unstable();
        due.truncate(most);
        due
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.settling.values().map(|underway| underway.settling.due).min()
    }

    pub(crate) fn underway(&mut self, below: &str) -> Option<&mut Underway> {
        self.settling.get_mut(below)
    }

    /// The line of a file that may be written over.
    pub(crate) fn open_row(&self, below: &str) -> Option<u32> {
        self.known.get(below).filter(|known| known.open).map(|known| known.row)
    }

    /// What the file's last line says why it failed or waits.
    pub(crate) fn last_reason(&self, below: &str) -> Option<&str> {
        self.known.get(below)?.reason.as_deref()
    }

    /// A line was written.
    pub(crate) fn note(&mut self, below: &str, noted: Noted) {
        let Noted { row, identity, fate, reason, after_due, by_name } = noted;
        let open = matches!(fate, Fate::Waiting | Fate::Failed);
        if fate == Fate::Waiting {
            self.waiting.insert(below.to_owned());
        } else {
            self.waiting.remove(below);
            self.settling.remove(below);
        }
        if open || by_name {
            self.may_move.insert(identity.inode, below.to_owned());
        } else {
            self.may_move.remove(&identity.inode);
        }
        let known = Known { row, identity, fate, reason, open, ours: true, after_due };
        self.known.insert(below.to_owned(), known);
    }

    /// What was due with an original is done, or was not possible for this reason and stays due.
    pub(crate) fn after_done(&mut self, below: &str, error: Option<String>) {
        if let Some(known) = self.known.get_mut(below) {
            known.after_due = error.is_some();
            known.reason = error;
        }
    }

    /// How many files were seen that have no line.
    pub(crate) fn without_line(&self) -> usize {
        self.settling.keys().filter(|below| !self.waiting.contains(*below)).count()
    }

    /// How many files may still get their fate by being waited for in one go.
    pub(crate) fn unsettled(&self, now: Instant, times: &FolderTimes) -> usize {
        let rests = |u: &&Underway| u.told.is_some() && u.settling.rests(now, times);
        self.settling.values().filter(|underway| !rests(underway)).count()
    }
}
