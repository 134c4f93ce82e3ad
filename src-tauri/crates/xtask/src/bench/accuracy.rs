//! How much of a page's truth was read: F1 over words, as multisets, without regard to case and order.

use std::collections::BTreeMap;

/// Words in common, read, and true; sums over pages give the micro-average.
#[derive(Clone, Copy, Default)]
pub(super) struct Score {
    common: usize,
    read: usize,
    truth: usize,
}

impl Score {
    pub(super) fn add(&mut self, read: &str, truth: &str) {
        let (read, truth) = (words(read), words(truth));
        self.read += read.values().sum::<usize>();
        self.truth += truth.values().sum::<usize>();
        self.common +=
            truth.iter().map(|(word, n)| read.get(word).copied().unwrap_or(0).min(*n)).sum::<usize>();
    }

    /// 2 · common / (read + true), from 0 to 1.
    pub(super) fn f1(self) -> f64 {
        let all = self.read + self.truth;
        if all == 0 { 1.0 } else { 2.0 * self.common as f64 / all as f64 }
    }
}

fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_scores_one_and_half_of_it_two_thirds() {
        let mut score = Score::default();
        score.add("Total 12.00", "total 12.00");
        assert!((score.f1() - 1.0).abs() < 1e-9);
        let mut score = Score::default();
        score.add("Total", "total 12.00");
        assert!((score.f1() - 2.0 / 3.0).abs() < 1e-9);
    }
}
