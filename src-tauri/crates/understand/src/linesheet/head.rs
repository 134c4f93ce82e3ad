//! Whose linesheet it is, of which season, in which currency.

use std::collections::HashMap;

use papertray_model::sheet::Sheet;

use super::scan::Scan;
use crate::currency;
use crate::money::{self, Mark};
use crate::text::squash;

/// Short and long names of seasons, squashed; a year stands beside them.
const SEASONS: [&str; 40] = [
    "ss",
    "aw",
    "fw",
    "sp",
    "su",
    "fa",
    "wi",
    "spring",
    "summer",
    "fall",
    "autumn",
    "winter",
    "springsummer",
    "fallwinter",
    "autumnwinter",
    "resort",
    "cruise",
    "prefall",
    "prespring",
    "holiday",
    "pe",
    "ah",
    "ai",
    "hw",
    "fs",
    "ete",
    "hiver",
    "printemps",
    "automne",
    "printempsete",
    "automnehiver",
    "primavera",
    "estate",
    "autunno",
    "inverno",
    "fruhjahr",
    "sommer",
    "herbst",
    "verano",
    "otono",
];

/// The season in a text, as printed: `AW26`, `Fall/Winter 2026`, `A/I 2026`.
pub(super) fn season(text: &str) -> Option<String> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let year = |t: &str| {
        let digits: String = t.chars().filter(char::is_ascii_digit).collect();
        matches!(digits.len(), 2 | 4)
            && t.chars().all(|c| c.is_ascii_digit() || matches!(c, '\'' | '’' | '/' | '-'))
            && (digits.len() == 2 || digits.starts_with("20"))
    };
    for (n, token) in tokens.iter().enumerate() {
        let token = token.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'');
        let letters: String = squash(token).chars().take_while(|c| c.is_alphabetic()).collect();
        let glued =
            token.chars().last().is_some_and(|c| c.is_ascii_digit()) && letters.len() < squash(token).len();
        if glued
            && letters.len() <= 4
            && SEASONS.contains(&letters.as_str())
            && squash(token).len() <= letters.len() + 4
        {
            return Some(token.to_owned());
        }
        if SEASONS.contains(&squash(token).as_str())
            || token.contains('/')
                && token.split('/').all(|p| {
                    SEASONS.contains(&squash(p).as_str())
                        || matches!(squash(p).as_str(), "a" | "i" | "p" | "e" | "s" | "w" | "f" | "h")
                })
                && token.len() >= 3
        {
            // `Spring Summer 2026`: the year may follow another season's word.
            for after in 1..=2 {
                if let Some(y) = tokens
                    .get(n + after)
                    .map(|t| t.trim_matches(|c: char| !c.is_alphanumeric() && c != '\''))
                    .filter(|t| year(t))
                {
                    return Some([&[token], &tokens[n + 1..n + after], &[y]].concat().join(" "));
                }
            }
            if let Some(before) = n.checked_sub(1).map(|b| tokens[b]).filter(|t| year(t) && t.len() == 4) {
                return Some(format!("{token} {before}"));
            }
        }
    }
    None
}

/// The season named first on the pages or sheets.
pub(super) fn season_of(scans: &[Scan], sheets: &[Sheet]) -> Option<String> {
    let on_pages = scans.iter().take(6).flat_map(|s| &s.pieces).map(|p| p.text.as_str());
    let on_sheets = sheets.iter().flat_map(|s| s.cells.iter().take(60)).map(|c| c.text.as_str());
    on_pages.chain(on_sheets).filter(|t| t.len() < 90).find_map(season)
}

