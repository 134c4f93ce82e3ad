//! Uses the package as a stranger would: installs it into a fresh Debian, starts it, reads a document, takes it off again.
//!
//! Needs root and `mmdebstrap`; the fresh Debian is made of this machine's own sources of packages.

use std::path::Path;
use std::process::Command;

use crate::shell::{Outcome, Trouble, on_path, read, run, say};

/// Beside the package's own needs: a screen to show the window on.
const SCREEN: &str = "xvfb xauth dbus-x11";
/// How long the window may take until its library is open, seconds.
const PATIENCE: u32 = 60;

/// Starts the window on a screen of its own, waits until its library is open, names the program, and ends it.
const WINDOW: &str = r#"
mkdir -m 700 -p /tmp/run
export XDG_RUNTIME_DIR=/tmp/run
setsid dbus-run-session -- xvfb-run -a papertray >/tmp/papertray.log 2>&1 &
group=$!
holder=$HOME/.local/share/papertray/library/library.holder
tries=0
until pid=$(cut -d' ' -f1 "$holder" 2>/dev/null) && readlink "/proc/$pid/exe" | grep -qx /usr/bin/papertray; do
  tries=$((tries + 1))
  if [ "$tries" -gt "$PATIENCE" ]; then cat /tmp/papertray.log; ls -la "$HOME/.local/share"; kill -- "-$group"; exit 1; fi
  sleep 1
done
sleep 3
readlink "/proc/$pid/exe"
kill "$pid"
sleep 2
kill -- "-$group" 2>/dev/null || true
"#;

/// Does all of it below `folder`.
pub(super) fn trial(package: &Path, binaries: &Path, folder: &Path) -> Outcome {
    if on_path("mmdebstrap").is_none() || read(Command::new("id").arg("-u"))?.trim() != "0" {
        return Err(Trouble::new("the trial needs root and `mmdebstrap` (`apt-get install mmdebstrap`)."));
    }
    let debian = folder.join("debian");
    let release = fs_err::read_to_string("/etc/os-release")?;
    let suite = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).unwrap_or("stable");
    let mut make = Command::new("mmdebstrap");
    make.args(["--quiet", "--variant=apt", "--mode=root", suite]).arg(&debian);
    make.args(sources());
    run(&mut make)?;
    let mounted = Mounted::below(&debian)?;
    let outcome = use_it(package, binaries, &debian);
    drop(mounted);
    outcome
}

/// Where this machine takes its packages from.
fn sources() -> Vec<String> {
    let deb822 = "/etc/apt/sources.list.d/debian.sources";
    ["/etc/apt/sources.list", deb822]
        .iter()
        .filter(|file| fs_err::read_to_string(file).is_ok_and(|text| text.contains("deb")))
        .map(|file| (*file).to_owned())
        .take(1)
        .collect()
}

/// The kernel's folders, which programs need; let go at the end, however it comes.
struct Mounted(Vec<std::path::PathBuf>);

impl Mounted {
    fn below(debian: &Path) -> Outcome<Self> {
        let mut mounted = Self(vec![]);
        for folder in ["proc", "dev"] {
            let to = debian.join(folder);
            run(Command::new("mount").arg("--rbind").arg(Path::new("/").join(folder)).arg(&to))?;
            run(Command::new("mount").arg("--make-rslave").arg(&to))?;
            mounted.0.push(to);
        }
        Ok(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = Command::new("umount").args(["--recursive", "--lazy"]).arg(folder).status();
        }
    }
}

fn use_it(package: &Path, binaries: &Path, debian: &Path) -> Outcome {
    let within = |script: &str| -> Outcome<String> {
        let mut command = Command::new("chroot");
        command.arg(debian).args(["/bin/sh", "-euc", script]);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8");
        read(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let as_person = |script: &str| within(&format!("su person -c '{script}'"));
    fs_err::copy(package, debian.join("tmp/papertray.deb"))?;
    // The fresh system came without its lists of packages.
    within(
        "apt-get update -qq && apt-get install -qq -y --no-install-recommends /tmp/papertray.deb >/dev/null",
    )?;
    say(format_args!("installed: {}", within("dpkg-query -W papertray")?.trim()));
    within(&format!(
        "apt-get install -qq -y --no-install-recommends {SCREEN} >/dev/null && useradd -m person"
    ))?;
    let missing = within(
        "for p in /usr/bin/papertray* /usr/lib/papertray/*.so; do ldd $p | grep 'not found' || true; done",
    )?;
    expect("no library is missing", missing.trim().is_empty(), &missing)?;

    // On the command line: one document read, and one kept.
    run(Command::new(binaries.join("papertray-fixtures"))
        .arg(debian.join("tmp/papers"))
        .args(["--set", "sample"]))?;
    within("chmod -R a+rX /tmp/papers")?;
    let read = as_person(
        "papertray-cli --json read /tmp/papers/*.pdf /tmp/papers/*.png /tmp/papers/*.jpg 2>/dev/null || true",
    )?;
    let found = read.matches("\"doc_type\":\"invoice\"").count();
    expect("an invoice is read", found > 0, &read.chars().take(500).collect::<String>())?;
    let doctor =
        as_person("papertray-cli --json add --wait /tmp/papers >/dev/null; papertray-cli --json doctor")?;
    expect("the doctor finds nothing", doctor.contains("\"problems\":[]"), &doctor)?;

    // In the window. Everything it starts is of one group, so that it can be ended alone.
    fs_err::write(debian.join("tmp/window.sh"), WINDOW)?;
    let shown = as_person(&format!("PATIENCE={PATIENCE} sh -eu /tmp/window.sh"))?;
    expect("the window's program opens the library", shown.contains("/usr/bin/papertray"), &shown)?;

    // Taken off: nothing of the package stays, all of the person's does.
    let library = "find /home/person/.local/share -name library.sqlite";
    let before = within(library)?;
    within("apt-get purge -qq -y papertray >/dev/null")?;
    let left = within(
        "find / -xdev -path /tmp -prune -o -path /home -prune -o -path /proc -prune -o -name '*papertray*' -print",
    )?;
    expect("nothing of the package stays", left.trim().is_empty(), &left)?;
    expect("the library stays", !before.trim().is_empty() && before == within(library)?, &before)
}

fn expect(what: &str, holds: bool, found: &str) -> Outcome {
    if holds {
        say(format_args!("{what}: yes"));
        Ok(())
    } else {
        Err(Trouble::new(format!("{what}: no. Found: {found}")))
    }
}
