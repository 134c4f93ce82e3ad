//! Drop folders: what is put into a watched folder is taken in, and the ledger says what became of every file.
//!
//! ```text
//! ear (hints) ─┐
//! scan (truth)─┴► book: known? ─► stable: whole? ─► take: copy, check, commit ─► after: leave, Processed/, trash
//! ```
//!
//! `watch` is the loop, `pass` one turn of it. Events are hints only: a burst loses thousands of them, so every doubt
//! ends in a scan. A file is touched only after document, job and ledger line are committed together.

mod after;
mod book;
mod config;
mod ear;
mod pass;
mod probe;
mod rules;
mod scan;
mod stable;
mod take;
mod watch;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use papertray_model::{
    DropFolder, EngineEvent, ErrorCode, FolderId, FolderState, FolderView, LedgerCounts, LedgerEntry,
    LedgerPage, LedgerQuery, NewDropFolder, UserError,
};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

pub use config::{FolderConfig, FolderTimes, Notice};

use crate::{Engine, Result, Shared, blocking, errors};
use book::Book;
use rules::{PROCESSED, Rules};
use scan::Place;

/// A listener of the ledger may fall behind by so many lines.
const BACKLOG: usize = 16_384;

/// The drop folders of an open library.
pub(crate) struct Folders {
    pub(crate) config: FolderConfig,
    watched: Mutex<HashMap<FolderId, Arc<Watched>>>,
    told: broadcast::Sender<LedgerEntry>,
}

/// One folder, as this process watches it.
pub(crate) struct Watched {
    folder: DropFolder,
    place: Place,
    book: Mutex<Book>,
    state: Mutex<(FolderState, String, Option<UserError>)>,
    /// When a file is to be looked at again.
    next_due: Mutex<Option<Instant>>,
    in_hand: AtomicU32,
    /// Somebody wants it looked through now.
    poke: Notify,
    stop: CancellationToken,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Folders {
    pub(crate) fn new(config: FolderConfig) -> Self {
        Self { config, watched: Mutex::default(), told: broadcast::channel(BACKLOG).0 }
    }

    fn tell(&self, entries: Vec<LedgerEntry>) {
        for entry in entries {
            // Nobody listening is fine.
            let _ = self.told.send(entry);
        }
    }
}

impl Shared {
    fn folder_changed(&self, id: FolderId) {
        self.events.send(EngineEvent::FoldersChanged { ids: vec![id] });
    }
}

impl Watched {
    fn new(shared: &Shared, folder: DropFolder) -> Result<Self> {
        let mut excluded = vec![shared.store.root().to_owned()];
        excluded.extend(shared.folders.config.outputs.iter().map(|path| resolved(path)));
        let place = Place {
            root: PathBuf::from(&folder.path),
            recursive: folder.recursive,
            rules: Rules::new(&folder.ignore, excluded)?,
        };
        Ok(Self {
            folder,
            place,
            book: Mutex::default(),
            state: Mutex::new((FolderState::Starting, "About to be watched.".to_owned(), None)),
            next_due: Mutex::default(),
            in_hand: AtomicU32::new(0),
            poke: Notify::new(),
            stop: CancellationToken::new(),
        })
    }

    fn set_state(&self, shared: &Shared, state: FolderState, message: String, error: Option<UserError>) {
        let mut now = locked(&self.state);
        if now.0 != state {
            tracing::info!("{}: {message}", self.place.root.display());
        }
        let next = (state, message, error);
        if *now != next {
            *now = next;
            drop(now);
            shared.folder_changed(self.folder.id);
        }
    }
}

/// Begins to watch the library's folders, where this program does.
pub(crate) fn start(shared: &Arc<Shared>) -> Result<()> {
    if !shared.folders.config.watch {
        return Ok(());
    }
    for folder in shared.store.read(|r| r.drop_folders()).map_err(errors::store)? {
        begin(shared, folder, true)?;
    }
    Ok(())
}

/// (Re)begins to watch a folder; one that is switched off is let go.
fn begin(shared: &Arc<Shared>, folder: DropFolder, here: bool) -> Result<Arc<Watched>> {
    let active = folder.active && here;
    let watched = Arc::new(Watched::new(shared, folder)?);
    let before = locked(&shared.folders.watched).insert(watched.folder.id, Arc::clone(&watched));
    if let Some(before) = before {
        before.stop.cancel();
    }
    if active {
        shared.tasks.spawn(watch::watch(Arc::clone(shared), Arc::clone(&watched)));
    } else {
        watched.set_state(shared, FolderState::Off, "Not watched just now.".to_owned(), None);
    }
    Ok(watched)
}

/// A path without links, also where it is not there (yet).
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|above| Some((above, fs_err::canonicalize(above).ok()?)));
    match there {
        Some((above, real)) => path.strip_prefix(above).map_or(path.clone(), |rest| {
            if rest.as_os_str().is_empty() { real.clone() } else { real.join(rest) }
        }),
        None => path,
    }
}

