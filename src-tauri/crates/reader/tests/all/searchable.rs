//! Searchable copies, made by the real child and read again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::common::{INVOICE, Story, pdf, pdf_with};
use image::{DynamicImage, imageops};
use papertray_model::{ErrorCode, PageReading, PageSource, ReadMode};
use papertray_reader::PageOptions;

/// Reads every page, recognising it, and writes a searchable copy.
async fn copy(story: &Story, file: &Path) -> (Vec<PageReading>, PathBuf) {
    let mut document = story.open(file).await;
    let mut pages = vec![];
    for number in 1..=document.page_count() {
        let page = document.read_page(number, PageOptions::default()).await.unwrap().page;
        document.tell_page(&page).await.unwrap();
        pages.push(page);
    }
    let to = story.folder.path().join("copy.pdf");
    let _ = std::fs::remove_file(&to);
    document.write_searchable(&to).await.unwrap();
    (pages, to)
}

/// The copy's own text, page by page.
async fn text_of(story: &Story, copy: &Path) -> Vec<PageReading> {
    let mut document = story.open(copy).await;
    let mut pages = vec![];
    for number in 1..=document.page_count() {
        let options = PageOptions { mode: ReadMode::Off, picture: None };
        pages.push(document.read_page(number, options).await.unwrap().page);
    }
    pages
}

/// Every word stands in the copy where it was recognised, give or take two hundredths of the page.
fn same_words_in_place(name: &str, read: &PageReading, copied: &PageReading) {
    assert_eq!(read.text(), copied.text(), "{name}");
    let (sx, sy) = (copied.width / read.width, copied.height / read.height);
    assert!((sx / sy - 1.0).abs() < 0.01, "it lies as it was read: {sx} {sy}");
    for (a, b) in read.words.iter().zip(&copied.words) {
        let near = |a: f32, b: f32, whole: f32| (a - b).abs() < 0.005 * whole;
        let b = b.bbox;
        assert!(near(a.bbox.x0 * sx, b.x0, copied.width), "{a:?} {b:?}");
        assert!(near(a.bbox.x1 * sx, b.x1, copied.width), "{a:?} {b:?}");
        assert!(near(a.bbox.y0 * sy, b.y0, copied.height), "{a:?} {b:?}");
        assert!(near(a.bbox.y1 * sy, b.y1, copied.height), "{a:?} {b:?}");
    }
}

