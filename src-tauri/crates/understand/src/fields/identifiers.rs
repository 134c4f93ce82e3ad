//! Identifiers and short values: what each kind of field accepts, tax ids, and what a QR code says.

use std::ops::Range;

use crate::doctype::Kind;
use crate::ids;
use crate::scene::{Candidate, Scene};
use crate::text::digits;

/// The value of this kind in the range, its tokens, and how sure.
pub(crate) fn read(
    scene: &Scene<'_>,
    range: Range<usize>,
    kind: Kind,
) -> Option<(String, Range<usize>, f32)> {
    let layout = scene.layout;
    let cell = range.start..layout.cell_end(range.start).min(range.end);
    if range.is_empty() {
        return None;
    }
    match kind {
        Kind::Eway => (1..=3).rev().find_map(|n| {
            let taken = range.start..(range.start + n).min(range.end);
            Some((ids::eway_number(&layout.text(taken.clone()))?, taken, 0.96))
        }),
        Kind::Vehicle => range.clone().find_map(|at| {
            (1..=4).rev().find_map(|n| {
                let taken = at..(at + n).min(range.end);
                Some((ids::vehicle(&layout.text(taken.clone()))?, taken, 0.94))
            })
        }),
        Kind::Gstin => range.clone().find_map(|at| {
            let part = layout.tokens[at].text.split([',', '&', ';']).next()?;
            let (id, proven) = ids::gstin(part.trim())?;
            Some((id, at..at + 1, if proven { 0.98 } else { 0.8 }))
        }),
        Kind::Irn => range.clone().find_map(|at| {
            let id: String = layout.tokens[at].text.chars().filter(char::is_ascii_hexdigit).collect();
            (id.len() == 64).then(|| (id.to_lowercase(), at..at + 1, 0.97))
        }),
        Kind::Hsn => {
            let token = &layout.tokens[range.start];
            let id: String = token.text.chars().take_while(char::is_ascii_digit).collect();
            matches!(id.len(), 4 | 6 | 8).then(|| (id, range.start..range.start + 1, 0.93))
        }
        Kind::Mode => cell.clone().find_map(|at| {
            let key = layout.tokens[at].key.as_str();
            let mode = ["road", "rail", "air", "ship"].into_iter().find(|m| *m == key)?;
            Some((mode.to_owned(), at..at + 1, 0.93))
        }),
        Kind::Distance => range.clone().find_map(|at| {
            let token = &layout.tokens[at];
            let key = &token.key;
            let number: String = key.chars().take_while(char::is_ascii_digit).collect();
            let unit = &key[number.len()..];
            let next_unit =
                layout.tokens.get(at + 1).is_some_and(|t| t.row == token.row && t.key.starts_with("km"));
            // `Distance (KM): 512`: the unit stands in the label.
            let unit_before = at
                .checked_sub(1)
                .map(|before| &layout.tokens[before])
                .is_some_and(|t| t.row == token.row && t.key.ends_with("km"));
            let fits = (1..=4).contains(&number.len())
                && (unit.starts_with("km") || (unit.is_empty() && (next_unit || unit_before)));
            fits.then(|| (number.trim_start_matches('0').to_owned(), at..at + 1, 0.94))
        }),
        Kind::Integer => {
            let found = scene.amounts_in(&range).last()?;
            let whole = found.value.value.fract().is_zero() && found.value.currency.is_none();
            whole.then(|| (found.value.value.normalize().to_string(), found.range.clone(), 0.9))
        }
        Kind::Text => {
            let text = layout.text(cell.clone());
            let text = text.trim_matches(|c: char| matches!(c, ':' | ' ' | '-')).to_owned();
            (text.len() >= 2 && text.len() <= 90 && !scene.has_label(&cell)).then_some((text, cell, 0.9))
        }
        Kind::Short => {
            let text = layout.tokens[range.start].text.trim_matches(':').to_owned();
            (!text.is_empty() && text.len() <= 16).then(|| (text, range.start..range.start + 1, 0.85))
        }
        Kind::Money | Kind::Date | Kind::Number | Kind::Party | Kind::Currency | Kind::TaxId => None,
    }
}

