//! Documents become one.

use papertray_model::{DocumentDetail, DocumentId, ErrorCode, PageRef, UserError};
use papertray_store::{KeptPage, picture_place, turned_uri};

use super::is_read;
use crate::{Engine, Result, errors};

/// Pictures of pages that came from other files are numbered from here on: no file has a page of this number.
const OTHERS: u32 = 1_000_000;

impl Engine {
    /// Puts the pages of the other documents behind those of the first, in this order; the others go to the trash. Answers
    /// the first.
    pub async fn merge_documents(&self, ids: Vec<DocumentId>) -> Result<DocumentDetail> {
        let [first, others @ ..] = ids.as_slice() else { return Err(too_few()) };
        if others.is_empty() || others.contains(first) {
            return Err(too_few());
        }
        let into = self.arranged(*first)?;
        let mut wanted = into.leaves();
        let pictures = into.pages.iter().chain(&into.aside).filter_map(|(_, page)| {
            let (_, number, _) = picture_place(page.storage_uri.as_deref()?)?;
            Some(number)
        });
        let mut number = pictures.max().unwrap_or(0).max(OTHERS - 1);
        let mut more: Vec<(PageRef, KeptPage)> = vec![];
        for other in others {
            for (place, mut page) in self.arranged(*other)?.pages {
                // Pages of one file that was split come back once.
                if wanted.iter().any(|w| w.is_page_of(&place)) {
                    continue;
                }
                wanted.push(place.clone());
                let known = into.aside.iter().any(|(aside, kept)| aside.is_page_of(&place) && is_read(kept));
                if known {
                    continue;
                }
                number += 1;
                let own = if place.file == into.file { place.page } else { number };
                page.storage_uri = page.storage_uri.and_then(|uri| self.copy_picture(*first, own, &uri));
                more.push((place, page));
            }
        }
        self.lay_out(into, wanted, more).await?;
        self.remove(others.to_vec()).await?;
        self.detail(*first)
    }

    /// Copies the upright picture of a page to another document. A page without one is shown without.
    fn copy_picture(&self, id: DocumentId, number: u32, uri: &str) -> Option<String> {
        let blobs = self.shared.store.blobs();
        let (document, there, _) = picture_place(uri)?;
        let picture = blobs.fetch_page(&turned_uri(document, there, 0)).map_err(errors::store).ok()?;
        blobs.store_page(id, number, &picture).ok()
    }
}

fn too_few() -> UserError {
    UserError::new(ErrorCode::Usage, "Two or more different documents become one.", "Choose more documents.")
}
