//! Takes the files out of an archive or a mail, each a document of its own that names where it came from. A part is
//! committed as soon as it is stored: after a crash or a retry the rest follows.

use std::io::{self, Write as _};

use papertray_model::{DocumentId, Duplicates, ErrorCode, UserError};
use papertray_reader::{OpenDocument, Part, sniff_bytes};
use papertray_store::{Claimed, LogLine, NewDocument, Stored};

use super::Failure;
use crate::{
    Shared,
    content::{plain_name, put},
    progress::Reporter,
};

/// Archives in archives in mails: deeper nobody packs papers.
const DEEPEST: u32 = 3;
/// What comes out of one dropped file, whatever lies in what.
const MOST_DOCUMENTS: u32 = 1000;
const MOST_BYTES: u64 = 2 << 30;
/// So much of a part tells what it is.
const HEAD: usize = 8192;

/// What became of the parts.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    /// How many are documents now.
    pub(crate) taken: u32,
    /// Why the first one that should have been is not.
    pub(crate) failed: Option<UserError>,
    pub(crate) failures: u32,
}

/// Takes the parts out; nothing where the document is no archive or mail.
pub(crate) async fn unpack(
    shared: &Shared,
    job: &Claimed,
    document: &mut OpenDocument,
    progress: &Reporter<'_>,
) -> Result<Unpacked, Failure> {
    let parts = document.parts().await?;
    let mut unpacked = Unpacked::default();
    if parts.is_empty() {
        return Ok(unpacked);
    }
    let (done, depth, before, mut bytes) = shared.store.read(|r| {
        let (documents, bytes) = r.came_out_of_root(job.owner.document())?;
        Ok((r.parts_taken(job.owner.document())?, r.depth(job.owner.document())?, documents, bytes))
    })?;
    if depth >= DEEPEST {
        let why = format!("It lies {depth} archives deep, so what is in it was left in it.");
        return Ok(Unpacked { failed: Some(too_much(&why)), failures: parts.len() as u32, ..unpacked });
    }
    for (index, part) in (0u32..).zip(&parts) {
        progress.set("unpacking", index, parts.len() as u32).await?;
        if done.contains(&index) {
            unpacked.taken += 1;
            continue;
        }
        let outcome = if before + unpacked.taken >= MOST_DOCUMENTS {
            Err(too_much(&format!("More than {MOST_DOCUMENTS} documents came out of one file.")))
        } else if bytes >= MOST_BYTES {
            Err(too_much(&format!("More than {} GB came out of one file.", MOST_BYTES >> 30)))
        } else {
            take_out(shared, job, document, index, part).await?
        };
        match outcome {
            Ok(Some(size)) => {
                unpacked.taken += 1;
                bytes += size;
            }
            Ok(None) => {}
            Err(error) => {
                note(shared, job, format!("`{}` was not taken out: {}", part.name, error.message)).await?;
                unpacked.failures += 1;
                unpacked.failed.get_or_insert(error);
            }
        }
    }
    progress.set("unpacking", parts.len() as u32, parts.len() as u32).await?;
    Ok(unpacked)
}

/// Takes one part out; answers its bytes where it is a document now. The inner error is the part's own.
async fn take_out(
    shared: &Shared,
    job: &Claimed,
    document: &mut OpenDocument,
    index: u32,
    part: &Part,
) -> Result<Result<Option<u64>, UserError>, Failure> {
    let stored = match fetch(shared, document, index).await {
        Ok(fetched) => fetched,
        Err(Failure::Error(error)) if !matters_to_all(error.code) => return Ok(Err(error)),
        Err(failure) => return Err(failure),
    };
    let name = plain_name(&part.name);
    let (head, stored) = stored;
    let sniffed = sniff_bytes(&head, Some(&name));
    if sniffed.kind.is_none() {
        let why =
            format!("`{}` is {}, which Papertray does not read: it stays in there", part.name, sniffed.what);
        forget(shared, &stored).await?;
        note(shared, job, why).await?;
        return Ok(Ok(None));
    }
    let (id, token, parent, now) = (job.id, job.token.clone(), job.owner.document(), shared.clock.now());
    let (path, size) = (shared.store.blobs().path(&stored.hash), stored.size);
    let part_id = DocumentId::new();
    let inner = part.name.clone();
    let written = shared.store.write(move |w| {
        w.holds(id, &token)?;
        if !path.is_file() {
            return Err(papertray_store::StoreError::Io(io::ErrorKind::NotFound.into()));
        }
        let row = w.require_document(parent)?;
        let batch = w.batch_of(parent)?.unwrap_or_default();
        let new = NewDocument {
            id: part_id,
            source: inside(&row.file, &inner),
            filename: name,
            mime_type: sniffed.mime_type,
            size,
            batch,
            duplicates: Duplicates::Skip,
        };
        if let Some(first) = put(w, &new, &stored, false, now)? {
            return Ok((batch, w.how_first(first)?));
        }
        w.set_part(part_id, parent, index)?;
        Ok((batch, None))
    });
    match written.await? {
        (_, Some((first, in_trash))) => {
            let place = if in_trash { "the trash" } else { "the library" };
            note(shared, job, format!("`{}` is in {place} already as `{first}`", part.name)).await?;
            Ok(Ok(None))
        }
        (batch, None) => {
            shared.came_in(vec![part_id, parent], batch);
            Ok(Ok(Some(size)))
        }
    }
}

