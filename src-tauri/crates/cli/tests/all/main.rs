//! The program as people and scripts call it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod collections;
mod crash;
mod finding;
mod layouts;
mod library;
mod read;
mod reading;
mod services;
mod support;
mod understanding;
mod watch;
