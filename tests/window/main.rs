//! The real window under a virtual screen, driven as a person would: WebDriver for what is in it, the session bus for
//! tray and notifications, X for a true drag and drop. Run by `cargo xtask test`, which provides screen and bus.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod activity;
mod collections;
mod decks;
mod desktop;
mod finishing;
mod folders;
mod intake;
mod journeys;
mod newcomer;
mod pages;
mod safety;
mod system;

use std::path::Path;

use papertray_driver::Window;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_papertray");

/// A window with an empty library; the person is welcomed.
fn open() -> Window {
    open_in(tempfile::tempdir().unwrap(), &[])
}

/// A window in a folder that may hold a library already.
fn open_in(folder: TempDir, arguments: &[&str]) -> Window {
    start(folder, arguments, &[]).welcomed()
}

fn start(folder: TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Window {
    Window::start(Path::new(PROGRAM), folder, arguments, variables)
}
