//! What becomes of an original once its copy is safe: nothing, a move to `Processed/`, or the system's trash. Never
//! before the commit, and no name is ever overwritten.

use std::{
    io,
    path::{Path, PathBuf},
};

use papertray_model::AfterImport;
use papertray_store::Identity;

use super::{rules::PROCESSED, scan::identity};

/// Does what is due with an original. `Err`: why it was not possible; the original is where it was.
pub(crate) fn carry_out(
    after: AfterImport,
    root: &Path,
    path: &Path,
    taken: Identity,
) -> std::result::Result<(), String> {
    match fs_err::symlink_metadata(path) {
        Ok(meta) if identity(&meta) == taken => {}
        // Somebody took it away or wrote it anew: that is not what was imported.
        Ok(_) => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(format!("It is imported. The original stays where it is: {e}.")),
    }
    match after {
        AfterImport::Leave => Ok(()),
        AfterImport::Processed => move_to_processed(root, path)
            .map_err(|e| format!("It is imported. The original could not be moved to `{PROCESSED}`: {e}.")),
        AfterImport::Trash => trash::delete(path)
            .map_err(|e| format!("It is imported. The original could not be moved to the trash: {e}.")),
    }
}

fn move_to_processed(root: &Path, path: &Path) -> io::Result<()> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let folder = root.join(PROCESSED).join(below.parent().unwrap_or(Path::new("")));
    fs_err::create_dir_all(&folder)?;
    let mut number = 1;
    let free = loop {
        let name = numbered(path, number);
        // Taking the name first and moving over our own empty file is the one way that every system has.
        match fs_err::File::create_new(folder.join(name)) {
            Ok(file) => break file.path().to_owned(),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(e) => return Err(e),
        }
    };
    fs_err::rename(path, &free).inspect_err(|_| drop(fs_err::remove_file(&free)))
}

/// `scan.pdf`, `scan (2).pdf`, ….
fn numbered(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    if number == 1 {
        return name.into();
    }
    let mut new = path.file_stem().unwrap_or_default().to_owned();
    new.push(format!(" ({number})"));
    if let Some(extension) = path.extension() {
        new.push(".");
        new.push(extension);
    }
    new.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, text: &str) -> Identity {
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
        identity(&fs_err::symlink_metadata(path).unwrap())
    }

    #[test]
    fn equal_names_stand_side_by_side() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/scan.tar.pdf");
        for text in ["one", "two", "three"] {
            let taken = put(&path, text);
            carry_out(AfterImport::Processed, dir.path(), &path, taken).unwrap();
            assert!(!path.exists());
        }
        let read = |name: &str| fs_err::read_to_string(dir.path().join("Processed/a").join(name)).unwrap();
        assert_eq!(read("scan.tar.pdf"), "one");
        assert_eq!(read("scan.tar (2).pdf"), "two");
        assert_eq!(read("scan.tar (3).pdf"), "three");
    }

    #[test]
    fn what_was_written_anew_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("scan.pdf");
        let taken = put(&path, "one");
        put(&path, "another");
        carry_out(AfterImport::Processed, dir.path(), &path, taken).unwrap();
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "another");
        fs_err::remove_file(&path).unwrap();
        carry_out(AfterImport::Processed, dir.path(), &path, taken).unwrap();
    }

    #[test]
    fn where_a_move_fails_the_original_stays_and_the_reason_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("scan.pdf");
        let taken = put(&path, "one");
        put(&dir.path().join(PROCESSED), "a file of this name");
        let why = carry_out(AfterImport::Processed, dir.path(), &path, taken).unwrap_err();
        assert!(why.starts_with("It is imported.") && path.exists(), "{why}");
    }
}
