//! Total, subtotal and tax: labelled amounts, weighed by their labels and by whether they add up.

use std::ops::Range;

use rust_decimal::Decimal;

use crate::columns;
use crate::doctype::{Kind, Rank};
use crate::labels::Hit;
use crate::lexicon::{Words, lexicon};
use crate::money::Amount;
use crate::scene::{Candidate, Found, Scene};
use crate::text::letters;

/// The most labelled amounts that are weighed against one another.
const MOST_LABELLED: usize = 160;

/// A labelled amount.
#[derive(Clone, Debug)]
struct Labelled {
    role: Role,
    rank: Rank,
    value: Decimal,
    amount: Amount,
    range: Range<usize>,
    row: usize,
    in_summary: bool,
    /// Words between label and amount that the label does not know.
    strange: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Total,
    Due,
    Subtotal,
    Tax,
    Paid,
    Change,
    Rounding,
    Other,
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "total" => Role::Total,
        "_due" => Role::Due,
        "subtotal" | "taxable_value" => Role::Subtotal,
        "tax" | "cgst" | "sgst" | "igst" => Role::Tax,
        "_paid" => Role::Paid,
        "_change" => Role::Change,
        "_rounding" | "round_off" => Role::Rounding,
        "_other_money" => Role::Other,
        _ => return None,
    })
}

/// Candidates of every money field.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    let mut labelled = vec![];
    let summary = summary_rows(scene);
    for hit in &scene.hits {
        let field = &scene.spec.fields[hit.field];
        if field.kind != Kind::Money {
            continue;
        }
        let Some(role) = role(&field.name) else { continue };
        let Some((amount, range)) = amount_of(scene, hit) else { continue };
        let role = adjusted(scene, hit, &range, role);
        let in_summary = summary.iter().any(|s| s.contains(&hit.row));
        if matches!(field.name.as_str(), "cgst" | "sgst" | "igst" | "round_off" | "taxable_value")
            && !in_summary
        {
            let confidence = if hit.rank == Rank::Strong { 0.93 } else { 0.8 };
            found.push((field.name.clone(), scene.candidate(amount.text(), range.clone(), confidence)));
        }
        let strange = strange_words(scene, hit, &range);
        let value = amount.value;
        labelled.push(Labelled {
            role,
            rank: hit.rank,
            value,
            amount,
            range,
            row: hit.row,
            in_summary,
            strange,
        });
    }
    // No form has more; without a bound a page of nothing but labels would take its time.
    labelled.truncate(MOST_LABELLED);
    let Some((total, confidence)) = total(scene, &labelled) else {
        return found;
    };
    found.push(("total".into(), scene.candidate(total.amount.text(), total.range.clone(), confidence)));
    parts(scene, &labelled, &total, &mut found);
    found
}

/// The amount behind a label.
pub(crate) fn behind(scene: &Scene<'_>, hit: &Hit) -> Option<Candidate> {
    let (amount, range) = amount_of(scene, hit)?;
    Some(scene.candidate(amount.text(), range, 0.9))
}

/// How many words between a label and its amount say neither tax nor currency.
fn strange_words(scene: &Scene<'_>, hit: &Hit, value: &Range<usize>) -> usize {
    if value.start < hit.end || scene.layout.tokens[value.start].row != hit.row {
        return 0;
    }
    scene.layout.tokens[hit.end..value.start]
        .iter()
        .filter(|t| letters(&t.text) > 2)
        .filter(|t| !lexicon().amounts.with_tax.has(&t.key) && !lexicon().amounts.tax.has(&t.key))
        .filter(|t| crate::currency::word(&t.text).is_none())
        .count()
}

/// Rows that belong to a summary of taxes: from its heading to the end of the block.
fn summary_rows(scene: &Scene<'_>) -> Vec<Range<usize>> {
    let layout = scene.layout;
    let mut ranges = vec![];
    for row in 0..layout.rows.len() {
        for cell in layout.cells(row) {
            let key: String = layout.tokens[cell.clone()].iter().map(|t| t.key.as_str()).collect();
            if lexicon().amounts.summaries.begin(&key) {
                ranges.push(row..row + 7);
                break;
            }
        }
    }
    ranges
}

