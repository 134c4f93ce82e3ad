//! Stored files. Originals lie under `blobs/` by the hash of their bytes and never change; page pictures lie under
//! `storage/jobs/{document}/page-{n}.png`, a place that follows from document and page alone; turned by a person, under
//! `page-{n}-{degrees}.png`.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use papertray_model::{BlobHash, DocumentId};

use crate::{Result, StoreError};

/// Read this much at a time.
const CHUNK: usize = 1 << 18;

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Hash of its bytes.
    pub hash: BlobHash,
    /// How many bytes.
    pub size: u64,
    /// Whether these bytes were not stored before.
    pub new: bool,
}

/// The folders of stored files.
#[derive(Debug, Clone)]
pub struct Blobs {
    root: PathBuf,
}

/// Where page `number` of `document` is stored, relative to the library.
pub fn page_uri(document: DocumentId, number: u32) -> String {
    format!("storage/jobs/{document}/page-{number}.png")
}

/// Where page `number` of `document`, turned clockwise by `turn` degrees, is stored, relative to the library.
pub fn turned_uri(document: DocumentId, number: u32, turn: u16) -> String {
    match turn % 360 {
        0 => page_uri(document, number),
        turn => format!("storage/jobs/{document}/page-{number}-{turn}.png"),
    }
}

/// What a page picture's place says: document, number, degrees it is turned by. Only places of the one form are known.
pub fn picture_place(uri: &str) -> Option<(DocumentId, u32, u16)> {
    let (document, page) = uri.strip_prefix("storage/jobs/")?.split_once("/page-")?;
    let page = page.strip_suffix(".png")?;
    let (number, turn) = page.split_once('-').unwrap_or((page, "0"));
    let (document, number, turn) = (document.parse().ok()?, number.parse().ok()?, turn.parse().ok()?);
    (turned_uri(document, number, turn) == uri).then_some((document, number, turn))
}

impl Blobs {
    pub(crate) fn open(root: &Path) -> Result<Self> {
        let blobs = Self { root: root.to_owned() };
        create_private_dir(&root.join("blobs"))?;
        create_private_dir(&root.join("storage/jobs"))?;
        // What a crash left half copied is of no use to anyone.
        let _ = fs_err::remove_dir_all(blobs.incoming());
        create_private_dir(&blobs.incoming())?;
        flush_folder(root)?;
        Ok(blobs)
    }

    fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// Where the file with this hash lies.
    pub fn path(&self, hash: &BlobHash) -> PathBuf {
        self.root.join("blobs").join(&hash.as_str()[..2]).join(hash.as_str())
    }

    /// Copies `source` in: hashed on the way, flushed to disk, then named by its hash in one step, so that a file
    /// under `blobs/` is always whole. The source is only read. `progress` hears the bytes copied so far; an error
    /// from it stops the copy.
    pub fn store_file(&self, source: &Path, progress: impl FnMut(u64) -> io::Result<()>) -> Result<Stored> {
        self.store_file_if(source, progress, |_| Ok(()))
    }

    /// [`Blobs::store_file`] that asks `whole`, with the number of bytes copied, before the copy gets its name: an error
    /// discards the copy.
    pub fn store_file_if(
        &self,
        source: &Path,
        progress: impl FnMut(u64) -> io::Result<()>,
        whole: impl FnOnce(u64) -> io::Result<()>,
    ) -> Result<Stored> {
        self.store_reader(fs_err::File::open(source)?, progress, whole)
    }

