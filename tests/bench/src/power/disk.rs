//! A disk that keeps what was flushed to it, and of the rest what chance leaves.
//!
//! Stricter than most file systems are: a flushed file keeps its content but not its name until its folder is flushed,
//! what was written since may be there in part, down to single sectors, in any order. Changes of a folder's names reach
//! the disk in their order, as journals have it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use papertray_fixtures::Random;

use super::{
    Error,
    trace::{Call, Place},
};

/// A disk writes so many bytes whole or not at all.
const SECTOR: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

/// A change of content that was not flushed.
#[derive(Debug, Clone)]
enum Change {
    /// Bytes at an offset.
    Write(u64, Vec<u8>),
    Resize(u64),
}

#[derive(Debug, Default, Clone)]
struct Content {
    flushed: Vec<u8>,
    pending: Vec<(usize, Change)>,
    size: u64,
}

/// A change of names that was not flushed.
#[derive(Debug, Clone)]
enum Name {
    Add(PathBuf, Node),
    Remove(PathBuf),
    Move(PathBuf, PathBuf, Node),
}

impl Name {
    fn is_in(&self, folder: &Path) -> bool {
        match self {
            Self::Add(path, _) | Self::Remove(path) => path.parent() == Some(folder),
            Self::Move(from, to, _) => from.parent() == Some(folder) || to.parent() == Some(folder),
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        match self {
            Self::Add(path, node) => drop(names.insert(path.clone(), *node)),
            Self::Remove(path) => drop(names.remove(path)),
            Self::Move(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Opened {
    path: PathBuf,
    node: Node,
    at: u64,
    append: bool,
}

/// The disk below one folder. Everything else is not looked at.
pub(super) struct Disk {
    root: PathBuf,
    contents: Vec<Content>,
    /// As programs see them.
    names: BTreeMap<PathBuf, Node>,
    flushed_names: BTreeMap<PathBuf, Node>,
    pending_names: Vec<(usize, Name)>,
    open: BTreeMap<i32, Opened>,
    /// Whether a flush flushes. Not, to see that the harness notices.
    flushes: bool,
    /// How many calls were played.
    played: usize,
}

impl Disk {
    /// An empty disk below `root`, which is there for good.
    pub(super) fn new(root: &Path, flushes: bool) -> Self {
        Self {
            root: root.to_owned(),
            contents: vec![],
            names: BTreeMap::new(),
            flushed_names: BTreeMap::new(),
            pending_names: vec![],
            open: BTreeMap::new(),
            flushes,
            played: 0,
        }
    }

    /// Plays one call; answers what was written to standard output.
    pub(super) fn play(&mut self, call: &Call) -> Result<Option<String>, Error> {
        let now = self.played;
        self.played += 1;
        match call {
            Call::Open { folder, path, create, truncate, append, fd } => {
                let path = self.path(&Place { folder: *folder, path: path.clone() });
                if !path.starts_with(&self.root) {
                    return Ok(None);
                }
                let node = match self.names.get(&path) {
                    Some(node) => *node,
                    None if *create => {
                        let node = Node::File(self.contents.len());
                        self.contents.push(Content::default());
                        self.name(Name::Add(path.clone(), node));
                        node
                    }
                    None if path == self.root => Node::Folder,
                    None => return Err(format!("`{}` was opened and never made", path.display()).into()),
                };
                if let (true, Node::File(file)) = (truncate, node) {
                    self.resize(file, 0, now);
                }
                self.open.insert(*fd, Opened { path, node, at: 0, append: *append });
            }
            Call::Close { fd } => drop(self.open.remove(fd)),
            Call::Same { fd, other } => {
                if let Some(opened) = self.open.get(fd).cloned() {
                    self.open.insert(*other, opened);
                }
            }
            Call::Seek { fd, to } => {
                if let Some(opened) = self.open.get_mut(fd) {
                    opened.at = *to;
                }
            }
            Call::Write { fd: 1, bytes, .. } if !self.open.contains_key(&1) => {
                return Ok(Some(String::from_utf8(bytes.clone())?));
            }
            Call::Write { fd, at, bytes } => {
                let Some(opened) = self.open.get_mut(fd) else { return Ok(None) };
                let Node::File(file) = opened.node else { return Err("a folder was written".into()) };
                let content = &mut self.contents[file];
                let place = at.unwrap_or(if opened.append { content.size } else { opened.at });
                let end = place + bytes.len() as u64;
                if at.is_none() {
                    opened.at = end;
                }
                content.size = content.size.max(end);
                content.pending.push((now, Change::Write(place, bytes.clone())));
            }
            Call::Resize { fd, size } => {
                if let Some(Opened { node: Node::File(file), .. }) = self.open.get(fd) {
                    self.resize(*file, *size, now);
                }
            }
            Call::Sync { fd, began } if self.flushes => {
                let Some(opened) = self.open.get(fd).cloned() else { return Ok(None) };
                match opened.node {
                    Node::File(file) => self.flush(file, *began),
                    Node::Folder => self.flush_names(&opened.path, *began),
                }
            }
            Call::Sync { .. } => {}
            Call::Rename { from, to } => {
                let (from, to) = (self.path(from), self.path(to));
                if let Some(node) = self.names.get(&from).copied() {
                    self.name(Name::Move(from, to, node));
                }
            }
            Call::Remove { place } => {
                let path = self.path(place);
                if self.names.contains_key(&path) {
                    self.name(Name::Remove(path));
                }
            }
            Call::Folder { place } => {
                let path = self.path(place);
                if path.starts_with(&self.root) {
                    self.name(Name::Add(path, Node::Folder));
                }
            }
        }
        Ok(None)
    }

    fn path(&self, place: &Place) -> PathBuf {
        match place.folder.and_then(|fd| self.open.get(&fd)) {
            Some(opened) => opened.path.join(&place.path),
            None => place.path.clone(),
        }
    }

    fn name(&mut self, change: Name) {
        change.apply(&mut self.names);
        self.pending_names.push((self.played - 1, change));
    }

    fn resize(&mut self, file: usize, size: u64, now: usize) {
        self.contents[file].size = size;
        self.contents[file].pending.push((now, Change::Resize(size)));
    }

    fn flush(&mut self, file: usize, began: usize) {
        let content = &mut self.contents[file];
        for (_, change) in content.pending.extract_if(.., |(when, _)| *when < began) {
            apply(&mut content.flushed, &change, &mut |_| true);
        }
    }

    fn flush_names(&mut self, folder: &Path, began: usize) {
        let mut flushed = vec![];
        self.pending_names.retain(|(when, change)| {
            let flush = *when < began && change.is_in(folder);
            if flush {
                flushed.push(change.clone());
            }
            !flush
        });
        for change in flushed {
            change.apply(&mut self.flushed_names);
        }
    }

    /// Writes into `to` what is left when the power goes now. `luck`: of a hundred pending changes so many were made.
    pub(super) fn power_cut(&self, to: &Path, luck: u64, random: &mut Random) -> Result<(), Error> {
        let mut names = self.flushed_names.clone();
        let kept = self.pending_names.len() * luck as usize / 100;
        for (_, change) in &self.pending_names[..kept] {
            change.apply(&mut names);
        }
        fs_err::create_dir_all(to)?;
        for (path, node) in &names {
            let Ok(relative) = path.strip_prefix(&self.root) else { continue };
            let place = to.join(relative);
            // A folder that is not there takes all below with it. SQLite makes its shared memory anew.
            if !place.parent().is_some_and(Path::is_dir) || relative.to_string_lossy().ends_with("-shm") {
                continue;
            }
            match node {
                Node::Folder => fs_err::create_dir_all(place)?,
                Node::File(file) => {
                    let content = &self.contents[*file];
                    let mut bytes = content.flushed.clone();
                    for (_, change) in &content.pending {
                        apply(&mut bytes, change, &mut |_| random.between(0, 99) < luck);
                    }
                    fs_err::write(place, bytes)?;
                }
            }
        }
        Ok(())
    }
}

/// Makes a change, of a write those sectors that `made` says.
fn apply(bytes: &mut Vec<u8>, change: &Change, made: &mut impl FnMut(usize) -> bool) {
    match change {
        Change::Resize(size) => {
            if made(0) {
                bytes.resize(*size as usize, 0);
            }
        }
        Change::Write(at, written) => {
            let mut at = *at as usize;
            let mut rest = written.as_slice();
            while !rest.is_empty() {
                let (sector, more) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
                if made(at / SECTOR) {
                    bytes.resize(bytes.len().max(at + sector.len()), 0);
                    bytes[at..at + sector.len()].copy_from_slice(sector);
                }
                at += sector.len();
                rest = more;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &str, fd: i32, create: bool) -> Call {
        Call::Open { folder: None, path: path.into(), create, truncate: false, append: false, fd }
    }

    fn left(calls: &[Call], flushes: bool, luck: u64) -> BTreeMap<String, Vec<u8>> {
        let mut disk = Disk::new(Path::new("/d"), flushes);
        for call in calls {
            disk.play(call).unwrap();
        }
        let to = tempfile::tempdir().unwrap();
        disk.power_cut(to.path(), luck, &mut Random::new(1)).unwrap();
        let files = fs_err::read_dir(to.path()).unwrap().map(Result::unwrap);
        files.map(|f| (f.file_name().into_string().unwrap(), fs_err::read(f.path()).unwrap())).collect()
    }

    #[test]
    fn content_and_name_are_flushed_each_for_itself() {
        let write = |bytes: &[u8]| Call::Write { fd: 5, at: None, bytes: bytes.to_vec() };
        let mut calls = vec![open("/d/a", 5, true), write(b"one"), Call::Sync { fd: 5, began: 2 }];
        assert!(left(&calls, true, 0).is_empty(), "the name was not flushed");
        calls.extend([open("/d", 6, false), Call::Sync { fd: 6, began: 4 }, write(b"two")]);
        assert_eq!(left(&calls, true, 0)["a"], b"one");
        assert_eq!(left(&calls, true, 100)["a"], b"onetwo");
        assert!(left(&calls, false, 0).is_empty(), "a disk that does not flush keeps nothing");
        let place = |path: &str| Place { folder: None, path: path.into() };
        calls.push(Call::Rename { from: place("/d/a"), to: place("/d/b") });
        assert_eq!(left(&calls, true, 0)["a"], b"one");
        assert_eq!(left(&calls, true, 100)["b"], b"onetwo");
    }
}
