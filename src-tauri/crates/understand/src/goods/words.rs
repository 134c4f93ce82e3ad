//! `lexicon/goods.toml`, ready to be asked.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::squash;

const SOURCE: &str = include_str!("../../lexicon/goods.toml");

/// What a column or a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldName {
    StyleNumber,
    Sku,
    Upc,
    Name,
    Colour,
    ColourCode,
    Size,
    Sizes,
    Waist,
    Length,
    SizeScale,
    Quantity,
    TotalQuantity,
    UnitCost,
    Retail,
    Discount,
    Amount,
    /// Units or money: neighbours tell.
    Total,
    StartShip,
    CancelDate,
    Pack,
    PrepackRatio,
    Packs,
    Category,
    Gender,
    Material,
    Origin,
    Description,
    OrderNumber,
    OrderDate,
    Buyer,
    ShipTo,
    Vendor,
    Season,
    Currency,
    Terms,
    Hs,
    Picture,
    Position,
}

impl FieldName {
    /// As in `OrderColumn::meaning`.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::StyleNumber => "style_number",
            Self::Sku => "sku",
            Self::Upc => "upc",
            Self::Name => "name",
            Self::Colour => "colour",
            Self::ColourCode => "colour_code",
            Self::Size => "size",
            Self::Sizes => "size_range",
            Self::Waist => "waist",
            Self::Length => "length",
            Self::SizeScale => "size_scale",
            Self::Quantity => "quantity",
            Self::TotalQuantity | Self::Total => "total_quantity",
            Self::UnitCost => "unit_cost",
            Self::Retail => "retail",
            Self::Discount => "discount",
            Self::Amount => "amount",
            Self::StartShip => "start_ship",
            Self::CancelDate => "cancel_date",
            Self::Pack => "pack",
            Self::PrepackRatio => "prepack_ratio",
            Self::Packs => "packs",
            Self::Category => "category",
            Self::Gender => "gender",
            Self::Material => "material",
            Self::Origin => "origin",
            Self::Description => "description",
            Self::OrderNumber => "number",
            Self::OrderDate => "date",
            Self::Buyer => "buyer",
            Self::ShipTo => "ship_to",
            Self::Vendor => "vendor",
            Self::Season => "season",
            Self::Currency => "currency",
            Self::Terms => "terms",
            Self::Hs => "hs",
            Self::Picture => "picture",
            Self::Position => "position",
        }
    }

    /// The field of such a meaning.
    pub(crate) fn of_meaning(meaning: &str) -> Option<Self> {
        words().fields.values().flatten().copied().find(|f| f.meaning() == meaning)
    }
}

/// How well a heading says a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Match {
    pub(crate) field: FieldName,
    /// 1 for the whole heading, less for some of its words.
    pub(crate) score: f32,
}

#[derive(Deserialize)]
struct Source {
    fields: HashMap<FieldName, Vec<String>>,
    rows: Rows,
    colours: HashMap<String, Vec<String>>,
    categories: toml::Table,
    people: toml::Table,
    materials: Materials,
    same: Same,
}

#[derive(Deserialize)]
struct Same {
    colours: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Rows {
    sums: Vec<String>,
    same: Vec<String>,
}

#[derive(Deserialize)]
struct Materials {
    words: Vec<String>,
}

/// The words, by their squashed form.
#[derive(Debug, Default)]
pub(crate) struct Words {
    fields: HashMap<String, Vec<FieldName>>,
    sums: HashSet<String>,
    same: HashSet<String>,
    pub(super) colours: HashSet<String>,
    pub(super) qualifiers: HashSet<String>,
    categories: HashMap<String, String>,
    people: HashMap<String, String>,
    materials: HashSet<String>,
    /// The groups of one colour in many tongues.
    pub(super) same_colours: HashMap<String, Vec<usize>>,
}

/// The words this program knows.
pub(crate) fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(SOURCE).unwrap_or_default());
    &WORDS
}

