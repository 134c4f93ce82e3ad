//! The real window on a library of fifty thousand documents: until it can be used, scrolling, typing, opening Review; and
//! the export of ten thousand rows.

use std::time::{Duration, Instant};

use papertray_driver::Window;
use papertray_engine::{Engine, EngineConfig, ExportFormat};
use papertray_store::{Durability, Store};
use serde_json::{Value, json};

use crate::{
    Outcome,
    figure::{Figure, percentile_ms},
    library,
    memory::held_kib,
    window::program,
};

const ROWS: usize = 10_000;
/// Somebody scrolls for so long, 120 pixels every 50 ms.
const SCROLLED: Duration = Duration::from_secs(8);
const OPENED: usize = 15;

/// What a list costs that does nothing: as many rows of bare text.
const PLAIN: &str = "
  const plain = document.createElement('div');
  plain.id = 'plain';
  plain.style = 'position: fixed; inset: 100px 20px 20px 220px; overflow: auto; background: #fff; z-index: 9999';
  plain.innerHTML = Array.from({ length: 2000 }, (_, i) => `<div style=\"height:52px;display:flex;gap:20px\"><b>Row ${i}</b><span>file_${i}.pdf</span></div>`).join('');
  document.body.append(plain);";

/// Notes the time between frames while a list is scrolled.
const SCROLL: &str = "
  const seen = (window.__frames = []);
  let last = performance.now();
  const frame = () => { const now = performance.now(); seen.push(now - last); last = now; window.__frame = requestAnimationFrame(frame); };
  window.__frame = requestAnimationFrame(frame);
  let list = document.querySelector(arguments[0]);
  while (list && list.scrollHeight <= list.clientHeight + 50) list = list.parentElement;
  window.__scroll = setInterval(() => { list.scrollTop += 120; }, 50);";
const STILL: &str =
    "cancelAnimationFrame(window.__frame); clearInterval(window.__scroll); return window.__frames;";

/// Notes how long the page is busy with each letter that is typed.
const TYPE: &str = "
  const seen = (window.__keys = []);
  document.querySelector('input[type=search], [role=searchbox], search input').focus();
  document.addEventListener('keydown', () => {
    const began = performance.now();
    const channel = new MessageChannel();
    channel.port1.onmessage = () => seen.push(performance.now() - began);
    setTimeout(() => channel.port2.postMessage(0));
  }, true);";

/// Opens the document at a place of the list, and notes how long it takes until its values stand there.
const OPEN: &str = "
  window.__opened = null;
  const began = performance.now();
  const row = document.querySelectorAll('[role=row][data-id]')[arguments[0]];
  row.focus();
  row.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  const look = () => {
    const there = !document.querySelector('[role=row][data-id]') && document.querySelector('aside, [role=tabpanel]')?.textContent.includes('Total');
    if (there) window.__opened = performance.now() - began; else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);";

fn durations(values: &Value) -> Vec<Duration> {
    let all = values.as_array().into_iter().flatten().filter_map(Value::as_f64);
    all.map(|ms| Duration::from_secs_f64(ms / 1000.0)).collect()
}

pub(crate) fn window() -> Outcome {
    let documents = library::documents()?;
    let folder = tempfile::tempdir()?;
    let place = folder.path().join("library");
    let ids = library::fill(&Store::open_with(&place, Durability::Normal)?, documents)?;

    let out = folder.path().join("rows.xlsx");
    let rows = ids.into_iter().rev().take(ROWS).collect();
    let exported = tokio::runtime::Runtime::new()?.block_on(async {
        let engine = Engine::open(EngineConfig::new(place)).await?;
        let began = Instant::now();
        engine.export(rows, ExportFormat::Xlsx, vec![], out).await?;
        let took = began.elapsed();
        engine.shutdown().await;
        Ok::<_, papertray_model::UserError>(took)
    })?;

    // The second start is the one that counts: nobody is welcomed twice.
    let folder = Window::start(&program()?, folder, &[], &[]).welcomed().close();
    let began = Instant::now();
    let window = Window::start(&program()?, folder, &[], &[]);
    window.wait_for("[role=row][data-id]", "");
    let started = began.elapsed();
    std::thread::sleep(Duration::from_secs(2));

    let scrolled = |list: &str| {
        window.script(SCROLL, &json!([list]));
        std::thread::sleep(SCROLLED);
        durations(&window.script(STILL, &json!([])))
    };
    let frames = scrolled("[role=rowgroup]");
    window.script(PLAIN, &json!([]));
    let plain = scrolled("#plain");
    window.script("document.getElementById('plain').remove()", &json!([]));

    let mut opened = vec![];
    for n in 0..OPENED {
        window.script(OPEN, &json!([n % 8]));
        let took = window
            .until("Review shows the values", |w| w.script("return window.__opened", &json!([])).as_f64());
        opened.push(Duration::from_secs_f64(took / 1000.0));
        window.press("\u{e00c}"); // Escape
        window.wait_for("[role=row][data-id]", "");
        std::thread::sleep(Duration::from_millis(300));
    }

    window.script(TYPE, &json!([]));
    for letter in "corin belda vendor:an ".chars() {
        window.press(&letter.to_string());
        std::thread::sleep(Duration::from_millis(90));
    }
    std::thread::sleep(Duration::from_secs(1));
    let keys = durations(&window.script("return window.__keys", &json!([])));
    let held = held_kib(window.pid()) as f64 / 1024.0;
    if frames.len() < 20 || plain.len() < 20 || keys.len() < 10 {
        return Err(format!("{} frames and {} keys were seen", frames.len(), keys.len()).into());
    }
    let slow = frames.iter().filter(|frame| **frame > Duration::from_millis(32)).count();
    let of = |name: &str, took: &[Duration], share: f64| {
        Figure::new(format!("… {name}"), "ms", percentile_ms(took, share))
    };
    Ok(vec![
        Figure::new(
            format!("{documents} documents, the first rows after the start, with its driver"),
            "s",
            started.as_secs_f64(),
        ),
        of("a frame while scrolling, p50", &frames, 0.5),
        of("a frame while scrolling, p99", &frames, 0.99),
        of("the longest frame", &frames, 1.0),
        of("a frame while a list of bare text is scrolled, p50", &plain, 0.5),
        of("the same, p99", &plain, 0.99),
        Figure::new("… frames over 32 ms", "%", slow as f64 * 100.0 / frames.len() as f64),
        of("the page busy with a typed letter, p50", &keys, 0.5),
        of("the longest", &keys, 1.0),
        of("from the list to the values in Review, p50", &opened, 0.5),
        of("the longest", &opened, 1.0),
        Figure::new("… the window's memory (PSS)", "MiB", held),
        Figure::new(format!("{ROWS} rows as XLSX"), "s", exported.as_secs_f64()),
    ])
}
