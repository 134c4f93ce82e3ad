//! What the columns of a linesheet's table hold.

use crate::currency;
use crate::goods::{FieldName, sizes, words};
use crate::text::squash;

/// The columns of a table by what they hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    fields: Vec<(FieldName, usize)>,
    /// Prices: the column, wholesale or retail, and the currency its heading names.
    pub(super) prices: Vec<(usize, FieldName, Option<currency::Mention>)>,
    /// Sizes that are columns.
    pub(super) sizes: Vec<(usize, String)>,
}

impl Columns {
    /// By headings, each (column, text).
    pub(super) fn new<'a>(headings: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let headings: Vec<(usize, &str)> = headings.collect();
        let mut columns = Self::default();
        let of_size: Vec<&(usize, &str)> = headings.iter().filter(|(_, t)| sizes::is_size(t)).collect();
        if of_size.len() >= 3 {
            columns.sizes = of_size.iter().map(|(c, t)| (*c, (*t).to_owned())).collect();
        }
        let mut scored: Vec<(f32, usize, FieldName, &str)> = vec![];
        for (column, text) in &headings {
            if columns.sizes.iter().any(|(c, _)| c == column) {
                continue;
            }
            for m in words().heading(text) {
                if m.score >= 0.6 {
                    // A heading that two columns claim goes to the left one.
                    scored.push((m.score - 0.0001 * *column as f32, *column, m.field, text));
                }
            }
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut used: Vec<usize> = vec![];
        for (_, column, field, text) in scored {
            if used.contains(&column) {
                continue;
            }
            if matches!(field, FieldName::UnitCost | FieldName::Retail) {
                let mention = text
                    .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | '[' | ']'))
                    .find_map(currency::word);
                columns.prices.push((column, field, mention));
                used.push(column);
            } else if !columns.fields.iter().any(|(f, _)| *f == field) {
                columns.fields.push((field, column));
                used.push(column);
            }
        }
        columns.prices.sort_by_key(|p| p.0);
        // A bare `Code` right of the colour is the colour's.
        if let Some(colour) =
            columns.get(FieldName::Colour).filter(|_| columns.get(FieldName::ColourCode).is_none())
        {
            let bare = |t: &str| {
                matches!(
                    squash(t).as_str(),
                    "code" | "cod" | "kode" | "codice" | "codigo" | "no" | "nr" | "id"
                )
            };
            let beside = headings.iter().find(|(c, t)| *c == colour + 1 && bare(t)).map(|(c, _)| *c);
            if let Some(code) = beside.filter(|c| columns.style() != Some(*c)) {
                columns.fields.retain(|(_, c)| *c != code);
                columns.fields.push((FieldName::ColourCode, code));
            }
        }
        columns
    }

    pub(super) fn get(&self, field: FieldName) -> Option<usize> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, c)| *c)
    }

    /// The column of style numbers.
    pub(super) fn style(&self) -> Option<usize> {
        self.get(FieldName::StyleNumber).or_else(|| self.get(FieldName::Sku))
    }

    /// Whether these are columns of a linesheet: a style number and something worth a table beside it.
    pub(super) fn sells(&self) -> bool {
        let beside =
            [FieldName::Colour, FieldName::Sizes, FieldName::Size, FieldName::Name, FieldName::Material];
        self.style().is_some()
            && (!self.prices.is_empty() || beside.iter().filter(|f| self.get(**f).is_some()).count() >= 2)
    }
}
