//! Who sells and who buys: from their labels, or the vendor from the head of the page.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::names::{clean, is_tail, legal_end, likeness, trimmed};
use crate::doctype::{Kind, Rank};
use crate::labels::Hit;
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters, squash};

/// Candidates of all parties.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    for hit in &scene.hits {
        let field = &scene.spec.fields[hit.field];
        if field.kind != Kind::Party || field.name.starts_with('_') {
            continue;
        }
        if let Some((range, sure)) = labelled(scene, hit) {
            let value = clean(&scene.layout.text(range.clone()));
            let base = match hit.rank {
                Rank::Strong => 0.9,
                Rank::Usual => 0.83,
                Rank::Weak => 0.5,
            };
            let everyday = matches!(
                scene.layout.tokens[hit.start].key.as_str(),
                "to" | "from" | "an" | "for" | "company"
            ) && hit.end == hit.start + 1;
            let confidence = base + sure - if everyday { 0.12 } else { 0.0 };
            found.push((field.name.clone(), scene.candidate(value, range, confidence)));
        }
    }
    if scene.spec.fields.iter().any(|f| f.name == "vendor") && scene.spec.name != "purchase_order" {
        head(scene, &mut found);
    } else if scene.spec.name == "purchase_order"
        && !found.iter().any(|(n, c)| n == "buyer" && c.confidence > 0.6)
    {
        // An order's own letterhead is the buyer's.
        let mut heads = vec![];
        head(scene, &mut heads);
        found.extend(heads.into_iter().filter(|(n, _)| n == "vendor").map(|(_, mut c)| {
            c.confidence = (c.confidence - 0.12).min(0.85);
            ("buyer".to_owned(), c)
        }));
    }
    found
}

/// The name that a label gives: behind it, or the first name-like line under it. With what its looks add.
fn labelled(scene: &Scene<'_>, hit: &Hit) -> Option<(Range<usize>, f32)> {
    let layout = scene.layout;
    let right = scene.right(hit);
    let mut far = None;
    if !right.is_empty() {
        let cell = right.start..layout.cell_end(right.start).min(right.end);
        let near = layout.tokens[right.start].gap < 1.5 || hit.colon;
        let cell = trimmed(layout, cell);
        let looks = likeness(scene.types, layout, &cell);
        if near && looks > -0.5 && scene.dates_in(&cell).is_empty() {
            return Some((cell, if looks > 3.0 { 0.05 } else { -0.02 }));
        }
        // Orders are sheets: the value stands in the next column, however wide this one is.
        let order = scene.spec.name == "purchase_order";
        let looks_like_one = order && looks > 0.0 && scene.dates_in(&cell).is_empty();
        far = Some((cell, -0.05)).filter(|_| looks_like_one);
    }
    for cell in scene.below(hit, 12.0).into_iter().take(6) {
        let first = &layout.tokens[cell.start];
        // `Name: Acme` inside the block.
        if matches!(first.key.as_str(), "name" | "firma" | "company" | "nom" | "nombre" | "companyname") {
            let row_end = layout.row_end(cell.start);
            let value = (cell.start + 1..row_end).find(|i| letters(&layout.tokens[*i].text) > 0)?;
            return Some((trimmed(layout, value..layout.cell_end(value)), 0.05));
        }
        let label = scene.hits_in(&cell).first();
        if let Some(label) = label {
            let kind = scene.spec.fields[label.field].kind;
            if kind == Kind::Party && label.start == cell.start {
                return None;
            }
            continue;
        }
        let name = trimmed(layout, cell.clone());
        let text = layout.text(name.clone());
        let looks = likeness(scene.types, layout, &name);
        let id_line =
            digits(&text) > letters(&text) || matches!(first.key.as_str(), "gln" | "nummer" | "globale");
        if id_line || looks < -1.5 {
            continue;
        }
        return Some((name, if looks > 3.0 { 0.04 } else { -0.02 }));
    }
    far
}

