//! Rows of an order's table as lines: one a size where the row splits its quantity, packs multiplied out, what a merged
//! cell or `same as above` says carried down.

use std::collections::HashMap;

use papertray_model::Minor;
use papertray_model::collection::{Order, OrderLine, Source};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::OrderInput;
use super::columns::{Scale, Table, is_sum_row};
use super::proof::{Printed, Sum};
use crate::goods::sizes::{self, Goods};
use crate::goods::style::{self, Known, SplitRule};
use crate::goods::{FieldName, price, words};
use crate::grid::{GridCell, GridRow};
use crate::money::{self, Mark};
use crate::text::squash;

/// The most units a line may ask for; more is no quantity.
const MOST_UNITS: u32 = 10_000_000;

/// What a row says, before it is split over sizes.
#[derive(Clone, Debug, Default)]
struct Named {
    style: Option<String>,
    sku: Option<String>,
    name: Option<String>,
    colour: Option<String>,
    code: Option<String>,
    /// Where the SKU says it.
    size: Option<String>,
    upc: Option<String>,
    cost: Option<Minor>,
    retail: Option<Minor>,
}

struct Reader<'a> {
    table: &'a Table<'a>,
    input: &'a OrderInput<'a>,
    known: &'a Known,
    mark: Option<Mark>,
    rule: Option<SplitRule>,
    /// Colour names by style and code, as the linesheet knows them.
    names: HashMap<(String, String), String>,
    /// The same by code alone, for a style that the linesheet does not know.
    any: HashMap<String, String>,
    /// Sizes by style.
    sizes: HashMap<String, &'a [String]>,
}

/// Appends the table's lines to the order, and the sums it prints to `printed`.
pub(super) fn read(
    table: &Table<'_>,
    input: &OrderInput<'_>,
    known: &Known,
    order: &mut Order,
    printed: &mut Printed,
) {
    let reader = Reader::new(table, input, known, order.currency.as_deref());
    let mut last = Named::default();
    let mut since_sum: usize = order.lines.len();
    let rows = table.grid.rows.get(table.body..).unwrap_or(&[]);
    for row in rows.iter().filter(|r| !r.hidden) {
        if is_sum_row(row) {
            let sum = reader.sum(row, since_sum..order.lines.len(), order.currency.as_deref());
            since_sum = order.lines.len();
            printed.sums.extend(sum);
            continue;
        }
        if table.repeats_head(row) {
            continue;
        }
        let goods = reader.goods(row, &last, order.currency.as_deref());
        let lines = reader.lines(row, &goods, order.currency.as_deref(), printed);
        if lines.is_empty() {
            // A wrapped name, a note, or a style on a line of its own over its colours.
            if goods.style.is_some() && row.cells.len() <= 4 {
                last = goods;
            }
            continue;
        }
        last = goods;
        order.lines.extend(lines);
    }
}

