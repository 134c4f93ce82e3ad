//! The pool and its real children.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod beside;
mod common;
mod isolation;
mod pages;
mod prepared;
mod searchable;
