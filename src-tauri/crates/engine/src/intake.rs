//! The one door for files: dropped, picked, or named on the command line.
//!
//! The document's row is committed first, so that the call can answer within 200 ms whatever the file's size; the
//! copy goes on in the background and ends in one transaction that names the stored bytes *and* queues the reading.
//! A crash in between leaves a row without bytes, and the next start copies again. The original is only ever read.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use papertray_model::{
    AddOptions, AddOutcome, DocumentId, DocumentStatus, Duplicates, EngineEvent, ErrorCode, JobKind,
    UserError, document::AlreadyImported,
};
use papertray_reader::sniff;
use papertray_store::{LogLine, NewDocument, NewJob, PendingCopy, StoreError};
use tokio::sync::mpsc;

use crate::{Engine, Result, Shared, blocking, errors};

/// Within this time most files are copied and hashed, so that the answer can already name duplicates.
const ANSWER_WITHIN: Duration = Duration::from_millis(120);
/// Folders are walked no deeper than this, and no further than so many files.
const DEEPEST: usize = 16;
const MOST_FILES: usize = 100_000;

/// A path that was looked at.
enum Candidate {
    File(NewDocument),
    Refused(PathBuf, UserError),
}

/// What became of a copy.
enum Copied {
    Stored,
    DuplicateOf(DocumentId),
    Failed(UserError),
    /// The stored bytes went meanwhile, with the last document that had them.
    Gone,
}

impl Engine {
    /// Takes files in as most people want it: read at once, and what is in the library already is not taken twice.
    pub async fn add(&self, paths: Vec<PathBuf>) -> Result<Vec<AddOutcome>> {
        self.add_with(paths, AddOptions::default()).await
    }

    /// Takes files in; folders are walked. Answers at once, one outcome a file, while copying and reading go on.
    pub async fn add_with(&self, paths: Vec<PathBuf>, options: AddOptions) -> Result<Vec<AddOutcome>> {
        let shared = &self.shared;
        let candidates = blocking(move || look_at(&paths, options.duplicates)).await?;
        let (mut outcomes, mut new) = (vec![], vec![]);
        for candidate in candidates {
            match candidate {
                Candidate::File(document) => new.push(document),
                Candidate::Refused(path, error) => {
                    outcomes.push(AddOutcome::Refused { file: path.to_string_lossy().into_owned(), error });
                }
            }
        }
        if new.is_empty() {
            return Ok(outcomes);
        }
        let new = shared.note_down(new, options.stage).await?;
        let copies = new.iter().map(|d| PendingCopy {
            id: d.id,
            source: d.source.clone(),
            mime_type: d.mime_type.clone(),
        });
        let mut results = start_copies(shared, copies.collect());
        shared.events.send(EngineEvent::DocumentsChanged { ids: new.iter().map(|d| d.id).collect() });

        let mut copied: Vec<Option<Copied>> = new.iter().map(|_| None).collect();
        let deadline = tokio::time::Instant::now() + ANSWER_WITHIN;
        while let Ok(Some((i, result))) = tokio::time::timeout_at(deadline, results.recv()).await {
            copied[i] = Some(result);
        }
        drop(results);
        for (document, copied) in new.into_iter().zip(copied) {
            outcomes.push(self.outcome(document, copied)?);
        }
        Ok(outcomes)
    }

    fn outcome(&self, document: NewDocument, copied: Option<Copied>) -> Result<AddOutcome> {
        let file = document.source.to_string_lossy().into_owned();
        Ok(match copied {
            Some(Copied::DuplicateOf(first)) => {
                let how = self.shared.store.read(|r| r.how_first(first)).map_err(errors::store)?;
                let (name, in_trash) = how.unwrap_or_default();
                AddOutcome::AlreadyImported {
                    document_id: first,
                    file,
                    outcome: AlreadyImported::AlreadyImported,
                    name,
                    in_trash,
                }
            }
            Some(Copied::Failed(error)) => AddOutcome::Refused { file, error },
            Some(Copied::Stored | Copied::Gone) | None => AddOutcome::Added {
                document_id: document.id,
                file,
                filename: document.filename,
                status: DocumentStatus::Uploading,
            },
        })
    }
}

/// Goes on with copies that an earlier process did not finish.
pub(crate) fn resume_copies(shared: &Arc<Shared>) -> Result<()> {
    let pending = shared.store.read(|r| r.pending_copies()).map_err(errors::store)?;
    if !pending.is_empty() {
        drop(start_copies(shared, pending));
    }
    Ok(())
}

/// Copies one document's file again.
pub(crate) fn copy_again(shared: &Arc<Shared>, copy: PendingCopy) {
    drop(start_copies(shared, vec![copy]));
}

impl Shared {
    /// Commits the rows of new documents, all in one batch.
    async fn note_down(&self, new: Vec<NewDocument>, staged: bool) -> Result<Vec<NewDocument>> {
        let now = self.clock.now();
        let (new, batch) = self
            .store
            .write(move |w| {
                let batch = w.current_batch()?;
                for document in &new {
                    w.insert_document(&NewDocument { batch, ..document.clone() }, now)?;
                    if staged {
                        w.stage(document.id, now)?;
                    }
                    w.log(&LogLine {
                        at: now,
                        document_id: Some(document.id),
                        job_id: None,
                        level: "info".to_owned(),
                        message: format!("added {}", document.filename),
                    })?;
                }
                Ok((new, batch))
            })
            .await
            .map_err(errors::store)?;
        self.queue.reopen_batch(batch);
        self.queue.counts_changed.notify_one();
        for document in &new {
            tracing::info!("[{}] added {}", document.id, document.filename);
        }
        Ok(new)
    }
}

