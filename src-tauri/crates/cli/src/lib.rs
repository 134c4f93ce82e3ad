//! Headless runner.