    /// [`Blobs::store_file_if`] for bytes from anywhere.
    pub fn store_reader(
        &self,
        mut from: impl io::Read,
        mut progress: impl FnMut(u64) -> io::Result<()>,
        whole: impl FnOnce(u64) -> io::Result<()>,
    ) -> Result<Stored> {
        let temporary = Temporary::create(&self.incoming())?;
        let mut to = private_file(&temporary.path)?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; CHUNK];
        let mut size = 0u64;
        loop {
            let n = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e.into()),
            };
            hasher.update(&buffer[..n]);
            to.write_all(&buffer[..n])?;
            size += n as u64;
            progress(size)?;
        }
        whole(size)?;
        let hex = hasher.finalize().to_hex();
        let hash = BlobHash::parse(&hex).ok_or_else(|| StoreError::Damaged(hex.to_string()))?;
        let path = self.path(&hash);
        let folder = path.parent().unwrap_or(&self.root);
        let new = !fs_err::metadata(&path).is_ok_and(|m| m.len() == size);
        if new {
            to.sync_all()?;
            create_private_dir(folder)?;
            fs_err::rename(&temporary.path, &path)?;
        }
        // The file's name is in its folder and the folder's in `blobs`; either may have been written just now, by another
        // thread too. Where nothing is to be flushed this costs nothing.
        flush_folder(folder)?;
        flush_folder(&self.root.join("blobs"))?;
        Ok(Stored { hash, size, new })
    }

    /// Removes the file with this hash; nothing to do where it is gone.
    pub fn remove(&self, hash: &BlobHash) -> Result<()> {
        match fs_err::remove_file(self.path(hash)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Stores the picture of a page and answers its URI. An earlier picture of the same page is replaced in one step.
    pub fn store_page(&self, document: DocumentId, number: u32, png: &[u8]) -> Result<String> {
        self.store_turned(document, number, 0, png)
    }

    /// [`Blobs::store_page`], of the page as a person turned it.
    pub fn store_turned(&self, document: DocumentId, number: u32, turn: u16, png: &[u8]) -> Result<String> {
        let uri = turned_uri(document, number, turn);
        let path = self.root.join(&uri);
        create_private_dir(path.parent().unwrap_or(&self.root))?;
        let temporary = Temporary::create(&self.incoming())?;
        private_file(&temporary.path)?.write_all(png)?;
        fs_err::rename(&temporary.path, path)?;
        Ok(uri)
    }

    /// The picture at a URI that [`Blobs::store_page`] answered.
    pub fn fetch_page(&self, uri: &str) -> Result<Vec<u8>> {
        Ok(fs_err::read(self.page_path(uri)?)?)
    }

    /// Where a page's picture lies; only URIs of the one form are taken, so none can name a file elsewhere.
    pub fn page_path(&self, uri: &str) -> Result<PathBuf> {
        match picture_place(uri) {
            Some(_) => Ok(self.root.join(uri)),
            None => Err(StoreError::NotFound("page picture")),
        }
    }

    /// Removes every page picture of a document.
    pub fn remove_pages(&self, document: DocumentId) -> Result<()> {
        match fs_err::remove_dir_all(self.root.join(format!("storage/jobs/{document}"))) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Whether the stored file still has the bytes its name says.
    pub fn verify(&self, hash: &BlobHash) -> Result<bool> {
        let mut hasher = blake3::Hasher::new();
        let mut file = fs_err::File::open(self.path(hash))?;
        io::copy(&mut file, &mut hasher)?;
        Ok(hasher.finalize().to_hex().as_str() == hash.as_str())
    }

    /// The hashes of all stored files.
    pub fn all(&self) -> Result<Vec<BlobHash>> {
        let mut found = vec![];
        for folder in fs_err::read_dir(self.root.join("blobs"))? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs_err::read_dir(folder.path())? {
                found.extend(file?.file_name().to_str().and_then(BlobHash::parse));
            }
        }
        found.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        Ok(found)
    }
}

/// A file name that is removed again unless it was renamed away.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn create(folder: &Path) -> Result<Self> {
        create_private_dir(folder)?;
        Ok(Self { path: folder.join(uuid::Uuid::now_v7().simple().to_string()) })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// [`create_private_dir`], with the names of all that it made on the disk.
pub(crate) fn create_lasting_dir(path: &Path) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    create_private_dir(&path)?;
    missing.into_iter().filter_map(Path::parent).try_for_each(flush_folder)
}

/// A folder that only its owner may enter.
pub(crate) fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|e| io::Error::new(e.kind(), format!("cannot make the folder `{}`: {e}", path.display())))
}

/// What these options make, only its owner may read.
pub(crate) fn private(options: &mut fs_err::OpenOptions) -> &mut fs_err::OpenOptions {
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A new file that only its owner may read.
fn private_file(path: &Path) -> io::Result<fs_err::File> {
    private(&mut fs_err::OpenOptions::new()).write(true).create_new(true).open(path)
}

/// Takes from others what an earlier owner, an unpacker or a copy gave them. A file system without rights keeps none.
#[cfg(unix)]
pub(crate) fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = fs_err::metadata(path) else { return };
    let mode = found.permissions().mode();
    if mode & 0o077 != 0
        && let Err(e) = fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o700))
    {
        tracing::debug!("others may see `{}`: {e}", path.display());
    }
}

