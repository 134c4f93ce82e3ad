//! What the soak stands on: a small disk of its own, and the processes that run on it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use super::Error;

/// Room of the small disk.
const DISK: &str = "size=192m";

/// Makes `folder` a small disk of its own for whatever `command` starts, by a mount that nobody else sees and that ends
/// with it. `None` where the system does not allow that.
pub fn small_disk(folder: &Path, command: &[&std::ffi::OsStr]) -> Option<Command> {
    let script = format!("mount -t tmpfs -o {DISK} none \"$1\" && shift && exec \"$@\"");
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    ways.into_iter().find_map(|way| {
        let within = |words: &[&std::ffi::OsStr]| {
            let mut unshare = Command::new("unshare");
            unshare.args(way).args(["--", "sh", "-c", &script, "sh"]).arg(folder).args(words);
            unshare
        };
        let tried = within(&["true".as_ref()]).stdin(Stdio::null()).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success()).then(|| within(command))
    })
}

/// The reader processes there are, each with the process that it says it works for.
pub(super) fn readers() -> Result<Vec<(u32, u32)>, Error> {
    let mut found = vec![];
    for entry in fs_err::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // It may have ended meanwhile.
        let Ok(line) = fs_err::read(entry.path().join("cmdline")) else { continue };
        let words: Vec<&str> = line.split(|b| *b == 0).filter_map(|w| std::str::from_utf8(w).ok()).collect();
        let is_reader = words.first().is_some_and(|program| program.ends_with("papertray-reader"));
        let parent = words.iter().skip_while(|word| **word != "--parent").nth(1).and_then(|p| p.parse().ok());
        if let (true, Some(parent)) = (is_reader, parent) {
            found.push((pid, parent));
        }
    }
    Ok(found)
}

/// Sends a signal to one process; that it has ended meanwhile is no fault.
pub(super) fn signal(pid: u32, signal: &str) -> Result<(), Error> {
    let mut kill = Command::new("kill");
    kill.args([signal, &pid.to_string()]).stderr(Stdio::null()).status()?;
    Ok(())
}
