//! What looks like the name of a company or person, and what does not.

use std::ops::Range;

use crate::doctype::Catalog;
use crate::ids;
use crate::layout::Layout;
use crate::lexicon::{Words, lexicon};
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters};

/// How much a cell looks like a company's name: above 1 likely, above 3 by its legal form, below 0 not.
pub(crate) fn likeness(types: &Catalog, layout: &Layout, cell: &Range<usize>) -> f32 {
    let text = layout.text(cell.clone());
    let tokens = &layout.tokens[cell.clone()];
    let words: Vec<&str> = tokens.iter().map(|t| t.key.as_str()).filter(|k| !k.is_empty()).collect();
    let (l, d) = (letters(&text), digits(&text));
    if l < 3
        || words.is_empty()
        || words.len() > 9
        || text.len() > 80
        || text.contains('@')
        || text.contains("://")
    {
        return -5.0;
    }
    if words.iter().all(|w| lexicon().names.legal_forms.has(w)) {
        return -5.0;
    }
    let mut score = 0.5;
    let known = &lexicon().names;
    let has = |list: &Words| words.iter().filter(|w| list.has(w)).count();
    if legal_end(layout, cell).is_some() {
        score += 3.2;
    }
    score += 1.3 * (has(&known.business).min(2)) as f32;
    score -= 1.6 * has(&known.address) as f32;
    score -= 1.8 * has(&known.others) as f32;
    if d * 2 > l {
        score -= 2.5;
    } else if d > 4 {
        score -= 1.2;
    }
    let first = text.chars().next().unwrap_or(' ');
    score -= if first.is_ascii_digit() { 1.2 } else { 0.0 };
    score -= if first.is_lowercase() { 1.0 } else { 0.0 };
    score -= if text.ends_with(['.', ',', ';', '!', '?']) && legal_end(layout, cell).is_none() {
        0.9
    } else {
        0.0
    };
    score -= if tokens.iter().any(|t| t.text.ends_with(':')) { 2.5 } else { 0.0 };
    score -= if words.len() == 1 && l < 4 { 1.0 } else { 0.0 };
    score -= if text.contains('©') || text.to_lowercase().starts_with("(c)") { 4.0 } else { 0.0 };
    let whole: String = words.concat();
    // A title, or the heading of a column.
    let title = types.signs(&whole, "").is_some() || !crate::goods::words().whole(&text).is_empty();
    score - if title { 4.0 } else { 0.0 }
}

/// Where the company's name ends by its legal form, as the token after it.
pub(crate) fn legal_end(layout: &Layout, cell: &Range<usize>) -> Option<usize> {
    let mut end = None;
    for at in cell.clone().skip(1) {
        let token = &layout.tokens[at];
        // `S.r.l.`, `(M)`; a lower-case `as`, `se`, `co` is a word, not a form.
        let short = token.key.len() <= 2;
        let capital = token.text.chars().any(char::is_uppercase);
        if lexicon().names.legal_forms.has(&token.key) && (!short || capital) && !token.text.ends_with(':') {
            end = Some(at + 1);
        }
    }
    if end.is_none() {
        // Joined by recognition: `ACMESDNBHD`.
        let joined = cell.clone().find(|at| {
            let key = &layout.tokens[*at].key;
            key.len() > 8 && (key.ends_with("sdnbhd") || key.ends_with("pvtltd") || key.ends_with("gmbh"))
        });
        end = joined.map(|at| at + 1);
    }
    end
}

/// Whether a line holds nothing but words that end a company's name: `TRADING`, `SDN BHD`, `ENTERPRISE SDN BHD`.
pub(crate) fn is_tail(layout: &Layout, line: &Range<usize>) -> bool {
    let mut words =
        layout.tokens[line.clone()].iter().map(|t| t.key.as_str()).filter(|k| !k.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|w| lexicon().names.legal_forms.has(w) || lexicon().names.business.has(w))
}

