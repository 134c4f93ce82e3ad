//! Tables `purchase_order` and `order_column`: orders as read, and what a person said of their columns.

use papertray_model::{CollectionId, DocumentId, Order};
use rusqlite::params;

use crate::{Read, Result, Write, rows::json};

impl Read<'_> {
    /// The orders of a collection as they were read last, in the order of its files.
    pub fn orders(&self, id: CollectionId) -> Result<Vec<Order>> {
        self.rows(
            "SELECT o.content FROM purchase_order o JOIN collection_input i
               ON i.collection_id = o.collection_id AND i.document_id = o.document_id AND i.role = 'purchase_order'
             WHERE o.collection_id = ?1 ORDER BY i.position, i.document_id",
            [id.to_string()],
            |row| json(row, 0),
        )
    }

    /// What a person said of an order's columns: headings and meanings.
    pub fn order_columns(
        &self,
        id: CollectionId,
        document: DocumentId,
    ) -> Result<Vec<(String, Option<String>)>> {
        self.rows(
            "SELECT heading, meaning FROM order_column WHERE collection_id = ?1 AND document_id = ?2 ORDER BY heading",
            [id.to_string(), document.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl Write<'_> {
    /// Keeps an order as read.
    pub fn put_order(&self, id: CollectionId, document: DocumentId, order: &Order) -> Result<()> {
        self.run_one(
            "put order",
            "INSERT OR REPLACE INTO purchase_order(collection_id, document_id, content) VALUES (?1, ?2, ?3)",
            params![id.to_string(), document.to_string(), serde_json::to_string(order)?],
        )
    }

    /// A person says what a column means; `None`: nothing that is used.
    pub fn set_order_column(
        &self,
        id: CollectionId,
        document: DocumentId,
        heading: &str,
        meaning: Option<&str>,
    ) -> Result<()> {
        self.run_one(
            "set order column",
            "INSERT OR REPLACE INTO order_column(collection_id, document_id, heading, meaning) VALUES (?1, ?2, ?3, ?4)",
            params![id.to_string(), document.to_string(), heading, meaning],
        )
    }
}
