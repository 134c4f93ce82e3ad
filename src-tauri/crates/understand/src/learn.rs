//! What a vendor's paper taught: the right name, or the label behind which a value stands. Learned from a person's
//! corrections, used on the next document of the same vendor; nothing but these few words is kept.

use std::ops::Range;

use papertray_model::{Field, Fields, PageReading};
use serde::{Deserialize, Serialize};

use crate::Knowledge;
use crate::doctype::{Kind, Rank, Spec};
use crate::evidence;
use crate::fields::{self, amounts, scalar};
use crate::labels::Hit;
use crate::layout::{Layout, is_numeric};
use crate::locate;
use crate::scene::Scene;
use crate::text::{letters, squash};

/// How sure a value is that was found as a lesson says.
const SURE: f32 = 0.93;
/// The most words of a label.
const LABEL_WORDS: usize = 5;

/// What was learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lesson {
    /// The vendor is called so.
    Name {
        /// As the person wrote it.
        name: String,
    },
    /// The value stands right of these words or under them.
    Label {
        /// As printed.
        label: String,
    },
}

/// A lesson and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The vendor's tax id, or its name as the rules read it, folded.
    pub vendor: String,
    /// The type of documents it is about.
    pub doc_type: String,
    /// The value it is about.
    pub field: String,
    /// What was learned.
    pub lesson: Lesson,
}

/// The names under which lessons about the vendor of these values are kept: its tax id, its folded name.
fn keys(machine: &Fields) -> Vec<String> {
    let of = |name: &str| machine.get(name).map(|f| squash(&f.value)).filter(|key| key.len() >= 3);
    of("vendor_tax_id").into_iter().chain(of("vendor")).collect()
}

impl Knowledge {
    /// This knowledge with lessons in place of those it had.
    #[must_use]
    pub fn with_lessons(mut self, lessons: Vec<Learned>) -> Self {
        self.lessons = lessons;
        self
    }

    /// What a correction teaches: `machine` is what the rules read, `value` what the person says `field` is. Nothing,
    /// where the vendor is not known or the value does not stand on the pages behind a label.
    pub fn learn(
        &self,
        pages: &[&PageReading],
        doc_type: &str,
        machine: &Fields,
        field: &str,
        value: &str,
    ) -> Option<Learned> {
        let vendor = keys(machine).into_iter().next()?;
        let learned = |lesson| Learned {
            vendor: vendor.clone(),
            doc_type: doc_type.to_owned(),
            field: field.to_owned(),
            lesson,
        };
        if value.trim().is_empty() {
            return None;
        }
        if field == "vendor" {
            return Some(learned(Lesson::Name { name: value.trim().to_owned() }));
        }
        let kind = self.kind(doc_type, field)?;
        for page in pages {
            let layout = Layout::new(page);
            for found in locate::all(&layout, kind, value) {
                if let Some(label) = label_of(&layout, &found) {
                    return Some(learned(Lesson::Label { label }));
                }
            }
        }
        None
    }

    /// Values as lessons about this vendor say.
    pub(crate) fn apply_lessons(&self, fields: &mut Fields, spec: &Spec, members: &[&Layout]) {
        if self.lessons.is_empty() {
            return;
        }
        let keys = keys(fields);
        let about: Vec<&Learned> =
            self.lessons.iter().filter(|l| l.doc_type == spec.name && keys.contains(&l.vendor)).collect();
        let evidence = if about.is_empty() { return } else { evidence::gather(members) };
        for learned in about {
            match &learned.lesson {
                Lesson::Name { name } => {
                    if let Some(field) = fields.get_mut("vendor") {
                        field.value.clone_from(name);
                        field.confidence = field.confidence.max(SURE);
                        "learned".clone_into(&mut field.by);
                    }
                }
                Lesson::Label { label } => {
                    let found = members.iter().find_map(|layout| {
                        let scene = Scene::new(layout, spec, &evidence, &self.types);
                        behind(&scene, &learned.field, label)
                    });
                    if let Some(field) = found {
                        fields.insert(learned.field.clone(), field);
                    }
                }
            }
        }
    }
}

