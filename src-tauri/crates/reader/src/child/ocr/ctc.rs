//! From the recogniser's classes per time step to words with their places along the line (greedy CTC decoding).

use super::spaces::{Blanks, missing};

/// A word and where it stands along the line, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) from: f32,
    pub(crate) to: f32,
    pub(crate) confidence: f32,
    /// That of its least certain character.
    pub(crate) least: f32,
}

/// One character of the line.
struct Mark<'a> {
    text: &'a str,
    first: usize,
    last: usize,
    confidence: f32,
}

/// The words of a line; `scores` holds a row for each step with one probability per character of `alphabet`.
pub(crate) fn decode(scores: &[f32], alphabet: &[String], blanks: &Blanks) -> Vec<Span> {
    if alphabet.is_empty() {
        return vec![];
    }
    let steps = (scores.len() / alphabet.len()).max(1) as f32;
    let mut marks = marks(scores, alphabet);
    let middles: Vec<f32> = marks.iter().map(|mark| mark.middle(steps)).collect();
    let spaces: Vec<bool> = marks.iter().map(Mark::is_space).collect();
    for i in missing(blanks, &middles, &spaces).into_iter().rev() {
        let (first, last) = (marks[i - 1].last, marks[i].first);
        marks.insert(i, Mark { text: " ", first, last, confidence: 1.0 });
    }
    spans(&marks, steps)
}

impl Mark<'_> {
    /// Its place along the line, 0 to 1.
    fn middle(&self, steps: f32) -> f32 {
        (f32::midpoint(self.first as f32, self.last as f32) + 0.5) / steps
    }

    fn is_space(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

fn marks<'a>(scores: &[f32], alphabet: &'a [String]) -> Vec<Mark<'a>> {
    const BLANK: usize = 0;
    let mut marks: Vec<Mark> = vec![];
    let mut previous = BLANK;
    for (step, row) in scores.chunks_exact(alphabet.len()).enumerate() {
        let (class, confidence) = largest(row);
        if class != BLANK {
            match marks.last_mut().filter(|_| class == previous) {
                Some(mark) => {
                    mark.last = step;
                    mark.confidence = mark.confidence.max(confidence);
                }
                None => marks.push(Mark { text: &alphabet[class], first: step, last: step, confidence }),
            }
        }
        previous = class;
    }
    marks
}

/// The largest value and its place. In lanes, because this runs over 18,710 classes per step.
fn largest(row: &[f32]) -> (usize, f32) {
    const LANES: usize = 16;
    let mut most = [f32::MIN; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder().iter().copied().fold(f32::MIN, f32::max);
    for chunk in chunks {
        for (m, v) in most.iter_mut().zip(chunk) {
            *m = if *v > *m { *v } else { *m };
        }
    }
    let value = most.into_iter().fold(rest, f32::max);
    (row.iter().position(|v| *v >= value).unwrap_or(0), value)
}

fn spans(marks: &[Mark], steps: f32) -> Vec<Span> {
    let half = half_advance(marks, steps);
    let words: Vec<&[Mark]> = marks.split(Mark::is_space).filter(|word| !word.is_empty()).collect();
    let mut spans: Vec<Span> = words
        .iter()
        .map(|word| Span {
            text: word.iter().map(|m| m.text).collect(),
            from: (word[0].middle(steps) - half).max(0.0),
            to: (word[word.len() - 1].middle(steps) + half).min(1.0),
            confidence: word.iter().map(|m| m.confidence).sum::<f32>() / word.len() as f32,
            least: word.iter().map(|m| m.confidence).fold(1.0, f32::min),
        })
        .collect();
    for i in 1..spans.len() {
        if spans[i].from < spans[i - 1].to {
            let between = f32::midpoint(spans[i].from, spans[i - 1].to);
            spans[i - 1].to = between;
            spans[i].from = between;
        }
    }
    // The box was drawn around the line: its ends are the first and the last word's.
    if let Some(first) = spans.first_mut() {
        first.from = 0.0;
    }
    if let Some(last) = spans.last_mut() {
        last.to = 1.0;
    }
    spans
}

/// Half of the usual distance from character to character, as a share of the line.
fn half_advance(marks: &[Mark], steps: f32) -> f32 {
    let mut advances: Vec<f32> =
        marks.windows(2).map(|pair| (pair[1].first as f32 - pair[0].first as f32) / steps).collect();
    if advances.is_empty() {
        return 0.5;
    }
    advances.sort_by(f32::total_cmp);
    advances[advances.len() / 2] / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alphabet() -> Vec<String> {
        ["", "a", "b", " "].map(str::to_owned).to_vec()
    }

    fn decoded(scores: &[f32]) -> Vec<Span> {
        decode(scores, &alphabet(), &Blanks::of(&[], 0))
    }

    /// One row per class, that class at 0.9.
    fn scores(classes: &[usize]) -> Vec<f32> {
        classes.iter().flat_map(|c| (0..4).map(move |i| if i == *c { 0.9 } else { 0.03 })).collect()
    }

    #[test]
    fn repeats_collapse_and_a_blank_keeps_doubles_apart() {
        let spans = decoded(&scores(&[0, 1, 1, 0, 1, 2, 2, 0]));
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].text, "aab");
        assert!((spans[0].confidence - 0.9).abs() < 1e-6);
    }

    #[test]
    fn spaces_part_words_with_their_places() {
        let spans = decoded(&scores(&[1, 0, 2, 0, 3, 0, 0, 1, 0, 2]));
        assert_eq!(spans.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["ab", "ab"]);
        assert!(spans[0].to <= spans[1].from && spans[0].to > 0.25 && spans[1].from < 0.75, "{spans:?}");
        assert_eq!((spans[0].from, spans[1].to), (0.0, 1.0));
    }

    #[test]
    fn nothing_recognised_is_nothing() {
        assert!(decoded(&[]).is_empty());
        assert!(decoded(&scores(&[0, 0, 3])).is_empty());
        assert!(decode(&[1.0, 2.0], &[], &Blanks::of(&[], 0)).is_empty());
    }
}