fn refused(message: String, hint: &str) -> UserError {
    UserError::new(ErrorCode::WrongState, message, hint)
}

fn no_folder() -> UserError {
    UserError::new(
        ErrorCode::UnknownId,
        "There is no such drop folder.",
        "`papertray-cli watch DIR` begins to watch one.",
    )
}

impl Engine {
    /// Watches a folder from now on. One that is watched already is watched as said now, with its ledger.
    pub async fn add_folder(&self, new: NewDropFolder) -> Result<DropFolder> {
        let shared = Arc::clone(&self.shared);
        let new = blocking(move || may_be_watched(&shared, new)).await??;
        let now = self.shared.clock.now();
        let folder =
            self.shared.store.write(move |w| w.add_drop_folder(&new, now)).await.map_err(errors::store)?;
        begin(&self.shared, folder.clone(), self.shared.folders.config.watch)?;
        Ok(folder)
    }

    /// Changes how a folder is watched; its path stays.
    pub async fn set_folder(&self, folder: DropFolder) -> Result<DropFolder> {
        Rules::new(&folder.ignore, vec![])?;
        let id = folder.id;
        let changed = self.shared.store.write(move |w| {
            w.set_drop_folder(&folder)?;
            w.drop_folder(id)
        });
        let folder = match changed.await {
            Ok(Some(folder)) => folder,
            Ok(None) | Err(papertray_store::StoreError::NotFound(_)) => return Err(no_folder()),
            Err(e) => return Err(errors::store(e)),
        };
        begin(&self.shared, folder.clone(), self.shared.folders.config.watch)?;
        Ok(folder)
    }

    /// Watches a folder no longer. Its files and its ledger stay.
    pub async fn remove_folder(&self, id: FolderId) -> Result<()> {
        let now = self.shared.clock.now();
        let removed = self.shared.store.write(move |w| w.remove_drop_folder(id, now));
        if !removed.await.map_err(errors::store)? {
            return Err(no_folder());
        }
        if let Some(watched) = locked(&self.shared.folders.watched).remove(&id) {
            watched.stop.cancel();
        }
        self.shared.folder_changed(id);
        Ok(())
    }

    /// Watches one folder, also where this program does not watch by itself.
    pub fn watch_folder(&self, id: FolderId) -> Result<()> {
        let folder = self.shared.store.read(|r| r.drop_folder(id)).map_err(errors::store)?;
        begin(&self.shared, folder.ok_or_else(no_folder)?, true).map(drop)
    }

    /// The drop folders with what became of their files and how they are watched.
    pub fn folders(&self) -> Result<Vec<FolderView>> {
        let folders = self.shared.store.read(|r| {
            r.drop_folders()?
                .into_iter()
                .map(|folder| Ok((r.ledger_counts(Some(folder.id))?, folder)))
                .collect::<papertray_store::Result<Vec<_>>>()
        });
        let watched = locked(&self.shared.folders.watched);
        let view = |(counts, folder): (LedgerCounts, DropFolder)| {
            let now = watched.get(&folder.id);
            let (state, message, error) = now.map_or_else(
                || (FolderState::Off, "Not watched by this program.".to_owned(), None),
                |watched| locked(&watched.state).clone(),
            );
            let in_hand = now.map_or(0, |watched| watched.in_hand.load(Ordering::Relaxed));
            FolderView { folder, counts, in_hand, state, message, error }
        };
        Ok(folders.map_err(errors::store)?.into_iter().map(view).collect())
    }

    /// The folder at this path, also one that is no longer watched but has a ledger.
    pub fn folder_at(&self, path: &Path) -> Result<DropFolder> {
        let path = resolved(path).to_string_lossy().into_owned();
        self.shared.store.read(|r| r.drop_folder_at(&path)).map_err(errors::store)?.ok_or_else(no_folder)
    }

    /// A page of the ledger, newest first.
    pub fn ledger(&self, query: &LedgerQuery) -> Result<LedgerPage> {
        self.shared.store.read(|r| r.ledger(query)).map_err(errors::store)
    }

    /// The ledger of all folders in numbers.
    pub fn ledger_counts(&self) -> Result<LedgerCounts> {
        self.shared.store.read(|r| r.ledger_counts(None)).map_err(errors::store)
    }

    /// Hears every line that the ledger gets from now on, and every change of one.
    pub fn fates(&self) -> broadcast::Receiver<LedgerEntry> {
        self.shared.folders.told.subscribe()
    }

