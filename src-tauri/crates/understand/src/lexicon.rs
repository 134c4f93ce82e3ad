//! Words that the rules know beside the labels of document types: `lexicon/words.toml`, read once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::squash;

const SOURCE: &str = include_str!("../lexicon/words.toml");

/// What a column of a table of goods holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Column {
    Position,
    Code,
    Colour,
    ColourCode,
    Size,
    SizeRange,
    Upc,
    Retail,
    Description,
    Hsn,
    Quantity,
    Unit,
    UnitPrice,
    TaxRate,
    TaxAmount,
    Discount,
    Amount,
    Other,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    names: NameWords,
    amounts: AmountWords,
    columns: HashMap<Column, Vec<String>>,
}

/// Squashed words, compared whole.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct Words(HashSet<String>);

impl From<Vec<String>> for Words {
    fn from(list: Vec<String>) -> Self {
        Self(list.iter().map(|w| squash(w)).collect())
    }
}

impl Words {
    /// Whether the squashed word is one of them.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    /// Whether one of them begins the squashed text.
    pub(crate) fn begin(&self, key: &str) -> bool {
        self.0.iter().any(|w| key.starts_with(w.as_str()))
    }

    /// Whether one of four letters or more stands inside the squashed text: recognition joins words.
    pub(crate) fn inside(&self, key: &str) -> bool {
        self.0.iter().any(|w| w.len() >= 4 && key.contains(w.as_str()))
    }
}

/// Words of and against names of companies.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameWords {
    pub(crate) legal_forms: Words,
    pub(crate) business: Words,
    pub(crate) address: Words,
    pub(crate) others: Words,
}

/// Words beside amounts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmountWords {
    pub(crate) spoilers: Words,
    pub(crate) without_tax: Words,
    pub(crate) with_tax: Words,
    pub(crate) tax: Words,
    pub(crate) summaries: Words,
    pub(crate) closings: Words,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) names: NameWords,
    pub(crate) amounts: AmountWords,
    columns: HashMap<String, Column>,
}

impl Lexicon {
    fn read(source: &str) -> Result<Self, toml::de::Error> {
        let Source { names, amounts, columns } = toml::from_str(source)?;
        let mut heads: Vec<(String, Column)> = columns
            .into_iter()
            .flat_map(|(column, list)| list.into_iter().map(move |head| (head, column)))
            .map(|(head, column)| (if head == "#" { head } else { squash(&head) }, column))
            .collect();
        // A head that two columns claim goes to the first of them in the order of the type.
        heads.sort();
        heads.dedup_by(|b, a| a.0 == b.0);
        Ok(Self { names, amounts, columns: heads.into_iter().collect() })
    }

    /// The column that a squashed head names.
    pub(crate) fn column(&self, key: &str) -> Option<Column> {
        self.columns.get(key).copied()
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(SOURCE).unwrap_or_default());

/// The words this program knows.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_readable() {
        let lexicon = Lexicon::read(SOURCE).unwrap();
        assert!(lexicon.names.legal_forms.has("gmbh"));
        assert!(lexicon.amounts.summaries.begin("gstsummaryamount"));
        assert_eq!(lexicon.column("menge"), Some(Column::Quantity));
        assert_eq!(lexicon.column("#"), Some(Column::Position));
    }
}