/// Tokens that belong to someone else than the vendor: the blocks under the labels of buyers and others.
pub(crate) fn foreign_tokens(scene: &Scene<'_>) -> BTreeSet<usize> {
    let layout = scene.layout;
    let mut tokens = BTreeSet::new();
    for hit in &scene.hits {
        let name = scene.field_of(hit);
        if !matches!(name, "buyer" | "_other_party" | "ship_to") {
            continue;
        }
        tokens.extend(hit.range());
        let right = scene.right(hit);
        if !right.is_empty() && layout.tokens[right.start].gap < 4.0 {
            tokens.extend(right.start..layout.cell_end(right.start).min(right.end));
        }
        let mut bottom = layout.row_box(hit.row).y1;
        for cell in scene.below(hit, 14.0).into_iter().take(7) {
            let b = layout.bbox(cell.clone());
            let gap = (b.y0 - bottom) / layout.em;
            let vendor_label = scene
                .hits_in(&(cell.start..cell.start + 1))
                .iter()
                .any(|h| matches!(scene.field_of(h), "vendor" | "total" | "subtotal" | "number"));
            if vendor_label || gap > 3.0 {
                break;
            }
            bottom = b.y1;
            tokens.extend(cell);
        }
    }
    tokens
}

/// One place where the vendor's name may stand.
struct Place {
    range: Range<usize>,
    score: f32,
    legal: bool,
}

