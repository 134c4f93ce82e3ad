//! Reading again what the quick recogniser is not sure of: only those words, not the whole line; and not what several
//! attempts on the page have shown to be no print (handwriting, stamps, dirt).

use image::GrayImage;
use papertray_reader::ReadError;

use super::Engine;
use super::ctc::Span;
use super::quad::Quad;
use super::recognise::{Line, Recogniser};

/// A word is sure when its least certain character is at least this.
const SURE: f32 = 0.75;
/// A line of which more than this share is unsure is read again as a whole.
const MOST: f32 = 0.6;

/// What the quick recogniser reads with less confidence than this, it cannot read at all.
const LOST: f32 = 0.5;
/// So many lost pieces of a page are tried; the rest only if one of them came out as print.
const TRIES: usize = 4;
/// What comes out with this confidence is print.
const PRINT: f32 = 0.8;

/// What became of a page's lost pieces.
#[derive(Debug, Default)]
pub(super) struct Lost {
    tried: usize,
    /// One of them is print, in a script that the quick recogniser was not given, say.
    found: bool,
}

impl Lost {
    /// Whether a piece read with this confidence is worth another attempt.
    fn is_worth(&self, before: f32) -> bool {
        before >= LOST || self.found || self.tried < TRIES
    }

    fn note(&mut self, before: f32, after: f32) {
        if before < LOST {
            self.tried += 1;
            self.found |= after >= PRINT;
        }
    }
}

impl Engine {
    /// Reads the line's unsure words again; how often the thorough recogniser was asked.
    pub(super) fn make_sure(
        &mut self,
        line: &mut Line,
        page: &GrayImage,
        lost: &mut Lost,
        every_script: bool,
    ) -> Result<usize, ReadError> {
        let runs = unsure_runs(&line.spans);
        let length: f32 = runs.iter().map(|run| line.spans[run.1].to - line.spans[run.0].from).sum();
        if line.spans.is_empty() || length > MOST {
            if !lost.is_worth(line.confidence()) {
                return Ok(0);
            }
            let other = self.second(every_script)?.read_line(page, &line.quad)?;
            lost.note(line.confidence(), other.confidence());
            if other.confidence() >= line.confidence() - 0.1 {
                *line = other;
            }
            return Ok(1);
        }
        // From the end, so that places before stay what they are.
        let mut asked = 0;
        for (first, last) in runs.iter().rev() {
            let before: f32 = mean(&line.spans[*first..=*last]);
            if !lost.is_worth(before) {
                continue;
            }
            let (from, to) = with_margin(&line.spans, *first, *last);
            let part = part_of(&line.quad, from, to);
            let other = self.second(every_script)?.read_as(page, &part)?;
            lost.note(before, mean(&other.spans));
            asked += 1;
            if !other.spans.is_empty() && mean(&other.spans) >= before - 0.1 {
                let moved = other.spans.into_iter().map(|span| Span {
                    from: from + span.from * (to - from),
                    to: from + span.to * (to - from),
                    ..span
                });
                line.spans.splice(*first..=*last, moved);
            }
        }
        Ok(asked)
    }

    fn second(&mut self, every_script: bool) -> Result<&mut Recogniser, ReadError> {
        if every_script { self.every_script() } else { self.thorough() }
    }
}

/// Whether the quick recogniser cannot read some of the line at all.
pub(super) fn has_lost(line: &Line) -> bool {
    let lost = |run: &(usize, usize)| mean(&line.spans[run.0..=run.1]) < LOST;
    line.confidence() < LOST || unsure_runs(&line.spans).iter().any(lost)
}

/// First and last of each run of neighbouring unsure words. A lone mark (a dash, a dot) is not worth reading again.
fn unsure_runs(spans: &[Span]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = vec![];
    for (i, span) in spans.iter().enumerate() {
        if span.least >= SURE {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.1 + 1 == i => run.1 = i,
            _ => runs.push((i, i)),
        }
    }
    runs.retain(|(first, last)| {
        spans[*first..=*last].iter().any(|s| s.text.chars().any(char::is_alphanumeric))
    });
    runs
}

/// The place of some words, to the middles of the gaps around them.
fn with_margin(spans: &[Span], first: usize, last: usize) -> (f32, f32) {
    let from = match first.checked_sub(1).and_then(|i| spans.get(i)) {
        Some(before) => f32::midpoint(before.to, spans[first].from),
        None => 0.0,
    };
    let to = spans.get(last + 1).map_or(1.0, |after| f32::midpoint(after.from, spans[last].to));
    (from, to)
}

/// The part of a line's box from `from` to `to`, both 0 to 1.
fn part_of(quad: &Quad, from: f32, to: f32) -> Quad {
    Quad([quad.at(from, 0.0), quad.at(to, 0.0), quad.at(to, 1.0), quad.at(from, 1.0)])
}

fn mean(spans: &[Span]) -> f32 {
    spans.iter().map(|span| span.confidence).sum::<f32>() / spans.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: f32, to: f32, least: f32) -> Span {
        Span { text: "word".into(), from, to, confidence: 0.9, least }
    }

    #[test]
    fn a_page_of_scrawl_is_tried_a_few_times_and_another_script_is_read_through() {
        let mut scrawl = Lost::default();
        let asked = (0..20).filter(|_| {
            let worth = scrawl.is_worth(0.3);
            if worth {
                scrawl.note(0.3, 0.4);
            }
            worth
        });
        assert_eq!(asked.count(), TRIES);
        assert!(scrawl.is_worth(0.6), "what is only doubtful is read again all the same");
        let mut script = Lost::default();
        script.note(0.2, 0.97);
        (0..20).for_each(|_| script.note(0.2, 0.1));
        assert!(script.is_worth(0.2));
    }

    #[test]
    fn a_lone_mark_is_left_as_it_is() {
        let mark = Span { text: "-".into(), ..span(0.0, 0.1, 0.3) };
        assert_eq!(unsure_runs(&[mark, span(0.2, 0.4, 0.9), span(0.5, 0.7, 0.3)]), [(2, 2)]);
    }

    #[test]
    fn neighbours_that_are_unsure_are_read_together() {
        let spans = [span(0.0, 0.2, 0.9), span(0.3, 0.4, 0.2), span(0.5, 0.6, 0.3), span(0.7, 1.0, 0.95)];
        assert_eq!(unsure_runs(&spans), [(1, 2)]);
        let (from, to) = with_margin(&spans, 1, 2);
        assert!((from - 0.25).abs() < 1e-6 && (to - 0.65).abs() < 1e-6);
        assert_eq!(with_margin(&spans, 0, 3), (0.0, 1.0));
    }
}
