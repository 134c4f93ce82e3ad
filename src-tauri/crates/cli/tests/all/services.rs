//! Services outside this computer through the program, and the proof that without them nothing leaves it.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    process::Command,
    thread,
};

use crate::support::{Desk, arg, text};
use papertray_fixtures::{Invoice, Language, Random, invoice_pdf};
use serde_json::{Value, json};

/// A server that speaks the OpenAI-compatible language and answers every question alike; it ends with the test.
fn helper(value: &Value) -> String {
    let content = value.to_string();
    let body = json!({
        "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    })
    .to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (mut seen, mut part) = (vec![], vec![0; 65536]);
            // The whole question first: head, then as many bytes as it says.
            loop {
                let n = stream.read(&mut part).unwrap_or(0);
                seen.extend_from_slice(&part[..n]);
                let head = String::from_utf8_lossy(&seen).to_lowercase();
                let length = head
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|t| t.split("\r\n").next()?.parse::<usize>().ok());
                let begun = head.find("\r\n\r\n").map(|at| seen.len() - at - 4);
                if n == 0 || begun.zip(length).is_some_and(|(begun, length)| begun >= length) {
                    break;
                }
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
        }
    });
    url
}

#[test]
fn a_chosen_service_fills_gaps_and_everything_sent_is_in_the_ledger() {
    let desk = Desk::new();
    let invoice = Invoice::sample(&mut Random::new(5), Language::English, 3);
    let path = desk.path("invoice.pdf");
    fs_err::write(&path, invoice_pdf(&invoice)).unwrap();
    let word = invoice.goods[0].description.clone();
    // `terms` is no value of invoices and goes; `_` names are never kept.
    let url = helper(
        &json!({"fields": {"vendor": "Somebody Else", "vendor_address": "Nowhere 1", "number": invoice.number}, "lines": []}),
    );
    desk.run(&["provider", "add", "mine", "--kind", "open_ai", "--model", "m", "--url", &url]);
    desk.run(&["provider", "use", "fields", "mine"]);
    desk.run(&["add", arg(&path), "--wait"]);
    assert!(desk.run(&["privacy"]).lines.is_empty(), "the switch is on: nothing is sent");
    desk.run(&["provider", "offline", "off"]);
    assert_eq!(text(desk.run(&["provider", "test", "mine"]).one(), "outcome"), "answered");
    let id = text(&desk.list()["invoice.pdf"], "document_id").to_owned();
    desk.run(&["refresh", &id]);
    let shown = desk.run(&["show", &id]).one().clone();
    assert_eq!(text(&shown["fields"]["vendor"], "value"), invoice.vendor, "the rules' value stays");
    assert!(!word.is_empty());
    let sent = desk.run(&["privacy"]);
    assert_eq!(sent.lines.len(), 2, "{:?}", sent.lines);
    let line = &sent.lines[0];
    assert_eq!(
        (text(line, "provider"), text(line, "step"), text(line, "outcome")),
        ("mine", "fields", "success")
    );
    assert_eq!((text(line, "host"), text(line, "document_id")), ("127.0.0.1", id.as_str()));
    let used = desk.run(&["provider", "limit", "--pages", "1"]);
    assert_eq!(used.one()["used"]["pages"], 2);
    let over = desk.run(&["provider", "test", "mine"]);
    assert_eq!(text(&over.one()["error"], "code"), "provider_limit");
}

#[test]
fn a_service_that_fails_costs_the_document_nothing() {
    let desk = Desk::new();
    desk.run(&[
        "provider",
        "add",
        "gone",
        "--kind",
        "open_ai",
        "--model",
        "m",
        "--url",
        "http://127.0.0.1:1",
    ]);
    for step in ["fields", "describe"] {
        desk.run(&["provider", "use", step, "gone"]);
    }
    desk.run(&["provider", "offline", "off"]);
    let path = desk.path("invoice.pdf");
    let invoice = Invoice::sample(&mut Random::new(5), Language::English, 3);
    fs_err::write(&path, invoice_pdf(&invoice)).unwrap();
    let said = desk.run(&["add", arg(&path), "--wait"]);
    assert_eq!(said.code, 0);
    let row = &desk.list()["invoice.pdf"];
    assert_eq!((text(row, "status"), text(row, "metadata")), ("ocr_complete", "ready"));
    let lines = desk.run(&["privacy"]).lines;
    assert!(lines.iter().all(|l| l["outcome"] == "io") && lines.len() == 2, "{lines:?}");
    assert_eq!(desk.run(&["provider", "use", "fields", "nobody"]).code, 1);
}

/// In a network of its own, in which nothing can be reached, everything works, and the system counts no attempt to send.
#[test]
fn in_local_mode_nothing_is_sent_and_nothing_is_tried() {
    let possible = Command::new("unshare").args(["--map-root-user", "--net", "true"]).status();
    if !possible.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system gives no network of its own to programs without rights");
        return;
    }
    let desk = Desk::new();
    let path = desk.path("invoice.pdf");
    let invoice = Invoice::sample(&mut Random::new(5), Language::English, 3);
    fs_err::write(&path, invoice_pdf(&invoice)).unwrap();
    let script = r#"
        "$0" --library "$1" --json add "$2" --wait && "$0" --library "$1" --json doctor >/dev/null || exit 9
        cat /proc/net/snmp /proc/net/snmp6 >&2
    "#;
    let output = Command::new("unshare")
        .args(["--map-root-user", "--net", "sh", "-c", script, env!("CARGO_BIN_EXE_papertray-cli")])
        .arg(desk.library())
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text(&desk.list()["invoice.pdf"], "status"), "ocr_complete");
    let counters = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = |table: &str, name: &str| -> u64 {
        let rows: Vec<Vec<&str>> = counters
            .lines()
            .filter(|l| l.starts_with(table))
            .map(|l| l.split_whitespace().collect())
            .collect();
        let column = rows[0].iter().position(|c| *c == name).unwrap();
        rows[1][column].parse().unwrap()
    };
    for (table, name) in [
        ("Ip:", "OutRequests"),
        ("Ip:", "OutNoRoutes"),
        ("Tcp:", "ActiveOpens"),
        ("Tcp:", "PassiveOpens"),
        ("Udp:", "OutDatagrams"),
    ] {
        assert_eq!(count(table, name), 0, "{table} {name}\n{counters}");
    }
}
