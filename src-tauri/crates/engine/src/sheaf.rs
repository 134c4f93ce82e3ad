//! A document's pages wherever they lie: opens the stored file that each comes from.

use papertray_model::{BlobHash, PageRef};
use papertray_reader::{OpenDocument, OpenOptions, ReadError};

use crate::Shared;

/// The pages of a document, and the file of them that is open.
pub(crate) struct Sheaf {
    /// Where the pages come from; none where they are those of the document's file.
    leaves: Vec<PageRef>,
    own: BlobHash,
    open: Option<(BlobHash, OpenDocument)>,
    options: OpenOptions,
}

impl Sheaf {
    /// The pages of a document whose own file is open.
    pub(crate) fn new(
        own: BlobHash,
        document: OpenDocument,
        options: OpenOptions,
        leaves: Vec<PageRef>,
    ) -> Self {
        Self { leaves, open: Some((own.clone(), document)), own, options }
    }

    /// How many pages there are.
    pub(crate) fn count(&self) -> u32 {
        if self.leaves.is_empty() {
            return self.open.as_ref().map_or(0, |(_, document)| document.page_count());
        }
        u32::try_from(self.leaves.len()).unwrap_or(u32::MAX)
    }

    /// Where page `number`, from 1, comes from.
    pub(crate) fn place(&self, number: u32) -> PageRef {
        let leaf = self.leaves.get((number as usize).wrapping_sub(1));
        leaf.cloned().unwrap_or_else(|| PageRef { file: self.own.clone(), page: number, turn: 0 })
    }

    /// The file that page `number` comes from, open, and the page's number there. Only one file is open at a time.
    pub(crate) async fn at(
        &mut self,
        shared: &Shared,
        number: u32,
    ) -> Result<(&mut OpenDocument, u32), ReadError> {
        let PageRef { file, page, .. } = self.place(number);
        if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
            self.open = None; // gives its child back first: there may be no other
            // A password is of the document's own file.
            let options = if file == self.own { self.options.clone() } else { OpenOptions::default() };
            let document = shared.pool.open(&shared.store.blobs().path(&file), options).await?;
            self.open = Some((file, document));
        }
        match &mut self.open {
            Some((_, document)) => Ok((document, page)),
            None => Err(ReadError::internal("The file of a page is not open.")),
        }
    }
}
