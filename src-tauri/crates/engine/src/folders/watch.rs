//! The loop that watches one folder: arm, then scan; scan again whenever something may have been missed.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use papertray_model::{ErrorCode, FolderState, Timestamp, UserError};

use super::{
    Watched,
    config::{FolderTimes, Notice},
    ear::Ear,
    locked,
    pass::{self, Passed, Reason},
    probe,
    scan::{RootIdentity, look_at_root},
};
use crate::{Shared, blocking, errors};

/// Hints come in flocks: this long is waited for the rest.
const FLOCK: Duration = Duration::from_millis(30);
/// So much more time on the clock than on the processor means that the computer slept.
const SLEPT: i64 = 20_000;
/// A scan takes at most this share of the time, however much there is to look through.
const SCAN_SHARE: u32 = 8;

/// Watches until it is told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, watched: Arc<Watched>) {
    let mut watcher = Watcher::new(&shared, &watched);
    loop {
        let wake = watcher.turn().await;
        tokio::select! {
            () = watched.stop.cancelled() => return,
            () = shared.stop.cancelled() => return,
            () = watched.poke.notified() => watcher.scan_at = Instant::now(),
            () = tokio::time::sleep_until(wake.into()) => {}
            () = heard(watcher.ear.as_mut()) => tokio::time::sleep(FLOCK).await,
        }
    }
}

async fn heard(ear: Option<&mut Ear>) {
    match ear {
        Some(ear) => ear.anything().await,
        None => std::future::pending().await,
    }
}

struct Watcher {
    shared: Arc<Shared>,
    watched: Arc<Watched>,
    ear: Option<Ear>,
    root: Option<RootIdentity>,
    remote: bool,
    /// Why events do not arrive.
    deaf: Option<String>,
    scan_at: Instant,
    last_news: Instant,
    clocks: (Instant, Timestamp),
    /// Why the library takes nothing just now.
    stopped_by: Option<UserError>,
    /// What of the folder cannot be read.
    unreadable: Option<UserError>,
}

impl Watcher {
    fn new(shared: &Arc<Shared>, watched: &Arc<Watched>) -> Self {
        let now = Instant::now();
        Self {
            shared: Arc::clone(shared),
            watched: Arc::clone(watched),
            ear: None,
            root: None,
            remote: false,
            deaf: None,
            scan_at: now,
            last_news: now,
            clocks: (now, shared.clock.now()),
            stopped_by: None,
            unreadable: None,
        }
    }

    fn times(&self) -> &FolderTimes {
        &self.shared.folders.config.times
    }

    /// Looks for the folder, listens where that is new, makes a pass where one is due. Answers when the next turn is.
    async fn turn(&mut self) -> Instant {
        let path = self.watched.place.root.clone();
        let next_root = Instant::now() + self.times().root;
        match blocking(move || look_at_root(&path)).await {
            Ok(Ok(root)) if self.root == Some(root) => {}
            Ok(Ok(root)) => {
                self.arm().await;
                self.root = Some(root);
                self.scan_at = Instant::now();
            }
            Ok(Err(e)) => {
                self.lose(&e);
                return next_root;
            }
            Err(_) => return next_root, // the program ends
        }
        self.notice_sleep();
        let now = Instant::now();
        let (hints, lost) = self.ear.as_mut().map(Ear::take).unwrap_or_default();
        if lost {
            self.scan_by(self.times().debounce);
        }
        let scan = now >= self.scan_at;
        let due = locked(&self.watched.next_due).is_some_and(|due| due <= now);
        if scan || lost || due || !hints.is_empty() {
            let reason = Reason { scan, hints, lost, try_failed: true, remote: self.remote };
            self.pass(reason).await;
        }
        let due = *locked(&self.watched.next_due);
        [Some(next_root), Some(self.scan_at), due].into_iter().flatten().min().unwrap_or(next_root)
    }

    async fn pass(&mut self, reason: Reason) {
        let (shared, watched, scanned) = (Arc::clone(&self.shared), Arc::clone(&self.watched), reason.scan);
        let passed = match blocking(move || pass::pass(&shared, &watched, reason)).await {
            Ok(Ok(passed)) => passed,
            Ok(Err(e)) => return self.lose(&e),
            Err(e) => {
                tracing::error!("a pass over a drop folder failed: {e}");
                self.scan_by(self.times().polling);
                return;
            }
        };
        self.plan(scanned, &passed);
        if scanned {
            self.unreadable = unreadable(&passed);
        }
        if passed.stopped_by.is_some() {
            self.stopped_by.clone_from(&passed.stopped_by);
        } else if passed.took > 0 || passed.next_due.is_none() {
            self.stopped_by = None;
        }
        self.say();
    }

