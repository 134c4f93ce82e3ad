//! One process at a time owns a library folder.

use std::{
    fmt,
    fs::{File, TryLockError},
    io::Write as _,
    path::Path,
};

use crate::{Result, StoreError};

/// Who holds a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The program's name, as it wrote it itself.
    pub program: String,
    /// Its process number.
    pub pid: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (process {})", self.program, self.pid)
    }
}

/// The lock; the system lets it go when the process ends, however it ends.
pub(crate) struct LibraryLock {
    _file: File,
}

impl LibraryLock {
    pub(crate) fn take(root: &Path) -> Result<Self> {
        let path = root.join("library.lock");
        let named = root.join("library.holder");
        let file = crate::blobs::private(&mut fs_err::OpenOptions::new())
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?
            .into_parts()
            .0;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(read_holder(&named))),
            Err(TryLockError::Error(e)) => return Err(e.into()),
        }
        // Beside the locked file: on Windows a locked file cannot be read by others.
        let program = std::env::current_exe().ok();
        let program =
            program.as_deref().and_then(Path::file_stem).map_or("papertray".into(), |s| s.to_string_lossy());
        crate::blobs::private(&mut fs_err::OpenOptions::new())
            .create(true)
            .truncate(true)
            .write(true)
            .open(named)?
            .write_all(format!("{} {program}\n", std::process::id()).as_bytes())?;
        Ok(Self { _file: file })
    }
}

fn read_holder(path: &Path) -> Holder {
    let text = fs_err::read_to_string(path).unwrap_or_default();
    let (pid, program) = text.trim().split_once(' ').unwrap_or(("0", "another process"));
    Holder { program: program.to_owned(), pid: pid.parse().unwrap_or(0) }
}