/// The words that name a value: before it on its line, or over it.
fn label_of(layout: &Layout, value: &Range<usize>) -> Option<String> {
    let row = layout.tokens.get(value.start)?.row;
    let start = layout.rows[row].start;
    let before =
        (start..value.start).rev().take_while(|at| !is_numeric(&layout.tokens[*at])).take(LABEL_WORDS);
    let mut first = value.start;
    for at in before {
        // A wide gap parts the label from what stands before it; the gap to the value itself may be wide.
        if at + 1 < value.start && layout.tokens[at + 1].gap > 1.6 {
            break;
        }
        first = at;
    }
    let usable = |text: &str| (3..=60).contains(&letters(text));
    let text = layout.text(first..value.start);
    if usable(&text) {
        return Some(text.trim_end_matches([':', ' ', '.', '#']).to_owned());
    }
    let b = layout.bbox(value.clone());
    let above = (row.saturating_sub(3)..row).rev().find_map(|r| {
        let cell = layout.cells(r).iter().find(|c| {
            let cell = layout.bbox((*c).clone());
            cell.x0 < b.x1 && cell.x1 > b.x0 && b.y0 - cell.y1 < 3.0 * layout.em
        })?;
        Some(layout.text(cell.clone()))
    })?;
    usable(&above).then(|| above.trim_end_matches([':', ' ', '.', '#']).to_owned())
}

/// The value behind a learned label.
fn behind(scene: &Scene<'_>, name: &str, label: &str) -> Option<Field> {
    let field = scene.spec.fields.iter().position(|f| f.name == name)?;
    let key = squash(label);
    for start in 0..scene.layout.tokens.len() {
        let row_end = scene.layout.row_end(start);
        let mut joined = String::new();
        for end in start..row_end.min(start + LABEL_WORDS + 2) {
            joined.push_str(&scene.layout.tokens[end].key);
            if joined.len() > key.len() {
                break;
            }
            if joined != key {
                continue;
            }
            let row = scene.layout.tokens[start].row;
            let hit = Hit { field, rank: Rank::Strong, start, end: end + 1, row, colon: true, leads: true };
            let candidate = match scene.spec.fields[field].kind {
                Kind::Money => amounts::behind(scene, &hit),
                kind => scalar::behind(scene, &hit, kind),
            };
            if let Some(mut candidate) = candidate {
                candidate.confidence = candidate.confidence.max(SURE);
                let mut found = fields::field(candidate);
                "learned".clone_into(&mut found.by);
                return Some(found);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use papertray_model::PageMeaning;

    use super::*;
    use crate::sample::lines;

    const PAPER: &str = "Acme GmbH
        Rechnung Nr. 42
        Rechnungsdatum: 01.02.2020
        Auftrag vom | 28.01.2020
        Kommission ZX-771
        Summe netto 10,00 EUR
        MwSt 19% 1,90 EUR
        Rechnungsbetrag 11,90 EUR";

    #[test]
    fn a_correction_is_used_on_the_next_document_of_the_same_vendor() {
        let page = lines(PAPER);
        let knowledge = Knowledge::builtin();
        let machine = knowledge.page(&page).fields;
        assert_eq!(machine["number"].value, "42");
        let lesson = knowledge.learn(&[&page], "invoice", &machine, "number", "ZX-771").unwrap();
        assert_eq!(lesson.lesson, Lesson::Label { label: "Kommission".into() });
        let name = knowledge.learn(&[&page], "invoice", &machine, "vendor", "ACME Holding").unwrap();
        let taught = knowledge.clone().with_lessons(vec![lesson, name]);
        let next = lines(&PAPER.replace("ZX-771", "ZX-802").replace("42", "43"));
        let meaning: PageMeaning = taught.page(&next);
        let joined = taught.document(&[(&next, &meaning)], None);
        assert_eq!(joined.fields["number"].value, "ZX-802");
        assert_eq!(joined.fields["number"].by, "learned");
        assert_eq!(joined.fields["vendor"].value, "ACME Holding");
        let other = lines(&PAPER.replace("Acme", "Muster Werkzeuge"));
        let meaning = taught.page(&other);
        assert_eq!(taught.document(&[(&other, &meaning)], None).fields["number"].value, "42");
    }

    #[test]
    fn what_is_not_on_the_page_teaches_nothing() {
        let page = lines(PAPER);
        let knowledge = Knowledge::builtin();
        let machine = knowledge.page(&page).fields;
        assert_eq!(knowledge.learn(&[&page], "invoice", &machine, "number", "ABC-1"), None);
        assert_eq!(knowledge.learn(&[&page], "invoice", &Fields::new(), "number", "ZX-771"), None);
    }
}
