//! Where the library lies when nobody names a folder: the usual place, or where a person moved it to. That is written down
//! in a file beside the usual place, in one step.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use papertray_model::{ErrorCode, UserError};
use serde::{Deserialize, Serialize};

use crate::{Result, export::cannot_write};

const FILE: &str = "library-place.json";
/// What a library's folder holds: nothing else is removed of one that was moved away.
const OURS: [&str; 9] = [
    "library.sqlite",
    "library.sqlite-wal",
    "library.sqlite-shm",
    "library.lock",
    "library.holder",
    "blobs",
    "storage",
    "incoming",
    "doctypes",
];

/// The folder of application data, and what is noted there.
#[derive(Clone, Debug)]
pub struct Places {
    data: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Noted {
    /// Where the library lies.
    library: Option<PathBuf>,
    /// Where it lay before it was moved: removed when the new one was opened.
    left: Option<PathBuf>,
}

impl Places {
    /// What is noted in this folder.
    pub fn new(data: PathBuf) -> Self {
        Self { data }
    }

    fn file(&self) -> PathBuf {
        self.data.join(FILE)
    }

    fn noted(&self) -> Noted {
        let text = fs_err::read_to_string(self.file()).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// The library's folder. One that was moved to a disk that is not there now is an error: nobody wants an empty library
    /// in its stead.
    pub fn library(&self) -> Result<PathBuf> {
        let Some(moved) = self.noted().library else { return Ok(self.data.join("library")) };
        if moved.join("library.sqlite").is_file() {
            return Ok(moved);
        }
        Err(UserError::new(
            ErrorCode::NotFound,
            format!("The library lies in `{}`, and that is not there now.", moved.display()),
            format!(
                "Connect the disk it is on and try again. To begin anew, remove `{}`.",
                self.file().display()
            ),
        ))
    }

    /// From now on the library lies in `library`; `left` is removed once the new one was opened.
    pub fn set(&self, library: &Path, left: Option<&Path>) -> Result<()> {
        self.write(&Noted { library: Some(library.to_owned()), left: left.map(Path::to_owned) })
    }

    fn write(&self, noted: &Noted) -> Result<()> {
        let put = || {
            fs_err::create_dir_all(&self.data)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.data)?;
            file.write_all(&serde_json::to_vec(noted)?)?;
            file.as_file().sync_all()?;
            file.persist(self.file()).map_err(|e| e.error).map(drop)
        };
        put().map_err(|e: std::io::Error| cannot_write(&self.file(), &e))
    }

    /// After the library was opened: removes what is left of one that was moved away. Answers whether there was one.
    pub fn clear_left(&self, opened: &Path) -> bool {
        let noted = self.noted();
        let here = noted.library.as_deref().is_some_and(|library| same(library, opened));
        let Some(left) = noted.left.as_deref().filter(|left| here && !same(left, opened)) else {
            return false;
        };
        for name in OURS {
            let path = left.join(name);
            let removed =
                if path.is_dir() { fs_err::remove_dir_all(&path) } else { fs_err::remove_file(&path) };
            if let Err(e) = removed
                && e.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!("a part of the former library stays behind: {e}");
                return false;
            }
        }
        let _ = fs_err::remove_dir(left); // only where nothing of a person's lies in it
        let done = self.write(&Noted { left: None, ..noted });
        done.inspect_err(|e| tracing::warn!("{e}")).is_ok()
    }
}

fn same(a: &Path, b: &Path) -> bool {
    match (fs_err::canonicalize(a), fs_err::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_where_it_was_moved_to_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::new(folder.path().join("data"));
        assert_eq!(places.library().unwrap(), folder.path().join("data/library"));
        let (old, new) = (folder.path().join("data/library"), folder.path().join("disk"));
        fs_err::create_dir_all(&old).unwrap();
        fs_err::write(old.join("library.sqlite"), b"x").unwrap();
        fs_err::write(old.join("mine.txt"), b"x").unwrap();
        places.set(&new, Some(&old)).unwrap();
        assert_eq!(places.library().unwrap_err().code, ErrorCode::NotFound, "its disk is away");
        fs_err::create_dir_all(&new).unwrap();
        fs_err::write(new.join("library.sqlite"), b"x").unwrap();
        assert_eq!(places.library().unwrap(), new);
        assert!(!places.clear_left(&old), "the new one is not open");
        assert!(old.join("library.sqlite").exists());
        assert!(places.clear_left(&new));
        assert!(!old.join("library.sqlite").exists() && old.join("mine.txt").exists());
        assert!(!places.clear_left(&new), "once");
    }
}