/// Tax ids: GSTINs and VAT ids prove themselves; what stands in the buyer's block is the buyer's.
pub(crate) fn tax_ids(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    if !scene.spec.fields.iter().any(|f| f.name == "vendor_tax_id") {
        return found;
    }
    let buyer_region = super::party::foreign_tokens(scene);
    let mut vendor_has = false;
    let mut buyer_has = false;
    for at in 0..scene.layout.tokens.len() {
        let token = &scene.layout.tokens[at];
        if token.text.len() > 30 || digits(&token.text) < 6 {
            continue;
        }
        let part = token.text.split([',', '&']).next().unwrap_or_default();
        let part = part.trim_matches(|c: char| matches!(c, '(' | ')' | '.' | ';' | ':'));
        let read = ids::gstin(part).map(|(id, proven)| (id, if proven { 0.97 } else { 0.78 }));
        let read = read.or_else(|| {
            ids::vat(part).filter(|_| part.starts_with(|c: char| c.is_ascii_uppercase())).map(|id| (id, 0.92))
        });
        let Some((id, confidence)) = read else { continue };
        if scene.evidence.india && id.len() != 15 {
            continue;
        }
        let (name, taken) = if buyer_region.contains(&at) {
            ("buyer_tax_id", &mut buyer_has)
        } else {
            ("vendor_tax_id", &mut vendor_has)
        };
        if !*taken {
            *taken = true;
            let candidate = if confidence > 0.95 {
                scene.proven(id, at..at + 1, confidence)
            } else {
                scene.candidate(id, at..at + 1, confidence)
            };
            found.push((name.to_owned(), candidate));
        }
    }
    if vendor_has {
        return found;
    }
    for hit in scene.hits_of("vendor_tax_id").filter(|h| !buyer_region.contains(&h.start)) {
        let range = scene.right(hit);
        if range.is_empty() || range.len() > 6 {
            continue;
        }
        // Pieces of one id that were set apart: `DE 123 456 789`.
        let mut end = range.start + 1;
        while end < range.end
            && scene.layout.tokens[end].gap < 0.8
            && digits(&scene.layout.tokens[end].text) > 0
        {
            end += 1;
        }
        let text = scene.layout.text(range.start..end);
        if let Some(id) = ids::vat(&text) {
            found.push(("vendor_tax_id".into(), scene.candidate(id, range.start..end, 0.92)));
            break;
        }
        let first = &scene.layout.tokens[range.start];
        let id = first.text.trim_matches(|c: char| matches!(c, '(' | ')' | '.' | ',' | ';' | ':')).to_owned();
        let is_money =
            scene.amounts_in(&(range.start..range.start + 1)).first().is_some_and(|a| a.value.is_money());
        if digits(&id) >= 7 && !is_money && !id.contains('%') {
            found.push(("vendor_tax_id".into(), scene.candidate(id, range.start..range.start + 1, 0.85)));
            break;
        }
    }
    found
}

/// The QR code of an e-way bill: number, GSTIN of who made it, time, parted by slashes.
pub(crate) fn from_codes(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    for (text, bbox) in &scene.layout.codes {
        let mut parts = text.split('/');
        let Some(number) = parts.next().and_then(ids::eway_number) else { continue };
        let candidate = |value: String| Candidate {
            value,
            text: text.clone(),
            bbox: Some(*bbox),
            page: scene.layout.page,
            confidence: 0.98,
        };
        found.push(("qr".to_owned(), candidate(text.clone())));
        found.push(("ewb_number".to_owned(), candidate(number)));
        if let Some((id, true)) = parts.next().and_then(ids::gstin) {
            found.push(("generated_by_gstin".to_owned(), candidate(id)));
        }
    }
    found
}
