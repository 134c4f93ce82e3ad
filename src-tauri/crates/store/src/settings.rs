//! Table `setting`: one JSON value a key.

use rusqlite::params;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Read, Result, Write};

impl Read<'_> {
    /// The value of `key`; `None` where it was never set or no longer reads as `T`.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let json: Option<String> =
            self.first("SELECT value FROM setting WHERE key = ?1", [key], |r| r.get(0))?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }
}

impl Write<'_> {
    /// Sets `key`.
    pub fn set_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<()> {
        let json = serde_json::to_string(value)?;
        self.run_one(
            "set setting",
            "INSERT INTO setting(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            params![key, json],
        )
    }
}
