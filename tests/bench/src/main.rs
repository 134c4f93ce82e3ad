//! `papertray-bench SUBJECT`: measures what no command line shows, one JSON object a figure on standard output.
//!
//! `cargo xtask bench` builds it for release, runs it and puts the figures into its table.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command-line tool")]

mod cancel;
mod collections;
mod folder;
mod large;
mod library;
mod load;
mod memory;
mod queue;
mod raw;
mod reading;
#[cfg(target_os = "linux")]
mod soaking;
mod window;

use std::process::ExitCode;

use papertray_bench::{crash as harness, figure, power};

type Error = Box<dyn std::error::Error>;
type Outcome = Result<Vec<figure::Figure>, Error>;

type Subject = (&'static str, fn() -> Outcome);

const SUBJECTS: &[Subject] = &[
    ("cancel", cancel::cancel),
    ("collections", collections::collections),
    ("crash", crash),
    ("deck", collections::deck),
    ("folder", folder::folder),
    ("library", library::library),
    ("load", load::load),
    ("power", power_cuts),
    ("queue", queue::queue),
    ("reading", reading::reading),
    #[cfg(target_os = "linux")]
    ("soak", soaking::soak),
    ("window-library", large::window),
    ("window-load", window::load),
];
/// How often the crash harness kills.
const ROUNDS: u32 = 1000;
const SEED: u64 = 1;

fn crash() -> Outcome {
    let folder = tempfile::tempdir()?;
    let began = std::time::Instant::now();
    let report =
        harness::run(&std::env::current_exe()?, folder.path(), ROUNDS, harness::Sabotage::None, SEED)
            .map_err(|e| e.to_string())?;
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    Ok(vec![
        figure::Figure::new(
            format!("{ROUNDS} kills, jobs lost, doubled or wrong"),
            "jobs",
            report.faults.len() as f64,
        ),
        figure::Figure::new(format!("{ROUNDS} kills, jobs completed"), "jobs", report.completed as f64),
        figure::Figure::new(format!("{ROUNDS} kills, time"), "s", began.elapsed().as_secs_f64()),
    ])
}

/// How many children the power goes for, each with other writes.
const POWER_ROUNDS: u64 = 10;

fn power_cuts() -> Outcome {
    let (mut faults, mut cuts, mut answers) = (0, 0, 0);
    for seed in 0..POWER_ROUNDS {
        let folder = tempfile::tempdir()?;
        let program = std::env::current_exe()?;
        let report =
            power::run(&program, folder.path(), papertray_store::Durability::Full, power::Disk::Honest, seed)
                .map_err(|e| format!("{e:?}"))?;
        for fault in &report.faults {
            eprintln!("{fault}");
        }
        faults += report.faults.len();
        cuts += report.cuts;
        answers += report.answers;
    }
    Ok(vec![figure::Figure::new(
        format!("{cuts} power cuts among {answers} answers, lost or damaged"),
        "things",
        faults as f64,
    )])
}

/// The child that is traced for power cuts.
fn power_child(folder: &std::path::Path, durability: &str, seed: &str) -> ExitCode {
    let (Some(durability), Ok(seed)) = (power::durability(durability), seed.parse()) else {
        return ExitCode::from(2);
    };
    match power::work(folder, durability, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("power-child: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The child that the crash harness kills.
fn crash_child(folder: &std::path::Path, sabotage: &str, seed: &str) -> ExitCode {
    let (Some(sabotage), Ok(seed)) = (harness::Sabotage::parse(sabotage), seed.parse()) else {
        return ExitCode::from(2);
    };
    match harness::work(folder, sabotage, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crash-child: {error}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    #[cfg(target_os = "linux")]
    if let Some(code) = soaking::command(&words) {
        return code;
    }
    if let [command, folder, how, seed] = words.as_slice() {
        match command.as_str() {
            "crash-child" => return crash_child(folder.as_ref(), how, seed),
            "power-child" => return power_child(folder.as_ref(), how, seed),
            _ => {}
        }
    }
    let wanted = words.into_iter().next().unwrap_or_default();
    let Some((_, measure)) = SUBJECTS.iter().find(|(name, _)| *name == wanted) else {
        let names: Vec<&str> = SUBJECTS.iter().map(|(name, _)| *name).collect();
        eprintln!("Usage: papertray-bench {}", names.join("|"));
        return ExitCode::from(2);
    };
    match measure() {
        Ok(figures) => {
            for figure in figures {
                println!("{}", figure.json());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("papertray-bench {wanted}: {error}");
            ExitCode::FAILURE
        }
    }
}
