//! The store on a real library.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod collections;
mod documents;
mod queue;
