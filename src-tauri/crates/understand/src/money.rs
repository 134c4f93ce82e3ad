//! Amounts of money as people print them, in every grouping, and as recognition misreads them.
//!
//! The decimal mark is a property of the document, not of one amount: [`Mark::evidence`] collects it, [`parse`] uses
//! it where an amount alone (`1.234`) is ambiguous.

use rust_decimal::Decimal;

use crate::currency;

/// The character before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Point,
    Comma,
}

impl Mark {
    /// What an amount says about the document's decimal mark: something only where it cannot be a grouping mark.
    pub(crate) fn evidence(text: &str) -> Option<Self> {
        let body: Vec<char> = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
        let at = body.iter().rposition(|c| !c.is_ascii_digit())?;
        let after = body.len() - at - 1;
        let both = body.contains(&'.') && body.contains(&',');
        let once = body.iter().filter(|c| **c == body[at]).count() == 1;
        if !once || at == 0 || after == 0 || (after == 3 && !both) {
            return None;
        }
        Some(if body[at] == ',' { Self::Comma } else { Self::Point })
    }
}

/// An amount.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Amount {
    pub(crate) value: Decimal,
    /// Digits printed after the decimal mark.
    pub(crate) places: u32,
    /// The currency printed with it, as a symbol or code.
    pub(crate) currency: Option<currency::Mention>,
    /// The decimal mark could have been a grouping mark, and nothing told.
    pub(crate) ambiguous: bool,
}

impl Amount {
    /// A decimal string with a point and at least two decimals where any are printed or none are known.
    pub(crate) fn text(&self) -> String {
        let mut value = self.value;
        value.rescale(self.places.max(2));
        value.to_string()
    }

    /// Whether it looks like money by itself: with a currency or two decimals.
    pub(crate) fn is_money(&self) -> bool {
        self.currency.is_some() || self.places == 2
    }
}

/// Reads a whole text as one amount, or not at all.
pub(crate) fn parse(text: &str, mark: Option<Mark>) -> Option<Amount> {
    if text.len() > 48 {
        return None;
    }
    let mut body = text.trim();
    let mut negative = false;
    if let Some(inner) = body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
        negative = true;
        body = inner.trim();
    }
    let mut found = None;
    // Signs and currencies stand in any order: `-€5.00`, `€-5.00`, `5.00 CR`, `$ (5.00)`.
    for _ in 0..4 {
        body = body.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '='));
        if let Some(rest) = body.strip_prefix(['-', '−', '–']) {
            negative = true;
            body = rest;
        } else if let Some(rest) = body.strip_prefix('+') {
            body = rest;
        } else if let Some((mention, rest)) = currency::prefix(body).filter(|_| found.is_none()) {
            found = Some(mention);
            body = rest;
        } else if let Some((mention, rest)) = currency::suffix(body).filter(|_| found.is_none()) {
            found = Some(mention);
            body = rest;
        } else {
            break;
        }
    }
    if let Some(rest) = body.strip_suffix("/-") {
        body = rest;
    } else if let Some(rest) = ["--", "-", "−", "–", "—"].iter().find_map(|s| body.strip_suffix(s)) {
        // `134,-` and `134.–` say "no cents"; `12.00-` says less than nothing.
        if let Some(whole) = rest.strip_suffix([',', '.']) {
            body = whole;
        } else {
            negative = true;
            body = rest;
        }
    }
    let body = without_tax_letter(body);
    let digits = repaired(body)?;
    let (value, places, ambiguous) = number(&digits, mark)?;
    let value = if negative { -value } else { value };
    Some(Amount { value, places, currency: found, ambiguous })
}

/// `14.99SR` → `14.99`: the tax letters that tills print behind an amount.
fn without_tax_letter(body: &str) -> &str {
    let cut = body.trim_end_matches(|c: char| c.is_ascii_uppercase() || c == '*' || c == '#').trim_end();
    let tail = body.len() - cut.len();
    let bytes = cut.as_bytes();
    let has_cents = bytes.len() > 3
        && matches!(bytes[bytes.len() - 3], b'.' | b',')
        && bytes[bytes.len() - 2..].iter().all(u8::is_ascii_digit);
    if tail > 0 && tail <= 4 && has_cents { cut } else { body }
}

/// Digits and marks only, with the letters that recognition takes for digits put right; none where other letters stand.
fn repaired(body: &str) -> Option<String> {
    let real = body.chars().filter(char::is_ascii_digit).count();
    let letters = body.chars().filter(|c| c.is_alphabetic() || *c == '|').count();
    if real == 0 || letters * 2 > real + 1 {
        return None;
    }
    let marked = body.contains(['.', ',']);
    let mut digits = String::with_capacity(body.len());
    for (at, c) in body.char_indices() {
        match c {
            '0'..='9' | '.' | ',' => digits.push(c),
            '\'' | '’' | '`' | '´' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => digits.push(' '),
            'O' | 'o' | 'Q' | 'D' if marked => digits.push('0'),
            'l' | 'I' | '|' | 'i' if marked => digits.push('1'),
            // `S134.00` is a dollar sign misread.
            'S' if marked && at == 0 => {}
            'S' | 's' if marked => digits.push('5'),
            'B' if marked && at > 0 => digits.push('8'),
            _ => return None,
        }
    }
    Some(digits.trim().to_owned())
}

