//! Everything that CI runs, in order: one list of steps, one profile, one set of features, a table at the end.
//!
//! Steps that only look (format, types, lints) do not stop the others; where a build fails, what needs it is not run.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::places::{root, target};
use crate::setup::{self, For};
use crate::shell::{Outcome, Trouble, on_path, run, say, spoken};
use crate::{programs, ui};

/// For clippy, the build and the tests alike: a step with other packages has other features, and would build every
/// dependency again.
const SELECTION: &[&str] = &["--workspace"];

/// How a step ended.
enum Verdict {
    Passed,
    Failed(Trouble),
    Skipped(String),
}

struct Step {
    name: &'static str,
    verdict: Verdict,
    time: Duration,
}

#[derive(Default)]
struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// Does one step; says whether what builds on it may go on.
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<Verdict>) -> bool {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let verdict = work().unwrap_or_else(Verdict::Failed);
        match &verdict {
            Verdict::Passed => {}
            Verdict::Failed(trouble) => say(format_args!("{name} failed: {trouble}")),
            Verdict::Skipped(why) => say(format_args!("{name} skipped: {why}")),
        }
        let goes_on = !matches!(verdict, Verdict::Failed(_));
        self.steps.push(Step { name, verdict, time: start.elapsed() });
        goes_on
    }

    /// A step that is one command.
    fn command(&mut self, name: &'static str, command: &mut Command) -> bool {
        self.step(name, || run(command.stdin(Stdio::null())).map(|()| Verdict::Passed))
    }

    fn not_run(&mut self, names: &[&'static str], why: &str) {
        for name in names {
            self.step(name, || Ok(Verdict::Skipped(why.to_owned())));
        }
    }

    fn close(&self) -> ExitCode {
        println!("\n=== summary ===");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for step in &self.steps {
            let word = match &step.verdict {
                Verdict::Passed => {
                    passed += 1;
                    "passed".to_owned()
                }
                Verdict::Failed(_) => {
                    failed += 1;
                    "FAILED".to_owned()
                }
                Verdict::Skipped(why) => {
                    skipped += 1;
                    format!("skipped: {why}")
                }
            };
            println!("{:<28} {:>12}   {word}", step.name, spoken(step.time));
        }
        println!("{:<28} {:>12}", "all", spoken(self.steps.iter().map(|s| s.time).sum()));
        println!("\nsteps: {passed} passed, {failed} failed, {skipped} skipped");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// `cargo xtask test [PATTERN]`.
pub(crate) fn test(patterns: &[String]) -> Outcome<ExitCode> {
    if !patterns.is_empty() {
        let (mut command, _screen) = rust_tests("default", patterns)?;
        return Ok(if run(&mut command).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut report = Report::default();
    if report.step("set-up", || setup::setup(For::Everything).map(|()| Verdict::Passed)) {
        steps(&mut report);
    }
    Ok(report.close())
}

fn steps(report: &mut Report) {
    report.command("format", cargo("fmt").args(["--all", "--check"]));
    report.step("licences and sources", licences);
    report.step("window: known faults", known_faults);

    report.command("window: types", &mut ui::npm(&["run", "--silent", "check"]));
    report.command("window: unit tests", &mut ui::npm(&["run", "--silent", "test"]));
    // The application embeds the page, so nothing of it compiles without one.
    if !report.command("window: build", &mut ui::npm(&["run", "--silent", "build"])) {
        report.not_run(
            &["lints", "build", "Rust tests", "window: browser tests"],
            "the window's page did not build",
        );
        return;
    }

    report.command(
        "lints",
        cargo("clippy").args(SELECTION).args(["--all-targets", "--", "--deny", "warnings"]),
    );
    // All targets, so that the tests find every program and the test runner has nothing left to build.
    if report.command("build", cargo("build").args(SELECTION).arg("--all-targets")) {
        report.step("Rust tests", || {
            let (mut command, _screen) = rust_tests("ci", &[])?;
            run(&mut command).map(|()| Verdict::Passed)
        });
    } else {
        report.not_run(&["Rust tests"], "the build failed");
    }
    report.step("window: browser tests", browser_tests);
}

fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand).current_dir(root());
    command
}

fn licences() -> Outcome<Verdict> {
    let Some(deny) = programs::find("cargo-deny") else {
        return Ok(Verdict::Skipped("cargo-deny is not here".to_owned()));
    };
    let mut command = Command::new(deny);
    command.args(["--all-features", "--log-level", "error", "check", "licenses", "bans", "sources"]);
    run(command.current_dir(root()).stdin(Stdio::null())).map(|()| Verdict::Passed)
}

/// Whether faults are known of the npm packages that end up in the window's page.
fn known_faults() -> Outcome<Verdict> {
    let said = ui::npm(&["audit", "--omit=dev", "--json"]).output();
    let said = said.map_err(|e| Trouble::new(format!("npm could not be started: {e}")))?;
    Ok(audited(&String::from_utf8_lossy(&said.stdout)))
}

/// What npm's answer means. A registry need not know of faults; what is grave fails, the rest is said.
fn audited(answer: &str) -> Verdict {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
    let counts = &answer["metadata"]["vulnerabilities"];
    let count = |grade: &str| counts[grade].as_u64();
    let (Some(all), Some(high), Some(critical)) = (count("total"), count("high"), count("critical")) else {
        return Verdict::Skipped("the npm registry answers no questions about known faults".to_owned());
    };
    if high + critical > 0 {
        let sentence =
            format!("{} grave faults are known; `npm audit --omit=dev` in `ui` names them", high + critical);
        return Verdict::Failed(Trouble::new(sentence));
    }
    if all > 0 {
        say(format_args!("{all} lesser faults are known; `npm audit --omit=dev` in `ui` names them"));
    }
    Verdict::Passed
}

fn browser_tests() -> Outcome<Verdict> {
    if ["chromium", "chromium-browser", "google-chrome"].iter().all(|name| on_path(name).is_none()) {
        return Ok(Verdict::Skipped("Chromium is not here".to_owned()));
    }
    run(&mut ui::npm(&["run", "--silent", "e2e"])).map(|()| Verdict::Passed)
}

/// The command that runs the Rust tests under nextest's `profile`, on a screen of their own, and what to keep alive
/// meanwhile.
fn rust_tests(profile: &str, patterns: &[String]) -> Outcome<(Command, Option<Screen>)> {
    let mut words: Vec<String> = Vec::new();
    if let Some(nextest) = programs::find("cargo-nextest") {
        words.extend([nextest.to_string_lossy().into_owned(), "nextest".into(), "run".into()]);
        words.extend(["--profile".to_owned(), profile.to_owned()]);
    } else {
        words.extend(["cargo".to_owned(), "test".to_owned(), "--no-fail-fast".to_owned()]);
    }
    words.extend(SELECTION.iter().map(|word| (*word).to_owned()));
    words.extend(patterns.iter().cloned());

    let screen = Screen::open()?;
    if screen.is_some() {
        let bus = format!("--config-file={}", root().join("tests/window/bus.conf").display());
        let before = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", &bus, "--"];
        words.splice(0..0, before.map(str::to_owned));
    }
    if alone() {
        words.splice(0..0, ALONE.iter().chain(START_LOOPBACK).map(|word| (*word).to_owned()));
    }
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(root()).stdin(Stdio::null());
    if let Some(screen) = &screen {
        // The tests' windows belong on the pretend screen, never on the desktop of whoever runs them.
        command.env("XDG_RUNTIME_DIR", &screen.runtime).env_remove("WAYLAND_DISPLAY");
    }
    Ok((command, screen))
}

/// A network that holds this computer's own address only: a test that passes in it has reached nobody.
const ALONE: &[&str] = &["unshare", "--net", "--"];
const START_LOOPBACK: &[&str] = &["sh", "-c", "ip link set lo up && exec \"$@\"", "sh"];

/// Whether the system gives the tests a network of their own, which takes rights that not everybody has.
fn alone() -> bool {
    let mut trial = Command::new(ALONE[0]);
    trial.args(&ALONE[1..]).args(START_LOOPBACK).arg("true").stdin(Stdio::null());
    let quiet = trial.stdout(Stdio::null()).stderr(Stdio::null());
    let can = quiet.status().is_ok_and(|status| status.success());
    say(if can {
        "the tests reach nobody: their network is this computer alone"
    } else {
        "the tests run with this computer's network: it gives them none of their own"
    });
    can
}

/// A runtime folder for a pretend screen and its message bus; removed at the end.
struct Screen {
    runtime: PathBuf,
}

impl Screen {
    /// `None` where the system has no pretend screens: there the tests use the real one.
    fn open() -> Outcome<Option<Self>> {
        if !cfg!(target_os = "linux")
            || on_path("xvfb-run").is_none()
            || on_path("dbus-run-session").is_none()
        {
            return Ok(None);
        }
        let runtime = target().join("xtask").join(format!("runtime-{}", std::process::id()));
        fs_err::create_dir_all(&runtime)?;
        private(&runtime)?;
        Ok(Some(Self { runtime }))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Sockets of programs that ended; nothing depends on their going.
        let _ = fs_err::remove_dir_all(&self.runtime);
    }
}

#[cfg(unix)]
fn private(folder: &std::path::Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?)
}

#[cfg(not(unix))]
fn private(_: &std::path::Path) -> Outcome {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_knows_nothing_is_no_failure_and_a_grave_fault_is_one() {
        let counts = |low: u32, high: u32| {
            format!(
                "{{\"metadata\":{{\"vulnerabilities\":{{\"low\":{low},\"high\":{high},\"critical\":0,\"total\":{}}}}}}}",
                low + high
            )
        };
        assert!(matches!(audited(&counts(0, 0)), Verdict::Passed));
        assert!(matches!(audited(&counts(2, 0)), Verdict::Passed));
        assert!(matches!(audited(&counts(0, 1)), Verdict::Failed(_)));
        for silent in
            ["", "{\"message\":\"not found\",\"error\":{\"code\":\"ENOAUDIT\"}}", "<html>404</html>"]
        {
            assert!(matches!(audited(silent), Verdict::Skipped(_)), "{silent}");
        }
    }
}
