//! What an order prints as sums, held against its lines.

use std::ops::Range;

use papertray_model::Minor;
use papertray_model::collection::{Order, OrderCheck};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What a row prints of itself.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: u32,
    /// The total it prints beside its sizes.
    pub(super) units: Option<u32>,
    pub(super) sum: u32,
    pub(super) cost: Option<Minor>,
    /// Percent.
    pub(super) discount: Option<Decimal>,
    pub(super) amount: Option<Minor>,
}

/// A row of sums.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) number: u32,
    /// Of a part of the order: a subtotal.
    pub(super) part: bool,
    /// The lines since the sum before.
    pub(super) lines: Range<usize>,
    pub(super) units: Option<u32>,
    pub(super) amount: Option<Minor>,
}

/// All sums of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed {
    pub(super) rows: Vec<Row>,
    pub(super) sums: Vec<Sum>,
}

/// More would hide the rest.
const MOST_CHECKS: usize = 60;

/// Fills the order's totals and says what does not add up.
pub(super) fn prove(order: &mut Order, printed: &Printed) {
    let units = |lines: &[papertray_model::OrderLine]| {
        lines.iter().fold(0_u32, |a, l| a.saturating_add(l.quantity.unwrap_or(0)))
    };
    let amount = |lines: &[papertray_model::OrderLine]| {
        lines.iter().map(|l| l.amount).try_fold(0_i64, |a, m| a.checked_add(m?.0)).map(Minor)
    };
    let mut checks = vec![];
    let mut say = |what: String, row: Option<u32>| checks.push(OrderCheck { what, row });
    for row in &printed.rows {
        if let Some(total) = row.units.filter(|u| *u != row.sum) {
            say(format!("The sizes add up to {} units, the row says {total}.", row.sum), Some(row.number));
        }
        if let (Some(cost), Some(amount)) = (row.cost, row.amount) {
            let off = row.discount.unwrap_or_default();
            let due = Decimal::from(cost.0) * Decimal::from(row.sum) * (Decimal::from(100) - off)
                / Decimal::from(100);
            let due = due.round().to_i64().unwrap_or(amount.0);
            if due.abs_diff(amount.0) > 1 {
                say("Units times price is not the row's amount.".into(), Some(row.number));
            }
        }
    }
    let total = printed.sums.iter().rev().find(|s| !s.part && (s.units.is_some() || s.amount.is_some()));
    for sum in printed.sums.iter().filter(|s| s.part) {
        let lines = order.lines.get(sum.lines.clone()).unwrap_or(&[]);
        if sum.units.is_some_and(|u| u != units(lines)) {
            say(
                format!(
                    "The lines above add up to {} units, the subtotal says {}.",
                    units(lines),
                    sum.units.unwrap_or(0)
                ),
                Some(sum.number),
            );
        }
    }
    let counted = units(&order.lines);
    if let Some(said) = total.and_then(|t| t.units).filter(|u| *u != counted) {
        say(format!("The lines add up to {counted} units, the order says {said}."), total.map(|t| t.number));
    }
    let sum = amount(&order.lines);
    // Without amounts the prices give the order's value.
    let value = || {
        let due = |l: &papertray_model::OrderLine| l.unit_cost?.0.checked_mul(i64::from(l.quantity?));
        let all = order.lines.iter().map(due).try_fold(0_i64, |a, m| a.checked_add(m?)).map(Minor);
        all.filter(|_| order.lines.iter().all(|l| l.amount.is_none()))
    };
    if let (Some(said), Some(sum)) = (total.and_then(|t| t.amount), sum)
        && said.0.abs_diff(sum.0) > 1
    {
        say("The rows' amounts do not add up to the order's total.".into(), total.map(|t| t.number));
    }
    order.units = total.and_then(|t| t.units).or_else(|| (!order.lines.is_empty()).then_some(counted));
    order.amount =
        total.and_then(|t| t.amount).or_else(|| sum.or_else(value).filter(|_| !order.lines.is_empty()));
    if order.lines.is_empty() {
        say("The table holds no ordered goods.".into(), None);
    }
    checks.truncate(MOST_CHECKS);
    order.checks.extend(checks);
}
