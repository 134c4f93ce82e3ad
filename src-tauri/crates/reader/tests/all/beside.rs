//! What a page has beside its words: codes, tables, the data of an electronic invoice.

use std::fmt::Write as _;

use crate::common::{INVOICE, Story, content, pdf, pdf_with};
use papertray_model::{PageSource, ReadMode};
use papertray_reader::PageOptions;

/// A QR code as black squares, 2 points a module, its lower left corner at (400, 600).
fn squares(text: &str) -> String {
    let code = zxingcpp::create(zxingcpp::BarcodeFormat::QRCode).from_str(text).unwrap();
    let made = code.to_image_with(&zxingcpp::write().scale(1).add_quiet_zones(false)).unwrap();
    let (width, height, pixels) = (made.width(), made.height(), made.data());
    let mut content = String::from("0 g\n");
    for (i, _) in pixels.iter().enumerate().filter(|(_, v)| **v < 128) {
        let i = i32::try_from(i).unwrap();
        let (x, y) = (i % width, i / width);
        writeln!(content, "{} {} 2 2 re f", 400 + 2 * x, 600 + 2 * (height - 1 - y)).unwrap();
    }
    content
}

#[tokio::test]
async fn a_code_is_read_beside_text_and_on_a_scan() {
    let story = Story::new();
    let says = "BCD\n002\n1\nSCT\nFFVBDEFF\nAcme GmbH\nDE89370400440532013000\nEUR11.90";
    let page = [content(&INVOICE), squares(says)].join("\n");
    let file = story.file("coded.pdf", pdf_with(&[page], ""));
    let mut document = story.open(&file).await;
    for (mode, source) in [(ReadMode::Auto, PageSource::TextLayer), (ReadMode::Force, PageSource::Ocr)] {
        let read = document.read_page(1, PageOptions { mode, picture: None }).await.unwrap().page;
        assert_eq!(read.source, source);
        assert_eq!(read.codes.len(), 1, "{mode:?}: {:?}", read.codes);
        let code = &read.codes[0];
        assert_eq!((code.kind.as_str(), code.text.as_str()), ("qr", says));
        let b = code.bbox;
        assert!((b.x0 - 400.0).abs() < 4.0 && (b.y1 - 242.0).abs() < 4.0, "{b:?}: 842 - 600 is its foot");
    }
}

#[tokio::test]
async fn a_ruled_table_comes_as_cells() {
    let story = Story::new();
    let mut page = String::from("1 w\n");
    for y in [700, 670, 640, 610] {
        writeln!(page, "72 {y} m 432 {y} l S").unwrap();
    }
    for x in [72, 192, 312, 432] {
        writeln!(page, "{x} 700 m {x} 610 l S").unwrap();
    }
    let cells = [["Style", "Colour", "Price"], ["W<1>", "Blue", "48.00"], ["W2", "Red", "36.50"]];
    page.push_str("BT /F1 11 Tf\n");
    for (row, texts) in cells.iter().enumerate() {
        for (column, text) in texts.iter().enumerate() {
            writeln!(page, "1 0 0 1 {} {} Tm ({text}) Tj", 80 + 120 * column, 680 - 30 * row).unwrap();
        }
    }
    page.push_str("ET");
    let file = story.file("table.pdf", pdf_with(&[page], ""));
    let wanted = "<table><tr><th>Style</th><th>Colour</th><th>Price</th></tr>\
                  <tr><td>W&lt;1&gt;</td><td>Blue</td><td>48.00</td></tr>\
                  <tr><td>W2</td><td>Red</td><td>36.50</td></tr></table>";
    assert_eq!(story.read(&file).await.page.tables, [wanted]);
    // The same from its picture: the lines are found in the pixels.
    let options = PageOptions { mode: ReadMode::Force, picture: None };
    let read = story.open(&file).await.read_page(1, options).await.unwrap().page;
    assert_eq!(read.tables.len(), 1, "{}", read.text());
    assert_eq!(read.tables[0].matches("<tr>").count(), 3, "{:?}", read.tables);
    assert!(read.tables[0].contains("<td>Blue</td><td>48.00</td>"), "{:?}", read.tables);
}

#[tokio::test]
async fn the_data_that_an_invoice_carries_stands_on_its_first_page() {
    let story = Story::new();
    let xml = "<?xml version=\"1.0\"?><rsm:CrossIndustryInvoice xmlns:rsm=\"a\"/>";
    let mut bytes = pdf(&[&INVOICE, &["Page two"]]);
    // Appended without a table of objects: programs find them by looking through the file.
    bytes.extend(
        format!(
            "\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(factur-x.xml) 90 0 R]>>>>>>\nendobj\n\
             90 0 obj\n<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/EF<</F 91 0 R>>>>\nendobj\n\
             91 0 obj\n<</Type/EmbeddedFile/Length {}>>\nstream\n{xml}\nendstream\nendobj\n\
             trailer\n<</Root 1 0 R/Size 92>>\nstartxref\n0\n%%EOF",
            xml.len()
        )
        .bytes(),
    );
    let file = story.file("carrier.pdf", bytes);
    let mut document = story.open(&file).await;
    let first = document.read_page(1, PageOptions::default()).await.unwrap().page;
    assert_eq!(first.codes.len(), 1, "{:?}", first.codes);
    assert_eq!((first.codes[0].kind.as_str(), first.codes[0].text.as_str()), ("e_invoice", xml));
    let second = document.read_page(2, PageOptions::default()).await.unwrap().page;
    assert_eq!(second.codes, []);
}
