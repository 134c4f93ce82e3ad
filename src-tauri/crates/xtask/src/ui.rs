//! The window's sources: npm packages and the built page, each only when out of date.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::places;
use crate::shell::{Outcome, Trouble, on_path, read, run, say, timed};

/// The oldest Node.js that the build tools accept.
const NODE: u32 = 20;

pub(crate) fn folder() -> PathBuf {
    places::root().join("ui")
}

/// `npm …` in the window's folder.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(folder()).stdin(Stdio::null());
    command
}

/// Installs the npm packages when the lock file is newer than what is installed.
pub(crate) fn packages() -> Outcome {
    let lock = folder().join("package-lock.json");
    if !lock.is_file() {
        say("npm packages: no `ui/package-lock.json`, nothing to install");
        return Ok(());
    }
    // npm writes this file at the end of an install, so a broken one leaves it old or absent.
    let stamp = folder().join("node_modules/.package-lock.json");
    if modified(&stamp) > modified(&lock) {
        say("npm packages: up to date");
        return Ok(());
    }
    check_node()?;
    timed("npm packages", || run(&mut npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])))
}

fn check_node() -> Outcome {
    if on_path("node").is_none() || on_path(if cfg!(windows) { "npm.cmd" } else { "npm" }).is_none() {
        return Err(Trouble::new(format!(
            "Node.js {NODE} or newer with npm is needed to build the window, and is not on the search path. Install it \
             from your system's packages or its own site, then run this command again."
        )));
    }
    let version = read(Command::new("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(Trouble::new(format!(
            "Node.js {NODE} or newer is needed to build the window; this is {}. Install a newer one, then run this \
             command again.",
            version.trim()
        ))),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Builds the page when a source is newer than it. The application embeds it, so this comes before cargo.
pub(crate) fn build() -> Outcome {
    if !folder().join("package.json").is_file() {
        return Err(Trouble::new(
            "`ui/package.json` is not there: the window has no sources in this checkout.",
        ));
    }
    let built = modified(&folder().join("dist/index.html"));
    let newest = newest_source(&folder());
    if built.is_some() && built >= newest {
        say("window's page: up to date");
        return Ok(());
    }
    timed("window's page", || run(&mut npm(&["run", "--silent", "build"])))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs_err::metadata(path).and_then(|m| m.modified()).ok()
}

/// When the newest file was changed that a build reads: everything but what is installed or made.
fn newest_source(folder: &Path) -> Option<SystemTime> {
    let made = ["node_modules", "dist", "dist-mock", "test-results", "playwright-report"];
    let mut newest = None;
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs_err::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !made.iter().any(|name| path.ends_with(name)) {
                    open.push(path);
                }
            } else {
                newest = newest.max(modified(&path));
            }
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_understood() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