/// The amount that belongs to a label: the last one right of it, else the nearest under it.
fn amount_of(scene: &Scene<'_>, hit: &Hit) -> Option<(Amount, Range<usize>)> {
    let right = scene.right(hit);
    let amounts = scene.amounts_in(&right);
    let best = amounts.iter().rev().find(|a| a.value.is_money());
    // A whole number without a currency is money only where nothing else is, and it ends its line.
    let best = best.or_else(|| amounts.last().filter(|a| a.range.end == right.end || amounts.len() == 1));
    if let Some(found) = best {
        return Some((found.value.clone(), found.range.clone()));
    }
    if !right.is_empty() && hit.colon && letters(&scene.layout.text(right.clone())) > 3 {
        return None;
    }
    // The head of a column of goods is no label of the total.
    if columns::is_head(scene.layout, hit.row) {
        return None;
    }
    for (depth, cell) in scene.below(hit, 3.4).into_iter().take(2).enumerate() {
        if scene.is_label(cell.start) {
            break;
        }
        // Under a head of several columns the one that stands in the label's own column counts.
        let label = scene.layout.bbox(hit.range());
        let level = scene.amounts_in(&cell).iter().filter(|a| a.value.is_money()).max_by(|a, b| {
            let near = |r: &Range<usize>| -(scene.layout.bbox(r.clone()).x1 - label.x1).abs();
            near(&a.range).total_cmp(&near(&b.range))
        });
        if let Some(found) = level {
            let sum = column_sum(scene, &found.range);
            let found = sum.unwrap_or(found);
            return Some((found.value.clone(), found.range.clone()));
        }
        if depth == 0 && letters(&scene.layout.text(cell)) > 3 {
            break;
        }
    }
    None
}

/// A column of amounts whose last is the sum of those above it stands for that sum.
fn column_sum<'s>(scene: &'s Scene<'_>, first: &Range<usize>) -> Option<&'s Found<Amount>> {
    let layout = scene.layout;
    let right = layout.bbox(first.clone()).x1;
    let start = layout.tokens[first.start].row;
    let mut sum = Decimal::ZERO;
    let mut count = 0;
    for row in start..layout.rows.len().min(start + 7) {
        let level = scene
            .amounts_in(&layout.rows[row])
            .iter()
            .find(|a| a.value.is_money() && (layout.bbox(a.range.clone()).x1 - right).abs() < layout.em);
        let Some(found) = level else {
            if row == start {
                continue;
            }
            break;
        };
        if count >= 2 && close(found.value.value, sum) && !sum.is_zero() {
            return Some(found);
        }
        sum += found.value.value;
        count += 1;
    }
    None
}

/// The words around a label may make it another one: `Total (excluding GST)`, `Total GST`, `Total items`.
fn adjusted(scene: &Scene<'_>, hit: &Hit, value: &Range<usize>, role: Role) -> Role {
    if !matches!(role, Role::Total | Role::Due) {
        return role;
    }
    let words: Vec<&str> = if value.start >= hit.end {
        let same_row = scene.layout.tokens[value.start].row == hit.row;
        let end = if same_row { value.start } else { scene.layout.cell_end(hit.end - 1) };
        scene.layout.tokens[hit.start..end.max(hit.end)].iter().map(|t| t.key.as_str()).collect()
    } else {
        return role;
    };
    let known = &lexicon().amounts;
    let has = |list: &Words| words.iter().any(|w| list.has(w) || list.inside(w));
    let after: Vec<&str> = words.iter().skip(hit.end - hit.start).copied().collect();
    if after.iter().any(|w| known.spoilers.has(w)) {
        return Role::Other;
    }
    if has(&known.without_tax) && !has(&known.with_tax) && has(&known.tax) {
        return Role::Subtotal;
    }
    if !has(&known.with_tax) && after.iter().any(|w| known.tax.has(w)) && hit.rank != Rank::Strong {
        return Role::Tax;
    }
    role
}

/// Whether two amounts are the same up to rounding of a few lines.
fn close(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::new(2, 2)
}

fn of(labelled: &[Labelled], role: Role) -> impl Iterator<Item = &Labelled> {
    labelled.iter().filter(move |l| l.role == role)
}

/// The taxes of the page added up, a value printed twice counted once.
fn tax_sum(labelled: &[Labelled]) -> Decimal {
    of(labelled, Role::Tax).filter(|t| !t.in_summary).map(|t| t.value).sum()
}

