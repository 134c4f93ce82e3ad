//! The real window while ten thousand small documents are read: how long a frame takes while somebody scrolls and goes
//! from view to view, and how long a command takes as the page sees it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use papertray_driver::Window;
use serde_json::{Value, json};

use crate::{
    Error, Outcome,
    figure::{Figure, percentile_ms, rate},
};

/// How many documents, where `PAPERTRAY_BENCH_DOCUMENTS` says nothing else.
const DOCUMENTS: u64 = 10_000;
const PATIENCE: Duration = Duration::from_secs(1800);

/// Notes the time between frames, and of a command every quarter of a second; scrolls the list all the while.
const WATCH: &str = "
  const seen = (window.__seen = { frames: [], commands: [] });
  let last = performance.now();
  const frame = () => { const now = performance.now(); seen.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const ask = async () => {
    const began = performance.now();
    await window.__TAURI_INTERNALS__.invoke('list_documents', { query: { filter: 'all', limit: 50 } });
    seen.commands.push(performance.now() - began);
    setTimeout(ask, 250);
  };
  ask();
  setInterval(() => {
    const list = document.querySelector('[role=grid], [data-scroller], main .scroll') ?? document.scrollingElement;
    for (let at = list; at; at = at.parentElement) {
      if (at.scrollHeight > at.clientHeight + 50) { at.scrollTop = (at.scrollTop + 240) % (at.scrollHeight - at.clientHeight); break; }
    }
  }, 100);";

pub(crate) fn load() -> Outcome {
    let documents = match std::env::var("PAPERTRAY_BENCH_DOCUMENTS") {
        Ok(number) => number.parse()?,
        Err(_) => DOCUMENTS,
    };
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("files");
    papertray_fixtures::small_pdfs(&files, documents, 11)?;
    let window = Window::start(&program()?, folder, &[], &[]).welcomed();
    window.script(WATCH, &json!([]));
    let began = Instant::now();
    window.add(&[&files]);
    let answered = began.elapsed();
    let mut view = 0;
    loop {
        let now = window.invoke("snapshot", &json!({}));
        let number = |value: &Value| value.as_u64().unwrap_or(0);
        let over = number(&now["status"]["completed"]) + number(&now["status"]["failed"]);
        if over >= 2 * documents {
            break;
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("after {PATIENCE:?} only {over} jobs are over").into());
        }
        window.click("nav a, nav button", ["Activity", "Inbox"][view % 2]);
        view += 1;
        std::thread::sleep(Duration::from_secs(3));
    }
    let took = began.elapsed();
    let seen = window.script("return window.__seen", &json!([]));
    let times = |what: &str| -> Vec<Duration> {
        let all = seen[what].as_array().into_iter().flatten().filter_map(Value::as_f64);
        all.map(|ms| Duration::from_secs_f64(ms / 1000.0)).collect()
    };
    let (frames, commands) = (times("frames"), times("commands"));
    if frames.len() < 100 || commands.is_empty() {
        return Err("the window drew nothing".into());
    }
    let slow = frames.iter().filter(|frame| **frame > Duration::from_millis(50)).count();
    Ok(vec![
        Figure::new(
            format!("{documents} documents in the window, the answer of `add_files`"),
            "ms",
            answered.as_secs_f64() * 1e3,
        ),
        Figure::new("… all read and described", "documents/s", rate(documents as usize, took)),
        Figure::new("… a frame meanwhile, p50", "ms", percentile_ms(&frames, 0.5)),
        Figure::new("… a frame meanwhile, p99", "ms", percentile_ms(&frames, 0.99)),
        Figure::new("… the longest frame", "ms", percentile_ms(&frames, 1.0)),
        Figure::new("… frames over 50 ms", "%", slow as f64 * 100.0 / frames.len() as f64),
        Figure::new("… a command as the page sees it, p50", "ms", percentile_ms(&commands, 0.5)),
        Figure::new("… a command as the page sees it, p99", "ms", percentile_ms(&commands, 0.99)),
    ])
}

/// The application, which was built beside this program.
pub(crate) fn program() -> Result<PathBuf, Error> {
    Ok(std::env::current_exe()?.with_file_name("papertray"))
}
