//! The files of the package, where they will lie.

use std::path::Path;
use std::process::Command;

use crate::places::root;
use crate::shell::{Outcome, run};

/// The programs, named as their packages are. The window and the command line look for the reader beside themselves.
pub(super) const PROGRAMS: [&str; 3] = ["papertray", "papertray-cli", "papertray-reader"];

/// The reader looks for its native parts in `../lib/papertray`, seen from its own folder.
const PARTS: &str = "usr/lib/papertray";
/// Licences, notices and the list of changes.
pub(super) const DOCUMENTS: &str = "usr/share/doc/papertray";

const ICONS: &[(&str, &str)] = &[
    ("32x32.png", "32x32"),
    ("128x128.png", "128x128"),
    ("128x128@2x.png", "256x256"),
    ("icon.png", "512x512"),
    ("icon.svg", "scalable"),
];

/// Puts everything but the notices below `tree`.
pub(super) fn stage(tree: &Path, binaries: &Path, parts: &Path) -> Outcome {
    for program in PROGRAMS {
        let to = tree.join("usr/bin").join(program);
        copy(&binaries.join(program), &to, 0o755)?;
        // Names of functions are of no use without the sources at hand, and a third of the size.
        run(Command::new("strip").arg("--strip-unneeded").arg(&to))?;
        page(&to, program, &tree.join("usr/share/man/man1"))?;
    }
    for file in below(parts)? {
        let Ok(relative) = file.strip_prefix(parts) else { continue };
        // Licences belong where people look for them; the list of files is set-up's own.
        let to = match relative.strip_prefix("licenses") {
            Ok(licence) => tree.join(DOCUMENTS).join("licenses").join(licence),
            Err(_) if relative == Path::new("files.txt") => continue,
            Err(_) => tree.join(PARTS).join(relative),
        };
        copy(&file, &to, 0o644)?;
    }
    let (from, share) = (root().join("packaging/linux"), tree.join("usr/share"));
    copy(&from.join("app.papertray.desktop"), &share.join("applications/app.papertray.desktop"), 0o644)?;
    copy(
        &from.join("app.papertray.metainfo.xml"),
        &share.join("metainfo/app.papertray.metainfo.xml"),
        0o644,
    )?;
    copy(&from.join("papertray.lintian-overrides"), &share.join("lintian/overrides/papertray"), 0o644)?;
    for (file, size) in ICONS {
        let ending = file.rsplit('.').next().unwrap_or("png");
        let to = share.join("icons/hicolor").join(size).join("apps").join(format!("app.papertray.{ending}"));
        copy(&root().join("icons").join(file), &to, 0o644)?;
    }
    Ok(())
}

/// A manual page of what the program says of itself.
fn page(program: &Path, name: &str, folder: &Path) -> Outcome {
    let (what, text) = match name {
        "papertray-cli" => {
            let said = crate::shell::read(Command::new(program).arg("--help"))?;
            ("reads paper on the command line", said)
        }
        "papertray" => (
            "reads the paper you handle",
            "papertray [--hidden] [FILES...]\n\nOpens the window; takes FILES in. With --hidden only the tray icon shows.\n\
             \nPAPERTRAY_LIBRARY names the library's folder, PAPERTRAY_LOG what is told on standard error (warn, info, debug).\n"
                .to_owned(),
        ),
        _ => (
            "reads strangers' files for papertray",
            "papertray starts it, hands it files and takes its answers. It is of no use by itself.\n".to_owned(),
        ),
    };
    fs_err::create_dir_all(folder)?;
    super::deb::write_gz(&folder.join(format!("{name}.1.gz")), manual(name, what, &text).as_bytes())
}

fn manual(name: &str, what: &str, text: &str) -> String {
    // A line that begins with a point or a stroke is a command of the page's language.
    let line = |line: &str| format!("\\&{}", line.replace('\\', "\\e").replace('-', "\\-"));
    let escaped = text.lines().map(line).collect::<Vec<_>>().join("\n");
    format!(
        ".TH {} 1\n.SH NAME\n{} \\- {what}\n.SH DESCRIPTION\n.nf\n{escaped}\n.fi\n",
        name.to_uppercase(),
        name.replace('-', "\\-")
    )
}

/// Every file below a folder, in the order of their names.
pub(super) fn below(folder: &Path) -> Outcome<Vec<std::path::PathBuf>> {
    let (mut files, mut open) = (vec![], vec![folder.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(unix)]
fn copy(from: &Path, to: &Path, mode: u32) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    if let Some(folder) = to.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::copy(from, to)?;
    Ok(fs_err::set_permissions(to, std::fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn copy(from: &Path, to: &Path, _mode: u32) -> Outcome {
    fs_err::copy(from, to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_page_shows_the_text_and_runs_nothing() {
        let page = manual("papertray-cli", "reads", ".so /etc/passwd\n--json \\x\n");
        assert!(page.contains("\n\\&.so /etc/passwd\n\\&\\-\\-json \\ex\n"), "{page}");
        assert!(page.starts_with(".TH PAPERTRAY-CLI 1\n"));
    }

    /// The desktop's files name each other.
    #[test]
    fn the_desktop_finds_program_icon_and_description() {
        let linux = root().join("packaging/linux");
        let entry = fs_err::read_to_string(linux.join("app.papertray.desktop")).unwrap();
        let about = fs_err::read_to_string(linux.join("app.papertray.metainfo.xml")).unwrap();
        assert!(entry.contains("\nExec=papertray %F\n") && entry.contains("\nIcon=app.papertray\n"));
        assert!(about.contains("<launchable type=\"desktop-id\">app.papertray.desktop</launchable>"));
        for program in &PROGRAMS[..2] {
            assert!(about.contains(&format!("<binary>{program}</binary>")));
        }
        for (file, _) in ICONS {
            assert!(root().join("icons").join(file).is_file(), "{file}");
        }
        let version = super::super::deb::version().unwrap();
        assert!(
            about.contains(&format!("<release version=\"{version}\"")),
            "{version} is the newest release"
        );
    }
}
