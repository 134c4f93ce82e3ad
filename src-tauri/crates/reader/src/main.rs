//! `papertray-reader`: the child that parses strangers' files. Started by the pool in this crate's library; reads
//! requests on standard input, answers on standard output, logs to standard error.

mod child;

fn main() -> std::process::ExitCode {
    child::run()
}
