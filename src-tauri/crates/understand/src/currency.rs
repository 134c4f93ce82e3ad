//! Currencies by symbol, code or name, as ISO 4217 codes.

/// A currency as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// ISO 4217; for a sign that several currencies share, the one it most often means.
    pub(crate) code: &'static str,
    /// The sign alone does not tell which (`$`, `kr`).
    pub(crate) shared: bool,
}

const fn sure(code: &'static str) -> Mention {
    Mention { code, shared: false }
}

const fn shared(code: &'static str) -> Mention {
    Mention { code, shared: true }
}

/// Codes worth knowing. ISO's whole list holds words (`ALL`, `TOP`, `TRY` stays: it is never an English noun in
/// capitals beside an amount) that would make currencies of running text.
const CODES: [&str; 46] = [
    "USD", "EUR", "GBP", "JPY", "CNY", "CAD", "AUD", "CHF", "HKD", "SGD", "INR", "MYR", "NZD", "SEK", "NOK",
    "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ILS", "AED", "SAR", "QAR", "KWD", "ZAR", "BRL", "MXN",
    "ARS", "CLP", "COP", "PEN", "THB", "IDR", "PHP", "VND", "KRW", "TWD", "RUB", "UAH", "EGP", "NGN", "KES",
    "MAD",
];

/// Signs, longest first.
const SIGNS: [(&str, Mention); 38] = [
    ("US$", sure("USD")),
    ("USS", sure("USD")),
    ("HK$", sure("HKD")),
    ("NZ$", sure("NZD")),
    ("CA$", sure("CAD")),
    ("AU$", sure("AUD")),
    ("NT$", sure("TWD")),
    ("MX$", sure("MXN")),
    ("SFr.", sure("CHF")),
    ("SFr", sure("CHF")),
    ("Euro", sure("EUR")),
    ("EURO", sure("EUR")),
    ("euro", sure("EUR")),
    ("Fr.", sure("CHF")),
    ("RMB", sure("CNY")),
    ("Rs.", sure("INR")),
    ("RS.", sure("INR")),
    ("Rs", sure("INR")),
    ("R$", sure("BRL")),
    ("C$", sure("CAD")),
    ("A$", sure("AUD")),
    ("S$", sure("SGD")),
    ("RM", sure("MYR")),
    ("Rm", sure("MYR")),
    ("zł", sure("PLN")),
    ("Kč", sure("CZK")),
    ("kr.", shared("DKK")),
    ("kr", shared("SEK")),
    ("€", sure("EUR")),
    ("£", sure("GBP")),
    ("₹", sure("INR")),
    ("₩", sure("KRW")),
    ("₽", sure("RUB")),
    ("₺", sure("TRY")),
    ("฿", sure("THB")),
    ("円", sure("JPY")),
    ("¥", shared("JPY")),
    ("$", shared("USD")),
];

/// The code that a whole word names: `EUR`, `(RM)`, `£`, `Rs.`.
pub(crate) fn word(text: &str) -> Option<Mention> {
    let core = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | ':' | ',' | ';' | '/' | '*'));
    if let Some(code) = CODES.iter().find(|c| **c == core) {
        return Some(sure(code));
    }
    SIGNS.iter().find(|(sign, _)| *sign == core).map(|(_, m)| *m)
}

