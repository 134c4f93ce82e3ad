//! The sets of documents: where their answers stand and how each value is compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use papertray_fixtures::{Set, write_set};
use serde_json::Value;

use crate::Error;
use crate::reading::Reader;
use crate::score::Same;
use crate::truth::{Document, Part, Wanted, wanted};

/// All sets; `zugferd-image` is `zugferd` as pictures.
pub(crate) const NAMES: [&str; 7] =
    ["fixtures", "sroie", "zugferd", "zugferd-image", "invoice2data", "documents", "doctypes"];

pub(crate) fn load(name: &str, data: &Path, reader: &Reader) -> Result<Vec<Document>, Error> {
    match name {
        "fixtures" => fixtures(reader.kept()),
        "sroie" => sroie(&data.join(name)),
        "zugferd" => zugferd(&data.join(name), false),
        "zugferd-image" => zugferd(&data.join("zugferd"), true),
        "invoice2data" => Ok(invoice2data(&data.join(name))),
        "documents" => documents(&data.join("linesheets/documents")),
        "doctypes" => doctypes(&data.join(name)),
        _ => Ok(vec![]),
    }
}

/// Files with this ending, in order; none where the folder is not there.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending)))
        .collect();
    found.sort();
    found
}

fn json(path: &Path) -> Result<Value, Error> {
    Ok(serde_json::from_slice(&fs_err::read(path)?)?)
}

/// A string or number as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Documents made from a seed, text layers and scans.
fn fixtures(kept: &Path) -> Result<Vec<Document>, Error> {
    let folder = kept.join("fixtures");
    let truth = write_set(&folder, Set::EndToEnd, 7)?;
    let readable =
        truth.files.into_iter().filter(|f| f.expect.status == "ocr_complete" && f.password.is_none());
    let documents = readable.map(|file| {
        let compare = |name: &str| match name {
            n if n.ends_with("date") || n.starts_with("valid_") || n == "start_ship" => Same::Day,
            "total" | "subtotal" | "tax" | "cgst" | "sgst" | "igst" | "taxable_value" => Same::Amount,
            "vendor" | "buyer" => Same::Name,
            _ => Same::Id,
        };
        let values = file.fields.iter().map(|(name, value)| wanted(name, value, compare(name))).collect();
        let rows: Vec<(String, String)> = file
            .lines
            .iter()
            .filter_map(|row| {
                Some((row.get("amount")?.clone(), row.get("description").cloned().unwrap_or_default()))
            })
            .collect();
        Document {
            doc_type: file.doc_type.clone(),
            rows: (!rows.is_empty()).then_some(rows),
            ..Document::whole(folder.join(&file.file), values)
        }
    });
    Ok(documents.collect())
}

/// Receipts.
fn sroie(folder: &Path) -> Result<Vec<Document>, Error> {
    let mut found = vec![];
    for file in files(folder, "jpg") {
        let truth = json(&file.with_extension("key.json"))?;
        let fields = [
            ("vendor", "company", Same::Name),
            ("date", "date", Same::Day),
            ("total", "total", Same::Amount),
        ];
        found.push(Document::whole(file, named(&truth, &fields)));
    }
    Ok(found)
}

/// The values of `truth` that have one, by (our field, their name, comparison).
fn named(truth: &Value, fields: &[(&str, &str, Same)]) -> Vec<Wanted> {
    fields
        .iter()
        .filter_map(|(ours, theirs, same)| Some(wanted(ours, text(&truth[*theirs])?, *same)))
        .collect()
}

/// Invoices with their data embedded. What is not printed is scored only where the embedded data may be read.
fn zugferd(folder: &Path, as_scan: bool) -> Result<Vec<Document>, Error> {
    let mut found = vec![];
    for file in files(folder, "pdf") {
        let truth = json(&file.with_extension("json"))?;
        let printed = |name: &str| truth["_in_text"][name].as_bool().unwrap_or(false);
        let fields: Vec<(&str, &str, Same)> = [
            ("number", "number", Same::Id),
            ("total", "total", Same::Amount),
            ("vendor", "vendor", Same::Name),
            ("date", "date", Same::Day),
            ("currency", "currency", Same::Id),
        ]
        .into_iter()
        .filter(|(_, name, _)| matches!(*name, "date" | "currency") || printed(name))
        .collect();
        let rows = truth["lines"].as_array().into_iter().flatten();
        let rows = rows
            .filter_map(|row| Some((text(&row["amount"])?, text(&row["description"]).unwrap_or_default())));
        found.push(Document {
            as_scan,
            rows: Some(rows.collect()),
            ..Document::whole(file, named(&truth, &fields))
        });
    }
    Ok(found)
}

