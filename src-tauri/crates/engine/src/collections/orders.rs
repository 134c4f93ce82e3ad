//! Purchase orders and what their columns mean.

use papertray_model::{
    CollectionId, DocumentId, ErrorCode, Order, Product, UserError, collection::CollectionDetail,
};
use papertray_store::{Read, Store};
use papertray_understand::purchase_order::{self, ColumnMeaning, OrderInput};

use super::files::not_in;
use crate::{
    Engine, Result, errors,
    jobs::{Source, load_one},
};

/// What people said of an order's columns.
pub(crate) struct OrderWords {
    fixed: Vec<ColumnMeaning>,
}

impl OrderWords {
    pub(crate) fn of(
        r: &Read<'_>,
        id: CollectionId,
        sources: &[Source],
    ) -> papertray_store::Result<Vec<Self>> {
        sources.iter().map(|s| Ok(Self { fixed: meanings(r.order_columns(id, s.document)?) })).collect()
    }
}

fn meanings(rows: Vec<(String, Option<String>)>) -> Vec<ColumnMeaning> {
    rows.into_iter().map(|(heading, meaning)| ColumnMeaning { heading, meaning }).collect()
}

/// A buyer's name as it is remembered by.
fn folded(buyer: &str) -> String {
    buyer.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads an order; where its buyer's columns were explained before, with that in mind.
pub(crate) fn read_order(store: &Store, source: &Source, products: &[Product], words: &OrderWords) -> Order {
    let read = |remembered: &[ColumnMeaning]| {
        purchase_order::read(&OrderInput {
            document: source.document,
            pages: &source.pages,
            sheets: &source.sheets,
            products,
            fixed: &words.fixed,
            remembered,
        })
    };
    let order = read(&[]);
    let buyer = order.buyer.as_deref().map(folded).filter(|buyer| !buyer.is_empty());
    let remembered = buyer.and_then(|buyer| store.read(|r| r.buyer_columns(&buyer)).ok()).unwrap_or_default();
    if remembered.is_empty() { order } else { read(&meanings(remembered)) }
}

impl Engine {
    /// Says what a column of an order means (`None`: nothing that is used), reads the order again with that, and
    /// remembers it for the buyer's next order. The items follow when they are generated again.
    pub async fn set_order_column(
        &self,
        id: CollectionId,
        document: DocumentId,
        column: u32,
        meaning: Option<String>,
    ) -> Result<CollectionDetail> {
        let found = self.shared.store.read(|r| {
            let order = r.orders(id)?.into_iter().find(|order| order.document_id == Some(document));
            Ok((order, load_one(r, document)?, r.products(id)?))
        });
        let (Some(order), source, products) = found.map_err(errors::store)? else { return Err(not_in()) };
        let Some(heading) = order.columns.get(column as usize).map(|c| c.heading.clone()) else {
            return Err(UserError::new(
                ErrorCode::UnknownId,
                format!("The order has no column {}.", column + 1),
                "Choose another one.",
            ));
        };
        let (now, buyer) = (self.shared.clock.now(), order.buyer.as_deref().map(folded));
        self.write_collection(id, move |w| {
            w.set_order_column(id, document, &heading, meaning.as_deref())?;
            if let Some(buyer) = buyer.filter(|buyer| !buyer.is_empty()) {
                w.remember_column(&buyer, &heading, meaning.as_deref(), now)?;
            }
            Ok(())
        })
        .await?;
        let store = self.shared.store.clone();
        let order = crate::blocking(move || {
            let words = store.read(|r| OrderWords::of(r, id, std::slice::from_ref(&source)))?;
            let fixed = words.into_iter().next().unwrap_or(OrderWords { fixed: vec![] });
            Ok::<_, papertray_store::StoreError>(read_order(&store, &source, &products, &fixed))
        });
        let order = order.await?.map_err(errors::store)?;
        self.write_collection(id, move |w| w.put_order(id, document, &order)).await?;
        self.collection(id)
    }
}
