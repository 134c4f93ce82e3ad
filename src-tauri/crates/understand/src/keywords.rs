//! The words a text is about: frequent, long, and no stop words.

use std::collections::HashMap;

use crate::layout::Layout;
use crate::text::letters;

/// Words that are about nothing, in the languages documents here come in; five letters and more, shorter ones are
/// never keywords.
const STOP_WORDS: [&str; 110] = [
    "about",
    "above",
    "after",
    "again",
    "against",
    "along",
    "amount",
    "among",
    "because",
    "become",
    "before",
    "being",
    "below",
    "between",
    "could",
    "document",
    "during",
    "each",
    "either",
    "every",
    "first",
    "following",
    "forth",
    "from",
    "further",
    "given",
    "having",
    "hereby",
    "herein",
    "however",
    "including",
    "itself",
    "least",
    "might",
    "other",
    "others",
    "otherwise",
    "number",
    "page",
    "pages",
    "please",
    "provided",
    "pursuant",
    "shall",
    "should",
    "since",
    "still",
    "such",
    "their",
    "theirs",
    "there",
    "thereof",
    "these",
    "thing",
    "those",
    "through",
    "total",
    "toward",
    "under",
    "unless",
    "until",
    "using",
    "value",
    "where",
    "whether",
    "which",
    "while",
    "whose",
    "within",
    "without",
    "would",
    "yours",
    "above",
    "aber",
    "alle",
    "auch",
    "damit",
    "dieser",
    "diese",
    "dieses",
    "durch",
    "einem",
    "einen",
    "einer",
    "eines",
    "haben",
    "ihnen",
    "ihrer",
    "nicht",
    "oder",
    "sowie",
    "unter",
    "werden",
    "wurde",
    "zwischen",
    "aussi",
    "cette",
    "comme",
    "dans",
    "elles",
    "leurs",
    "pour",
    "votre",
    "desde",
    "donde",
    "entre",
    "hasta",
    "para",
    "della",
    "delle",
];

/// At most `count` keywords of the pages, the most telling first.
pub(crate) fn of(layouts: &[Layout], count: usize) -> Vec<String> {
    let mut seen: HashMap<String, (usize, usize)> = HashMap::new();
    let mut order = 0;
    for token in layouts.iter().take(20).flat_map(|l| &l.tokens) {
        let word = token.text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let n = word.chars().count();
        if !(5..=24).contains(&n) || letters(&word) < n || STOP_WORDS.contains(&word.as_str()) {
            continue;
        }
        order += 1;
        seen.entry(word).or_insert((0, order)).0 += 1;
    }
    let mut words: Vec<(String, usize, usize)> =
        seen.into_iter().filter(|(_, (n, _))| *n >= 2).map(|(w, (n, first))| (w, n, first)).collect();
    words.sort_by(|a, b| {
        let weight = |w: &(String, usize, usize)| w.1 * (w.0.chars().count().min(12) + 6);
        weight(b).cmp(&weight(a)).then(a.2.cmp(&b.2))
    });
    words.into_iter().take(count).map(|(w, _, _)| w).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    #[test]
    fn frequent_long_words_win() {
        let layout = Layout::new(&lines(
            "The drilling report on drilling depth\nreport of the drilling company which which which",
        ));
        assert_eq!(of(&[layout], 2), ["drilling", "report"]);
        assert!(of(&[], 3).is_empty());
    }
}
