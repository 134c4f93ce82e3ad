//! Measurements: a release build, each measure beside a baseline taken in the same run where there is one.
//!
//! Only whole programs are measured, as a person would start them. Figures of a loaded or virtual machine mean
//! something as ratios only, so the machine's facts stand above the table.

mod accuracy;
mod engine;
mod machine;
mod measures;
mod process;
mod table;
mod window;

use std::path::PathBuf;
use std::process::Command;

use crate::places::{built, root, target};
use crate::setup::{self, For};
use crate::shell::{Outcome, Trouble, run, say, timed};

/// One figure.
pub(crate) struct Bench {
    /// What was measured.
    pub name: String,
    /// What one is: `ms`, `pages/s`, `CPU s/page`.
    pub unit: String,
    /// The figure.
    pub value: f64,
    /// What it is held against, measured in the same run.
    pub baseline: Option<Baseline>,
}

/// A figure to hold another against.
pub(crate) struct Baseline {
    /// Where it comes from: `start-up alone`, `tesseract`.
    pub name: String,
    /// The figure, in the same unit.
    pub value: f64,
}

/// What measures need: the programs and a folder to work in.
pub(crate) struct Bed {
    pub cli: PathBuf,
    /// `papertray-bench`, which measures with the engine in hand.
    pub engine: PathBuf,
    pub fixtures: PathBuf,
    pub folder: PathBuf,
}

/// A group of measures that share their preparation.
type Measure = fn(&Bed) -> Outcome<Vec<Bench>>;

const MEASURES: &[(&str, &str, Measure)] = &[
    ("add", "time until `add` has answered: small files, 300 MB, 1,000 jobs waiting", measures::add),
    ("text", "pages a second out of a text layer", measures::text_layer),
    ("cancel", "from the call to the job's end, in mid-page", engine::cancel),
    ("window", "time until the window can be used; what it costs when idle", window::window),
    ("queue", "our queue beside a bare table and other queues", engine::queue),
    ("collections", "a linesheet of 300 products, an order of 10,000 rows", engine::collections),
    ("deck", "a deck of 200 items, and its preview after an edit", engine::deck),
    ("crash", "a thousand kills, every job accounted for", engine::crash),
    ("power", "what is left when the power goes, at a thousand moments", engine::power),
    ("folder", "10,000 files into a drop folder, and watching them", engine::folder),
    ("soak", "everything at once for PAPERTRAY_SOAK_MINUTES (10): invariants that broke", engine::soak),
    ("load", "10,000 small documents at once", engine::load),
    (
        "understanding",
        "values, types and rows of documents with known answers, and the CPU it takes",
        engine::understanding,
    ),
    ("reading", "CPU seconds and word F1 of real pages, beside tesseract and RapidOCR", engine::reading),
    ("window-library", "the window on a library of 50,000 documents", window::library),
    ("window-load", "frames and commands of the window meanwhile", window::load),
    ("ocr", "CPU seconds and word F1 a page, beside tesseract", measures::ocr),
];

/// `cargo xtask bench [NAME...]`.
pub(crate) fn bench(names: &[String]) -> Outcome {
    if names.iter().any(|name| name == "--list") {
        for (name, what, _) in MEASURES {
            println!("{name:<14} {what}");
        }
        return Ok(());
    }
    if let Some(unknown) = names.iter().find(|name| !MEASURES.iter().any(|(known, _, _)| known == name)) {
        return Err(Trouble::new(format!(
            "there is no measure `{unknown}`; `cargo xtask bench --list` names them."
        )));
    }
    setup::step(For::Running)?;
    timed("release build", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--package", "papertray-reader", "--package", "papertray-cli"]);
        run(cargo
            .args(["--package", "papertray-fixtures", "--package", "papertray-bench"])
            .current_dir(root()))
    })?;
    let folder = target().join("bench");
    let bed = Bed {
        cli: built("release", "papertray-cli"),
        engine: built("release", "papertray-bench"),
        fixtures: built("release", "papertray-fixtures"),
        folder: folder.clone(),
    };
    let mut results = Vec::new();
    for (name, what, measure) in MEASURES {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            if folder.exists() {
                fs_err::remove_dir_all(&folder)?;
            }
            fs_err::create_dir_all(&folder)?;
            // One measure that cannot be taken does not cost the others.
            match timed(&format!("{name}: {what}"), || measure(&bed)) {
                Ok(found) => results.extend(found),
                Err(trouble) => say(format_args!("{name}: not measured: {trouble}")),
            }
        }
    }
    fs_err::remove_dir_all(&folder)?;
    println!("\n{}\n\n{}", machine::facts(), table::table(&results));
    Ok(())
}
