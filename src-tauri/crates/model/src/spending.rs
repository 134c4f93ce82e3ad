//! What the library's documents add up to: for the charts in Activity.

use serde::{Deserialize, Serialize};

/// How many documents came in on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DayCount {
    /// `YYYY-MM-DD`, in the time zone that was asked for.
    pub day: String,
    /// How many.
    pub documents: u32,
}

/// What accepted bills, invoices and receipts of one kind add up to, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Spend {
    /// A vendor's name, or a month (`YYYY-MM`).
    pub of: String,
    /// ISO 4217; empty where the documents name none.
    pub currency: String,
    /// How many documents.
    pub documents: u32,
    /// The sum of their totals, a decimal string of two places.
    pub total: String,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Analytics {
    /// Days on which documents came in, oldest first.
    pub days: Vec<DayCount>,
    /// By month of the documents' own date, oldest first; the currency with most documents first within a month.
    pub months: Vec<Spend>,
    /// By vendor, the largest sum of each currency first.
    pub vendors: Vec<Spend>,
}
