//! What a person types into the search, taken apart: words, phrases in quotes, beginnings of words (`velo*`, and the last
//! word while it is typed), `-word`, and `type:` `tag:` `vendor:` `status:` `currency:` `date:` `amount:`.
//!
//! Dates: `2026`, `2026-05`, `2026-05-12`, `2025-11..2026-02`, `>2026-01`, `<=2026-05-12`. Amounts: `134.00`, `>100`,
//! `100..200`. What is no date or amount is searched as a word.

use crate::fold::{fold, is_half_pair};

/// Words that stand side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Folded, in order; never none.
    pub words: Vec<String>,
    /// The last word is only the beginning of one.
    pub begins: bool,
}

/// `>=`, `<=`, `>` or `<`, and what is compared with.
type Bound<T> = (&'static str, T);

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// All of these stand in the document.
    pub terms: Vec<Term>,
    pub(crate) without: Vec<Term>,
    pub(crate) vendors: Vec<Term>,
    pub(crate) types: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) statuses: Vec<String>,
    pub(crate) currencies: Vec<String>,
    pub(crate) dates: Vec<Bound<String>>,
    pub(crate) amounts: Vec<Bound<f64>>,
}

impl Term {
    fn new(text: &str, begins: bool) -> Option<Self> {
        let words = fold(text);
        let last = words.last()?;
        // One letter alone begins too much; one of a script without spaces is half of what is indexed.
        let narrow = words.len() > 1 || last.chars().count() > 1;
        let begins = is_half_pair(last) || (begins && narrow);
        Some(Self { words, begins })
    }

    /// As FTS5 asks for it. Folded words hold letters, digits and marks only.
    fn fts(&self) -> String {
        format!("\"{}\"{}", self.words.join(" "), if self.begins { "*" } else { "" })
    }

    /// Whether `word`, folded, is the one at `at`.
    fn is(&self, at: usize, word: &str) -> bool {
        let last = at + 1 == self.words.len();
        self.words.get(at).is_some_and(|w| if last && self.begins { word.starts_with(w) } else { word == w })
    }

    /// Where these words stand side by side among `folded` ones: the place of the first of them, each time.
    pub fn places<'a>(&'a self, folded: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        folded
            .windows(self.words.len())
            .enumerate()
            .filter(|(_, window)| window.iter().enumerate().all(|(at, word)| self.is(at, word)))
            .map(|(at, _)| at)
    }
}

impl Wanted {
    /// Takes apart what was typed.
    pub fn parse(text: &str) -> Self {
        let mut wanted = Self::default();
        let pieces = pieces(text);
        let typing = !text.ends_with(char::is_whitespace);
        let count = pieces.len();
        for (i, piece) in pieces.into_iter().enumerate() {
            let last = typing && i + 1 == count;
            if !piece.key.is_some_and(|key| wanted.filter(key, piece.value)) {
                let whole =
                    piece.key.map_or_else(|| piece.value.to_owned(), |key| format!("{key} {}", piece.value));
                let begins = piece.value.ends_with('*') || (last && !piece.quoted);
                let Some(term) = Term::new(&whole, begins) else { continue };
                if piece.negated { wanted.without.push(term) } else { wanted.terms.push(term) }
            }
        }
        wanted
    }

    /// Whether `key:value` is a filter, which is kept then.
    fn filter(&mut self, key: &str, value: &str) -> bool {
        let word = value.trim().to_lowercase();
        if word.is_empty() {
            return true; // being typed
        }
        match key.to_lowercase().as_str() {
            "type" => self.types.push(word.replace(' ', "_")),
            "tag" => self.tags.push(word),
            "status" | "state" => self.statuses.push(word),
            "currency" => self.currencies.push(word.to_uppercase()),
            "vendor" => match Term::new(value, true) {
                Some(term) => self.vendors.push(term),
                None => return false,
            },
            "date" => match bounds(&word, date) {
                Some(found) => self.dates.extend(found),
                None => return false,
            },
            "amount" | "total" => match bounds(&word, amount) {
                Some(found) => self.amounts.extend(found),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// The expression of the full-text index; none where only columns are asked about.
    pub(crate) fn fts(&self) -> Option<String> {
        let mut all: Vec<String> = self.terms.iter().map(Term::fts).collect();
        all.extend(self.vendors.iter().map(|term| format!("vendor : {}", term.fts())));
        if all.is_empty() {
            return None;
        }
        let mut expression = all.join(" AND ");
        for term in &self.without {
            expression = format!("({expression}) NOT {}", term.fts());
        }
        Some(expression)
    }
}

struct Piece<'a> {
    key: Option<&'a str>,
    value: &'a str,
    quoted: bool,
    negated: bool,
}

/// Splits at spaces outside of quotes. A quote that is not closed ends with the text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = vec![];
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let negated = rest.starts_with('-') && rest.len() > 1;
        if negated {
            rest = &rest[1..];
        }
        let key = rest
            .split_once(':')
            .map(|(key, _)| key)
            .filter(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphabetic()));
        let body = key.map_or(rest, |key| &rest[key.len() + 1..]);
        let quoted = body.starts_with('"');
        let (value, after) = if quoted {
            body[1..].split_once('"').unwrap_or((&body[1..], ""))
        } else {
            body.split_once(char::is_whitespace).unwrap_or((body, ""))
        };
        pieces.push(Piece { key, value, quoted, negated });
        rest = after.trim_start();
    }
    pieces
}

