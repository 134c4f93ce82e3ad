//! Types as data, replays, boundaries, tags and lessons, through the program.

use crate::support::{Desk, text};
use papertray_fixtures::{EwayBill, Invoice, Language, Paper, Random, Sheet, invoice_pdf, pdf};
use serde_json::Value;

const WARRANTY: &str = r#"
name = "warranty"
version = 3
threshold = 3.0
title_weight = 5.0
titles = ["warranty card"]

[[fields]]
name = "serial"
kind = "number"
strong = ["serial no"]
"#;

impl Desk {
    fn type_file(&self, name: &str, content: &str) {
        let folder = self.library().join("doctypes");
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join(name), content).unwrap();
    }

    fn show(&self, id: &str) -> Value {
        self.run(&["show", id]).one().clone()
    }

    fn reading_jobs(&self) -> usize {
        self.run(&["jobs"]).lines.iter().filter(|job| job["type"] == "read_document").count()
    }
}

fn warranty_card() -> Vec<u8> {
    let mut sheet = Sheet::a4();
    sheet.bold(60.0, 80.0, 20.0, "WARRANTY CARD");
    sheet.left(60.0, 130.0, 10.0, "Serial No: WX-20451");
    sheet.left(60.0, 150.0, 10.0, "Keep this card with your receipt.");
    pdf::text_pdf(&[sheet], 0)
}

#[test]
fn a_type_of_ones_own_is_used_on_old_documents_without_reading_them_again() {
    let desk = Desk::new();
    let id = desk.read("card.pdf", &warranty_card());
    assert_eq!(desk.show(&id)["doc_type"], "unknown");
    desk.type_file("warranty.toml", WARRANTY);
    desk.type_file("typo.toml", &WARRANTY.replace("strong", "stong"));
    let types = desk.run(&["types"]);
    assert_eq!(types.code, 1, "a file that cannot be used is a failed input");
    let own = types.lines.iter().find(|t| t["name"] == "warranty").unwrap();
    assert_eq!((&own["version"], &own["file"]), (&3.into(), &"warranty.toml".into()));
    assert!(types.lines.iter().any(|t| t["name"] == "invoice"), "the rest go on");
    let problem = types.lines.iter().find(|t| t["file"] == "typo.toml").unwrap();
    let message = text(&problem["error"], "message");
    assert!(message.contains("line 11") && message.contains("stong"), "{message}");

    let jobs = desk.reading_jobs();
    let replayed = desk.run(&["replay", "--type", "unknown"]);
    let answer = replayed.one();
    assert_eq!((&answer["doc_type"], &answer["schema_version"]), (&"warranty".into(), &3.into()), "{answer}");
    let shown = desk.show(&id);
    assert_eq!(shown["fields"]["serial"]["value"], "WX-20451");
    assert_eq!(shown["pages"][0]["schema_version"], 3);
    assert!(shown["fields"]["serial"]["box"].is_array());
    assert_eq!(desk.reading_jobs(), jobs, "nothing was read again");
    let again = desk.run(&["replay", &id]);
    assert_eq!(again.one()["changes"], Value::Array(vec![]), "a second time changes nothing");
    let schema = desk.run(&["types", "--schema", "warranty"]);
    assert_eq!(schema.one()["json_schema"]["version"], 3);
}

