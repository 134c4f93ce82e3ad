//! When a value counts as right.

use papertray_model::LineItem;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Same {
    /// Letters and digits alone, without case; a longer name may hold a shorter one.
    Name,
    /// As numbers, to the cent.
    Amount,
    /// As days.
    Day,
    /// Letters and digits alone, without case.
    Id,
    /// The truth is in it, by letters and digits.
    Holds,
    /// The town before the first comma is in it.
    Place,
}

/// Lower-case ASCII letters and digits.
pub(crate) fn squash(text: &str) -> String {
    text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Cents.
pub(crate) fn amount(text: &str) -> Option<i64> {
    let kept: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let (point, comma) = (kept.rfind('.'), kept.rfind(','));
    let plain = match (point, comma) {
        (Some(p), Some(c)) if c > p => kept.replace('.', "").replace(',', "."),
        (None, Some(c)) if kept.len() - c == 3 => kept.replace(',', "."),
        (_, Some(_)) => kept.replace(',', ""),
        _ => kept,
    };
    plain.parse::<f64>().ok().map(|v| (v * 100.0).round() as i64)
}

/// `YYYYMMDD`, of an ISO date or of one with the day first (month first where that is impossible).
pub(crate) fn day(text: &str) -> Option<u32> {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    // What follows an ISO date is the time of day.
    let text = text.get(..10).filter(|head| head.as_bytes()[4] == b'-').unwrap_or(text);
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).take(3).collect();
    let [a, b, c] = parts[..] else { return None };
    let number = |p: &str| p.parse::<u32>().ok();
    let month = |p: &str| {
        number(p)
            .or_else(|| MONTHS.split(' ').position(|m| p.to_lowercase().starts_with(m)).map(|m| m as u32 + 1))
    };
    let (year, month, day) = if number(a).is_none() {
        (number(c)?, month(a)?, number(b)?)
    } else if a.len() == 4 {
        (number(a)?, month(b)?, number(c)?)
    } else {
        let year = number(c)?;
        let (day, month) = (number(a)?, month(b)?);
        let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
        (if year < 100 { year + 2000 } else { year }, month, day)
    };
    Some(year * 10_000 + month * 100 + day)
}

impl Same {
    /// Whether a found value is the true one.
    pub(crate) fn holds(self, found: &str, truth: &str) -> bool {
        let (a, b) = (squash(found), squash(truth));
        match self {
            Self::Name => a == b || (a.len() > 5 && (b.contains(&a) || (b.len() > 5 && a.contains(&b)))),
            Self::Amount => amount(found).is_some_and(|v| amount(truth) == Some(v)),
            Self::Day => day(found).is_some_and(|v| day(truth) == Some(v)),
            Self::Id => a == b,
            Self::Holds => a.contains(&b),
            Self::Place => a.contains(&squash(truth.split(',').next().unwrap_or_default())),
        }
    }
}

/// Rows in common: same amount, and a word of the description in common where the truth has one.
pub(crate) fn rows_in_common(found: &[LineItem], truth: &[(String, String)]) -> usize {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let value = |row: &LineItem, name: &str| row.get(name).map(|f| f.value.clone()).unwrap_or_default();
    let mut left: Vec<&(String, String)> = truth.iter().collect();
    let mut common = 0;
    for row in found {
        let (cents, text) = (amount(&value(row, "amount")), words(&value(row, "description")));
        let hit = left.iter().position(|(true_amount, description)| {
            amount(true_amount) == cents
                && (description.trim().is_empty() || words(description).iter().any(|w| text.contains(w)))
        });
        if let Some(hit) = hit {
            left.remove(hit);
            common += 1;
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_in_all_spellings() {
        for text in ["1,234.50", "1.234,50", "1234.5", "RM 1,234.50"] {
            assert_eq!(amount(text), Some(123_450), "{text}");
        }
        assert_eq!(amount(""), None);
        for text in ["2018-05-12", "12/05/2018", "12 May 2018", "12-05-18", "05/12/2018"] {
            assert!(day(text).is_some(), "{text}");
        }
        assert_eq!(day("12/05/18"), Some(20_180_512));
        assert_eq!(day("2018-05-12T10:30"), Some(20_180_512));
        assert_eq!(day("05/13/2018"), Some(20_180_513));
        assert_eq!(day("OCT 3, 2016"), Some(20_161_003));
    }

    #[test]
    fn names_may_hold_one_another() {
        assert!(Same::Name.holds("ACME Tools Ltd", "Acme Tools"));
        assert!(!Same::Name.holds("Acme", "Acme Tools"));
        assert!(!Same::Name.holds("", "Acme Tools"));
        assert!(Same::Place.holds("Surat, Gujarat", "SURAT, 395002"));
    }
}
