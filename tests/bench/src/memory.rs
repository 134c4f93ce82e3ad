//! Memory of a program and all it started.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// The most that a program and its descendants held at once, looked at every 40 ms until this is dropped.
pub(crate) struct Memory {
    peak_kib: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Memory {
    pub(crate) fn watch() -> Self {
        let (peak_kib, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (peak, ends) = (Arc::clone(&peak_kib), Arc::clone(&over));
        std::thread::spawn(move || {
            while !ends.load(Ordering::Acquire) {
                peak.fetch_max(held_kib(std::process::id()), Ordering::AcqRel);
                std::thread::sleep(Duration::from_millis(40));
            }
        });
        Self { peak_kib, over }
    }

    pub(crate) fn peak_mib(&self) -> f64 {
        self.peak_kib.load(Ordering::Acquire) as f64 / 1024.0
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}

/// The proportional set size (PSS) of a process and all its descendants, in KiB.
pub(crate) fn held_kib(root: u32) -> u64 {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs_err::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(stat) = fs_err::read_to_string(entry.path().join("stat")) else { continue };
        // After the name, which may hold anything, stand the state and the parent.
        let parent = stat.rsplit(") ").next().and_then(|rest| rest.split_whitespace().nth(1));
        if let Some(parent) = parent.and_then(|parent| parent.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let (mut waiting, mut sum) = (vec![root], 0);
    while let Some(pid) = waiting.pop() {
        sum += own_kib(pid).unwrap_or(0);
        waiting.extend(children.remove(&pid).unwrap_or_default());
    }
    sum
}

fn own_kib(pid: u32) -> Option<u64> {
    let rollup = fs_err::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