/// The brand: what stands biggest at the head of most pages, or on the first page's head.
pub(super) fn brand_of(scans: &[Scan], sheets: &[Sheet]) -> Option<String> {
    let mut weights: HashMap<String, (f32, String)> = HashMap::new();
    for scan in scans {
        for piece in scan.pieces.iter().filter(|p| p.rect.y1 < 0.16 * scan.height) {
            let text = piece.text.trim();
            let plain = text.chars().filter(|c| c.is_alphabetic()).count();
            let about = squash(text);
            let title = [
                "linesheet",
                "catalogue",
                "catalog",
                "orderliste",
                "lookbook",
                "collection",
                "catalogo",
                "pricelist",
                "bestell",
            ]
            .iter()
            .any(|w| about.contains(w));
            if plain < 3
                || text.chars().any(|c| c.is_ascii_digit())
                || text.contains('@')
                || text.contains(':')
                || title
                || text.split_whitespace().count() > 4
                || season(text).is_some()
                || super::caption::is_category(text)
                || !crate::goods::words().whole(text).is_empty()
            {
                continue;
            }
            let entry = weights.entry(about).or_insert_with(|| (0.0, text.to_owned()));
            entry.0 += if piece.furniture { 2.0 } else { 1.0 } * piece.em / scan.em.max(0.1);
        }
    }
    let mut ranked: Vec<(f32, String)> = weights.into_values().collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    ranked.into_iter().next().map(|(_, t)| t).or_else(|| {
        // `Mirador – Hiver 2026` in a sheet's head.
        let cells = sheets.iter().flat_map(|s| s.cells.iter().take(40));
        cells
            .filter_map(|c| {
                c.text
                    .split_once([' ', '–', '-'])
                    .filter(|_| season(&c.text).is_some() && c.text.len() < 80)
                    .map(|_| c.text.as_str())
            })
            .find_map(|t| {
                let head = t.split(['–', '-', '|', '·']).next()?.trim();
                (season(head).is_none() && head.len() > 2).then(|| head.to_owned())
            })
    })
}

/// The decimal mark and the currency that most prices have.
pub(super) fn money_of<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> (Option<Mark>, Option<String>) {
    let mut marks = (0_usize, 0_usize);
    let mut codes: HashMap<&'static str, (usize, usize)> = HashMap::new();
    // Signs that several currencies share, codes that have prices of their own, and codes that are named beside them.
    let (mut signs, mut priced, mut named) = (vec![], vec![], vec![]);
    let mut order = 0;
    for text in texts.clone() {
        for price in crate::goods::price::prices(text, None) {
            if let Some(mention) = price.amount.currency {
                if mention.shared { &mut signs } else { &mut priced }.push(mention.code);
                order += 1;
                codes.entry(mention.code).or_insert((0, usize::MAX - order)).0 += 1;
            }
        }
        for word in text.split_whitespace() {
            if money::parse(word.trim_matches(['(', ')', '|', ';']), None).is_some_and(|a| a.places == 2) {
                match Mark::evidence(word) {
                    Some(Mark::Point) => marks.0 += 1,
                    Some(Mark::Comma) => marks.1 += 1,
                    None => {}
                }
            }
            // `Prices in EUR`, a heading `Wholesale EUR`: a currency without an amount beside it counts little.
            if let Some(mention) = currency::word(word).filter(|_| text.len() < 60) {
                if !mention.shared {
                    named.push(mention.code);
                }
                order += 1;
                codes.entry(mention.code).or_insert((0, usize::MAX - order));
            }
        }
    }
    let mark = match marks {
        (0, 0) => None,
        (points, commas) => Some(if commas > points { Mark::Comma } else { Mark::Point }),
    };
    named.sort_unstable();
    named.dedup();
    named.retain(|code| !priced.contains(code));
    let most = codes.into_iter().max_by_key(|(code, n)| (*n, *code)).map(|(code, _)| code);
    let settled = most.map(|code| {
        if signs.contains(&code) && !priced.contains(&code) {
            currency::settle(code, &named, texts)
        } else {
            code
        }
    });
    (mark, settled.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_as_printed() {
        for (text, want) in [
            ("AW26 · Line Sheet", "AW26"),
            ("Fall/Winter 2026", "Fall/Winter 2026"),
            ("Line Sheet SS27", "SS27"),
            ("Spring Summer 2026 · LINESHEET", "Spring Summer 2026"),
            ("Orderliste HW 2026", "HW 2026"),
            ("LINE SHEET — RESORT 2027", "RESORT 2027"),
            ("A/I 2026", "A/I 2026"),
        ] {
            assert_eq!(season(text).as_deref(), Some(want), "{text}");
        }
        assert_eq!(season("Opening minimum 500"), None);
        assert_eq!(season("SS"), None);
    }
}
