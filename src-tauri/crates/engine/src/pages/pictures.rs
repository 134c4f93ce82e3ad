//! Pictures of pages that a person turned. The reader's child turns them: this process decodes no picture.

use papertray_model::{DocumentId, PageRef};
use papertray_reader::OpenOptions;
use papertray_store::{KeptPage, picture_place, turned_uri};

use crate::{Result, Shared, errors};

impl Shared {
    /// The pages with the pictures that fit how they lie; turned ones are made where they are not there.
    pub(super) async fn picture_pages(
        &self,
        id: DocumentId,
        pages: Vec<KeptPage>,
        wanted: &[PageRef],
    ) -> Result<Vec<KeptPage>> {
        let mut pictured = vec![];
        for (mut page, place) in pages.into_iter().zip(wanted) {
            if let Some(uri) = &page.storage_uri {
                page.storage_uri = Some(self.turned_picture(id, uri, place.turn).await?);
            }
            pictured.push(page);
        }
        Ok(pictured)
    }

    /// The pictures of a document that was read just now, turned as a person wants its pages.
    pub(crate) async fn turn_pictures(&self, id: DocumentId) -> Result<()> {
        let leaves = self.store.read(|r| r.leaves(id)).map_err(errors::store)?;
        for (number, place) in (1..).zip(leaves).filter(|(_, place)| place.turn != 0) {
            let page = self.store.read(|r| r.page(id, number)).map_err(errors::store)?;
            let Some(upright) = page.and_then(|page| page.storage_uri) else { continue };
            if let Some((document, n, _)) = picture_place(&upright) {
                // One that was turned before shows the former reading.
                let stale = self.store.blobs().page_path(&turned_uri(document, n, place.turn));
                let _ = stale.map(fs_err::remove_file);
            }
            let uri = self.turned_picture(id, &upright, place.turn).await?;
            self.store.write(move |w| w.set_picture(id, number, &uri)).await.map_err(errors::store)?;
        }
        Ok(())
    }

    /// The place of a page's picture as it is turned by `turn` degrees; `uri` is its place however it lies now.
    async fn turned_picture(&self, id: DocumentId, uri: &str, turn: u16) -> Result<String> {
        let Some((document, number, _)) = picture_place(uri) else { return Ok(uri.to_owned()) };
        let wanted = turned_uri(document, number, turn);
        let blobs = self.store.blobs();
        let there = |uri: &str| blobs.page_path(uri).ok().filter(|path| path.is_file());
        if there(&wanted).is_some() {
            return Ok(wanted);
        }
        let Some(upright) = there(&turned_uri(document, number, 0)) else { return Ok(uri.to_owned()) };
        let mut picture = self.pool.open(&upright, OpenOptions::default()).await?;
        let turned = picture.turn_page(1, turn).await?;
        blobs.store_turned(id, number, turn, &turned.png).map_err(errors::store)
    }
}
