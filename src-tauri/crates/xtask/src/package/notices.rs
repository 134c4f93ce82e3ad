//! What the package owes those whose work is inside: each library's name, licence and the text of it.
//!
//! Taken from what cargo and npm have on the disk, so the list is that of what is built. Equal texts stand once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::stage::PROGRAMS;
use crate::places::root;
use crate::shell::{Outcome, Trouble, read};
use crate::ui;

/// A library that is inside.
#[derive(Debug, Clone)]
struct Library {
    name: String,
    version: String,
    /// As an SPDX expression.
    licence: String,
    authors: String,
    home: String,
    folder: PathBuf,
}

/// Work that comes with a library under another name.
const INSIDE: &str = "\
SQLite (in libsqlite3-sys): in the public domain, https://sqlite.org/copyright.html
zxing-cpp (in the crate zxing-cpp): Apache-2.0, https://github.com/zxing-cpp/zxing-cpp
The Rust standard library: MIT OR Apache-2.0, https://www.rust-lang.org
PDFium, OpenVINO with oneTBB and hwloc, the PP-OCRv6 models and the fonts: see the folder `licenses`.
";

/// The text of MIT's licence, for those who name it and bring none along.
const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
";

/// Writes `copyright` and `THIRD-PARTY.txt` into `folder`.
pub(super) fn write(folder: &Path) -> Outcome {
    let mut libraries = crates()?;
    libraries.extend(modules(&ui::folder())?);
    libraries.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    fs_err::create_dir_all(folder)?;
    fs_err::write(folder.join("THIRD-PARTY.txt"), text(&libraries))?;
    let own = fs_err::read_to_string(root().join("LICENSE-MIT"))?;
    let line = |line: &str| if line.trim().is_empty() { " .".to_owned() } else { format!(" {line}") };
    let indented = own.lines().map(line).collect::<Vec<_>>().join("\n");
    fs_err::write(
        folder.join("copyright"),
        format!(
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Papertray\n\
             Comment: The libraries inside, each with its licence, are listed in THIRD-PARTY.txt; the licences of\n \
             PDFium, OpenVINO, the models and the fonts lie in the folder licenses.\n\nFiles: *\n\
             Copyright: Papertray contributors\nLicense: Expat or Apache-2.0\n\nLicense: Expat\n{indented}\n\n\
             License: Apache-2.0\n See /usr/share/common-licenses/Apache-2.0\n"
        ),
    )?;
    Ok(())
}

/// The crates that are linked into the programs, on this platform.
fn crates() -> Outcome<Vec<Library>> {
    let triple = read(Command::new("rustc").arg("-vV"))?;
    let triple = triple.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", &triple]);
    let said = read(cargo.current_dir(root()))?;
    let said: Value =
        serde_json::from_str(&said).map_err(|e| Trouble::new(format!("cargo's answer: {e}")))?;
    Ok(linked(&said))
}

/// What is reached from the programs by ordinary dependencies; what only a build or a test uses is not inside.
fn linked(metadata: &Value) -> Vec<Library> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|p| (word(&p["id"]), p)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|n| (word(&n["id"]), n)).collect();
    let own: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(word).collect();
    let is_program =
        |id: &String| packages.get(id).is_some_and(|p| PROGRAMS.contains(&word(&p["name"]).as_str()));
    let mut open: Vec<String> = own.iter().filter(|id| is_program(id)).cloned().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let macro_only = packages.get(&id).is_some_and(|package| {
            list(&package["targets"]).iter().any(|t| list(&t["kind"]).contains(&Value::from("proc-macro")))
        });
        if macro_only || !seen.insert(id.clone()) {
            continue;
        }
        for dependency in list(&nodes.get(&id).cloned().unwrap_or_default()["deps"]) {
            if list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                open.push(word(&dependency["pkg"]));
            }
        }
    }
    let libraries = seen.difference(&own).filter_map(|id| packages.get(id)).map(|package| Library {
        name: word(&package["name"]),
        version: word(&package["version"]),
        licence: word(&package["license"]),
        authors: list(&package["authors"]).iter().map(word).collect::<Vec<_>>().join(", "),
        home: word(&package["repository"]),
        folder: Path::new(&word(&package["manifest_path"])).parent().unwrap_or(Path::new("")).to_owned(),
    });
    libraries.collect()
}

