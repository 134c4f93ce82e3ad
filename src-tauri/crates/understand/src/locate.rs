//! Where a value stands on a page: what a person typed, or what a language model claims.

use std::ops::Range;

use papertray_model::{PageReading, Rect};

use crate::Knowledge;
use crate::doctype::Kind;
use crate::evidence;
use crate::layout::Layout;
use crate::scene;
use crate::text::squash;

/// The most words of a value that is searched for.
const LONGEST: usize = 24;

/// A value found on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// The page, from 1.
    pub page: u32,
    /// Where it stands.
    pub bbox: Rect,
    /// As printed.
    pub text: String,
}

/// The places on the page where this value is printed, in whatever spelling: amounts as numbers, dates as days, all else
/// by its letters and digits.
pub(crate) fn all(layout: &Layout, kind: Kind, value: &str) -> Vec<Range<usize>> {
    match kind {
        Kind::Money | Kind::Integer | Kind::Distance => amounts(layout, value),
        Kind::Date => dates(layout, value),
        _ => words(layout, value),
    }
}

fn amounts(layout: &Layout, value: &str) -> Vec<Range<usize>> {
    let Ok(wanted) = value.trim().parse::<rust_decimal::Decimal>() else { return words(layout, value) };
    let dates = scene::dates(layout);
    let evidence = evidence::gather(&[layout]);
    let found = scene::amounts(layout, &dates, evidence.mark);
    found.into_iter().filter(|a| a.value.value == wanted).map(|a| a.range).collect()
}

fn dates(layout: &Layout, value: &str) -> Vec<Range<usize>> {
    let (order, _) = evidence::gather(&[layout]).order;
    let found = scene::dates(layout);
    let same = found.into_iter().filter(|d| d.value.day(order).is_some_and(|day| day.iso() == value.trim()));
    same.map(|d| d.range).collect()
}

/// Runs of words with these letters and digits; a run may go on in the next row.
fn words(layout: &Layout, value: &str) -> Vec<Range<usize>> {
    let wanted = squash(value);
    let mut found = vec![];
    if wanted.is_empty() {
        return found;
    }
    let mut start = 0;
    while start < layout.tokens.len() {
        let mut joined = String::new();
        let mut hit = None;
        for end in start..layout.tokens.len().min(start + LONGEST) {
            joined.push_str(&layout.tokens[end].key);
            if joined == wanted {
                hit = Some(end + 1);
            }
            if joined.len() >= wanted.len() || !wanted.starts_with(&joined) {
                break;
            }
        }
        match hit.filter(|_| !layout.tokens[start].key.is_empty()) {
            Some(end) => {
                found.push(start..end);
                start = end;
            }
            None => start += 1,
        }
    }
    found
}

impl Knowledge {
    /// Where the value of a field stands on the pages: the first place, or none. A currency also counts as found where
    /// only its sign is printed.
    pub fn locate(
        &self,
        pages: &[&PageReading],
        doc_type: &str,
        field: &str,
        value: &str,
    ) -> Option<Located> {
        let kind = self.kind(doc_type, field).unwrap_or(match field {
            "amount" | "unit_price" | "unit_cost" | "quantity" | "retail" => Kind::Money,
            "currency" => Kind::Currency,
            _ => Kind::Text,
        });
        pages.iter().find_map(|page| {
            let layout = Layout::new(page);
            let range = if kind == Kind::Currency {
                let shown = |text: &str| crate::currency::word(text).is_some_and(|m| m.code == value);
                (0..layout.tokens.len())
                    .find(|at| shown(&layout.tokens[*at].text))
                    .map(|at| at..at + 1)
                    .or_else(|| {
                        let found = scene::amounts(&layout, &[], None);
                        found
                            .into_iter()
                            .find(|a| a.value.currency.is_some_and(|m| m.code == value))
                            .map(|a| a.range)
                    })
            } else {
                all(&layout, kind, value).into_iter().next()
            }?;
            Some(Located {
                page: page.page_number,
                bbox: layout.bbox(range.clone()),
                text: layout.text(range),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    #[test]
    fn values_are_found_in_whatever_spelling() {
        let page = lines("Acme GmbH\nRechnung Nr. RE-10 42\nDatum 03.02.2020\nRechnungsbetrag 1.234,50 €");
        let knowledge = Knowledge::builtin();
        let text = |field: &str, value: &str| {
            knowledge.locate(&[&page], "invoice", field, value).map(|found| found.text)
        };
        assert_eq!(text("total", "1234.50").as_deref(), Some("1.234,50 €"));
        assert_eq!(text("date", "2020-02-03").as_deref(), Some("03.02.2020"));
        assert_eq!(text("vendor", "ACME GMBH").as_deref(), Some("Acme GmbH"));
        assert_eq!(text("number", "RE-1042").as_deref(), Some("RE-10 42"));
        assert_eq!(text("currency", "EUR").as_deref(), Some("€"));
        assert_eq!(text("total", "1234.00"), None);
        assert_eq!(text("date", "2020-03-02"), None);
        assert_eq!(text("vendor", "Acme Holding"), None);
        assert_eq!(text("number", ""), None);
    }
}