/// [`squash`], which keeps what is only marks, such as `#`.
fn key(text: &str) -> String {
    let squashed = squash(text);
    if squashed.is_empty() { text.trim().to_owned() } else { squashed }
}

/// A heading without what stands in brackets, without units of money and their signs.
fn plain(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len());
    let mut depth = 0_u32;
    for c in heading.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    let kept: Vec<&str> = out
        .split_whitespace()
        .filter(|w| crate::currency::word(w.trim_matches(['/', '.', ','])).is_none())
        .collect();
    if kept.is_empty() { heading.to_owned() } else { kept.join(" ") }
}

impl Words {
    fn read(source: &str) -> Result<Self, toml::de::Error> {
        let source: Source = toml::from_str(source)?;
        let mut words = Self::default();
        let mut fields: Vec<(FieldName, Vec<String>)> = source.fields.into_iter().collect();
        fields.sort();
        for (field, heads) in fields {
            for head in heads {
                let list = words.fields.entry(key(&head)).or_default();
                if !list.contains(&field) {
                    list.push(field);
                }
            }
        }
        for (family, names) in source.colours {
            for name in names {
                if family == "qualifiers" {
                    words.qualifiers.insert(squash(&name));
                } else {
                    words.colours.insert(squash(&name));
                }
            }
        }
        let flat = |table: toml::Table| -> HashMap<String, String> {
            let names = |list: &toml::Value| -> Vec<String> {
                let list = list.as_array().into_iter().flatten();
                list.filter_map(|w| w.as_str().map(squash)).collect()
            };
            let pairs = table.iter().flat_map(|(name, list)| {
                names(list).into_iter().chain([squash(name)]).map(move |word| (word, name.clone()))
            });
            pairs.collect()
        };
        words.categories = flat(source.categories);
        words.people = flat(source.people);
        words.materials = source.materials.words.iter().map(|w| squash(w)).collect();
        for (group, names) in source.same.colours.iter().enumerate() {
            for name in names {
                words.same_colours.entry(squash(name)).or_default().push(group);
            }
        }
        words.sums = source.rows.sums.iter().map(|w| squash(w)).collect();
        words.same = source.rows.same.iter().map(|w| key(w)).collect();
        Ok(words)
    }

    /// The fields that a whole heading or label names, without looking at parts of it.
    pub(crate) fn whole(&self, heading: &str) -> &[FieldName] {
        let heading = heading.trim().trim_end_matches([':', '：']);
        self.fields.get(&key(heading)).map_or(&[], Vec::as_slice)
    }

