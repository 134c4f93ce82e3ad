//! `papertray-cli`: Papertray without its window. The same engine, the same library; names and shapes of the
//! answers are a contract that scripts rely on. With `--json`, one JSON object a line goes to standard output and
//! nothing else; logs go to standard error.
//!
//! Exit 0: done. 1: some inputs failed, each is named. 2: wrong usage. 3: another process holds the library.

mod collections;
mod commands;
mod finding;
mod folders;
mod meaning;
mod output;
mod pages;
mod services;
mod usage;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = usage::Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("PAPERTRAY_LOG").unwrap_or_else(|_| {
            tracing_subscriber::EnvFilter::new(if arguments.verbose { "info" } else { "error" })
        }))
        .init();
    let output = output::Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return output.fail(&commands::cannot_start(&e)),
    };
    match runtime.block_on(commands::run(arguments, &output)) {
        Ok(()) => output.exit_code(),
        Err(error) => output.fail(&error),
    }
}
