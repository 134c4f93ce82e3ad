//! Takes pictures and sheets out of documents, a page or sheet at a time, each committed as soon as it is there.

use papertray_model::{BlobHash, DocumentId, Rect, Sheet};
use papertray_reader::{OpenDocument, PictureBytes, Upright, extraction_key};
use papertray_store::Claimed;

use super::Failure;
use crate::{Shared, queue::LEASE_MS, sheaf::Sheaf};

/// More words of one page are not sent along: the request would be too large, and a scan has fewer.
const MOST_WORDS: usize = 30_000;

/// Names what a sheet comes out as.
pub(crate) fn sheet_key(hash: &BlobHash) -> String {
    format!("{}/{}", &hash.as_str()[..32], extraction_key())
}

/// Names what a page's pictures come out as: they depend on how the page was read.
fn page_key(hash: &BlobHash, page: u32, upright: &Upright) -> String {
    format!("{}/{page}/{}/{}", sheet_key(hash), upright.rotation, upright.words.len())
}

/// How a page was read, and the key of its pictures.
pub(crate) fn upright(
    r: &papertray_store::Read<'_>,
    id: DocumentId,
    hash: &BlobHash,
    page: u32,
) -> papertray_store::Result<(Upright, String)> {
    let reading = r.page_reading(id, page)?;
    let upright = reading.map_or_else(Upright::default, |reading| Upright {
        rotation: reading.rotation,
        words: reading.words.iter().take(MOST_WORDS).map(|w| w.bbox).collect::<Vec<Rect>>(),
    });
    let key = match r.leaf(id, page)? {
        Some(place) => page_key(&place.file, place.page, &upright),
        None => page_key(hash, page, &upright),
    };
    Ok((upright, key))
}

/// Whether the pictures of all pages are taken out.
pub(crate) fn has_pages(
    shared: &Shared,
    id: DocumentId,
    hash: &BlobHash,
    count: u32,
) -> Result<bool, Failure> {
    Ok(shared.store.read(|r| {
        for page in 1..=count {
            let (_, key) = upright(r, id, hash, page)?;
            if r.page_pictures(id, page, &key)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    })?)
}

/// Takes the pictures out of a page that is read, where that was not done. A page whose pictures cannot be taken out has
/// none.
pub(crate) async fn page(
    shared: &Shared,
    job: &Claimed,
    id: DocumentId,
    sheaf: &mut Sheaf,
    hash: &BlobHash,
    page: u32,
) -> Result<(), Failure> {
    let (upright, key, done) = shared.store.read(|r| {
        let (upright, key) = upright(r, id, hash, page)?;
        let done = r.page_pictures(id, page, &key)?.is_some();
        Ok((upright, key, done))
    })?;
    if done {
        return Ok(());
    }
    let found = match sheaf.at(shared, page).await {
        Ok((document, number)) => document.page_pictures(number, upright).await,
        Err(e) => Err(e),
    };
    let mut found = match found {
        Ok(found) => found,
        Err(e) if matters_to_all(e.code) => return Err(e.into()),
        Err(e) => {
            tracing::warn!("[{id}] page {page}: its pictures could not be taken out: {e}");
            papertray_reader::PagePictures::default()
        }
    };
    for picture in &mut found.pictures {
        picture.page = page;
    }
    keep(shared, found.bytes).await?;
    let (job_id, token, now) = (job.id, job.token.clone(), shared.clock.now());
    let written = shared.store.write(move |w| {
        w.holds(job_id, &token)?;
        w.put_page_pictures(id, page, &key, &found.pictures)?;
        w.got_further(job_id, &token, now, LEASE_MS)
    });
    Ok(written.await?)
}

/// Reads the sheets of a workbook or a table.
pub(crate) async fn sheets(
    shared: &Shared,
    job: &Claimed,
    id: DocumentId,
    document: &mut OpenDocument,
    hash: &BlobHash,
) -> Result<(), Failure> {
    let key = sheet_key(hash);
    let (mut index, mut count) = (0, 1);
    while index < count {
        let read = document.sheet(index).await?;
        count = read.count;
        keep(shared, read.bytes).await?;
        let (job_id, token, now, key, sheet) =
            (job.id, job.token.clone(), shared.clock.now(), key.clone(), read.sheet);
        let written = shared.store.write(move |w| {
            w.holds(job_id, &token)?;
            w.put_sheet(id, index, &key, &sheet)?;
            w.got_further(job_id, &token, now, LEASE_MS)
        });
        written.await?;
        index += 1;
    }
    Ok(())
}

/// The sheets of a document as they were read; none where they were not.
pub(crate) fn stored_sheets(
    r: &papertray_store::Read<'_>,
    id: DocumentId,
    hash: &BlobHash,
) -> papertray_store::Result<Vec<Sheet>> {
    let key = sheet_key(hash);
    let mut sheets = vec![];
    for index in 0..r.sheet_count(id, &key)? {
        sheets.extend(r.sheet(id, index, &key)?);
    }
    Ok(sheets)
}

/// Stores pictures. They come before the row that names them: a crash in between leaves a file too many, never a
/// picture too few.
async fn keep(shared: &Shared, pictures: Vec<PictureBytes>) -> Result<(), Failure> {
    if pictures.is_empty() {
        return Ok(());
    }
    let blobs = shared.store.blobs().clone();
    let stored = crate::blocking(move || {
        for picture in pictures {
            blobs.store_reader(picture.bytes.as_slice(), |_| Ok(()), |_| Ok(()))?;
        }
        Ok::<_, papertray_store::StoreError>(())
    });
    Ok(stored.await??)
}

fn matters_to_all(code: papertray_model::ErrorCode) -> bool {
    use papertray_model::ErrorCode;
    matches!(code, ErrorCode::DiskFull | ErrorCode::ReaderMissing | ErrorCode::NotFound)
}
