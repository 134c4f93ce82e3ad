//! What the rules know in this library: the built-in types, a person's own in its folder `doctypes`, and what vendors'
//! paper taught. Read anew when a file or a lesson changes.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use papertray_model::{
    DocType, DocumentId, Fields, LessonRow, PageMeaning, PageReading, TypeInfo, TypeProblem, WorkSettings,
};
use papertray_store::Understanding;
use papertray_understand::{Knowledge, Learned};
use serde::Serialize;
use serde_json::Value;

use crate::{Engine, Result, Shared, errors};

/// The folder of a person's types, inside the library's.
const FOLDER: &str = "doctypes";
/// No type needs more.
const MOST_BYTES: u64 = 1_000_000;
const SETTINGS: &str = "work";

/// One file as it was when it was read: name, time, size.
type Stamp = Vec<(String, Option<SystemTime>, u64)>;

#[derive(Clone)]
struct Loaded {
    stamp: Stamp,
    knowledge: Arc<Knowledge>,
    problems: Vec<TypeProblem>,
}

/// The knowledge as it was last read.
#[derive(Default)]
pub(crate) struct Known(Mutex<Option<Loaded>>);

impl Known {
    /// Reads it anew the next time it is asked for.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn stamp(folder: &Path) -> Stamp {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    let mut stamp: Stamp = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_type = Path::new(&name).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
            let about = entry.metadata().ok().filter(|m| is_type && m.is_file())?;
            Some((name, about.modified().ok(), about.len()))
        })
        .collect();
    stamp.sort();
    stamp
}

/// The types of the files, each as (name, text), and those that could not be read.
fn own_types(folder: &Path, stamp: &Stamp) -> (Vec<(String, String)>, Vec<TypeProblem>) {
    let (mut own, mut problems) = (vec![], vec![]);
    for (file, _, size) in stamp {
        let text = if *size > MOST_BYTES {
            Err(format!("it has {size} bytes; a type has at most {MOST_BYTES}"))
        } else {
            fs_err::read_to_string(folder.join(file)).map_err(|e| e.to_string())
        };
        match text {
            Ok(text) => own.push((file.clone(), text)),
            Err(message) => problems.push(TypeProblem { file: file.clone(), line: None, message }),
        }
    }
    (own, problems)
}

impl Shared {
    /// What the rules know now.
    pub(crate) fn knowledge(&self) -> Arc<Knowledge> {
        self.loaded().knowledge
    }

    fn loaded(&self) -> Loaded {
        let folder = self.store.root().join(FOLDER);
        let stamp = stamp(&folder);
        let mut known = self.knowledge.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = known.as_ref().filter(|loaded| loaded.stamp == stamp) {
            return loaded.clone();
        }
        let (own, unreadable) = own_types(&folder, &stamp);
        let (knowledge, mut problems) = Knowledge::new(&own);
        problems.extend(unreadable);
        for problem in &problems {
            let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
            tracing::warn!("the type in `{FOLDER}/{}`{line} is not used: {}", problem.file, problem.message);
        }
        let lessons = self.store.read(|r| r.lessons()).unwrap_or_else(|e| {
            tracing::error!("what was learned could not be read: {e}");
            vec![]
        });
        let learned = lessons.into_iter().filter_map(|row| {
            let lesson = serde_json::from_str(&row.lesson).ok()?;
            Some(Learned { vendor: row.vendor, doc_type: row.doc_type, field: row.field, lesson })
        });
        let knowledge = Arc::new(knowledge.with_lessons(learned.collect()));
        let loaded = Loaded { stamp, knowledge, problems };
        *known = Some(loaded.clone());
        loaded
    }

    /// How work is done.
    pub(crate) fn work_settings(&self) -> papertray_store::Result<WorkSettings> {
        Ok(self.store.read(|r| r.setting(SETTINGS))?.unwrap_or_default())
    }
}

/// What an archive's page says of itself.
const LIST_OF_FILES: &str = "a list of files";

/// An archive's page lists names; what they seem to say is said by the files themselves.
pub(crate) fn list_of_files() -> PageMeaning {
    PageMeaning {
        doc_type: DocType::unknown(),
        confidence: 1.0,
        reasons: vec![LIST_OF_FILES.to_owned()],
        fields: Fields::new(),
        lines: vec![],
    }
}

/// Whether a page is that of an archive.
pub(crate) fn is_list_of_files(meaning: &PageMeaning) -> bool {
    meaning.reasons == [LIST_OF_FILES]
}

/// Understands a page, as one of the type that a person named where one did, and takes away what does not fit its type's
/// schema. With the type's version.
pub(crate) fn understand_page(
    knowledge: &Knowledge,
    page: &PageReading,
    typed: Option<&str>,
) -> (PageMeaning, u32) {
    let mut meaning = match typed {
        Some(typed) => knowledge.page_of(page, &DocType::new(typed)),
        None => knowledge.page(page),
    };
    let doc_type = meaning.doc_type.as_str().to_owned();
    for problem in knowledge.validate(&doc_type, &mut meaning.fields, &mut meaning.lines) {
        tracing::warn!("page {}: not kept: {problem}", page.page_number);
    }
    let version = knowledge.version_of(&doc_type);
    (meaning, version)
}

