//! The programs that read: ours through its command line, Tesseract through its own, RapidOCR in a Python process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Error;

/// What a program read of each page, in order, and the processor seconds all of it took.
pub(super) struct Read {
    pub(super) texts: Vec<String>,
    pub(super) cpu: f64,
}

/// A program beside ours.
pub(super) enum Engine {
    /// From the system's packages, with the models that come with it.
    Tesseract,
    /// The Python that has it.
    RapidOcr(PathBuf),
}

/// Version of RapidOCR in its cached environment.
const RAPIDOCR: &[&str] = &["rapidocr==3.10.0", "onnxruntime==1.31.1"];
/// Reads the files named on standard input; a line of JSON each.
const SCRIPT: &str = r#"
import json, logging, sys
logging.disable(logging.CRITICAL)
from rapidocr import RapidOCR
engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1,
                          "EngineConfig.onnxruntime.inter_op_num_threads": 1})
for name in sys.stdin.read().splitlines():
    print(json.dumps("\n".join(engine(name).txts or ())), flush=True)
"#;

impl Engine {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Tesseract => "tesseract",
            Self::RapidOcr(_) => "rapidocr",
        }
    }

    pub(super) fn read(&self, pictures: &[PathBuf]) -> Result<Read, Error> {
        let before = cpu_of_children()?;
        let texts = match self {
            Self::Tesseract => pictures.iter().map(|picture| tesseract(picture)).collect::<Result<_, _>>()?,
            Self::RapidOcr(python) => rapidocr(python, pictures)?,
        };
        Ok(Read { texts, cpu: cpu_of_children()? - before })
    }
}

/// The programs of `wanted` (names parted by commas) that are on this computer or can be had.
pub(super) fn present(wanted: &str, folder: &Path) -> Vec<Engine> {
    let mut engines = vec![];
    if wanted.contains("tesseract") {
        match Command::new("tesseract").arg("--version").output() {
            Ok(_) => engines.push(Engine::Tesseract),
            Err(_) => eprintln!("tesseract is not installed (on Debian: `apt-get install tesseract-ocr`)"),
        }
    }
    if wanted.contains("rapidocr") {
        match python_with_rapidocr(folder) {
            Ok(python) => engines.push(Engine::RapidOcr(python)),
            Err(error) => eprintln!("RapidOCR cannot be had: {error}"),
        }
    }
    engines
}

/// A Python environment with RapidOCR in the cache folder, made once.
fn python_with_rapidocr(folder: &Path) -> Result<PathBuf, Error> {
    let cache = match std::env::var_os("HOME") {
        Some(home) => PathBuf::from(home).join(".cache/papertray"),
        None => folder.to_owned(),
    };
    let environment = cache.join("bench-rapidocr-3.10.0");
    let python = environment.join("bin/python");
    let whole = environment.join("whole");
    if !whole.is_file() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(RAPIDOCR))?;
        fs_err::write(whole, "")?;
    }
    Ok(python)
}

fn succeed(command: &mut Command) -> Result<(), Error> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into())
}

/// Ours: one process, a child a core.
pub(super) fn papertray(pictures: &[PathBuf]) -> Result<Read, Error> {
    let program = std::env::current_exe()?.with_file_name("papertray-cli");
    let before = cpu_of_children()?;
    let output = Command::new(program).args(["--json", "read"]).args(pictures).output()?;
    let answers = String::from_utf8_lossy(&output.stdout);
    let mut texts = vec![];
    for line in answers.lines() {
        let answer: Value = serde_json::from_str(line)?;
        let pages = answer["pages"].as_array().cloned().unwrap_or_default();
        let page: Vec<&str> = pages.iter().filter_map(|page| page["text"].as_str()).collect();
        texts.push(page.join("\n"));
    }
    if texts.len() != pictures.len() {
        return Err(format!("papertray-cli answered for {} of {}", texts.len(), pictures.len()).into());
    }
    Ok(Read { texts, cpu: cpu_of_children()? - before })
}

fn tesseract(picture: &Path) -> Result<String, Error> {
    let mut command = Command::new("tesseract");
    command.arg(picture).args(["-", "--psm", "3"]).env("OMP_THREAD_LIMIT", "1");
    Ok(String::from_utf8_lossy(&command.output()?.stdout).into_owned())
}

fn rapidocr(python: &Path, pictures: &[PathBuf]) -> Result<Vec<String>, Error> {
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .env("OMP_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        use std::io::Write;
        for picture in pictures {
            writeln!(input, "{}", picture.display())?;
        }
    }
    let output = child.wait_with_output()?;
    let texts: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    if texts.len() != pictures.len() {
        return Err(format!("RapidOCR answered for {} of {}", texts.len(), pictures.len()).into());
    }
    Ok(texts)
}

/// Processor seconds of every process that was started and waited for, theirs included: fields 16 and 17 of proc(5)'s
/// `stat`, in ticks of 1/100 s.
fn cpu_of_children() -> Result<f64, Error> {
    let stat = fs_err::read_to_string("/proc/self/stat")?;
    // The second field, the name in brackets, may hold spaces.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Result<Vec<f64>, _> = rest.split_whitespace().skip(13).take(2).map(str::parse).collect();
    Ok(ticks?.iter().sum::<f64>() / 100.0)
}
