//! Moving the library to another folder. Everything is copied beside the new place, flushed, and compared with its hash
//! there; then it gets its name in one step. The old one stays as it is: whoever called decides when it goes.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
};

use fs_err as fs;
use papertray_model::{ErrorCode, UserError};
use papertray_store::{Store, flush_folder};
use serde::{Deserialize, Serialize};

use crate::{Engine, Result, backup, blocking, errors, export::cannot_write};

/// How far a move is, for another thread to look at.
#[derive(Clone, Debug, Default)]
pub struct MoveProgress {
    inner: Arc<(AtomicU64, AtomicU64)>,
}

impl MoveProgress {
    /// Files copied and compared, and how many there are; 0 as long as that is not known.
    pub fn get(&self) -> (u64, u64) {
        (self.inner.0.load(Ordering::Relaxed), self.inner.1.load(Ordering::Relaxed))
    }

    /// No move is under way.
    pub fn clear(&self) {
        self.set(0, 0);
    }

    fn set(&self, done: usize, all: usize) {
        self.inner.1.store(all as u64, Ordering::Relaxed);
        self.inner.0.store(done as u64, Ordering::Relaxed);
    }
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Where it lies now.
    pub library: PathBuf,
    /// Where it lay.
    pub left: PathBuf,
    /// How many files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Engine {
    /// Stops all work and copies the library into a folder that is empty or not there. This engine is at its end
    /// afterwards, whether that worked or not: open the library that counts.
    pub async fn move_library(&self, to: PathBuf, progress: MoveProgress) -> Result<Moved> {
        let from = self.shared.store.root().to_owned();
        let to = std::path::absolute(&to).map_err(|e| errors::io_error(&e))?;
        check_target(&from, &to)?;
        let needed = self.storage().await?;
        let parent = backup::parent_of(&to);
        fs::create_dir_all(parent).map_err(|e| cannot_write(parent, &e))?;
        let bytes = needed.originals + needed.pictures + needed.database;
        if self.shared.surroundings.free_disk(parent).is_some_and(|free| free < bytes + bytes / 20) {
            return Err(UserError::new(
                ErrorCode::DiskFull,
                format!("There is no room for the library in `{}`. Nothing was changed.", parent.display()),
                "Free some space there, or choose another disk.",
            ));
        }
        self.shutdown().await;
        let store = self.shared.store.clone();
        blocking(move || copy_library(&store, &from, &to, &progress)).await?
    }
}

fn check_target(from: &Path, to: &Path) -> Result<()> {
    let refuse = |why: String, hint: &str| Err(UserError::new(ErrorCode::Usage, why, hint));
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        return refuse(
            format!("`{}` is not empty. Nothing was changed.", to.display()),
            "Choose an empty folder, or name one that is not there yet.",
        );
    }
    let parent = backup::parent_of(to);
    let inside = fs::canonicalize(parent).is_ok_and(|parent| parent.starts_with(from));
    if inside || to.starts_with(from) {
        return refuse(
            "The library cannot be moved into itself.".to_owned(),
            "Choose a folder outside of it.",
        );
    }
    Ok(())
}

fn copy_library(store: &Store, from: &Path, to: &Path, progress: &MoveProgress) -> Result<Moved> {
    let parent = backup::parent_of(to);
    let fresh = tempfile::Builder::new().prefix(".papertray-move-").tempdir_in(parent);
    let fresh = fresh.map_err(|e| cannot_write(parent, &e))?;
    let database = fresh.path().join(backup::DATABASE);
    let snapshot = store.snapshot(&database).map_err(errors::store)?;
    let files = backup::files_of(from, snapshot);
    progress.set(0, files.len() + 1);
    let mut bytes = fs::metadata(&database).map_err(|e| errors::io_error(&e))?.len();
    for (at, path) in files.iter().enumerate() {
        bytes += copy_file(&from.join(path), &fresh.path().join(path))?;
        progress.set(at + 1, files.len() + 1);
    }
    let faults = papertray_store::check_copy(&database).map_err(errors::store)?;
    if let Some(fault) = faults.first() {
        return Err(UserError::new(
            ErrorCode::LibraryDamaged,
            format!("The copy of the database is damaged: {fault}. Nothing was changed."),
            "Check the disks, then try again.",
        ));
    }
    // Names are flushed too: the old library goes as soon as the new one was opened.
    let folders: BTreeSet<&Path> =
        files.iter().flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
    for folder in folders {
        let folder = fresh.path().join(folder);
        flush_folder(&folder).map_err(|e| cannot_write(&folder, &e))?;
    }
    let _ = fs::remove_dir(to); // empty, or not there
    let fresh = fresh.keep();
    fs::rename(&fresh, to).map_err(|e| {
        let _ = fs::remove_dir_all(&fresh);
        cannot_write(to, &e)
    })?;
    flush_folder(parent).map_err(|e| cannot_write(parent, &e))?;
    progress.set(files.len() + 1, files.len() + 1);
    Ok(Moved { library: to.to_owned(), left: from.to_owned(), files: files.len() + 1, bytes })
}

/// Copies a file and reads the copy again: it must have the bytes that were read.
fn copy_file(from: &Path, to: &Path) -> Result<u64> {
    let folder = backup::parent_of(to);
    fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
    let mut source = fs::File::open(from).map_err(|e| errors::io_error(&e))?;
    let mut target = fs::File::create(to).map_err(|e| cannot_write(to, &e))?;
    let read = backup::copy(&mut source, &mut target).map_err(|e| cannot_write(to, &e))?;
    target.sync_all().map_err(|e| cannot_write(to, &e))?;
    let mut copied = fs::File::open(to).map_err(|e| errors::io_error(&e))?;
    let written = backup::copy(&mut copied, &mut std::io::sink()).map_err(|e| errors::io_error(&e))?;
    if read != written {
        return Err(UserError::new(
            ErrorCode::Io,
            format!("The copy of `{}` has other bytes. Nothing was changed.", from.display()),
            "Check the disks, then try again.",
        ));
    }
    Ok(read.0)
}