/// The vendor from the head of the page, helped by what else names it: web and mail addresses, repetition, `for X`
/// above a signature.
fn head(scene: &Scene<'_>, found: &mut Vec<(String, Candidate)>) {
    let layout = scene.layout;
    let foreign = foreign_tokens(scene);
    let domains = domains(scene);
    let receipt = scene.spec.name == "receipt";
    let labelled: Vec<String> =
        found.iter().filter(|(n, _)| n == "vendor").map(|(_, c)| squash(&c.value)).collect();
    let buyers: Vec<String> =
        found.iter().filter(|(n, _)| n == "buyer").map(|(_, c)| squash(&c.value)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut cells = vec![];
    for row in 0..layout.rows.len() {
        for cell in layout.cells(row).iter().cloned() {
            let name = trimmed(layout, cell.clone());
            let key = squash(&layout.text(name.clone()));
            if key.len() >= 4 {
                *counts.entry(key.clone()).or_default() += 1;
                cells.push((row, cell, name, key));
            }
        }
    }
    let signers = signers(scene);
    let table = crate::columns::first_row(layout).unwrap_or(usize::MAX);
    let mut places: Vec<Place> = vec![];
    let mut name_like = 0;
    for (row, cell, name, key) in &cells {
        let looks = likeness(scene.types, layout, name);
        let order = scene.spec.name == "purchase_order";
        if looks < -0.4 || order && crate::goods::colours::is_colour(&layout.text(name.clone())) {
            continue;
        }
        let label_inside = scene.hits_in(cell).iter().any(|h| scene.spec.fields[h.field].kind != Kind::Party);
        let mut score = looks - if label_inside { 3.0 } else { 0.0 };
        let b = layout.bbox(name.clone());
        let place = (b.center().1 / layout.height).min(*row as f32 / layout.rows.len().max(1) as f32);
        score += if place < 0.12 {
            1.4
        } else if place < 0.25 {
            0.9
        } else if place < 0.4 {
            0.2
        } else {
            -0.8
        };
        // The first lines of a receipt are its vendor's.
        if receipt && *row < 8 {
            score += 1.8 - 0.45 * name_like as f32;
        } else if !receipt && *row < 14 {
            score += 0.7 - 0.15 * name_like.min(4) as f32;
        }
        name_like += 1;
        let size = layout.tokens[name.start].bbox.height() / layout.em;
        score += ((size - 1.0) * 1.4).clamp(0.0, 1.6);
        score -= if *row > table && place < 0.85 { 2.0 } else { 0.0 };
        if domains.iter().any(|d| akin(d, key)) {
            score += 2.2;
        }
        score += if counts.get(key).copied().unwrap_or(0) > 1 { 0.7 } else { 0.0 };
        score += if signers.contains(key) { 2.4 } else { 0.0 };
        score -= if name.clone().any(|i| foreign.contains(&i)) { 4.0 } else { 0.0 };
        score -= if buyers.contains(key) { 3.0 } else { 0.0 };
        score += if labelled.contains(key) { 1.5 } else { 0.0 };
        if score > 1.6 {
            places.push(Place { range: name.clone(), score, legal: legal_end(layout, name).is_some() });
        }
    }
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
    let Some(best) = places.first() else { return };
    let key = squash(&layout.text(best.range.clone()));
    let rival = places
        .iter()
        .skip(1)
        .find(|p| {
            let other = squash(&layout.text(p.range.clone()));
            !other.contains(&key) && !key.contains(&other)
        })
        .map_or(0.0, |p| p.score);
    let lead = best.score - rival;
    let mut confidence = 0.52 + 0.05 * best.score.min(6.0) + 0.05 * lead.clamp(-1.0, 3.0);
    confidence += if best.legal { 0.06 } else { 0.0 };
    let range = continued(scene, best.range.clone());
    let value = clean(&layout.text(range.clone()));
    if letters(&value) >= 3 {
        found.push(("vendor".into(), scene.candidate(value, range, confidence.min(0.96))));
    }
}

/// A name that goes on in the next line or two: `HOME MASTER HARDWARE &` / `ELECTRICAL`, `ACME (SETIA` / `ALAM) SDN
/// BHD`, `STAR POWER HARDWARE` / `TRADING`.
fn continued(scene: &Scene<'_>, mut name: Range<usize>) -> Range<usize> {
    let layout = scene.layout;
    for _ in 0..2 {
        let last = &layout.tokens[name.end - 1];
        let row = last.row + 1;
        if row >= layout.rows.len() || name.end != layout.rows[last.row].end {
            break;
        }
        let next = layout.rows[row].clone();
        let text = layout.text(name.clone());
        let open = matches!(last.text.as_str(), "&" | "und" | "and" | "et" | "y" | "e")
            || text.matches('(').count() > text.matches(')').count();
        let tail = legal_end(layout, &name).is_none() && is_tail(layout, &next);
        let near = layout.row_box(row).y0 - last.bbox.y1 < layout.em * 1.2;
        let level =
            (layout.tokens[next.start].bbox.height() / last.bbox.height().max(0.1) - 1.0).abs() < 0.45;
        if !near
            || !level
            || next.len() > 4
            || !(tail || (open && likeness(scene.types, layout, &next) > -1.0))
        {
            break;
        }
        name = name.start..trimmed(layout, next).end;
    }
    name
}

/// The names in mail and web addresses, without providers of mail.
fn domains(scene: &Scene<'_>) -> Vec<String> {
    const PROVIDERS: [&str; 12] = [
        "gmail",
        "hotmail",
        "yahoo",
        "outlook",
        "icloud",
        "aol",
        "gmx",
        "web",
        "live",
        "facebook",
        "instagram",
        "tonline",
    ];
    let mut names = vec![];
    for token in &scene.layout.tokens {
        let text = token.text.to_lowercase();
        let host = if let Some((_, host)) = text.split_once('@') {
            host
        } else if let Some(host) =
            text.strip_prefix("www.").or_else(|| text.split_once("://").map(|(_, h)| h))
        {
            host.trim_start_matches("www.")
        } else {
            continue;
        };
        let host =
            host.split(['/', '?', ',', ';', ')', '>']).next().unwrap_or_default().trim_end_matches('.');
        let mut parts: Vec<&str> = host.split('.').collect();
        parts.pop();
        if parts.last().is_some_and(|p| p.len() <= 3) && parts.len() > 1 {
            parts.pop();
        }
        if let Some(name) = parts.last().map(|p| squash(p))
            && name.len() >= 4
            && !PROVIDERS.contains(&name.as_str())
        {
            names.push(name);
        }
    }
    names
}

/// Whether a web name and a company's name share their beginning or hold one another.
fn akin(domain: &str, key: &str) -> bool {
    let shared = domain.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
    shared >= 5
        || shared == domain.len()
        || (domain.len() >= 5 && key.contains(domain))
        || (key.len() >= 5 && domain.contains(key))
}

/// Names in `for Acme Ltd` above a signature.
fn signers(scene: &Scene<'_>) -> BTreeSet<String> {
    let layout = scene.layout;
    let mut names = BTreeSet::new();
    for row in layout.rows.len() / 3..layout.rows.len() {
        for cell in layout.cells(row).iter().cloned() {
            if layout.tokens[cell.start].key == "for" && cell.len() >= 2 && cell.len() <= 8 {
                names.insert(squash(&layout.text(cell.start + 1..cell.end)));
            }
        }
    }
    names
}