#[cfg(not(unix))]
pub(crate) fn make_private(_path: &Path) {
    // A person's folders are their own there, by what they inherit.
}

/// Flushes the names in a folder to the disk.
///
/// # Errors
///
/// What the system says.
#[cfg(unix)]
pub fn flush_folder(path: &Path) -> io::Result<()> {
    fs_err::File::open(path)?.sync_all()
}

/// Folders cannot be flushed here; a new name is journalled by the file system.
#[cfg(not(unix))]
pub fn flush_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        (dir, blobs)
    }

    #[test]
    fn equal_bytes_are_stored_once_and_verify() {
        let (dir, blobs) = blobs();
        let source = dir.path().join("a.pdf");
        fs_err::write(&source, b"some bytes").unwrap();
        let first = blobs.store_file(&source, |_| Ok(())).unwrap();
        let second = blobs.store_file(&source, |_| Ok(())).unwrap();
        assert!(first.new && !second.new);
        assert_eq!(first.hash, second.hash);
        assert_eq!(blobs.all().unwrap(), vec![first.hash.clone()]);
        assert!(blobs.verify(&first.hash).unwrap());
        fs_err::write(blobs.path(&first.hash), b"other").unwrap();
        assert!(!blobs.verify(&first.hash).unwrap());
        assert!(std::fs::read_dir(blobs.incoming()).unwrap().next().is_none());
    }

    #[test]
    fn a_stopped_copy_leaves_nothing() {
        let (dir, blobs) = blobs();
        let source = dir.path().join("a.pdf");
        fs_err::write(&source, b"some bytes").unwrap();
        assert!(blobs.store_file(&source, |_| Err(io::Error::other("stop"))).is_err());
        assert!(blobs.all().unwrap().is_empty());
        assert!(std::fs::read_dir(blobs.incoming()).unwrap().next().is_none());
    }

    #[test]
    fn a_copy_of_a_file_that_changed_leaves_nothing() {
        let (dir, blobs) = blobs();
        let source = dir.path().join("a.pdf");
        fs_err::write(&source, b"some bytes").unwrap();
        let changed = |size| Err(io::Error::other(format!("changed after {size}")));
        assert!(blobs.store_file_if(&source, |_| Ok(()), changed).is_err());
        assert!(blobs.all().unwrap().is_empty());
    }

    #[test]
    fn a_page_is_where_its_number_says_and_nowhere_else() {
        let (_dir, blobs) = blobs();
        let document = DocumentId::new();
        let uri = blobs.store_page(document, 3, b"png").unwrap();
        assert_eq!(uri, format!("storage/jobs/{document}/page-3.png"));
        assert_eq!(blobs.store_page(document, 3, b"again").unwrap(), uri);
        assert_eq!(blobs.fetch_page(&uri).unwrap(), b"again");
        for bad in
            ["storage/jobs/../../etc/passwd", "/etc/passwd", "storage/jobs/x/page-1.png", "storage/jobs"]
        {
            assert!(blobs.fetch_page(bad).is_err(), "{bad}");
        }
        let turned = blobs.store_turned(document, 3, 90, b"turned").unwrap();
        assert_eq!(picture_place(&turned), Some((document, 3, 90)));
        assert_eq!(blobs.fetch_page(&turned).unwrap(), b"turned");
        assert_eq!(picture_place(&turned.replace("90", "090")), None, "one place, one name");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let (dir, blobs) = blobs();
        let source = dir.path().join("a");
        fs_err::write(&source, b"x").unwrap();
        let stored = blobs.store_file(&source, |_| Ok(())).unwrap();
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&blobs.path(&stored.hash)), 0o600);
        assert_eq!(mode(&dir.path().join("blobs")), 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn a_library_is_its_owners_alone_also_one_that_was_open_to_others() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("library");
        fs_err::create_dir(&root).unwrap();
        fs_err::set_permissions(&root, std::fs::Permissions::from_mode(0o755)).unwrap();
        let store = crate::Store::open(&root).unwrap();
        store.write_blocking(|w| w.set_setting("a", &1)).unwrap();
        let mut open = vec![root];
        let mut seen = 0;
        while let Some(path) = open.pop() {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
            seen += 1;
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        assert!(seen > 6, "database, its log, lock, folders: {seen}");
    }
}
