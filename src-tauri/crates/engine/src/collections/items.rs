//! The items of a collection: made, looked at with what a person set, changed.

use std::collections::{BTreeMap, HashMap};

use papertray_model::{
    CollectionId, ErrorCode, Item, ItemId, Order, Product, UserError,
    collection::{ItemEdit, ItemKey, ItemList, Resolution, UnmatchedLine},
};
use papertray_store::{Read, Store, StoredEdit, StoredItem};
use papertray_understand::matching::{self, MatchInput};

use super::{renamed, values};
use crate::{Engine, Result, errors};

/// Items as they were made.
pub(crate) struct Made {
    pub(crate) items: Vec<StoredItem>,
    pub(crate) unmatched: Vec<UnmatchedLine>,
}

/// Makes the items. One that was made before keeps its id, and with it what a person set; where a person moved items,
/// their order stays and new ones follow.
pub(crate) fn make(
    store: &Store,
    id: CollectionId,
    products: &[Product],
    orders: &[Order],
) -> papertray_store::Result<Made> {
    let (resolutions, known, stored) =
        store.read(|r| Ok((r.resolutions(id)?, r.item_ids(id)?, r.require_collection(id)?)))?;
    let input = MatchInput { products, orders, resolutions: &resolutions };
    let list = matching::items(&input, &mut ItemId::new);
    let place: HashMap<ItemId, usize> = known.iter().enumerate().map(|(n, (_, item))| (*item, n)).collect();
    let mut ids: HashMap<String, std::collections::VecDeque<ItemId>> = HashMap::new();
    for (key, item) in known {
        ids.entry(key).or_default().push_back(item);
    }
    let mut items: Vec<StoredItem> = list
        .items
        .into_iter()
        .map(|mut item| {
            let key =
                matching::key(&item.style_number, item.colour.as_deref().or(item.colour_code.as_deref()));
            if let Some(before) = ids.get_mut(&key).and_then(std::collections::VecDeque::pop_front) {
                item.id = before;
            }
            StoredItem { key, item }
        })
        .collect();
    if stored.arranged {
        items.sort_by_key(|made| place.get(&made.item.id).copied().unwrap_or(usize::MAX));
    }
    Ok(Made { items, unmatched: list.unmatched })
}

