//! Preparing a machine. Each part looks first, and does something only where something is missing.

use crate::shell::{Outcome, say, spoken, timed};
use crate::{native, programs, system, ui};

/// What the machine is prepared for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum For {
    /// Building the application and running it.
    Running,
    /// That, the tests and every check.
    Everything,
}

/// Prepares the machine for `purpose`.
pub(crate) fn setup(purpose: For) -> Outcome {
    let start = std::time::Instant::now();
    system::packages(purpose)?;
    ui::packages()?;
    native::parts()?;
    if purpose == For::Everything {
        programs::all();
    }
    say(format_args!("set-up complete in {}", spoken(start.elapsed())));
    Ok(())
}

/// As [`setup`], as a named step of a longer run.
pub(crate) fn step(purpose: For) -> Outcome {
    timed("set-up", || setup(purpose))
}
