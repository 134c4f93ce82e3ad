//! The real window under a virtual screen, driven as a person would: WebDriver for what is in it, the session bus for
//! tray and notifications, X for a true drag and drop. Run by `cargo xtask test`, which provides screen and bus.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod activity;
mod desktop;
mod driver;
mod journeys;
mod system;
