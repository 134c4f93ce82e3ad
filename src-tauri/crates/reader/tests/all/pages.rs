//! Files of every kind, read by the real child.

use crate::common::{INVOICE, Story, content, pdf, pdf_with};
use image::{DynamicImage, GrayImage, imageops};
use papertray_model::{ErrorCode, PageSource, ReadMode, Unit};
use papertray_reader::{FileKind, OpenOptions, PageOptions};

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut out = std::io::Cursor::new(vec![]);
    picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[tokio::test]
async fn everything_loads() {
    let versions = Story::new().pool.check().await.unwrap();
    assert!(versions.models.contains("18710"), "{versions:?}");
    assert!(!versions.openvino.is_empty(), "{versions:?}");
}

#[tokio::test]
async fn the_text_of_a_pdf_is_its_own() {
    let story = Story::new();
    let file = story.file("invoice.pdf", pdf(&[&INVOICE, &["Page two"]]));
    let mut document = story.open(&file).await;
    assert_eq!((document.page_count(), document.kind()), (2, FileKind::Pdf));
    let read =
        document.read_page(1, PageOptions { picture: Some(900), ..PageOptions::default() }).await.unwrap();
    assert_eq!(read.page.text(), INVOICE.join("\n"));
    assert_eq!((read.page.source, read.page.unit), (PageSource::TextLayer, Unit::Pt));
    let first = &read.page.words[0];
    assert!((first.bbox.x0 - 72.0).abs() < 1.0, "{first:?}");
    assert!(first.bbox.y0 > 66.0 && first.bbox.y1 < 90.0, "the baseline is at 842 - 760 = 82: {first:?}");
    let picture = read.picture.unwrap();
    assert_eq!(picture.height, 900);
    let gray = image::load_from_memory(&picture.png).unwrap();
    assert_eq!(gray.color(), image::ColorType::L8, "black on white has no colour");
    assert_eq!(document.read_page(2, PageOptions::default()).await.unwrap().page.text(), "Page two");
    let none = document.read_page(3, PageOptions::default()).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::UnknownId);
}

#[tokio::test]
async fn a_turned_page_stands_upright() {
    let story = Story::new();
    let file = story.file("turned.pdf", pdf_with(&[content(&INVOICE)], "/Rotate 90"));
    let page = story.read(&file).await.page;
    // The text runs down the turned page: it is turned back, and says so.
    assert_eq!((page.text(), page.rotation), (INVOICE.join("\n"), 0));
    let up = "BT /F1 12 Tf 0 1 -1 0 100 100 Tm (Up along the edge runs this line of text) Tj ET";
    let file = story.file("up.pdf", pdf_with(&[up.into()], "/Rotate 90"));
    let page = story.read(&file).await.page;
    assert_eq!((page.text().as_str(), page.rotation), ("Up along the edge runs this line of text", 90));
    assert_eq!((page.width, page.height), (842.0, 595.0));
    assert!((page.words[0].bbox.x0 - 100.0).abs() < 2.0, "{:?}", page.words[0]);
}

#[tokio::test]
async fn the_crop_box_is_the_page() {
    let story = Story::new();
    let file = story.file("crop.pdf", pdf_with(&[content(&INVOICE)], "/CropBox[60 700 360 800]"));
    let page = story.read(&file).await.page;
    assert_eq!((page.width, page.height), (300.0, 100.0));
    assert!((page.words[0].bbox.x0 - 12.0).abs() < 1.0, "{:?}", page.words[0]);
    assert!(!page.text().contains("Thank"), "what is cropped away is not read: {}", page.text());
}

