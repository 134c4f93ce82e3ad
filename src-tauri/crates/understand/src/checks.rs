//! Arithmetic: rows of goods against their own numbers, and sums against one another. What adds up is surer; what does
//! not is said.

use papertray_model::{Check, Field, Fields, LineItem};
use rust_decimal::Decimal;

/// The surest that arithmetic makes a value.
const PROVEN: f32 = 0.96;
/// No value that contradicts the others is surer than this.
const CONTRADICTED: f32 = 0.85;

fn value(field: Option<&Field>) -> Option<Decimal> {
    field?.value.parse().ok()
}

fn sum(lines: &[LineItem]) -> Option<Decimal> {
    lines.iter().map(|line| value(line.get("amount"))).sum()
}

fn close(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::new(2, 2)
}

/// A row's price, by the name that its type gives it.
fn price(line: &LineItem) -> Option<&Field> {
    line.get("unit_price").or_else(|| line.get("unit_cost"))
}

/// Whether something but an amount stands in the row's number columns.
fn is_counted(line: &LineItem) -> bool {
    line.contains_key("quantity") || price(line).is_some()
}

/// The rows that the sums prove, and what each row's own numbers say. Rows without quantity and price (allowances,
/// summaries that look like rows) go where the others alone make the subtotal or total.
pub(crate) fn settle_lines(fields: &Fields, mut lines: Vec<LineItem>) -> (Vec<LineItem>, Vec<Check>) {
    let goals: Vec<Decimal> =
        ["subtotal", "taxable_value", "total"].iter().filter_map(|n| value(fields.get(*n))).collect();
    let proven = |lines: &[LineItem]| sum(lines).is_some_and(|s| goals.iter().any(|g| close(*g, s)));
    if lines.len() > 1 && !proven(&lines) {
        let counted: Vec<LineItem> = lines.iter().filter(|line| is_counted(line)).cloned().collect();
        // A prefix that adds up ends the table: what follows are totals in the table's own columns.
        let prefix = (1..lines.len()).rev().find(|n| proven(&lines[..*n]));
        if !counted.is_empty() && proven(&counted) {
            lines = counted;
        } else if let Some(n) = prefix {
            lines.truncate(n);
        }
    }
    if proven(&lines) {
        for line in &mut lines {
            if let Some(amount) = line.get_mut("amount") {
                amount.confidence = amount.confidence.max(0.93);
            }
        }
    }
    let checks = lines.iter().enumerate().filter_map(|(at, line)| row_check(at, line)).collect();
    (lines, checks)
}

/// Whether values and rows add up as they stand; none of them is changed.
pub fn add_up(fields: &Fields, lines: &[LineItem]) -> Vec<Check> {
    let mut checks: Vec<Check> =
        lines.iter().enumerate().filter_map(|(at, line)| row_check(at, line)).collect();
    checks.extend(of_sums(fields, lines));
    checks
}

/// `4 × 25.00 = 100.00`, where a row says all three.
fn row_check(at: usize, line: &LineItem) -> Option<Check> {
    let (quantity, price, amount) =
        (value(line.get("quantity"))?, value(price(line))?, value(line.get("amount"))?);
    let made = quantity.checked_mul(price)?;
    let holds = (made - amount).abs() <= Decimal::new(2, 2).max(amount.abs() * Decimal::new(2, 3));
    let sign = if holds { "=" } else { "≠" };
    let number = at as u32 + 1;
    Some(Check {
        what: format!("line {number}: {quantity} × {price} {sign} {amount}"),
        holds,
        line: Some(number),
    })
}

/// Subtotal and total that the rows make are surer.
pub(crate) fn raise(fields: &mut Fields, lines: &[LineItem]) {
    let Some(made) = sum(lines).filter(|_| lines.len() > 1) else { return };
    for name in ["subtotal", "total"] {
        if let Some(field) = fields.get_mut(name)
            && value(Some(field)).is_some_and(|v| close(v, made))
        {
            field.confidence = field.confidence.max(0.93);
        }
    }
}

