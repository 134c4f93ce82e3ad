//! Colours: what is one, which family it is of, name and code apart.

use serde::{Deserialize, Serialize};

use super::words;
use crate::text::squash;

/// A colour as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Colour {
    pub(crate) name: Option<String>,
    pub(crate) code: Option<String>,
}

fn tokens(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '+' | '&' | ','))
        .map(squash)
        .filter(|t| !t.is_empty())
        .collect()
}

/// Whether every word belongs to a colour's name.
pub(crate) fn is_colour(text: &str) -> bool {
    let words = words();
    if words.colours.contains(&squash(text)) {
        return text.chars().count() > 1;
    }
    let tokens = tokens(text);
    let colour = |t: &String| words.colours.contains(t);
    (1..=5).contains(&tokens.len())
        && tokens.iter().any(colour)
        && tokens.iter().all(|t| colour(t) || words.qualifiers.contains(t))
}

/// Whether the text looks like a code beside a colour's name: `NOI`, `310`, `BK1`.
pub(crate) fn is_code(text: &str) -> bool {
    let count = text.chars().count();
    (1..=7).contains(&count)
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        && (count >= 2 || text.chars().all(|c| c.is_ascii_digit()))
}

/// Name and code of one colour: `Noir (NOI)`, `520 - Aubergine`, `Navy 430`, `BLK/Black`.
pub(crate) fn one(text: &str) -> Option<Colour> {
    let text = text.trim().trim_matches(['·', '|', ',', ';', ':', '•', '–']).trim();
    if text.is_empty() || text.chars().count() > 60 {
        return None;
    }
    if let Some((name, rest)) = text.split_once(['(', '['])
        && let Some(code) = rest.strip_suffix([')', ']'])
    {
        let (name, code) = (name.trim(), code.trim());
        if is_code(code)
            || (code.len() <= 8 && code.chars().any(|c| c.is_ascii_digit()) && !code.contains(' '))
        {
            return Some(Colour { name: text_of(name), code: text_of(code) });
        }
        // `BLK (Black)`.
        if is_code(name) && is_colour(code) {
            return Some(Colour { name: text_of(code), code: text_of(name) });
        }
    }
    // `BLK Black`: in capitals before a name that is not.
    if let Some((code, name)) = text.split_once(' ')
        && is_code(code)
        && name != name.to_uppercase()
        && (spells(code, name) || likeness(code, name) > 0.9)
    {
        return Some(Colour { name: text_of(name), code: text_of(code) });
    }
    // `Black BLK`: a code that spells the name before it, though it may pass for a colour itself.
    if let Some((name, code)) = text.rsplit_once([' ', '/', '-'])
        && is_code(code)
        && name != name.to_uppercase()
        && spells(code, name.trim_end_matches([' ', '/', '-', '–']))
    {
        let name = name.trim_end_matches([' ', '/', '-', '–']);
        return Some(Colour { name: text_of(name), code: text_of(code) });
    }
    if is_colour(text) {
        return Some(Colour { name: text_of(text), code: None });
    }
    for separator in [" - ", " – ", " / ", "/", " ", "-", "_"] {
        if let Some((a, b)) = text.split_once(separator) {
            let (a, b) = (a.trim(), b.trim());
            let numeric = a.chars().all(|c| c.is_ascii_digit()) && (2..=5).contains(&a.len());
            let worded = b.chars().any(char::is_alphabetic) && !is_code_only(b);
            if (numeric && worded) || (is_code(a) && !is_colour(a) && (is_colour(b) || spells(a, b))) {
                return Some(Colour { name: text_of(b), code: text_of(a) });
            }
        }
        if let Some((a, b)) = text.rsplit_once(separator) {
            let (a, b) = (a.trim(), b.trim());
            let numeric = b.chars().all(|c| c.is_ascii_digit()) && (2..=5).contains(&b.len());
            if (numeric && a.chars().any(char::is_alphabetic))
                || (is_code(b) && a != a.to_uppercase() && !is_colour(b) && (is_colour(a) || spells(b, a)))
            {
                return Some(Colour { name: text_of(a), code: text_of(b) });
            }
        }
    }
    Some(Colour { name: text_of(text), code: None })
}

/// Whether a code's letters stand in the name in their order, its first letter first: `KGF` and `Kingfisher`.
fn spells(code: &str, name: &str) -> bool {
    let (code, name) = (squash(code), squash(name));
    let mut letters = name.chars();
    (2..=4).contains(&code.len())
        && code.len() < name.len()
        && code.chars().all(char::is_alphabetic)
        && code.chars().next() == name.chars().next()
        && code.chars().all(|c| letters.any(|l| l == c))
}

