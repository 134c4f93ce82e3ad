//! Captions that run up or down beside their pictures, laid flat: rows and blocks only know words that lie level.

use std::borrow::Cow;

use papertray_model::sheet::PagePicture;
use papertray_model::{PageReading, Rect, Word};

/// A line that runs upwards or downwards.
struct Line {
    rect: Rect,
    /// In reading order, by index into the page's words.
    words: Vec<usize>,
    up: bool,
}

/// The page with its upright lines as they are, and those that run up or down laid flat at the end they begin at, over
/// the picture they stand beside. Blocks of lines stay blocks.
pub(super) fn laid_flat<'a>(page: &'a PageReading, pictures: &[PagePicture]) -> Cow<'a, PageReading> {
    let lines = turned_lines(page);
    if lines.is_empty() {
        return Cow::Borrowed(page);
    }
    let mut flat = page.clone();
    let mut next = page.words.iter().map(|w| w.line).max().unwrap_or(0);
    for block in blocks(lines) {
        let Some(around) = Rect::around(block.iter().map(|l| &l.rect)) else { continue };
        let em = block.iter().map(|l| l.rect.width()).fold(0.0_f32, f32::max);
        let length = block.iter().map(|l| l.rect.height()).fold(0.0_f32, f32::max);
        let beside = |x0: f32, x1: f32| {
            let strip = Rect::new(x0, around.y0, x1, around.y1);
            pictures.iter().any(|p| {
                p.page == page.page_number
                    && p.rect.vertical_overlap(&strip) > 0.3
                    && p.rect.x0 < x1
                    && p.rect.x1 > x0
            })
        };
        let to_left = beside(around.x0 - 3.0 * em, around.x0) || !beside(around.x1, around.x1 + 3.0 * em);
        let x = if to_left { (around.x1 - length).max(0.0) } else { around.x0 };
        let up = block.first().is_none_or(|l| l.up);
        let step = 1.25 * em;
        let top = if up { around.y1 - step * block.len() as f32 } else { around.y0 };
        for (n, line) in block.iter().enumerate() {
            next += 1;
            let y = top + step * n as f32;
            for &at in &line.words {
                let word = &page.words[at];
                let from = if line.up { line.rect.y1 - word.bbox.y1 } else { word.bbox.y0 - line.rect.y0 };
                let bbox = Rect::new(x + from, y, x + from + word.bbox.height(), y + em);
                flat.words[at] = Word { bbox, line: next, ..word.clone() };
            }
        }
    }
    Cow::Owned(flat)
}

/// Whether a word is set sideways: much higher than wide, though it has several letters.
fn sideways(word: &Word) -> bool {
    word.text.chars().count() >= 3 && word.bbox.height() > 1.3 * word.bbox.width() && word.bbox.width() > 0.0
}

/// Whether one stands right over or under the other, in one column as wide.
fn follow(a: &Rect, b: &Rect) -> bool {
    let em = a.width().min(b.width());
    let gap = (a.y0 - b.y1).max(b.y0 - a.y1);
    gap < 0.8 * em
        && gap > -0.2 * em
        && (a.center().0 - b.center().0).abs() < 0.3 * em
        && a.width().max(b.width()) < 1.6 * em
}

/// Words set sideways that follow one another. The reader's lines are of level words and say nothing of them.
fn turned_lines(page: &PageReading) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    // Those that surely are set so, then short ones that continue them.
    let (sure, other): (Vec<usize>, Vec<usize>) =
        (0..page.words.len()).partition(|at| sideways(&page.words[*at]));
    for (n, at) in sure.iter().chain(&other).copied().enumerate() {
        let mut rect = page.words[at].bbox;
        if n >= sure.len() && rect.height() < 0.8 * rect.width() {
            continue;
        }
        let mut words = vec![at];
        // A word may join two lines that it stands between.
        while let Some(near) = lines.iter().position(|l| follow(&l.rect, &rect)) {
            let line = lines.swap_remove(near);
            rect = rect.union(&line.rect);
            words.extend(line.words);
        }
        if n < sure.len() || words.len() > 1 {
            lines.push(Line { rect, words, up: true });
        }
    }
    for line in &mut lines {
        line.words.sort_unstable();
        let y = |at: Option<&usize>| at.map_or(0.0, |at| page.words[*at].bbox.center().1);
        line.up = y(line.words.first()) >= y(line.words.last());
    }
    // A lone word says not which way it runs; its neighbours do.
    let down = lines.iter().filter(|l| l.words.len() > 1 && !l.up).count();
    let most_down = down * 2 > lines.iter().filter(|l| l.words.len() > 1).count();
    for line in lines.iter_mut().filter(|l| l.words.len() == 1) {
        line.up = !most_down;
    }
    lines
}

/// Lines that stand side by side, in reading order.
fn blocks(mut lines: Vec<Line>) -> Vec<Vec<Line>> {
    lines.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let mut blocks: Vec<Vec<Line>> = vec![];
    for line in lines {
        let near = |block: &Vec<Line>| {
            block.last().is_some_and(|l| {
                line.rect.x0 - l.rect.x1 < 1.2 * line.rect.width()
                    && l.rect.vertical_overlap(&line.rect) > 0.3
                    && l.up == line.up
            })
        };
        match blocks.iter_mut().find(|b| near(b)) {
            Some(block) => block.push(line),
            None => blocks.push(vec![line]),
        }
    }
    for block in &mut blocks {
        if block.first().is_some_and(|l| !l.up) {
            block.reverse();
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use papertray_model::{PageSource, Unit};

    use super::*;

    #[test]
    fn lines_that_run_up_are_laid_over_their_picture_in_order() {
        let mut page = PageReading::empty(1, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
        let mut add = |text: &str, x: f32, y0: f32, y1: f32, line: u32| {
            page.words.push(Word {
                text: text.into(),
                bbox: Rect::new(x, y0, x + 9.0, y1),
                confidence: 1.0,
                line,
            });
        };
        add("KV-1000", 210.0, 210.0, 250.0, 0);
        add("Alma", 210.0, 180.0, 206.0, 0);
        add("Black", 222.0, 225.0, 250.0, 1);
        let flat = laid_flat(&page, &[]);
        let [number, name, colour] = &flat.words[..] else { panic!("three words") };
        assert!(number.bbox.x1 < name.bbox.x0 && (number.bbox.y0 - name.bbox.y0).abs() < 0.1);
        assert!(colour.bbox.y0 > number.bbox.y1 - 1.0 && (colour.bbox.x0 - number.bbox.x0).abs() < 0.1);
        assert!(number.bbox.width() > number.bbox.height());
    }
}
