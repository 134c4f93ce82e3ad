//! A library as one file, and back. A backup is a zip archive: the database as of one moment, every original and page
//! picture it names, a person's types, and a list of all with the hash of each. It may be taken while work goes on.

use std::{
    io::{self, Read as _, Seek, Write},
    path::{Component, Path, PathBuf},
};

use fs_err as fs;
use papertray_model::{ErrorCode, UserError};
use papertray_store::Store;
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    Engine, Result, blocking, errors,
    export::{Readers, cannot_write, whole},
};

/// The list's name in the archive.
const LIST: &str = "papertray-backup.json";
const DATABASE: &str = "library.sqlite";
/// The shape of the list.
const SHAPE: u32 = 1;
const CHUNK: usize = 1 << 18;

/// What a backup took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackedUp {
    /// The archive.
    pub file: PathBuf,
    /// How many files are in it.
    pub files: usize,
    /// Their bytes, before they were packed.
    pub bytes: u64,
}

/// What a restore brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The library's folder.
    pub library: PathBuf,
    /// How many files.
    pub files: usize,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Below the library, parted by `/`.
    path: String,
    /// Bytes.
    size: u64,
    /// BLAKE3, in hexadecimal.
    hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    shape: u32,
    /// Version of the database's shape.
    version: u32,
    files: Vec<Entry>,
}

impl Engine {
    /// Writes the whole library into one file, while work goes on: what it holds is the library of one moment. An
    /// existing file is replaced when the new one is whole.
    pub async fn backup(&self, file: PathBuf) -> Result<BackedUp> {
        let root = self.shared.store.root().to_owned();
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if fs::canonicalize(folder).is_ok_and(|folder| folder.starts_with(&root)) {
            return Err(UserError::new(
                ErrorCode::Usage,
                "A backup may not lie in the library it is of.",
                "Choose another folder, best on another disk.",
            ));
        }
        // Nothing goes for good while files are copied.
        let _stay = self.shared.files_stay.lock().await;
        let store = self.shared.store.clone();
        blocking(move || write_backup(&store, &root, &file)).await?
    }
}

fn write_backup(store: &Store, root: &Path, file: &Path) -> Result<BackedUp> {
    let copy = tempfile::Builder::new()
        .prefix("backup-")
        .suffix(".sqlite")
        .tempfile_in(root.join("incoming"))
        .map_err(|e| errors::io_error(&e))?
        .into_temp_path();
    let snapshot = store.snapshot(&copy).map_err(errors::store)?;
    let mut files: Vec<String> = snapshot
        .originals
        .iter()
        .map(|hash| format!("blobs/{}/{}", &hash.as_str()[..2], hash.as_str()))
        .chain(snapshot.pictures)
        .collect();
    files.extend(own_types(root));
    let mut list = List { shape: SHAPE, version: snapshot.version, files: vec![] };
    whole(file, Readers::Owner, |to| {
        let mut zip = ZipWriter::new(fs::File::create(to)?);
        list.files.push(put(&mut zip, DATABASE, &copy, CompressionMethod::Deflated)?);
        for path in &files {
            // Originals and pictures are packed already.
            list.files.push(put(&mut zip, path, &root.join(path), CompressionMethod::Stored)?);
        }
        zip.start_file(LIST, options(CompressionMethod::Deflated))?;
        zip.write_all(&serde_json::to_vec(&list)?)?;
        zip.finish()?.sync_all()
    })?;
    let bytes = list.files.iter().map(|entry| entry.size).sum();
    Ok(BackedUp { file: file.to_owned(), files: list.files.len(), bytes })
}

fn own_types(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("doctypes")).into_iter().flatten().flatten();
    let names = entries
        .filter(|e| e.metadata().is_ok_and(|m| m.is_file()))
        .filter_map(|e| e.file_name().into_string().ok());
    names.map(|name| format!("doctypes/{name}")).collect()
}

fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600)
}

fn put(
    zip: &mut ZipWriter<impl Write + Seek>,
    name: &str,
    from: &Path,
    method: CompressionMethod,
) -> io::Result<Entry> {
    zip.start_file(name, options(method))?;
    let (size, hash) = copy(&mut fs::File::open(from)?, zip)?;
    Ok(Entry { path: name.to_owned(), size, hash })
}

