//! Facts about the machine that figures cannot be read without.

use std::process::Command;

use crate::shell::read;

/// One line: processor, cores, memory, kernel, load.
pub(super) fn facts() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = read(Command::new("uname").arg("-sr")).unwrap_or_else(|_| std::env::consts::OS.to_owned());
    let mut facts = vec![
        from_file("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        format!("{cores} cores"),
    ];
    if let Some(memory) = from_file("/proc/meminfo", "MemTotal") {
        facts.push(format!("{memory} memory"));
    }
    facts.push(kernel.trim().to_owned());
    if let Ok(load) = fs_err::read_to_string("/proc/loadavg") {
        facts.push(format!("load {}", load.split(' ').next().unwrap_or("unknown")));
    }
    facts.join(" · ")
}

fn from_file(file: &str, key: &str) -> Option<String> {
    let text = fs_err::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
