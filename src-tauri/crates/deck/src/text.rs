//! Breaking text into lines that fit: smaller first, and cut with a mark only then.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use crate::fonts::Shaper;
use crate::slide::{Line, Paragraph, Span};
use crate::style::Style;

/// What happened to a text on its way into its box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fitted {
    /// Nothing.
    #[default]
    Whole,
    /// It was made smaller.
    Smaller,
    /// It was cut.
    Cut,
}

/// The share of a box's width that lines use: other programs measure a little differently, and must not break again.
const USED: f32 = 0.985;

/// One line, whatever its width.
pub(crate) fn line(shaper: &Shaper<'_>, spans: &[(&str, Style)]) -> Line {
    let spans: Vec<Span> =
        spans.iter().map(|(text, style)| Span { text: clean(text), style: style.clone() }).collect();
    let width = spans.iter().map(|s| shaper.width(&s.style, &s.text)).sum();
    Line { spans, width }
}

/// One line that is no wider than `width`: cut with a mark where it is.
pub(crate) fn one_line(shaper: &Shaper<'_>, text: &str, style: &Style, width: f32) -> (Line, Fitted) {
    let width = width * USED;
    let whole = line(shaper, &[(text, style.clone())]);
    if whole.width <= width {
        return (whole, Fitted::Whole);
    }
    (line(shaper, &[(&cut(shaper, &clean(text), style, width), style.clone())]), Fitted::Cut)
}

/// Text as lines of `width` points, at most `most`, set no smaller than `smallest`.
pub(crate) fn fit(
    shaper: &Shaper<'_>,
    text: &str,
    style: &Style,
    width: f32,
    most: usize,
    smallest: f32,
) -> (Paragraph, Fitted) {
    let width = width * USED;
    // No sign is narrower than a fifth of its size: what lies beyond cannot be seen, and need not be measured.
    let room = (most as f32 * width / (smallest.max(1.0) * 0.2)) as usize;
    let text: String = clean(text).chars().take(room.max(1)).collect();
    let mut size = style.size;
    loop {
        let set = style.sized(size);
        let (lines, broken) = lines(shaper, &text, &set, width);
        let last = size <= smallest;
        if (lines.len() <= most && !broken) || (last && lines.len() <= most) {
            let fitted = if size < style.size { Fitted::Smaller } else { Fitted::Whole };
            return (paragraph(shaper, &lines, &set), fitted);
        }
        if last {
            let mut kept: Vec<String> = lines.iter().take(most.saturating_sub(1)).cloned().collect();
            let rest = lines.get(kept.len()..).unwrap_or_default().join(" ");
            kept.push(cut(shaper, &rest, &set, width));
            return (paragraph(shaper, &kept, &set), Fitted::Cut);
        }
        size = (size - 0.5).max(smallest);
    }
}

fn paragraph(shaper: &Shaper<'_>, lines: &[String], style: &Style) -> Paragraph {
    let lines = lines.iter().map(|text| line(shaper, &[(text, style.clone())])).collect();
    Paragraph { lines, before: 0.0 }
}

/// Breaks at the places Unicode allows (UAX 14); inside a word only where it alone is too wide, which is said.
fn lines(shaper: &Shaper<'_>, text: &str, style: &Style, width: f32) -> (Vec<String>, bool) {
    if !text.contains('\n') && shaper.width(style, text) <= width {
        return (vec![text.to_owned()], false);
    }
    let (mut lines, mut current, mut start, mut broken) = (Vec::new(), String::new(), 0, false);
    for (at, opportunity) in linebreaks(text) {
        let Some(word) = text.get(start..at) else { continue };
        start = at;
        let together = format!("{current}{word}");
        if shaper.width(style, together.trim_end()) <= width {
            current = together;
        } else {
            if !current.trim().is_empty() {
                lines.push(current.trim_end().to_owned());
            }
            word.clone_into(&mut current);
            while shaper.width(style, current.trim_end()) > width {
                let (head, tail) = split(shaper, current.trim_end(), style, width);
                broken = true;
                if tail.is_empty() {
                    break;
                }
                lines.push(head);
                current = tail;
            }
        }
        if opportunity == BreakOpportunity::Mandatory && at < text.len() {
            lines.push(current.trim_end().to_owned());
            current = String::new();
        }
    }
    if !current.trim().is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    (lines, broken)
}

/// The longest beginning that fits, at least one sign, and the rest.
fn split(shaper: &Shaper<'_>, text: &str, style: &Style, width: f32) -> (String, String) {
    let mut end = 0;
    for (at, sign) in text.grapheme_indices(true) {
        let next = at + sign.len();
        if end > 0 && text.get(..next).is_none_or(|t| shaper.width(style, t) > width) {
            break;
        }
        end = next;
    }
    let (head, tail) = text.split_at(end);
    (head.to_owned(), tail.to_owned())
}

/// The longest beginning that fits with `…` after it.
fn cut(shaper: &Shaper<'_>, text: &str, style: &Style, width: f32) -> String {
    if shaper.width(style, text) <= width {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let fits = |end: &usize| {
        let head = text.get(..*end).unwrap_or_default().trim_end();
        shaper.width(style, &format!("{head}…")) <= width
    };
    let count = ends.partition_point(fits);
    let end = count.checked_sub(1).and_then(|i| ends.get(i)).copied().unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default().trim_end_matches([' ', ',', '.', '-']))
}

/// Without signs that no line can show; tabs and odd spaces are spaces, line ends are kept.
fn clean(text: &str) -> String {
    let kept =
        text.replace("\r\n", "\n").replace(['\t', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'], " ");
    kept.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}
