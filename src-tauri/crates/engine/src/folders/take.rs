//! Taking whole files in: copied and hashed side by side, checked again, then committed together: for each file its
//! document, the job that reads it and its line in the ledger in one transaction.

use std::{
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use papertray_model::{
    AfterImport, BlobHash, Changed, DocumentId, Duplicates, EngineEvent, Fate, FolderId, JobKind,
    LedgerEntry, SubFolders, Timestamp, UserError,
};
use papertray_reader::sniff;
use papertray_store::{Identity, LedgerLine, LogLine, NewDocument, NewJob, StoreError, Stored, Write};

use super::scan::identity;
use crate::{Shared, errors};

/// A file that is whole.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) below: String,
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
    /// Its line in the ledger, where it has one that is not final.
    pub(crate) row: Option<u32>,
}

/// What the files of one call have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) folder: FolderId,
    pub(crate) subfolders: SubFolders,
    pub(crate) after: AfterImport,
    pub(crate) changed: Changed,
    pub(crate) copiers: usize,
}

/// What became of one.
#[derive(Debug, Clone)]
pub(crate) enum Taken {
    /// It has its fate.
    Done { row: u32, fate: Fate, after_due: bool },
    /// It changed meanwhile, or is gone.
    Changed,
    /// The library cannot take it just now.
    Later(UserError),
    /// The engine stops.
    Stopped,
}

/// What copying gave.
#[derive(Clone)]
enum Copied {
    Stored(Content),
    Ignored(String),
    Failed(String),
    Not(Taken),
}

/// Content that is stored, and named by no document yet.
#[derive(Clone)]
struct Content {
    hash: BlobHash,
    size: u64,
    new: bool,
    mime_type: String,
}

const CHANGED: &str = "it changed while it was copied";

/// So many files share a commit.
const GROUP: usize = 128;

/// Takes files in. A group is committed while the next one is copied; `each` is told what became of a group, with the
/// ledger's new lines, and says whether to go on.
pub(crate) fn take(
    shared: &Shared,
    terms: Terms,
    files: Vec<Ready>,
    each: &mut dyn FnMut(Vec<(Ready, Taken)>, Vec<LedgerEntry>) -> bool,
) {
    let mut files = files.into_iter().peekable();
    std::thread::scope(|scope| {
        let mut next_group = || {
            files.peek()?;
            let group: Vec<Ready> = files.by_ref().take(GROUP).collect();
            Some(scope.spawn(move || copy_all(shared, terms.copiers, group)))
        };
        let mut ahead = next_group();
        // A copier that panicked leaves its group as it was: due still.
        while let Some(copies) = ahead.take().and_then(|copying| copying.join().ok()) {
            ahead = next_group();
            let (results, entries) = commit_group(shared, terms, copies);
            if !each(results, entries) {
                break;
            }
        }
        for (_, copied) in ahead.and_then(|copying| copying.join().ok()).unwrap_or_default() {
            if let Copied::Stored(Content { hash, new: true, .. }) = copied {
                forget(shared, &hash);
            }
        }
    });
}

fn commit_group(
    shared: &Shared,
    terms: Terms,
    copies: Vec<(Ready, Copied)>,
) -> (Vec<(Ready, Taken)>, Vec<LedgerEntry>) {
    let (mut results, mut to_commit) = (vec![], vec![]);
    for (file, copied) in copies {
        match copied {
            Copied::Not(taken) => results.push((file, taken)),
            copied => to_commit.push((file, copied)),
        }
    }
    let mut entries = vec![];
    commit(shared, terms, to_commit, &mut results, &mut entries);
    (results, entries)
}

fn copy_all(shared: &Shared, copiers: usize, files: Vec<Ready>) -> Vec<(Ready, Copied)> {
    let next = AtomicUsize::new(0);
    let copies: Mutex<Vec<(usize, Copied)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..copiers.clamp(1, files.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(n) else { return };
                    let copied = copy(shared, file);
                    copies.lock().unwrap_or_else(PoisonError::into_inner).push((n, copied));
                }
            });
        }
    });
    let mut copies = copies.into_inner().unwrap_or_else(PoisonError::into_inner);
    copies.sort_by_key(|(n, _)| *n);
    files.into_iter().zip(copies.into_iter().map(|(_, copied)| copied)).collect()
}

