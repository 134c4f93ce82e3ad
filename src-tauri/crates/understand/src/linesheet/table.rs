//! Tables with a row a style or a colour: on pages, with thumbnails beside them, and on sheets.

use std::collections::HashSet;

use papertray_model::sheet::Sheet;
use papertray_model::{DocumentId, Place, Rect};

use super::caption::{Context, Said};
use super::columns::Columns;
use super::scan::Scan;
use super::{FoundProduct, Heading, blocks};
use crate::goods::price::Price;
use crate::goods::sizes::{self, Goods};
use crate::goods::{FieldName, colours, price, words};
use crate::grid::{self, TableHead};

/// A line of a cell.
#[derive(Clone, Debug)]
struct Line {
    column: usize,
    text: String,
    rect: Rect,
}

impl Line {
    fn middle(&self) -> f32 {
        self.rect.center().1
    }
}

/// A style and its rows: the colours of one style may stand in rows of their own beside a merged cell.
struct Group {
    style: Line,
    /// Where each row ends and the next begins.
    rows: Vec<(f32, f32)>,
}

/// Products of the tables on all pages, and the pieces (page, index) that belong to them.
pub(super) fn on_pages(
    scans: &[Scan],
    headings: &HashSet<(u32, usize)>,
    document: DocumentId,
    context: &Context,
) -> (Vec<FoundProduct>, HashSet<(u32, usize)>) {
    let mut products = vec![];
    let mut taken = HashSet::new();
    let mut last: Option<(TableHead, Columns)> = None;
    for scan in scans {
        let own = grid::table_head(&scan.layout).map(|h| {
            let columns = Columns::new(h.headings.iter().enumerate().map(|(i, t)| (i, t.as_str())));
            (h, columns)
        });
        let own = own.filter(|(_, c)| c.sells());
        let (head, columns, first) = match (&own, &last) {
            (Some((h, c)), _) => (h, c, h.row + 1),
            (None, Some((h, c))) => (h, c, 0),
            (None, None) => continue,
        };
        let found = rows_of(scan, head, columns, first, headings, document, context);
        if found.len() < 2 && own.is_none() || found.is_empty() {
            continue;
        }
        let top = found.iter().filter_map(|p| p.area).map(|a| a.y0).fold(f32::INFINITY, f32::min);
        let bottom = found.iter().filter_map(|p| p.area).map(|a| a.y1).fold(0.0_f32, f32::max);
        let head_row = own.as_ref().map(|(h, _)| h.row);
        for (n, piece) in scan.pieces.iter().enumerate() {
            let y = piece.rect.center().1;
            if (y >= top && y <= bottom || Some(piece.row) == head_row) && !headings.contains(&(scan.page, n))
            {
                taken.insert((scan.page, n));
            }
        }
        products.extend(found);
        if own.is_some() {
            last = own;
        }
    }
    (products, taken)
}

fn rows_of(
    scan: &Scan,
    head: &TableHead,
    columns: &Columns,
    first: usize,
    headings: &HashSet<(u32, usize)>,
    document: DocumentId,
    context: &Context,
) -> Vec<FoundProduct> {
    let Some(style_column) = columns.style() else { return vec![] };
    let skip: HashSet<usize> = scan
        .pieces
        .iter()
        .enumerate()
        .filter(|(n, p)| p.furniture || headings.contains(&(scan.page, *n)))
        .map(|(_, p)| p.row)
        .collect();
    let mut lines: Vec<Line> = vec![];
    for row in (first..scan.layout.rows.len()).filter(|r| !skip.contains(r)) {
        for cell in grid::row_cells(&scan.layout, row, head) {
            if let Place::Page { rect, .. } = cell.place {
                lines.push(Line { column: cell.column, text: cell.text, rect });
            }
        }
    }
    lines.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let styles: Vec<Line> = lines
        .iter()
        .filter(|l| l.column == style_column)
        .filter_map(|l| blocks::leading_style(&l.text, true).map(|s| Line { text: s, ..l.clone() }))
        .collect();
    if styles.is_empty() {
        return vec![];
    }
    let head_bottom = if first > 0 { scan.layout.row_box(first - 1).y1 } else { 0.0 };
    let groups = group(styles, &lines, columns.get(FieldName::Colour), scan.em, head_bottom);
    let width = Rect::new(0.0, 0.0, scan.width, 0.0);
    let mut products = vec![];
    for group in &groups {
        let (Some(top), Some(bottom)) = (group.rows.first().map(|r| r.0), group.rows.last().map(|r| r.1))
        else {
            continue;
        };
        let inside = |l: &&Line, band: (f32, f32)| l.middle() >= band.0 && l.middle() < band.1;
        for &band in &group.rows {
            let cell = |column: usize| -> Vec<&Line> {
                let all: Vec<&Line> = lines
                    .iter()
                    .filter(|l| l.column == column)
                    .filter(|l| inside(l, (top, bottom)))
                    .collect();
                let own: Vec<&Line> = all.iter().copied().filter(|l| inside(l, band)).collect();
                // A cell merged over the rows of a style stands in the middle of them.
                let each = group.rows.iter().filter(|r| all.iter().any(|l| inside(l, **r))).count();
                if each == group.rows.len()
                    && group.rows.len() > 1
                    && !shared(&all, group.rows.len(), scan.em)
                {
                    own
                } else {
                    all
                }
            };
            let said = said(&group.style.text, columns, &cell, context);
            let place = Place::Page { page: scan.page, rect: group.style.rect };
            let area = Rect::new(width.x0, band.0, width.x1, band.1);
            for mut found in said.products(document, place, context) {
                found.area = Some(area);
                products.push(found);
            }
        }
    }
    products
}

