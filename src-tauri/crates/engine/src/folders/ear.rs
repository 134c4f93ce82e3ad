//! What the system tells of a folder. Events are hints and nothing more: bursts lose them, files in new sub-folders
//! never get any, and network drives send none. So the handler only passes paths on, and says where some were lost.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode},
};
use tokio::sync::{Notify, mpsc};

use super::{rules::PROBE, stable::Writer};

/// So many hints wait for the watcher; more are dropped, and the folder is looked through instead.
const ROOM: usize = 8192;

/// Something happened at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) path: PathBuf,
    pub(crate) what: Happened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// To a file; this is known of its writer now.
    File(Writer),
    /// To a folder, or to something that took its name away.
    Moved,
}

#[derive(Default)]
struct Lost {
    some: AtomicBool,
    wake: Notify,
}

/// Hears of changes below a folder until it is dropped.
pub(crate) struct Ear {
    _watcher: RecommendedWatcher,
    hints: mpsc::Receiver<Hint>,
    heard: Vec<Hint>,
    lost: Arc<Lost>,
}

impl Ear {
    /// Listens at a folder. Blocks while every folder below it is registered.
    pub(crate) fn open(root: &Path, recursive: bool) -> notify::Result<Self> {
        let (sender, hints) = mpsc::channel(ROOM);
        let lost = Arc::new(Lost::default());
        let told = Arc::clone(&lost);
        let mut last: Option<Hint> = None;
        let handler = move |event: notify::Result<Event>| {
            let event = match event {
                Ok(event) if !event.need_rescan() => event,
                _ => return told.some_were(),
            };
            let Some(what) = meaning(event.kind) else { return };
            for path in event.paths {
                let hint = Hint { path, what };
                // One writer says the same many times over.
                if last.as_ref() == Some(&hint) && what == Happened::File(Writer::Open) {
                    continue;
                }
                last = Some(hint.clone());
                if sender.try_send(hint).is_err() {
                    told.some_were();
                }
            }
        };
        let mut watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))?;
        let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        watcher.watch(root, mode)?;
        Ok(Self { _watcher: watcher, hints, heard: vec![], lost })
    }

    /// Waits until there is something to hear.
    pub(crate) async fn anything(&mut self) {
        if !self.heard.is_empty() {
            return;
        }
        tokio::select! {
            hint = self.hints.recv() => match hint {
                Some(hint) => self.heard.push(hint),
                None => std::future::pending().await,
            },
            () = self.lost.wake.notified() => {}
        }
    }

    /// Everything heard since the last time, and whether there was more.
    pub(crate) fn take(&mut self) -> (Vec<Hint>, bool) {
        let lost = self.lost.some.swap(false, Ordering::AcqRel);
        let mut hints = std::mem::take(&mut self.heard);
        while let Ok(hint) = self.hints.try_recv() {
            hints.push(hint);
        }
        (hints, lost)
    }

    /// Whether an event of a file of our own arrives within `limit`; `None` where we may not write there.
    pub(crate) async fn hears(&mut self, root: &Path, limit: Duration) -> Option<bool> {
        let probe = root.join(format!("{PROBE}{}", uuid::Uuid::now_v7().simple()));
        let made = fs_err::File::create_new(&probe);
        let _ = fs_err::remove_file(&probe);
        made.ok()?;
        let heard = async {
            loop {
                match self.hints.recv().await {
                    Some(hint) if hint.path == probe => return true,
                    Some(hint) => self.heard.push(hint),
                    None => return false,
                }
            }
        };
        Some(tokio::time::timeout(limit, heard).await.unwrap_or(false))
    }
}

impl Lost {
    fn some_were(&self) {
        self.some.store(true, Ordering::Release);
        self.wake.notify_one();
    }
}

/// What an event says; `None`: nothing that matters.
fn meaning(kind: EventKind) -> Option<Happened> {
    use Happened::{File, Moved};
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(File(Writer::Closed)),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Data(_)) => Some(File(Writer::Open)),
        EventKind::Modify(ModifyKind::Name(RenameMode::From))
        | EventKind::Create(CreateKind::Folder)
        | EventKind::Remove(RemoveKind::Folder | RemoveKind::Other) => Some(Moved),
        EventKind::Modify(ModifyKind::Name(_)) => Some(File(Writer::Closed)),
        _ => Some(File(Writer::Unknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_probe_is_heard_and_what_came_before_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut ear = Ear::open(dir.path(), true).unwrap();
        fs_err::write(dir.path().join("a.pdf"), b"x").unwrap();
        assert_eq!(ear.hears(dir.path(), Duration::from_secs(20)).await, Some(true));
        let closed = Hint { path: dir.path().join("a.pdf"), what: Happened::File(Writer::Closed) };
        let (hints, lost) = ear.take();
        assert!(hints.contains(&closed) && !lost, "{hints:?}");
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 1, "the probe is gone");
    }

    #[tokio::test]
    async fn a_flood_is_owned_up_to() {
        let dir = tempfile::tempdir().unwrap();
        let mut ear = Ear::open(dir.path(), true).unwrap();
        for n in 0..ROOM {
            fs_err::write(dir.path().join(n.to_string()), b"x").unwrap();
        }
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while !ear.lost.some.load(Ordering::Acquire) {
            assert!(tokio::time::Instant::now() < deadline);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (hints, lost) = ear.take();
        assert!(lost && hints.len() >= ROOM);
    }
}
