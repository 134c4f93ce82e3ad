//! System packages: which are needed for what, which are missing, and installing those and no others.
//!
//! Only Debian's package manager is driven. Elsewhere the needs are named, and the person installs them.

use std::collections::BTreeSet;
use std::process::Command;

use crate::native;
use crate::setup::For;
use crate::shell::{Outcome, Trouble, on_path, read, run, say, spelled};

/// Why a package is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Need {
    /// The application does not build or run without it.
    Build,
    /// Tests of the real window do not run without it.
    Test,
    /// Something is skipped without it, and says so.
    Optional,
}

const DEBIAN: &[(Need, &[&str])] = &[
    (
        Need::Build,
        &[
            "build-essential",
            "cmake",
            "file",
            "pkg-config",
            "libwebkit2gtk-4.1-dev",
            "libayatana-appindicator3-dev",
            "librsvg2-dev",
            "libxdo-dev",
            "libssl-dev",
        ],
    ),
    (
        Need::Test,
        &[
            "webkit2gtk-driver",
            "xvfb",
            "xauth",
            "openbox",
            "xdotool",
            "wmctrl",
            "dbus",
            "dbus-x11",
            "libnotify-bin",
            "imagemagick",
            "x11-utils",
            "python3-dbus",
            "python3-gi",
            "gir1.2-gtk-3.0",
            "fonts-dejavu-core",
            "at-spi2-core",
            "strace",
        ],
    ),
    (Need::Optional, &["chromium"]),
];

const ELSEWHERE: &str = if cfg!(target_os = "macos") {
    "needed: the Xcode command-line tools (`xcode-select --install`), CMake, Node.js 20 or newer, Python 3 with pip."
} else if cfg!(windows) {
    "needed: the Visual Studio C++ build tools, CMake, the WebView2 runtime (part of Windows 11), Node.js 20 or newer, \
     Python 3 with pip."
} else {
    "needed, by your package manager's names: WebKitGTK 4.1, libayatana-appindicator 3, librsvg, libxdo and OpenSSL \
     with their headers, a C and a C++ compiler, CMake, pkg-config, Node.js 20 or newer, Python 3 with pip. For the tests also: \
     WebKitWebDriver, Xvfb, openbox, xdotool, wmctrl, D-Bus with dbus-run-session, ImageMagick, python-dbus, \
     python-gobject with GTK 3, Chromium."
};

/// Sees to it that the system packages for `purpose` are there.
pub(crate) fn packages(purpose: For) -> Outcome {
    if on_path("dpkg-query").is_none() || on_path("apt-get").is_none() {
        say(format_args!("system packages: not managed here; {ELSEWHERE}"));
        return Ok(());
    }
    let mut wanted: Vec<(&str, Need)> = Vec::new();
    for (need, names) in DEBIAN {
        if *need == Need::Build || purpose == For::Everything {
            wanted.extend(names.iter().map(|name| (*name, *need)));
        }
    }
    // Python and pip fetch what set-up takes out of wheels. A Python from elsewhere is as good as Debian's, and once
    // everything is there neither is needed: asking pip for its version takes most of a second.
    if !native::present() && read(Command::new("python3").args(["-m", "pip", "--version"])).is_err() {
        wanted.extend([("python3", Need::Build), ("python3-pip", Need::Build)]);
    }
    let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let present = installed(&names);
    let missing: Vec<(&str, Need)> =
        wanted.into_iter().filter(|(name, _)| !present.contains(*name)).collect();
    if missing.is_empty() {
        say(format_args!("system packages: all {} present", names.len()));
        return Ok(());
    }
    install(&missing)
}

/// Which of `names` dpkg knows as installed.
fn installed(names: &[&str]) -> BTreeSet<String> {
    // Exits with 1 where one name is unknown, and still prints the others: the exit code says nothing here.
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\\n"])
        .args(names)
        .output()
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default();
    parse_installed(&output)
}

fn parse_installed(output: &str) -> BTreeSet<String> {
    output
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, status)| *status == "installed")
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn install(missing: &[(&str, Need)]) -> Outcome {
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let typed = format!("apt-get install -y {}", names.join(" "));
    let Some(rights) = rights() else {
        return Err(Trouble::new(format!(
            "these system packages are missing and may not be installed from here: {}.\nRun `sudo {typed}`, then this \
             command again.",
            names.join(", ")
        )));
    };
    say(format_args!("system packages: {} missing: {}", names.len(), names.join(" ")));
    // A new machine has no lists, an old one has stale lists that name files which are gone: always refresh first.
    if let Err(trouble) = run(&mut rights.apt(&["update", "-qq"])) {
        say(format_args!(
            "the package lists could not be refreshed ({trouble}); going on with those present"
        ));
    }
    let required: Vec<&str> = missing.iter().filter(|(_, n)| *n != Need::Optional).map(|(n, _)| *n).collect();
    if !required.is_empty() {
        // All at once is quickest. One unknown name aborts the lot, so then each is tried, to name the culprits.
        let mut together = rights.apt(&["install", "-y", "-qq"]);
        if run(together.args(&required)).is_err() {
            say("installing them together failed: trying one at a time");
            let failed: Vec<&str> = required
                .iter()
                .copied()
                .filter(|name| run(rights.apt(&["install", "-y", "-qq"]).arg(name)).is_err())
                .collect();
            if !failed.is_empty() {
                return Err(Trouble::new(format!(
                    "these system packages could not be installed: {}. `{}` says why.",
                    failed.join(", "),
                    spelled(rights.apt(&["install"]).args(&failed)),
                )));
            }
        }
    }
    for (name, _) in missing.iter().filter(|(_, need)| *need == Need::Optional) {
        if run(rights.apt(&["install", "-y", "-qq"]).arg(name)).is_err() {
            say(format_args!("`{name}` could not be installed; what needs it is skipped"));
        }
    }
    Ok(())
}

/// How packages may be installed here.
enum Rights {
    Root,
    /// `sudo` without a question.
    Silent,
    /// `sudo` may ask for the password: somebody sits at the terminal.
    Asking,
}

fn rights() -> Option<Rights> {
    use std::io::IsTerminal;
    if std::env::var_os("PAPERTRAY_NO_INSTALL").is_some() {
        None
    } else if read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        Some(Rights::Root)
    } else if read(Command::new("sudo").args(["-n", "true"])).is_ok() {
        Some(Rights::Silent)
    } else if on_path("sudo").is_some() && std::io::stdin().is_terminal() {
        Some(Rights::Asking)
    } else {
        None
    }
}

impl Rights {
    fn apt(&self, arguments: &[&str]) -> Command {
        // `env` after `sudo`: sudo drops variables that it was not told to keep.
        let mut words: Vec<&str> = match self {
            Self::Root => vec![],
            Self::Silent => vec!["sudo", "-n"],
            Self::Asking => vec!["sudo"],
        };
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(arguments);
        if !matches!(self, Self::Asking) {
            command.stdin(std::process::Stdio::null());
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_count_as_present() {
        let present = parse_installed("xvfb installed\nopenbox not-installed\nfile config-files\n");
        assert_eq!(present.into_iter().collect::<Vec<_>>(), ["xvfb"]);
    }

    #[test]
    fn no_package_is_listed_twice() {
        let all: Vec<&str> = DEBIAN.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
    }
}