/// The name in a cell without what is printed behind it: `ACME SDN BHD (562007-D)`, `Acme GmbH | Weg 1 | 1234 Ort`.
pub(crate) fn trimmed(layout: &Layout, cell: Range<usize>) -> Range<usize> {
    let mut end = cell.end;
    for at in cell.clone().skip(1) {
        let text = &layout.tokens[at].text;
        let breaks = matches!(text.as_str(), "|" | "·" | "•" | "∙" | "–" | "—" | "-" | "*" | "■" | "▪");
        let close = (at..cell.end).find(|i| layout.tokens[*i].text.contains(')')).map_or(cell.end, |i| i + 1);
        let number = text.starts_with('(') && digits(&layout.text(at..close)) >= 4;
        let comma = layout.tokens[at - 1].text.ends_with(',') && digits(&layout.text(at..cell.end)) >= 3;
        if breaks || number || comma {
            end = at;
            break;
        }
    }
    if let Some(legal) = legal_end(layout, &(cell.start..end)) {
        // Behind the legal form only its own continuation (`& Co. KG`) belongs to the name; a number never does.
        if digits(&layout.text(legal..end)) > 0 {
            end = legal;
        }
    }
    cell.start..end.max(cell.start + 1)
}

/// A name as text: without marks around it.
pub(crate) fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, ':' | ',' | ';' | '|' | '*' | '-' | '–' | '"' | '“' | '”' | '·' | '•' | '#' | '=')
    });
    let text = text.strip_prefix("M/s.").or_else(|| text.strip_prefix("M/s")).unwrap_or(text);
    let text = text.trim();
    // A bracket that opens and never closes, or the reverse, is a scrap.
    if text.matches('(').count() == text.matches(')').count() {
        text.to_owned()
    } else {
        text.trim_matches(['(', ')']).trim().to_owned()
    }
}

/// On an e-way bill names stand behind GSTINs: `07ZUSHZ4745C1ZT,SUNDARAM KNITWEAR`.
pub(crate) fn beside_gstins(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    for (field, name) in [
        ("supplier_gstin", "supplier_name"),
        ("recipient_gstin", "recipient_name"),
        ("transporter_id", "transporter_name"),
    ] {
        for hit in scene.hits_of(field) {
            let range = scene.right(hit);
            let Some(at) = range.clone().find(|i| {
                let part = scene.layout.tokens[*i].text.split([',', '&', '-']).next().unwrap_or_default();
                ids::gstin(part).is_some()
            }) else {
                continue;
            };
            // The name may be glued to the id by a comma; the box is then that of the whole word.
            let glued =
                scene.layout.tokens[at].text.split_once([',', '&']).map(|(_, rest)| rest.trim().to_owned());
            let has_glued = glued.as_ref().is_some_and(|g| letters(g) > 0);
            let start = if has_glued { at } else { at + 1 };
            if start >= range.end {
                continue;
            }
            let rest = scene.layout.text(at + 1..range.end);
            let text = match glued.filter(|_| has_glued) {
                Some(first) => format!("{first} {rest}"),
                None => rest,
            };
            let value = text
                .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '&' | '-' | '/'))
                .to_owned();
            if letters(&value) >= 3 {
                found.push((name.to_owned(), scene.candidate(value, start..range.end, 0.92)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    #[test]
    fn companies_and_others() {
        for (text, company) in [
            ("Acme GmbH", true),
            ("MR. D.I.Y. (M) SDN BHD", true),
            ("LITTLE CRAVINGS SDN BHD (562007-D)", true),
            ("Rossi S.r.l.", true),
            ("Kaveri Loom Exports Pvt Ltd", true),
            ("AMTECH ELECTRICAL SUPPLIES", true),
            ("TAX INVOICE", false),
            ("Invoice", false),
            ("12, Jalan Tampoi 7/4", false),
            ("Tel: 03-1234567", false),
            ("info@acme.example", false),
            ("3180303", false),
            ("Thank you for your business", false),
        ] {
            let layout = Layout::new(&lines(text));
            let cell = layout.cells(0)[0].clone();
            let score = likeness(crate::doctype::builtin(), &layout, &cell);
            assert_eq!(score > 1.5, company, "{text}: {score}");
        }
    }

    #[test]
    fn what_stands_behind_a_name_goes() {
        for (text, name) in [
            ("LITTLE CRAVINGS SDN BHD (562007-D)", "LITTLE CRAVINGS SDN BHD"),
            ("Acme GmbH | Weg 1 | 12345 Ort", "Acme GmbH"),
            ("MR. D.I.Y. (M) SDN BHD", "MR. D.I.Y. (M) SDN BHD"),
            ("Acme GmbH, Weg 1, 12345 Ort", "Acme GmbH"),
        ] {
            let layout = Layout::new(&lines(&text.replace('|', "·")));
            let cell = layout.cells(0)[0].clone();
            assert_eq!(clean(&layout.text(trimmed(&layout, cell))), name, "{text}");
        }
    }
}
