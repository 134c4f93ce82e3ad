//! The head of an order's table, and what each column means: headings, values and a person's word, weighed together.

use papertray_model::collection::OrderColumn;
use pathfinding::prelude::{Matrix, kuhn_munkres};

use super::{ColumnMeaning, OrderInput};
use crate::goods::style::{self, Known};
use crate::goods::{FieldName, colours, sizes, words};
use crate::grid::{Grid, GridRow};
use crate::money;
use crate::text::squash;

/// What a column means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Field(FieldName),
    /// The size the column's quantities are of; in the first scale, where several are stacked.
    Size(String),
    Unused,
}

/// One scale of a head with several: its label and its sizes by column.
#[derive(Clone, Debug, Default)]
pub(super) struct Scale {
    pub(super) label: String,
    pub(super) sizes: Vec<(usize, String)>,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) heading: String,
    pub(super) meaning: Meaning,
    confidence: f32,
    locked: bool,
    examples: Vec<String>,
}

/// A table of ordered goods.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    pub(super) grid: &'a Grid,
    /// The row with the headings.
    pub(super) head: usize,
    /// The first row after the head and its scales.
    pub(super) body: usize,
    pub(super) columns: Vec<Column>,
    /// Two or more where scales are stacked, else none.
    pub(super) scales: Vec<Scale>,
    pub(super) strength: f32,
}

/// Rows of values that are looked at for evidence.
const SAMPLE: usize = 60;
/// The fields that an order's columns may mean, one column each.
const FIELDS: [FieldName; 30] = [
    FieldName::StyleNumber,
    FieldName::Sku,
    FieldName::Upc,
    FieldName::Name,
    FieldName::Colour,
    FieldName::ColourCode,
    FieldName::Size,
    FieldName::Sizes,
    FieldName::Waist,
    FieldName::Length,
    FieldName::SizeScale,
    FieldName::Quantity,
    FieldName::TotalQuantity,
    FieldName::UnitCost,
    FieldName::Retail,
    FieldName::Discount,
    FieldName::Amount,
    FieldName::StartShip,
    FieldName::CancelDate,
    FieldName::Pack,
    FieldName::PrepackRatio,
    FieldName::Packs,
    FieldName::Category,
    FieldName::Gender,
    FieldName::Material,
    FieldName::OrderNumber,
    FieldName::OrderDate,
    FieldName::Description,
    FieldName::Currency,
    FieldName::Position,
];

impl Table<'_> {
    pub(super) fn described(&self) -> Vec<OrderColumn> {
        let single = self.size_per_row();
        let kind = match (self.column(FieldName::Length), self.column(FieldName::Waist)) {
            (Some(_), None) => "waist",
            (None, Some(_)) => "length",
            _ => "size",
        };
        let describe = |c: &Column| OrderColumn {
            heading: c.heading.clone(),
            meaning: match &c.meaning {
                Meaning::Field(FieldName::Quantity) if !single => {
                    Some(FieldName::TotalQuantity.meaning().into())
                }
                Meaning::Field(FieldName::TotalQuantity) if single => {
                    Some(FieldName::Quantity.meaning().into())
                }
                Meaning::Field(field) => Some(field.meaning().into()),
                Meaning::Size(size) => Some(format!("{kind}:{size}")),
                Meaning::Unused => None,
            },
            confidence: c.confidence,
            locked: c.locked,
            examples: c.examples.clone(),
        };
        let mut columns: Vec<OrderColumn> = self.columns.iter().map(describe).collect();
        // The other scales of a head with several head the same columns.
        let said = |heading: &str, meaning: String, examples: &[String]| OrderColumn {
            heading: heading.to_owned(),
            meaning: Some(meaning),
            confidence: 0.9,
            locked: false,
            examples: examples.to_vec(),
        };
        for scale in &self.scales {
            let mut all: Vec<(String, String)> =
                scale.sizes.iter().map(|(_, s)| (s.clone(), format!("size:{}", sizes::printed(s)))).collect();
            if !scale.label.is_empty() {
                all.push((scale.label.clone(), FieldName::SizeScale.meaning().to_owned()));
            }
            for (heading, meaning) in all {
                if !columns.iter().any(|c| c.heading == heading) {
                    columns.push(said(&heading, meaning, &[]));
                }
            }
        }
        columns
    }

    pub(super) fn column(&self, field: FieldName) -> Option<usize> {
        self.columns.iter().find(|c| c.meaning == Meaning::Field(field)).map(|c| c.index)
    }

    pub(super) fn size_columns(&self) -> impl Iterator<Item = (usize, &str)> {
        self.columns.iter().filter_map(|c| match &c.meaning {
            Meaning::Size(size) => Some((c.index, size.as_str())),
            _ => None,
        })
    }

    /// Whether each row is of one size.
    fn size_per_row(&self) -> bool {
        self.column(FieldName::Size).is_some()
            || self.column(FieldName::Waist).is_some() && self.size_columns().next().is_none()
    }

    pub(super) fn same_head(&self, other: &Table<'_>) -> bool {
        let heads = |t: &Table<'_>| t.columns.iter().map(|c| squash(&c.heading)).collect::<Vec<_>>();
        std::ptr::eq(self.grid, other.grid) || heads(self) == heads(other)
    }

    /// Whether the row says the headings again.
    pub(super) fn repeats_head(&self, row: &GridRow) -> bool {
        let head = &self.grid.rows[self.head];
        let same = row.cells.iter().filter(|c| squash(&c.text) == squash(head.text(c.column))).count();
        same >= 3 && same * 2 > row.cells.len()
    }
}