#[test]
fn a_persons_values_stay_and_a_replay_shows_old_mine_and_new() {
    let desk = Desk::new();
    desk.type_file("warranty.toml", WARRANTY);
    let id = desk.read("card.pdf", &warranty_card());
    desk.run(&["set", &id, "serial", "WX-99"]);
    desk.run(&["set", &id, "display_name", "My card"]);
    desk.run(&["tag", &id, "+kept", "-warranty"]);
    desk.type_file(
        "warranty.toml",
        &WARRANTY.replace("version = 3", "version = 4").replace("serial no", "keep this card"),
    );
    desk.run(&["replay", &id]);
    let diff = desk.run(&["diff", &id]);
    let change = diff.lines.iter().find(|c| c["name"] == "serial").unwrap();
    assert_eq!((&change["old"], &change["mine"]), (&"WX-20451".into(), &"WX-99".into()), "{change}");
    assert_ne!(change["new"], "WX-20451");
    let shown = desk.run(&["regenerate", &id]).one().clone();
    assert_eq!(shown["fields"]["serial"]["value"], "WX-99");
    assert_eq!(shown["display_name"], "My card");
    let tags: Vec<&str> = shown["tags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(tags.contains(&"kept") && !tags.contains(&"warranty"), "{tags:?}");
    desk.run(&["set", &id, "display_name", ""]);
    assert_ne!(desk.show(&id)["display_name"], "My card", "empty: the machine's again");
}

#[test]
fn what_was_accepted_stays_accepted_where_a_replay_changes_nothing() {
    let desk = Desk::new();
    desk.type_file("warranty.toml", WARRANTY);
    let id = desk.read("card.pdf", &warranty_card());
    assert_eq!(desk.show(&id)["pages"][0]["status"], "draft_pending");
    desk.run(&["accept", &id]);
    assert_eq!(desk.show(&id)["pages"][0]["status"], "draft_created");
    desk.run(&["replay", &id]);
    assert_eq!(desk.show(&id)["pages"][0]["status"], "draft_created");
    assert_eq!(desk.list()["card.pdf"]["accepted"], true);
    desk.type_file("warranty.toml", &WARRANTY.replace("serial no", "keep this card"));
    desk.run(&["replay", &id]);
    assert_eq!(desk.show(&id)["pages"][0]["status"], "draft_pending");
    assert_eq!(desk.list()["card.pdf"]["accepted"], false);
}

#[test]
fn several_documents_in_a_file_have_boundaries_that_can_be_moved() {
    let desk = Desk::new();
    let mut random = Random::new(11);
    let mut sheets = Invoice::sample(&mut random, Language::German, 4).sheets();
    let invoice_pages = sheets.len();
    sheets.extend(EwayBill::sample(&mut random).sheets());
    let id = desk.read("both.pdf", &pdf::text_pdf(&sheets, 0));
    let shown = desk.show(&id);
    let parts = shown["parts"].as_array().unwrap();
    let bounds: Vec<(u64, u64, &str)> = parts
        .iter()
        .map(|p| (p["first_page"].as_u64().unwrap(), p["last_page"].as_u64().unwrap(), text(p, "doc_type")))
        .collect();
    let last = invoice_pages as u64;
    assert_eq!(bounds, [(1, last, "invoice"), (last + 1, sheets.len() as u64, "eway_bill")]);
    assert!(parts[1]["fields"]["ewb_number"]["value"].is_string());
    assert!(text(&parts[1], "why").contains("eway_bill"));
    let joined = desk.run(&["split", &id]);
    assert_eq!(joined.one()["parts"], Value::Array(vec![]), "a person says: one document");
    desk.run(&["replay", &id]);
    assert_eq!(desk.show(&id)["parts"], Value::Array(vec![]), "and that stays");
    let reset = desk.run(&["split", &id, "--reset"]);
    assert_eq!(reset.one()["parts"].as_array().unwrap().len(), 2);
    assert_eq!(desk.run(&["split", &id, "99"]).code, 2);
}

#[test]
fn a_correction_that_was_accepted_is_used_next_time_and_can_be_forgotten() {
    let desk = Desk::new();
    let first = Invoice::sample(&mut Random::new(5), Language::English, 3);
    let mut second = first.clone();
    second.number.push('7');
    let id = desk.read("first.pdf", &invoice_pdf(&first));
    desk.run(&["set", &id, "vendor", "What I call them"]);
    assert!(desk.run(&["lessons"]).lines.is_empty(), "nothing is learned before it is accepted");
    desk.run(&["accept", &id]);
    let lessons = desk.run(&["lessons"]);
    assert_eq!((text(lessons.one(), "field"), text(lessons.one(), "doc_type")), ("vendor", "invoice"));
    let id = desk.read("second.pdf", &invoice_pdf(&second));
    let vendor = &desk.show(&id)["fields"]["vendor"];
    assert_eq!((text(vendor, "value"), text(vendor, "by")), ("What I call them", "learned"));
    let number = lessons.one()["id"].to_string();
    assert_eq!(desk.run(&["forget", &number]).one()["forgotten"], 1);
    desk.run(&["replay", &id]);
    assert_eq!(text(&desk.show(&id)["fields"]["vendor"], "value"), first.vendor);
    assert_eq!(desk.run(&["forget", &number]).code, 1);
}
