//! A figure, and how figures are made of samples.

use std::time::Duration;

use serde::Serialize;

/// One figure, with what it is held against where that was measured in the same run.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

#[derive(Debug, Clone, Serialize)]
struct Baseline {
    name: &'static str,
    value: f64,
}

impl Figure {
    /// A figure by itself.
    pub fn new(name: impl Into<String>, unit: &'static str, value: f64) -> Self {
        Self { name: name.into(), unit, value, baseline: None }
    }

    /// The figure held against another of the same unit.
    pub fn against(mut self, name: &'static str, value: f64) -> Self {
        self.baseline = Some(Baseline { name, value });
        self
    }

    /// The figure as `cargo xtask bench` reads it: one line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How many a second.
pub fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The duration below which `share` (0 to 1) of the samples lie, in milliseconds, by nearest rank.
pub fn percentile_ms(samples: &[Duration], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort();
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank - 1).map_or(f64::NAN, |d| d.as_secs_f64() * 1000.0)
}
