//! What bounds a pool: how many children, how long, how much memory, how many pixels.

use std::path::PathBuf;
use std::time::Duration;

use crate::native;
use crate::process::Patience;

/// Bounds of a [`crate::ReaderPool`].
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// The program `papertray-reader`.
    pub program: PathBuf,
    /// The folder with libpdfium, OpenVINO and the models; see [`crate::native`].
    pub native: PathBuf,
    /// Where compiled models are kept between runs, see [`crate::native::prepared`]; `None` compiles them at each start.
    pub prepared: Option<PathBuf>,
    /// How many children may live at a time.
    pub children: usize,
    /// A page that takes more processor time is given up; its child is killed.
    pub page_timeout: Duration,
    /// The same for opening a file.
    pub open_timeout: Duration,
    /// Whatever takes longer than this many times its time-out on the clock is given up, too: a child that sleeps uses no
    /// processor, and one on a busy computer needs time.
    pub wall_factor: u32,
    /// A child whose resident memory passes this many MiB is killed.
    pub memory_cap_mib: u64,
    /// The most pixels decoded for one page.
    pub pixel_budget: u64,
    /// A fault for tests (`abort-on-page-2`, `hang-on-page-2`, `spin-on-page-2`, `eat-memory`, `cross-walls`), played
    /// by the child.
    #[doc(hidden)]
    pub fault: Option<String>,
}

impl PoolConfig {
    /// The usual bounds: a child per core (at most 8), 60 CPU seconds a page, 1500 MiB a child, 120 million pixels a page.
    pub fn new(program: PathBuf, native: PathBuf) -> Self {
        Self {
            program,
            native,
            prepared: native::prepared(),
            children: std::thread::available_parallelism().map_or(2, |n| n.get().min(8)),
            page_timeout: Duration::from_secs(60),
            open_timeout: Duration::from_secs(30),
            wall_factor: 6,
            memory_cap_mib: 1500,
            pixel_budget: 120_000_000,
            fault: None,
        }
    }

    pub(crate) fn patience(&self, cpu: Duration) -> Patience {
        Patience { cpu, wall: cpu * self.wall_factor.max(1) }
    }
}
