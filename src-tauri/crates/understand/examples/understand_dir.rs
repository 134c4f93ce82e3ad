//! For work on the rules: reads words that other programs found, prints what was understood, one JSON line a file.
//!
//! ```text
//! pdftotext -bbox-layout a.pdf a.html;  tesseract b.png b.png tsv
//! papertray-cli --json read c.pdf > c.json
//! cargo run -p papertray-understand --example understand_dir -- a.html b.png.tsv c.json
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::case_sensitive_file_extension_comparisons)]

use papertray_model::{PageMeaning, PageReading, PageSource, Rect, Unit, Word};
use papertray_understand::{DescribeInput, describe, understand_document, understand_page};
use serde_json::json;

fn main() {
    for path in std::env::args().skip(1) {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{path}: {error}");
                continue;
            }
        };
        let pages = if path.ends_with(".tsv") {
            vec![from_tsv(&text)]
        } else if path.ends_with(".json") {
            from_answer(&text)
        } else {
            from_bbox(&text)
        };
        println!("{}", answer(&path, &pages));
    }
}

fn answer(path: &str, pages: &[PageReading]) -> serde_json::Value {
    let meanings: Vec<PageMeaning> = pages.iter().map(understand_page).collect();
    let pairs: Vec<(&PageReading, &PageMeaning)> = pages.iter().zip(&meanings).collect();
    let meaning = understand_document(&pairs);
    let readings: Vec<&PageReading> = pages.iter().collect();
    let filename = path.rsplit('/').next().unwrap_or(path);
    let input = DescribeInput { filename, meaning: &meaning, pages: &readings };
    let metadata = describe(&input, &mut |_, _| {});
    let page_answers: Vec<_> = pairs
        .iter()
        .map(|(p, m)| {
            json!({"page_number": p.page_number, "doc_type": m.doc_type, "confidence": m.confidence,
                   "reasons": m.reasons, "fields": m.fields, "lines": m.lines, "text": p.text()})
        })
        .collect();
    json!({"file": path, "doc_type": meaning.doc_type, "confidence": meaning.confidence, "fields": meaning.fields,
           "lines": meaning.lines, "display_name": metadata.display_name, "tags": metadata.tags,
           "summary": metadata.summary, "language": metadata.language, "pages": page_answers})
}

/// Words of a tesseract table.
fn from_tsv(text: &str) -> PageReading {
    let mut page = PageReading::empty(1, Unit::Px, 1000.0, 1400.0, PageSource::Ocr);
    let mut line = 0;
    let mut last = String::new();
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [level, _, block, par, row_number, _, x, y, w, h, confidence, word] = cells[..] else { continue };
        let n = |t: &str| t.parse::<f32>().unwrap_or(0.0);
        if level == "1" {
            (page.width, page.height) = (n(w), n(h));
        }
        if level != "5" || word.trim().is_empty() {
            continue;
        }
        let key = format!("{block}.{par}.{row_number}");
        if key != last {
            line += 1;
            last = key;
        }
        let bbox = Rect::new(n(x), n(y), n(x) + n(w), n(y) + n(h));
        page.words.push(Word { text: word.into(), bbox, confidence: n(confidence) / 100.0, line });
    }
    page
}

/// Words of `pdftotext -bbox-layout`.
fn from_bbox(text: &str) -> Vec<PageReading> {
    let mut pages: Vec<PageReading> = vec![];
    let mut line = 0;
    for row in text.lines().map(str::trim) {
        let value = |name: &str| -> f32 {
            row.split_once(&format!("{name}=\""))
                .and_then(|(_, r)| r.split_once('"'))
                .and_then(|(v, _)| v.parse().ok())
                .unwrap_or(0.0)
        };
        if row.starts_with("<page ") {
            let number = pages.len() as u32 + 1;
            pages.push(PageReading::empty(
                number,
                Unit::Pt,
                value("width"),
                value("height"),
                PageSource::TextLayer,
            ));
        } else if row.starts_with("<line ") {
            line += 1;
        } else if row.starts_with("<word ") {
            let (Some(page), Some((_, rest))) = (pages.last_mut(), row.split_once('>')) else { continue };
            let word = rest.trim_end_matches("</word>");
            let word =
                word.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            let bbox = Rect::new(value("xMin"), value("yMin"), value("xMax"), value("yMax"));
            page.words.push(Word { text: word, bbox, confidence: 1.0, line });
        }
    }
    pages
}

/// Pages of a `read` answer.
fn from_answer(text: &str) -> Vec<PageReading> {
    let answer: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let pages = answer["pages"].as_array().cloned().unwrap_or_default();
    pages.into_iter().filter_map(|page| serde_json::from_value(page).ok()).collect()
}
