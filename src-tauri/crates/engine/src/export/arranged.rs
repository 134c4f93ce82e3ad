//! Documents whose pages a person arranged, as PDF: each stored file becomes a searchable copy, and the pages of these are
//! put together in their order.

use std::path::{Path, PathBuf};

use papertray_model::{BlobHash, DocumentId, ErrorCode, UserError};
use papertray_reader::{JoinedPage, OpenDocument, OpenOptions};

use super::{cannot_write, free_name};
use crate::{Engine, Result, blocking, errors, pages::Arranged};

impl Engine {
    /// Writes a document whose pages are arranged into a folder, as PDF. `None` where they are those of its file, or are none
    /// of a PDF or picture.
    pub(super) async fn export_arranged(
        &self,
        id: DocumentId,
        folder: &Path,
        name: &str,
    ) -> Result<Option<PathBuf>> {
        if self.shared.store.read(|r| r.leaves(id)).map_err(errors::store)?.is_empty() {
            return Ok(None);
        }
        let beside = folder.to_owned();
        let draft = blocking(move || tempfile::Builder::new().prefix(".papertray-").tempdir_in(beside));
        let draft = draft.await?.map_err(|e| cannot_write(folder, &e))?;
        let made = draft.path().join("copy.pdf");
        match self.copy_arranged(id, &made).await {
            Err(e) if e.code == ErrorCode::UnsupportedType => return Ok(None),
            made => made?,
        }
        let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let target = free_name(folder, &format!("{stem}.pdf"));
        fs_err::rename(&made, &target).map_err(|e| cannot_write(&target, &e))?;
        Ok(Some(target))
    }

    /// Writes the pages of a document as they are arranged, with their words, to a path where nothing is yet.
    pub(super) async fn copy_arranged(&self, id: DocumentId, to: &Path) -> Result<()> {
        let arranged = self.arranged(id)?;
        let mut files: Vec<BlobHash> = vec![];
        for (place, _) in &arranged.pages {
            if !files.contains(&place.file) {
                files.push(place.file.clone());
            }
        }
        let folder = to.parent().unwrap_or(Path::new("."));
        let joined = folder.join("joined");
        let (mut parts, mut last) = (vec![], None);
        for (at, file) in files.iter().enumerate() {
            drop(last.take()); // there may be one child only
            let part = folder.join(format!("part-{at}.pdf"));
            last = Some(self.copy_part(&arranged, file, &part).await?);
            let onto = joined.clone();
            let length = blocking(move || append(&part, &onto)).await?;
            parts.push(length.map_err(|e| cannot_write(folder, &e))?);
        }
        let pages = arranged.pages.iter().map(|(place, _)| JoinedPage {
            part: files.iter().position(|file| *file == place.file).unwrap_or(0) as u32,
            number: place.page,
            turn: place.turn,
        });
        let pages = pages.collect();
        let Some(mut document) = last else { return Err(errors::no_document()) };
        document.write_joined(&joined, parts, pages, to).await.map_err(UserError::from)
    }

    /// A searchable copy of one of a document's files; answers it, open.
    async fn copy_part(&self, arranged: &Arranged, file: &BlobHash, to: &Path) -> Result<OpenDocument> {
        let own = *file == arranged.file;
        let options = OpenOptions { password: None, file_name: own.then(|| arranged.row.filename.clone()) };
        let mut document = self.shared.pool.open(&self.shared.store.blobs().path(file), options).await?;
        for (place, page) in arranged.pages.iter().filter(|(place, _)| place.file == *file) {
            let mut reading = page.reading.clone();
            reading.page_number = place.page;
            document.tell_page(&reading).await?;
        }
        document.write_searchable(to).await?;
        Ok(document)
    }
}

/// Puts a file behind another, and answers how long it is.
fn append(part: &Path, onto: &Path) -> std::io::Result<u64> {
    let mut to = fs_err::OpenOptions::new().create(true).append(true).open(onto)?;
    let length = std::io::copy(&mut fs_err::File::open(part)?, &mut to)?;
    fs_err::remove_file(part)?;
    Ok(length)
}
