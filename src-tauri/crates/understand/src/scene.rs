//! A page prepared for reading its fields: layout, labels, amounts and dates, and what the document as a whole says
//! about decimal marks and the order of dates.

use std::ops::Range;

use papertray_model::Rect;

use crate::currency;
use crate::date::{self, Printed};
use crate::doctype::{Catalog, Spec};
use crate::evidence::Evidence;
use crate::labels::{self, Hit};
use crate::layout::{Layout, Token, is_filler};
use crate::money::{self, Amount, Mark};
use crate::text::{digits, letters};

/// From here on a word counts as read without doubt.
const LEGIBLE: f32 = 0.98;

/// Something found in a range of tokens.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) range: Range<usize>,
}

/// A value for a field, before the best is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) bbox: Option<Rect>,
    pub(crate) page: u32,
    pub(crate) confidence: f32,
}

/// See the module.
pub(crate) struct Scene<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) spec: &'a Spec,
    pub(crate) evidence: &'a Evidence,
    pub(crate) types: &'a Catalog,
    pub(crate) hits: Vec<Hit>,
    pub(crate) amounts: Vec<Found<Amount>>,
    pub(crate) dates: Vec<Found<Printed>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        layout: &'a Layout,
        spec: &'a Spec,
        evidence: &'a Evidence,
        types: &'a Catalog,
    ) -> Self {
        let dates = dates(layout);
        let amounts = amounts(layout, &dates, evidence.mark);
        Self { layout, spec, evidence, types, hits: labels::find(layout, spec), amounts, dates }
    }

    /// The name of a label's field.
    pub(crate) fn field_of(&self, hit: &Hit) -> &str {
        &self.spec.fields[hit.field].name
    }

    /// The labels of a field.
    pub(crate) fn hits_of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Hit> {
        self.hits.iter().filter(move |h| self.field_of(h) == name)
    }

    /// The tokens to the right of a label up to the next label of its row, marks between skipped.
    pub(crate) fn right(&self, hit: &Hit) -> Range<usize> {
        let row_end = self.layout.row_end(hit.start);
        let next = self.hits.partition_point(|h| h.start < hit.end);
        let stop = self.hits.get(next).map_or(row_end, |h| h.start.min(row_end));
        let start = (hit.end..stop).find(|i| !is_filler(&self.layout.tokens[*i])).unwrap_or(stop);
        start..stop
    }

    /// The cells under a label, nearest first: of each following row within `reach` heights, the part that stands in
    /// the label's column.
    pub(crate) fn below(&self, hit: &Hit, reach: f32) -> Vec<Range<usize>> {
        let label = self.layout.bbox(hit.range());
        let h = label.height().max(self.layout.em * 0.7);
        let slack = h * 0.8;
        let mut cells = vec![];
        for row in hit.row + 1..self.layout.rows.len().min(hit.row + 40) {
            let row_box = self.layout.row_box(row);
            if row_box.y0 > label.y1 + h * reach {
                break;
            }
            let found = self
                .layout
                .cells(row)
                .iter()
                .find(|&c| {
                    let b = self.layout.bbox(c.clone());
                    b.x0 < label.x1 + slack && b.x1 > label.x0 - slack && b.center().1 > label.y1
                })
                .cloned();
            if let Some(cell) = found {
                // A wide cell that began in another column counts from where the label's column begins.
                let far_left = self.layout.tokens[cell.start].bbox.x0 < label.x0 - 3.0 * h;
                let start = if far_left {
                    cell.clone()
                        .find(|i| self.layout.tokens[*i].bbox.x1 > label.x0 - slack)
                        .unwrap_or(cell.start)
                } else {
                    cell.start
                };
                cells.push(start..cell.end);
            }
        }
        cells
    }

    /// The labels that begin in the range.
    pub(crate) fn hits_in(&self, range: &Range<usize>) -> &[Hit] {
        let from = self.hits.partition_point(|h| h.start < range.start);
        let to = self.hits.partition_point(|h| h.start < range.end);
        self.hits.get(from..to).unwrap_or(&[])
    }

    /// Whether a label begins in the range.
    pub(crate) fn has_label(&self, range: &Range<usize>) -> bool {
        !self.hits_in(range).is_empty()
    }

    /// Whether a label begins at this token.
    pub(crate) fn is_label(&self, at: usize) -> bool {
        self.has_label(&(at..at + 1))
    }

    /// The amounts within the range.
    pub(crate) fn amounts_in(&self, range: &Range<usize>) -> &[Found<Amount>] {
        within(&self.amounts, range)
    }

    /// The dates within the range.
    pub(crate) fn dates_in(&self, range: &Range<usize>) -> &[Found<Printed>] {
        within(&self.dates, range)
    }

    /// A candidate with the words and box of a range. It is no surer than its words were read: a doubtful letter in a
    /// name makes the name doubtful.
    pub(crate) fn candidate(&self, value: String, range: Range<usize>, confidence: f32) -> Candidate {
        let cap = match self.legible(&range) {
            sure if sure >= LEGIBLE => 1.0,
            sure if sure >= 0.8 => 0.89,
            _ => 0.8,
        };
        self.proven(value, range, confidence.min(cap))
    }

    /// How surely the words of a range were read. Digits are misread less often than letters at the same confidence.
    fn legible(&self, range: &Range<usize>) -> f32 {
        let words = self.layout.tokens[range.clone()].iter().filter(|t| !t.key.is_empty());
        words.map(|t| t.confidence + if letters(&t.text) == 0 { 0.03 } else { 0.0 }).fold(1.0, f32::min)
    }

    /// A candidate that proves itself (by a check digit), however its words were read.
    pub(crate) fn proven(&self, value: String, range: Range<usize>, confidence: f32) -> Candidate {
        Candidate {
            value,
            text: self.layout.text(range.clone()),
            bbox: Some(self.layout.bbox(range)),
            page: self.layout.page,
            confidence,
        }
    }

    /// A date in the document's order, and how much its confidence suffers if that order is not certain.
    pub(crate) fn day(&self, printed: &Printed) -> Option<(String, f32)> {
        let (order, sure) = self.evidence.order;
        let day = printed.day(order)?;
        Some((day.iso(), if printed.ambiguous() && !sure { 0.2 } else { 0.0 }))
    }
}