fn is_code_only(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

fn text_of(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

/// The colours behind a label or in a column of colours: a number in the place of a name is both.
pub(crate) fn labelled(text: &str) -> Vec<Colour> {
    let mut colours = many(text);
    for colour in colours.iter_mut().filter(|c| c.code.is_none()) {
        colour.code = colour.name.clone().filter(|n| (2..=5).contains(&n.len()) && is_code_only(n));
    }
    colours
}

/// Colours as a text lists them: `Indigo (IND) / Lilac (LIL)`, `Black, Navy`.
pub(crate) fn many(text: &str) -> Vec<Colour> {
    for separator in [" / ", ";", " | ", " · ", " • ", ", ", ",", "/", " & ", " and ", " et ", " und "] {
        let parts: Vec<&str> = text.split(separator).map(str::trim).filter(|p| !p.is_empty()).collect();
        if parts.len() < 2 {
            continue;
        }
        let coded = |p: &&str| p.ends_with(')') || one(p).is_some_and(|c| c.code.is_some());
        // `Black/White` is one colour of two; with a code each, or with spaces around the mark, they are several.
        let several = parts.iter().all(coded)
            || (!matches!(separator, "/" | " & " | " and " | " et " | " und ")
                && parts.iter().all(|p| is_colour(p) || p.split_whitespace().count() <= 3));
        // `Black / BLK`: a name and its code.
        let pair = parts.len() == 2 && one(text).is_some_and(|c| c.code.is_some());
        if several && !pair {
            return parts.iter().filter_map(|p| one(p)).collect();
        }
    }
    one(text).into_iter().collect()
}

/// How alike two colours are, 0 to 1: the same words, the same code, the same family, or close spelling.
pub(crate) fn likeness(a: &str, b: &str) -> f32 {
    let (ka, kb) = (squash(a), squash(b));
    if ka.is_empty() || kb.is_empty() {
        return 0.0;
    }
    if ka == kb {
        return 1.0;
    }
    let groups = |k: &str| words().same_colours.get(k).map_or(&[][..], Vec::as_slice);
    if groups(&ka).iter().any(|g| groups(&kb).contains(g)) {
        return 0.95;
    }
    let shorter = ka.len().min(kb.len());
    if shorter >= 3
        && (ka.starts_with(&kb) || kb.starts_with(&ka) || abbreviates(&ka, &kb) || abbreviates(&kb, &ka))
    {
        return 0.85;
    }
    let close = super::style::similarity(&ka, &kb);
    if close >= 0.8 { close * 0.9 } else { 0.0 }
}

/// Whether the short one is made of the long one's letters in order, beginning with its first: `nvy` of `navy`.
fn abbreviates(short: &str, long: &str) -> bool {
    if !(2..=5).contains(&short.len())
        || short.len() >= long.len()
        || short.chars().next() != long.chars().next()
    {
        return false;
    }
    let mut letters = long.chars();
    short.chars().all(|c| letters.any(|l| l == c)) && long.len() <= short.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(text: &str) -> (String, String) {
        let colour = one(text).unwrap_or_default();
        (colour.name.unwrap_or_default(), colour.code.unwrap_or_default())
    }

    #[test]
    fn names_and_codes() {
        for (text, name, code) in [
            ("Noir (NOI)", "Noir", "NOI"),
            ("520 - Aubergine", "Aubergine", "520"),
            ("Navy 430", "Navy", "430"),
            ("BLK Black", "Black", "BLK"),
            ("Jet Black", "Jet Black", ""),
            ("JET BLACK", "JET BLACK", ""),
            ("Royal Blue (RYB)", "Royal Blue", "RYB"),
            ("Kingfisher", "Kingfisher", ""),
            ("KGF Kingfisher", "Kingfisher", "KGF"),
            ("Black BLK", "Black", "BLK"),
        ] {
            assert_eq!(pair(text), (name.to_owned(), code.to_owned()), "{text}");
        }
    }

    #[test]
    fn lists() {
        let names = |t: &str| many(t).into_iter().filter_map(|c| c.name).collect::<Vec<_>>();
        assert_eq!(names("Indigo (IND) / Lilac (LIL) / Black (BLK)"), ["Indigo", "Lilac", "Black"]);
        assert_eq!(names("Black, Navy, Red"), ["Black", "Navy", "Red"]);
        assert_eq!(names("Black/White"), ["Black/White"]);
        assert_eq!(names("Sage (SGE)"), ["Sage"]);
    }

    #[test]
    fn a_number_behind_a_label_is_name_and_code() {
        let told = |t: &str| labelled(t).into_iter().map(|c| (c.name, c.code)).collect::<Vec<_>>();
        assert_eq!(told("709"), [(Some("709".into()), Some("709".into()))]);
        assert_eq!(told("Navy"), [(Some("Navy".into()), None)]);
        assert_eq!(many("709"), [Colour { name: Some("709".into()), code: None }]);
    }

    #[test]
    fn the_same_colour_in_another_tongue() {
        assert!(likeness("Nero", "Black") > 0.9);
        assert!(likeness("NVY", "Navy") > 0.8);
        assert!(likeness("Émeraude", "EMERALD") > 0.9);
        assert!(likeness("Mustard", "Lemon") < 0.5);
        assert!(likeness("Ink", "Indigo") < 0.5);
        assert!(is_colour("Burnt Orange") && !is_colour("Orange Tee"));
    }
}
