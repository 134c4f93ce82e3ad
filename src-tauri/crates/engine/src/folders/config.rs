//! How drop folders are watched: waiting times and choices. Tests shorten them.

use std::{path::PathBuf, time::Duration};

/// How the engine watches drop folders.
#[derive(Debug, Clone)]
pub struct FolderConfig {
    /// Whether this program watches the library's folders by itself; else only on request.
    pub watch: bool,
    /// How changes are noticed.
    pub notice: Notice,
    /// Folders that we write to: never taken from, and never watched.
    pub outputs: Vec<PathBuf>,
    /// So many files are copied at a time.
    pub copiers: usize,
    /// The waiting times.
    pub times: FolderTimes,
}

/// How changes in a folder are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// By the system's events where they arrive, else by looking.
    ByProbe,
    /// By looking alone.
    Polling,
}

/// How long to wait for what.
#[derive(Debug, Clone)]
pub struct FolderTimes {
    /// A file is whole when it stayed the same for so long after it was closed or got its name.
    pub closed: Duration,
    /// … when nothing is known of its writer.
    pub unknown: Duration,
    /// … on a network drive, where others write and sizes arrive late.
    pub remote: Duration,
    /// … while a writer has it open, or where its content has no end.
    pub open: Duration,
    /// A file that is not whole is looked at at least so often.
    pub longest_pause: Duration,
    /// After a hint that cannot be trusted in detail, the folder is looked through so much later.
    pub debounce: Duration,
    /// The folder is looked through this often …
    pub scan: Duration,
    /// … and this often when nothing came for `idle_after`.
    pub idle_scan: Duration,
    /// When a folder counts as idle.
    pub idle_after: Duration,
    /// How often a folder is looked through where events do not arrive.
    pub polling: Duration,
    /// How often the folder itself is looked for.
    pub root: Duration,
    /// An event that takes longer does not arrive.
    pub probe: Duration,
}

impl Default for FolderTimes {
    fn default() -> Self {
        Self {
            closed: Duration::from_secs(1),
            unknown: Duration::from_secs(3),
            remote: Duration::from_secs(10),
            open: Duration::from_secs(30),
            longest_pause: Duration::from_secs(60),
            debounce: Duration::from_secs(1),
            scan: Duration::from_secs(60),
            idle_scan: Duration::from_secs(300),
            idle_after: Duration::from_secs(600),
            polling: Duration::from_secs(10),
            root: Duration::from_secs(2),
            probe: Duration::from_secs(2),
        }
    }
}

impl Default for FolderConfig {
    fn default() -> Self {
        Self {
            watch: true,
            notice: Notice::ByProbe,
            outputs: vec![],
            copiers: 4,
            times: FolderTimes::default(),
        }
    }
}