#[tokio::test]
async fn a_picture_of_text_is_recognised() {
    let story = Story::new();
    let file = story.file("invoice.pdf", pdf(&[&INVOICE]));
    let picture = story.picture(&file).await;
    let scan = story.file("scan.png", png(&picture));
    let read = story.read(&scan).await;
    assert_eq!(read.page.text(), INVOICE.join("\n"));
    assert_eq!((read.page.source, read.page.unit, read.page.rotation), (PageSource::Ocr, Unit::Px, 0));
    // Boxes agree with the text layer's, in pixels.
    let layer = story.read(&file).await.page;
    let scale = read.page.width / layer.width;
    for (seen, said) in read.page.words.iter().zip(&layer.words) {
        assert!((seen.bbox.center().0 - said.bbox.center().0 * scale).abs() < 12.0, "{seen:?} {said:?}");
        assert!((seen.bbox.center().1 - said.bbox.center().1 * scale).abs() < 8.0, "{seen:?} {said:?}");
    }
}

#[tokio::test]
async fn a_picture_on_its_side_or_head_is_turned() {
    let story = Story::new();
    let file = story.file("invoice.pdf", pdf(&[&INVOICE]));
    let upright = story.picture(&file).await.into_luma8();
    let turned: [(&str, GrayImage, u16); 3] = [
        ("right.png", imageops::rotate90(&upright), 270),
        ("head.png", imageops::rotate180(&upright), 180),
        ("left.png", imageops::rotate270(&upright), 90),
    ];
    for (name, picture, rotation) in turned {
        let scan = story.file(name, png(&DynamicImage::ImageLuma8(picture)));
        let page = story.read(&scan).await.page;
        assert_eq!((page.text(), page.rotation), (INVOICE.join("\n"), rotation), "{name}");
        assert!(page.height > page.width, "{name}");
    }
}

#[tokio::test]
async fn forced_recognition_ignores_the_text_layer() {
    let story = Story::new();
    let file = story.file("invoice.pdf", pdf(&[&INVOICE]));
    let options = PageOptions { mode: ReadMode::Force, picture: Some(800) };
    let read = story.open(&file).await.read_page(1, options).await.unwrap();
    assert_eq!((read.page.text(), read.page.source), (INVOICE.join("\n"), PageSource::Ocr));
    assert_eq!(read.page.unit, Unit::Pt);
    assert_eq!(read.picture.unwrap().height, 800);
}

#[tokio::test]
async fn an_empty_page_is_blank() {
    let story = Story::new();
    let file = story.file("blank.pdf", pdf_with(&[String::new(), "1 1 1 rg 0 0 595 842 re f".into()], ""));
    let mut document = story.open(&file).await;
    for number in [1, 2] {
        let page = document.read_page(number, PageOptions::default()).await.unwrap().page;
        assert_eq!((page.source, page.words.len()), (PageSource::Blank, 0));
    }
}

#[tokio::test]
async fn a_locked_pdf_wants_its_password() {
    let story = Story::new();
    let file = story.file("locked.pdf", include_bytes!("../fixtures/locked-secret.pdf"));
    let open = |password: Option<&str>| {
        let options = OpenOptions { password: password.map(str::to_owned), ..OpenOptions::default() };
        story.pool.open(&file, options)
    };
    assert_eq!(open(None).await.unwrap_err().code, ErrorCode::Encrypted);
    assert_eq!(open(Some("guess")).await.unwrap_err().code, ErrorCode::WrongPassword);
    let mut document = open(Some("secret")).await.unwrap();
    let read = document.read_page(1, PageOptions::default()).await.unwrap();
    assert_eq!(read.page.text(), "Locked invoice 1043");
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let story = Story::new();
    let cut = &pdf(&[&INVOICE])[..300];
    let cases: [(&str, &[u8], ErrorCode); 6] = [
        ("empty.pdf", b"", ErrorCode::EmptyFile),
        ("broken.pdf", b"%PDF-1.4\nnothing of the kind", ErrorCode::Corrupt),
        ("cut.pdf", cut, ErrorCode::Corrupt),
        ("noise.txt", b"\x01\x02\x00\x03binary", ErrorCode::UnsupportedType),
        ("book.xlsx", b"PK\x03\x04\x14\0\0\0\x08\0xl/workbook.xml", ErrorCode::Corrupt),
        ("noise.pdf", b"\x01\x02\x00\x03binary", ErrorCode::Corrupt),
    ];
    for (name, bytes, code) in cases {
        let file = story.file(name, bytes);
        let error = story.pool.open(&file, OpenOptions::default()).await.unwrap_err();
        assert_eq!(error.code, code, "{name}: {error}");
        assert!(!error.message.is_empty() && !error.hint.is_empty());
    }
    let gone = story.folder.path().join("gone.pdf");
    let error = story.pool.open(&gone, OpenOptions::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_pixel_bomb_is_refused_by_its_header() {
    let story = Story::new();
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bomb.extend([0, 0, 0x78, 0, 0, 0, 0x78, 0, 1, 0, 0, 0, 0]);
    bomb.extend(crc32(&bomb[12..]).to_be_bytes());
    bomb.extend(b"\0\0\0\0IDAT");
    bomb.extend(crc32(b"IDAT").to_be_bytes());
    let file = story.file("bomb.png", bomb);
    let error = story.pool.open(&file, OpenOptions::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge, "{error}");
    assert!(error.message.contains("30720 × 30720"), "{error}");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
    })
}

