//! What the measurements and the tests share: the crash harness.
//!
//! The program is `papertray-bench`; see its `main.rs`.

pub mod crash;