/// Whether the lines of a column are one cell over all rows: they stand closer than rows do.
fn shared(lines: &[&Line], rows: usize, em: f32) -> bool {
    lines.len() < rows
        || lines.windows(2).all(|w| w[1].rect.y0 - w[0].rect.y1 < 0.6 * em) && lines.len() > 1 && rows > 1
}

/// The rows of each style.
fn group(styles: Vec<Line>, lines: &[Line], colour: Option<usize>, em: f32, head_bottom: f32) -> Vec<Group> {
    let pitch = {
        let mut steps: Vec<f32> = styles.windows(2).map(|w| w[1].middle() - w[0].middle()).collect();
        steps.sort_by(f32::total_cmp);
        steps.get(steps.len() / 2).copied().unwrap_or(4.0 * em)
    };
    let colours: Vec<f32> = colour.map_or(vec![], |c| {
        let mut rows: Vec<(Rect, String)> = vec![];
        for line in lines.iter().filter(|l| l.column == c) {
            let joins = rows.last().is_some_and(|(r, text)| {
                line.text.starts_with('(')
                    || text.ends_with([',', '/', '-'])
                    || (pitch > 1.9 * em && line.rect.y0 - r.y1 < 0.45 * em)
            });
            match rows.last_mut().filter(|_| joins) {
                Some((r, text)) => {
                    *r = r.union(&line.rect);
                    text.push_str(&line.text);
                }
                None => rows.push((line.rect, line.text.clone())),
            }
        }
        rows.iter().map(|(r, _)| r.center().1).filter(|y| *y > head_bottom).collect()
    });
    let last_bottom = lines.iter().map(|l| l.rect.y1).fold(0.0_f32, f32::max);
    if colours.len() > styles.len() && colours.len() <= 400 {
        let runs = spread(&colours, &styles);
        let edge = |i: usize| {
            if i == 0 {
                (colours[0] - pitch.min(row_pitch(&colours)) / 2.0).max(head_bottom)
            } else {
                f32::midpoint(colours[i - 1], colours[i])
            }
        };
        let end = colours.last().map_or(last_bottom, |y| y + row_pitch(&colours) / 2.0);
        return styles
            .into_iter()
            .zip(runs)
            .map(|(style, run)| {
                let rows =
                    run.map(|i| (edge(i), if i + 1 == colours.len() { end } else { edge(i + 1) })).collect();
                Group { style, rows }
            })
            .collect();
    }
    let mut edges = vec![(styles[0].middle() - 0.75 * pitch).max(head_bottom)];
    edges.extend(styles.windows(2).map(|w| gap_between(lines, w[0].middle(), w[1].middle())));
    edges.push((styles[styles.len() - 1].middle() + 0.75 * pitch).min(last_bottom + 2.0 * pitch));
    styles
        .into_iter()
        .enumerate()
        .map(|(i, style)| Group { style, rows: vec![(edges[i], edges[i + 1])] })
        .collect()
}

fn row_pitch(rows: &[f32]) -> f32 {
    let mut steps: Vec<f32> = rows.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(40.0)
}

/// The middle of the widest empty strip between two heights.
fn gap_between(lines: &[Line], from: f32, to: f32) -> f32 {
    let mut spans: Vec<(f32, f32)> = lines
        .iter()
        .filter(|l| l.rect.y1 > from && l.rect.y0 < to)
        .map(|l| (l.rect.y0.max(from), l.rect.y1.min(to)))
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reach = from;
    let mut best = (0.0, f32::midpoint(from, to));
    for (top, bottom) in spans {
        if top - reach > best.0 + 0.1 {
            best = (top - reach, f32::midpoint(reach, top));
        }
        reach = reach.max(bottom);
    }
    best.1
}

