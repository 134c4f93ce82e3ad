//! How much of a page's truth was read: F1 over words or over letters in threes, as multisets, without regard to
//! case and order. Sums over pages give the micro-average.

use std::collections::BTreeMap;

#[derive(Clone, Copy, Default)]
pub(super) struct Score {
    common: usize,
    read: usize,
    truth: usize,
}

impl Score {
    /// Words are what stands between white space.
    pub(super) fn add_words(&mut self, read: &str, truth: &str) {
        self.add(&counted(read.split_whitespace()), &counted(truth.split_whitespace()));
    }

    /// Three letters in a row, spaces left out: what was read, whether or not words are parted rightly.
    pub(super) fn add_trigrams(&mut self, read: &str, truth: &str) {
        let threes = |text: &str| {
            let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            letters.windows(3).map(|three| three.iter().collect::<String>()).collect::<Vec<_>>()
        };
        let (read, truth) = (threes(read), threes(truth));
        self.add(&counted(read.iter().map(String::as_str)), &counted(truth.iter().map(String::as_str)));
    }

    fn add(&mut self, read: &BTreeMap<String, usize>, truth: &BTreeMap<String, usize>) {
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

fn counted<'a>(parts: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for part in parts {
        *counts.entry(part.to_lowercase()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_words_score_two_thirds_and_spaces_do_not_count_in_letters() {
        let (mut words, mut letters) = (Score::default(), Score::default());
        words.add_words("Total", "total 12.00");
        letters.add_trigrams("to tal12 .00", "Total 12.00");
        assert!((words.f1() - 2.0 / 3.0).abs() < 1e-9);
        assert!((letters.f1() - 1.0).abs() < 1e-9);
    }
}
