//! What the measurements and the tests share: the crash harness, and how a figure looks.
//!
//! The program is `papertray-bench`; see its `main.rs`.

pub mod crash;
pub mod figure;
