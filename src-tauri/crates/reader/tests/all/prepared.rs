//! Compiled models are made once, used by later children, and never needed.

use std::path::Path;
use std::time::Duration;

use crate::common::{INVOICE, Story, pdf};
use papertray_model::{PageSource, ReadMode};
use papertray_reader::PageOptions;

async fn text_with(prepared: &Path) -> (String, Story) {
    let story = Story::with(|config| config.prepared = Some(prepared.to_owned()));
    let file = story.file("invoice.pdf", pdf(&[&INVOICE]));
    // Recognised, though it has text of its own: the models must be loaded.
    let options = PageOptions { mode: ReadMode::Force, ..PageOptions::default() };
    let read = story.open(&file).await.read_page(1, options).await.unwrap();
    assert_eq!(read.page.source, PageSource::Ocr);
    (read.page.text(), story)
}

#[tokio::test]
async fn later_children_read_the_same_from_compiled_models_and_from_damaged_ones() {
    let folder = tempfile::tempdir().unwrap();
    let prepared = folder.path().join("prepared");
    let (first, story) = text_with(&prepared).await;
    assert_eq!(first, INVOICE.join("\n"));
    for _ in 0..600 {
        if prepared.is_dir() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(story);
    let files: Vec<_> = std::fs::read_dir(&prepared).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");

    let (second, _story) = text_with(&prepared).await;
    assert_eq!(second, first);
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        std::fs::remove_file(file).unwrap();
        std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    }
    let (third, _story) = text_with(&prepared).await;
    assert_eq!(third, first);
}
