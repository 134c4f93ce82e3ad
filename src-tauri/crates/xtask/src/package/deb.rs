//! The package itself: `dpkg-deb` over the staged files, with what `dpkg-shlibdeps` says that the programs need.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::{Compression, GzBuilder};

use super::stage::{DOCUMENTS, below};
use crate::places::root;
use crate::shell::{Outcome, Trouble, read, run};

/// What the programs load by name while they run, so that no tool sees it.
const LOADED: &str = "libayatana-appindicator3-1";
/// Opening files with other programs; a place to keep keys in; the session's bus.
const RECOMMENDED: &str =
    "xdg-utils, gnome-keyring | kwalletmanager | keepassxc, default-dbus-session-bus | dbus-session-bus";

const DESCRIPTION: &str = "reads the paper you handle, on your own computer
 Papertray reads invoices, receipts, orders, scans and photos: it stores them,
 recognises every page, finds out what each is, takes out the values with their
 place on the page, and makes all of it searchable. It watches folders, and it
 turns a linesheet and a purchase order into a sales deck.
 .
 Everything happens on this computer. The package carries PDFium, the OpenVINO
 runtime and the recognition models; nothing is fetched later.";

/// The workspace's version.
pub(super) fn version() -> Outcome<String> {
    let manifest = fs_err::read_to_string(root().join("Cargo.toml"))?;
    let found = manifest.split("[workspace.package]").nth(1).and_then(|rest| {
        rest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned))
    });
    found.ok_or_else(|| Trouble::new("`Cargo.toml` names no version."))
}

/// Seconds since 1970 of what is packed: of the last commit, so that a second package has the same bytes.
fn date() -> u64 {
    let said = read(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root()));
    said.ok().and_then(|said| said.trim().parse().ok()).unwrap_or(0)
}

/// Makes the package of `tree` in `folder`; answers its path.
pub(super) fn make(tree: &Path, folder: &Path) -> Outcome<PathBuf> {
    let (version, architecture) = (version()?, read(Command::new("dpkg").arg("--print-architecture"))?);
    let architecture = architecture.trim();
    changes(tree, &version)?;
    let control = tree.join("DEBIAN");
    fs_err::create_dir_all(&control)?;
    let (mut sums, mut bytes) = (String::new(), 0);
    for file in below(tree)? {
        let Ok(relative) = file.strip_prefix(tree) else { continue };
        if !relative.starts_with("DEBIAN") {
            bytes += fs_err::metadata(&file)?.len();
            let sum = read(Command::new("md5sum").arg(&file))?;
            let sum = sum.split(' ').next().unwrap_or_default();
            let _ = writeln!(sums, "{sum}  {}", relative.display());
        }
    }
    fs_err::write(control.join("md5sums"), sums)?;
    let needs = needs(tree, folder)?;
    let size = bytes.div_ceil(1024);
    fs_err::write(
        control.join("control"),
        format!(
            "Package: papertray\nVersion: {version}\nArchitecture: {architecture}\nSection: text\nPriority: optional\n\
             Maintainer: Papertray contributors <papertray@papertray.invalid>\nInstalled-Size: {size}\n\
             Depends: {needs}, {LOADED}\nRecommends: {RECOMMENDED}\nDescription: {DESCRIPTION}\n"
        ),
    )?;
    let file = folder.join(format!("papertray_{version}_{architecture}.deb"));
    let mut dpkg = Command::new("dpkg-deb");
    dpkg.env("SOURCE_DATE_EPOCH", date().to_string());
    // A higher grade packs 1 % better and keeps to one core.
    run(dpkg.args(["--root-owner-group", "-Zxz", "-z6", "--build"]).arg(tree).arg(&file))?;
    Ok(file)
}

/// The system's packages that hold the libraries of the programs and of the parts they carry.
fn needs(tree: &Path, folder: &Path) -> Outcome<String> {
    // The tool reads a source package's folder; this is as much of one as it looks at.
    let source = folder.join("source");
    fs_err::create_dir_all(source.join("debian"))?;
    fs_err::write(
        source.join("debian/control"),
        "Source: papertray\n\nPackage: papertray\nArchitecture: any\n",
    )?;
    let mut tool = Command::new("dpkg-shlibdeps");
    tool.args(["-O", "--ignore-missing-info"]).current_dir(&source);
    tool.arg(format!("-l{}", tree.join("usr/lib/papertray/openvino").display()));
    for file in below(&tree.join("usr"))? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_library = file.extension().is_some_and(|ending| ending == "so") || name.contains(".so.");
        if file.starts_with(tree.join("usr/bin")) || is_library {
            tool.arg(format!("-e{}", file.display()));
        }
    }
    let said = read(&mut tool)?;
    let line = said.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    line.map(|line| line.trim().to_owned())
        .ok_or_else(|| Trouble::new(format!("`dpkg-shlibdeps` said:\n{said}")))
}

/// The list of changes that a package must have.
fn changes(tree: &Path, version: &str) -> Outcome {
    let date = read(Command::new("date").args(["-u", "-R", "-d", &format!("@{}", date())]))?;
    let text = format!(
        "papertray ({version}) unstable; urgency=medium\n\n  * What is new: see the project's history.\n\n \
         -- Papertray contributors <papertray@papertray.invalid>  {}\n",
        date.trim()
    );
    fs_err::create_dir_all(tree.join(DOCUMENTS))?;
    write_gz(&tree.join(DOCUMENTS).join("changelog.gz"), text.as_bytes())
}

/// Packed without name and time: the same text gives the same bytes.
pub(super) fn write_gz(file: &Path, text: &[u8]) -> Outcome {
    let mut packed = GzBuilder::new().write(fs_err::File::create(file)?, Compression::best());
    packed.write_all(text)?;
    packed.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_the_workspaces() {
        assert_eq!(super::version().unwrap(), env!("CARGO_PKG_VERSION"));
    }
}
