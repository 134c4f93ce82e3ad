//! What the measurements and the tests share: the harnesses for crashes, power cuts and long runs, and how a figure looks.
//!
//! The program is `papertray-bench`; see its `main.rs`.

pub mod crash;
pub mod figure;
pub mod power;
#[cfg(target_os = "linux")]
pub mod soak;