fn within<'v, T>(list: &'v [Found<T>], range: &Range<usize>) -> &'v [Found<T>] {
    let from = list.partition_point(|f| f.range.start < range.start);
    let to = list.partition_point(|f| f.range.start < range.end);
    list.get(from..to).unwrap_or(&[])
}

/// Every date of the page.
pub(crate) fn dates(layout: &Layout) -> Vec<Found<Printed>> {
    let mut found: Vec<Found<Printed>> = vec![];
    let mut at = 0;
    while at < layout.tokens.len() {
        let token = &layout.tokens[at];
        let may_begin = digits(&token.text) > 0 || (3..=10).contains(&token.key.len());
        let Some((printed, end)) = may_begin.then(|| date_at(layout, at)).flatten() else {
            at += 1;
            continue;
        };
        found.push(Found { value: printed, range: at..end });
        at = end;
    }
    found
}

fn date_at(layout: &Layout, at: usize) -> Option<(Printed, usize)> {
    let end = layout.row_end(at).min(at + 6);
    let mut text = String::new();
    let mut ends = vec![];
    for i in at..end {
        let token = &layout.tokens[i];
        if i > at {
            if token.gap > 2.0 {
                break;
            }
            text.push(' ');
        }
        let trimmed =
            if i == at { token.text.trim_start_matches(['(', '[', ':', '-', '*']) } else { &token.text };
        text.push_str(trimmed);
        ends.push(text.len());
    }
    // Words before the date (`Mon,`) are not part of it here: the date begins at its own token.
    let first = text.chars().next()?;
    let (printed, bytes) = date::prefix(&text)?;
    let begins = first.is_ascii_digit() || date::is_month_word(&text);
    let last = ends.iter().position(|e| *e >= bytes)?;
    begins.then_some((printed, at + last + 1))
}

