//! What a library takes of the disk.

use serde::{Deserialize, Serialize};

/// A library's place and size; sizes are bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Storage {
    /// Its folder.
    pub library: String,
    /// Stored originals, those in the trash included.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub originals: u64,
    /// Pictures of pages.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub pictures: u64,
    /// The database.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub database: u64,
    /// Originals that only documents in the trash need.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub trash: u64,
    /// Documents in the trash.
    pub trash_documents: u32,
    /// What is free where the library lies, as far as the system says.
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub free: Option<u64>,
}