/// A currency and words of the places that have it.
type Place = (&'static str, &'static [&'static str]);

/// The currencies that share a sign, each with words of the places that have it.
const SHARERS: [(&[&str], &[Place]); 3] = [
    (
        &["SEK", "DKK", "NOK"],
        &[
            ("SEK", &["sweden", "sverige", "stockholm", "göteborg", "malmö", ".se"]),
            ("DKK", &["denmark", "danmark", "copenhagen", "københavn", "aarhus", ".dk"]),
            ("NOK", &["norway", "norge", "oslo", "bergen", ".no"]),
        ],
    ),
    (
        &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"],
        &[("CAD", &[".ca"]), ("AUD", &[".com.au"]), ("NZD", &[".co.nz"])],
    ),
    (
        &["JPY", "CNY"],
        &[("JPY", &["japan", "tokyo", ".jp", "日本"]), ("CNY", &["china", "shanghai", ".cn", "中国"])],
    ),
];

/// Whether one sign may stand for either.
pub(crate) fn share_a_sign(a: &str, b: &str) -> bool {
    SHARERS.iter().any(|(codes, _)| codes.contains(&a) && codes.contains(&b))
}

/// The currency that a sign of several means in a document: the one of them that is also named by its code, else the
/// one whose country the document names, else the usual one.
pub(crate) fn settle<'a>(
    usual: &'static str,
    named: &[&'static str],
    texts: impl Iterator<Item = &'a str>,
) -> &'static str {
    let Some((sharers, places)) = SHARERS.iter().find(|(codes, _)| codes.contains(&usual)) else {
        return usual;
    };
    let mut of_these = named.iter().copied().filter(|code| sharers.contains(code));
    if let (Some(code), None) = (of_these.next(), of_these.next()) {
        return code;
    }
    let mut hits = vec![0_usize; places.len()];
    for text in texts.filter(|t| t.len() < 300) {
        let text = text.to_lowercase();
        for (n, (_, words)) in places.iter().enumerate() {
            let says = |word: &&&str| {
                if word.starts_with('.') {
                    text.split_whitespace()
                        .any(|t| t.trim_end_matches(['/', ',', ';', ')']).ends_with(**word))
                } else {
                    text.contains(**word)
                }
            };
            hits[n] += usize::from(words.iter().any(|w| says(&w)));
        }
    }
    match hits.iter().enumerate().max_by_key(|(_, n)| **n) {
        Some((at, n)) if *n > 0 && hits.iter().filter(|h| *h == n).count() == 1 => places[at].0,
        _ => usual,
    }
}

/// The currency at the start, and what follows.
pub(crate) fn prefix(text: &str) -> Option<(Mention, &str)> {
    for code in CODES {
        if let Some(rest) = text.strip_prefix(code)
            && !rest.starts_with(|c: char| c.is_alphabetic())
        {
            return Some((sure(code), rest));
        }
    }
    for (sign, mention) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign)
            && !rest.starts_with(|c: char| c.is_alphabetic())
        {
            return Some((mention, rest.trim_start_matches('.')));
        }
    }
    None
}

/// The currency at the end, and what stands before it.
pub(crate) fn suffix(text: &str) -> Option<(Mention, &str)> {
    for code in CODES {
        if let Some(rest) = text.strip_suffix(code)
            && !rest.ends_with(|c: char| c.is_alphabetic())
        {
            return Some((sure(code), rest));
        }
    }
    for (sign, mention) in SIGNS {
        if let Some(rest) = text.strip_suffix(sign)
            && !rest.ends_with(|c: char| c.is_alphabetic())
        {
            return Some((mention, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_signs() {
        for (text, code) in [
            ("EUR", Some("EUR")),
            ("(RM)", Some("MYR")),
            ("₹", Some("INR")),
            ("Rs.", Some("INR")),
            ("ALL", None),
            ("eur", None),
            ("", None),
        ] {
            assert_eq!(word(text).map(|m| m.code), code, "{text}");
        }
    }

    #[test]
    fn a_shared_sign_is_settled_by_what_else_is_said() {
        let settled =
            |usual, named: &[&'static str], text: &'static str| settle(usual, named, text.split('\n'));
        assert_eq!(settled("USD", &["CAD"], ""), "CAD");
        assert_eq!(settled("USD", &["CAD", "AUD"], ""), "USD");
        assert_eq!(settled("USD", &["EUR"], "ships to Canada"), "USD");
        assert_eq!(settled("USD", &[], "orders@maple.ca"), "CAD");
        assert_eq!(settled("SEK", &[], "Strøget 4, København"), "DKK");
        assert_eq!(settled("SEK", &[], "København and Stockholm"), "SEK");
        assert_eq!(settled("EUR", &["USD"], "Oslo"), "EUR");
    }

    #[test]
    fn at_either_end() {
        assert_eq!(prefix("US$5").map(|(m, r)| (m.code, r)), Some(("USD", "5")));
        assert_eq!(prefix("RMK5"), None);
        assert_eq!(suffix("5,00 €").map(|(m, r)| (m.code, r)), Some(("EUR", "5,00 ")));
        assert_eq!(suffix("5.00RM").map(|(m, _)| m.code), Some("MYR"));
        assert!(prefix("$5").unwrap().0.shared);
    }
}