/// Every amount of the page that is no part of a date.
pub(crate) fn amounts(layout: &Layout, dates: &[Found<Printed>], mark: Option<Mark>) -> Vec<Found<Amount>> {
    let mut found: Vec<Found<Amount>> = vec![];
    let mut next_date = 0;
    let mut at = 0;
    while at < layout.tokens.len() {
        while dates.get(next_date).is_some_and(|d| d.range.end <= at) {
            next_date += 1;
        }
        if let Some(date) = dates.get(next_date).filter(|d| d.range.contains(&at)) {
            at = date.range.end;
            continue;
        }
        if let Some((amount, end)) = amount_at(layout, at, mark) {
            found.push(Found { value: amount, range: at..end });
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// An amount that begins at this token: sign, currency, groups of digits, currency.
fn amount_at(layout: &Layout, at: usize, mark: Option<Mark>) -> Option<(Amount, usize)> {
    let end = layout.row_end(at);
    let tokens: &[Token] = &layout.tokens;
    let mut i = at;
    let mut text = String::new();
    let mut lead = |i: &mut usize| {
        if let Some(token) = tokens.get(*i).filter(|_| *i < end) {
            let is_sign = matches!(token.text.as_str(), "-" | "−" | "–" | "+");
            let next_gap = tokens.get(*i + 1).filter(|_| *i + 1 < end).map(|t| t.gap);
            let near = next_gap.is_some_and(|g| g < if is_sign { 0.7 } else { 9.0 });
            if near && (is_sign || currency::word(&token.text).is_some()) {
                text.push_str(&token.text);
                text.push(' ');
                *i += 1;
            }
        }
    };
    lead(&mut i);
    lead(&mut i);
    let number = tokens.get(i).filter(|_| i < end)?;
    if digits(&number.text) == 0 {
        return None;
    }
    let alone = i;
    text.push_str(&number.text);
    i += 1;
    // Groups set apart by spaces, and decimals that recognition tore off.
    while let Some(next) = tokens.get(i).filter(|_| i < end) {
        let group = next.gap < 0.55
            && is_group(&next.text)
            && text.chars().last().is_some_and(|c| c.is_ascii_digit());
        let lead_digits = text.chars().rev().take_while(char::is_ascii_digit).count();
        let torn = next.gap < 0.9
            && text.ends_with(['.', ','])
            && next.text.len() == 2
            && next.text.chars().all(|c| c.is_ascii_digit());
        if torn {
            text.push_str(&next.text);
        } else if group && lead_digits <= 3 && completes(tokens, i, end) {
            text.push(' ');
            text.push_str(&next.text);
        } else {
            break;
        }
        i += 1;
    }
    if let Some(next) = tokens.get(i).filter(|_| i < end) {
        if next.text.starts_with('%') {
            return None;
        }
        if next.gap < 1.6 && currency::word(&next.text).is_some() && currency::prefix(&text).is_none() {
            // `Total EUR 5` takes its currency from the left; `5,00 €` from the right.
            let belongs_right = tokens
                .get(i + 1)
                .filter(|_| i + 1 < end)
                .is_some_and(|t| t.gap < next.gap && digits(&t.text) > 0);
            if !belongs_right {
                text.push(' ');
                text.push_str(&next.text);
                i += 1;
            }
        }
    }
    if let Some(amount) = money::parse(&text, mark) {
        return Some((amount, i));
    }
    let amount = money::parse(&number.text, mark)?;
    (alone == at).then_some((amount, alone + 1))
}

/// Three digits, with decimals or without.
fn is_group(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 3 && b[..3].iter().all(u8::is_ascii_digit) && (b.len() == 3 || matches!(b[3], b'.' | b','))
}

/// Whether groups from here end in decimals or a currency, as `1 234,50` does and `2 100` (two cells) does not.
fn completes(tokens: &[Token], mut at: usize, end: usize) -> bool {
    while at < end && is_group(&tokens[at].text) {
        if tokens[at].text.len() > 3 {
            return true;
        }
        at += 1;
    }
    at < end && tokens[at].gap < 1.0 && currency::word(&tokens[at].text).is_some()
}