/// Finds the table and gives its columns meanings; `None` where the grid has no table of ordered goods.
pub(super) fn table<'a>(grid: &'a Grid, input: &OrderInput<'_>, known: &Known) -> Option<Table<'a>> {
    let (head, strength) = find_head(grid)?;
    let (size_columns, scales, body) = size_columns(grid, head);
    let rows = &grid.rows[body.min(grid.rows.len())..];
    let head_row = &grid.rows[head];
    let mut indices: Vec<usize> = head_row.cells.iter().map(|c| c.column).collect();
    // Values without a heading over them may be what matters most.
    for row in rows.iter().take(SAMPLE) {
        indices.extend(row.cells.iter().map(|c| c.column));
    }
    indices.sort_unstable();
    indices.dedup();
    indices.truncate(256);
    let mut columns: Vec<Column> = indices
        .iter()
        .map(|&index| {
            let sample = rows
                .iter()
                .filter(|r| !is_sum_row(r))
                .take(SAMPLE)
                .map(|r| r.text(index))
                .filter(|t| !t.is_empty());
            let size = size_columns.iter().find(|(i, _)| *i == index).map(|(_, s)| s.clone());
            let heading = head_row.text(index).to_owned();
            let heading = size.clone().filter(|_| heading.is_empty()).unwrap_or(heading);
            Column {
                index,
                heading,
                meaning: size.map_or(Meaning::Unused, |s| Meaning::Size(sizes::printed(&s))),
                confidence: 0.95,
                locked: false,
                examples: sample.take(4).map(str::to_owned).collect(),
            }
        })
        .collect();
    assign(&mut columns, rows, input, known);
    Some(Table { grid, head, body, columns, scales, strength })
}

pub(super) fn is_sum_row(row: &GridRow) -> bool {
    row.cells.iter().take(2).any(|c| words().is_sum(&c.text))
}

/// The row that looks most like headings of an order.
fn find_head(grid: &Grid) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32)> = None;
    for (at, row) in grid.rows.iter().enumerate().take(2000) {
        let strength = head_strength(row);
        if strength > best.map_or(2.4, |(_, s)| s) {
            best = Some((at, strength));
        }
    }
    best
}

pub(super) fn head_strength(row: &GridRow) -> f32 {
    if row.cells.len() < 3 || row.hidden {
        return 0.0;
    }
    let mut seen: Vec<FieldName> = vec![];
    let mut strength = 0.0;
    let of_size = row.cells.iter().filter(|c| sizes::is_size(&c.text)).count();
    for cell in &row.cells {
        if cell.text.chars().count() > 40 || sizes::is_size(&cell.text) {
            continue;
        }
        let matches = words().heading(&cell.text);
        if let Some(m) = matches.iter().find(|m| FIELDS.contains(&m.field) && !seen.contains(&m.field)) {
            seen.push(m.field);
            strength += m.score;
        } else {
            strength -= 0.3;
        }
    }
    let goods = seen
        .iter()
        .any(|f| matches!(f, FieldName::StyleNumber | FieldName::Sku | FieldName::Upc | FieldName::Name));
    let amounts = seen.iter().any(|f| {
        matches!(
            f,
            FieldName::Quantity
                | FieldName::TotalQuantity
                | FieldName::Packs
                | FieldName::UnitCost
                | FieldName::Amount
                | FieldName::Size
        )
    });
    if !goods || !(amounts || of_size >= 3) {
        return 0.0;
    }
    strength + if of_size >= 3 { 1.5 } else { 0.0 }
}