impl<'a> Reader<'a> {
    fn new(
        table: &'a Table<'a>,
        input: &'a OrderInput<'a>,
        known: &'a Known,
        _currency: Option<&str>,
    ) -> Self {
        let rows = table.grid.rows.get(table.body..).unwrap_or(&[]);
        let money: Vec<usize> = [FieldName::UnitCost, FieldName::Amount, FieldName::Retail]
            .iter()
            .filter_map(|f| table.column(*f))
            .collect();
        let texts = rows
            .iter()
            .take(3000)
            .flat_map(|r| money.iter().filter_map(|c| r.cell(*c)))
            .filter(|c| c.number.is_none());
        let evidence: Vec<Mark> = texts.filter_map(|c| Mark::evidence(&c.text)).collect();
        let commas = evidence.iter().filter(|m| **m == Mark::Comma).count();
        let mark = (!evidence.is_empty()).then_some(if commas * 2 > evidence.len() {
            Mark::Comma
        } else {
            Mark::Point
        });
        let sku = table.column(FieldName::Sku).or_else(|| table.column(FieldName::StyleNumber));
        let splits: Vec<(String, String, String)> = rows
            .iter()
            .take(3000)
            .filter_map(|r| sku.map(|c| r.text(c)))
            .filter_map(|s| known.split(s).map(|(style, code)| (s.to_owned(), style, code)))
            .collect();
        let rule = SplitRule::learn(splits.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())));
        let mut names = HashMap::new();
        let mut any = HashMap::new();
        let mut sizes: HashMap<String, &[String]> = HashMap::new();
        for p in input.products {
            let style = style::key(&p.style_number);
            if let (Some(code), Some(colour)) = (&p.colour_code, &p.colour) {
                let code = style::key(code);
                any.entry(code.clone()).or_insert_with(|| colour.clone());
                names.insert((style.clone(), code), colour.clone());
            }
            if !p.sizes.is_empty() {
                sizes.entry(style).or_insert(&p.sizes);
            }
        }
        Self { table, input, known, mark, rule, names, any, sizes }
    }

    fn text<'r>(&self, row: &'r GridRow, field: FieldName) -> Option<&'r str> {
        self.table.column(field).map(|c| row.text(c)).filter(|t| !t.is_empty())
    }

    fn decimal(&self, cell: &GridCell) -> Option<Decimal> {
        match cell.number {
            Some(n) => Decimal::from_f64(n).map(|d| d.round_dp(4)),
            None => money::parse(&cell.text, self.mark).map(|a| a.value),
        }
    }

    fn money(&self, row: &GridRow, field: FieldName, currency: Option<&str>) -> Option<Minor> {
        let cell = row.cell(self.table.column(field)?)?;
        price::minor(self.decimal(cell)?, currency)
    }

    fn units_at(row: &GridRow, column: usize) -> Option<u32> {
        let cell = row.cell(column)?;
        let value = if let Some(n) = cell.number {
            Decimal::from_f64(n)?
        } else {
            let text = cell.text.trim_end_matches(|c: char| c.is_alphabetic() || c == '.' || c == ' ');
            if text.contains(['.', ',', ' ', '\'']) {
                // Quantities have no decimals: the mark groups thousands, as in `1.200`.
                money::parse(text, None)?.value
            } else {
                text.parse().ok()?
            }
        };
        value.fract().is_zero().then(|| value.to_u32()).flatten().filter(|u| *u <= MOST_UNITS)
    }

    fn units(&self, row: &GridRow) -> Option<u32> {
        [FieldName::Quantity, FieldName::TotalQuantity]
            .iter()
            .filter_map(|f| self.table.column(*f))
            .find_map(|c| Self::units_at(row, c))
    }

    /// Style, colour, name and prices of a row; what is blank or `same as above` comes from the row before.
    fn goods(&self, row: &GridRow, last: &Named, currency: Option<&str>) -> Named {
        let own = |field| self.text(row, field).filter(|t| !words().is_same(t));
        let own_text = |field| own(field).map(str::to_owned);
        let mut goods = Named {
            style: own_text(FieldName::StyleNumber),
            sku: own_text(FieldName::Sku),
            name: own_text(FieldName::Name),
            colour: own_text(FieldName::Colour),
            code: own_text(FieldName::ColourCode),
            size: None,
            upc: own_text(FieldName::Upc),
            cost: self.money(row, FieldName::UnitCost, currency),
            retail: self.money(row, FieldName::Retail, currency),
        };
        let carried = goods.style.is_none() && goods.sku.is_none();
        if carried {
            goods.style.clone_from(&last.style);
            goods.sku.clone_from(&last.sku);
            goods.name = goods.name.or_else(|| last.name.clone());
            // A price in a cell merged over the rows of a style stands in the first of them.
            goods.cost = goods.cost.or(last.cost);
            goods.retail = goods.retail.or(last.retail);
        }
        let same_style = carried || goods.style == last.style && goods.sku == last.sku;
        if same_style && goods.colour.is_none() && goods.code.is_none() {
            goods.colour.clone_from(&last.colour);
            goods.code.clone_from(&last.code);
        }
        if !carried || goods.style.is_none() {
            self.split(&mut goods);
        }
        if let Some(style) = goods.style.as_deref() {
            if let Some(printed) = self.known.style(style) {
                goods.style = Some(printed.to_owned());
            }
            // `Black (BLK)` in one cell.
            if goods.code.is_none()
                && let Some(colour) = goods.colour.as_deref().and_then(crate::goods::colours::one)
                && colour.code.is_some()
            {
                goods.colour = colour.name.or(goods.colour);
                goods.code = colour.code;
            }
            if goods.colour.is_none()
                && let Some(code) = goods.code.as_deref()
            {
                let key = (style::key(goods.style.as_deref().unwrap_or_default()), style::key(code));
                goods.colour = self.names.get(&key).or_else(|| self.any.get(&key.1)).cloned();
            }
        }
        goods
    }

    /// Splits the SKU where the style or the colour is missing.
    fn split(&self, goods: &mut Named) {
        let has_colour = goods.colour.is_some() || goods.code.is_some();
        if let Some(style) = goods.style.as_deref().filter(|s| self.known.style(s).is_some()) {
            goods.style = Some(style.to_owned());
            return;
        }
        let Some(sku) = goods.sku.clone().or_else(|| goods.style.clone()) else { return };
        let from_style = goods.sku.is_none();
        if goods.style.is_some() && !from_style {
            return;
        }
        if self.known.style(&sku).is_some() {
            goods.style = Some(sku);
            return;
        }
        let by_rule = || {
            // A style column of its own beside a colour column needs no splitting by guess.
            if from_style && (has_colour || self.rule.is_none()) {
                return None;
            }
            self.rule.or(Some(SplitRule::Mark('-'))).and_then(|rule| rule.apply(&sku))
        };
        if let Some((style, code)) = self
            .known
            .split(&sku)
            .filter(|(_, c)| !(c.is_empty() || from_style && has_colour))
            .or_else(by_rule)
        {
            if from_style {
                goods.sku = Some(sku);
            }
            let (code, size) = self.without_size(&style, code);
            goods.style = Some(style);
            goods.size = size;
            if !has_colour {
                goods.code = Some(code).filter(|c| !c.is_empty());
            }
        } else if goods.style.is_none() {
            goods.style = Some(sku);
        }
    }

    /// The colour's code of a SKU's tail without the size at its end: `OLV-XS`, `BLK38`.
    fn without_size(&self, style: &str, tail: String) -> (String, Option<String>) {
        if let Some((code, size)) = tail.rsplit_once(['-', '_', '.', '/', ' '])
            && sizes::is_size(size)
        {
            return (code.trim().to_owned(), Some(size.to_owned()));
        }
        let sizes_of = self.sizes.get(&style::key(style)).copied().unwrap_or_default();
        if sizes_of.iter().any(|size| sizes::key(size) == sizes::key(&tail)) {
            return (String::new(), Some(tail));
        }
        let code_of = |size: &String| {
            let code = tail.strip_suffix(size.as_str())?;
            self.names
                .contains_key(&(style::key(style), style::key(code)))
                .then(|| (code.to_owned(), Some(size.clone())))
        };
        sizes_of.iter().find_map(code_of).unwrap_or((tail, None))
    }

    fn lines(
        &self,
        row: &GridRow,
        goods: &Named,
        currency: Option<&str>,
        printed: &mut Printed,
    ) -> Vec<OrderLine> {
        if goods.style.is_none() && goods.upc.is_none() {
            return vec![];
        }
        let total = self.units(row);
        let shares = self.shares(row, goods, total);
        let shares = match shares {
            Shares::Sizes(list) => list,
            Shares::Range(range) => match total.filter(|t| *t > 0) {
                Some(units) => vec![(None, Some(range), units)],
                None => vec![],
            },
            Shares::None => match total.filter(|t| *t > 0) {
                Some(units) => vec![(None, None, units)],
                None => vec![],
            },
        };
        let sum: u32 = shares.iter().fold(0, |a, s| a.saturating_add(s.2));
        let amount = self.money(row, FieldName::Amount, currency);
        let discount =
            self.table.column(FieldName::Discount).and_then(|c| row.cell(c)).and_then(|c| self.percent(c));
        if !shares.is_empty() {
            printed.rows.push(super::proof::Row {
                number: row.number,
                units: total.filter(|_| shares.len() > 1),
                sum,
                cost: goods.cost,
                discount,
                amount,
            });
        }
        let source = self.source(row);
        let mut left = amount;
        let count = shares.len();
        shares
            .into_iter()
            .enumerate()
            .map(|(n, (size, size_range, units))| {
                let part = amount.map(|a| {
                    if n + 1 == count {
                        left.unwrap_or(a)
                    } else {
                        let part =
                            Minor((i128::from(a.0) * i128::from(units) / i128::from(sum.max(1))) as i64);
                        left = left.map(|l| Minor(l.0.saturating_sub(part.0)));
                        part
                    }
                });
                OrderLine {
                    row: row.number,
                    style_number: goods.style.clone(),
                    sku: goods.sku.clone(),
                    name: goods.name.clone(),
                    colour: goods.colour.clone(),
                    colour_code: goods.code.clone(),
                    size,
                    size_range,
                    quantity: Some(units),
                    unit_cost: goods.cost,
                    retail: goods.retail,
                    amount: part,
                    upc: goods.upc.clone(),
                    source: source.clone(),
                }
            })
            .collect()
    }

    fn percent(&self, cell: &GridCell) -> Option<Decimal> {
        let text = cell.text.trim().trim_end_matches('%').trim();
        let value = cell
            .number
            .and_then(Decimal::from_f64)
            .or_else(|| money::parse(text, self.mark).map(|a| a.value))?;
        // A sheet keeps 5 % as 0.05.
        let value = if cell.number.is_some() && value < Decimal::ONE && cell.text.contains('%') {
            value * Decimal::from(100)
        } else {
            value
        };
        (value >= Decimal::ZERO && value <= Decimal::from(100)).then_some(value)
    }

    fn source(&self, row: &GridRow) -> Option<Source> {
        let column =
            [FieldName::StyleNumber, FieldName::Sku, FieldName::Upc, FieldName::Name, FieldName::Colour]
                .iter()
                .find_map(|f| self.table.column(*f).and_then(|c| row.cell(c)));
        let cell = column.or_else(|| row.cells.first())?;
        Some(Source { document_id: self.input.document, place: cell.place.clone() })
    }

    /// How the row's units are split.
    fn shares(&self, row: &GridRow, goods: &Named, total: Option<u32>) -> Shares {
        let text = |field| self.text(row, field);
        let mut by_size: Vec<(Option<String>, Option<String>, u32)> = vec![];
        let scale = self.scale(row, goods);
        let length = text(FieldName::Length);
        let waist = text(FieldName::Waist);
        for (column, size) in self.table.size_columns() {
            let Some(units) = Self::units_at(row, column).filter(|u| *u > 0) else { continue };
            let size = match scale {
                Some(scale) => match scale.sizes.iter().find(|(i, _)| *i == column) {
                    Some((_, size)) => size.as_str(),
                    None => continue,
                },
                None => size,
            };
            let size = match (waist, length) {
                (None, Some(length)) if sizes::is_size(length) => format!("{size}x{}", length.trim()),
                (Some(waist), None) if sizes::is_size(waist) => format!("{}x{size}", waist.trim()),
                _ => size.to_owned(),
            };
            by_size.push((Some(size), None, units));
        }
        let packs = self.table.column(FieldName::Packs).and_then(|c| Self::units_at(row, c));
        if !by_size.is_empty() {
            if let Some(packs) = packs.filter(|p| self.of_one_pack(row, &by_size, *p, total, goods)) {
                for (_, _, units) in &mut by_size {
                    *units = units.saturating_mul(packs).min(MOST_UNITS);
                }
            }
            return Shares::Sizes(by_size);
        }
        let named = text(FieldName::Sizes).or_else(|| text(FieldName::Size)).or(goods.size.as_deref());
        let (range, inside) = match named.and_then(|n| n.split_once('(')) {
            Some((range, ratio)) => (Some(range.trim()), sizes::ratio(ratio.trim_end_matches(')'))),
            None => (named, None),
        };
        if let Some(ratio) = text(FieldName::PrepackRatio).and_then(sizes::ratio).or(inside) {
            let per_pack: u32 = ratio.iter().sum();
            let packs =
                packs.or_else(|| total.filter(|t| per_pack > 0 && t % per_pack == 0).map(|t| t / per_pack));
            let known = goods.style.as_deref().and_then(|s| self.sizes.get(&style::key(s)).copied());
            let list = range
                .and_then(|r| sizes::list(r, Goods { shoes: false, count: Some(ratio.len()) }))
                .map(|l| l.sizes)
                .filter(|l| l.len() == ratio.len())
                .or_else(|| known.filter(|k| k.len() == ratio.len()).map(<[String]>::to_vec));
            if let (Some(packs), Some(list)) = (packs, list) {
                let split = list.into_iter().zip(&ratio).filter(|(_, r)| **r > 0);
                return Shares::Sizes(
                    split.map(|(s, r)| (Some(s), None, r.saturating_mul(packs).min(MOST_UNITS))).collect(),
                );
            }
        }
        if let (Some(waist), Some(length), Some(units)) = (waist, length, total.filter(|t| *t > 0)) {
            return Shares::Sizes(vec![(Some(format!("{}x{}", waist.trim(), length.trim())), None, units)]);
        }
        match (range, total.filter(|t| *t > 0)) {
            (Some(size), Some(units))
                if sizes::is_size(size) || sizes::list(size, Goods::default()).is_none() =>
            {
                let size = match length {
                    Some(length) if sizes::is_size(length) => format!("{size}x{}", length.trim()),
                    _ => size.to_owned(),
                };
                Shares::Sizes(vec![(Some(size), None, units)])
            }
            (Some(range), _) => Shares::Range(range.to_owned()),
            _ => Shares::None,
        }
    }

    /// Whether what stands under the sizes is what one pack holds: the row's total or amount says so; where it prints
    /// neither, a number of packs would mean nothing else.
    fn of_one_pack(
        &self,
        row: &GridRow,
        by_size: &[(Option<String>, Option<String>, u32)],
        packs: u32,
        total: Option<u32>,
        goods: &Named,
    ) -> bool {
        let sum = by_size.iter().fold(0_u32, |a, s| a.saturating_add(s.2));
        if let Some(total) = total {
            return sum.checked_mul(packs) == Some(total);
        }
        let amount = self.money(row, FieldName::Amount, None);
        match (amount, goods.cost) {
            (Some(amount), Some(cost)) => {
                let due = |units: u64| i128::from(cost.0) * i128::from(units);
                let off = |units: u64| (due(units) - i128::from(amount.0)).abs();
                off(u64::from(sum) * u64::from(packs)) <= off(u64::from(sum))
            }
            _ => true,
        }
    }

    /// The scale of a row, where several are stacked: as it says itself, else the one that holds the style's sizes.
    fn scale(&self, row: &GridRow, goods: &Named) -> Option<&Scale> {
        let scales = &self.table.scales;
        if scales.is_empty() {
            return None;
        }
        let by_label = |text: &str| {
            let plain = squash(text);
            scales.iter().find(|s| {
                !plain.is_empty()
                    && (squash(&s.label) == plain
                        || s.label.split(|c: char| !c.is_alphanumeric()).any(|w| squash(w) == plain))
            })
        };
        let label_columns =
            self.table.column(FieldName::SizeScale).into_iter().chain(self.table.column(FieldName::Category));
        let said = label_columns.filter_map(|c| row.cell(c)).find_map(|c| by_label(&c.text));
        let filled: Vec<usize> = self
            .table
            .size_columns()
            .map(|(c, _)| c)
            .filter(|c| Self::units_at(row, *c).is_some_and(|u| u > 0))
            .collect();
        let offered = goods.style.as_deref().and_then(|s| self.sizes.get(&style::key(s)));
        let holds = |scale: &&Scale| {
            offered.is_some_and(|o| {
                filled.iter().all(|c| {
                    scale
                        .sizes
                        .iter()
                        .any(|(i, s)| i == c && o.iter().any(|x| sizes::key(x) == sizes::key(s)))
                })
            })
        };
        // A label cell of the table that no column claims: the cell just left of the sizes.
        let beside = || {
            let first = self.table.size_columns().map(|(c, _)| c).min()?;
            row.cells.iter().rev().find(|c| c.column < first).and_then(|c| by_label(&c.text))
        };
        said.or_else(beside)
            .or_else(|| scales.iter().find(holds))
            .or_else(|| scales.iter().find(|s| filled.iter().all(|c| s.sizes.iter().any(|(i, _)| i == c))))
    }

    /// A printed sum and the lines it is of.
    fn sum(&self, row: &GridRow, lines: std::ops::Range<usize>, currency: Option<&str>) -> Option<Sum> {
        let units = self.units(row);
        let amount = self.money(row, FieldName::Amount, currency);
        let title = row.cells.first().map(|c| c.text.clone()).unwrap_or_default();
        let part = {
            let plain = squash(&title);
            plain.starts_with("sub")
                || plain.starts_with("sous")
                || plain.starts_with("zwischen")
                || plain.contains("carried")
                || plain.contains("page")
                || plain.starts_with("style")
        };
        (units.is_some() || amount.is_some()).then_some(Sum {
            number: row.number,
            part,
            lines,
            units,
            amount,
        })
    }
}

enum Shares {
    /// Size, range and units.
    Sizes(Vec<(Option<String>, Option<String>, u32)>),
    Range(String),
    None,
}
