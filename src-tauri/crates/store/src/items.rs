//! Tables `item` and `item_edit`: items as the machine made them, and what a person set.

use papertray_model::{CollectionId, Item, ItemId, Timestamp, collection::ItemKey};
use rusqlite::params;

use crate::{
    Read, Result, StoreError, Write,
    rows::{damaged, from_json_word, json, json_word, parsed, word},
};

/// An item as the machine made it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    /// What it is the same by when items are made again.
    pub key: String,
    /// The item; its id stays.
    pub item: Item,
}

/// A value that a person set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEdit {
    /// Whose.
    pub item: ItemId,
    /// Which value.
    pub key: ItemKey,
    /// What the machine said then.
    pub before: Option<String>,
    /// What the person says.
    pub mine: String,
}

impl Read<'_> {
    /// The items of a collection in their order, as the machine made them.
    pub fn items(&self, id: CollectionId) -> Result<Vec<StoredItem>> {
        self.rows(
            "SELECT key, item FROM item WHERE collection_id = ?1 AND position IS NOT NULL ORDER BY position",
            [id.to_string()],
            |row| Ok(StoredItem { key: row.get(0)?, item: json(row, 1)? }),
        )
    }

    /// Ids by key, of items that the last run did not make, too; in their order.
    pub fn item_ids(&self, id: CollectionId) -> Result<Vec<(String, ItemId)>> {
        self.rows(
            "SELECT key, id FROM item WHERE collection_id = ?1 ORDER BY position IS NULL, position",
            [id.to_string()],
            |row| Ok((row.get(0)?, parsed(row, 1)?.ok_or_else(|| damaged(1, "NULL"))?)),
        )
    }

    /// How many items a collection has, and how many go into the deck.
    pub fn item_counts(&self, id: CollectionId) -> Result<(u32, u32)> {
        let found = self.first(
            "SELECT count(*), coalesce(sum(included), 0) FROM item WHERE collection_id = ?1 AND position IS NOT NULL",
            [id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// What a person set on the items of a collection.
    pub fn item_edits(&self, id: CollectionId) -> Result<Vec<StoredEdit>> {
        self.rows(
            "SELECT e.item_id, e.key, e.before, e.mine FROM item i JOIN item_edit e ON e.item_id = i.id
             WHERE i.collection_id = ?1",
            [id.to_string()],
            |row| {
                Ok(StoredEdit {
                    item: parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?,
                    key: word(row, 1, from_json_word)?,
                    before: row.get(2)?,
                    mine: row.get(3)?,
                })
            },
        )
    }
}

impl Write<'_> {
    /// The items of a collection are these, in this order. Items that are not made any more are kept aside with what a
    /// person set on them.
    pub fn put_items(&self, id: CollectionId, items: &[StoredItem], now: Timestamp) -> Result<()> {
        let collection = id.to_string();
        self.run("UPDATE item SET position = NULL WHERE collection_id = ?1", [&collection])?;
        for (position, stored) in (0_u32..).zip(items) {
            self.run_one(
                "put item",
                "INSERT INTO item(id, collection_id, key, position, included, item) VALUES (?1, ?2, ?3, ?4,
                   coalesce((SELECT mine = 'true' FROM item_edit WHERE item_id = ?1 AND key = 'included'), ?5), ?6)
                 ON CONFLICT(id) DO UPDATE SET key = excluded.key, position = excluded.position,
                   included = excluded.included, item = excluded.item",
                params![
                    stored.item.id.to_string(),
                    collection,
                    stored.key,
                    position,
                    stored.item.included,
                    serde_json::to_string(&stored.item)?
                ],
            )?;
        }
        self.run(
            "DELETE FROM item WHERE collection_id = ?1 AND position IS NULL
               AND NOT EXISTS (SELECT 1 FROM item_edit WHERE item_id = item.id)",
            [&collection],
        )?;
        self.touch(id, now)
    }

    /// The order of items.
    pub fn order_items(&self, id: CollectionId, order: &[ItemId], now: Timestamp) -> Result<()> {
        for (position, item) in (0_u32..).zip(order) {
            self.run_one(
                "order items",
                "UPDATE item SET position = ?3 WHERE collection_id = ?1 AND id = ?2",
                params![id.to_string(), item.to_string(), position],
            )?;
        }
        self.set_arranged(id, now)
    }

    /// A person sets a value. What the machine said then stays as it was noted first.
    pub fn put_edit(&self, id: CollectionId, edit: &StoredEdit, now: Timestamp) -> Result<()> {
        let item = edit.item.to_string();
        self.run_one(
            "put edit",
            "INSERT INTO item_edit(item_id, key, before, mine) SELECT id, ?3, ?4, ?5 FROM item
               WHERE id = ?2 AND collection_id = ?1
             ON CONFLICT(item_id, key) DO UPDATE SET before = excluded.before, mine = excluded.mine",
            params![id.to_string(), item, json_word(&edit.key)?, edit.before, edit.mine],
        )
        .map_err(not_there)?;
        if edit.key == ItemKey::Included {
            self.set_included(edit.item, edit.mine == "true")?;
        }
        self.touch(id, now)
    }

    /// The machine's value stands again; `included` is what it says of that. Answers whether a person had set it.
    pub fn reset_edit(
        &self,
        id: CollectionId,
        item: ItemId,
        key: ItemKey,
        included: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let changed = self.run(
            "DELETE FROM item_edit WHERE item_id = ?1 AND key = ?2",
            params![item.to_string(), json_word(&key)?],
        )?;
        if key == ItemKey::Included {
            self.set_included(item, included)?;
        }
        self.touch(id, now)?;
        Ok(changed == 1)
    }

    fn set_included(&self, item: ItemId, included: bool) -> Result<()> {
        self.run_one(
            "set included",
            "UPDATE item SET included = ?2 WHERE id = ?1",
            params![item.to_string(), included],
        )
        .map_err(not_there)
    }
}

fn not_there(error: StoreError) -> StoreError {
    match error {
        StoreError::RowCount { .. } => StoreError::NotFound("item"),
        other => other,
    }
}