    /// Looks through a watched folder now, and does not wait for what comes of it.
    pub fn scan_now(&self, id: FolderId) {
        if let Some(watched) = locked(&self.shared.folders.watched).get(&id) {
            watched.poke.notify_one();
        }
    }

    /// Looks through a folder until every file that is in it has its fate. A file that is written without an end, or
    /// empty, has the fate that it waits. Answers the ledger in numbers.
    pub async fn scan_once(&self, id: FolderId) -> Result<LedgerCounts> {
        let known = locked(&self.shared.folders.watched).get(&id).cloned();
        let watched = if let Some(watched) = known {
            watched
        } else {
            let folder = self.shared.store.read(|r| r.drop_folder(id)).map_err(errors::store)?;
            begin(&self.shared, folder.ok_or_else(no_folder)?, false)?
        };
        let root = watched.place.root.clone();
        let remote = blocking(move || probe::is_remote(&root)).await?;
        let mut first = true;
        loop {
            let (shared, looking) = (Arc::clone(&self.shared), Arc::clone(&watched));
            let reason = pass::Reason { scan: true, try_failed: first, remote, ..pass::Reason::default() };
            let passed = blocking(move || pass::pass(&shared, &looking, reason))
                .await?
                .map_err(|e| errors::io_error(&e))?;
            if let Some(error) = passed.stopped_by {
                return Err(error);
            }
            if passed.unsettled == 0 && !passed.news {
                break;
            }
            first = false;
            let wait = passed.next_due.map(|due| due.saturating_duration_since(Instant::now()));
            let longest = self.shared.folders.config.times.unknown;
            tokio::select! {
                () = tokio::time::sleep(wait.unwrap_or_default().min(longest)) => {}
                () = self.shared.stop.cancelled() => {
                    return Err(refused("Papertray is closing.".to_owned(), "Start it again and repeat this."));
                }
            }
        }
        self.shared.store.read(|r| r.ledger_counts(Some(id))).map_err(errors::store)
    }

    /// Refuses a folder for results that lies in a watched one: what we write would be taken in again.
    pub fn check_output(&self, path: &Path) -> Result<()> {
        let path = resolved(path);
        let folders = self.shared.store.read(|r| r.drop_folders()).map_err(errors::store)?;
        match folders.iter().find(|folder| path.starts_with(&folder.path)) {
            None => Ok(()),
            Some(folder) => Err(refused(
                format!(
                    "`{}` lies in the drop folder `{}`, so what is written there would be taken in again.",
                    path.display(),
                    folder.path
                ),
                "Choose a folder outside of it.",
            )),
        }
    }
}

/// Checks a folder that shall be watched; answers it with its path without links.
fn may_be_watched(shared: &Shared, new: NewDropFolder) -> Result<NewDropFolder> {
    Rules::new(&new.ignore, vec![])?;
    let path = resolved(Path::new(&new.path));
    let shown = path.display();
    match fs_err::metadata(&path) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => {
            return Err(UserError::new(
                ErrorCode::Usage,
                format!("`{shown}` is a file, so it cannot be watched."),
                "Name a folder.",
            ));
        }
        Err(e) => return Err(errors::io_error(&e)),
    }
    let Some(text) = path.to_str() else {
        return Err(UserError::new(
            ErrorCode::Usage,
            format!("The name of `{shown}` is not Unicode text, so it cannot be kept."),
            "Give the folder another name.",
        ));
    };
    let library = shared.store.root();
    if path.starts_with(library) {
        return Err(refused(
            format!("`{shown}` belongs to the library itself."),
            "Choose a folder outside of the library.",
        ));
    }
    if let Some(output) = shared.folders.config.outputs.iter().find(|o| path.starts_with(resolved(o))) {
        return Err(refused(
            format!("Papertray writes its results to `{}`.", output.display()),
            "Choose another folder to watch, or another one for results.",
        ));
    }
    for other in shared.store.read(|r| r.drop_folders()).map_err(errors::store)? {
        let root = Path::new(&other.path);
        if path == root {
            continue; // the same folder, perhaps watched in another way
        }
        if path.starts_with(root.join(PROCESSED)) {
            return Err(refused(
                format!("`{shown}` holds what was taken from `{}`.", other.path),
                "Choose another folder.",
            ));
        }
        if (path.starts_with(root) && other.recursive) || (root.starts_with(&path) && new.recursive) {
            return Err(refused(
                format!(
                    "`{shown}` and the drop folder `{}` overlap: files would be taken twice.",
                    other.path
                ),
                "Watch the outer one alone, or without its sub-folders.",
            ));
        }
    }
    Ok(NewDropFolder { path: text.to_owned(), ..new })
}
