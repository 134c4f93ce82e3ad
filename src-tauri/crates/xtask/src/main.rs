//! `cargo xtask`: everything that is done to this repository rather than by the application.
//!
//! Prepares a machine, runs the application, runs the whole test suite in order, measures, and packages. It is built
//! from few dependencies, depends on no other crate of the workspace, and only starts programs and moves files; what
//! the application itself does is none of its business.
#![allow(clippy::print_stdout, reason = "it is a command-line tool: its output is its purpose")]

mod bench;
mod fetch;
mod native;
mod package;
mod places;
mod programs;
mod run;
mod setup;
mod shell;
mod system;
mod test;
mod ui;

use std::process::ExitCode;

use shell::{Outcome, Trouble};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  setup             Install what is missing on this machine: system packages, the window's npm packages, PDFium, the
                    OCR runtime and its models, test tools. Does nothing where nothing is missing, also offline.
  run [FILES...]    Set up for running, build, and open the window, with FILES if any. Without a display: read FILES
                    (or sample documents made on the spot) on the command line and print what was found.
  test [PATTERN]    Everything that CI runs, in order, each step timed, a table at the end. With PATTERN: only the
                    Rust tests whose name contains it, with the display they need.
  bench [NAME...]   Release build, then measurements beside a baseline taken in the same run. `bench --list` names them.
  package           A .deb that carries the reader, PDFium, the OCR runtime and the models (Linux). `--binaries DIR`
                    takes programs that are built already, `--package FILE` a package that was made; `--try` installs it
                    into a fresh Debian and uses it (root).
  help              This text.

Environment:
  PAPERTRAY_NATIVE   Use this folder of native parts instead of fetching them.
  PAPERTRAY_NO_INSTALL   Never install system packages; name what is missing and stop.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("help", &[][..]),
    };
    match dispatch(command, rest) {
        Ok(code) => code,
        Err(trouble) => {
            println!("\nxtask {command}: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, rest: &[String]) -> Outcome<ExitCode> {
    if rest.iter().any(|a| a == "--help" || a == "-h") {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    match command {
        "setup" => setup::setup(setup::For::Everything).map(|()| ExitCode::SUCCESS),
        "run" => run::run(rest),
        "test" => test::test(rest),
        "bench" => bench::bench(rest).map(|()| ExitCode::SUCCESS),
        "package" => package::package(rest).map(|()| ExitCode::SUCCESS),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Trouble::new(format!("there is no command `{other}`.\n\n{HELP}"))),
    }
}
