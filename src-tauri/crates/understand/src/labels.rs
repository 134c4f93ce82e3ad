//! Where a page says what a value is: the labels of a type's fields, found in rows of tokens.
//!
//! A label is matched by the joined letters of up to a dozen tokens, longest first, so spacing, case, accents and
//! punctuation do not matter. A label in running text is not one: it must begin a cell, follow a value, or end with a
//! colon.

use std::ops::Range;

use crate::doctype::{Kind, Rank, Spec};
use crate::fields::names;
use crate::layout::{Layout, is_numeric};
use crate::lexicon::lexicon;

/// The most tokens a label is made of (letters set apart count one each).
const LONGEST: usize = 10;
/// Currencies that stand behind a label as part of it: `Total (RM)`.
const TAILS: [&str; 9] = ["rm", "usd", "eur", "inr", "rs", "chf", "gbp", "myr", "euro"];

/// A label on the page.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    /// Its field's place in the type's list.
    pub(crate) field: usize,
    pub(crate) rank: Rank,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) row: usize,
    /// A colon or the like follows.
    pub(crate) colon: bool,
    /// It begins a cell.
    pub(crate) leads: bool,
}

impl Hit {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// All labels of the type on the page, in reading order, none overlapping.
pub(crate) fn find(layout: &Layout, spec: &Spec) -> Vec<Hit> {
    let mut hits: Vec<Hit> = vec![];
    let mut at = 0;
    while at < layout.tokens.len() {
        match longest(layout, spec, at) {
            Some(hit) if believable(layout, spec, &hit, hits.last()) => {
                at = hit.end;
                hits.push(hit);
            }
            _ => at += 1,
        }
    }
    hits
}

fn longest(layout: &Layout, spec: &Spec, start: usize) -> Option<Hit> {
    let first = &layout.tokens[start];
    if first.key.is_empty() || (is_numeric(first) && first.key.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let row_end = layout.row_end(start);
    let (mut key, mut loose) = (String::new(), String::new());
    let mut best = None;
    for end in start..row_end.min(start + LONGEST) {
        let token = &layout.tokens[end];
        if end > start && token.gap > 1.3 {
            break;
        }
        key.push_str(&token.key);
        loose.push_str(&token.loose);
        if key.len() > 64 {
            break;
        }
        if token.key.is_empty() {
            continue;
        }
        let found =
            spec.label(&key).or_else(|| spec.label(without_tail(&key)?)).or_else(|| spec.loose_label(&loose));
        if let Some((field, rank)) = found {
            best = Some((end + 1, field, rank));
        }
        // A colon ends a label.
        if token.text.ends_with([':', '：']) {
            break;
        }
    }
    let (end, field, rank) = best?;
    let last = &layout.tokens[end - 1].text;
    let next = layout.tokens.get(end).filter(|_| end < row_end);
    let colon = last.ends_with([':', '：', '#', '='])
        || next.is_some_and(|t| t.text.starts_with([':', '：', '=', '#']) && t.gap < 12.0);
    Some(Hit { field, rank, start, end, row: first.row, colon, leads: layout.leads(start) })
}

fn without_tail(key: &str) -> Option<&str> {
    TAILS.iter().find_map(|t| key.strip_suffix(t)).filter(|k| k.len() > 2)
}

/// A company may be called by a word that is a label elsewhere: `Lieferant GmbH`.
fn is_name(layout: &Layout, spec: &Spec, hit: &Hit) -> bool {
    const EVERYDAY: [&str; 5] = ["to", "from", "an", "for", "by"];
    if spec.fields[hit.field].kind != Kind::Party || hit.colon {
        return false;
    }
    let cell = hit.start..layout.cell_end(hit.start);
    let one_word = hit.end == hit.start + 1 && !EVERYDAY.contains(&layout.tokens[hit.start].key.as_str());
    let form_next = cell.contains(&hit.end) && lexicon().names.legal_forms.has(&layout.tokens[hit.end].key);
    form_next || (one_word && cell.len() > 1 && names::legal_end(layout, &cell).is_some())
}

/// Whether the label stands where labels stand.
fn believable(layout: &Layout, spec: &Spec, hit: &Hit, before: Option<&Hit>) -> bool {
    if hit.leads || hit.colon {
        return !is_name(layout, spec, hit);
    }
    let previous = hit.start.checked_sub(1).map(|i| &layout.tokens[i]);
    let after_value = previous.is_some_and(|t| is_numeric(t) || t.key.is_empty() || t.text.ends_with(':'));
    let after_label = before.is_some_and(|b| b.end == hit.start && b.row == hit.row);
    let next_is_value = layout.tokens.get(hit.end).is_some_and(|t| t.row == hit.row && is_numeric(t));
    match spec.fields[hit.field].kind {
        // `Party` labels are everyday words (`from`, `to`): in running text they say nothing.
        Kind::Party | Kind::Text | Kind::Short | Kind::Currency => false,
        _ => after_value || (after_label && next_is_value) || (next_is_value && hit.rank == Rank::Strong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctype::builtin;
    use crate::sample::{lines, page};

    fn fields_of(layout: &Layout) -> Vec<String> {
        let spec = builtin().spec("invoice").unwrap();
        find(layout, spec).iter().map(|h| spec.fields[h.field].name.clone()).collect()
    }

    #[test]
    fn the_longest_label_wins() {
        assert_eq!(
            fields_of(&Layout::new(&lines("Total Qty: 5\nTotal (RM) 5.00\nSub Total 4.00"))),
            ["_other_money", "total", "subtotal"]
        );
    }

    #[test]
    fn split_and_joined_words_are_the_same_label() {
        assert_eq!(
            fields_of(&Layout::new(&lines("Br uttosumme 5,00\nINVOICENO.:123\nlnvoice Date: 1.1.2020"))),
            ["total", "number", "date"]
        );
    }

    #[test]
    fn running_text_holds_no_labels() {
        let text = "we took the total from your account to the supplier on the date of the letter";
        assert_eq!(fields_of(&Layout::new(&page(&[(10.0, 10.0, text)]))), Vec::<String>::new());
    }

    #[test]
    fn a_company_called_like_a_label_is_a_company() {
        for text in ["Lieferant GmbH", "Liefer ant GmbH", "Customer Ltd"] {
            assert_eq!(fields_of(&Layout::new(&lines(text))), Vec::<String>::new(), "{text}");
        }
        assert_eq!(fields_of(&Layout::new(&lines("Lieferant: Acme GmbH"))), ["vendor"]);
    }

    #[test]
    fn labels_follow_values_on_a_line() {
        assert_eq!(fields_of(&Layout::new(&lines("Receipt #: CSP04 Date: 15/09/2017"))), ["number", "date"]);
        assert_eq!(fields_of(&Layout::new(&lines("Handelsrechnung Nr. 471102 vom 05.06.2018"))), ["date"]);
    }
}
