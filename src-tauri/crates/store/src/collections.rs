//! Table `collection`: what a person says of a collection, and its categories.

use std::collections::BTreeMap;

use papertray_model::{
    CollectionId, Timestamp,
    collection::{Category, CollectionInfo},
};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{damaged, json, parsed},
};

/// A collection as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCollection {
    /// Its id.
    pub id: CollectionId,
    /// What a person said of it.
    pub info: CollectionInfo,
    /// What its linesheets say of it.
    pub found: CollectionInfo,
    /// As found.
    pub categories: Vec<Category>,
    /// A person's names of categories, by the name found.
    pub renamed: BTreeMap<String, String>,
    /// A person's order of categories.
    pub category_order: Vec<String>,
    /// A person moved items.
    pub arranged: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

const COLLECTION: &str =
    "SELECT id, name, brand, season, currency, linesheet_only, found, categories, renamed,
  category_order, arranged, created_at, updated_at FROM collection";

fn row_to_collection(row: &Row<'_>) -> rusqlite::Result<StoredCollection> {
    Ok(StoredCollection {
        id: parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?,
        info: CollectionInfo {
            name: row.get(1)?,
            brand: row.get(2)?,
            season: row.get(3)?,
            currency: row.get(4)?,
            linesheet_only: row.get(5)?,
        },
        found: json(row, 6)?,
        categories: json(row, 7)?,
        renamed: json(row, 8)?,
        category_order: json(row, 9)?,
        arranged: row.get(10)?,
        created_at: Timestamp(row.get(11)?),
        updated_at: Timestamp(row.get(12)?),
    })
}

impl Read<'_> {
    /// All that are not in the trash, newest first.
    pub fn collections(&self) -> Result<Vec<StoredCollection>> {
        let sql = format!("{COLLECTION} WHERE removed_at IS NULL ORDER BY id DESC");
        self.rows(&sql, [], row_to_collection)
    }

    /// One, unless it is in the trash.
    pub fn collection(&self, id: CollectionId) -> Result<Option<StoredCollection>> {
        let sql = format!("{COLLECTION} WHERE id = ?1 AND removed_at IS NULL");
        self.first(&sql, [id.to_string()], row_to_collection)
    }

    /// One that must be there.
    pub fn require_collection(&self, id: CollectionId) -> Result<StoredCollection> {
        self.collection(id)?.ok_or(StoreError::NotFound("collection"))
    }
}

/// What a person says of a collection, as parameters: `?1` its id, `?2` to `?6` the columns in the table's order, `?7` the
/// time.
fn said(id: CollectionId, info: &CollectionInfo, now: Timestamp) -> impl rusqlite::Params {
    let CollectionInfo { name, brand, season, currency, linesheet_only } = info.clone();
    (id.to_string(), name, brand, season, currency, linesheet_only, now.0)
}

impl Write<'_> {
    /// A new collection.
    pub fn insert_collection(&self, id: CollectionId, info: &CollectionInfo, now: Timestamp) -> Result<()> {
        self.run_one(
            "insert collection",
            "INSERT INTO collection(id, name, brand, season, currency, linesheet_only, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            said(id, info, now),
        )
    }

    /// What a person says of it now.
    pub fn set_collection_info(&self, id: CollectionId, info: &CollectionInfo, now: Timestamp) -> Result<()> {
        self.run_one(
            "set collection info",
            "UPDATE collection SET name = ?2, brand = ?3, season = ?4, currency = ?5, linesheet_only = ?6, updated_at = ?7
             WHERE id = ?1",
            said(id, info, now),
        )
    }

    /// What its linesheets say of it.
    pub fn set_found(
        &self,
        id: CollectionId,
        found: &CollectionInfo,
        categories: &[Category],
        now: Timestamp,
    ) -> Result<()> {
        self.run_one(
            "set found",
            "UPDATE collection SET found = ?2, categories = ?3, updated_at = ?4 WHERE id = ?1",
            params![id.to_string(), serde_json::to_string(found)?, serde_json::to_string(categories)?, now.0],
        )
    }

    /// A person's names and order of its categories.
    pub fn set_category_names(
        &self,
        id: CollectionId,
        renamed: &BTreeMap<String, String>,
        order: &[String],
        now: Timestamp,
    ) -> Result<()> {
        self.run_one(
            "set category names",
            "UPDATE collection SET renamed = ?2, category_order = ?3, updated_at = ?4 WHERE id = ?1",
            params![id.to_string(), serde_json::to_string(renamed)?, serde_json::to_string(order)?, now.0],
        )
    }

    /// A person moved its items: their order stays from now on.
    pub fn set_arranged(&self, id: CollectionId, now: Timestamp) -> Result<()> {
        self.run_one(
            "set arranged",
            "UPDATE collection SET arranged = 1, updated_at = ?2 WHERE id = ?1",
            params![id.to_string(), now.0],
        )
    }

    /// Puts it into the trash or takes it out; answers whether that changed anything.
    pub fn set_collection_removed(&self, id: CollectionId, removed: bool, now: Timestamp) -> Result<bool> {
        let changed = self.run(
            "UPDATE collection SET removed_at = CASE WHEN ?2 THEN ?3 END, updated_at = ?3
             WHERE id = ?1 AND (removed_at IS NULL) = ?2",
            params![id.to_string(), removed, now.0],
        )?;
        Ok(changed == 1)
    }

    /// Collections that lie in the trash since before a time go for good; answers how many. Their documents stay.
    pub fn purge_collections(&self, before: Timestamp) -> Result<u32> {
        let old = self.rows(
            "SELECT id FROM collection WHERE removed_at < ?1 AND NOT EXISTS
               (SELECT 1 FROM job WHERE dedupe_key = collection.id AND open = 1)",
            [before.0],
            |row| row.get::<_, String>(0),
        )?;
        for id in &old {
            self.run("DELETE FROM job WHERE owner = ?1 AND open = 0", [id])?;
            self.run_one("purge collection", "DELETE FROM collection WHERE id = ?1", [id])?;
        }
        Ok(u32::try_from(old.len()).unwrap_or(u32::MAX))
    }
}
