//! Drop folders as people and programs fill them: nothing is lost, nothing is taken twice, and every file has one fate.
//! Real files, real events, a real library; reading is paused. Waiting times are shortened where a story would take
//! minutes.
#![allow(clippy::print_stdout, reason = "measurements and skipped stories are told")]

mod bursts;
mod desk;
mod disks;
mod stories;
