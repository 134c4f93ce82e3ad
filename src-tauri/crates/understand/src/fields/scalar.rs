//! Values that stand right of or below their label: numbers, dates, identifiers, short texts.

use std::ops::Range;

use super::identifiers::{from_codes, read, tax_ids};
use crate::doctype::{Kind, Rank};
use crate::ids;
use crate::labels::Hit;
use crate::layout::is_filler;
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters};

/// How far below a label its value may stand, in heights of the label.
const REACH: f32 = 2.4;

/// Candidates of every field that one rule for its kind can read.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found: Vec<(String, Candidate)> = vec![];
    for hit in &scene.hits {
        let field = &scene.spec.fields[hit.field];
        let candidate = match field.kind {
            Kind::Money | Kind::Party | Kind::Currency | Kind::TaxId => None,
            Kind::Date => date(scene, hit),
            Kind::Number => number(scene, hit),
            kind => other(scene, hit, kind),
        };
        if let Some(candidate) = candidate {
            found.push((field.name.clone(), candidate));
        }
    }
    disagree(&mut found, "number");
    disagree(&mut found, "date");
    if !found.iter().any(|(n, c)| n == "number" && c.confidence >= 0.9) {
        found.extend(numbered_title(scene).map(|c| ("number".to_owned(), c)));
    }
    if !found.iter().any(|(n, _)| n == "date") {
        found.extend(lone_date(scene).map(|c| ("date".to_owned(), c)));
    }
    found.extend(tax_ids(scene));
    if scene.spec.name == "eway_bill" {
        found.extend(super::names::beside_gstins(scene));
        found.extend(from_codes(scene));
        if !found.iter().any(|(n, _)| n == "distance_km") {
            let all = 0..scene.layout.tokens.len();
            let read = read(scene, all, Kind::Distance);
            found.extend(read.map(|(v, r, c)| ("distance_km".to_owned(), scene.candidate(v, r, c - 0.02))));
        }
    }
    found
}

/// The value of this kind behind a label.
pub(crate) fn behind(scene: &Scene<'_>, hit: &Hit, kind: Kind) -> Option<Candidate> {
    match kind {
        Kind::Date => date(scene, hit),
        Kind::Number => number(scene, hit),
        Kind::Party | Kind::TaxId => other(scene, hit, Kind::Text),
        kind => other(scene, hit, kind),
    }
}

/// Two equally sure values of one field: the first stays, less sure.
fn disagree(found: &mut [(String, Candidate)], name: &str) {
    let best = found.iter().filter(|(n, _)| n == name).map(|(_, c)| c.confidence).fold(0.0, f32::max);
    let mut first: Option<String> = None;
    let mut differ = false;
    for (_, candidate) in found.iter().filter(|(n, c)| n == name && c.confidence >= best - 0.03) {
        match &first {
            Some(value) => differ |= *value != candidate.value,
            None => first = Some(candidate.value.clone()),
        }
    }
    if differ {
        for (_, candidate) in found.iter_mut().filter(|(n, _)| n == name) {
            candidate.confidence = candidate.confidence.min(0.88);
        }
    }
}

fn base(rank: Rank) -> f32 {
    match rank {
        Rank::Strong => 0.96,
        Rank::Usual => 0.92,
        Rank::Weak => 0.6,
    }
}

/// Where a value of a label may stand: right of it, else under it. With how sure the place is.
fn places(scene: &Scene<'_>, hit: &Hit, reach: f32) -> Vec<(Range<usize>, f32)> {
    let right = scene.right(hit);
    let mut places = vec![];
    if !right.is_empty() {
        let gap = scene.layout.tokens[right.start].bbox.x0 - scene.layout.tokens[hit.end - 1].bbox.x1;
        let far = gap / scene.layout.width.max(1.0);
        places.push((right, if far > 0.35 { 0.12 } else { 0.0 }));
    }
    for (depth, cell) in scene.below(hit, reach).into_iter().enumerate() {
        if depth > 1 || scene.is_label(cell.start) {
            break;
        }
        places.push((cell, 0.03 + 0.05 * depth as f32));
    }
    places
}

fn date(scene: &Scene<'_>, hit: &Hit) -> Option<Candidate> {
    let reach = if scene.right(hit).is_empty() { 3.2 } else { REACH };
    for (range, doubt) in places(scene, hit, reach) {
        let Some(found) = scene.dates_in(&range).first() else { continue };
        // Words between label and date tell of something else: `Date of delivery is on 1 May`.
        let between =
            (range.start..found.range.start).filter(|i| letters(&scene.layout.tokens[*i].text) > 2).count();
        if between > 1 {
            continue;
        }
        let Some((value, order_doubt)) = scene.day(&found.value) else { continue };
        let rank = if hit.rank == Rank::Weak && follows_number(scene, hit) { Rank::Usual } else { hit.rank };
        let confidence = base(rank) + if rank == hit.rank { 0.0 } else { 0.03 }
            - doubt
            - order_doubt
            - 0.1 * between as f32;
        return Some(scene.candidate(value, found.range.clone(), confidence));
    }
    None
}

