//! Style numbers: their shape, when two are the same, and how a SKU splits into style and colour.

use std::collections::HashMap;

/// The same for every way of writing a style number: upper case, without spaces and marks; leading zeros stay.
pub(crate) fn key(style: &str) -> String {
    style.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The coarse shape: runs of letters are `A`, of digits `9`, marks stay; for digits alone their count too.
pub(crate) fn shape(style: &str) -> String {
    let mut shape = String::new();
    for c in style.chars() {
        let class = if c.is_ascii_digit() {
            '9'
        } else if c.is_alphabetic() {
            'A'
        } else {
            c
        };
        if !shape.ends_with(class) || !matches!(class, '9' | 'A') {
            shape.push(class);
        }
    }
    if shape == "9" { format!("9*{}", style.len()) } else { shape }
}

/// Whether a text could be a style number: letters, digits and marks, at least two digits, no price and no size.
pub(crate) fn is_candidate(text: &str) -> bool {
    let count = text.chars().count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let marks_only = |c: char| matches!(c, '-' | '_' | '.' | '/' | '#');
    (3..=24).contains(&count)
        && digits >= 2
        && text.chars().all(|c| c.is_ascii_alphanumeric() || marks_only(c))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !text.chars().any(|c| c.is_ascii_lowercase() && digits < 3)
        && !is_number_with_marks(text)
        && !super::sizes::is_size(text)
        && super::sizes::list(text, super::sizes::Goods::default()).is_none()
}

/// Prices, dates, telephone numbers, ratios: digits with marks between them. `269.10` may be money; `9-331` is none.
fn is_number_with_marks(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/'));
    let marks = text.chars().filter(|c| !c.is_ascii_digit()).count();
    plain && marks > 0 && (marks > 1 || text.contains('.') && text.len() < 8 || text.contains('/'))
        || (plain && marks == 0 && matches!(text.len(), 8 | 11..))
        || (text.len() == 4
            && marks == 0
            && matches!(&text[..2], "20" | "19")
            && text.parse().is_ok_and(|y: u32| (2015..=2035).contains(&y)))
}

/// Similarity of two texts by edit distance, 0 to 1.
pub(crate) fn similarity(a: &str, b: &str) -> f32 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 1.0;
    }
    // Two rows of the matrix, with exchanged neighbours counted once (a typist's mistake).
    let mut before: Vec<usize> = vec![];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    1.0 - last[b.len()] as f32 / longer as f32
}

/// Style numbers and colours of the linesheets, to split SKUs by.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Keys of style numbers, to the style as printed.
    styles: HashMap<String, String>,
    /// Keys of `style + colour code`, to both.
    coded: HashMap<String, (String, String)>,
    longest: usize,
}

impl Known {
    pub(crate) fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let mut known = Self::default();
        for (style, code) in pairs {
            let plain = key(style);
            if plain.is_empty() {
                continue;
            }
            known.longest = known.longest.max(plain.len());
            if let Some(code) = code.filter(|c| !c.is_empty()) {
                known.coded.insert(format!("{plain}{}", key(code)), (style.to_owned(), code.to_owned()));
            }
            known.styles.entry(plain).or_insert_with(|| style.to_owned());
        }
        known
    }

    /// The style as the linesheet prints it.
    pub(crate) fn style(&self, text: &str) -> Option<&str> {
        self.styles.get(&key(text)).map(String::as_str)
    }

    /// Splits by what the linesheet knows: the longest style number that begins the SKU.
    pub(crate) fn split(&self, sku: &str) -> Option<(String, String)> {
        let plain = key(sku);
        if let Some((style, code)) = self.coded.get(&plain) {
            return Some((style.clone(), code.clone()));
        }
        let ends: Vec<usize> =
            plain.char_indices().map(|(i, _)| i).chain([plain.len()]).filter(|i| *i > 0).collect();
        let end = ends.into_iter().rev().find(|end| self.styles.contains_key(&plain[..*end]))?;
        Some((self.styles[&plain[..end]].clone(), tail(sku, plain[..end].chars().count())))
    }
}