fn copy(shared: &Shared, file: &Ready) -> Copied {
    if shared.stop.is_cancelled() {
        return Copied::Not(Taken::Stopped);
    }
    let sniffed = match sniff(&file.path) {
        Ok(sniffed) => sniffed,
        Err(e) => return not_copied(&e),
    };
    if sniffed.kind.is_none() {
        return Copied::Ignored(format!("It is {}, which Papertray does not read.", sniffed.what));
    }
    let going_on = |_| if shared.stop.is_cancelled() { Err(io::Error::other("stopping")) } else { Ok(()) };
    let whole = |size| {
        let now = identity(&fs_err::symlink_metadata(&file.path)?);
        if now == file.identity && size == now.size { Ok(()) } else { Err(io::Error::other(CHANGED)) }
    };
    match shared.store.blobs().store_file_if(&file.path, going_on, whole) {
        Ok(Stored { hash, size, new }) => {
            Copied::Stored(Content { hash, size, new, mime_type: sniffed.mime_type })
        }
        Err(_) if shared.stop.is_cancelled() => Copied::Not(Taken::Stopped),
        Err(e) if e.is_disk_full() => Copied::Not(Taken::Later(errors::store(e))),
        Err(StoreError::Io(e)) => not_copied(&e),
        Err(e) => Copied::Not(Taken::Later(errors::store(e))),
    }
}

fn not_copied(error: &io::Error) -> Copied {
    match error.kind() {
        io::ErrorKind::NotFound => Copied::Not(Taken::Changed),
        io::ErrorKind::Other if error.to_string() == CHANGED => Copied::Not(Taken::Changed),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Copied::Not(Taken::Later(errors::io_error(error)))
        }
        _ => Copied::Failed(errors::io_error(error).message),
    }
}

/// Commits what was copied, all at once; where that fails for another reason than a full disk, one by one, so that one
/// file's trouble is its own.
fn commit(
    shared: &Shared,
    terms: Terms,
    files: Vec<(Ready, Copied)>,
    results: &mut Vec<(Ready, Taken)>,
    entries: &mut Vec<LedgerEntry>,
) {
    if files.is_empty() {
        return;
    }
    let now = shared.clock.now();
    let files = Arc::new(files);
    let writing = Arc::clone(&files);
    let written = shared.store.write_blocking(move |w| {
        let batch = w.current_batch()?;
        let lines: papertray_store::Result<Vec<_>> =
            writing.iter().map(|(file, copied)| write_one(w, terms, file, copied, batch, now)).collect();
        Ok((batch, lines?))
    });
    let files = Arc::unwrap_or_clone(files);
    match written {
        Ok((batch, lines)) => {
            let new: Vec<DocumentId> =
                lines.iter().filter(|l| l.is_new).filter_map(|l| l.entry.document_id).collect();
            if !new.is_empty() {
                shared.queue.reopen_batch(batch);
                shared.events.send(EngineEvent::DocumentsChanged { ids: new });
                shared.queue.wake_all();
            }
            for ((file, _), line) in files.into_iter().zip(lines) {
                let done =
                    Taken::Done { row: line.entry.id, fate: line.entry.fate, after_due: line.after_due };
                results.push((file, done));
                entries.push(line.entry);
            }
        }
        Err(e) if files.len() > 1 && !e.is_disk_full() && !matches!(e, StoreError::Closed) => {
            tracing::warn!("{} files could not be committed together: {e}", files.len());
            for file in files {
                commit(shared, terms, vec![file], results, entries);
            }
        }
        Err(e) => {
            let error = errors::store(e);
            for (file, copied) in files {
                if let Copied::Stored(Content { hash, new: true, .. }) = &copied {
                    forget(shared, hash);
                }
                results.push((file, Taken::Later(error.clone())));
            }
        }
    }
}

/// A copy without a document goes again.
fn forget(shared: &Shared, hash: &BlobHash) {
    let named = shared.store.read(|r| r.document_with_blob(hash));
    if matches!(named, Ok(None))
        && let Err(e) = shared.store.blobs().remove(hash)
    {
        tracing::warn!("a stored copy without a document stays behind: {e}");
    }
}

struct Written {
    entry: LedgerEntry,
    is_new: bool,
    after_due: bool,
}