fn encoded(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(vec![]);
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

#[tokio::test]
async fn a_picture_becomes_a_pdf_with_its_words_in_place() {
    let story = Story::new();
    let page = story.file("page.pdf", pdf(&[&INVOICE]));
    let gray = DynamicImage::ImageLuma8(story.picture(&page).await.into_luma8());
    let two_tone =
        DynamicImage::ImageLuma8(imageops::grayscale(&gray).tap(|v| if v < 128 { 0 } else { 255 }));
    for (name, bytes) in [
        ("gray.jpg", encoded(&gray, image::ImageFormat::Jpeg)),
        ("colour.jpg", encoded(&DynamicImage::ImageRgb8(gray.to_rgb8()), image::ImageFormat::Jpeg)),
        ("gray.png", encoded(&gray, image::ImageFormat::Png)),
        ("head.png", encoded(&gray.rotate180(), image::ImageFormat::Png)),
        ("left.jpg", encoded(&gray.rotate270(), image::ImageFormat::Jpeg)),
        ("fax.tif", encoded(&two_tone, image::ImageFormat::Tiff)),
    ] {
        let file = story.file(name, &bytes);
        let (read, copied) = copy(&story, &file).await;
        assert_eq!(read[0].text(), INVOICE.join("\n"), "{name}");
        let pages = text_of(&story, &copied).await;
        assert_eq!(pages.len(), 1, "{name}");
        same_words_in_place(name, &read[0], &pages[0]);
        let size = std::fs::read(&copied).unwrap().len();
        assert!(size < bytes.len() * 105 / 100 + 10_000, "{name}: {} -> {size}", bytes.len());
        if name.ends_with("jpg") {
            let whole = std::fs::read(&copied).unwrap();
            assert!(whole.windows(bytes.len()).any(|part| part == bytes), "{name} is in it, untouched");
        }
        // Drawn, it shows the same picture, upright, and no words beside it.
        let shown = story.picture(&copied).await.into_luma8();
        let upright =
            gray.resize_exact(shown.width(), shown.height(), imageops::FilterType::Triangle).into_luma8();
        let difference: u64 =
            shown.as_raw().iter().zip(upright.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(difference / (shown.as_raw().len() as u64) < 8, "{name}: {difference}");
    }
}

/// Changes every pixel.
trait Tap {
    fn tap(self, change: impl Fn(u8) -> u8) -> Self;
}

impl Tap for image::GrayImage {
    fn tap(mut self, change: impl Fn(u8) -> u8) -> Self {
        self.iter_mut().for_each(|v| *v = change(*v));
        self
    }
}

/// A PDF whose page shows a gray picture, turned as `extra` says.
fn scanned(picture: &image::GrayImage, extra: &str) -> Vec<u8> {
    let (w, h) = picture.dimensions();
    let hex = picture.as_raw().iter().fold(String::new(), |mut hex, v| {
        write!(hex, "{v:02x}").unwrap();
        hex
    });
    let content = format!(
        "q 595 0 0 842 0 0 cm BI /W {w} /H {h} /BPC 8 /CS /G /F /AHx ID\n{hex}>\nEI Q\n\
         1 0 0 1 40 40 cm" // what is not undone must not move the words
    );
    pdf_with(
        &[content, "BT /F1 12 Tf 72 700 Td (A page with words of its own already here) Tj ET".into()],
        extra,
    )
}

#[tokio::test]
async fn a_scanned_pdf_keeps_its_bytes_and_gets_words_behind_them() {
    let story = Story::new();
    let page = story.file("page.pdf", pdf(&[&INVOICE]));
    let picture = story.picture(&page).await.into_luma8();
    for (extra, picture) in [
        ("", picture.clone()),
        ("/Rotate 180", picture.clone()),
        ("/CropBox[-10 -20 700 900]/MediaBox[-10 -20 700 900]", picture.clone()),
    ] {
        let bytes = scanned(&picture, extra);
        let file = story.file("scan.pdf", &bytes);
        let (read, copied) = copy(&story, &file).await;
        assert_eq!(read[0].source, PageSource::Ocr, "{extra}");
        let whole = std::fs::read(&copied).unwrap();
        assert!(whole.starts_with(&bytes), "{extra}: the original is untouched");
        assert!(whole.len() < bytes.len() + 10_000, "{extra}: {} more", whole.len() - bytes.len());
        let pages = text_of(&story, &copied).await;
        same_words_in_place(extra, &read[0], &pages[0]);
        assert_eq!(pages[1].text(), "A page with words of its own already here", "{extra}");
        // A copy of the copy has nothing to add.
        let (_, again) = copy_of_copy(&story, &copied).await;
        assert_eq!(again.len(), whole.len(), "{extra}");
    }
}

async fn copy_of_copy(story: &Story, file: &Path) -> (Vec<PageReading>, Vec<u8>) {
    let first = story.file("first.pdf", std::fs::read(file).unwrap());
    let (pages, copied) = copy(story, &first).await;
    (pages, std::fs::read(copied).unwrap())
}

#[tokio::test]
async fn a_text_has_no_searchable_copy() {
    let story = Story::new();
    let file = story.file("notes.txt", "Nothing to recognise");
    let mut document = story.open(&file).await;
    let error = document.write_searchable(&story.folder.path().join("no.pdf")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnsupportedType);
    assert!(!story.folder.path().join("no.pdf").exists());
}
