//! Content without a file of its own: pasted pictures and what comes out of archives; and the way back, a file to open
//! of a document whose original is gone.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use papertray_model::{
    AddOptions, AddOutcome, DocumentId, DocumentStatus, EngineEvent, ErrorCode, JobKind, Timestamp,
    UserError, document::AlreadyImported,
};
use papertray_reader::sniff_bytes;
use papertray_store::{LogLine, NewDocument, NewJob, Stored, Write};

use crate::{Engine, Result, Shared, blocking, errors};

/// Opened copies lie in this folder of the library.
const OPENED: &str = "opened";

impl Engine {
    /// Takes bytes in that are no file, under a name.
    pub async fn add_bytes(&self, name: String, bytes: Vec<u8>, options: AddOptions) -> Result<AddOutcome> {
        let shared = Arc::clone(&self.shared);
        let (stored, mime_type) = blocking(move || {
            let stored = shared.store.blobs().store_reader(bytes.as_slice(), |_| Ok(()), |_| Ok(()));
            stored.map(|stored| (stored, sniff_bytes(&bytes, None).mime_type))
        })
        .await?
        .map_err(errors::store)?;
        let id = DocumentId::new();
        let new = NewDocument {
            id,
            source: PathBuf::from(&name),
            filename: name.clone(),
            mime_type,
            size: stored.size,
            batch: 0,
            duplicates: options.duplicates,
        };
        let now = self.shared.clock.now();
        let path = self.shared.store.blobs().path(&stored.hash);
        let written = self.shared.store.write(move |w| {
            if !path.is_file() {
                return Ok(None);
            }
            let batch = w.current_batch()?;
            let first = put(w, &NewDocument { batch, ..new }, &stored, options.stage, now)?;
            let name = first.map(|first| w.how_first(first)).transpose()?.flatten();
            Ok(Some((batch, first.zip(name))))
        });
        let Some((batch, first)) = written.await.map_err(errors::store)? else {
            return Err(UserError::new(
                ErrorCode::Io,
                format!("`{name}` was not stored: the same content was being removed just then."),
                "Add it again.",
            ));
        };
        self.shared.came_in(vec![id], batch);
        Ok(match first {
            Some((first, (called, in_trash))) => AddOutcome::AlreadyImported {
                document_id: first,
                file: name,
                outcome: AlreadyImported::AlreadyImported,
                name: called,
                in_trash,
            },
            None => AddOutcome::Added {
                document_id: id,
                file: name.clone(),
                filename: name,
                status: DocumentStatus::Uploading,
            },
        })
    }

    /// A file that other programs may open: the original where it is still there, else a copy under its name.
    pub async fn file_to_open(&self, id: DocumentId) -> Result<PathBuf> {
        let row = self.document(id)?;
        let original = PathBuf::from(&row.file);
        // What came out of an archive has no file of its own, whatever its name points at.
        if row.parent.is_none() && original.is_absolute() && original.is_file() {
            return Ok(original);
        }
        let (stored, folder) = (self.stored_file(id)?, self.shared.opened().join(id.to_string()));
        let copy = folder.join(plain_name(&row.filename));
        let copied = blocking(move || -> std::io::Result<PathBuf> {
            fs_err::create_dir_all(&folder)?; // below the library, which is the owner's alone
            fs_err::copy(stored, &copy)?;
            Ok(copy)
        });
        copied.await?.map_err(|e| errors::io_error(&e))
    }
}

impl Shared {
    fn opened(&self) -> PathBuf {
        self.store.root().join(OPENED)
    }

    /// Copies that were made for other programs are of no use after the next start.
    pub(crate) fn forget_opened(&self) {
        let _ = fs_err::remove_dir_all(self.opened());
    }

    pub(crate) fn came_in(&self, ids: Vec<DocumentId>, batch: i64) {
        self.queue.reopen_batch(batch);
        self.events.send(EngineEvent::DocumentsChanged { ids });
        self.queue.counts_changed.notify_one();
        self.queue.wake_all();
    }
}

/// A document of stored content, and the job that reads it. Answers the first document with these bytes, where there is
/// one and it stands for this one too.
pub(crate) fn put(
    w: &Write<'_>,
    new: &NewDocument,
    stored: &Stored,
    staged: bool,
    now: Timestamp,
) -> papertray_store::Result<Option<DocumentId>> {
    let id = new.id;
    w.insert_document(new, now)?;
    if let Some(first) = w.copy_complete(id, &stored.hash, stored.size, now)? {
        return Ok(Some(first));
    }
    w.log(&LogLine {
        at: now,
        document_id: Some(id),
        job_id: None,
        level: "info".to_owned(),
        message: format!("added {}", new.filename),
    })?;
    if staged {
        w.stage(id, now)?;
    } else {
        w.enqueue(&NewJob::new(JobKind::ReadDocument, id), now)?;
    }
    Ok(None)
}

/// The last part of a name that may hold anything, fit to be a file's name here.
pub(crate) fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or("file");
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*'))
        .collect();
    let kept = kept.trim().trim_end_matches('.');
    let short: String = kept.chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
    if short.is_empty() || Path::new(&short).file_name().is_none() { "file".to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (name, plain) in [
            ("a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\a\\b.pdf", "b.pdf"),
            ("..", "file"),
            ("", "file"),
            ("dir/", "dir"),
            ("a\u{0}b\n.pdf", "ab.pdf"),
        ] {
            assert_eq!(plain_name(name), plain, "{name:?}");
        }
        assert_eq!(plain_name(&format!("{}.pdf", "x".repeat(300))).len(), 120);
    }
}