/// The npm packages that the window's page is built from.
fn modules(ui: &Path) -> Outcome<Vec<Library>> {
    let lock = fs_err::read_to_string(ui.join("package-lock.json"))?;
    let lock: Value =
        serde_json::from_str(&lock).map_err(|e| Trouble::new(format!("`package-lock.json`: {e}")))?;
    let mut found = vec![];
    for (place, entry) in lock["packages"].as_object().into_iter().flatten() {
        let Some((_, name)) = place.rsplit_once("node_modules/") else { continue };
        let folder = ui.join(place);
        // What only builds or tests the page is not in it; what is optional may not be here.
        if entry["dev"] == true || !folder.is_dir() {
            continue;
        }
        let about = fs_err::read_to_string(folder.join("package.json"))?;
        let about: Value = serde_json::from_str(&about).unwrap_or_default();
        let author =
            about["author"]["name"].as_str().or_else(|| about["author"].as_str()).unwrap_or_default();
        let home = about["repository"]["url"].as_str().or_else(|| about["repository"].as_str());
        found.push(Library {
            name: name.to_owned(),
            version: about["version"].as_str().unwrap_or_default().to_owned(),
            licence: about["license"].as_str().unwrap_or_default().to_owned(),
            authors: author.to_owned(),
            home: home.unwrap_or_default().to_owned(),
            folder,
        });
    }
    Ok(found)
}

/// The texts that a library brings along.
fn texts(library: &Library) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(&library.folder) else { return vec![] };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let named = files.into_iter().filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
        let begins = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT"];
        // A module of that name is no licence.
        let is_source = file.extension().is_some_and(|ending| ending == "rs");
        file.is_file() && begins.iter().any(|begin| name.starts_with(begin)) && !is_source
    });
    named
        .filter_map(|file| fs_err::read(file).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).replace('\r', "").trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}

fn text(libraries: &[Library]) -> String {
    let mut out = "What others wrote and Papertray carries, with their licences.\n\n".to_owned();
    let _ = writeln!(out, "{INSIDE}");
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for library in libraries {
        let called = format!("{} {}", library.name, library.version);
        let _ = writeln!(out, "{called}: {} {}", library.licence, library.home);
        let mut found = texts(library);
        if found.is_empty() && library.licence.contains("MIT") {
            let who = if library.authors.is_empty() { "its authors" } else { &library.authors };
            found.push(format!("Copyright (c) {who}\n\n{MIT}"));
        }
        for text in found {
            all.entry(text).or_default().push(called.clone());
        }
    }
    for (text, of) in all {
        let _ = write!(out, "\n{}\n{}\n{}\n\n{text}\n", "=".repeat(80), of.join(", "), "-".repeat(80));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that a licence goes by; one of them must stand in each expression.
    const KNOWN: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "BSD",
        "ISC",
        "Zlib",
        "MPL-2.0",
        "Unicode-3.0",
        "0BSD",
        "CC0-1.0",
        "BSL-1.0",
        "Unlicense",
        "CDLA-Permissive-2.0",
    ];

    #[test]
    fn every_library_inside_is_named_with_a_licence_and_its_text() {
        let crates = crates().unwrap();
        let names: Vec<&str> = crates.iter().map(|c| c.name.as_str()).collect();
        for inside in ["rusqlite", "pdfium-render", "tauri", "serde", "tokio"] {
            assert!(names.contains(&inside), "{inside}");
        }
        for outside in ["wiremock", "tauri-build", "serde_derive", "papertray-model"] {
            assert!(!names.contains(&outside), "{outside}");
        }
        let mut all = crates;
        all.extend(modules(&ui::folder()).unwrap());
        for library in &all {
            // One that names no expression brings its text along.
            let known = KNOWN.iter().any(|name| library.licence.contains(name)) || !texts(library).is_empty();
            assert!(known, "{}: `{}`", library.name, library.licence);
        }
        // Those without a text name a licence whose text others bring along.
        let text = text(&all);
        for bare in all.iter().filter(|l| texts(l).is_empty() && !l.licence.contains("MIT")) {
            let elsewhere = ["Apache-2.0", "BSD-3-Clause", "MPL-2.0", "Zlib"];
            assert!(elsewhere.iter().any(|name| bare.licence.contains(name)), "{bare:?}");
        }
        assert!(text.contains("Apache License") && text.contains("Mozilla Public License"));
    }
}
