//! Figures that other programs measure: `papertray-bench`, and other people's queues as yardsticks.

use std::process::Command;

use serde_json::Value;

use super::process::measure;
use super::{Baseline, Bed, Bench};
use crate::places::{root, target};
use crate::shell::{Outcome, Trouble, run};

/// Other queues on SQLite. Each is a workspace of its own: a program can link only one SQLite.
const YARDSTICKS: &[&str] = &["effectum", "apalis"];

/// The subject's figures, one JSON object a line.
fn subject(bed: &Bed, name: &str) -> Outcome<Vec<Bench>> {
    figures(&measure(Command::new(&bed.engine).arg(name))?.output, "")
}

pub(super) fn cancel(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "cancel")
}

pub(super) fn collections(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "collections")
}

pub(super) fn deck(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "deck")
}

pub(super) fn crash(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "crash")
}

pub(super) fn power(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "power")
}

pub(super) fn soak(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "soak")
}

pub(super) fn folder(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "folder")
}

pub(super) fn load(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "load")
}

/// How well documents with known answers are understood, and what that costs. Readings are kept between runs, so only
/// the first one recognises pages. Its tables (types, worst documents) are printed as they come.
pub(super) fn understanding(bed: &Bed) -> Outcome<Vec<Bench>> {
    let mut command = Command::new(bed.engine.with_file_name("papertray-bench-understanding"));
    command.arg("--readings").arg(target().join("readings"));
    let output = measure(&mut command)?.output;
    for line in output.lines().filter(|line| !line.starts_with('{')) {
        println!("{line}");
    }
    figures(&output, "")
}

pub(super) fn reading(bed: &Bed) -> Outcome<Vec<Bench>> {
    subject(bed, "reading")
}

/// Our queue, and the yardsticks in the same run.
pub(super) fn queue(bed: &Bed) -> Outcome<Vec<Bench>> {
    let mut found = subject(bed, "queue")?;
    for name in YARDSTICKS {
        let folder = root().join("tests/bench/yardsticks").join(name);
        let built = target().join("yardsticks");
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--locked", "--target-dir"]).arg(&built);
        run(cargo.current_dir(&folder))?;
        let program = built.join("release").join(format!("papertray-yardstick-{name}"));
        found.extend(figures(&measure(&mut Command::new(program))?.output, name)?);
    }
    Ok(found)
}

pub(super) fn figures(output: &str, whose: &str) -> Outcome<Vec<Bench>> {
    output.lines().filter(|line| line.starts_with('{')).map(|line| figure(line, whose)).collect()
}

fn figure(line: &str, whose: &str) -> Outcome<Bench> {
    let said: Value =
        serde_json::from_str(line).map_err(|e| Trouble::new(format!("`{line}` is no figure: {e}")))?;
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let (name, note) = (text(&said["name"]), text(&said["note"]));
    let name = [if whose.is_empty() { name } else { format!("{whose}: {name}") }, note];
    let baseline = said["baseline"]["value"].as_f64();
    Ok(Bench {
        name: name.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("; "),
        unit: text(&said["unit"]),
        value: said["value"].as_f64().unwrap_or(f64::NAN),
        baseline: baseline.map(|value| Baseline { name: text(&said["baseline"]["name"]), value }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_figure() {
        let line = r#"{"name":"drain","unit":"jobs/s","value":12.5,"baseline":{"name":"bare","value":10.0}}"#;
        let found = figures(&format!("noise\n{line}\n"), "theirs").unwrap();
        assert_eq!((found[0].name.as_str(), found[0].value), ("theirs: drain", 12.5));
        assert_eq!(found[0].baseline.as_ref().unwrap().name, "bare");
    }
}