/// Sizes by column, the scales where several are stacked, and the first row of the body.
fn size_columns(grid: &Grid, head: usize) -> (Vec<(usize, String)>, Vec<Scale>, usize) {
    let row = &grid.rows[head];
    let mut scales: Vec<Scale> = vec![];
    let own = scale_of(row);
    let fields: Vec<usize> = row
        .cells
        .iter()
        .filter(|c| !sizes::is_size(&c.text) && !words().heading(&c.text).is_empty())
        .map(|c| c.column)
        .collect();
    let mut above: Vec<Scale> = vec![];
    for at in (head.saturating_sub(6)..head).rev() {
        match scale_row(&grid.rows[at], &fields, &own) {
            Some(scale) => above.push(scale),
            None => break,
        }
    }
    above.reverse();
    scales.extend(above);
    if !own.sizes.is_empty() {
        scales.push(own.clone());
    }
    let mut body = head + 1;
    while let Some(scale) = grid.rows.get(body).and_then(|r| scale_row(r, &fields, &own)) {
        if body > head + 6 {
            break;
        }
        scales.push(scale);
        body += 1;
    }
    let first = scales.first().cloned().unwrap_or_default();
    let mut columns = first.sizes;
    for scale in scales.iter().skip(1) {
        for (index, size) in &scale.sizes {
            if !columns.iter().any(|(i, _)| i == index) {
                columns.push((*index, size.clone()));
            }
        }
    }
    if scales.len() < 2 {
        scales.clear();
    }
    (columns, scales, body)
}

/// The runs of sizes in a row of headings.
pub(super) fn scale_of(row: &GridRow) -> Scale {
    let mut runs: Vec<Vec<(usize, String)>> = vec![vec![]];
    let mut label = String::new();
    for cell in &row.cells {
        let text = cell.text.trim();
        let bare = text.strip_prefix("Size ").or_else(|| text.strip_prefix("Qty ")).unwrap_or(text);
        if sizes::is_size(bare) {
            if let Some(run) = runs.last_mut() {
                run.push((cell.column, bare.to_owned()));
            }
        } else {
            if runs.last().is_some_and(Vec::is_empty) {
                text.clone_into(&mut label);
            }
            runs.push(vec![]);
        }
    }
    // A lone `L` or `W` heads lengths or waists; two sizes side by side are sizes.
    let sizes: Vec<(usize, String)> = runs
        .into_iter()
        .filter(|r| r.len() >= 2 || r.iter().any(|(_, s)| matches!(sizes::step(s), Some(sizes::Step::One))))
        .flatten()
        .collect();
    Scale { label, sizes }
}

/// A row beside the head that holds another scale's sizes: no quantities, nothing under the headings of goods.
pub(super) fn scale_row(row: &GridRow, fields: &[usize], own: &Scale) -> Option<Scale> {
    let scale = scale_of(row);
    let under_heading = |c: &&crate::grid::GridCell| fields.contains(&c.column);
    let own_label = |c: &crate::grid::GridCell| c.text == scale.label && !style::is_candidate(&c.text);
    let strange = row.cells.iter().filter(under_heading).filter(|c| !own_label(c)).count();
    let steps: Vec<_> = scale.sizes.iter().filter_map(|(_, s)| sizes::step(s)).collect();
    let one_kind = |a: &sizes::Step, b: &sizes::Step| std::mem::discriminant(a) == std::mem::discriminant(b);
    let rises = steps.windows(2).all(|w| one_kind(&w[0], &w[1]) && w[0] < w[1]);
    let under =
        own.sizes.is_empty() || scale.sizes.iter().any(|(i, _)| own.sizes.iter().any(|(o, _)| o == i));
    (scale.sizes.len() >= 3 && strange == 0 && rises && under).then_some(scale)
}

