//! Words to meaning: pure functions.
