//! Identifiers. Those of UUID version 7 sort by the time they were made.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An id of its own type over a UUID version 7, written in lower-case hyphenated form.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(feature = "specta", specta(type = String))] uuid::Uuid);

        impl $name {
            /// A new id made of the current time and randomness.
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(s).map(Self)
            }
        }
    };
}

id!(
    /// A document in a library.
    DocumentId
);
id!(
    /// A collection in a library.
    CollectionId
);
id!(
    /// An item of a collection.
    ItemId
);

id!(
    /// What a job works on: a document or a collection. The job's kind says which.
    OwnerId
);

impl OwnerId {
    /// The document, of a job whose kind works on one.
    pub fn document(self) -> DocumentId {
        DocumentId(self.0)
    }

    /// The collection, of a job whose kind works on one.
    pub fn collection(self) -> CollectionId {
        CollectionId(self.0)
    }
}

impl From<DocumentId> for OwnerId {
    fn from(id: DocumentId) -> Self {
        Self(id.0)
    }
}

impl From<CollectionId> for OwnerId {
    fn from(id: CollectionId) -> Self {
        Self(id.0)
    }
}

/// A job in the queue: its row number, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct JobId(pub u32);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The BLAKE3 hash of a stored file's bytes, as 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct BlobHash(String);

impl BlobHash {
    /// Accepts exactly 64 lower-case hexadecimal digits; anything else could name a path outside the blob folder.
    pub fn parse(hex: &str) -> Option<Self> {
        let valid = hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(hex.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_id_reads_back_from_its_text() {
        let id = DocumentId::new();
        assert_eq!(id.to_string().parse::<DocumentId>().unwrap(), id);
        assert!("not-an-id".parse::<DocumentId>().is_err());
    }

    #[test]
    fn a_blob_hash_cannot_name_a_path() {
        assert!(BlobHash::parse(&"a".repeat(64)).is_some());
        assert!(BlobHash::parse("../../etc/passwd").is_none());
        assert!(BlobHash::parse(&"A".repeat(64)).is_none());
    }
}