/// Understands a document and takes away what does not fit its type's schema. `splits`: pages (from 1) that begin one.
pub(crate) fn understand_document(
    knowledge: &Knowledge,
    pages: &[(PageReading, PageMeaning)],
    splits: Option<&[u32]>,
) -> Understanding {
    let joined: Vec<(&PageReading, &PageMeaning)> = pages.iter().map(|(r, m)| (r, m)).collect();
    let places: Option<Vec<usize>> =
        splits.map(|splits| splits.iter().map(|page| page.saturating_sub(1) as usize).collect());
    let mut meaning = knowledge.document(&joined, places.as_deref());
    let doc_type = meaning.doc_type.as_str().to_owned();
    for problem in knowledge.validate(&doc_type, &mut meaning.fields, &mut meaning.lines) {
        tracing::warn!("not kept: {problem}");
    }
    Understanding {
        doc_type: meaning.doc_type,
        confidence: meaning.confidence,
        fields: meaning.fields,
        lines: meaning.lines,
        language: meaning.language,
        checks: meaning.checks,
        parts: meaning.parts,
    }
}

/// The types of a library.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypesReport {
    /// Where a person's own types lie.
    pub folder: std::path::PathBuf,
    /// The types in use.
    pub types: Vec<TypeInfo>,
    /// Files that could not be used.
    pub problems: Vec<TypeProblem>,
}

impl Engine {
    /// The types of documents in use, and the files of types that could not be used.
    pub fn types(&self) -> TypesReport {
        let loaded = self.shared.loaded();
        TypesReport {
            folder: self.shared.store.root().join(FOLDER),
            types: loaded.knowledge.types(),
            problems: loaded.problems,
        }
    }

    /// The JSON Schema of a type's values.
    pub fn type_schema(&self, doc_type: &str) -> Result<Value> {
        self.shared.knowledge().schema(doc_type).ok_or_else(|| no_type(doc_type))
    }

    /// How work is done.
    pub fn work_settings(&self) -> Result<WorkSettings> {
        self.shared.work_settings().map_err(errors::store)
    }

    /// Keeps how work is done.
    pub async fn set_work_settings(&self, settings: WorkSettings) -> Result<()> {
        self.shared.store.write(move |w| w.set_setting(SETTINGS, &settings)).await.map_err(errors::store)
    }

    /// What vendors' paper taught.
    pub fn lessons(&self) -> Result<Vec<LessonRow>> {
        self.shared.store.read(|r| r.lessons()).map_err(errors::store)
    }

    /// Forgets a lesson by its number, or all about a vendor; answers how many.
    pub async fn forget_lessons(&self, which: &str) -> Result<usize> {
        let which = which.to_owned();
        let forgotten = self
            .shared
            .store
            .write(move |w| match which.parse::<i64>() {
                Ok(id) if w.forget_lesson(id)? => Ok(1),
                _ => w.forget_vendor(&which),
            })
            .await
            .map_err(errors::store)?;
        self.shared.knowledge.forget();
        Ok(forgotten)
    }

    /// What a document's corrections teach about its vendor.
    pub(crate) fn lessons_of(&self, id: DocumentId) -> Result<Vec<LessonRow>> {
        let found = self.shared.store.read(|r| {
            let locked = r.locked_fields(id)?;
            if locked.is_empty() {
                return Ok(None);
            }
            let mut pages = vec![];
            for page in r.pages(id)? {
                pages.extend(r.page_reading(id, page.summary.page_number)?);
            }
            let doc_type = r.require_document(id)?.doc_type;
            Ok(Some((locked, r.machine_fields(id)?, pages, doc_type)))
        });
        let Some((locked, machine, pages, Some(doc_type))) = found.map_err(errors::store)? else {
            return Ok(vec![]);
        };
        let (knowledge, at) = (self.shared.knowledge(), self.shared.clock.now());
        let readings: Vec<&PageReading> = pages.iter().collect();
        let learned =
            locked.iter().filter(|(name, value)| machine.get(name).is_none_or(|f| f.value != *value));
        let learned = learned
            .filter_map(|(name, value)| knowledge.learn(&readings, doc_type.as_str(), &machine, name, value));
        let rows = learned.filter_map(|l| {
            let lesson = serde_json::to_string(&l.lesson).ok()?;
            let Learned { vendor, doc_type, field, .. } = l;
            Some(LessonRow { id: 0, vendor, doc_type, field, lesson, document_id: Some(id), at })
        });
        Ok(rows.collect())
    }
}

pub(crate) fn no_type(doc_type: &str) -> papertray_model::UserError {
    papertray_model::UserError::new(
        papertray_model::ErrorCode::UnknownId,
        format!("There is no type `{doc_type}`."),
        "`papertray-cli types` lists them.",
    )
}