/// `Rechnung Nr. 471102 vom 05.06.2018`: the word before the date follows the number of a titled document.
fn follows_number(scene: &Scene<'_>, hit: &Hit) -> bool {
    let layout = scene.layout;
    let row = layout.rows[hit.row].clone();
    let titled = (row.start..hit.start).any(|at| {
        let key = &layout.tokens[at].key;
        let suffix = scene.spec.title_suffixes.iter().any(|s| key.ends_with(s.as_str()));
        suffix || scene.types.signs(key, "").is_some_and(|s| s.iter().any(|(_, _, title)| *title))
    });
    // The number and its date may be set on two lines: `Gutschrift Nr. 1` / `vom 31.10.2018`.
    let above = hit
        .row
        .checked_sub(1)
        .filter(|_| hit.start == row.start)
        .is_some_and(|r| scene.hits.iter().any(|h| h.row == r && scene.field_of(h) == "number"));
    let number = hit.start > row.start && digits(&layout.tokens[hit.start - 1].text) > 0;
    (titled && number) || above
}

/// The date of a page where none has a label of its own: the only one, or on a receipt the first.
fn lone_date(scene: &Scene<'_>) -> Option<Candidate> {
    if !matches!(
        scene.spec.name.as_str(),
        "invoice" | "receipt" | "bill" | "purchase_order" | "delivery_note"
    ) {
        return None;
    }
    let mut labelled: Vec<Range<usize>> = vec![];
    for hit in scene.hits.iter().filter(|h| matches!(scene.field_of(h), "due_date" | "_other_date")) {
        labelled.push(scene.right(hit));
        labelled.extend(scene.below(hit, REACH).into_iter().next());
    }
    let taken = |at: usize| labelled.iter().any(|r| r.contains(&at));
    let free: Vec<_> = scene.dates.iter().take(200).filter(|d| !taken(d.range.start)).collect();
    let first = free.first()?;
    let (value, doubt) = scene.day(&first.value)?;
    let alone = free.iter().all(|d| scene.day(&d.value).is_some_and(|(v, _)| v == value));
    let place = scene.layout.tokens[first.range.start].row as f32 / scene.layout.rows.len().max(1) as f32;
    let receipt = scene.spec.name == "receipt";
    let confidence = match (receipt, alone) {
        (true, true) => 0.92,
        (false, true) => 0.82,
        (true, false) => 0.75,
        (false, false) if place < 0.35 => 0.6,
        (false, false) => 0.4,
    };
    Some(scene.candidate(value, first.range.clone(), confidence - doubt))
}

fn number(scene: &Scene<'_>, hit: &Hit) -> Option<Candidate> {
    for (range, doubt) in places(scene, hit, REACH) {
        if let Some((value, taken)) = number_at(scene, range.clone(), hit.rank) {
            let lone_word = hit.end - hit.start == 1 && hit.rank == Rank::Usual && !hit.colon;
            let confidence = base(hit.rank) - doubt - if lone_word { 0.12 } else { 0.0 };
            return Some(scene.candidate(value, taken, confidence));
        }
        if doubt == 0.0 && !range.is_empty() && hit.colon {
            // The label's own line holds something that is no number: what is below belongs to others.
            let next = &scene.layout.tokens[range.start];
            if next.gap < 3.0 && letters(&next.text) > 3 {
                return None;
            }
        }
    }
    None
}