/// What follows the first `count` letters and digits, without marks at its start.
pub(crate) fn tail(sku: &str, count: usize) -> String {
    let mut seen = 0;
    let rest: String = sku
        .chars()
        .skip_while(|c| {
            let counted = c.is_alphanumeric();
            seen += usize::from(counted);
            seen <= count
        })
        .collect();
    rest.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// How a supplier's SKUs split where the linesheet does not know the style, learned from those that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SplitRule {
    /// At the last of this mark.
    Mark(char),
    /// After so many letters and digits.
    After(usize),
}

impl SplitRule {
    /// The rule that most of the split SKUs obey; the last mark where none were.
    pub(crate) fn learn<'a>(split: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Option<Self> {
        let mut votes: HashMap<(u8, char, usize), usize> = HashMap::new();
        for (sku, style, code) in split {
            if code.is_empty() {
                continue;
            }
            let before_code = sku.trim_end_matches(|c: char| c.is_alphanumeric()).chars().next_back();
            match before_code
                .filter(|m| !m.is_alphanumeric() && sku.rsplit(*m).next().map(key) == Some(key(code)))
            {
                Some(mark) => *votes.entry((0, mark, 0)).or_default() += 1,
                None => *votes.entry((1, ' ', key(style).chars().count())).or_default() += 1,
            }
        }
        let best = votes.into_iter().max_by_key(|(rule, n)| (*n, *rule))?.0;
        Some(if best.0 == 0 { Self::Mark(best.1) } else { Self::After(best.2) })
    }

    /// Style and colour code.
    pub(crate) fn apply(self, sku: &str) -> Option<(String, String)> {
        match self {
            Self::Mark(mark) => {
                let (style, code) = sku.rsplit_once(mark)?;
                let (style, code) = (style.trim(), code.trim());
                (!style.is_empty() && !code.is_empty()).then(|| (style.to_owned(), code.to_owned()))
            }
            Self::After(count) => {
                let code = tail(sku, count);
                let style: String = sku
                    .get(..sku.len() - code.len())
                    .unwrap_or(sku)
                    .trim_matches(|c: char| !c.is_alphanumeric())
                    .to_owned();
                (!code.is_empty() && !style.is_empty()).then_some((style, code))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates() {
        for yes in ["AF-8183", "72479", "MD212B", "S4666.16", "26W/8331", "HL_951", "0698", "MR2669004"] {
            assert!(is_candidate(yes), "{yes}");
        }
        for no in ["36.00", "2026", "28-34", "12/05/2026", "Dune", "XS", "+44", "0/2/4", "8", "1-1-2"] {
            assert!(!is_candidate(no), "{no}");
        }
        assert_eq!(shape("AF-8183"), "A-9");
        assert_eq!(shape("72479"), "9*5");
    }

    #[test]
    fn skus_split_by_what_is_known() {
        let known = Known::new([("AF-8183", Some("NOI")), ("45340", Some("430")), ("AF-81", None)]);
        let split = |sku| known.split(sku).unwrap_or_default();
        assert_eq!(split("AF-8183-NOI"), ("AF-8183".into(), "NOI".into()));
        assert_eq!(split("45340430"), ("45340".into(), "430".into()));
        assert_eq!(split("AF-8183-XYZ"), ("AF-8183".into(), "XYZ".into()));
        assert_eq!(split("af8183_red"), ("AF-8183".into(), "red".into()));
        assert_eq!(known.split("ZZ-1"), None);
    }

    #[test]
    fn other_skus_split_as_the_known_ones() {
        let rule = SplitRule::learn([("A_1_RED", "A_1", "RED"), ("A_2_BLU", "A_2", "BLU")]);
        assert_eq!(rule, Some(SplitRule::Mark('_')));
        assert_eq!(rule.and_then(|r| r.apply("A_9_INK")), Some(("A_9".into(), "INK".into())));
        assert_eq!(SplitRule::learn([("45340430", "45340", "430")]), Some(SplitRule::After(5)));
        assert_eq!(SplitRule::After(5).apply("99999120"), Some(("99999".into(), "120".into())));
    }

    #[test]
    fn exchanged_digits_are_one_mistake() {
        assert!(similarity("AF4679", "AF4769") > 0.8);
        assert!(similarity("abc", "xyz") < 0.1);
    }
}
