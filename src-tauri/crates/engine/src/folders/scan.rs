//! Looking through a drop folder: the truth about what is in it. Links are not followed, nothing is opened.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs::{FileType, Metadata},
    io,
    path::{Path, PathBuf},
};

use papertray_store::Identity;

use super::rules::{PROBE, Rules};

/// A folder and what is looked at in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) recursive: bool,
    pub(crate) rules: Rules,
}

/// Something that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path below the folder, with `/`; a name that is no Unicode is written out, so that no two are alike.
    pub(crate) below: String,
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
    /// Why it is left alone; `None`: it is a candidate.
    pub(crate) left: Option<String>,
}

/// What one path is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Found(Found),
    Folder,
    Gone,
    /// In a place that is not looked at.
    Elsewhere,
}

/// What a scan met besides files.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) files: usize,
    pub(crate) folders: usize,
    /// Folders that could not be read.
    pub(crate) unreadable: Vec<(PathBuf, io::Error)>,
    /// Folders of another file system, mounted below ours.
    pub(crate) mounts: Vec<PathBuf>,
}

impl Place {
    /// Tells `each` of everything in the folder. Fails only where the folder itself cannot be read.
    pub(crate) fn scan(&self, each: &mut dyn FnMut(Found)) -> io::Result<Scanned> {
        let mut scanned = Scanned::default();
        let device = device(&fs_err::symlink_metadata(&self.root)?);
        let mut waiting = vec![(self.root.clone(), String::new())];
        while let Some((folder, below)) = waiting.pop() {
            let entries = match fs_err::read_dir(&folder) {
                Ok(entries) => entries,
                Err(e) if below.is_empty() => return Err(e),
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue, // gone meanwhile
                Err(e) => {
                    scanned.unreadable.push((folder, e));
                    continue;
                }
            };
            scanned.folders += 1;
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(e) if below.is_empty() => return Err(e),
                    Err(e) => {
                        scanned.unreadable.push((folder.clone(), e));
                        break;
                    }
                };
                let name = shown(&entry.file_name());
                let below = join(&below, &name);
                let Ok(meta) = entry.metadata() else { continue }; // gone meanwhile
                if meta.is_dir() {
                    if self.recursive && self.rules.enters(&entry.path(), &name, &below) {
                        if self::device(&meta) != device {
                            scanned.mounts.push(entry.path());
                        }
                        waiting.push((entry.path(), below));
                    }
                } else if !name.starts_with(PROBE) {
                    scanned.files += 1;
                    each(self.found(entry.path(), &name, below, &meta));
                }
            }
        }
        Ok(scanned)
    }

    /// What is at one path.
    pub(crate) fn look_at(&self, path: &Path) -> Look {
        let Ok(inside) = path.strip_prefix(&self.root) else { return Look::Elsewhere };
        let names: Vec<String> = inside.iter().map(shown).collect();
        let Some((name, above)) = names.split_last() else { return Look::Folder };
        if name.starts_with(PROBE) || !(self.recursive || above.is_empty()) {
            return Look::Elsewhere;
        }
        let (mut folder, mut below) = (self.root.clone(), String::new());
        for (part, name) in inside.iter().zip(above) {
            folder.push(part);
            below = join(&below, name);
            if !self.rules.enters(&folder, name, &below) {
                return Look::Elsewhere;
            }
        }
        let below = join(&below, name);
        match fs_err::symlink_metadata(path) {
            Ok(meta) if meta.is_dir() => {
                let enters = self.recursive && self.rules.enters(path, name, &below);
                if enters { Look::Folder } else { Look::Elsewhere }
            }
            Ok(meta) => Look::Found(self.found(path.to_owned(), name, below, &meta)),
            Err(_) => Look::Gone,
        }
    }

    fn found(&self, path: PathBuf, name: &str, below: String, meta: &Metadata) -> Found {
        let left = self.rules.leaves(name, &below).or_else(|| not_ordinary(meta.file_type()));
        Found { below, path, identity: identity(meta), left }
    }
}

fn not_ordinary(kind: FileType) -> Option<String> {
    if kind.is_symlink() {
        Some("It is a link. Links are not followed.".to_owned())
    } else if kind.is_file() {
        None
    } else {
        Some("It is not an ordinary file.".to_owned())
    }
}

fn join(below: &str, name: &str) -> String {
    if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") }
}

