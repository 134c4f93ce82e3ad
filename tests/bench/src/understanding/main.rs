//! `papertray-bench-understanding [--data DIR] [--readings DIR] [SET...]`: how well documents with known answers are
//! understood, and what that costs.
//!
//! Documents are read once (what the reader finds is kept by file and engine) and understood anew at every run. The sets
//! are generated documents (`fixtures`), and real ones where DIR (or `PAPERTRAY_BENCH_DATA`) holds them. Figures go to standard output, one JSON
//! object a line; between them stand the confusion of types and the documents with the most wrong values.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command-line tool")]

mod reading;
mod report;
mod score;
mod sets;
mod truth;

use std::path::PathBuf;
use std::process::ExitCode;

type Error = Box<dyn std::error::Error>;

struct Wanted {
    data: PathBuf,
    readings: PathBuf,
    sets: Vec<String>,
}

fn wanted() -> Option<Wanted> {
    let mut wanted = Wanted {
        data: std::env::var_os("PAPERTRAY_BENCH_DATA").map(PathBuf::from).unwrap_or_default(),
        readings: std::env::temp_dir().join("papertray-readings"),
        sets: vec![],
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--data" => wanted.data = words.next()?.into(),
            "--readings" => wanted.readings = words.next()?.into(),
            name if sets::NAMES.contains(&name) => wanted.sets.push(name.to_owned()),
            _ => return None,
        }
    }
    Some(wanted)
}

fn main() -> ExitCode {
    let Some(wanted) = wanted() else {
        eprintln!(
            "Usage: papertray-bench-understanding [--data DIR] [--readings DIR] [{}]",
            sets::NAMES.join("|")
        );
        return ExitCode::from(2);
    };
    match measure(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("papertray-bench-understanding: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(wanted: &Wanted) -> Result<(), Error> {
    let reader = reading::Reader::new(&wanted.readings)?;
    let mut report = report::Report::default();
    for name in sets::NAMES {
        if !wanted.sets.is_empty() && !wanted.sets.iter().any(|w| w == name) {
            continue;
        }
        match sets::load(name, &wanted.data, &reader) {
            Ok(documents) if documents.is_empty() => eprintln!("{name}: no documents, so it is skipped"),
            Ok(documents) => {
                for document in documents {
                    report.add(name, &document, &reader)?;
                }
                report.tell_set(name);
            }
            Err(error) => eprintln!("{name}: not measured: {error}"),
        }
    }
    report.tell();
    reader.close();
    Ok(())
}