/// Whether a subtotal and the taxes make this amount.
fn adds_up(labelled: &[Labelled], total: Decimal) -> bool {
    let rounding: Decimal = of(labelled, Role::Rounding).map(|r| r.value).next().unwrap_or_default();
    let other: Decimal = of(labelled, Role::Other).map(|o| o.value).sum();
    let sum = tax_sum(labelled);
    let taxes: Vec<Decimal> = of(labelled, Role::Tax).map(|t| t.value).chain([sum]).collect();
    of(labelled, Role::Subtotal).filter(|s| s.value != total || taxes.iter().all(Decimal::is_zero)).any(
        |sub| {
            taxes.iter().any(|tax| {
                let made = sub.value + tax;
                close(made, total)
                    || (!rounding.is_zero() && close(made + rounding, total))
                    || (!other.is_zero() && (close(made + other, total) || close(made - other, total)))
            })
        },
    )
}

/// The grand total and how sure.
fn total(scene: &Scene<'_>, labelled: &[Labelled]) -> Option<(Labelled, f32)> {
    let paid: Vec<Decimal> = of(labelled, Role::Paid).map(|p| p.value).collect();
    let change: Vec<Decimal> = of(labelled, Role::Change).map(|c| c.value).collect();
    let by_cash = |value: Decimal| {
        paid.iter().any(|p| change.iter().any(|c| close(*p - c.abs(), value))) && !value.is_zero()
    };
    let rounding: Vec<Decimal> =
        of(labelled, Role::Rounding).map(|r| r.value).filter(|r| !r.is_zero()).collect();
    let candidates: Vec<&Labelled> =
        labelled.iter().filter(|l| matches!(l.role, Role::Total | Role::Due)).collect();
    let rows = scene.layout.rows.len().max(1) as f32;
    let score = |c: &Labelled| {
        let mut score = match (c.role, c.rank) {
            (Role::Due, _) => 1.0,
            (_, Rank::Strong) => 2.6,
            (_, Rank::Usual) => 2.2,
            (_, Rank::Weak) => 0.5,
        };
        score -= 0.8 * c.strange.min(2) as f32;
        score += if adds_up(labelled, c.value) { 1.6 } else { 0.0 };
        score += if by_cash(c.value) { 1.6 } else { 0.0 };
        score += if paid.contains(&c.value) { 0.6 } else { 0.0 };
        let same = candidates.iter().filter(|o| o.value == c.value && o.range != c.range).count();
        score += 0.5 * same.min(2) as f32;
        score += 0.6 * c.row as f32 / rows;
        let rounded =
            candidates.iter().any(|o| o.value != c.value && rounding.iter().any(|r| o.value + r == c.value));
        score += if rounded { 1.4 } else { 0.0 };
        score -= if c.in_summary { 2.5 } else { 0.0 };
        score -= if c.value.is_zero() { 1.5 } else { 0.0 };
        score -= if c.amount.is_money() { 0.0 } else { 1.2 };
        let smaller_than_sub = of(labelled, Role::Subtotal).any(|s| s.value > c.value && !s.in_summary);
        score - if smaller_than_sub && c.value > Decimal::ZERO { 0.6 } else { 0.0 }
    };
    let mut ranked: Vec<(f32, &Labelled)> = candidates.iter().map(|c| (score(c), *c)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    if let Some((points, best)) = ranked.first().copied().filter(|(p, _)| *p > 0.6) {
        let rival = ranked.iter().find(|(_, c)| c.value != best.value).map_or(0.0, |(p, _)| *p);
        let proven = adds_up(labelled, best.value) || by_cash(best.value);
        let mut confidence: f32 = match best.rank {
            Rank::Strong => 0.9,
            Rank::Usual => 0.86,
            Rank::Weak => 0.6,
        };
        confidence += if proven { 0.07 } else { 0.0 };
        confidence += if paid.contains(&best.value) { 0.03 } else { 0.0 };
        confidence += if points - rival > 1.5 { 0.04 } else { 0.0 };
        confidence -= if points - rival < 0.4 { 0.2 } else { 0.0 };
        confidence -= if best.role == Role::Due { 0.1 } else { 0.0 };
        confidence -= if best.amount.ambiguous { 0.25 } else { 0.0 };
        confidence -= if best.amount.is_money() { 0.0 } else { 0.15 };
        let largest = scene.amounts.iter().filter(|a| a.value.is_money()).map(|a| a.value.value.abs()).max();
        let much_larger = largest.is_some_and(|l| l > best.value.abs() * Decimal::from(3)) && paid.is_empty();
        confidence -= if much_larger && !proven { 0.12 } else { 0.0 };
        return Some((best.clone(), confidence.min(0.985)));
    }
    if let Some(printed) = printed_cash(scene, labelled) {
        return Some(printed);
    }
    // No label says total: what was paid less the change, or the subtotal that was paid as it stands.
    let implied = of(labelled, Role::Subtotal).find(|s| by_cash(s.value) || paid.contains(&s.value))?;
    Some((implied.clone(), if by_cash(implied.value) { 0.9 } else { 0.75 }))
}

/// An amount without a legible label that is what was paid less the change.
fn printed_cash(scene: &Scene<'_>, labelled: &[Labelled]) -> Option<(Labelled, f32)> {
    for paid in of(labelled, Role::Paid) {
        for change in of(labelled, Role::Change) {
            let value = paid.value - change.value.abs();
            let free = scene.amounts.iter().find(|a| {
                a.value.value == value && a.value.is_money() && !labelled.iter().any(|l| l.range == a.range)
            });
            if let Some(found) = free.filter(|_| value > Decimal::ZERO) {
                let row = scene.layout.tokens[found.range.start].row;
                let total = Labelled {
                    role: Role::Total,
                    rank: Rank::Weak,
                    value,
                    amount: found.value.clone(),
                    range: found.range.clone(),
                    row,
                    in_summary: false,
                    strange: 0,
                };
                return Some((total, 0.82));
            }
        }
    }
    None
}

/// Subtotal and tax, surest where they make the total.
fn parts(scene: &Scene<'_>, labelled: &[Labelled], total: &Labelled, found: &mut Vec<(String, Candidate)>) {
    let sum = tax_sum(labelled);
    let subs: Vec<&Labelled> = of(labelled, Role::Subtotal).filter(|s| s.range != total.range).collect();
    let taxes: Vec<&Labelled> = of(labelled, Role::Tax).collect();
    let sum_matches = subs.iter().find(|s| close(s.value + sum, total.value) && !taxes.is_empty());
    let pair = subs
        .iter()
        .find_map(|s| taxes.iter().find(|t| close(s.value + t.value, total.value)).map(|t| (s, t)));
    if let Some((sub, tax)) = pair {
        found.push(("subtotal".into(), scene.candidate(sub.amount.text(), sub.range.clone(), 0.95)));
        found.push(("tax".into(), scene.candidate(tax.amount.text(), tax.range.clone(), 0.95)));
        return;
    }
    if let Some(sub) = sum_matches {
        found.push(("subtotal".into(), scene.candidate(sub.amount.text(), sub.range.clone(), 0.95)));
        let value = Amount { value: sum, places: 2, currency: None, ambiguous: false }.text();
        found.push((
            "tax".into(),
            Candidate { text: value.clone(), value, bbox: None, page: scene.layout.page, confidence: 0.9 },
        ));
        return;
    }
    let rounded = adds_up(labelled, total.value);
    let mut distinct: Vec<Decimal> = subs.iter().map(|s| s.value).collect();
    distinct.sort();
    distinct.dedup();
    if let Some(sub) = subs.iter().find(|s| s.rank == Rank::Strong) {
        let confidence = match (rounded, distinct.len()) {
            (true, 1) => 0.93,
            (_, 1) => 0.85,
            _ => 0.6,
        };
        found.push(("subtotal".into(), scene.candidate(sub.amount.text(), sub.range.clone(), confidence)));
    }
    let shown: Vec<&&Labelled> =
        taxes.iter().filter(|t| !t.in_summary && t.value.abs() < total.value.abs()).collect();
    if let [tax] = shown.as_slice() {
        found.push((
            "tax".into(),
            scene.candidate(tax.amount.text(), tax.range.clone(), if rounded { 0.92 } else { 0.75 }),
        ));
    } else if rounded && !sum.is_zero() && shown.len() > 1 {
        let value = Amount { value: sum, places: 2, currency: None, ambiguous: false }.text();
        found.push((
            "tax".into(),
            Candidate { text: value.clone(), value, bbox: None, page: scene.layout.page, confidence: 0.85 },
        ));
    }
}