fn invoice2data(folder: &Path) -> Vec<Document> {
    let mut found = vec![];
    for file in files(folder, "pdf") {
        let Ok(truth) = json(&file.with_extension("json")) else { continue };
        let truth = truth.get(0).unwrap_or(&truth);
        let fields = [
            ("vendor", "issuer", Same::Name),
            ("number", "invoice_number", Same::Id),
            ("date", "date", Same::Day),
            ("total", "amount", Same::Amount),
        ];
        found.push(Document::whole(file, named(truth, &fields)));
    }
    found
}

/// Indian bills and e-way bills, several in a file.
fn documents(folder: &Path) -> Result<Vec<Document>, Error> {
    let mut found = vec![];
    let truth = json(&folder.join("truth.json"))?;
    for file in truth.as_array().into_iter().flatten() {
        let number = |value: &Value| value.as_u64().unwrap_or(0) as u32;
        let page_types = file["pages"].as_array().into_iter().flatten();
        let page_types: BTreeMap<u32, String> =
            page_types.filter_map(|p| Some((number(&p["page"]), text(&p["doc_type"])?))).collect();
        let parts = file["documents"].as_array().into_iter().flatten().map(|part| {
            let kind = text(&part["doc_type"]).unwrap_or_default();
            let fields = part["fields"].as_object().into_iter().flatten();
            Part {
                pages: part["pages"].as_array().into_iter().flatten().map(number).collect(),
                wanted: fields
                    .filter(|(name, _)| name.as_str() != "lines")
                    .map(|(name, value)| indian(&kind, name, value))
                    .collect(),
                exact_rows: part["fields"]["lines"].as_array().map(|rows| {
                    let cell = |row: &Value, name: &str| text(&row[name]).unwrap_or_default();
                    rows.iter().map(|r| (cell(r, "hsn"), cell(r, "qty"), cell(r, "taxable"))).collect()
                }),
                doc_type: Some(kind),
            }
        });
        found.push(Document {
            file: folder.join(text(&file["file"]).unwrap_or_default()),
            parts: parts.collect(),
            page_types,
            ..Document::default()
        });
    }
    Ok(found)
}

fn indian(kind: &str, name: &str, value: &Value) -> Wanted {
    let ours = match (kind, name) {
        ("bill", "supplier_name") => "vendor",
        ("bill", "supplier_gstin") => "vendor_tax_id",
        ("bill", "buyer_name") => "buyer",
        ("bill", "buyer_gstin") => "buyer_tax_id",
        ("bill", "invoice_no") => "number",
        ("bill", "invoice_date") => "date",
        ("bill", "taxable") => "subtotal",
        (_, "ewb_no") => "ewb_number",
        (_, "vehicle_no") => "vehicle_number",
        (_, "ewb_date") => "generated_date",
        (_, "place_of_dispatch") => "from_place",
        (_, "place_of_delivery") => "to_place",
        (_, "document_no") => "document_number",
        (_, "value") => "total",
        (_, other) => other,
    };
    let same = match name {
        "taxable" | "cgst" | "sgst" | "igst" | "round_off" | "total" | "value" | "distance_km" => {
            Same::Amount
        }
        "invoice_date" | "ewb_date" | "valid_from" | "valid_until" | "document_date" => Same::Day,
        "place_of_dispatch" | "place_of_delivery" => Same::Place,
        "place_of_supply" => Same::Holds,
        _ => Same::Id,
    };
    Wanted { field: ours.to_owned(), value: text(value), same }
}

/// Pages of many kinds; what is none of ours is `unknown`.
fn doctypes(folder: &Path) -> Result<Vec<Document>, Error> {
    let table = folder.join("labels.tsv");
    if !table.is_file() {
        return Ok(vec![]);
    }
    let mut found = vec![];
    for row in fs_err::read_to_string(table)?.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(name), Some(kind)) = (cells.next(), cells.next()) else { continue };
        let file = folder.join(name);
        if kind.starts_with("multi") || !file.is_file() {
            continue;
        }
        let kind = kind.replace(' ', "_");
        let known = ["invoice", "purchase_order", "receipt", "delivery_note"].contains(&kind.as_str());
        let doc_type = Some(if known { kind } else { "unknown".to_owned() });
        found.push(Document { file, doc_type, ..Document::default() });
    }
    Ok(found)
}
