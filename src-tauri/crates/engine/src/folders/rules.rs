//! Which names in a drop folder are files for the library, and why the others are not.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use papertray_model::{ErrorCode, UserError};

use crate::Result;

/// Where originals move to after their import.
pub(crate) const PROCESSED: &str = "Processed";
/// The watcher's own files, whose events tell that events arrive.
pub(crate) const PROBE: &str = ".papertray-probe-";

const UNFINISHED: [&str; 7] = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download"];
const SYSTEM_FILES: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];
const SYSTEM_FOLDERS: [&str; 6] =
    ["@eadir", "__macosx", "#recycle", "$recycle.bin", "lost+found", "system volume information"];

/// The rules of one folder.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    own: Vec<(String, GlobMatcher, bool)>,
    /// Absolute paths of folders that are never entered.
    excluded: Vec<PathBuf>,
}

impl Rules {
    /// Rules with a person's patterns. One without `/` is compared with the name, one with `/` with the path below
    /// the folder.
    pub(crate) fn new(patterns: &[String], excluded: Vec<PathBuf>) -> Result<Self> {
        let mut own = vec![];
        for pattern in patterns.iter().map(|p| p.trim()).filter(|p| !p.is_empty()) {
            let glob = GlobBuilder::new(pattern.trim_start_matches('/'))
                .literal_separator(true)
                .case_insensitive(true)
                .build()
                .map_err(|e| {
                    UserError::new(
                        ErrorCode::Usage,
                        format!("`{pattern}` is not a pattern: {}.", e.kind()),
                        "Patterns look like `*.bak`, `drafts/**` or `scan-??.pdf`.",
                    )
                })?;
            own.push((pattern.to_owned(), glob.compile_matcher(), pattern.contains('/')));
        }
        Ok(Self { own, excluded })
    }

    /// Why the file of this name (`below`: its path below the folder) is left alone; `None`: it is a candidate.
    pub(crate) fn leaves(&self, name: &str, below: &str) -> Option<String> {
        let lower = name.to_lowercase();
        let own = self.own.iter().find(|(_, glob, whole)| glob.is_match(if *whole { below } else { name }));
        if let Some((pattern, ..)) = own {
            return Some(format!("It matches your rule `{pattern}`."));
        }
        let reason = if name.starts_with("~$") {
            "It is a lock file that an office program keeps while a document is open."
        } else if SYSTEM_FILES.contains(&lower.as_str()) {
            "It is a file that the system keeps for itself."
        } else if UNFINISHED.iter().any(|end| lower.ends_with(end)) {
            "It has the name of an unfinished copy. It is taken when it gets its final name."
        } else if name.starts_with('.') {
            "It is a hidden file."
        } else if name.ends_with('~') {
            "It is an editor's backup copy."
        } else {
            return None;
        };
        Some(reason.to_owned())
    }

    /// Whether files in this folder are looked at.
    pub(crate) fn enters(&self, path: &Path, name: &str, below: &str) -> bool {
        let ours = below == PROCESSED || self.excluded.iter().any(|e| e == path);
        let systems = name.starts_with('.') || SYSTEM_FOLDERS.contains(&name.to_lowercase().as_str());
        let own = self.own.iter().any(|(_, glob, whole)| glob.is_match(if *whole { below } else { name }));
        !(ours || systems || own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_programs_keep_for_themselves_are_left() {
        let rules = Rules::new(&["*.bak".into(), "drafts/*".into()], vec!["/in/library".into()]).unwrap();
        for left in [
            ".hidden",
            "._a.pdf",
            "~$a.docx",
            "a.PDF.part",
            "a.crdownload",
            "x.tmp",
            "Thumbs.db",
            "a.pdf~",
            "OLD.BAK",
        ] {
            assert!(rules.leaves(left, left).is_some(), "{left}");
        }
        assert!(rules.leaves("a.pdf", "drafts/a.pdf").is_some_and(|why| why.contains("drafts/*")));
        for taken in ["a.pdf", "part", "a.part.pdf", "tmp.pdf", "$a.pdf", "Ünï.pdf"] {
            assert!(rules.leaves(taken, taken).is_none(), "{taken}");
        }
        let enters = |path: &str| {
            let name = path.rsplit('/').next().unwrap();
            rules.enters(&Path::new("/in").join(path), name, path)
        };
        assert!(enters("Acme") && enters("Acme/Processed"));
        for closed in ["Processed", "library", ".git", "@eaDir", "a/__MACOSX"] {
            assert!(!enters(closed), "{closed}");
        }
    }

    #[test]
    fn a_wrong_pattern_is_named() {
        let error = Rules::new(&["a[".into()], vec![]).unwrap_err();
        assert_eq!(error.code, ErrorCode::Usage);
        assert!(error.message.contains("`a[`"));
    }
}
