//! The privacy ledger: what was sent to services outside this computer, written before it is sent.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, Timestamp};

/// What is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NewSending {
    /// The service's name.
    pub provider: String,
    /// The step it is asked for.
    pub step: String,
    /// The host it goes to.
    pub host: String,
    /// The document it is about.
    pub document_id: Option<DocumentId>,
    /// What is sent, for people.
    pub what: String,
    /// How many bytes.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub bytes: u64,
    /// Estimated cost in millionths of the account's currency.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub cost_micros: u64,
    /// Pages sent.
    pub pages: u32,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SendingRow {
    /// Its number; later lines have higher ones.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub id: i64,
    /// When it was written, before sending.
    pub at: Timestamp,
    /// What was sent; the cost is an estimate until it ended well.
    #[serde(flatten)]
    pub sent: NewSending,
    /// `success`, or why not; absent while under way or where Papertray ended meanwhile.
    pub outcome: Option<String>,
}

/// What services were used for since a time. Only successes count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Spent {
    /// Pages.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub pages: u64,
    /// Millionths of the account's currency.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub cost_micros: u64,
}
