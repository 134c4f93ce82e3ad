//! Pages of a document become a document of their own.

use std::path::Path;

use papertray_model::{DocumentId, Duplicates, ErrorCode, MetadataState, PageRef, UserError};
use papertray_store::{KeptPage, Layout, NewDocument, picture_place};
use serde::{Deserialize, Serialize};

use super::{Arranged, Understood, ocr_result, put_status, understand_anew};
use crate::{Engine, Result, blocking, errors};

/// What a split made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOff {
    /// The document the pages were taken from.
    pub document_id: DocumentId,
    /// The new one.
    pub new_document_id: DocumentId,
}

impl Engine {
    /// Takes pages (numbers from 1) out of a document and makes a new document of them. Both show pages of the same stored
    /// file, which stays as it is.
    pub async fn split_pages(&self, id: DocumentId, numbers: Vec<u32>) -> Result<SplitOff> {
        let arranged = self.arranged(id)?;
        let count = arranged.pages.len();
        let taken = |at: usize| numbers.contains(&(at as u32 + 1));
        let known = numbers.iter().all(|n| (1..=count).contains(&(*n as usize)));
        let off: Vec<(PageRef, KeptPage)> =
            arranged.pages.iter().enumerate().filter(|(at, _)| taken(*at)).map(|(_, p)| p.clone()).collect();
        let stay: Vec<PageRef> = arranged
            .leaves()
            .into_iter()
            .enumerate()
            .filter(|(at, _)| !taken(*at))
            .map(|(_, place)| place)
            .collect();
        if !known || off.is_empty() || stay.is_empty() {
            return Err(UserError::new(
                ErrorCode::Usage,
                format!("`{}` has {count} pages; some must go and some must stay.", arranged.row.filename),
                "Name pages from 1 to the last, but not all.",
            ));
        }
        let new = self.document_of(&arranged, &numbers, off).await?;
        self.lay_out(arranged, stay, vec![]).await?;
        self.regenerate(new).await?;
        Ok(SplitOff { document_id: id, new_document_id: new })
    }

    async fn document_of(
        &self,
        from: &Arranged,
        numbers: &[u32],
        off: Vec<(PageRef, KeptPage)>,
    ) -> Result<DocumentId> {
        let id = DocumentId::new();
        let blobs = self.shared.store.blobs().clone();
        let (leaves, mut pages): (Vec<PageRef>, Vec<KeptPage>) = off.into_iter().unzip();
        for (number, page) in (1..).zip(&mut pages) {
            page.reading.page_number = number;
            page.storage_uri = match &page.storage_uri {
                Some(uri) => own_picture(&blobs, id, uri)?,
                None => None,
            };
        }
        let (knowledge, typed) = (self.shared.knowledge(), from.typed.clone());
        let understood = blocking(move || understand_anew(&knowledge, pages, None, typed.as_deref())).await?;
        // The file is that of another page where all pages came from another one.
        let file = leaves.iter().map(|place| &place.file).find(|file| **file == from.file);
        let file = file.or(leaves.first().map(|place| &place.file)).unwrap_or(&from.file).clone();
        let size = fs_err::metadata(blobs.path(&file)).map_err(|e| errors::io_error(&e))?.len();
        let new = NewDocument {
            id,
            source: from.row.file.clone().into(),
            filename: part_name(&from.row.filename, numbers),
            mime_type: from.mime.clone(),
            size,
            batch: 0,
            duplicates: Duplicates::Keep,
        };
        let (now, model) = (self.shared.clock.now(), from.model.clone());
        let written = self.shared.store.write(move |w| {
            let new = NewDocument { batch: w.current_batch()?, ..new };
            w.insert_document(&new, now)?;
            w.copy_complete(id, &file, size, now)?;
            let Understood { pages, whole } = understood;
            put_status(w, id, &pages, now)?;
            let result = ocr_result(&pages, model, 0);
            w.lay_out(id, &Layout { pages, leaves, aside: vec![] }, now)?;
            w.put_understanding(id, &whole, now)?;
            w.put_ocr_result(id, &result, now)?;
            w.set_metadata_state(id, MetadataState::Pending, now)
        });
        written.await.map_err(errors::store)?;
        self.changed(vec![id]);
        Ok(id)
    }
}

/// Copies a page's picture, upright and as it lies, to another document; answers its place there.
fn own_picture(blobs: &papertray_store::Blobs, id: DocumentId, uri: &str) -> Result<Option<String>> {
    let Some((document, number, turn)) = picture_place(uri) else { return Ok(None) };
    let mut shown = None;
    for turn in [0, turn] {
        let from = papertray_store::turned_uri(document, number, turn);
        let Ok(picture) = blobs.fetch_page(&from) else { continue };
        shown = Some(blobs.store_turned(id, number, turn, &picture).map_err(errors::store)?);
    }
    Ok(shown)
}

/// `scan.pdf` → `scan (pages 3–5).pdf`.
fn part_name(filename: &str, numbers: &[u32]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let runs = sorted.chunk_by(|a, b| a + 1 == *b);
    let runs: Vec<String> = runs
        .filter_map(|run| match run {
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}–{last}")),
            [] => None,
        })
        .collect();
    let word = if sorted.len() == 1 { "page" } else { "pages" };
    let name = Path::new(filename);
    let stem = name.file_stem().unwrap_or_default().to_string_lossy();
    let ending = name.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    format!("{stem} ({word} {}){ending}", runs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::part_name;

    #[test]
    fn a_part_says_which_pages_it_is() {
        assert_eq!(part_name("scan.pdf", &[5, 3, 4, 9]), "scan (pages 3–5, 9).pdf");
        assert_eq!(part_name("scan", &[2]), "scan (page 2)");
    }
}
