//! A .deb that carries the application, the reader and the native parts.
//!
//! The bundling itself is the Tauri CLI's; this builds what goes in beside the application and names it in a
//! configuration laid over the project's own, so that a plain build needs none of it.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::places::{built, root, target};
use crate::setup::{self, For};
use crate::shell::{Outcome, Trouble, on_path, read, run, say, timed};
use crate::{native, ui};

/// Where the programs lie: the application looks for the reader beside itself.
const PROGRAMS: &str = "/usr/bin";

/// Where the native parts lie: the reader looks into `../lib/papertray` from its own folder.
const PARTS: &str = "/usr/lib/papertray";

/// `cargo xtask package`.
pub(crate) fn package() -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::new(
            "packages are made on Linux only so far; `cargo xtask run` works without one.",
        ));
    }
    setup::step(For::Running)?;
    ui::build()?;
    timed("release build of the reader and the command line", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--package", "papertray-reader", "--package", "papertray-cli"]);
        run(cargo.current_dir(root()))
    })?;
    let overlay = target().join("xtask/package.json");
    if let Some(folder) = overlay.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::write(&overlay, configuration(&native::parts()?)?.to_string())?;
    timed("package", || {
        let mut tauri = tauri_cli();
        tauri.args(["build", "--bundles", "deb", "--config"]).arg(&overlay);
        run(tauri.env("CI", "true").current_dir(root()))
    })?;
    for entry in fs_err::read_dir(target().join("release/bundle/deb"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "deb") {
            let size = fs_err::metadata(&path)?.len() / 1_000_000;
            say(format_args!("`{}`, {size} MB", path.display()));
        }
    }
    Ok(())
}

/// cargo's subcommand where it is installed, else npm's package of the same program.
fn tauri_cli() -> Command {
    if on_path("cargo-tauri").is_some() && read(Command::new("cargo").args(["tauri", "--version"])).is_ok() {
        let mut command = Command::new("cargo");
        command.arg("tauri");
        command
    } else {
        let mut command = Command::new("npx");
        command.args(["--yes", "@tauri-apps/cli@2"]);
        command
    }
}

/// The files that go into the package beside the application.
fn configuration(native: &Path) -> Outcome<Value> {
    let mut files = Map::new();
    let mut put = |to: String, from: &Path| files.insert(to, json!(from));
    for program in ["papertray-reader", "papertray-cli"] {
        put(format!("{PROGRAMS}/{program}"), &built("release", program));
    }
    let native = fs_err::canonicalize(native)?;
    let mut open = vec![native.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(relative) = path.strip_prefix(&native) {
                put(format!("{PARTS}/{}", relative.display()), &path);
            }
        }
    }
    Ok(json!({ "bundle": { "active": true, "linux": { "deb": { "files": files } } } }))
}
