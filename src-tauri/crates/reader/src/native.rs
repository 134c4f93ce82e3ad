//! Where the native parts are: PDFium, the OpenVINO runtime and the recognition models.
//!
//! The folder's layout: `libpdfium.so`, `openvino/` (the runtime's libraries side by side), and in `models/`
//! `det-quick.onnx`, `rec-quick.onnx` with its characters in `rec-quick.txt`, and `rec.onnx`. Set-up puts it into the
//! user's cache; an installed Papertray carries it beside its program.

use std::path::{Path, PathBuf};

use crate::ReadError;

/// The environment variable that names the folder.
pub const VARIABLE: &str = "PAPERTRAY_NATIVE";

/// The folder with the native parts: the one [`VARIABLE`] names, else `native` or `../lib/papertray` beside the
/// program, else `papertray/native/current` in the user's cache.
pub fn find() -> Result<PathBuf, ReadError> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|v| !v.is_empty()) {
        let folder = PathBuf::from(named);
        return if holds_parts(&folder) {
            Ok(folder)
        } else {
            Err(ReadError::missing(format!(
                "`{VARIABLE}` names `{}`, which does not hold PDFium, OpenVINO and the models.",
                folder.display()
            )))
        };
    }
    candidates().into_iter().find(|folder| holds_parts(folder)).ok_or_else(|| {
        ReadError::missing("PDFium, OpenVINO or the recognition models are not installed on this computer.")
    })
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = vec![];
    if let Some(beside) = std::env::current_exe().ok().and_then(|p| p.parent().map(Path::to_path_buf)) {
        folders.push(beside.join("native"));
        folders.push(beside.join("../lib/papertray"));
    }
    if let Some(user) = directories::BaseDirs::new() {
        folders.push(user.cache_dir().join("papertray/native/current"));
    }
    folders
}

/// The folder of the compiled models in the user's cache: a child that finds them starts in half the processor time, and
/// children share the pages of these files. Whoever finds none has them made; the runtime itself knows by hashes
/// whether they fit its version and the models.
pub fn prepared() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|user| user.cache_dir().join("papertray/prepared-2"))
}

const MODELS: [&str; 4] = ["det-quick.onnx", "rec-quick.onnx", "rec-quick.txt", "rec.onnx"];

/// Whether the folder holds all parts.
pub fn holds_parts(folder: &Path) -> bool {
    pdfium(folder).is_file()
        && openvino(folder).is_some()
        && MODELS.iter().all(|m| folder.join("models").join(m).is_file())
}

/// The PDF library in this folder.
pub fn pdfium(folder: &Path) -> PathBuf {
    folder.join(format!("{}pdfium{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// The recognition runtime's C library in this folder; its name carries a version on some systems.
pub fn openvino(folder: &Path) -> Option<PathBuf> {
    let name = format!("{}openvino_c", std::env::consts::DLL_PREFIX);
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder.join("openvino"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(&name)))
        .collect();
    found.sort();
    found.pop()
}
