//! `read` on documents whose truth is known: the shape, the words, the values, and every kind of bad input.

use crate::support::{Desk, arg, text, word_f1};
use papertray_fixtures::{FileTruth, Set};
use serde_json::Value;

/// Every document of the set answers in the contract's shape, with nearly all of its words and the right type.
#[test]
fn documents_of_every_kind_are_read() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::EndToEnd);
    let files: Vec<_> = truth.files.iter().map(|f| folder.join(&f.file)).collect();
    let mut words = vec!["read"];
    words.extend(files.iter().map(|f| arg(f)));
    let said = desk.run(&words);
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_eq!(said.lines.len(), files.len());
    let (mut right, mut wanted, mut wrong) = (0, 0, vec![]);
    for ((file, truth), answer) in files.iter().zip(&truth.files).zip(&said.lines) {
        assert_eq!(text(answer, "file"), arg(file), "answers come in the order of the files");
        check_shape(answer);
        assert_eq!(answer["page_count"].as_u64(), Some(truth.page_count.into()), "{}", truth.file);
        if truth.pages.is_empty() {
            continue; // text files: what they say is their own truth
        }
        let f1 = word_f1(&all_text(answer), &truth_text(truth));
        assert!(f1 > 0.9, "{}: word F1 {f1:.3}", truth.file);
        for name in ["vendor", "number", "date", "total", "currency"] {
            if let Some(value) = truth.fields.get(name) {
                wanted += 1;
                let got = text(&answer["fields"][name], "value");
                if got == value {
                    right += 1;
                } else {
                    wrong.push(format!("{} {name}: `{got}` for `{value}`", truth.file));
                }
            }
        }
    }
    assert!(right * 10 >= wanted * 9, "{right} of {wanted} values:\n{}", wrong.join("\n"));
}

fn all_text(answer: &Value) -> String {
    answer["pages"].as_array().unwrap().iter().map(|p| text(p, "text").to_owned() + "\n").collect()
}

fn truth_text(truth: &FileTruth) -> String {
    truth.pages.iter().map(|p| p.text.clone() + "\n").collect()
}

fn check_shape(answer: &Value) {
    assert_eq!(answer["schema"], 1);
    assert!(answer["document_id"].is_null());
    for key in ["status", "display_name", "summary", "doc_type", "model"] {
        assert!(answer[key].is_string(), "{key}: {answer}");
    }
    assert!(answer["tags"].is_array() && answer["lines"].is_array() && answer["fields"].is_object());
    for page in answer["pages"].as_array().unwrap() {
        let (width, height) = (page["width"].as_f64().unwrap(), page["height"].as_f64().unwrap());
        assert!(matches!(text(page, "unit"), "pt" | "px") && width > 0.0 && height > 0.0);
        assert!(matches!(text(page, "source"), "text_layer" | "ocr" | "blank"));
        assert!(matches!(text(page, "status"), "draft_pending" | "unknown"));
        for word in page["words"].as_array().unwrap() {
            let edges: Vec<f64> =
                word["box"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
            assert!(edges[0] <= edges[2] && edges[1] <= edges[3], "{word}");
            // Half a line beyond the edge is the most that a tilted line's box may reach.
            assert!(
                edges[0] > -20.0 && edges[2] < width + 20.0 && edges[3] < height + 20.0,
                "{word} on {width}×{height}"
            );
        }
        for field in page["fields"].as_object().unwrap().values() {
            assert!(field["value"].is_string() && field["confidence"].is_number() && field["by"].is_string());
        }
    }
}

/// Every kind of bad input ends with a reason and a way on, never with a crash or a hang.
#[test]
fn bad_input_ends_with_a_reason() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Hostile);
    let files: Vec<_> = truth.files.iter().map(|f| folder.join(&f.file)).collect();
    let mut words = vec!["read"];
    words.extend(files.iter().map(|f| arg(f)));
    let said = desk.run(&words);
    assert_eq!(said.code, 1, "{}", said.errors);
    assert_eq!(said.lines.len(), files.len());
    for (truth, answer) in truth.files.iter().zip(&said.lines) {
        let (status, error) = (text(answer, "status"), &answer["error"]);
        if status != "ocr_complete" {
            assert!(
                !text(error, "message").is_empty() && !text(error, "hint").is_empty(),
                "{}: {error}",
                truth.file
            );
        }
        if truth.expect.status != "any" && !truth.expect.unless_root {
            assert_eq!(status, truth.expect.status, "{}: {error}", truth.file);
            if let Some(code) = &truth.expect.error {
                assert_eq!(text(error, "code"), code, "{}", truth.file);
            }
        }
    }
}

#[test]
fn a_password_opens_an_encrypted_file() {
    let desk = Desk::new();
    let (folder, truth) = desk.documents(Set::Hostile);
    let file = truth.files.iter().find(|f| f.password.is_some()).unwrap();
    let path = folder.join(&file.file);
    let wrong = desk.run(&["read", "--password", "not it", arg(&path)]);
    assert_eq!(text(&wrong.one()["error"], "code"), "wrong_password");
    let right = desk.run(&["read", "--password", file.password.as_deref().unwrap(), arg(&path)]);
    assert_eq!(right.code, 0);
    assert!(word_f1(&all_text(right.one()), &truth_text(file)) > 0.9);
}

#[test]
fn wrong_usage_is_exit_2() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["read"]).code, 2);
    assert_eq!(desk.run(&["cancel", "neither"]).code, 2);
}
