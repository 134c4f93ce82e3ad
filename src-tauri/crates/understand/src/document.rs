//! A page on its own, and pages joined to documents.

use papertray_model::{DocType, DocumentPart, Field, Fields, LineItem, PageMeaning, PageReading};

use crate::checks;
use crate::classify::{Class, classify};
use crate::doctype::Spec;
use crate::evidence::{self, Evidence};
use crate::fields;
use crate::language;
use crate::layout::Layout;
use crate::lines::{self, Table};
use crate::parts::{self, Segment};
use crate::plan;
use crate::scene::Scene;
use crate::{DocumentMeaning, Knowledge};

/// The reason where a person named the type.
const BY_PERSON: &str = "a person said so";

/// Understands one page.
pub fn understand_page(page: &PageReading) -> PageMeaning {
    Knowledge::builtin().page(page)
}

/// Joins the pages of a file: see [`Knowledge::document`].
pub fn understand_document(pages: &[(&PageReading, &PageMeaning)]) -> DocumentMeaning {
    Knowledge::builtin().document(pages, None)
}

impl Knowledge {
    /// Understands one page.
    pub fn page(&self, page: &PageReading) -> PageMeaning {
        let layout = Layout::new(page);
        let class = classify(&layout, &self.types);
        self.page_as(&layout, class)
    }

    /// Understands one page as one of a type that a person named.
    pub fn page_of(&self, page: &PageReading, doc_type: &DocType) -> PageMeaning {
        let reasons = vec![BY_PERSON.to_owned()];
        let layout = Layout::new(page);
        let class = classify(&layout, &self.types);
        self.page_as(&layout, Class { doc_type: doc_type.clone(), confidence: 1.0, reasons, ..class })
    }

    fn page_as(&self, layout: &Layout, class: Class) -> PageMeaning {
        let evidence = evidence::gather(&[layout]);
        let spec = self.types.spec(class.doc_type.as_str()).filter(|s| s.is_read());
        let (fields, lines) = spec.map_or_else(Default::default, |spec| {
            let mut table = None;
            let (fields, lines) = self.read(layout, spec, &evidence, &mut table);
            let (lines, _) = checks::settle_lines(&fields, lines);
            (fields, lines)
        });
        PageMeaning {
            doc_type: class.doc_type,
            confidence: class.confidence,
            reasons: class.reasons,
            fields,
            lines,
        }
    }

    /// Fields and rows of goods of a page as one of a type. `table` is the table that the page before left open, and
    /// afterwards the one that this page leaves open.
    fn read(
        &self,
        layout: &Layout,
        spec: &Spec,
        evidence: &Evidence,
        table: &mut Option<Table>,
    ) -> (Fields, Vec<LineItem>) {
        let scene = Scene::new(layout, spec, evidence, &self.types);
        let fields = fields::extract(&scene);
        let lines = match &layout.e_invoice {
            _ if spec.rows.is_empty() => vec![],
            Some(invoice) => invoice.lines(&[layout]),
            None => lines::extract(&scene, table),
        };
        (fields, lines)
    }