/// Gives every column but those of sizes the field that suits it, one column a field, the best in all.
fn assign(columns: &mut [Column], rows: &[GridRow], input: &OrderInput<'_>, known: &Known) {
    for column in columns.iter_mut() {
        if let Some(said) = told(input.fixed, &column.heading) {
            column.meaning = meaning_of(said.meaning.as_deref());
            column.locked = true;
            column.confidence = 1.0;
        }
    }
    let taken: Vec<FieldName> = columns
        .iter()
        .filter(|c| c.locked)
        .filter_map(|c| if let Meaning::Field(f) = c.meaning { Some(f) } else { None })
        .collect();
    let wide = columns.iter().filter(|c| matches!(c.meaning, Meaning::Size(_))).count() >= 2;
    let open: Vec<usize> = (0..columns.len())
        .filter(|i| !columns[*i].locked && columns[*i].meaning == Meaning::Unused)
        .collect();
    let fields: Vec<FieldName> = FIELDS.iter().copied().filter(|f| !taken.contains(f)).collect();
    if open.is_empty() {
        return;
    }
    let evidence: Vec<Evidence> =
        open.iter().map(|i| Evidence::new(columns[*i].index, rows, known, input)).collect();
    // One more column a table column stands for "no field".
    let weights = Matrix::from_fn(open.len(), fields.len() + open.len(), |(r, c)| {
        let Some(field) = fields.get(c) else { return 0 };
        let column = &columns[open[r]];
        let mut score = weight(*field, &column.heading, &evidence[r], wide);
        if let Some(said) = told(input.remembered, &column.heading) {
            score += if said.meaning.as_deref() == Some(field.meaning()) { 120.0 } else { -40.0 };
        }
        if score < 42.0 { -1 } else { score as i64 }
    });
    let (_, picked) = kuhn_munkres(&weights);
    for (row, at) in open.iter().zip(&picked).enumerate() {
        let (index, column) = at;
        if let Some(field) = fields.get(*column)
            && weights[(row, *column)] > 0
        {
            columns[*index].meaning = Meaning::Field(*field);
            columns[*index].confidence = (weights[(row, *column)] as f32 / 140.0).clamp(0.3, 0.99);
        } else {
            columns[*index].confidence = 0.5;
        }
    }
}

fn told<'a>(list: &'a [ColumnMeaning], heading: &str) -> Option<&'a ColumnMeaning> {
    let plain = squash(heading);
    list.iter().find(|m| m.heading == heading || (!plain.is_empty() && squash(&m.heading) == plain))
}

fn meaning_of(meaning: Option<&str>) -> Meaning {
    match meaning {
        None => Meaning::Unused,
        Some(m) => match ["size:", "waist:", "length:"].iter().find_map(|p| m.strip_prefix(p)) {
            Some(size) => Meaning::Size(size.to_owned()),
            None => FieldName::of_meaning(m).map_or(Meaning::Unused, Meaning::Field),
        },
    }
}

/// What the values under a heading look like, as shares of them.
#[derive(Debug, Default)]
struct Evidence {
    count: usize,
    known_style: f32,
    splits: f32,
    candidate: f32,
    colour: f32,
    known_colour: f32,
    known_code: f32,
    one_size: f32,
    many_sizes: f32,
    whole: f32,
    number: f32,
    money: f32,
    upc: f32,
    ratio: f32,
    words: f32,
    constant: f32,
    date: f32,
}

impl Evidence {
    fn new(index: usize, rows: &[GridRow], known: &Known, input: &OrderInput<'_>) -> Self {
        let values: Vec<_> = rows
            .iter()
            .filter(|r| r.cells.len() > 1 && !is_sum_row(r))
            .take(SAMPLE)
            .filter_map(|r| r.cell(index))
            .filter(|c| !words().is_same(&c.text))
            .collect();
        let count = values.len();
        let share = |test: &dyn Fn(&str) -> bool| {
            values.iter().filter(|c| test(&c.text)).count() as f32 / count.max(1) as f32
        };
        let known_colour = |text: &str| {
            let plain = squash(text);
            input.products.iter().any(|p| p.colour.as_deref().is_some_and(|c| squash(c) == plain))
        };
        let known_code = |text: &str| {
            input
                .products
                .iter()
                .any(|p| p.colour_code.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(text.trim())))
        };
        let whole = |text: &str| text.len() <= 7 && text.chars().all(|c| c.is_ascii_digit());
        let money = |text: &str| money::parse(text, None).is_some_and(|a| a.is_money());
        Self {
            count,
            known_style: share(&|t| known.style(t).is_some()),
            splits: share(&|t| known.split(t).is_some_and(|(_, code)| !code.is_empty())),
            candidate: share(&style::is_candidate),
            colour: share(&|t| colours::is_colour(t)),
            known_colour: share(&known_colour),
            known_code: share(&known_code),
            one_size: share(&|t| sizes::is_size(t)),
            many_sizes: share(&|t| {
                !sizes::is_size(t)
                    && sizes::list(t.split('(').next().unwrap_or(t), sizes::Goods::default()).is_some()
            }),
            whole: share(&whole),
            number: share(&|t| money::parse(t, None).is_some()),
            money: share(&money),
            upc: share(&|t| crate::goods::is_article_number(t)),
            ratio: share(&|t| sizes::ratio(t).is_some()),
            words: share(&|t| t.chars().filter(|c| c.is_alphabetic()).count() >= 4),
            constant: if count > 2 && values.iter().all(|c| c.text == values[0].text) { 1.0 } else { 0.0 },
            date: values
                .iter()
                .filter(|c| {
                    c.date.is_some() || crate::date::prefix(&c.text).is_some_and(|(_, n)| n == c.text.len())
                })
                .count() as f32
                / count.max(1) as f32,
        }
    }
}