/// The items of a collection as a person sees them.
pub(super) fn list_of(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<ItemList> {
    let stored = r.require_collection(id)?;
    let mut edits: HashMap<ItemId, Vec<StoredEdit>> = HashMap::new();
    for edit in r.item_edits(id)? {
        edits.entry(edit.item).or_default().push(edit);
    }
    let chosen = edits.values().flatten().any(|edit| edit.key == ItemKey::Photo && !edit.mine.is_empty());
    let photos = if chosen { super::pictures_of(r, id)? } else { vec![] };
    let find = |hash: &papertray_model::BlobHash| {
        photos.iter().map(|(photo, _)| photo).find(|photo| photo.blob == *hash).cloned()
    };
    let mut items = vec![];
    for StoredItem { mut item, .. } in r.items(id)? {
        if let Some(category) = &mut item.category {
            *category = renamed(&stored.renamed, category);
        }
        for edit in edits.remove(&item.id).unwrap_or_default() {
            let machine = values::value(&item, edit.key);
            // A value that no longer fits (its photo is gone) gives way to the machine's.
            if values::set(&mut item, edit.key, &edit.mine, &find).is_ok() {
                let now = (machine != edit.before).then(|| machine.unwrap_or_default());
                item.edits.push(ItemEdit { key: edit.key, before: edit.before, mine: edit.mine, now });
            }
        }
        items.push(item);
    }
    Ok(ItemList { items, unmatched: r.unmatched_lines(id)? })
}

impl Engine {
    /// The items and the lines of orders that no product answers.
    pub fn collection_items(&self, id: CollectionId) -> Result<ItemList> {
        self.shared.store.read(|r| list_of(r, id)).map_err(errors::store)
    }

    /// A person's value on some items: it stands until it is reset, whatever the machine says later. All or none.
    pub async fn set_items(
        &self,
        id: CollectionId,
        items: Vec<ItemId>,
        key: ItemKey,
        value: String,
    ) -> Result<Vec<Item>> {
        let photos = if key == ItemKey::Photo { self.collection_photos(id)? } else { vec![] };
        let find = |hash: &papertray_model::BlobHash| photos.iter().find(|p| p.blob == *hash).cloned();
        let machine: HashMap<ItemId, Item> = self
            .shared
            .store
            .read(|r| {
                let names = r.require_collection(id)?.renamed;
                Ok(machine_items(r.items(id)?, &names))
            })
            .map_err(errors::store)?;
        let mut edits = vec![];
        for item in &items {
            let mut made = machine.get(item).ok_or_else(no_item)?.clone();
            let before = values::value(&made, key);
            values::set(&mut made, key, &value, &find)?;
            edits.push(StoredEdit { item: *item, key, before, mine: value.trim().to_owned() });
        }
        let now = self.shared.clock.now();
        self.write_collection(id, move |w| edits.iter().try_for_each(|edit| w.put_edit(id, edit, now)))
            .await?;
        let mut list = self.collection_items(id)?.items;
        list.retain(|item| items.contains(&item.id));
        Ok(list)
    }

    /// The machine's value again.
    pub async fn reset_item(&self, id: CollectionId, item: ItemId, key: ItemKey) -> Result<Item> {
        let now = self.shared.clock.now();
        let there = self.write_collection(id, move |w| {
            let Some(made) = w.items(id)?.into_iter().find(|made| made.item.id == item) else {
                return Ok(false);
            };
            w.reset_edit(id, item, key, made.item.included, now)?;
            Ok(true)
        });
        if !there.await? {
            return Err(no_item());
        }
        self.collection_items(id)?.items.into_iter().find(|i| i.id == item).ok_or_else(no_item)
    }

    /// Moves items before another one, or to the end; their own order stays.
    pub async fn move_items(
        &self,
        id: CollectionId,
        items: Vec<ItemId>,
        before: Option<ItemId>,
    ) -> Result<()> {
        let now = self.shared.clock.now();
        let moved = self.write_collection(id, move |w| {
            let all: Vec<ItemId> = w.items(id)?.into_iter().map(|made| made.item.id).collect();
            let known = items.iter().chain(&before).all(|item| all.contains(item));
            if !known || before.is_some_and(|b| items.contains(&b)) {
                return Ok(false);
            }
            let mut order: Vec<ItemId> = all.iter().filter(|item| !items.contains(item)).copied().collect();
            let at = before.and_then(|b| order.iter().position(|item| *item == b)).unwrap_or(order.len());
            let moving: Vec<ItemId> = all.into_iter().filter(|item| items.contains(item)).collect();
            order.splice(at..at, moving);
            w.order_items(id, &order, now)?;
            Ok(true)
        });
        if moved.await? { Ok(()) } else { Err(no_item()) }
    }

    /// What a person says of a line that no product answers; the items are made again with it at once.
    pub async fn resolve_line(
        &self,
        id: CollectionId,
        key: String,
        resolution: Option<Resolution>,
    ) -> Result<ItemList> {
        self.write_collection(id, move |w| w.resolve_line(id, &key, resolution.as_ref())).await?;
        let store = self.shared.store.clone();
        let made = crate::blocking(move || {
            let (products, orders) = store.read(|r| Ok((r.products(id)?, r.orders(id)?)))?;
            make(&store, id, &products, &orders)
        });
        let made = made.await?.map_err(errors::store)?;
        let now = self.shared.clock.now();
        self.write_collection(id, move |w| {
            w.put_items(id, &made.items, now)?;
            w.put_unmatched_lines(id, &made.unmatched)
        })
        .await?;
        self.collection_items(id)
    }
}

fn machine_items(stored: Vec<StoredItem>, names: &BTreeMap<String, String>) -> HashMap<ItemId, Item> {
    let named = stored.into_iter().map(|made| {
        let mut item = made.item;
        if let Some(category) = &mut item.category {
            *category = renamed(names, category);
        }
        (item.id, item)
    });
    named.collect()
}

fn no_item() -> UserError {
    UserError::new(
        ErrorCode::UnknownId,
        "There is no such item in this collection.",
        "Look at its items again.",
    )
}
