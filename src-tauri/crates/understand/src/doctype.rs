//! Document types as data: `doctypes/*.toml`, and those that a person adds.
//!
//! A type says how it is told apart (titles, evidence for and against, features of the page), which fields it has under
//! which labels, what the columns of its table of goods are called, and what a language model is asked. A person's type
//! of the same name takes the place of a built-in one; a file that cannot be read is named with its line, and the rest
//! go on.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, OnceLock};

use papertray_model::TypeProblem;
use serde::Deserialize;

use crate::lexicon::Column;
use crate::text::{loose, squash};

const SOURCES: [(&str, &str); 9] = [
    ("invoice.toml", include_str!("../doctypes/invoice.toml")),
    ("receipt.toml", include_str!("../doctypes/receipt.toml")),
    ("bill.toml", include_str!("../doctypes/bill.toml")),
    ("eway_bill.toml", include_str!("../doctypes/eway_bill.toml")),
    ("purchase_order.toml", include_str!("../doctypes/purchase_order.toml")),
    ("delivery_note.toml", include_str!("../doctypes/delivery_note.toml")),
    ("linesheet.toml", include_str!("../doctypes/linesheet.toml")),
    ("plan.toml", include_str!("../doctypes/plan.toml")),
    ("unknown.toml", include_str!("../doctypes/unknown.toml")),
];

/// What a field's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
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
    /// Counts up with every change, so that older results can be told apart.
    #[serde(default = "first")]
    version: u32,
    extends: Option<String>,
    threshold: f32,
    title_weight: f32,
    titles: Vec<String>,
    /// What a language model is told about this type.
    #[serde(default)]
    prompt: String,
    /// What the columns of its table of goods are called; none: it has no such table.
    #[serde(default)]
    rows: BTreeMap<Column, String>,
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

fn first() -> u32 {
    1
}

/// Fields (their place in the list) by the key of a label.
type Labels = HashMap<String, (usize, Rank)>;

/// A type, ready for use.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    /// A person added or changed it: the file it stands in.
    pub(crate) own: Option<String>,
    pub(crate) version: u32,
    pub(crate) prompt: String,
    pub(crate) rows: BTreeMap<Column, String>,
    /// The score from which a page is of this type.
    pub(crate) threshold: f32,
    pub(crate) title_weight: f32,
    pub(crate) title_suffixes: Vec<String>,
    pub(crate) features: BTreeMap<String, f32>,
    pub(crate) fields: Vec<FieldSpec>,
    labels: Labels,
    loose_labels: Labels,
    /// Of its JSON Schema, made when it is first needed.
    validator: Arc<OnceLock<Option<jsonschema::Validator>>>,
}

impl Spec {
    /// Checks values against the type's JSON Schema.
    pub(crate) fn validator(&self) -> Option<&jsonschema::Validator> {
        self.validator.get_or_init(|| jsonschema::validator_for(&self.schema()).ok()).as_ref()
    }

    /// Whether values are read from pages of this type.
    pub(crate) fn is_read(&self) -> bool {
        !self.fields.is_empty() || self.name == "plan"
    }

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
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) specs: Vec<Spec>,
    /// Phrases by squashed key.
    signs: HashMap<String, Signs>,
    loose_signs: HashMap<String, String>,
}