/// Shares the rows among the styles, in order, so that each style stands at the middle (or, where that fits better, at
/// the top) of its rows.
fn spread(rows: &[f32], styles: &[Line]) -> Vec<std::ops::Range<usize>> {
    let centred = |from: usize, to: usize, y: f32| (f32::midpoint(rows[from], rows[to]) - y).abs();
    let topped = |from: usize, _: usize, y: f32| (rows[from] - y).abs();
    let a = best_runs(rows.len(), styles, &centred);
    let b = best_runs(rows.len(), styles, &topped);
    if b.0 < 0.8 * a.0 { b.1 } else { a.1 }
}

/// The cheapest way to cut `count` rows into one run a style.
fn best_runs(
    count: usize,
    styles: &[Line],
    cost: &dyn Fn(usize, usize, f32) -> f32,
) -> (f32, Vec<std::ops::Range<usize>>) {
    const LONGEST: usize = 40;
    let n = styles.len();
    let mut best = vec![vec![(f32::INFINITY, 0_usize); count + 1]; n + 1];
    best[0][0] = (0.0, 0);
    for (s, style) in styles.iter().enumerate() {
        for end in s + 1..=count {
            for start in end.saturating_sub(LONGEST).max(s)..end {
                let before = best[s][start].0;
                if before.is_finite() {
                    let all = before + cost(start, end - 1, style.middle());
                    if all < best[s + 1][end].0 {
                        best[s + 1][end] = (all, start);
                    }
                }
            }
        }
    }
    let mut runs = vec![0..0; n];
    let mut end = count;
    for s in (0..n).rev() {
        let start = best[s + 1][end].1;
        runs[s] = start..end;
        end = start;
    }
    (best[n][count].0, runs)
}

/// What a row says, its cells given as lines.
fn said<'l>(
    style: &str,
    columns: &Columns,
    cell: &dyn Fn(usize) -> Vec<&'l Line>,
    context: &Context,
) -> Said {
    let mut said = Said { style: style.to_owned(), ..Said::default() };
    let joined = |field: FieldName| {
        columns
            .get(field)
            .map(|c| cell(c).iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join(" "))
            .filter(|t| !t.is_empty())
    };
    if let Some(lines) = columns.get(FieldName::Name).map(cell) {
        let biggest = lines.iter().map(|l| l.rect.height()).fold(0.0_f32, f32::max);
        let (name, rest): (Vec<&Line>, Vec<&Line>) = lines.into_iter().partition(|l| {
            let (material, count) = words().material_words(&l.text);
            l.rect.height() > 0.86 * biggest && !(count > 0 && material == count)
        });
        said.name = Some(text(&name)).filter(|t| !t.is_empty());
        let rest = text(&rest);
        if words().material_words(&rest).0 > 0 {
            said.material = Some(rest);
        } else if !rest.is_empty() {
            said.description = Some(rest);
        }
    }
    let colour_rect = columns.get(FieldName::Colour).and_then(|c| cell(c).first().map(|l| l.rect));
    fill(&mut said, columns, &joined, context);
    for (_, rect) in &mut said.colours {
        *rect = colour_rect;
    }
    for (column, field, mention) in &columns.prices {
        let text = cell(*column).iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join(" ");
        said.prices.extend(price_of(&text, *field, *mention, context));
    }
    said
}

