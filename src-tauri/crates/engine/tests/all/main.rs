//! The engine with the real reader and a real library.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod arranging;
mod folder;
mod intake;
mod queue;
mod tell;