/// A name as text. Bytes that are no Unicode are written out as `\xNN`.
fn shown(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// The state of a file's content, as far as it shows from outside.
pub(crate) fn identity(meta: &Metadata) -> Identity {
    #[cfg(unix)]
    let (inode, mtime_ns) = {
        use std::os::unix::fs::MetadataExt as _;
        (meta.ino(), meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec()))
    };
    #[cfg(not(unix))]
    let (inode, mtime_ns) = {
        let since = meta.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        (0, since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)))
    };
    Identity { inode, mtime_ns, size: meta.len() }
}

fn device(meta: &Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::dev(meta);
    #[cfg(not(unix))]
    {
        let _ = meta;
        0
    }
}

/// What tells one folder at a path from the next one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RootIdentity {
    device: u64,
    inode: u64,
    /// Numbers of removed folders are given to new ones at once; the time of birth tells them apart.
    born: Option<std::time::SystemTime>,
}

/// Looks for the folder itself.
pub(crate) fn look_at_root(root: &Path) -> io::Result<RootIdentity> {
    let meta = fs_err::symlink_metadata(root)?;
    if !meta.is_dir() {
        return Err(io::Error::from(io::ErrorKind::NotADirectory));
    }
    Ok(RootIdentity { device: device(&meta), inode: identity(&meta).inode, born: meta.created().ok() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(root: &Path, recursive: bool) -> Place {
        Place { root: root.to_owned(), recursive, rules: Rules::new(&[], vec![]).unwrap() }
    }

    fn names(place: &Place) -> Vec<String> {
        let mut names = vec![];
        place.scan(&mut |found| names.push(found.below)).unwrap();
        names.sort();
        names
    }

    #[test]
    fn everything_is_found_once_and_closed_folders_are_not_entered() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["a/b", "Processed", ".git"] {
            fs_err::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for file in ["1.pdf", "a/2.pdf", "a/b/3.pdf", "Processed/4.pdf", ".git/5.pdf", ".6"] {
            fs_err::write(dir.path().join(file), b"x").unwrap();
        }
        assert_eq!(names(&place(dir.path(), true)), [".6", "1.pdf", "a/2.pdf", "a/b/3.pdf"]);
        assert_eq!(names(&place(dir.path(), false)), [".6", "1.pdf"]);
    }

    #[test]
    fn one_path_is_seen_as_the_scan_sees_it() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(dir.path().join("a/Processed")).unwrap();
        fs_err::create_dir_all(dir.path().join("Processed")).unwrap();
        for file in ["a/1.pdf", "Processed/2.pdf"] {
            fs_err::write(dir.path().join(file), b"x").unwrap();
        }
        let place = place(dir.path(), true);
        let mut scanned = vec![];
        place.scan(&mut |found| scanned.push(found)).unwrap();
        assert_eq!(place.look_at(&dir.path().join("a/1.pdf")), Look::Found(scanned.remove(0)));
        assert_eq!(place.look_at(&dir.path().join("Processed/2.pdf")), Look::Elsewhere);
        assert_eq!(place.look_at(&dir.path().join("a")), Look::Folder);
        assert_eq!(place.look_at(dir.path()), Look::Folder);
        assert_eq!(place.look_at(&dir.path().join("gone")), Look::Gone);
        assert_eq!(place.look_at(Path::new("/elsewhere")), Look::Elsewhere);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_unicode_stay_apart() {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = tempfile::tempdir().unwrap();
        for bytes in [b"\xff.pdf", b"\xfe.pdf"] {
            fs_err::write(dir.path().join(OsStr::from_bytes(bytes)), b"x").unwrap();
        }
        assert_eq!(names(&place(dir.path(), true)), ["\\xfe.pdf", "\\xff.pdf"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_seen_and_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join("in")).unwrap();
        fs_err::create_dir(dir.path().join("out")).unwrap();
        fs_err::write(dir.path().join("out/secret.pdf"), b"x").unwrap();
        fs_err::os::unix::fs::symlink(dir.path().join("out"), dir.path().join("in/folder")).unwrap();
        fs_err::os::unix::fs::symlink(dir.path().join("out/secret.pdf"), dir.path().join("in/file.pdf"))
            .unwrap();
        let mut seen = vec![];
        place(&dir.path().join("in"), true).scan(&mut |found| seen.push(found)).unwrap();
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|f| f.left.as_ref().is_some_and(|why| why.contains("link"))), "{seen:?}");
    }
}