    /// When to scan next.
    fn plan(&mut self, scanned: bool, passed: &Passed) {
        let now = Instant::now();
        if passed.news {
            self.last_news = now;
        }
        if passed.root_moved {
            self.root = None; // looked for, and listened at, anew
        }
        if scanned {
            self.remote |= passed.mounts.iter().any(|mount| probe::is_remote(mount));
            let times = self.times();
            let pause = match () {
                // Whatever was in the middle of coming is met by a scan after it.
                () if passed.news => times.debounce * 2,
                () if self.ear.is_none() || self.remote => times.polling,
                () if now - self.last_news < times.idle_after => times.scan,
                () => times.idle_scan,
            };
            let share = passed.scan_took.unwrap_or_default() * SCAN_SHARE;
            self.scan_at = now + pause.max(share);
        }
        if passed.scan_again {
            self.scan_by(self.times().debounce);
        }
    }

    fn scan_by(&mut self, pause: Duration) {
        self.scan_at = self.scan_at.min(Instant::now() + pause);
    }

    /// Listens at the folder that is there now.
    async fn arm(&mut self) {
        let (root, recursive) = (self.watched.place.root.clone(), self.watched.place.recursive);
        self.ear = None;
        self.deaf = None;
        let place = root.clone();
        self.remote = blocking(move || probe::is_remote(&place)).await.unwrap_or(false);
        if self.remote {
            self.deaf = Some("it is on a network drive".to_owned());
            return;
        }
        if self.shared.folders.config.notice == Notice::Polling {
            self.deaf = Some("it is set so".to_owned());
            return;
        }
        let place = root.clone();
        let mut ear = match blocking(move || Ear::open(&place, recursive)).await {
            Ok(Ok(ear)) => ear,
            Ok(Err(e)) => {
                tracing::warn!("{}: no events: {e}", root.display());
                self.deaf = Some(why_deaf(&e));
                return;
            }
            Err(_) => return,
        };
        if ear.hears(&root, self.times().probe).await == Some(false) {
            self.deaf = Some("the system does not tell of changes there".to_owned());
            return;
        }
        self.ear = Some(ear);
    }

    /// The folder cannot be looked at.
    fn lose(&mut self, error: &io::Error) {
        self.ear = None;
        self.root = None;
        let path = self.watched.place.root.display();
        let (state, error) = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (
                FolderState::Missing,
                UserError::new(
                    ErrorCode::NotFound,
                    format!("The folder `{path}` is not there. Nothing that was taken is lost."),
                    "Papertray goes on by itself when it is back.",
                ),
            ),
            _ => (
                FolderState::Unreadable,
                UserError::new(
                    errors::io_error(error).code,
                    format!("The folder `{path}` cannot be read: {error}."),
                    "Give yourself the right to read it. Papertray goes on by itself.",
                ),
            ),
        };
        self.watched.set_state(&self.shared, state, error.message.clone(), Some(error));
    }

    /// After sleep, events may be missing.
    fn notice_sleep(&mut self) {
        let now = (Instant::now(), self.shared.clock.now());
        let awake = i64::try_from((now.0 - self.clocks.0).as_millis()).unwrap_or(i64::MAX);
        if (now.1.0 - self.clocks.1.0) - awake > SLEPT {
            self.scan_at = now.0;
        }
        self.clocks = now;
    }

    /// Says how the folder is watched.
    fn say(&self) {
        let seconds = self.times().polling.as_secs();
        let trouble = self.stopped_by.as_ref().or(self.unreadable.as_ref());
        let (state, message) = match (trouble, &self.deaf) {
            (Some(trouble), _) => (FolderState::Unreadable, trouble.message.clone()),
            (None, Some(why)) => {
                (FolderState::Polling, format!("Looked through every {seconds} seconds, because {why}."))
            }
            (None, None) if self.remote => (
                FolderState::Polling,
                format!(
                    "Looked through every {seconds} seconds, because a part of it is on a network drive."
                ),
            ),
            (None, None) => (FolderState::Watching, "Watching.".to_owned()),
        };
        self.watched.set_state(&self.shared, state, message, trouble.cloned());
    }
}

/// What of a folder cannot be read.
fn unreadable(passed: &Passed) -> Option<UserError> {
    let (path, error) = passed.unreadable.first()?;
    let others = match passed.unreadable.len() - 1 {
        0 => String::new(),
        n => format!(" {n} more folders cannot be read."),
    };
    Some(UserError::new(
        errors::io_error(error).code,
        format!("`{}` cannot be read: {error}.{others} All else is watched.", path.display()),
        "Give yourself the right to read it. Papertray goes on by itself.",
    ))
}

fn why_deaf(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system allows no more folders to be watched (`fs.inotify.max_user_watches`)".to_owned()
        }
        notify::ErrorKind::Io(_) => "a part of it may not be watched".to_owned(),
        _ => "the system does not tell of changes there".to_owned(),
    }
}
