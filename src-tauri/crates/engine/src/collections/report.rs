//! Everything about a collection at once, for scripts.

use papertray_model::{
    CollectionId, Photo, Product,
    collection::{CollectionDetail, ItemList, PictureKind},
};

use crate::{Engine, Result, errors};

/// Everything about a collection.
#[derive(Clone, Debug)]
pub struct CollectionReport {
    /// The collection.
    pub detail: CollectionDetail,
    /// ISO 4217: what a person said, else what the linesheets say.
    pub currency: Option<String>,
    /// The products found.
    pub products: Vec<Product>,
    /// The items and unmatched lines.
    pub items: ItemList,
    /// Pictures of the linesheets that show no product.
    pub noise: Vec<(Photo, PictureKind)>,
}

impl Engine {
    /// Everything about a collection.
    pub fn collection_report(&self, id: CollectionId) -> Result<CollectionReport> {
        let (stored, pictures) = self
            .shared
            .store
            .read(|r| Ok((r.require_collection(id)?, super::pictures_of(r, id)?)))
            .map_err(errors::store)?;
        let noise = pictures.into_iter().filter_map(|(photo, kind)| Some((photo, kind?)));
        Ok(CollectionReport {
            detail: self.collection(id)?,
            currency: stored.info.currency.or(stored.found.currency),
            products: self.collection_products(id)?,
            items: self.collection_items(id)?,
            noise: noise.filter(|(_, kind)| *kind != PictureKind::Product).collect(),
        })
    }
}
