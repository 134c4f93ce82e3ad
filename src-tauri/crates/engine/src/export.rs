//! Searchable copies: the file as it is, and what was recognised on it in invisible ink.

use std::path::{Path, PathBuf};

use papertray_model::{DocumentId, DocumentStatus, UserError};
use papertray_reader::{OpenDocument, OpenOptions};

use crate::{Engine, Result, blocking, content::plain_name, documents::wrong_state, errors};

impl Engine {
    /// Writes a searchable copy of a read document as PDF and answers its path: `to`, or in the folder `to` a name like the
    /// document's that nothing there has. A file at `to` is replaced once the copy is whole.
    ///
    /// A PDF keeps its bytes and the words of recognised pages are appended; a picture becomes a PDF, untouched. Text
    /// files, archives and mails are refused, and so is a document that is not read.
    pub async fn export_searchable(&self, id: DocumentId, to: &Path) -> Result<PathBuf> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "Wait until it is read, or retry it."));
        }
        let stored = self.stored_file(id)?;
        let into_folder = to.is_dir();
        let folder = if into_folder { to } else { parent(to) }.to_owned();
        fs_err::create_dir_all(&folder).map_err(|e| errors::io_error(&e))?;
        let options = OpenOptions { password: None, file_name: Some(row.filename.clone()) };
        let mut document = self.shared.pool.open(&stored, options).await?;
        for number in 1..=document.page_count() {
            self.tell(&mut document, id, number).await?;
        }
        // On the same disk as the copy, so that it gets its name in one step.
        let draft = blocking({
            let folder = folder.clone();
            move || tempfile::Builder::new().prefix(".papertray-").tempdir_in(folder)
        });
        let draft = draft.await?.map_err(|e| errors::io_error(&e))?;
        let made = draft.path().join("copy.pdf");
        document.write_searchable(&made).await?;
        drop(document);
        let target = if into_folder { free_name(&folder, &row.filename) } else { to.to_owned() };
        fs_err::rename(&made, &target).map_err(|e| errors::io_error(&e))?;
        Ok(target)
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

/// `invoice.pdf` of `invoice.png` in this folder, else `invoice 2.pdf`, and so on.
fn free_name(folder: &Path, filename: &str) -> PathBuf {
    let name = plain_name(filename);
    let stem = Path::new(&name).file_stem().map_or(name.clone(), |stem| stem.to_string_lossy().into_owned());
    let names = std::iter::once(format!("{stem}.pdf")).chain((2..).map(|n| format!("{stem} {n}.pdf")));
    names.map(|name| folder.join(name)).find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_not_taken_again() {
        let folder = tempfile::tempdir().unwrap();
        for wanted in ["scan.pdf", "scan 2.pdf", "scan 3.pdf"] {
            let free = free_name(folder.path(), "in/scan.png");
            assert_eq!(free, folder.path().join(wanted));
            fs_err::write(&free, "").unwrap();
        }
        assert_eq!(parent(Path::new("a.pdf")), Path::new("."));
    }
}