/// The number, the count of its decimals, and whether its mark is ambiguous.
fn number(text: &str, mark: Option<Mark>) -> Option<(Decimal, u32, bool)> {
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let after = |at: usize| text.len() - at - 1;
    let mut ambiguous = false;
    let decimal_at = match marks.as_slice() {
        [] => None,
        [(at, c)] => {
            let is_mark = mark == Some(if *c == ',' { Mark::Comma } else { Mark::Point });
            if after(*at) == 0 {
                None
            } else if after(*at) == 3 && *at > 0 && *at <= 3 && !text.starts_with('0') {
                ambiguous = mark.is_none();
                // A point with three decimals is rarer than a grouping mark, except where the mark is known.
                if is_mark { Some(*at) } else { None }
            } else {
                Some(*at)
            }
        }
        [.., (before, b), (at, c)] => {
            if b == c {
                // `1.234.567`: all are grouping marks. `1.234.56`: recognition took a comma for a point.
                let last_is_decimal = after(*at) == 2 && at - before == 4;
                last_is_decimal.then_some(*at)
            } else if after(*at) == 0 {
                return None;
            } else {
                Some(*at)
            }
        }
    };
    let (whole, decimals) = match decimal_at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text.trim_end_matches(['.', ',']), ""),
    };
    if decimals.len() > 6 || !decimals.chars().all(|c| c.is_ascii_digit()) || !grouped(whole) {
        return None;
    }
    let mut plain: String = whole.chars().filter(char::is_ascii_digit).collect();
    if plain.is_empty() {
        plain.push('0');
    }
    if plain.len() > 15 {
        return None;
    }
    let value = if decimals.is_empty() { plain } else { format!("{plain}.{decimals}") };
    Some((value.parse().ok()?, decimals.len() as u32, ambiguous))
}

/// Whether the whole part's groups are thousands, or lakhs and crores (`1,23,456`).
fn grouped(whole: &str) -> bool {
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let Some((last, rest)) = groups.split_last() else { return false };
    if rest.is_empty() {
        return last.chars().all(|c| c.is_ascii_digit());
    }
    let first_ok = (1..=3).contains(&rest[0].len());
    let middle = &rest[1..];
    let thousands = middle.iter().all(|g| g.len() == 3);
    let lakhs = rest[0].len() <= 2 && middle.iter().all(|g| g.len() == 2);
    first_ok && last.len() == 3 && (thousands || lakhs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, mark: Option<Mark>) -> Option<String> {
        parse(text, mark).map(|a| a.text())
    }

    #[test]
    fn every_grouping() {
        for (text, value) in [
            ("$1,234.50", "1234.50"),
            ("US$ 1,234.50", "1234.50"),
            ("USD 134.00", "134.00"),
            ("1.234,50 €", "1234.50"),
            ("1 234,50 €", "1234.50"),
            ("1\u{a0}234,50 €", "1234.50"),
            ("1\u{202f}234,50\u{a0}€", "1234.50"),
            ("CHF 1'234.50", "1234.50"),
            ("CHF 1’234’567.50", "1234567.50"),
            ("£0.99", "0.99"),
            ("¥12,000", "12000.00"),
            ("₹1,23,456.00", "123456.00"),
            ("₹ 12,34,56,789.10", "123456789.10"),
            ("Rs. 94,477.00", "94477.00"),
            ("RM15.90", "15.90"),
            ("134.-", "134.00"),
            ("134,-", "134.00"),
            ("134,– €", "134.00"),
            ("5000/-", "5000.00"),
            ("(12.00)", "-12.00"),
            ("12.00-", "-12.00"),
            ("-€5.00", "-5.00"),
            ("€ -5,00", "-5.00"),
            ("−0,38", "-0.38"),
            ("3,3333", "3.3333"),
            ("0,0520", "0.0520"),
            ("10000,0000", "10000.0000"),
            ("1.234.567", "1234567.00"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567.89", "1234567.89"),
            ("14.99SR", "14.99"),
            ("8.00 SR*", "8.00"),
            (".12", "0.12"),
            ("42", "42.00"),
            ("340,5", "340.50"),
        ] {
            assert_eq!(read(text, None).as_deref(), Some(value), "{text}");
        }
    }

    #[test]
    fn misread_characters() {
        for (text, value) in
            [("S134.00", "134.00"), ("1O0.00", "100.00"), ("l5.90", "15.90"), ("1.234.56", "1234.56")]
        {
            assert_eq!(read(text, None).as_deref(), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount() {
        for text in [
            "",
            "-",
            ".",
            "Total",
            "12/05/2018",
            "12.05.2018",
            "INV-1043",
            "1,2,3",
            "12,34",
            "1.2.3",
            "10:30",
            "5%",
            "DE123456789",
            "1,23,45",
            "A4",
            "12,3456,789.00",
            "99999999999999999999",
            "SOO",
            "2x",
        ] {
            // `12,34` is an amount in the comma world; it is here to hold that it reads as decimals, never as a group.
            let got = read(text, None);
            if text == "12,34" {
                assert_eq!(got.as_deref(), Some("12.34"));
            } else {
                assert_eq!(got, None, "{text}");
            }
        }
    }

    #[test]
    fn the_document_settles_one_mark_with_three_digits() {
        assert_eq!(read("1.234", None).as_deref(), Some("1234.00"));
        assert!(parse("1.234", None).unwrap().ambiguous);
        assert_eq!(read("1.234", Some(Mark::Point)).as_deref(), Some("1.234"));
        assert_eq!(read("1.234", Some(Mark::Comma)).as_deref(), Some("1234.00"));
        assert_eq!(read("1,234", Some(Mark::Comma)).as_deref(), Some("1.234"));
        assert_eq!(read("0.125", None).as_deref(), Some("0.125"));
    }

    #[test]
    fn evidence_for_the_mark() {
        for (text, mark) in [
            ("1.234,50", Some(Mark::Comma)),
            ("1,234.50", Some(Mark::Point)),
            ("12,5", Some(Mark::Comma)),
            ("1.234", None),
            ("1,234,567", None),
            ("42", None),
        ] {
            assert_eq!(Mark::evidence(text), mark, "{text}");
        }
    }
}
