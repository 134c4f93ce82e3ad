//! Starting programs, timing steps, and saying what happens. Errors are sentences for the person at the terminal.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What went wrong, as sentences.
#[derive(Debug)]
pub(crate) struct Trouble(String);

impl Trouble {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Trouble {
    /// fs-err's messages name the path and the action.
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The result of a step.
pub(crate) type Outcome<T = ()> = Result<T, Trouble>;

/// One line on what is being done or was found.
pub(crate) fn say(line: impl fmt::Display) {
    println!("xtask: {line}");
}

/// Seconds as people read them: `0.4 s`, `12 s`, `3 min 20 s`.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

/// Does `work`, with a line before and one after that says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    say(format_args!("{what} ..."));
    let start = Instant::now();
    let value = work()?;
    say(format_args!("{what}: done in {}", spoken(start.elapsed())));
    Ok(value)
}

/// Where a program lies, by the search path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|folder| {
        [folder.join(program), folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX))]
            .into_iter()
            .find(|candidate| is_program(candidate))
    })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs_err::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| {
            let part = part.to_string_lossy();
            if part.contains(' ') { format!("\"{part}\"") } else { part.into_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a program in the foreground; failing is an error that names it.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|e| Trouble::new(format!("`{}` could not be started: {e}", spelled(command))))?;
    if status.success() {
        Ok(())
    } else {
        Err(Trouble::new(format!("`{}` ended with {status}", spelled(command))))
    }
}

/// Runs a program and returns what it wrote to standard output; its standard error is part of the failure's sentence.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| Trouble::new(format!("`{}` could not be started: {e}", spelled(command))))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(Trouble::new(format!(
            "`{}` ended with {}:\n{}",
            spelled(command),
            output.status,
            complaint.trim()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_speech() {
        assert_eq!(spoken(Duration::from_millis(420)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(75)), "75 s");
        assert_eq!(spoken(Duration::from_secs(200)), "3 min 20 s");
    }

    #[test]
    fn a_command_is_spelled_so_that_it_can_be_pasted() {
        let mut command = Command::new("xvfb-run");
        command.args(["-s", "-screen 0 1280x800x24"]);
        assert_eq!(spelled(&command), "xvfb-run -s \"-screen 0 1280x800x24\"");
    }

    #[test]
    fn a_missing_program_is_not_on_the_path() {
        assert!(on_path("no-such-program-anywhere").is_none());
    }
}
