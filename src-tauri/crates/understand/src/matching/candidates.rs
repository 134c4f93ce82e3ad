//! Products that an unmatched line might be, best first.

use papertray_model::OrderLine;
use papertray_model::collection::{Candidate, Product};

use crate::goods::style::similarity;
use crate::goods::{colours, style};
use crate::text::squash;

/// As many as a person likes to look through.
const MOST: usize = 5;
/// Less alike than this is not worth showing.
const LEAST: f32 = 0.45;

/// Candidates by likeness of style number, name and colour.
pub(super) fn of(line: &OrderLine, products: &[Product]) -> Vec<Candidate> {
    let wanted_style = style::key(line.style_number.as_deref().unwrap_or_default());
    let wanted_name = squash(line.name.as_deref().unwrap_or_default());
    let colours: Vec<&str> =
        [line.colour.as_deref(), line.colour_code.as_deref()].into_iter().flatten().collect();
    let mut scored: Vec<(f32, &Product)> = products
        .iter()
        .map(|p| {
            let of_style = similarity(&wanted_style, &style::key(&p.style_number));
            let name = p.name.as_deref().map(squash).filter(|n| !n.is_empty() && !wanted_name.is_empty());
            let of_name = name.map_or(0.0, |n| similarity(&n, &wanted_name));
            let theirs = [p.colour.as_deref(), p.colour_code.as_deref()];
            let of_colour = colours
                .iter()
                .flat_map(|a| theirs.iter().flatten().map(move |b| colours::likeness(a, b)))
                .fold(0.0_f32, f32::max);
            let score =
                0.9 * of_style.max(0.6 * of_style + 0.4 * of_name).max(0.85 * of_name) + 0.1 * of_colour;
            (score, p)
        })
        .filter(|(score, _)| *score >= LEAST)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let candidate = |(score, p): (f32, &Product)| Candidate {
        style_number: p.style_number.clone(),
        colour: p.colour.clone(),
        name: p.name.clone(),
        photo: p.photo.clone(),
        score: score.clamp(0.0, 1.0),
    };
    scored.into_iter().take(MOST).map(candidate).collect()
}
