//! Reading as a person steers it: searchable copies, when pages are recognised, one page read again.

use crate::support::{Desk, arg};
use papertray_fixtures::{Random, Receipt, Sheet, pdf, receipt_png};
use serde_json::Value;

impl Desk {
    fn words_of(&self, id: &str) -> Value {
        self.run(&["show", id, "--words"]).one()["pages"].clone()
    }

    fn one_shot(&self, path: &std::path::Path, mode: &str) -> Value {
        self.run(&["read", arg(path), "--ocr", mode]).one()["pages"][0].clone()
    }
}

#[test]
fn a_searchable_copy_says_what_was_read_where_it_was_read() {
    let desk = Desk::new();
    let receipt = Receipt::sample(&mut Random::new(5), 3);
    let id = desk.read("till.png", &receipt_png(&receipt).unwrap());
    let copy = desk.path("till.pdf");
    let said = desk.run(&["export", &id, "--format", "pdf", "--out", arg(&copy)]);
    assert_eq!(said.one()["files"][0], arg(&copy));
    let (read, copied) = (&desk.words_of(&id)[0], desk.one_shot(&copy, "off"));
    assert_eq!(copied["text"], read["text"]);
    assert_eq!(copied["source"], "text_layer");
    // Into a folder that has one already, under a name of its own.
    let folder = desk.path("copies");
    fs_err::create_dir_all(&folder).unwrap();
    for name in ["till.pdf", "till (2).pdf"] {
        let said = desk.run(&["export", &id, "--format", "pdf", "--out", arg(&folder)]);
        assert_eq!(said.one()["files"][0], arg(&folder.join(name)));
    }
    let names = fs_err::read_dir(&folder).unwrap().count();
    assert_eq!(names, 2, "nothing else is left there");
}

#[test]
fn a_person_says_when_pages_are_recognised() {
    let desk = Desk::new();
    let mut sheet = Sheet::a4();
    sheet.left(60.0, 100.0, 14.0, "Delivery of forty cotton shirts");
    let path = desk.path("text.pdf");
    fs_err::write(&path, pdf::text_pdf(&[sheet.clone()], 0)).unwrap();
    for (mode, source) in
        [("auto", "text_layer"), ("redo", "text_layer"), ("force", "ocr"), ("off", "text_layer")]
    {
        let page = desk.one_shot(&path, mode);
        assert_eq!(
            (page["source"].as_str(), page["text"].as_str()),
            (Some(source), Some("Delivery of forty cotton shirts")),
            "{mode}"
        );
    }
    // One page in a mode of its own stays so; the others are not touched.
    let mut other = Sheet::a4();
    other.left(60.0, 100.0, 14.0, "Thank you for your order");
    let id = desk.read("two.pdf", &pdf::text_pdf(&[sheet, other], 0));
    desk.run(&["refresh", &id, "--page", "2", "--ocr", "force"]);
    let sources = |pages: &Value| [pages[0]["source"].clone(), pages[1]["source"].clone()];
    assert_eq!(sources(&desk.words_of(&id)), ["text_layer", "ocr"]);
    let refused = desk.run(&["refresh", &id, "--page", "9"]);
    assert_eq!(refused.one()["error"]["code"], "unknown_id");
    // The setting holds for what is read from then on.
    assert_eq!(desk.run(&["ocr", "force"]).one()["read_mode"], "force");
    desk.run(&["refresh", &id]);
    assert_eq!(sources(&desk.words_of(&id)), ["ocr", "ocr"]);
}