impl Catalog {
    /// The types of these files; later ones take the place of earlier ones of the same name. With what could not be used.
    pub(crate) fn read(builtin: &[(&str, &str)], own: &[(String, String)]) -> (Self, Vec<TypeProblem>) {
        let mut problems = vec![];
        let mut sources: Vec<(Source, Option<String>)> = vec![];
        let files = builtin.iter().map(|(file, text)| (*file, *text, false));
        for (file, text, is_own) in files.chain(own.iter().map(|(f, t)| (f.as_str(), t.as_str(), true))) {
            match parse(file, text) {
                Ok(source) => {
                    let entry = (source, is_own.then(|| file.to_owned()));
                    match sources.iter_mut().find(|(s, _)| s.name == entry.0.name) {
                        Some(known) => *known = entry,
                        None => sources.push(entry),
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        // A person's types stand before `unknown`, which is last.
        sources.sort_by_key(|(source, _)| source.name == "unknown");
        let mut catalog = Self::default();
        for (source, own) in &sources {
            let base = source.extends.as_ref().map(|n| (n, sources.iter().find(|(s, _)| s.name == *n)));
            let base = match base {
                Some((name, None)) => {
                    problems.push(TypeProblem {
                        file: own.clone().unwrap_or_default(),
                        line: None,
                        message: format!("it extends `{name}`, which is no type"),
                    });
                    continue;
                }
                other => other.and_then(|(_, base)| base).map(|(base, _)| base),
            };
            catalog.add(source, base, own.clone());
        }
        catalog.loose_signs =
            catalog.signs.keys().filter(|k| k.len() > 6).map(|k| (loose(k), k.clone())).collect();
        (catalog, problems)
    }

    fn add(&mut self, source: &Source, base: Option<&Source>, own: Option<String>) {
        let number = self.specs.len();
        let mut fields = source.fields.clone();
        let mut rows = source.rows.clone();
        if let Some(base) = base {
            let names: Vec<&String> = source.fields.iter().map(|f| &f.name).collect();
            fields.extend(base.fields.iter().filter(|f| !names.contains(&&f.name)).cloned());
            if rows.is_empty() {
                rows.clone_from(&base.rows);
            }
        }
        let phrases = source.titles.iter().map(|t| (t, source.title_weight, true));
        let phrases = phrases.chain(source.evidence.iter().map(|(p, w)| (p, *w, false)));
        let phrases = phrases.chain(source.against.iter().map(|(p, w)| (p, -*w, false)));
        for (phrase, weight, is_title) in phrases {
            self.signs.entry(squash(phrase)).or_default().push((number, weight, is_title));
        }
        let (labels, loose_labels) = label_maps(&fields);
        self.specs.push(Spec {
            name: source.name.clone(),
            own,
            version: source.version,
            prompt: source.prompt.clone(),
            rows,
            threshold: source.threshold,
            title_weight: source.title_weight,
            title_suffixes: source.title_suffixes.iter().map(|s| squash(s)).collect(),
            features: source.features.clone(),
            fields,
            labels,
            loose_labels,
            validator: Arc::default(),
        });
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

/// Reads one file.
fn parse(file: &str, text: &str) -> Result<Source, TypeProblem> {
    let problem = |line, message| TypeProblem { file: file.to_owned(), line, message };
    let source: Source = toml::from_str(text).map_err(|error| {
        let line =
            error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() as u32 + 1);
        problem(line, error.message().trim().to_owned())
    })?;
    let word = |name: &str| {
        !name.is_empty()
            && name.len() <= 40
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let line_of = |name: &str| {
        text.lines().position(|l| l.contains(&format!("\"{name}\""))).map(|line| line as u32 + 1)
    };
    if let Some(name) = source
        .fields
        .iter()
        .map(|f| &f.name)
        .chain([&source.name])
        .chain(source.rows.values())
        .find(|name| !word(name))
    {
        let message = format!("`{name}` is no name: small letters, digits and `_`, at most 40");
        return Err(problem(line_of(name), message));
    }
    Ok(source)
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    // The files are part of the program and a test reads them; an unreadable one would leave its pages unknown.
    Catalog::read(&SOURCES, &[]).0
});

/// The types this program brings along.
pub(crate) fn builtin() -> &'static Catalog {
    &BUILTIN
}

/// The types this program brings along and a person's, with what could not be used.
pub(crate) fn with_own(own: &[(String, String)]) -> (Catalog, Vec<TypeProblem>) {
    Catalog::read(&SOURCES, own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_readable() {
        let (catalog, problems) = Catalog::read(&SOURCES, &[]);
        assert_eq!(problems, []);
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
        let bill = builtin().spec("bill").unwrap();
        let field = |key: &str| bill.label(&squash(key)).map(|(f, _)| bill.fields[f].name.as_str());
        assert_eq!(field("Invoice No."), Some("number"));
        assert_eq!(field("CGST"), Some("cgst"));
        assert_eq!(field("Place of Supply"), Some("place_of_supply"));
        assert_eq!(field("Round off"), Some("round_off"));
    }

    #[test]
    fn labels_of_five_languages() {
        let invoice = builtin().spec("invoice").unwrap();
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

    const WARRANTY: &str = r#"
name = "warranty"
version = 3
threshold = 3.0
title_weight = 5.0
titles = ["warranty card"]
[[fields]]
name = "serial"
kind = "number"
strong = ["serial no"]
"#;

    #[test]
    fn a_person_adds_and_changes_types_and_a_bad_file_is_named_with_its_line() {
        let own = [
            ("warranty.toml".to_owned(), WARRANTY.to_owned()),
            ("receipt.toml".to_owned(), WARRANTY.replace("\"warranty\"", "\"receipt\"")),
            ("typo.toml".to_owned(), WARRANTY.replace("strong", "stong")),
            ("name.toml".to_owned(), WARRANTY.replace("\"serial\"", "\"Serial No\"")),
            (
                "base.toml".to_owned(),
                WARRANTY.replace("version = 3", "extends = \"nothing\"").replace("\"warranty\"", "\"x\""),
            ),
        ];
        let (catalog, problems) = with_own(&own);
        assert_eq!(
            catalog.spec("warranty").map(|s| (s.version, s.own.as_deref())),
            Some((3, Some("warranty.toml")))
        );
        assert!(catalog.spec("receipt").unwrap().label("serialno").is_some(), "it replaces the built-in one");
        assert!(catalog.spec("invoice").is_some());
        assert_eq!(catalog.specs.last().map(|s| s.name.as_str()), Some("unknown"));
        let said: Vec<(&str, Option<u32>)> = problems.iter().map(|p| (p.file.as_str(), p.line)).collect();
        assert_eq!(said, [("typo.toml", Some(10)), ("name.toml", Some(8)), ("base.toml", None)]);
        assert!(problems[0].message.contains("stong"), "{}", problems[0].message);
    }
}
