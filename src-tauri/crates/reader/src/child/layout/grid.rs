//! Frames of ruled tables: lines that cross, the cells between them, and what stands in those.

use papertray_model::{Rect, Word};

use super::rules::{Rule, Rules};
use super::table::{Cell, Line, Table, lines, rows};

/// A frame has at most so many columns and rows.
const MOST_COLUMNS: usize = 60;
const MOST_ROWS: usize = 400;

/// The frame of a table: edges of its columns and rows, and the lines there are.
pub(super) struct Frame {
    xs: Vec<f32>,
    ys: Vec<f32>,
    rules: Rules,
}

/// The frames that these lines make: each of at least two columns, one row and an upright line.
pub(super) fn frames(rules: &Rules) -> Vec<Frame> {
    let sane = |r: &&Rule| r.at.is_finite() && r.from.is_finite() && r.to.is_finite();
    let level: Vec<Rule> = rules.level.iter().filter(sane).copied().collect();
    let upright: Vec<Rule> = rules.upright.iter().filter(sane).copied().collect();
    let near = rules.near;
    // Lines that touch belong together.
    let count = level.len() + upright.len();
    let mut group: Vec<usize> = (0..count).collect();
    for (i, a) in level.iter().enumerate() {
        for (j, b) in upright.iter().enumerate() {
            let within = |at: f32, rule: &Rule| at >= rule.from - near && at <= rule.to + near;
            let meet = within(b.at, a) && within(a.at, b);
            if meet {
                let (x, y) = (root(&mut group, i), root(&mut group, level.len() + j));
                group[x] = y;
            }
        }
    }
    let mut roots: Vec<usize> = (0..count).map(|i| root(&mut group, i)).collect();
    let of = roots.clone();
    roots.sort_unstable();
    roots.dedup();
    let mut frames = vec![];
    for wanted in roots {
        let pick = |list: &[Rule], offset: usize| -> Vec<Rule> {
            list.iter().enumerate().filter(|(i, _)| of[i + offset] == wanted).map(|(_, r)| *r).collect()
        };
        let (level, upright) = (pick(&level, 0), pick(&upright, level.len()));
        let (xs, ys) = (edges(&upright, near), edges(&level, near));
        let sized = (3..=MOST_COLUMNS + 1).contains(&xs.len()) && (2..=MOST_ROWS + 1).contains(&ys.len());
        if sized {
            frames.push(Frame { xs, ys, rules: Rules { level, upright, near } });
        }
    }
    frames
}

/// The first of the group that `of` belongs to.
fn root(group: &mut [usize], mut of: usize) -> usize {
    while group[of] != of {
        group[of] = group[group[of]];
        of = group[of];
    }
    of
}

/// Where lines stand, those close together as one.
fn edges(rules: &[Rule], near: f32) -> Vec<f32> {
    let mut at: Vec<f32> = rules.iter().map(|r| r.at).collect();
    at.sort_by(f32::total_cmp);
    let groups = at.chunk_by(|a, b| b - a < near);
    groups.map(|group| group.iter().sum::<f32>() / group.len() as f32).collect()
}

impl Frame {
    pub(super) fn bbox(&self) -> Rect {
        let (left, right) = (self.xs[0], self.xs[self.xs.len() - 1]);
        Rect::new(left, self.ys[0], right, self.ys[self.ys.len() - 1])
    }

    /// The table in this frame, if something is in at least three of its cells.
    pub(super) fn table(&self, words: &[Word]) -> Option<Table> {
        let (columns, bands) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut inside: Vec<Vec<&Word>> = vec![vec![]; columns * bands];
        for word in words {
            let (x, y) = word.bbox.center();
            let place = |edges: &[f32], v: f32| edges.windows(2).position(|e| v >= e[0] && v < e[1]);
            if let (Some(column), Some(band)) = (place(&self.xs, x), place(&self.ys, y)) {
                inside[band * columns + column].push(word);
            }
        }
        if inside.iter().filter(|words| !words.is_empty()).count() < 3 {
            return None;
        }
        let mut table: Table = vec![];
        let mut taken = vec![false; columns * bands];
        for band in 0..bands {
            if let Some(mut many) = self.open_band(band, &inside) {
                taken[band * columns..(band + 1) * columns].fill(true);
                table.append(&mut many);
                continue;
            }
            let mut row = vec![];
            for column in 0..columns {
                if taken[band * columns + column] {
                    continue;
                }
                let wide = self.wide(band, column, &taken);
                let high = self.high(band, column, wide, &taken);
                let mut text: Vec<&str> = vec![];
                for y in band..band + high {
                    for x in column..column + wide {
                        taken[y * columns + x] = true;
                        text.extend(inside[y * columns + x].iter().map(|w| w.text.as_str()));
                    }
                }
                row.push(Cell { column, columns: wide, rows: high, text: text.join(" ") });
            }
            table.push(row);
        }
        Some(table)
    }