    /// What a heading may mean, best first.
    pub(crate) fn heading(&self, heading: &str) -> Vec<Match> {
        let mut found: Vec<Match> = vec![];
        let mut add = |fields: &[FieldName], score: f32| {
            for field in fields {
                match found.iter_mut().find(|m| m.field == *field) {
                    Some(m) => m.score = m.score.max(score),
                    None => found.push(Match { field: *field, score }),
                }
            }
        };
        add(self.whole(heading), 1.0);
        let plain = plain(heading);
        add(self.whole(&plain), 0.97);
        // `Style # / SKU`, `Réf. fournisseur`: parts of it, the longer the better.
        let tokens: Vec<&str> =
            plain.split(|c: char| c.is_whitespace() || c == '/').filter(|t| !t.is_empty()).collect();
        if (2..=6).contains(&tokens.len()) {
            for from in 0..tokens.len() {
                for to in from + 1..=tokens.len() {
                    if to - from == tokens.len() {
                        continue;
                    }
                    let part = tokens[from..to].join(" ");
                    let share = part.chars().count() as f32 / plain.chars().count().max(1) as f32;
                    add(self.whole(&part), 0.35 + 0.45 * share);
                }
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
    }

    /// Whether a row that begins with this text is a row of sums.
    pub(crate) fn is_sum(&self, text: &str) -> bool {
        let head = text.trim_end_matches([':', '：']);
        if self.sums.contains(&squash(head)) {
            return true;
        }
        let mut joined = String::new();
        let long = head.split_whitespace().count();
        for (n, word) in head.split_whitespace().take(2).enumerate() {
            joined.push_str(&squash(word));
            // `Subtotal Men Pants`; `Total` alone before other words may begin a name.
            if self.sums.contains(&joined)
                && (n > 0
                    || joined.contains("sub")
                    || joined.contains("sous")
                    || joined.contains("zwischen")
                    || long <= 4)
            {
                return true;
            }
        }
        false
    }

    /// Whether the text stands for what stands above it.
    pub(crate) fn is_same(&self, text: &str) -> bool {
        !text.trim().is_empty() && self.same.contains(&key(text))
    }

    /// The category that the last known word of a name or heading names.
    pub(crate) fn category(&self, text: &str) -> Option<&str> {
        let tokens: Vec<String> = text
            .split(|c: char| c.is_whitespace() || matches!(c, '/' | '&' | ',' | '|' | '·'))
            .map(squash)
            .collect();
        let pairs = tokens.windows(2).rev().find_map(|w| self.categories.get(&w.concat()));
        pairs
            .or_else(|| tokens.iter().rev().find_map(|t| self.categories.get(t)))
            .or_else(|| tokens.iter().rev().find_map(|t| self.categories.get(t.trim_end_matches('s'))))
            .map(String::as_str)
    }

    /// Whom it is made for, as the first known word says.
    pub(crate) fn person(&self, text: &str) -> Option<&str> {
        let mut tokens =
            text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '&' | ',' | '|' | '·' | '-'));
        tokens.find_map(|t| self.people.get(&squash(t))).map(String::as_str)
    }

    /// How many of the words are names of materials, and how many words there are.
    pub(crate) fn material_words(&self, text: &str) -> (usize, usize) {
        let tokens =
            text.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | '+' | '&' | '%' | '-'));
        let words: Vec<String> =
            tokens.map(squash).filter(|t| !t.is_empty() && !t.chars().all(|c| c.is_ascii_digit())).collect();
        (words.iter().filter(|w| self.materials.contains(*w)).count(), words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_many_languages() {
        let words = Words::read(SOURCE).unwrap();
        for (heading, field) in [
            ("Style No.", FieldName::StyleNumber),
            ("Réf.", FieldName::StyleNumber),
            ("品番", FieldName::StyleNumber),
            ("Clr Cd", FieldName::ColourCode),
            ("Prix de gros EUR", FieldName::UnitCost),
            ("Wholesale (USD)", FieldName::UnitCost),
            ("PVC TTC €", FieldName::Retail),
            ("Q.tà", FieldName::Quantity),
            ("Ttl Units", FieldName::TotalQuantity),
            ("Cancel if not shipped by", FieldName::CancelDate),
            ("Vendor Style Number", FieldName::StyleNumber),
            ("Color Code", FieldName::ColourCode),
        ] {
            assert_eq!(words.heading(heading).first().map(|m| m.field), Some(field), "{heading}");
        }
        assert!(words.heading("Carton labels").is_empty());
    }

    #[test]
    fn sums_and_repeats() {
        let words = words();
        assert!(words.is_sum("Sub-total Men Pants"));
        assert!(words.is_sum("TOTAL"));
        assert!(words.is_sum("Grand Total:"));
        assert!(!words.is_sum("Totally Tee"));
        assert!(words.is_same("\"") && words.is_same("same as above") && !words.is_same(""));
    }

    #[test]
    fn names_tell_categories_and_people() {
        let words = words();
        assert_eq!(words.category("Juno Gym Tank"), Some("Tanks"));
        assert_eq!(words.category("Herren Jacken"), Some("Jackets"));
        assert_eq!(words.category("Bruno"), None);
        assert_eq!(words.person("Women's Tops"), Some("Women"));
        assert_eq!(words.person("Herren Jacken"), Some("Men"));
    }
}
