//! Document types as data: `doctypes/*.toml`, read once.
//!
//! A type says how it is told apart (titles, evidence for and against, features of the page) and which fields it has
//! under which labels. A new type is a new file and a line in [`SOURCES`].

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::{loose, squash};

const SOURCES: [&str; 9] = [
    include_str!("../doctypes/invoice.toml"),
    include_str!("../doctypes/receipt.toml"),
    include_str!("../doctypes/bill.toml"),
    include_str!("../doctypes/eway_bill.toml"),
    include_str!("../doctypes/purchase_order.toml"),
    include_str!("../doctypes/delivery_note.toml"),
    include_str!("../doctypes/linesheet.toml"),
    include_str!("../doctypes/plan.toml"),
    include_str!("../doctypes/unknown.toml"),
];

/// What a field's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Money,
    Date,
    /// A document's number.
    Number,
    /// A company or person.
    Party,
    Currency,
    TaxId,
    Gstin,
    Eway,
    Vehicle,
    Irn,
    Hsn,
    Mode,
    Distance,
    /// A count.
    Integer,
    /// A few words to the end of the cell.
    Text,
    /// One word.
    Short,
}

/// How surely a label says its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Weak,
    Usual,
    Strong,
}

/// A field of a type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldSpec {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    extends: Option<String>,
    threshold: f32,
    title_weight: f32,
    titles: Vec<String>,
    #[serde(default)]
    title_suffixes: Vec<String>,
    #[serde(default)]
    evidence: BTreeMap<String, f32>,
    #[serde(default)]
    against: BTreeMap<String, f32>,
    #[serde(default)]
    features: BTreeMap<String, f32>,
    #[serde(default)]
    fields: Vec<FieldSpec>,
}

/// Fields (their place in the list) by the key of a label.
type Labels = HashMap<String, (usize, Rank)>;

/// A type, ready for use.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    /// The score from which a page is of this type.
    pub(crate) threshold: f32,
    pub(crate) title_weight: f32,
    pub(crate) title_suffixes: Vec<String>,
    pub(crate) features: BTreeMap<String, f32>,
    pub(crate) fields: Vec<FieldSpec>,
    labels: Labels,
    loose_labels: Labels,
}

impl Spec {
    /// The field (its place in [`Self::fields`]) that a squashed label names.
    pub(crate) fn label(&self, key: &str) -> Option<(usize, Rank)> {
        self.labels.get(key).copied()
    }

    /// The same for a loosely folded label; only for longer ones, short ones collide.
    pub(crate) fn loose_label(&self, key: &str) -> Option<(usize, Rank)> {
        if key.len() < 6 { None } else { self.loose_labels.get(key).copied() }
    }
}

/// What a phrase says about types: (type, weight, is a title).
pub(crate) type Signs = Vec<(usize, f32, bool)>;

/// All types.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) specs: Vec<Spec>,
    /// Phrases by squashed key.
    signs: HashMap<String, Signs>,
    loose_signs: HashMap<String, String>,
}

impl Catalog {
    fn read(sources: &[&str]) -> Result<Self, toml::de::Error> {
        let sources: Vec<Source> = sources.iter().map(|s| toml::from_str(s)).collect::<Result<_, _>>()?;
        let mut catalog = Self::default();
        for (number, source) in sources.iter().enumerate() {
            let base = source.extends.as_ref().and_then(|n| sources.iter().find(|s| s.name == *n));
            let mut fields = source.fields.clone();
            if let Some(base) = base {
                let own: Vec<&String> = source.fields.iter().map(|f| &f.name).collect();
                fields.extend(base.fields.iter().filter(|f| !own.contains(&&f.name)).cloned());
            }
            for title in &source.titles {
                catalog.signs.entry(squash(title)).or_default().push((number, source.title_weight, true));
            }
            for (phrase, weight) in &source.evidence {
                catalog.signs.entry(squash(phrase)).or_default().push((number, *weight, false));
            }
            for (phrase, weight) in &source.against {
                catalog.signs.entry(squash(phrase)).or_default().push((number, -*weight, false));
            }
            let (labels, loose_labels) = label_maps(&fields);
            catalog.specs.push(Spec {
                name: source.name.clone(),
                threshold: source.threshold,
                title_weight: source.title_weight,
                title_suffixes: source.title_suffixes.iter().map(|s| squash(s)).collect(),
                features: source.features.clone(),
                fields,
                labels,
                loose_labels,
            });
        }
        catalog.loose_signs =
            catalog.signs.keys().filter(|k| k.len() > 6).map(|k| (loose(k), k.clone())).collect();
        Ok(catalog)
    }

    /// What the phrase says, by its squashed and its loose key.
    pub(crate) fn signs(&self, key: &str, loose_key: &str) -> Option<&Signs> {
        self.signs.get(key).or_else(|| self.signs.get(self.loose_signs.get(loose_key)?))
    }

    /// The type of this name.
    pub(crate) fn spec(&self, name: &str) -> Option<&Spec> {
        self.specs.iter().find(|s| s.name == name)
    }
}

/// Labels by key. The first field that claims a label has it; a field's own place in the file settles ties.
fn label_maps(fields: &[FieldSpec]) -> (Labels, Labels) {
    let mut labels = Labels::new();
    let mut loose_labels = Labels::new();
    for (rank, list) in [
        (Rank::Strong, (|f: &FieldSpec| f.strong.clone()) as fn(&FieldSpec) -> Vec<String>),
        (Rank::Usual, |f| f.labels.clone()),
        (Rank::Weak, |f| f.weak.clone()),
    ] {
        for (number, field) in fields.iter().enumerate() {
            for label in list(field) {
                labels.entry(squash(&label)).or_insert((number, rank));
                loose_labels.entry(loose(&label)).or_insert((number, rank));
            }
        }
    }
    labels.remove("");
    loose_labels.remove("");
    (labels, loose_labels)
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    // The files are part of the program and a test reads them; an unreadable one would leave every page unknown.
    Catalog::read(&SOURCES).unwrap_or_default()
});

/// The types this program knows.
pub(crate) fn catalog() -> &'static Catalog {
    &CATALOG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_readable() {
        let catalog = Catalog::read(&SOURCES).unwrap();
        let names: Vec<&str> = catalog.specs.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "invoice",
                "receipt",
                "bill",
                "eway_bill",
                "purchase_order",
                "delivery_note",
                "linesheet",
                "plan",
                "unknown"
            ]
        );
    }

    #[test]
    fn a_type_may_extend_another() {
        let bill = catalog().spec("bill").unwrap();
        let field = |key: &str| bill.label(&squash(key)).map(|(f, _)| bill.fields[f].name.as_str());
        assert_eq!(field("Invoice No."), Some("number"));
        assert_eq!(field("CGST"), Some("cgst"));
        assert_eq!(field("Place of Supply"), Some("place_of_supply"));
        assert_eq!(field("Round off"), Some("round_off"));
    }

    #[test]
    fn labels_of_five_languages() {
        let invoice = catalog().spec("invoice").unwrap();
        for (label, name) in [
            ("Invoice Date", "date"),
            ("Rechnungsnummer", "number"),
            ("Date d'échéance", "due_date"),
            ("Importe total", "total"),
            ("Totale imponibile", "subtotal"),
            ("Kunden-Nr.", "_other_id"),
        ] {
            assert_eq!(
                invoice.label(&squash(label)).map(|(f, _)| invoice.fields[f].name.as_str()),
                Some(name),
                "{label}"
            );
        }
    }
}
