//! Runs the real program on a library of its own.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use papertray_fixtures::{Set, Truth, write_set};
use serde_json::Value;
use tempfile::TempDir;

/// Every fixture is made from this.
pub(crate) const SEED: u64 = 7;

/// A folder with documents and a library.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) lines: Vec<Value>,
    pub(crate) errors: String,
}

impl Said {
    /// The only answer.
    pub(crate) fn one(&self) -> &Value {
        assert_eq!(self.lines.len(), 1, "one answer: {:?} {}", self.lines, self.errors);
        &self.lines[0]
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Makes a set of documents.
    pub(crate) fn documents(&self, set: Set) -> (PathBuf, Truth) {
        let folder = self.folder.path().join(format!("{set:?}"));
        let truth = write_set(&folder, set, SEED).unwrap();
        fs_err::remove_file(folder.join("truth.json")).unwrap();
        (folder, truth)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.path("library")
    }

    /// Puts a small PDF of its own text down; no two numbers give the same bytes.
    pub(crate) fn small_pdf(&self, number: u64) -> PathBuf {
        let path = self.path(&format!("small-{number}.pdf"));
        fs_err::write(&path, papertray_fixtures::small_pdf(SEED, number)).unwrap();
        path
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_papertray-cli"));
        command.arg("--library").arg(self.library()).arg("--json").args(words).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end; every line it prints must be JSON.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let output = self.command(words).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines =
            text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
        Said {
            code: output.status.code().unwrap_or(-1),
            lines,
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn start(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The documents by file name.
    pub(crate) fn list(&self) -> BTreeMap<String, Value> {
        let said = self.run(&["list"]);
        said.lines.into_iter().map(|row| (text(&row, "filename").to_owned(), row)).collect()
    }

    /// Adds a file and answers the document's id.
    pub(crate) fn read(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs_err::write(&path, bytes).unwrap();
        self.run(&["add", arg(&path), "--wait"]);
        text(&self.list()[name], "document_id").to_owned()
    }

    /// What breaks the promise "every file one document, every page once"; empty where it is kept.
    pub(crate) fn unaccounted(&self, files: &[PathBuf]) -> Vec<String> {
        let mut wrong = vec![];
        let rows = self.run(&["list"]).lines;
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy();
            let of_file: Vec<_> = rows.iter().filter(|row| text(row, "filename") == name).collect();
            if of_file.len() != 1 {
                wrong.push(format!("{name}: {} documents", of_file.len()));
            }
            for row in of_file {
                wrong.extend(self.pages_unaccounted(row).into_iter().map(|w| format!("{name}: {w}")));
            }
        }
        if rows.len() != files.len() {
            wrong.push(format!("{} files, {} documents", files.len(), rows.len()));
        }
        wrong
    }

    fn pages_unaccounted(&self, row: &Value) -> Vec<String> {
        let mut wrong = vec![];
        if text(row, "status") != "ocr_complete" || text(row, "metadata") != "ready" {
            wrong.push(format!("{} / {}", row["status"], row["metadata"]));
        }
        let shown = self.run(&["show", text(row, "document_id"), "--words"]);
        let document = shown.one();
        let numbers: Vec<u64> = document["pages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["page_number"].as_u64().unwrap())
            .collect();
        let wanted: Vec<u64> = (1..=document["page_count"].as_u64().unwrap()).collect();
        if numbers != wanted || wanted.is_empty() {
            wrong.push(format!("pages {numbers:?} of {wanted:?}"));
        }
        for page in document["pages"].as_array().unwrap() {
            let picture = page["storage_uri"].as_str().map(|uri| self.library().join(uri));
            if !picture.is_some_and(|p| p.is_file()) {
                wrong.push(format!("no picture of page {}", page["page_number"]));
            }
        }
        wrong
    }
}

/// A text member of an answer.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The file's path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The share of words, counted with repeats and case folded, that two texts have in common (F1).
pub(crate) fn word_f1(got: &str, wanted: &str) -> f64 {
    let count = |text: &str| {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        for word in text.split_whitespace() {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
        words
    };
    let (got, wanted) = (count(got), count(wanted));
    let shared: usize = got.iter().map(|(w, n)| (*n).min(*wanted.get(w).unwrap_or(&0))).sum();
    let total: usize = got.values().sum::<usize>() + wanted.values().sum::<usize>();
    if total == 0 { 1.0 } else { 2.0 * shared as f64 / total as f64 }
}
