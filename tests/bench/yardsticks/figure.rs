//! A figure as the yardsticks print it; each of them takes this file in by its path, being a workspace of its own.

use std::time::Duration;

use serde_json::json;

pub(crate) fn figure(name: &str, unit: &str, value: f64) {
    println!("{}", json!({ "name": name, "unit": unit, "value": value }));
}

pub(crate) fn noted(name: &str, unit: &str, value: f64, note: &str) {
    println!("{}", json!({ "name": name, "unit": unit, "value": value, "note": note }));
}

/// The duration below which `share` (0 to 1) of the samples lie, in milliseconds, by nearest rank.
pub(crate) fn percentile_ms(samples: &mut [Duration], share: f64) -> f64 {
    samples.sort();
    let rank = (share * samples.len() as f64).ceil().max(1.0) as usize;
    samples.get(rank - 1).map_or(f64::NAN, |sample| sample.as_secs_f64() * 1000.0)
}