    /// A band in which goods stand below each other without lines between them, as its rows.
    fn open_band(&self, band: usize, inside: &[Vec<&Word>]) -> Option<Table> {
        /// So many lines, and in so many columns, are rows.
        const LINES: usize = 3;
        const COLUMNS: usize = 3;
        let columns = self.xs.len() - 1;
        let cells = &inside[band * columns..(band + 1) * columns];
        let count = |words: &Vec<&Word>| lines(words).len();
        if cells.iter().filter(|words| count(words) >= LINES).count() < COLUMNS {
            return None;
        }
        // Lines of the page, each cut at the frame's upright lines.
        let mut found: Vec<Line> = vec![];
        for line in cells.iter().flat_map(|words| lines(words)) {
            let same = |known: &&mut Line| known.bbox.vertical_overlap(&line.bbox) > 0.5;
            match found.iter_mut().find(same) {
                Some(known) => {
                    known.bbox = known.bbox.union(&line.bbox);
                    known.pieces.extend(line.pieces);
                }
                None => found.push(line),
            }
        }
        found.sort_by(|a, b| a.bbox.y0.total_cmp(&b.bbox.y0));
        let edges: Vec<(f32, f32)> = self.xs.windows(2).map(|e| (e[0], e[1])).collect();
        Some(rows(&found, &edges))
    }

    /// How many columns the cell covers: up to the next line.
    fn wide(&self, band: usize, column: usize, taken: &[bool]) -> usize {
        let columns = self.xs.len() - 1;
        let middle = f32::midpoint(self.ys[band], self.ys[band + 1]);
        let parted = |edge: usize| crosses(&self.rules.upright, self.xs[edge], self.rules.near, middle);
        let mut wide = 1;
        while column + wide < columns && !parted(column + wide) && !taken[band * columns + column + wide] {
            wide += 1;
        }
        wide
    }

    /// How many bands the cell covers.
    fn high(&self, band: usize, column: usize, wide: usize, taken: &[bool]) -> usize {
        let (columns, bands) = (self.xs.len() - 1, self.ys.len() - 1);
        let parted = |edge: usize| {
            (column..column + wide).any(|x| {
                let middle = f32::midpoint(self.xs[x], self.xs[x + 1]);
                crosses(&self.rules.level, self.ys[edge], self.rules.near, middle)
            })
        };
        let free = |y: usize| !taken[y * columns + column..y * columns + column + wide].iter().any(|t| *t);
        let mut high = 1;
        while band + high < bands && !parted(band + high) && free(band + high) {
            high += 1;
        }
        high
    }
}

/// Whether one of the lines at `at`, or that near, runs past `along`.
fn crosses(rules: &[Rule], at: f32, near: f32, along: f32) -> bool {
    rules.iter().any(|r| (r.at - at).abs() < near && r.from <= along && r.to >= along)
}

#[cfg(test)]
mod tests {
    use super::super::table::tables;
    use super::*;

    fn word(text: &str, x: f32, y: f32, line: u32) -> Word {
        let bbox = Rect::new(x, y, x + 5.0 * text.len() as f32, y + 8.0);
        Word { text: text.into(), bbox, confidence: 1.0, line }
    }

    #[test]
    fn a_frame_says_what_a_cell_is() {
        let mut rules = Rules::of_page(842.0);
        for y in [0.0, 20.0, 60.0, 80.0] {
            rules.level.push(Rule { at: y, from: 0.0, to: 300.0 });
        }
        for x in [0.0, 100.0, 200.0, 300.0] {
            // The last row has one cell over the first two columns.
            rules.upright.push(Rule {
                at: x,
                from: 0.0,
                to: if (99.0..101.0).contains(&x) { 60.0 } else { 80.0 },
            });
        }
        let words = [
            word("Style", 10.0, 5.0, 0),
            word("Colours", 110.0, 5.0, 0),
            word("Price", 210.0, 5.0, 0),
            word("W1", 10.0, 25.0, 1),
            word("Blue", 110.0, 25.0, 1),
            word("48.00", 210.0, 25.0, 1),
            word("Black", 110.0, 40.0, 2),
            word("Total", 10.0, 65.0, 3),
            word("48.00", 210.0, 65.0, 3),
        ];
        assert_eq!(
            tables(&words, &rules),
            ["<table><tr><th>Style</th><th>Colours</th><th>Price</th></tr>\
                 <tr><td>W1</td><td>Blue Black</td><td>48.00</td></tr>\
                 <tr><td colspan=\"2\">Total</td><td>48.00</td></tr></table>"]
        );
    }

    #[test]
    fn goods_below_each_other_in_one_band_are_rows() {
        let mut rules = Rules::of_page(842.0);
        for y in [0.0, 20.0, 200.0] {
            rules.level.push(Rule { at: y, from: 0.0, to: 300.0 });
        }
        for x in [0.0, 100.0, 200.0, 300.0] {
            rules.upright.push(Rule { at: x, from: 0.0, to: 200.0 });
        }
        let mut words =
            vec![word("Item", 10.0, 5.0, 0), word("Pieces", 110.0, 5.0, 0), word("Sum", 210.0, 5.0, 0)];
        for row in 0..3 {
            let y = 30.0 + 20.0 * row as f32;
            words.push(word(&format!("A{row}"), 10.0, y, row + 1));
            words.push(word("2", 110.0, y, row + 1));
            words.push(word("9.00", 210.0, y, row + 1));
        }
        let html = tables(&words, &rules);
        assert_eq!(html.len(), 1);
        assert_eq!(html[0].matches("<tr>").count(), 4, "{html:?}");
        assert!(html[0].contains("<tr><td>A2</td><td>2</td><td>9.00</td></tr>"), "{html:?}");
    }
}
