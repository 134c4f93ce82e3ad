//! Harnesses that break things on purpose, each with its controls.
#![cfg_attr(
    target_os = "linux",
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::print_stderr,
        reason = "a test ends at the first surprise"
    )
)]

mod crash;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod soak;
