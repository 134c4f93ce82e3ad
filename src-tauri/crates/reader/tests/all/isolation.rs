//! A child that hangs, dies, eats or is cancelled costs one page, and leaves nothing behind.

use std::time::{Duration, Instant};

use crate::common::{Story, pdf};
use papertray_model::ErrorCode;
use papertray_reader::{OpenOptions, PageOptions, PoolConfig};

fn three_pages(fault: &str, change: impl FnOnce(&mut PoolConfig)) -> (Story, std::path::PathBuf) {
    let story = Story::with(|config| {
        config.fault = Some(fault.into());
        change(config);
    });
    let file = story.file("three.pdf", pdf(&[&["One"], &["Two"], &["Three"]]));
    (story, file)
}

/// Reads pages 1 to 3 of which the second goes wrong with `code`.
async fn second_fails(story: &Story, file: &std::path::Path, code: ErrorCode) {
    let mut document = story.open(file).await;
    assert_eq!(document.read_page(1, PageOptions::default()).await.unwrap().page.text(), "One");
    let error = document.read_page(2, PageOptions::default()).await.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert_eq!(document.read_page(3, PageOptions::default()).await.unwrap().page.text(), "Three");
}

#[tokio::test]
async fn a_crash_costs_one_page() {
    let (story, file) = three_pages("abort-on-page-2", |_| ());
    second_fails(&story, &file, ErrorCode::ReaderCrashed).await;
}

#[tokio::test]
async fn a_hang_costs_one_page() {
    let (story, file) = three_pages("hang-on-page-2", |c| {
        c.page_timeout = Duration::from_millis(700);
        c.wall_factor = 1;
    });
    second_fails(&story, &file, ErrorCode::TimedOut).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_page_that_spins_is_stopped_by_its_processor_time() {
    let (story, file) = three_pages("spin-on-page-2", |c| {
        c.page_timeout = Duration::from_millis(400);
        c.wall_factor = 10_000;
    });
    second_fails(&story, &file, ErrorCode::TimedOut).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_wall_of_the_sandbox_stands() {
    let (story, file) = three_pages("cross-walls", |_| ());
    let mut document = story.open(&file).await;
    let tried = document.read_page(1, PageOptions::default()).await.unwrap_err().message;
    assert_eq!(tried.lines().count(), 9, "{tried}");
    for line in tried.lines() {
        assert!(line.ends_with(": refused"), "{tried}");
    }
}

#[tokio::test]
async fn a_page_that_eats_memory_is_stopped() {
    let (story, file) = three_pages("eat-memory", |c| c.memory_cap_mib = 300);
    let mut document = story.open(&file).await;
    let error = document.read_page(1, PageOptions::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::OutOfMemory, "{error}");
}

#[tokio::test]
async fn a_cancelled_page_kills_its_child_at_once_and_reading_goes_on() {
    let (story, file) = three_pages("hang-on-page-2", |_| ());
    let mut document = story.open(&file).await;
    let first = children_of_this_process();
    assert_eq!(first.len(), 1);
    let cancelled =
        tokio::time::timeout(Duration::from_millis(300), document.read_page(2, PageOptions::default())).await;
    assert!(cancelled.is_err(), "the page hangs");
    gone(first[0]).await;
    assert_eq!(document.read_page(3, PageOptions::default()).await.unwrap().page.text(), "Three");
}

#[tokio::test]
async fn an_idle_child_is_used_again_and_a_dead_one_is_not() {
    let (story, file) = three_pages("none", |_| ());
    drop(story.open(&file).await);
    let mut document = story.open(&file).await;
    let before = children_of_this_process();
    drop(document);
    document = story.open(&file).await;
    assert_eq!(children_of_this_process(), before, "the same child");
    drop(document);
    kill(before[0]);
    gone(before[0]).await;
    let mut document = story.open(&file).await;
    assert_eq!(document.read_page(1, PageOptions::default()).await.unwrap().page.text(), "One");
}

#[tokio::test]
async fn many_wait_in_line_for_few_children() {
    let (story, file) = three_pages("none", |c| c.children = 2);
    let mut tasks = vec![];
    for i in 0..24u32 {
        let (pool, file) = (story.pool.clone(), file.clone());
        tasks.push(tokio::spawn(async move {
            let mut document = pool.open(&file, OpenOptions::default()).await.unwrap();
            let read = document.read_page(1 + i % 3, PageOptions::default()).await.unwrap();
            read.page.text()
        }));
    }
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), ["One", "Two", "Three"][i % 3]);
    }
    assert!(children_of_this_process().len() <= 2);
    story.pool.close().await;
    let closed = story.pool.open(&file, OpenOptions::default()).await.unwrap_err();
    assert_eq!(closed.code, ErrorCode::WrongState);
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let story = Story::with(|config| config.program = "/nowhere/papertray-reader".into());
    let file = story.file("a.txt", "text");
    let error = story.pool.open(&file, OpenOptions::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReaderMissing);
    assert!(error.message.contains("/nowhere/papertray-reader"), "{error}");
    assert_eq!(story.pool.check().await.unwrap_err().code, ErrorCode::ReaderMissing);
}

#[tokio::test]
async fn missing_native_parts_are_told() {
    let story = Story::with(|config| config.native = "/nowhere".into());
    let error = story.pool.check().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReaderMissing, "{error}");
    let file = story.file("one.pdf", pdf(&[&["One"]]));
    let error = story.pool.open(&file, OpenOptions::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReaderMissing, "{error}");
}

/// Processes whose parent is this test. (Each test runs in its own process under nextest.)
fn children_of_this_process() -> Vec<u32> {
    let own = std::process::id().to_string();
    let mut found = vec![];
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut after_name = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
        if after_name.next().is_some_and(|state| state != "Z") && after_name.next() == Some(own.as_str()) {
            found.push(pid);
        }
    }
    found.sort_unstable();
    found
}

fn kill(pid: u32) {
    let status = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Waits until the process is gone and reaped.
async fn gone(pid: u32) {
    let started = Instant::now();
    while std::path::Path::new(&format!("/proc/{pid}")).exists() {
        assert!(started.elapsed() < Duration::from_secs(3), "process {pid} is still there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
