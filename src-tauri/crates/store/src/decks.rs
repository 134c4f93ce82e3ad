//! Tables `deck`, `deck_version` and `deck_blob`: what is set about a collection's deck, and the decks that were made.

use papertray_model::{
    BlobHash, CollectionId,
    deck::{DeckSettings, DeckVersion},
};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{Read, Result, Write, rows::json};

/// A slide of a kept deck, to compare it with another deck's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSlide {
    /// Names it in its deck.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Of everything drawn on it.
    pub hash: String,
}

/// A deck that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDeck {
    /// As people see it; `version` and `out_of_date` are set when it is kept and when it is looked at.
    pub version: DeckVersion,
    /// Hash of the settings and items it was made from.
    pub made_from: String,
    /// Its slides, those in the files only.
    pub slides: Vec<KeptSlide>,
}

impl Read<'_> {
    /// What is set about a collection's deck; `None` where nothing was set yet.
    pub fn deck_settings(&self, id: CollectionId) -> Result<Option<DeckSettings>> {
        self.first("SELECT settings FROM deck WHERE collection_id = ?1", [id.to_string()], |row| json(row, 0))
    }

    /// The decks that were made, newest first.
    pub fn decks(&self, id: CollectionId) -> Result<Vec<StoredDeck>> {
        self.rows(
            "SELECT record, made_from, slides FROM deck_version WHERE collection_id = ?1 ORDER BY version DESC",
            [id.to_string()],
            |row| Ok(StoredDeck { version: json(row, 0)?, made_from: row.get(1)?, slides: json(row, 2)? }),
        )
    }
}

impl Write<'_> {
    /// Keeps what is set about a collection's deck.
    pub fn put_deck_settings(&self, id: CollectionId, settings: &DeckSettings) -> Result<()> {
        self.run_one(
            "put deck settings",
            "INSERT OR REPLACE INTO deck(collection_id, settings) VALUES (?1, ?2)",
            params![id.to_string(), serde_json::to_string(settings)?],
        )?;
        settings.look.logo.as_ref().map_or(Ok(()), |logo| self.hold_deck_blob(id, logo))
    }

    /// A stored file that a collection's deck needs.
    fn hold_deck_blob(&self, id: CollectionId, blob: &BlobHash) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO deck_blob(collection_id, blob_hash) VALUES (?1, ?2)";
        self.run(sql, params![id.to_string(), blob.as_str()]).map(drop)
    }

    /// Keeps a deck that was made, under its version's number.
    pub fn put_deck(&self, id: CollectionId, deck: &StoredDeck) -> Result<()> {
        self.run_one(
            "put deck version",
            "INSERT OR REPLACE INTO deck_version(collection_id, version, made_from, slides, record)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id.to_string(),
                deck.version.version,
                deck.made_from,
                serde_json::to_string(&deck.slides)?,
                serde_json::to_string(&deck.version)?
            ],
        )?;
        for file in &deck.version.files {
            self.hold_deck_blob(id, &file.blob)?;
        }
        Ok(())
    }
}