#[tokio::test]
async fn a_picture_cut_short_is_read_as_far_as_it_goes() {
    let story = Story::new();
    let file = story.file("invoice.pdf", pdf(&[&INVOICE]));
    let picture = story.picture(&file).await;
    let mut jpeg = std::io::Cursor::new(vec![]);
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let png = png(&picture);
    for (name, bytes) in [("whole.jpg", &jpeg), ("whole.png", &png)] {
        let whole = story.file(name, bytes);
        assert_eq!(story.read(&whole).await.incomplete, None, "{name}");
    }
    for (name, bytes) in [("cut.jpg", &jpeg[..jpeg.len() * 4 / 5]), ("cut.png", &png[..png.len() * 4 / 5])] {
        let cut = story.file(name, bytes);
        let read = story.read(&cut).await;
        let text = read.page.text();
        assert!(text.starts_with("Northwind Traders Ltd"), "{name}: {text}");
        let incomplete = read.incomplete.expect("it says that a part is missing");
        assert_eq!(incomplete.code, ErrorCode::Corrupt, "{name}: {incomplete}");
    }
}

#[tokio::test]
async fn every_page_of_a_tiff_is_read() {
    let story = Story::new();
    let file = story.folder.path().join("fax.tif");
    let mut encoder = tiff::encoder::TiffEncoder::new(std::fs::File::create(&file).unwrap()).unwrap();
    for lines in [&["First page of the fax"], &["Second page of the fax"]] {
        let page = story.file("page.pdf", pdf(&[lines]));
        let gray = story.picture(&page).await.into_luma8();
        encoder
            .write_image::<tiff::encoder::colortype::Gray8>(gray.width(), gray.height(), gray.as_raw())
            .unwrap();
    }
    drop(encoder);
    let mut document = story.open(&file).await;
    assert_eq!((document.page_count(), document.mime_type()), (2, "image/tiff"));
    for (number, text) in [(2, "Second page of the fax"), (1, "First page of the fax")] {
        let read = document.read_page(number, PageOptions::default()).await.unwrap();
        assert_eq!(read.page.text(), text);
    }
}

#[tokio::test]
async fn text_files_have_pages_words_and_boxes() {
    let story = Story::new();
    let lines: Vec<String> = (1..=130).map(|i| format!("line {i} größer")).collect();
    let file = story.file("notes.md", lines.join("\r\n"));
    let mut document = story.open(&file).await;
    assert_eq!(
        (document.page_count(), document.kind(), document.mime_type()),
        (3, FileKind::Text, "text/markdown")
    );
    let read =
        document.read_page(2, PageOptions { picture: Some(600), ..PageOptions::default() }).await.unwrap();
    assert!(read.page.text().starts_with("line 61 größer\nline 62"), "{}", read.page.text());
    assert_eq!(read.page.source, PageSource::TextLayer);
    assert_eq!(read.picture.unwrap().height, 600);
}
