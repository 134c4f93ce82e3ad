//! A Debian package that carries everything: window, command line, reader, PDFium, the OCR runtime with its models, the
//! deck's fonts, and everybody's licences.
//!
//! `stage` puts the files where they will lie, `notices` writes what those owe whose work is inside, `deb` makes the
//! package of them, `trial` installs it into a fresh Debian and uses it. Only the programs' build is cargo's.

mod deb;
mod notices;
mod stage;
mod trial;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::{root, target};
use crate::setup::{self, For};
use crate::shell::{Outcome, Trouble, run, say, timed};
use crate::{native, ui};

/// The largest download that is still a small one.
const MOST_MEGABYTES: u64 = 90;

/// What the command line asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// A folder with programs that were built for release already.
    binaries: Option<PathBuf>,
    /// A package that was made already.
    package: Option<PathBuf>,
    /// Whether to install the package into a fresh Debian and to use it.
    trial: bool,
}

impl Wanted {
    fn parse(words: &[String]) -> Outcome<Self> {
        let mut wanted = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--try" => wanted.trial = true,
                "--binaries" => {
                    let folder = words.next().ok_or_else(|| Trouble::new("`--binaries` needs a folder."))?;
                    wanted.binaries = Some(folder.into());
                }
                "--package" => {
                    let file = words.next().ok_or_else(|| Trouble::new("`--package` needs a file."))?;
                    wanted.package = Some(file.into());
                }
                other => return Err(Trouble::new(format!("`package` knows no `{other}`."))),
            }
        }
        Ok(wanted)
    }
}

/// `cargo xtask package [--binaries DIR] [--package FILE] [--try]`.
pub(crate) fn package(words: &[String]) -> Outcome {
    let wanted = Wanted::parse(words)?;
    if !cfg!(target_os = "linux") {
        return installer();
    }
    let binaries = match (wanted.binaries, &wanted.package) {
        (Some(folder), _) => folder,
        (None, Some(_)) => target().join("release"),
        (None, None) => built()?,
    };
    let folder = target().join("xtask/package");
    let file = match wanted.package {
        Some(file) => fs_err::canonicalize(file)?,
        None => made(&binaries, &folder)?,
    };
    if wanted.trial {
        timed("trial in a fresh Debian", || trial::trial(&file, &binaries, &folder))?;
    }
    Ok(())
}

/// Makes the package in `folder` of these programs.
fn made(binaries: &Path, folder: &Path) -> Outcome<PathBuf> {
    let parts = fs_err::canonicalize(native::parts()?)?;
    if folder.exists() {
        fs_err::remove_dir_all(folder)?;
    }
    let tree = folder.join("root");
    timed("files", || stage::stage(&tree, binaries, &parts))?;
    timed("notices", || notices::write(&tree.join(stage::DOCUMENTS)))?;
    let file = timed("package", || deb::make(&tree, folder))?;
    let size = fs_err::metadata(&file)?.len();
    say(format_args!("`{}`, {:.1} MB", file.display(), size as f64 / 1e6));
    if size > MOST_MEGABYTES * 1_000_000 {
        return Err(Trouble::new(format!("the package is larger than {MOST_MEGABYTES} MB.")));
    }
    Ok(file)
}

/// What other systems install, made by the Tauri CLI as `packaging/` says. Nobody has tried this yet: it needs the native
/// parts for the system in PAPERTRAY_NATIVE.
fn installer() -> Outcome {
    let programs = built()?;
    let (parts, place) = (native::parts()?, target().join("xtask"));
    for file in stage::below(&parts)? {
        let Ok(relative) = file.strip_prefix(&parts) else { continue };
        let to = place.join("native").join(relative);
        if let Some(folder) = to.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::copy(&file, &to)?;
    }
    notices::write(&place.join("notices"))?;
    let system = if cfg!(windows) { "packaging/windows.json" } else { "packaging/macos.json" };
    say(format_args!("the programs lie in `{}`", programs.display()));
    let mut tauri = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    tauri.args(["--yes", "@tauri-apps/cli@2", "build", "--config", system]).env("CI", "true");
    timed("installer", || run(tauri.current_dir(root())))
}

/// Builds the programs; answers where they lie.
fn built() -> Outcome<PathBuf> {
    setup::step(For::Running)?;
    ui::build()?;
    timed("release build", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--locked"]);
        for program in stage::PROGRAMS {
            cargo.args(["--package", program]);
        }
        // What the trial reads.
        run(cargo.args(["--package", "papertray-fixtures"]).current_dir(root()))
    })?;
    Ok(target().join("release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_named() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let wanted = Wanted::parse(&words("--binaries out --try")).unwrap();
        assert_eq!(wanted, Wanted { binaries: Some("out".into()), package: None, trial: true });
        assert!(Wanted::parse(&words("--binaries")).is_err());
        assert!(Wanted::parse(&words("--fast")).unwrap_err().to_string().contains("--fast"));
    }
}
