//! Set-up, run, test, bench, package.
