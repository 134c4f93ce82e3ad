//! Several documents in one file: which pages belong together.
//!
//! Page counters (`Seite 2 von 4`) say most; then a change of type, another document number, a title of something else.
//! What carries no sign of its own belongs to what came before it, or to what follows where it leans that way.

use papertray_model::{DocType, PageMeaning};

use crate::classify::{Class, classify};
use crate::doctype::Catalog;
use crate::layout::Layout;
use crate::text::squash;

/// Pages of a file that are one document, by their place in the file (from 0, the last included).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) doc_type: DocType,
    pub(crate) confidence: f32,
    /// Why it begins where it does.
    pub(crate) why: String,
}

/// A number as sure as this tells documents apart.
const SURE_NUMBER: f32 = 0.85;

/// Types that are printed one for another: a tax invoice is a bill in India and a receipt at a till.
const FAMILY: [&str; 3] = ["invoice", "bill", "receipt"];

/// What a page says about where it belongs.
struct Signs<'a> {
    meaning: &'a PageMeaning,
    class: Class,
    counter: Option<(u32, u32)>,
}

impl Signs<'_> {
    fn doc_type(&self) -> &DocType {
        &self.meaning.doc_type
    }

    /// The document's number, folded, where it is sure.
    fn number(&self) -> Option<String> {
        let field = ["number", "ewb_number"].iter().find_map(|name| self.meaning.fields.get(*name))?;
        (field.confidence >= SURE_NUMBER).then(|| squash(&field.value))
    }
}

/// Splits pages at these places (`splits` holds the pages that begin a document, from 0), or where they say so
/// themselves.
pub(crate) fn segments(
    pages: &[(&PageMeaning, &Layout)],
    types: &Catalog,
    splits: Option<&[usize]>,
) -> Vec<Segment> {
    let signs: Vec<Signs<'_>> = pages
        .iter()
        .map(|(meaning, layout)| Signs { meaning, class: classify(layout, types), counter: counter(layout) })
        .collect();
    let mut starts: Vec<(usize, String)> = vec![(0, "the file begins".to_owned())];
    for at in 1..signs.len() {
        let why = match splits {
            Some(places) => places.contains(&at).then(|| "a person said so".to_owned()),
            None => boundary(&signs, starts.last().map_or(0, |s| s.0), at),
        };
        starts.extend(why.map(|why| (at, why)));
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([signs.len()]);
    let segments = starts.iter().zip(ends).filter(|((first, _), end)| first < end);
    segments
        .map(|((first, why), end)| {
            let (doc_type, confidence) = settle(&signs[*first..end]);
            Segment { first: *first, last: end - 1, doc_type, confidence, why: why.clone() }
        })
        .collect()
}

/// Why a document begins at page `at`, where the one before began at `first`.
fn boundary(signs: &[Signs<'_>], first: usize, at: usize) -> Option<String> {
    let (page, before) = (&signs[at], &signs[at - 1]);
    match (before.counter, page.counter) {
        (Some((n, of)), Some((m, also))) if of == also && m == n + 1 => return None,
        (_, Some((1, of))) if of > 1 => return Some(format!("page 1 of {of} is printed on it")),
        _ => {}
    }
    let (current, _) = settle(&signs[first..at]);
    let own = page.doc_type();
    if own.is_unknown() {
        let turns = page.class.foreign && !current.is_unknown();
        return turns.then(|| "a title of something else stands on it".to_owned());
    }
    if current.is_unknown() {
        // A first page may be too short to tell its own type; it leans to that of the page after it.
        let leans = signs[first..at].iter().any(|s| s.class.leans_to.as_ref() == Some(own));
        return (!leans).then(|| format!("it is of another type: {}", own.as_str()));
    }
    let earlier = signs[first..at].iter().rev().find_map(Signs::number);
    let number = page.number();
    if *own == current {
        let other = number.zip(earlier).is_some_and(|(a, b)| a != b);
        return other.then(|| "another number stands on it".to_owned());
    }
    let family = FAMILY.contains(&own.as_str()) && FAMILY.contains(&current.as_str());
    let same_number = number.is_some() && number == earlier;
    let weak = page.meaning.confidence < 0.7 && !page.class.titled;
    (!(family && (same_number || !page.class.titled)) && !weak)
        .then(|| format!("it is of another type: {}", own.as_str()))
}

/// The type of pages that belong together: the first that has one, unless a later one is surer by far.
fn settle(signs: &[Signs<'_>]) -> (DocType, f32) {
    let meanings: Vec<&PageMeaning> = signs.iter().map(|s| s.meaning).collect();
    settled(&meanings)
}

/// See [`settle`].
pub(crate) fn settled(meanings: &[&PageMeaning]) -> (DocType, f32) {
    let typed = || meanings.iter().filter(|m| !m.doc_type.is_unknown());
    let Some(first) = typed().next() else {
        return (DocType::unknown(), meanings.iter().map(|m| m.confidence).fold(0.0, f32::max));
    };
    let surest = typed().max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let best = surest.filter(|s| s.confidence > first.confidence + 0.25).unwrap_or(first);
    let same = typed().filter(|m| m.doc_type == best.doc_type).map(|m| m.confidence);
    (best.doc_type.clone(), same.fold(0.0, f32::max))
}

/// `Seite 2 von 4`, `Page 2/4`, `Pagina 2 di 4` in the first or last rows: (2, 4).
fn counter(layout: &Layout) -> Option<(u32, u32)> {
    const WORDS: [&str; 9] =
        ["page", "seite", "pagina", "pag", "sheet", "blatt", "feuille", "hoja", "foglio"];
    let rows = layout.rows.len();
    let edge = (0..rows).filter(|r| *r < 12 || *r + 8 >= rows);
    for row in edge {
        let range = layout.rows[row].clone();
        for at in range.clone() {
            let token = &layout.tokens[at];
            let Some(word) = WORDS.iter().find(|w| token.key.starts_with(**w)) else { continue };
            let glued = &token.key[word.len()..];
            if !glued.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            let rest = layout.text(at..range.end.min(at + 6));
            let numbers: Vec<u32> = rest
                .split(|c: char| !c.is_ascii_digit())
                .filter(|n| !n.is_empty() && n.len() <= 3)
                .filter_map(|n| n.parse().ok())
                .take(2)
                .collect();
            let parted = rest.contains('/')
                || rest
                    .split_whitespace()
                    .any(|w| matches!(squash(w).as_str(), "of" | "von" | "de" | "di" | "sur" | "da"));
            if let [n, of] = numbers[..]
                && parted
                && n >= 1
                && n <= of
            {
                return Some((n, of));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    #[test]
    fn page_counters_of_five_languages() {
        for (text, found) in [
            ("Acme\nSeite 2 von 4", Some((2, 4))),
            ("Page: 1/3 | x", Some((1, 3))),
            ("Pagina 3 di 3", Some((3, 3))),
            ("Página 1 de 2", Some((1, 2))),
            ("Page 4", None),
            ("Homepage 1 of 2 things", None),
            ("Page 5 of 2", None),
        ] {
            assert_eq!(counter(&Layout::new(&lines(text))), found, "{text}");
        }
    }
}
