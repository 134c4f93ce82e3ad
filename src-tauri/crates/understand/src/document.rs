//! A page on its own, and pages joined to a document.

use papertray_model::{DocType, Fields, LineItem, PageMeaning, PageReading};

use crate::DocumentMeaning;
use crate::classify::{Class, classify};
use crate::doctype::catalog;
use crate::evidence::{self, Evidence};
use crate::fields;
use crate::language;
use crate::layout::Layout;
use crate::lines;
use crate::plan;
use crate::scene::Scene;

/// Understands one page.
pub fn understand_page(page: &PageReading) -> PageMeaning {
    let layout = Layout::new(page);
    let class = classify(&layout);
    let evidence = evidence::gather(&[&layout]);
    let (fields, lines) = read(&layout, class.doc_type.as_str(), &evidence);
    PageMeaning {
        doc_type: class.doc_type,
        confidence: class.confidence,
        reasons: class.reasons,
        fields,
        lines,
    }
}

/// Fields and rows of goods of a page as one of a type.
fn read(layout: &Layout, doc_type: &str, evidence: &Evidence) -> (Fields, Vec<LineItem>) {
    let spec = catalog().spec(doc_type).filter(|s| s.name != "unknown" && s.name != "linesheet");
    let Some(spec) = spec else { return (Fields::new(), vec![]) };
    let scene = Scene::new(layout, spec, evidence);
    let fields = fields::extract(&scene);
    let has_lines = matches!(doc_type, "invoice" | "bill" | "receipt" | "purchase_order");
    let lines = if has_lines { lines::extract(&scene) } else { vec![] };
    (fields, lines)
}

/// Joins the pages of a document.
///
/// The type is that of its first page that has one, unless later pages of another type are surer by far. Pages that
/// have no type of their own and no foreign title continue the document: its total may stand on them. Decimal mark,
/// order of dates and currency are settled by all pages together.
pub fn understand_document(pages: &[(&PageReading, &PageMeaning)]) -> DocumentMeaning {
    let layouts: Vec<Layout> = pages.iter().map(|(page, _)| Layout::new(page)).collect();
    let language = language::of(&layouts);
    let (doc_type, confidence) = settle(pages);
    if doc_type.is_unknown() {
        return DocumentMeaning { doc_type, confidence, fields: Fields::new(), lines: vec![], language };
    }
    let mut members = vec![];
    let mut open = false;
    for ((_, meaning), layout) in pages.iter().zip(&layouts) {
        let own = meaning.doc_type == doc_type;
        let continues = open && meaning.doc_type.is_unknown() && !is_foreign(&classify(layout));
        open = own || continues;
        if open {
            members.push(layout);
        }
    }
    let evidence = evidence::gather(&members);
    let mut fields = Fields::new();
    let mut lines = vec![];
    for (number, layout) in members.iter().enumerate() {
        let (found, mut rows) = read(layout, doc_type.as_str(), &evidence);
        lines.append(&mut rows);
        for (name, field) in found {
            join(&mut fields, name, field, number);
        }
    }
    if doc_type.as_str() == "plan" {
        plan_progress(&mut fields);
    }
    check_lines(&mut fields, &lines);
    DocumentMeaning { doc_type, confidence, fields, lines, language }
}

fn is_foreign(class: &Class) -> bool {
    class.foreign
}

/// The document's type and how sure.
fn settle(pages: &[(&PageReading, &PageMeaning)]) -> (DocType, f32) {
    let first = pages.iter().map(|(_, m)| m).find(|m| !m.doc_type.is_unknown());
    match first {
        Some(first) => {
            let surest = pages
                .iter()
                .map(|(_, m)| m)
                .filter(|m| !m.doc_type.is_unknown())
                .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
            let best = surest.filter(|s| s.confidence > first.confidence + 0.25).unwrap_or(first);
            let same = pages.iter().filter(|(_, m)| m.doc_type == best.doc_type).map(|(_, m)| m.confidence);
            (best.doc_type.clone(), same.fold(0.0, f32::max))
        }
        None => (DocType::unknown(), pages.iter().map(|(_, m)| m.confidence).fold(0.0, f32::max)),
    }
}

/// Adds a page's field: sums of a plan are added up, totals of later pages win over equally sure earlier ones, all else
/// stays with the surest, the first of equals.
fn join(fields: &mut Fields, name: String, field: papertray_model::Field, page: usize) {
    let Some(known) = fields.get_mut(&name) else {
        // What only a later page says about the head of a document is less sure: it may speak of others.
        let mut field = field;
        if page > 0 && matches!(name.as_str(), "number" | "date" | "vendor" | "buyer") {
            field.confidence = (field.confidence - 0.05).max(0.0);
        }
        fields.insert(name, field);
        return;
    };
    match name.as_str() {
        "tasks_count" | "tasks_done" => plan::add(known, &field),
        "total" | "subtotal" | "tax" | "cgst" | "sgst" | "igst" | "round_off" | "total_units" => {
            if field.confidence + 0.04 >= known.confidence {
                *known = field;
            }
        }
        // The same value again stays where it first stood.
        _ => {
            if field.value == known.value {
                known.confidence = known.confidence.max(field.confidence);
            } else if field.confidence > known.confidence + 0.06 {
                *known = field;
            }
        }
    }
}

fn plan_progress(fields: &mut Fields) {
    let count = |name: &str| fields.get(name).and_then(|f| f.value.parse::<usize>().ok());
    if let (Some(tasks), Some(done)) = (count("tasks_count"), count("tasks_done"))
        && let Some(progress) = fields.get_mut("progress_percentage")
    {
        progress.value = plan::percentage(tasks, done);
        progress.text.clone_from(&progress.value);
    }
}

/// Rows of goods that add up to subtotal or total make that amount surer.
fn check_lines(fields: &mut Fields, lines: &[LineItem]) {
    let amounts: Option<Vec<rust_decimal::Decimal>> =
        lines.iter().map(|l| l.get("amount").and_then(|f| f.value.parse().ok())).collect();
    let Some(sum) = amounts.filter(|a| a.len() > 1).map(|a| a.iter().sum::<rust_decimal::Decimal>()) else {
        return;
    };
    for name in ["subtotal", "total"] {
        if let Some(field) = fields.get_mut(name)
            && field.value.parse() == Ok(sum)
        {
            field.confidence = field.confidence.max(0.93);
        }
    }
}
