//! `papertray [FILES]`: opens the window, adding the files named.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    papertray_app::run()
}
