//! Prices inside running text, and amounts as integers of the smallest unit.

use papertray_model::Minor;
use papertray_model::money::digits;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::words;
use super::words::FieldName;
use crate::money::{self, Amount, Mark};
use crate::text::squash;

/// A price in a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Price {
    /// What the words before or after it say it is.
    pub(crate) label: Option<FieldName>,
    pub(crate) amount: Amount,
}

/// The amount in the currency's smallest unit; `None` for what does not fit.
pub(crate) fn minor(value: Decimal, currency: Option<&str>) -> Option<Minor> {
    let places = currency.map_or(2, digits);
    (value * Decimal::from(10_i64.pow(places))).round().to_i64().map(Minor)
}

/// The label a word or two before an amount make: `W`, `WHSL:`, `Prix de gros`.
fn label(text: &str) -> Option<FieldName> {
    let price = |f: &FieldName| matches!(f, FieldName::UnitCost | FieldName::Retail);
    match squash(text).as_str() {
        "w" | "wh" => return Some(FieldName::UnitCost),
        "r" | "rt" => return Some(FieldName::Retail),
        _ => {}
    }
    words().heading(text).iter().filter(|m| m.score >= 0.97).map(|m| m.field).find(|f| price(f))
}

/// Cuts text at what stands between prices and words.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = vec![];
    for word in
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|' | '·' | '•' | ';' | '[' | ']'))
    {
        let mut rest = word;
        // `£42/£85`, `W:36.00`: a mark between a label or an amount and an amount.
        while let Some(at) = rest.find(['/', ':']) {
            let (head, tail) = rest.split_at(at);
            let width = 1;
            if !head.is_empty() {
                tokens.push(head);
            }
            rest = &tail[width..];
        }
        if !rest.is_empty() {
            tokens.push(rest);
        }
    }
    tokens
}

/// The prices of a text, each with its label. An amount without a currency, without cents and without a label is none.
pub(crate) fn prices(text: &str, mark: Option<Mark>) -> Vec<Price> {
    if text.len() > 400 || !text.contains(|c: char| c.is_ascii_digit()) {
        return vec![];
    }
    let tokens = tokens(text);
    let mut found: Vec<Price> = vec![];
    let mut label_start = 0;
    let mut at = 0;
    while at < tokens.len() {
        let Some((end, amount)) = amount_at(&tokens, at, mark) else {
            at += 1;
            continue;
        };
        let named =
            (label_start..at).find_map(|from| label(&tokens[from.max(at.saturating_sub(4))..at].join(" ")));
        let named = named.or_else(|| {
            // `36.00 WHSL`: behind it, where no amount follows that it could belong to.
            let behind = tokens.get(end).copied().filter(|_| label_start == at)?;
            amount_at(&tokens, end + 1, mark).is_none().then(|| label(behind)).flatten()
        });
        if named.is_some() || amount.is_money() {
            found.push(Price { label: named, amount });
        }
        label_start = end;
        at = end;
    }
    found
}

fn amount_at(tokens: &[&str], at: usize, mark: Option<Mark>) -> Option<(usize, Amount)> {
    for end in (at + 1..=(at + 4).min(tokens.len())).rev() {
        // A tax letter is no part of a linesheet's price: `W £36.00 R £80.00`.
        let part = |t: &&str| t.contains(|c: char| c.is_ascii_digit()) || crate::currency::word(t).is_some();
        if !tokens[at..end].iter().all(part) {
            continue;
        }
        let joined = tokens[at..end].join(" ");
        let single_number = end == at + 1;
        // Numbers side by side are an amount only by thousands: `1 234,50`.
        if let Some(amount) = money::parse(&joined, mark).filter(|a| a.value >= Decimal::ZERO) {
            let parts = tokens[at..end].iter().filter(|t| t.contains(|c: char| c.is_ascii_digit())).count();
            if single_number || amount.currency.is_some() || parts == 1 || (parts == 2 && amount.places == 2)
            {
                return Some((end, amount));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Option<FieldName>, String)> {
        prices(text, None).into_iter().map(|p| (p.label, p.amount.text())).collect()
    }

    #[test]
    fn pairs_of_prices() {
        let both = |w: &str, r: &str| {
            vec![(Some(FieldName::UnitCost), w.to_owned()), (Some(FieldName::Retail), r.to_owned())]
        };
        assert_eq!(read("W £36.00 / R £80.00"), both("36.00", "80.00"));
        assert_eq!(read("W 134 / R 335"), both("134.00", "335.00"));
        assert_eq!(read("WHSL € 39.00 MSRP € 85.00"), both("39.00", "85.00"));
        assert_eq!(read("Prix de gros: 22,00 € PVC: 45,00 €"), both("22.00", "45.00"));
        assert_eq!(read("EK 24,90 € · UVP 54,95 €"), both("24.90", "54.95"));
        assert_eq!(read("Wholesale: USD 25.00 RRP: USD 50.00"), both("25.00", "50.00"));
        assert_eq!(read("£42.00 | £85.00"), [(None, "42.00".into()), (None, "85.00".into())]);
        assert_eq!(
            read("$21 (MSRP $50)"),
            [(None, "21.00".into()), (Some(FieldName::Retail), "50.00".into())]
        );
        assert_eq!(read("₹ 2,140.00"), [(None, "2140.00".into())]);
        assert_eq!(read("1 234,50 €"), [(None, "1234.50".into())]);
    }

    #[test]
    fn what_is_no_price() {
        for text in ["28, 29, 30", "AF-8183", "S-XL", "100% Cotton", "Royal Blue (450)"] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn smallest_units() {
        assert_eq!(minor("36.5".parse().unwrap_or_default(), Some("GBP")), Some(Minor(3650)));
        assert_eq!(minor("12000".parse().unwrap_or_default(), Some("JPY")), Some(Minor(12000)));
    }
}
