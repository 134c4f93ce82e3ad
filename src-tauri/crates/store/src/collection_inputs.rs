//! Table `collection_input`: the documents of a collection, each in a role.

use papertray_model::{CollectionId, DocumentId, Timestamp, collection::InputRole};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{damaged, from_json_word, json_word, parsed, word},
};

impl Read<'_> {
    /// The documents of a collection, in the order they were added.
    pub fn inputs(&self, id: CollectionId) -> Result<Vec<(DocumentId, InputRole)>> {
        self.rows(
            "SELECT document_id, role FROM collection_input WHERE collection_id = ?1 ORDER BY position, document_id",
            [id.to_string()],
            |row| Ok((parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?, word(row, 1, from_json_word)?)),
        )
    }

    /// The collections that a document belongs to.
    pub fn collections_of(&self, id: DocumentId) -> Result<Vec<CollectionId>> {
        self.rows(
            "SELECT collection_id FROM collection_input WHERE document_id = ?1",
            [id.to_string()],
            |row| parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL")),
        )
    }
}

impl Write<'_> {
    /// Adds a document in a role, or gives it another one.
    pub fn put_input(
        &self,
        id: CollectionId,
        document: DocumentId,
        role: InputRole,
        now: Timestamp,
    ) -> Result<()> {
        self.run_one(
            "put input",
            "INSERT INTO collection_input(collection_id, document_id, role, position) VALUES (?1, ?2, ?3,
               (SELECT coalesce(max(position), 0) + 1 FROM collection_input WHERE collection_id = ?1))
             ON CONFLICT(collection_id, document_id) DO UPDATE SET role = excluded.role",
            params![id.to_string(), document.to_string(), json_word(&role)?],
        )?;
        self.touch(id, now)
    }

    /// Takes a document out; answers whether it was in. What an order of it said goes too.
    pub fn remove_input(&self, id: CollectionId, document: DocumentId, now: Timestamp) -> Result<bool> {
        let (collection, document) = (id.to_string(), document.to_string());
        self.run(
            "DELETE FROM purchase_order WHERE collection_id = ?1 AND document_id = ?2",
            [&collection, &document],
        )?;
        let removed = self.run(
            "DELETE FROM collection_input WHERE collection_id = ?1 AND document_id = ?2",
            [&collection, &document],
        )?;
        self.touch(id, now)?;
        Ok(removed == 1)
    }

    /// A document turned out to be another one: collections name that from now on.
    pub(crate) fn move_inputs(&self, from: DocumentId, to: DocumentId) -> Result<()> {
        self.run(
            "UPDATE OR IGNORE collection_input SET document_id = ?2 WHERE document_id = ?1",
            [from.to_string(), to.to_string()],
        )
        .map(drop)
    }

    pub(crate) fn touch(&self, id: CollectionId, now: Timestamp) -> Result<()> {
        self.run_one(
            "touch collection",
            "UPDATE collection SET updated_at = ?2 WHERE id = ?1",
            params![id.to_string(), now.0],
        )
    }
}
