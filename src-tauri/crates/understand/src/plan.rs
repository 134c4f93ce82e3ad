//! Plans: task lists with check boxes, as Markdown or plain text.

use papertray_model::Field;

use crate::layout::Layout;
use crate::scene::Candidate;
use crate::text::squash;

/// Whether a row begins with a check box, and whether it is ticked. The box may be torn into `[` and `]`.
fn checkbox(layout: &Layout, row: usize) -> Option<bool> {
    let text = layout.text(layout.rows.get(row)?.clone());
    let body = text.trim_start_matches(|c: char| {
        matches!(c, '-' | '*' | '+' | '•' | '.' | ')') || c.is_ascii_digit() || c.is_whitespace()
    });
    let mut compact = body.chars().filter(|c| !c.is_whitespace());
    match (compact.next()?, compact.next(), compact.next()) {
        ('☐' | '□' | '▢', ..) | ('[', Some(']'), _) => Some(false),
        ('☑' | '☒' | '✓' | '✔' | '✅', ..) | ('[', Some('x' | 'X' | '✓' | '✔'), Some(']')) => {
            Some(true)
        }
        _ => None,
    }
}

/// How many boxes the page has, and how many are ticked.
pub(crate) fn count_boxes(layout: &Layout) -> (usize, usize) {
    let boxes: Vec<bool> = (0..layout.rows.len()).filter_map(|r| checkbox(layout, r)).collect();
    (boxes.len(), boxes.iter().filter(|done| **done).count())
}

/// The fields of a plan page. Counts follow from the whole page and have no box.
pub(crate) fn fields(layout: &Layout) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    let (tasks, done) = count_boxes(layout);
    let derived = |value: String| Candidate {
        text: value.clone(),
        value,
        bbox: None,
        page: layout.page,
        confidence: 0.97,
    };
    if let Some(row) = title_row(layout) {
        let range = layout.rows[row].clone();
        let text = layout.text(range.clone());
        let title = text.trim_start_matches(['#', ' ', '=']).trim().to_owned();
        let heading = text.starts_with('#');
        found.push((
            "title".to_owned(),
            Candidate {
                value: title,
                text,
                bbox: Some(layout.bbox(range)),
                page: layout.page,
                confidence: if heading { 0.95 } else { 0.8 },
            },
        ));
    }
    if tasks > 0 {
        found.push(("tasks_count".into(), derived(tasks.to_string())));
        found.push(("tasks_done".into(), derived(done.to_string())));
        found.push(("progress_percentage".into(), derived(percentage(tasks, done))));
    }
    if let Some(skills) = skills(layout) {
        found.push(("skills".into(), skills));
    }
    found
}

/// Whole percent, rounded to the nearest.
pub(crate) fn percentage(tasks: usize, done: usize) -> String {
    ((done * 100 + tasks / 2) / tasks.max(1)).to_string()
}

/// The first heading, or else the first line that is no task.
fn title_row(layout: &Layout) -> Option<usize> {
    let rows = 0..layout.rows.len();
    let heading = rows.clone().find(|r| layout.row(*r).first().is_some_and(|t| t.text.starts_with('#')));
    heading.or_else(|| {
        rows.take(6)
            .find(|r| checkbox(layout, *r).is_none() && layout.row(*r).iter().any(|t| t.key.len() > 2))
    })
}

/// The list behind `Skills:`, joined by commas.
fn skills(layout: &Layout) -> Option<Candidate> {
    for row in 0..layout.rows.len() {
        let range = layout.rows[row].clone();
        let text = layout.text(range.clone());
        let Some((label, list)) = text.split_once(':') else { continue };
        if squash(label).ends_with("skills") && squash(label).len() <= 16 {
            let names: Vec<&str> = list
                .split([',', ';', '·'])
                .map(|s| {
                    s.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '*' | '[' | ']' | '"'))
                })
                .filter(|s| !s.is_empty())
                .collect();
            if !names.is_empty() {
                let value = names.join(", ");
                return Some(Candidate {
                    value,
                    text,
                    bbox: Some(layout.bbox(range)),
                    page: layout.page,
                    confidence: 0.9,
                });
            }
        }
    }
    None
}

/// Adds up the counts of several pages.
pub(crate) fn add(total: &mut Field, more: &Field) {
    let sum = total.value.parse::<u64>().unwrap_or(0) + more.value.parse::<u64>().unwrap_or(0);
    total.value = sum.to_string();
    total.text = total.value.clone();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lines;

    #[test]
    fn boxes_are_counted() {
        let layout = Layout::new(&lines(
            "# Launch plan\nSkills: Rust, design\n- [x] one\n- [ ] two\n* [X] three\n☐ four\ntext [1]",
        ));
        assert_eq!(count_boxes(&layout), (4, 2));
        let fields = fields(&layout);
        let get = |n: &str| fields.iter().find(|f| f.0 == n).map(|f| f.1.value.as_str());
        assert_eq!(get("title"), Some("Launch plan"));
        assert_eq!(get("tasks_count"), Some("4"));
        assert_eq!(get("tasks_done"), Some("2"));
        assert_eq!(get("progress_percentage"), Some("50"));
        assert_eq!(get("skills"), Some("Rust, design"));
        assert_eq!(percentage(3, 1), "33");
    }
}