/// How well a field suits a heading and its values; 42 and more is worth saying.
fn weight(field: FieldName, heading: &str, e: &Evidence, wide: bool) -> f32 {
    let named = words().heading(heading);
    let direct = named.iter().find(|m| m.field == field).map_or(0.0, |m| m.score);
    // `Total` says units or money.
    let total = named.iter().any(|m| m.field == FieldName::Total && m.score > 0.9);
    let lexicon = 100.0
        * match field {
            FieldName::TotalQuantity if total && e.money < 0.3 => 0.8,
            FieldName::Amount if total && e.money >= 0.3 => 0.85,
            _ => direct,
        };
    if e.count == 0 {
        return lexicon * 0.6;
    }
    let values = match field {
        FieldName::StyleNumber => {
            90.0 * e.known_style - 60.0 * e.splits * (1.0 - e.known_style) + 12.0 * e.candidate
                - 25.0 * e.money
        }
        FieldName::Sku => 90.0 * e.splits * (1.0 - e.known_style) + 8.0 * e.candidate - 30.0 * e.known_style,
        FieldName::Upc => 90.0 * e.upc - if lexicon > 0.0 { 30.0 * (1.0 - e.upc) } else { 0.0 },
        FieldName::Name => {
            14.0 * e.words - 30.0 * e.known_style - 40.0 * e.number - 12.0 * e.colour - 20.0 * e.date
        }
        FieldName::Colour => 45.0 * e.known_colour + 30.0 * e.colour - 30.0 * e.number * (1.0 - e.known_code),
        FieldName::ColourCode => 60.0 * e.known_code * (1.0 - e.known_colour) - 20.0 * e.words,
        FieldName::Size => 35.0 * e.one_size - 60.0 * e.many_sizes - 20.0 * (1.0 - e.one_size),
        FieldName::Sizes => {
            // `Size` over ranges is a range.
            let heading = named.iter().find(|m| m.field == FieldName::Size).map_or(0.0, |m| m.score * 70.0);
            return lexicon.max(heading * e.many_sizes) + 40.0 * e.many_sizes
                - 60.0 * e.one_size
                - if e.many_sizes > 0.0 { 0.0 } else { 30.0 };
        }
        FieldName::Waist | FieldName::Length => 15.0 * e.one_size - 60.0 * (1.0 - e.one_size),
        FieldName::Quantity => {
            20.0 * e.whole - 70.0 * (1.0 - e.number) - 25.0 * e.money - if wide { 15.0 } else { 0.0 }
        }
        FieldName::TotalQuantity => {
            18.0 * e.whole - 70.0 * (1.0 - e.number) - 25.0 * e.money + if wide { 10.0 } else { 0.0 }
        }
        FieldName::UnitCost | FieldName::Retail | FieldName::Amount => {
            15.0 * e.money - 70.0 * (1.0 - e.number)
        }
        FieldName::Discount => -70.0 * (1.0 - e.number.max(0.6)),
        FieldName::PrepackRatio => 45.0 * e.ratio - 40.0 * (1.0 - e.ratio),
        FieldName::Packs | FieldName::Pack => -60.0 * (1.0 - e.whole),
        FieldName::StartShip | FieldName::CancelDate | FieldName::OrderDate => {
            20.0 * e.date - 60.0 * (1.0 - e.date)
        }
        FieldName::OrderNumber => 15.0 * e.constant - 20.0 * (1.0 - e.constant),
        FieldName::Position => {
            if e.whole > 0.9 {
                0.0
            } else {
                -60.0
            }
        }
        _ => 0.0,
    };
    lexicon + values
}
