//! What a whole document says about how its values are written: the decimal mark, day or month first, the currency,
//! the country. Counted over all pages, because one page alone may be silent.

use std::collections::BTreeMap;

use crate::currency;
use crate::date::Order;
use crate::ids;
use crate::layout::Layout;
use crate::money::{self, Mark};
use crate::scene;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) mark: Option<Mark>,
    /// The order of numeric dates, and whether something in the document proves it.
    pub(crate) order: (Order, bool),
    /// ISO 4217 and how sure.
    pub(crate) currency: Option<(&'static str, f32)>,
    /// A GSTIN stands somewhere.
    pub(crate) india: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        Self { mark: None, order: (Order::DayFirst, false), currency: None, india: false }
    }
}

/// Words of places that write the month first.
const MONTH_FIRST_PLACES: [&str; 12] = [
    "usa",
    "unitedstates",
    "zip",
    "zipcode",
    "ein",
    "salestax",
    "llc",
    "inc",
    "routing",
    "aba",
    "check",
    "state",
];
/// Words of places that write the day first.
const DAY_FIRST_PLACES: [&str; 30] = [
    "vat",
    "gst",
    "gstin",
    "ltd",
    "limited",
    "plc",
    "pvt",
    "sdn",
    "bhd",
    "gmbh",
    "ag",
    "kg",
    "sarl",
    "sas",
    "srl",
    "spa",
    "iban",
    "iva",
    "tva",
    "mwst",
    "abn",
    "uk",
    "england",
    "india",
    "malaysia",
    "france",
    "italia",
    "espana",
    "australia",
    "cheque",
];

/// Gathers it.
pub(crate) fn gather(layouts: &[&Layout]) -> Evidence {
    let mut marks = [0_u32; 2];
    let mut orders = [0.0_f32; 2];
    let mut proven = [0_u32; 2];
    let mut currencies: BTreeMap<&'static str, f32> = BTreeMap::new();
    let mut dollar = 0.0_f32;
    let mut india = false;
    let mut malaysia = false;
    for layout in layouts {
        let dates = scene::dates(layout);
        for date in &dates {
            match date.value.proves() {
                Some(Order::DayFirst) => proven[0] += 1,
                Some(Order::MonthFirst) => proven[1] += 1,
                None => {}
            }
        }
        for token in &layout.tokens {
            if let Some(mark) =
                Mark::evidence(&token.text).filter(|_| money::parse(&token.text, None).is_some())
            {
                marks[usize::from(mark == Mark::Comma)] += 1;
            }
            let key = token.key.as_str();
            if MONTH_FIRST_PLACES.contains(&key) {
                orders[1] += 1.0;
            }
            if DAY_FIRST_PLACES.contains(&key) {
                orders[0] += 1.0;
            }
            malaysia |= matches!(key, "sdn" | "bhd" | "sdnbhd" | "selangor" | "malaysia");
            if token.text.len() >= 15 && token.text.len() <= 24 {
                india |= token.text.split([',', '-', '/', '&']).any(|p| ids::gstin(p).is_some_and(|g| g.1));
            }
            if let Some(mention) = currency::word(&token.text) {
                count(mention, 1.0, &mut currencies, &mut dollar);
            } else if let Some(at) = token.text.rfind(['/', '(']) {
                // `Einzel/€`, `Amount(RM)`.
                if let Some(mention) = currency::word(&token.text[at..]) {
                    count(mention, 1.0, &mut currencies, &mut dollar);
                }
            }
        }
        let mark = None;
        for amount in scene::amounts(layout, &dates, mark) {
            if let Some(mention) = amount.value.currency {
                count(mention, 1.0, &mut currencies, &mut dollar);
            }
        }
    }
    if india {
        *currencies.entry("INR").or_default() += 3.0;
        orders[0] += 3.0;
    }
    if malaysia && dollar > 0.0 {
        // Tills there print `$` for ringgit as often as `RM`; neither is certain then.
        dollar *= 0.5;
    }
    let total: f32 = currencies.values().sum::<f32>() + dollar;
    if dollar > 0.0 {
        let named = ["CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "USD"];
        let code = named.into_iter().find(|c| currencies.contains_key(c)).unwrap_or("USD");
        *currencies.entry(code).or_default() += dollar;
    }
    let best = currencies.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let currency = best.map(|(code, weight)| {
        let share = weight / total.max(1.0);
        let shared_sign = *weight <= dollar && !malaysia;
        let base = if *weight >= 2.0 { 0.96 } else { 0.9 };
        (*code, base * share.min(1.0) - if shared_sign { 0.05 } else { 0.0 })
    });
    match currency {
        Some(("USD", _)) => orders[1] += 2.0,
        Some(("EUR" | "GBP" | "INR" | "MYR" | "CHF" | "AUD" | "SGD", _)) => orders[0] += 2.0,
        _ => {}
    }
    let order = if proven[0] != proven[1] {
        (if proven[0] > proven[1] { Order::DayFirst } else { Order::MonthFirst }, true)
    } else if orders[1] > orders[0] {
        (Order::MonthFirst, orders[1] >= orders[0] + 2.0)
    } else {
        (Order::DayFirst, orders[0] >= orders[1] + 2.0)
    };
    let mark = match marks {
        [point, comma] if point > comma => Some(Mark::Point),
        [point, comma] if comma > point => Some(Mark::Comma),
        _ => None,
    };
    Evidence { mark, order, currency, india }
}

fn count(
    mention: currency::Mention,
    weight: f32,
    currencies: &mut BTreeMap<&'static str, f32>,
    dollar: &mut f32,
) {
    if mention.shared && mention.code == "USD" {
        *dollar += weight;
    } else {
        *currencies.entry(mention.code).or_default() += weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    fn of(text: &str) -> Evidence {
        gather(&[&Layout::new(&lines(text))])
    }

    #[test]
    fn a_day_after_the_twelfth_settles_the_order() {
        assert_eq!(of("Date: 03/04/2018\nDue: 17/04/2018").order, (Order::DayFirst, true));
        assert_eq!(of("Date: 03/04/2018\nDue: 04/17/2018").order, (Order::MonthFirst, true));
        assert!(!of("Date: 03/04/2018").order.1);
        assert_eq!(of("Acme LLC\nZIP 12345\nTotal $5.00\nDate: 03/04/2018").order, (Order::MonthFirst, true));
    }

    #[test]
    fn pages_speak_for_one_another() {
        let (a, b) = (Layout::new(&lines("1.234")), Layout::new(&lines("5,50\n7,25")));
        assert_eq!(gather(&[&a, &b]).mark, Some(Mark::Comma));
    }

    #[test]
    fn the_currency_is_that_of_most_amounts() {
        assert_eq!(of("Total €5.00\nTax €1.00").currency.map(|c| c.0), Some("EUR"));
        assert_eq!(of("Total RM5.00").currency.map(|c| c.0), Some("MYR"));
        assert_eq!(of("Total C$ 5.00\nPaid $5.00").currency.map(|c| c.0), Some("CAD"));
        assert_eq!(of("Total 5.00").currency, None);
        let india = of("GSTIN 27AAPFU0939F1ZV\nTotal 5.00");
        assert!(india.india);
        assert_eq!(india.currency.map(|c| c.0), Some("INR"));
    }
}