/// Copies all of it; answers its size and hash.
fn copy(from: &mut impl io::Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut buffer, mut hasher, mut size) = (vec![0; CHUNK], blake3::Hasher::new(), 0);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok((size, hasher.finalize().to_hex().to_string())),
            Ok(n) => {
                hasher.update(&buffer[..n]);
                to.write_all(&buffer[..n])?;
                size += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// Brings a backup back into a folder that is empty or not there. Every file is compared with its hash before the folder
/// gets its name; a backup of a newer Papertray is refused.
pub async fn restore_backup(file: PathBuf, library: PathBuf) -> Result<Restored> {
    blocking(move || restore(&file, &library)).await?
}

fn restore(file: &Path, library: &Path) -> Result<Restored> {
    if fs::read_dir(library).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(UserError::new(
            ErrorCode::Usage,
            format!("`{}` is not empty. Nothing was changed.", library.display()),
            "Name a folder that is not there yet; the backup is restored into it.",
        ));
    }
    let opened = fs::File::open(file).map_err(|e| errors::io_error(&e))?;
    let mut zip = ZipArchive::new(opened).map_err(|e| no_backup(file, &e))?;
    let list: List = {
        let mut text = String::new();
        let mut entry = zip.by_name(LIST).map_err(|e| no_backup(file, &e))?;
        entry.read_to_string(&mut text).map_err(|e| no_backup(file, &e))?;
        serde_json::from_str(&text).map_err(|e| no_backup(file, &e))?
    };
    if list.shape > SHAPE || list.version > papertray_store::VERSION {
        return Err(UserError::new(
            ErrorCode::LibraryTooNew,
            format!("`{}` was made by a newer Papertray. Nothing was changed.", file.display()),
            "Install the newer version to restore it.",
        ));
    }
    let parent = library.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| cannot_write(parent, &e))?;
    let mut fresh = tempfile::Builder::new();
    #[cfg(unix)]
    fresh.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let fresh = fresh.prefix(".papertray-restore-").tempdir_in(parent);
    let fresh = fresh.map_err(|e| cannot_write(parent, &e))?;
    for entry in &list.files {
        let place =
            place(&entry.path).ok_or_else(|| no_backup(file, &format!("it names `{}`", entry.path)))?;
        let to = fresh.path().join(place);
        let folder = to.parent().unwrap_or(fresh.path());
        fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let mut packed = zip.by_name(&entry.path).map_err(|e| no_backup(file, &e))?;
        let mut target = fs::File::create(&to).map_err(|e| cannot_write(&to, &e))?;
        // A file is never longer than the list says, whatever the archive holds.
        let found =
            copy(&mut (&mut packed).take(entry.size + 1), &mut target).map_err(|e| no_backup(file, &e))?;
        if found != (entry.size, entry.hash.clone()) {
            return Err(no_backup(file, &format!("`{}` in it is not what was backed up", entry.path)));
        }
        target.sync_all().map_err(|e| cannot_write(&to, &e))?;
    }
    let _ = fs::remove_dir(library); // empty, or not there
    let fresh = fresh.keep();
    fs::rename(&fresh, library).map_err(|e| {
        let _ = fs::remove_dir_all(&fresh);
        cannot_write(library, &e)
    })?;
    Ok(Restored { library: library.to_owned(), files: list.files.len() })
}

/// Where a file of a backup belongs: below the folders of a library and nowhere else.
fn place(path: &str) -> Option<&Path> {
    let place = Path::new(path);
    let inside = place.components().all(|part| matches!(part, Component::Normal(_)));
    let known =
        path == DATABASE || ["blobs/", "storage/jobs/", "doctypes/"].iter().any(|p| path.starts_with(p));
    (inside && known && !path.contains('\\')).then_some(place)
}

fn no_backup(file: &Path, error: &dyn std::fmt::Display) -> UserError {
    UserError::new(
        ErrorCode::Corrupt,
        format!("`{}` is no whole backup: {error}. Nothing was changed.", file.display()),
        "Use another backup.",
    )
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_backup_reaches_no_other_folder() {
        assert!(place("blobs/ab/abcd").is_some() && place("library.sqlite").is_some());
        for bad in ["../x", "blobs/../../x", "/etc/passwd", "library.lock", "blobs\\x", ""] {
            assert!(place(bad).is_none(), "{bad}");
        }
    }
}
