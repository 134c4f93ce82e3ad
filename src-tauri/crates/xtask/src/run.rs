//! Running the application: set up, build what is out of date, open the window, or read on the command line where
//! there is no display.
//!
//! The dev profile is used on purpose: in it the crates that read pixels and bytes are optimised, it builds in half
//! the time of a release, and the tests use what it built.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::places::{built, target};
use crate::setup::{self, For};
use crate::shell::{Outcome, Trouble, run as start, say, spelled, timed};
use crate::ui;

/// `cargo xtask run [FILES...]`.
pub(crate) fn run(files: &[String]) -> Outcome<ExitCode> {
    let files = absolute(files)?;
    setup::step(For::Running)?;
    if has_display() {
        ui::build()?;
        timed("building the application", || {
            start(&mut cargo_build(&["papertray", "papertray-reader", "papertray-cli"]))
        })?;
        say("opening the window");
        exit_of(Command::new(built("debug", "papertray")).args(files))
    } else {
        timed("building the command line", || {
            start(&mut cargo_build(&["papertray-reader", "papertray-cli", "papertray-fixtures"]))
        })?;
        say(
            "there is no display here (DISPLAY and WAYLAND_DISPLAY are not set): reading on the command line",
        );
        let files = if files.is_empty() { samples()? } else { files };
        let mut cli = Command::new(built("debug", "papertray-cli"));
        cli.arg("read").args(files);
        say(spelled(&cli));
        exit_of(&mut cli)
    }
}

/// The paths as given are relative to where the person stands; cargo may run this program elsewhere.
fn absolute(files: &[String]) -> Outcome<Vec<PathBuf>> {
    files
        .iter()
        .map(|file| {
            let path = std::path::absolute(file)?;
            if path.exists() {
                Ok(path)
            } else {
                Err(Trouble::new(format!("there is no file `{}`.", path.display())))
            }
        })
        .collect()
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn cargo_build(packages: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg("build").current_dir(crate::places::root());
    for package in packages {
        cargo.args(["--package", package]);
    }
    cargo
}

fn samples() -> Outcome<Vec<PathBuf>> {
    let folder = target().join("samples");
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    start(Command::new(built("debug", "papertray-fixtures")).arg(&folder).args(["--set", "sample"]))?;
    let mut files = Vec::new();
    for entry in fs_err::read_dir(&folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "truth.json") {
            files.push(path);
        }
    }
    files.sort();
    say(format_args!("sample documents made in `{}`", folder.display()));
    Ok(files)
}

/// Runs the program in the foreground and hands on how it ended.
fn exit_of(command: &mut Command) -> Outcome<ExitCode> {
    let status = command
        .status()
        .map_err(|e| Trouble::new(format!("`{}` could not be started: {e}", spelled(command))))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
