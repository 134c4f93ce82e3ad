//! Searchable copies: the file as it is, and what was recognised on it in invisible ink.

use std::path::Path;

use papertray_model::{DocumentId, DocumentStatus, UserError};
use papertray_reader::{OpenDocument, OpenOptions};

use super::{Exported, cannot_write, free_name};
use crate::{Engine, Result, blocking, content::plain_name, documents::wrong_state, errors};

impl Engine {
    /// Writes searchable copies of read documents as PDF: one document into the file `out` (which is replaced once the copy
    /// is whole), several into the folder `out`, under names like the documents' that nothing there has.
    ///
    /// A PDF keeps its bytes and the words of recognised pages are appended; a picture becomes a PDF, untouched. Text
    /// files, archives and mails are refused, and so is a document that is not read.
    pub(super) async fn export_searchable(&self, ids: &[DocumentId], out: &Path) -> Result<Exported> {
        let into_folder = ids.len() > 1 || out.is_dir();
        let folder = if into_folder { out } else { parent(out) };
        fs_err::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let mut files = vec![];
        for id in ids {
            // On the same disk as the copy, so that it gets its name in one step.
            let beside = folder.to_owned();
            let draft = blocking(move || {
                let mut folder = tempfile::Builder::new();
                #[cfg(unix)]
                folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
                folder.prefix(".papertray-").tempdir_in(beside)
            });
            let draft = draft.await?.map_err(|e| cannot_write(folder, &e))?;
            let made = draft.path().join("copy.pdf");
            let filename = self.copy_searchable(*id, &made).await?;
            let stem = Path::new(&filename).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let target = if into_folder {
                free_name(folder, &format!("{}.pdf", stem.as_deref().unwrap_or("document")))
            } else {
                out.to_owned()
            };
            fs_err::rename(&made, &target).map_err(|e| cannot_write(&target, &e))?;
            files.push(target);
        }
        Ok(Exported { documents: files.len(), files })
    }

    /// Writes one copy and answers the document's name.
    async fn copy_searchable(&self, id: DocumentId, to: &Path) -> Result<String> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "Wait until it is read, or retry it."));
        }
        let stored = self.stored_file(id)?;
        let options = OpenOptions { password: None, file_name: Some(row.filename.clone()) };
        let mut document = self.shared.pool.open(&stored, options).await?;
        for number in 1..=document.page_count() {
            self.tell(&mut document, id, number).await?;
        }
        document.write_searchable(to).await?;
        Ok(plain_name(&row.filename))
    }

    async fn tell(&self, document: &mut OpenDocument, id: DocumentId, number: u32) -> Result<()> {
        let page = self.shared.store.read(|r| r.page_reading(id, number)).map_err(errors::store)?;
        match page {
            Some(page) => document.tell_page(&page).await.map_err(UserError::from),
            None => Ok(()),
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
