//! The measures themselves. Each prepares its own files and uses the programs only through their command lines.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::accuracy::Score;
use super::process::measure;
use super::table::percentile;
use super::{Baseline, Bed, Bench};
use crate::shell::{Outcome, Trouble, on_path, run, say};

const MS: f64 = 1000.0;
/// So many files of 300 MB are added.
const LARGE: u32 = 9;

fn fixtures(bed: &Bed, name: &str, arguments: &[&str]) -> Outcome<PathBuf> {
    let folder = bed.folder.join(name);
    run(Command::new(&bed.fixtures).arg(&folder).args(arguments))?;
    Ok(folder)
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "truth.json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn cli(bed: &Bed, library: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(&bed.cli);
    command.arg("--library").arg(bed.folder.join(library)).arg("--json").args(arguments);
    command
}

/// Milliseconds until each `add` has answered, one process a file.
fn add_each(bed: &Bed, library: &str, files: &[PathBuf]) -> Outcome<Vec<f64>> {
    files.iter().map(|file| Ok(measure(cli(bed, library, &["add"]).arg(file))?.answer * MS)).collect()
}

/// Time until `papertray-cli add` has answered. The program's own start-up is the baseline.
pub(super) fn add(bed: &Bed) -> Outcome<Vec<Bench>> {
    let mut starts = Vec::new();
    for _ in 0..50 {
        starts.push(measure(Command::new(&bed.cli).arg("--version"))?.wall * MS);
    }
    let small = files(&fixtures(bed, "small", &["--many", "100", "--seed", "1"])?)?;
    let waiting = fixtures(bed, "waiting", &["--many", "1000", "--seed", "2"])?;
    let more = files(&fixtures(bed, "more", &["--many", "100", "--seed", "3"])?)?;

    let small = add_each(bed, "library-small", &small)?;
    measure(cli(bed, "library-waiting", &["add"]).arg(&waiting))?;
    let behind = add_each(bed, "library-waiting", &more)?;
    let mut large = Vec::new();
    for seed in 0..LARGE {
        let seed = seed.to_string();
        let folder = fixtures(bed, "large", &["--large", "300", "--seed", &seed])?;
        large.extend(add_each(bed, "library-large", &files(&folder)?)?);
        fs_err::remove_dir_all(folder)?;
    }
    let start_up = percentile(&starts, 0.5);
    let bench = |name: &str, values: &[f64], share| Bench {
        name: name.to_owned(),
        unit: "ms".to_owned(),
        value: percentile(values, share),
        baseline: Some(Baseline { name: "start-up alone".to_owned(), value: start_up }),
    };
    Ok(vec![
        bench("add a small file, p50", &small, 0.5),
        bench("add a small file, p99", &small, 0.99),
        bench("add with 1,000 jobs waiting, p50", &behind, 0.5),
        bench("add with 1,000 jobs waiting, p99", &behind, 0.99),
        bench("add 300 MB, the slowest of 9", &large, 1.0),
    ])
}

/// Pages a second of a document of 300 pages that carry their text, beside `pdftotext`.
pub(super) fn text_layer(bed: &Bed) -> Outcome<Vec<Bench>> {
    let folder = fixtures(bed, "text", &["--set", "long"])?;
    let file =
        files(&folder)?.into_iter().next().ok_or_else(|| Trouble::new("the long document is not there"))?;
    let mut walls = Vec::new();
    let mut pages = 0.0;
    for _ in 0..3 {
        let run = measure(Command::new(&bed.cli).args(["--json", "read"]).arg(&file))?;
        let reading: Value = first_line(&run.output)?;
        pages = reading["pages"].as_array().map_or(0, Vec::len) as f64;
        walls.push(run.wall);
    }
    let baseline = match on_path("pdftotext") {
        Some(program) => {
            let run = measure(Command::new(program).arg("-bbox").arg(&file).arg("-"))?;
            Some(Baseline { name: "pdftotext -bbox".to_owned(), value: pages / run.wall })
        }
        None => None,
    };
    let value = pages / percentile(&walls, 0.5);
    Ok(vec![Bench {
        name: format!("text layer, {pages} pages"),
        unit: "pages/s".to_owned(),
        value,
        baseline,
    }])
}

/// CPU seconds a page and word F1 over generated scans, beside tesseract where it is installed.
pub(super) fn ocr(bed: &Bed) -> Outcome<Vec<Bench>> {
    let folder = fixtures(bed, "ocr", &["--set", "bench"])?;
    let truth: Value = serde_json::from_str(&fs_err::read_to_string(folder.join("truth.json"))?)
        .map_err(|e| Trouble::new(format!("the fixtures' truth cannot be read: {e}")))?;
    let scans: Vec<(PathBuf, String)> = truth["files"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let text = file["pages"][0]["text"].as_str()?.to_owned();
            Some((folder.join(file["file"].as_str()?), text))
        })
        .collect();
    let pages = scans.len() as f64;

    let all =
        measure(Command::new(&bed.cli).args(["--json", "read"]).args(scans.iter().map(|(file, _)| file)))?;
    let mut ours = Score::default();
    for (line, (_, truth)) in all.output.lines().zip(&scans) {
        let reading = first_line(line)?;
        ours.add(reading["pages"][0]["text"].as_str().unwrap_or(""), truth);
    }

    let (mut theirs, mut their_cpu, mut their_wall) = (Score::default(), Some(0.0), 0.0);
    let tesseract = on_path("tesseract");
    if let Some(program) = &tesseract {
        for (file, truth) in &scans {
            let mut command = Command::new(program);
            let run = measure(command.arg(file).args(["-", "--psm", "3"]).env("OMP_THREAD_LIMIT", "1"))?;
            theirs.add(&run.output, truth);
            their_wall += run.wall;
            their_cpu = their_cpu.zip(run.cpu).map(|(sum, cpu)| sum + cpu);
        }
    } else {
        say("tesseract is not installed: no baseline for OCR (on Debian: `apt-get install tesseract-ocr`)");
    }
    let against =
        |value: f64| tesseract.is_some().then_some(Baseline { name: "tesseract".to_owned(), value });
    let bench = |name: &str, unit: &str, value, baseline| Bench {
        name: name.to_owned(),
        unit: unit.to_owned(),
        value,
        baseline,
    };
    let mut results = vec![
        bench("OCR, time a page", "s", all.wall / pages, against(their_wall / pages)),
        bench("OCR, word F1", "", ours.f1(), against(theirs.f1())),
    ];
    if let Some(cpu) = all.cpu {
        let baseline = their_cpu.and_then(|cpu| against(cpu / pages));
        results.insert(0, bench("OCR, CPU a page", "s", cpu / pages, baseline));
    }
    Ok(results)
}

fn first_line(output: &str) -> Outcome<Value> {
    let line = output.lines().next().unwrap_or("");
    serde_json::from_str(line).map_err(|e| Trouble::new(format!("`read` did not answer in JSON: {e}")))
}
