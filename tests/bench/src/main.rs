//! `papertray-bench SUBJECT`: measures what no command line shows, one JSON object a figure on standard output.
//!
//! `cargo xtask bench` builds it for release, runs it and puts the figures into its table.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command-line tool")]

mod cancel;
mod figure;
mod load;
mod queue;
mod raw;

use std::process::ExitCode;

type Error = Box<dyn std::error::Error>;
type Outcome = Result<Vec<figure::Figure>, Error>;

const SUBJECTS: &[(&str, fn() -> Outcome)] =
    &[("cancel", cancel::cancel), ("load", load::load), ("queue", queue::queue)];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
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
