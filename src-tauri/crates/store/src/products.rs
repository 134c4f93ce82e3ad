//! Table `product`: what a collection's linesheets offer.

use papertray_model::{CollectionId, Product};
use rusqlite::params;

use crate::{Read, Result, Write, rows::json};

impl Read<'_> {
    /// The products of a collection, in their order.
    pub fn products(&self, id: CollectionId) -> Result<Vec<Product>> {
        self.rows(
            "SELECT product FROM product WHERE collection_id = ?1 ORDER BY position",
            [id.to_string()],
            |row| json(row, 0),
        )
    }

    /// How many products a collection has.
    pub fn product_count(&self, id: CollectionId) -> Result<u32> {
        self.number("SELECT count(*) FROM product WHERE collection_id = ?1", [id.to_string()])
    }
}

impl Write<'_> {
    /// The products of a collection are these.
    pub fn put_products(&self, id: CollectionId, products: &[Product]) -> Result<()> {
        let collection = id.to_string();
        self.run("DELETE FROM product WHERE collection_id = ?1", [&collection])?;
        for (position, product) in (0_u32..).zip(products) {
            self.run_one(
                "put product",
                "INSERT INTO product(collection_id, position, product) VALUES (?1, ?2, ?3)",
                params![collection, position, serde_json::to_string(product)?],
            )?;
        }
        Ok(())
    }
}
