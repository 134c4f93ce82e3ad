//! Figures as a table with ratios.

use super::Bench;

/// The figures, one a line, beside their baselines.
pub(super) fn table(results: &[Bench]) -> String {
    let name = results.iter().map(|b| b.name.chars().count()).max().unwrap_or(0).max(7);
    let mut lines = vec![format!("{:<name$}  {:>10}  {:<10}  baseline", "measure", "value", "unit")];
    for bench in results {
        let baseline = bench.baseline.as_ref().map_or_else(String::new, |base| {
            let ratio = if base.value > 0.0 { bench.value / base.value } else { f64::NAN };
            format!("{} {} ({ratio:.2}×)", base.name, figure(base.value))
        });
        let value = figure(bench.value);
        lines.push(
            format!("{:<name$}  {value:>10}  {:<10}  {baseline}", bench.name, bench.unit).trim_end().into(),
        );
    }
    lines.join("\n")
}

/// Three meaningful digits are more than any of these figures carries.
fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The value below which `share` (0 to 1) of the values lie, by nearest rank.
pub(super) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::super::Baseline;
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(&values, 0.5) - 50.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 0.99) - 99.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 0.5).is_nan());
    }

    #[test]
    fn a_baseline_gives_a_ratio() {
        let baseline = Some(Baseline { name: "tesseract".into(), value: 2.0 });
        let bench = Bench { name: "OCR".into(), unit: "CPU s/page".into(), value: 1.0, baseline };
        let table = table(&[bench]);
        assert!(table.contains("tesseract 2.00 (0.50×)"), "{table}");
    }
}