    /// Joins the pages of a file.
    ///
    /// A file may hold several documents: `splits` names the pages (from 0) that begin one; without it the pages say so
    /// themselves. The file's own type and values are those of its first document that has a type, unless a later one is
    /// surer by far. Within a document, pages without a type of their own continue it, decimal mark, order of dates and
    /// currency are settled by all its pages together, and a table of goods goes on where the page before left it open.
    pub fn document(
        &self,
        pages: &[(&PageReading, &PageMeaning)],
        splits: Option<&[usize]>,
    ) -> DocumentMeaning {
        let layouts: Vec<Layout> = pages.iter().map(|(page, _)| Layout::new(page)).collect();
        let language = language::of(&layouts);
        let looked_at: Vec<(&PageMeaning, &Layout)> =
            pages.iter().zip(&layouts).map(|((_, meaning), layout)| (*meaning, layout)).collect();
        let segments = parts::segments(&looked_at, &self.types, splits);
        let meanings: Vec<PageMeaning> = segments
            .iter()
            .map(|s| PageMeaning {
                doc_type: s.doc_type.clone(),
                confidence: s.confidence,
                reasons: vec![],
                fields: Fields::new(),
                lines: vec![],
            })
            .collect();
        let (doc_type, confidence) = parts::settled(&meanings.iter().collect::<Vec<_>>());
        let mut joined: Vec<DocumentPart> =
            segments.iter().map(|segment| self.part(segment, pages, &layouts)).collect();
        // Copies of one document (original, duplicate) say the same twice: the first stands for the file.
        let main = joined.iter().position(|part| part.doc_type == doc_type);
        let (fields, lines, checks) = match main {
            Some(main) if joined.len() == 1 => {
                let part = joined.swap_remove(main);
                (part.fields, part.lines, part.checks)
            }
            Some(main) => {
                let part = &joined[main];
                (part.fields.clone(), part.lines.clone(), part.checks.clone())
            }
            None => Default::default(),
        };
        DocumentMeaning { doc_type, confidence, fields, lines, language, checks, parts: joined }
    }

    /// One document of the file.
    fn part(
        &self,
        segment: &Segment,
        pages: &[(&PageReading, &PageMeaning)],
        layouts: &[Layout],
    ) -> DocumentPart {
        let number = |at: usize| pages.get(at).map_or(at as u32 + 1, |(page, _)| page.page_number);
        let mut part = DocumentPart {
            first_page: number(segment.first),
            last_page: number(segment.last),
            doc_type: segment.doc_type.clone(),
            confidence: segment.confidence,
            why: segment.why.clone(),
            fields: Fields::new(),
            lines: vec![],
            checks: vec![],
        };
        let Some(spec) = self.types.spec(segment.doc_type.as_str()).filter(|s| s.is_read()) else {
            return part;
        };
        // Within a document a page that is surely of another type (an attachment) gives no values.
        let of_it = |at: usize| {
            let meaning = pages[at].1;
            meaning.doc_type == segment.doc_type || meaning.doc_type.is_unknown() || meaning.confidence < 0.8
        };
        let members: Vec<&Layout> =
            (segment.first..=segment.last).filter(|at| of_it(*at)).map(|at| &layouts[at]).collect();
        let evidence = evidence::gather(&members);
        let mut table = None;
        let mut certain = Fields::new();
        for (place, layout) in members.iter().enumerate() {
            let (found, mut rows) = self.read(layout, spec, &evidence, &mut table);
            part.lines.append(&mut rows);
            if let Some(data) = &layout.e_invoice {
                let said = found.iter().filter(|(name, _)| data.values.iter().any(|(n, _)| n == name));
                certain.extend(said.map(|(name, field)| (name.clone(), field.clone())));
            }
            for (name, field) in found {
                join(&mut part.fields, name, field, place);
            }
        }
        // What another page prints does not overrule the data.
        for (name, field) in certain {
            if part.fields.get(&name).is_none_or(|known| known.value != field.value) {
                part.fields.insert(name, field);
            }
        }
        // Data says all rows at once; the printed ones say them again.
        if let Some(data) = members.iter().find_map(|layout| layout.e_invoice.as_ref()) {
            part.lines = data.lines(&members);
        }
        self.apply_lessons(&mut part.fields, spec, &members);
        if segment.doc_type.as_str() == "plan" {
            plan_progress(&mut part.fields);
        }
        let lines = std::mem::take(&mut part.lines);
        (part.lines, part.checks) = checks::settle_lines(&part.fields, lines);
        checks::raise(&mut part.fields, &part.lines);
        part.checks.extend(checks::of_sums(&part.fields, &part.lines));
        part
    }
}

/// Adds a page's field: sums of a plan are added up, totals of later pages win over equally sure earlier ones, all else
/// stays with the surest, the first of equals.
fn join(fields: &mut Fields, name: String, field: Field, page: usize) {
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