/// Rows → subtotal → tax → total, each as a sentence.
pub(crate) fn of_sums(fields: &Fields, lines: &[LineItem]) -> Vec<Check> {
    let of = |name: &str| value(fields.get(name));
    let mut checks = vec![];
    let mut check = |what: String, holds: bool| checks.push(Check { what, holds, line: None });
    let net = of("subtotal").or_else(|| of("taxable_value"));
    if let (Some(made), Some(goal)) = (sum(lines).filter(|_| !lines.is_empty()), net.or_else(|| of("total")))
    {
        // With tax in the prices, the rows make the total.
        let holds = close(made, goal) || of("total").is_some_and(|t| close(made, t));
        let sign = if holds { "=" } else { "≠" };
        let whole = if close(made, goal) || net.is_none() { goal } else { of("total").unwrap_or(goal) };
        check(format!("sum of {} lines {made} {sign} {whole}", lines.len()), holds);
    }
    let parts = ["cgst", "sgst", "igst"].iter().filter_map(|n| of(n)).collect::<Vec<_>>();
    let tax = of("tax").or_else(|| (!parts.is_empty()).then(|| parts.iter().sum()));
    if let (Some(net), Some(tax), Some(total)) = (net, tax, of("total")) {
        let rounding = of("round_off").unwrap_or_default();
        let holds = [Decimal::ZERO, rounding, -rounding].iter().any(|r| close(net + tax + r, total))
            || close(net, total);
        let sign = if holds { "=" } else { "≠" };
        check(format!("{net} + tax {tax} {sign} {total}"), holds);
    }
    checks
}

/// Lowers what the sums contradict, raises what they prove. For values before they are handed out.
pub(crate) fn weigh(fields: &mut Fields) {
    let of = |fields: &Fields, name: &str| value(fields.get(name));
    let (Some(net), Some(tax), Some(total)) =
        (of(fields, "subtotal"), of(fields, "tax"), of(fields, "total"))
    else {
        return;
    };
    let rounding = of(fields, "round_off").unwrap_or_default();
    if [Decimal::ZERO, rounding, -rounding].iter().any(|r| close(net + tax + r, total)) {
        for name in ["subtotal", "tax", "total"] {
            if let Some(field) = fields.get_mut(name) {
                field.confidence = field.confidence.max(PROVEN.min(field.confidence + 0.08));
            }
        }
    } else if !close(net, total) {
        for name in ["subtotal", "tax"] {
            if let Some(field) = fields.get_mut(name) {
                field.confidence = field.confidence.min(CONTRADICTED);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: &str) -> Field {
        Field {
            value: value.into(),
            text: value.into(),
            bbox: None,
            page: Some(1),
            confidence: 0.8,
            by: "rules@1".into(),
        }
    }

    fn line(cells: &[(&str, &str)]) -> LineItem {
        cells.iter().map(|(name, v)| ((*name).to_owned(), field(v))).collect()
    }

    #[test]
    fn rows_that_are_no_goods_go_where_the_others_add_up() {
        let fields: Fields = [("subtotal".to_owned(), field("30.00"))].into();
        let good = |q: &str, a: &str| line(&[("quantity", q), ("unit_price", "10.00"), ("amount", a)]);
        let rows = vec![good("1", "10.00"), line(&[("amount", "-1.00")]), good("2", "20.00")];
        let (kept, checks) = settle_lines(&fields, rows);
        assert_eq!(kept.len(), 2);
        assert!(checks.iter().all(|c| c.holds) && checks.len() == 2);
        let rows = vec![good("1", "10.00"), good("2", "20.00"), good("1", "5.80")];
        assert_eq!(settle_lines(&fields, rows).0.len(), 2, "a prefix that adds up");
    }

    #[test]
    fn what_does_not_add_up_is_said_and_less_sure() {
        let mut fields: Fields = [("subtotal", "100.00"), ("tax", "20.00"), ("total", "130.00")]
            .map(|(n, v)| (n.to_owned(), field(v)))
            .into();
        fields.get_mut("tax").unwrap().confidence = 0.95;
        let said = of_sums(&fields, &[]);
        assert_eq!(said[0].what, "100.00 + tax 20.00 ≠ 130.00");
        assert!(!said[0].holds);
        weigh(&mut fields);
        assert!(fields["tax"].confidence < 0.9);
    }
}
