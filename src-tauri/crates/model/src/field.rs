//! Values taken from a page, each with its proof: where it stands, how sure, and who said so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Rect;

/// One value. Normalised as the command line's contract says: dates `YYYY-MM-DD`, amounts a decimal string with a
/// point, `currency` ISO 4217.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Field {
    /// The normalised value.
    pub value: String,
    /// The words as printed.
    pub text: String,
    /// Where it stands on its page; absent for a value that a person typed or that follows from others.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub bbox: Option<Rect>,
    /// The page it stands on, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    /// 0 to 1. At 0.9 and above it should be right at least 19 times in 20.
    pub confidence: f32,
    /// Who said so: `rules@N` (the rules' schema version), `person`, or a provider's name.
    pub by: String,
}

/// The values of a page or document by field name (`vendor`, `total`, …). A field that was not found is absent.
pub type Fields = BTreeMap<String, Field>;

/// One row of a table of goods, by column name (`description`, `quantity`, `amount`, …).
pub type LineItem = BTreeMap<String, Field>;

/// Whether numbers that belong together add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Check {
    /// The sum: `line 4: 6 × 48.00 ≠ 300.00`.
    pub what: String,
    /// Whether it holds.
    pub holds: bool,
    /// The row of goods it is about, from 1; absent for sums of the whole document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
}