/// A document number at the start of the range.
fn number_at(scene: &Scene<'_>, range: Range<usize>, rank: Rank) -> Option<(String, Range<usize>)> {
    let tokens = &scene.layout.tokens;
    let mut at = range.start;
    while at < range.end {
        let token = &tokens[at];
        let word = matches!(
            token.key.as_str(),
            "no" | "nr" | "number" | "num" | "n" | "nummer" | "numero" | "id" | "ref"
        );
        if is_filler(token) || (word && digits(&token.text) == 0 && letters(&token.text) > 0) {
            at += 1;
        } else {
            break;
        }
    }
    let first = tokens.get(at).filter(|_| at < range.end)?;
    if !scene.dates_in(&(at..at + 1)).is_empty() {
        return None;
    }
    let mut end = at + 1;
    let mut value = first.text.clone();
    // `CS 67832`, `INV - 1043`: a short prefix set apart.
    let is_prefix =
        |t: &str| digits(t) == 0 && letters(t) <= 5 && letters(t) > 0 && t.chars().all(|c| !c.is_lowercase());
    if is_prefix(&value) {
        let next = tokens.get(end).filter(|t| end < range.end && t.gap < 1.3)?;
        if digits(&next.text) == 0 && !matches!(next.text.as_str(), "-" | "/") {
            return None;
        }
        value.push(' ');
        value.push_str(&next.text);
        end += 1;
    }
    while let Some(next) = tokens.get(end).filter(|t| end < range.end && t.gap < 0.9) {
        let joins = value.ends_with(['-', '/', '.']) || next.text.starts_with(['-', '/']);
        if !joins || !scene.dates_in(&(end..end + 1)).is_empty() {
            break;
        }
        // ` / POS01`: a slash that stands alone parts two things.
        if next.text == "/" && next.gap > 0.2 {
            break;
        }
        value.push_str(&next.text);
        end += 1;
    }
    let value = value
        .trim_matches(|c: char| {
            matches!(c, ':' | '.' | ',' | ';' | '(' | ')' | '[' | ']' | '#' | '*' | '"' | '\'')
        })
        .to_owned();
    let value = ["n°", "N°", "nº", "Nº", "No.", "Nr.", "№"]
        .iter()
        .find_map(|p| value.strip_prefix(p))
        .filter(|rest| digits(rest) > 0)
        .map_or(value.clone(), |rest| rest.trim_start_matches(['.', ':', ' ']).to_owned());
    let (d, l) = (digits(&value), letters(&value));
    let time = value.contains(':') && l == 0;
    let money = scene.amounts_in(&(at..end)).first().is_some_and(|a| a.value.is_money());
    let percent = value.ends_with('%');
    let enough = match rank {
        Rank::Strong => d >= 1,
        Rank::Usual => d >= 2 && d + l >= 3,
        Rank::Weak => d >= 3,
    };
    let phone = value.starts_with('+');
    let good = enough && !time && !money && !percent && !phone && l <= d * 4 + 6 && value.len() <= 34;
    (good && !ids::is_iban(&value) && !value.contains('@')).then_some((value, at..end))
}

/// Whether the key is a title of the page's type; invoices, bills and receipts go by one another's names.
fn is_own_title(scene: &Scene<'_>, key: &str) -> bool {
    const FAMILY: [&str; 3] = ["invoice", "bill", "receipt"];
    let own = scene.spec.name.as_str();
    let suffix = scene.spec.title_suffixes.iter().any(|s| key.ends_with(s.as_str()));
    let fits = |name: &str| name == own || (FAMILY.contains(&name) && FAMILY.contains(&own));
    suffix
        || scene
            .types
            .signs(key, "")
            .is_some_and(|s| s.iter().any(|(i, _, t)| *t && fits(&scene.types.specs[*i].name)))
}

/// `Rechnung Nr. 42`, `INVOICE 1043`: a number right after the title.
fn numbered_title(scene: &Scene<'_>) -> Option<Candidate> {
    let layout = scene.layout;
    for row in 0..layout.rows.len().min(30) {
        for cell in layout.cells(row).iter().cloned() {
            let mut key = String::new();
            for at in cell.clone().take(5) {
                key.push_str(&layout.tokens[at].key);
                let title = is_own_title(scene, &key);
                if !title || at + 1 >= cell.end {
                    continue;
                }
                // `Handelsrechnung (380) Nr. 9314`: the kind's code stands between.
                let mut next = at + 1;
                if layout.tokens[next].text.starts_with('(') && layout.tokens[next].text.ends_with(')') {
                    next += 1;
                }
                let named = layout.tokens.get(next).is_some_and(|t| {
                    matches!(t.key.as_str(), "no" | "nr" | "number" | "n" | "num" | "nummer" | "numero")
                        || t.text == "#"
                        || t.text.starts_with('#')
                });
                if let Some((value, taken)) = number_at(scene, next..cell.end, Rank::Usual)
                    && taken.start <= next + 2
                {
                    return Some(scene.candidate(value, taken, if named { 0.94 } else { 0.75 }));
                }
                if named && let Some((value, taken)) = number_at(scene, next..cell.end, Rank::Strong) {
                    return Some(scene.candidate(value, taken, 0.9));
                }
            }
        }
    }
    None
}

/// Fields of the other kinds.
fn other(scene: &Scene<'_>, hit: &Hit, kind: Kind) -> Option<Candidate> {
    let reach = if kind == Kind::Vehicle || kind == Kind::Mode { 7.0 } else { REACH };
    for (range, doubt) in places_deep(scene, hit, reach, kind) {
        if range.is_empty() {
            continue;
        }
        if let Some((value, taken, confidence)) = read(scene, range, kind) {
            return Some(scene.candidate(value, taken, confidence - doubt));
        }
    }
    None
}

fn places_deep(scene: &Scene<'_>, hit: &Hit, reach: f32, kind: Kind) -> Vec<(Range<usize>, f32)> {
    if kind == Kind::Vehicle || kind == Kind::Mode {
        // Under the head of a table that may have several rows.
        let mut places = vec![(scene.right(hit), 0.0)];
        places.extend(scene.below(hit, reach).into_iter().map(|c| (c, 0.04)));
        return places;
    }
    places(scene, hit, reach)
}