fn text(lines: &[&Line]) -> String {
    lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn price_of(
    text: &str,
    field: FieldName,
    mention: Option<crate::currency::Mention>,
    context: &Context,
) -> Option<Price> {
    let mut amount = crate::money::parse(text, context.mark)
        .or_else(|| price::prices(text, context.mark).into_iter().next().map(|p| p.amount))?;
    amount.currency = amount.currency.or(mention);
    Some(Price { label: Some(field), amount })
}

/// The plain columns of a row.
fn fill(said: &mut Said, columns: &Columns, text: &dyn Fn(FieldName) -> Option<String>, _context: &Context) {
    if let Some(colour) = text(FieldName::Colour) {
        said.colours = colours::labelled(&colour).into_iter().map(|c| (c, None)).collect();
    }
    if let Some(code) = text(FieldName::ColourCode) {
        match said.colours.as_mut_slice() {
            [(colour, _)] => colour.code = Some(code),
            [] => said.colours.push((colours::Colour { name: None, code: Some(code) }, None)),
            _ => {}
        }
    }
    let shoes = said.name.as_deref().and_then(|n| words().category(n)) == Some("Shoes");
    let goods = Goods { shoes, count: None };
    let listed = [FieldName::Sizes, FieldName::Size].iter().find_map(|f| text(*f));
    if let Some(list) = listed.and_then(|t| sizes::list(&t, goods)) {
        said.sizes = list.sizes;
    }
    said.material = text(FieldName::Material).or(said.material.take());
    said.origin = text(FieldName::Origin);
    said.description = text(FieldName::Description).or(said.description.take());
    said.category = text(FieldName::Category);
    said.gender = text(FieldName::Gender);
    said.upc = text(FieldName::Upc).filter(|u| crate::goods::is_article_number(u));
    let _ = columns;
}

/// Products of the tables on sheets, and the headings between their rows.
pub(super) fn on_sheets(
    sheets: &[Sheet],
    document: DocumentId,
    context: &Context,
) -> (Vec<FoundProduct>, Vec<Heading>) {
    let mut products = vec![];
    let mut headings = vec![];
    for (number, sheet) in sheets.iter().enumerate() {
        let grid = grid::of_sheet(sheet);
        let best = grid
            .rows
            .iter()
            .enumerate()
            .take(500)
            .filter(|(_, r)| r.cells.len() >= 2)
            .map(|(at, r)| {
                let columns = Columns::new(
                    r.cells.iter().filter(|c| c.text.len() < 48).map(|c| (c.column, c.text.as_str())),
                );
                let known = r.cells.iter().filter(|c| !words().heading(&c.text).is_empty()).count();
                (known, at, columns)
            })
            .filter(|(_, _, c)| c.sells())
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, head, columns)) = best else { continue };
        let Some(style_column) = columns.style() else { continue };
        let mut last: Vec<(usize, String)> = vec![];
        for row in &grid.rows[head + 1..] {
            let single = row.cells.len() == 1;
            if let Some(cell) = row.cells.first().filter(|_| single)
                && cell.text.chars().any(char::is_alphabetic)
                && cell.text.split_whitespace().count() <= 6
                && blocks::leading_style(&cell.text, false).is_none()
            {
                headings.push(Heading { category: cell.text.clone(), place: cell.place.clone() });
                last.clear();
                continue;
            }
            let own_style = row.text(style_column);
            if words().is_sum(own_style)
                || super::blocks::leading_style(own_style, true).is_none() && !own_style.is_empty()
            {
                continue;
            }
            let carried = own_style.is_empty();
            let varies = [FieldName::Colour, FieldName::ColourCode]
                .iter()
                .filter_map(|f| columns.get(*f))
                .any(|c| !row.text(c).is_empty());
            if carried && (!varies || last.is_empty()) {
                continue;
            }
            let value = |column: usize| -> String {
                let own = row.text(column);
                if !own.is_empty() && !words().is_same(own) {
                    return own.to_owned();
                }
                let carry = carried || words().is_same(own);
                last.iter().find(|(c, _)| carry && *c == column).map(|(_, t)| t.clone()).unwrap_or_default()
            };
            let text = |field: FieldName| columns.get(field).map(value).filter(|t| !t.is_empty());
            let style = value(style_column);
            let mut said = Said { style: style.clone(), name: text(FieldName::Name), ..Said::default() };
            fill(&mut said, &columns, &text, context);
            for (column, field, mention) in &columns.prices {
                let cell_text = value(*column);
                let number = row.cell(*column).and_then(|c| c.number);
                let plain = number.map(|n| format!("{n}"));
                said.prices.extend(price_of(
                    plain.as_deref().unwrap_or(&cell_text),
                    *field,
                    *mention,
                    context,
                ));
            }
            if said.sizes.is_empty() && !columns.sizes.is_empty() {
                let filled: Vec<String> = columns
                    .sizes
                    .iter()
                    .filter(|(c, _)| !row.text(*c).is_empty())
                    .map(|(_, s)| s.clone())
                    .collect();
                said.sizes = if filled.is_empty() {
                    columns.sizes.iter().map(|(_, s)| s.clone()).collect()
                } else {
                    filled
                };
            }
            if let Some(cell) = row.cell(style_column).or_else(|| row.cells.first()) {
                for mut found in said.products(document, cell.place.clone(), context) {
                    found.cell = Some((number, row.number - 1));
                    products.push(found);
                }
            }
            let mut kept: Vec<(usize, String)> = if carried { std::mem::take(&mut last) } else { vec![] };
            for cell in &row.cells {
                kept.retain(|(c, _)| *c != cell.column);
                kept.push((cell.column, cell.text.clone()));
            }
            last = kept;
        }
    }
    (products, headings)
}