/// How a part is named by where it came from: below its archive, whatever it calls itself. A name that begins at the
/// root or climbs would else name some other file of the person's.
fn inside(archive: &str, part: &str) -> std::path::PathBuf {
    let steps =
        part.split(['/', '\\']).filter(|step| !matches!(*step, "" | "." | "..") && !step.ends_with(':'));
    std::iter::once(archive).chain(steps).collect()
}

/// Stores a part; answers its first bytes too. Pieces go from the reader to the disk, never is all of it in memory.
async fn fetch(
    shared: &Shared,
    document: &mut OpenDocument,
    index: u32,
) -> Result<(Vec<u8>, Stored), Failure> {
    let mut spool = tempfile::tempfile_in(shared.store.root()).map_err(|e| crate::errors::io_error(&e))?;
    let (mut head, mut offset) = (vec![], 0u64);
    loop {
        let (piece, last) = document.part(index, offset).await?;
        if offset == 0 {
            head = piece[..piece.len().min(HEAD)].to_vec();
        }
        offset += piece.len() as u64;
        spool.write_all(&piece).map_err(|e| crate::errors::io_error(&e))?;
        if last {
            break;
        }
        if piece.is_empty() {
            return Err(Failure::Error(crate::errors::internal(&"a part of an archive does not end")));
        }
    }
    let blobs = shared.store.blobs().clone();
    let stored = crate::blocking(move || {
        io::Seek::rewind(&mut spool)?;
        blobs.store_reader(spool, |_| Ok(()), |_| Ok(()))
    });
    Ok((head, stored.await??))
}

/// What is stored and no document's goes again.
async fn forget(shared: &Shared, stored: &Stored) -> Result<(), Failure> {
    let (blobs, hash) = (shared.store.blobs().clone(), stored.hash.clone());
    let removed =
        shared.store.write(move |w| if w.needs_blob(&hash)? { Ok(()) } else { blobs.remove(&hash) });
    Ok(removed.await?)
}

/// Errors that every other part would meet too.
fn matters_to_all(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::DiskFull | ErrorCode::ReaderMissing | ErrorCode::PermissionDenied)
}

fn too_much(what: &str) -> UserError {
    UserError::new(ErrorCode::TooLarge, what, "Unpack it yourself and add what matters.")
}

async fn note(shared: &Shared, job: &Claimed, message: String) -> Result<(), Failure> {
    let line = LogLine {
        at: shared.clock.now(),
        document_id: Some(job.owner.document()),
        job_id: Some(job.id),
        level: "info".to_owned(),
        message,
    };
    Ok(shared.store.write(move |w| w.log(&line)).await?)
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn a_part_lies_in_its_archive_whatever_it_is_called() {
        for (part, place) in [
            ("May/bill.pdf", "/p/a.zip/May/bill.pdf"),
            ("/etc/passwd", "/p/a.zip/etc/passwd"),
            ("../../etc/passwd", "/p/a.zip/etc/passwd"),
            ("C:\\Users\\x.pdf", "/p/a.zip/Users/x.pdf"),
            ("..", "/p/a.zip"),
        ] {
            assert_eq!(inside("/p/a.zip", part), std::path::Path::new(place), "{part}");
        }
    }
}
