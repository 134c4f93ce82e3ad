//! The words of trade in goods: what headings mean, sizes, colours, kinds of goods, style numbers.
//!
//! What linesheets and orders share; nothing here knows a page or a sheet.

pub(crate) mod colours;
pub(crate) mod price;
pub(crate) mod sizes;
pub(crate) mod style;
mod words;

pub(crate) use words::{FieldName, words};

/// Whether the text is a European or universal article number, its check digit right (GS1 General Specifications, 7.9).
pub(crate) fn is_article_number(text: &str) -> bool {
    let digits: Vec<u32> =
        text.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let whole = text.chars().filter(|c| !matches!(c, ' ' | '-')).count() == digits.len();
    if !whole || !matches!(digits.len(), 12..=14) {
        return false;
    }
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { d * 3 } else { *d }).sum();
    sum.is_multiple_of(10)
}