/// Copies files one after the other on a thread of its own. The receiver hears what became of each, by position;
/// where nobody listens any more, a failure is noted on the document instead.
fn start_copies(shared: &Arc<Shared>, copies: Vec<PendingCopy>) -> mpsc::Receiver<(usize, Copied)> {
    let (sender, receiver) = mpsc::channel(copies.len().max(1));
    let shared = Arc::clone(shared);
    let tracker = shared.tasks.clone();
    tracker.spawn_blocking(move || {
        for (i, copy) in copies.into_iter().enumerate() {
            if shared.stop.is_cancelled() {
                return; // the rows stay; the next start copies
            }
            let Some(result) = copy_one(&shared, &copy) else { return };
            let failed = match &result {
                Copied::Failed(error) => Some(error.clone()),
                _ => None,
            };
            let heard = sender.blocking_send((i, result)).is_ok();
            if let Some(error) = failed {
                note_failure(&shared, copy.id, error, heard);
            }
            shared.events.send(EngineEvent::DocumentsChanged { ids: vec![copy.id] });
        }
    });
    receiver
}

/// `None` where the engine stops.
fn copy_one(shared: &Shared, copy: &PendingCopy) -> Option<Copied> {
    loop {
        // An equal file may go for good just now, and take the stored bytes along: then they are copied again.
        match copy_once(shared, copy)? {
            Copied::Gone => tracing::info!("[{}] copied once more", copy.id),
            copied => return Some(copied),
        }
    }
}

/// `None` where the engine stops.
fn copy_once(shared: &Shared, copy: &PendingCopy) -> Option<Copied> {
    let stopping = |_| if shared.stop.is_cancelled() { Err(io::Error::other("stopping")) } else { Ok(()) };
    let stored = match shared.store.blobs().store_file(&copy.source, stopping) {
        Ok(stored) => stored,
        Err(_) if shared.stop.is_cancelled() => return None,
        Err(e) => return Some(Copied::Failed(errors::store(e))),
    };
    let path = shared.store.blobs().path(&stored.hash);
    let (id, now, hash, size) = (copy.id, shared.clock.now(), stored.hash.clone(), stored.size);
    let committed = shared.store.write_blocking(move |w| {
        if !path.is_file() {
            return Ok(Copied::Gone);
        }
        if let Some(first) = w.copy_complete(id, &hash, size, now)? {
            return Ok(Copied::DuplicateOf(first));
        }
        if !w.is_staged(id)? {
            w.enqueue(&NewJob::new(JobKind::ReadDocument, id), now)?;
        }
        Ok(Copied::Stored)
    });
    match committed {
        Ok(Copied::DuplicateOf(first)) => {
            tracing::info!("[{first}] the same file came again from {}", copy.source.display());
            Some(Copied::DuplicateOf(first))
        }
        Ok(copied) => {
            shared.queue.wake_all();
            Some(copied)
        }
        Err(StoreError::Closed) => None,
        Err(e) => {
            if stored.new
                && let Err(e) = shared.store.blobs().remove(&stored.hash)
            {
                tracing::warn!("a stored copy without a document stays behind: {e}");
            }
            Some(Copied::Failed(errors::store(e)))
        }
    }
}

/// A file that could not be stored: where the caller was told, its row goes; else the row says why, with Retry.
fn note_failure(shared: &Shared, id: DocumentId, error: UserError, told: bool) {
    let now = shared.clock.now();
    let noted = shared.store.write_blocking(move |w| {
        w.set_status(id, DocumentStatus::Failed, Some(&error), now)?;
        if told { w.set_removed(id, true, now).map(drop) } else { Ok(()) }
    });
    if let Err(e) = noted {
        tracing::error!("[{id}] a failed copy could not be noted: {e}");
    }
}

fn look_at(paths: &[PathBuf], duplicates: Duplicates) -> Vec<Candidate> {
    let mut found = vec![];
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if path.is_dir() {
            let mut files = vec![];
            if let Err(e) = walk(&path, 0, &mut files) {
                found.push(Candidate::Refused(path, errors::io_error(&e)));
            }
            files.sort();
            found.extend(files.into_iter().map(|file| look_at_file(file, duplicates)));
        } else {
            found.push(look_at_file(path, duplicates));
        }
    }
    found
}

/// Every file below a folder, hidden ones and links left out.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if entry.file_name().to_string_lossy().starts_with('.') || files.len() >= MOST_FILES {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            walk(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn look_at_file(path: PathBuf, duplicates: Duplicates) -> Candidate {
    let refuse = |e: &io::Error| Candidate::Refused(path.clone(), errors::io_error(e));
    let size = match fs_err::metadata(&path) {
        Ok(meta) if meta.is_file() => meta.len(),
        Ok(_) => {
            let error = UserError::new(
                ErrorCode::UnsupportedType,
                format!("`{}` is not an ordinary file, so it was not added.", path.display()),
                "Add a file or a folder.",
            );
            return Candidate::Refused(path, error);
        }
        Err(e) => return refuse(&e),
    };
    match sniff(&path) {
        Ok(sniffed) => Candidate::File(NewDocument {
            id: DocumentId::new(),
            filename: path.file_name().map_or_else(|| "file".into(), |n| n.to_string_lossy().into_owned()),
            mime_type: sniffed.mime_type,
            source: path,
            size,
            batch: 0,
            duplicates,
        }),
        Err(e) => refuse(&e),
    }
}