fn write_one(
    w: &Write<'_>,
    terms: Terms,
    file: &Ready,
    copied: &Copied,
    batch: i64,
    now: Timestamp,
) -> papertray_store::Result<Written> {
    let mut line = LedgerLine {
        folder: terms.folder,
        path: file.below.clone(),
        identity: file.identity,
        fate: Fate::Failed,
        reason: None,
        document: None,
        after_due: None,
    };
    let (mut row, mut is_new) = (file.row, true);
    match copied {
        Copied::Ignored(reason) => (line.fate, line.reason) = (Fate::Ignored, Some(reason.clone())),
        Copied::Failed(reason) => line.reason = Some(reason.clone()),
        Copied::Not(_) => {}
        Copied::Stored(content) => {
            line.after_due = (terms.after != AfterImport::Leave).then(|| terms.after.as_str().to_owned());
            let first = w.document_with_blob(&content.hash)?;
            line.document = Some(match first {
                Some(first) => first,
                None => import(w, terms, file, content, batch, now)?,
            });
            line.fate = if first.is_some() { Fate::Duplicate } else { Fate::Imported };
            if let Some(first) = first {
                is_new = false;
                let inode = file.identity.inode;
                if let Some(same) = w.ledger_of_document(terms.folder, &file.below, inode, first)? {
                    // The very file that was imported, touched since: still that one line.
                    if let Some(waits) = row.filter(|row| *row != same) {
                        w.drop_ledger(waits)?;
                    }
                    (row, line.fate) = (Some(same), Fate::Imported);
                } else {
                    line.reason = w.how_first(first)?.map(|(name, removed)| {
                        let place = if removed { "the trash" } else { "the library" };
                        format!("The same bytes are in {place} as `{name}`.")
                    });
                }
            }
        }
    }
    is_new &= line.fate == Fate::Imported;
    let row = w.put_ledger(row, &line, now)?;
    let entry = w.ledger_entry(row)?.ok_or(StoreError::NotFound("ledger line"))?;
    Ok(Written { entry, is_new, after_due: line.after_due.is_some() })
}

fn import(
    w: &Write<'_>,
    terms: Terms,
    file: &Ready,
    content: &Content,
    batch: i64,
    now: Timestamp,
) -> papertray_store::Result<DocumentId> {
    let id = DocumentId::new();
    let filename = file.path.file_name().map_or_else(|| "file".into(), |n| n.to_string_lossy().into_owned());
    w.log(&LogLine {
        at: now,
        document_id: Some(id),
        job_id: None,
        level: "info".to_owned(),
        message: format!("added {filename} from a drop folder"),
    })?;
    w.insert_document(
        &NewDocument {
            id,
            source: file.path.clone(),
            filename,
            mime_type: content.mime_type.clone(),
            size: content.size,
            batch,
            duplicates: Duplicates::Skip,
        },
        now,
    )?;
    w.copy_complete(id, &content.hash, content.size, now)?;
    if terms.changed == Changed::Version
        && let Some(earlier) = w.imported_from(terms.folder, &file.below)?
    {
        w.join_versions(earlier, id)?;
    }
    if terms.subfolders == SubFolders::Tags {
        let folders = file.below.rsplit_once('/').map_or("", |(folders, _)| folders);
        for folder in folders.split('/').map(|f| f.trim().to_lowercase()).filter(|f| !f.is_empty()) {
            w.tag_by_folder(id, &folder)?;
        }
    }
    w.enqueue(&NewJob::new(JobKind::ReadDocument, id), now)?;
    Ok(id)
}

/// This close to a file's end stands what says that it ends.
const TAIL: u64 = 2048;

/// Whether a file's content has its end, where its kind has one that can be told without decoding. A file that cannot
/// be read says so when it is copied.
pub(crate) fn has_its_end(path: &Path) -> bool {
    ends(path).unwrap_or(true)
}

fn ends(path: &Path) -> io::Result<bool> {
    let mut file = fs_err::File::open(path)?;
    let mut head = vec![];
    (&mut file).take(1024 + 5).read_to_end(&mut head)?;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = vec![];
    file.take(TAIL).read_to_end(&mut tail)?;
    let has = |end: &[u8]| tail.windows(end.len()).any(|bytes| bytes == end);
    Ok(match head.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => has(b"IEND"),
        [0xFF, 0xD8, 0xFF, ..] => has(&[0xFF, 0xD9]),
        head if head.windows(5).any(|bytes| bytes == b"%PDF-") => has(b"%%EOF"),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_without_its_end_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let check = |bytes: &[u8]| {
            fs_err::write(&path, bytes).unwrap();
            has_its_end(&path)
        };
        let pdf = papertray_fixtures::small_pdf(7, 1);
        assert!(check(&pdf));
        assert!(!check(&pdf[..pdf.len() - 20]));
        assert!(!check(b"\x89PNG\r\n\x1a\nhalf"));
        assert!(!check(b"\xff\xd8\xff\xe0half"));
        assert!(check(b"some text"));
        assert!(has_its_end(&dir.path().join("gone")));
    }
}