/// `a..b`, `>a`, `>=a`, `<b`, `<=b`, `a`. Each end may itself span several (a month): the side that counts is taken.
fn bounds<T: Clone>(text: &str, parse: impl Fn(&str) -> Option<(T, T)>) -> Option<Vec<Bound<T>>> {
    let both = |t: &str| parse(t.trim());
    if let Some((from, to)) = text.split_once("..") {
        let from = both(from).map(|(first, _)| (">=", first));
        let to = both(to).map(|(_, last)| ("<=", last));
        let found: Vec<_> = from.into_iter().chain(to).collect();
        return (!found.is_empty()).then_some(found);
    }
    for (sign, first) in [(">=", true), ("<=", false), (">", false), ("<", true)] {
        if let Some(value) = text.strip_prefix(sign) {
            return both(value).map(|(from, to)| vec![(sign, if first { from } else { to })]);
        }
    }
    both(text).map(|(from, to)| vec![(">=", from), ("<=", to)])
}

fn amount(text: &str) -> Option<(f64, f64)> {
    text.replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite()).map(|n| (n, n))
}

/// The first and the last day that a year, a month or a day means.
fn date(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('-');
    let number = |part: Option<&str>, most: u32| -> Option<Option<u32>> {
        let Some(part) = part else { return Some(None) };
        part.parse().ok().filter(|n| (1..=most).contains(n)).map(Some)
    };
    let year = parts.next().filter(|y| y.len() == 4)?.parse::<u32>().ok()?;
    let (month, day) = (number(parts.next(), 12)?, number(parts.next(), 31)?);
    if parts.next().is_some() {
        return None;
    }
    let (first, last) = (month.unwrap_or(1), month.unwrap_or(12));
    Some((
        format!("{year:04}-{first:02}-{:02}", day.unwrap_or(1)),
        format!("{year:04}-{last:02}-{:02}", day.unwrap_or(31)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fts(text: &str) -> String {
        Wanted::parse(text).fts().unwrap_or_default()
    }

    #[test]
    fn words_phrases_and_beginnings() {
        assert_eq!(fts("Velora Straße "), r#""velora" AND "strasse""#);
        assert_eq!(fts("velora inv"), r#""velora" AND "inv"*"#, "the last word is being typed");
        assert_eq!(fts(r#""corner wardrobe" -draft x"#), r#"("corner wardrobe" AND "x") NOT "draft""#);
        assert_eq!(fts("velo* B2833/26 "), r#""velo"* AND "b2833 26""#);
        assert_eq!(fts("請求書 円"), r#""請求 求書" AND "円"*"#);
        assert_eq!(
            fts(r#"a"b OR c) "#),
            r#""a b" AND "or" AND "c""#,
            "no letter of its own language gets through"
        );
        assert_eq!(Wanted::parse("… -").fts(), None);
    }

    #[test]
    fn filters() {
        let wanted = Wanted::parse(
            "type:Invoice tag:\"casa lume\" vendor:acme date:2026-05 amount:>100 status:failed",
        );
        assert_eq!(wanted.types, ["invoice"]);
        assert_eq!(wanted.tags, ["casa lume"]);
        assert_eq!(wanted.fts().as_deref(), Some(r#"vendor : "acme"*"#));
        assert_eq!(wanted.dates, [(">=", "2026-05-01".to_owned()), ("<=", "2026-05-31".to_owned())]);
        assert_eq!((wanted.amounts, wanted.statuses), (vec![(">", 100.0)], vec!["failed".to_owned()]));
        let dates = |text: &str| Wanted::parse(text).dates;
        assert_eq!(
            dates("date:2025-11..2026-02"),
            [(">=", "2025-11-01".to_owned()), ("<=", "2026-02-31".to_owned())]
        );
        assert_eq!(dates("date:>2026-05"), [(">", "2026-05-31".to_owned())]);
        assert_eq!(dates("date:<2026"), [("<", "2026-01-01".to_owned())]);
        assert_eq!(dates("date:soon"), vec![], "no date: words");
        assert_eq!(fts("date:soon "), r#""date soon""#);
        assert_eq!(fts("http://x "), r#""http x""#);
        assert_eq!(Wanted::parse("amount:"), Wanted::default());
    }

    #[test]
    fn places_of_words() {
        let folded = fold("Invoice of Velora Tide, Velora Tidewater");
        let places = |text: &str| Wanted::parse(text).terms[0].places(&folded).collect::<Vec<_>>();
        assert_eq!(places("\"velora tide\""), [2]);
        assert_eq!(places("velo"), [2, 4]);
        assert_eq!(places("tide "), [3]);
    }
}
