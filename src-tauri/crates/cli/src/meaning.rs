//! Commands about what documents mean: types, replays, boundaries, tags, what was learned.

use papertray_engine::Engine;
use papertray_model::{DocumentId, ErrorCode, UserError};
use serde_json::json;

use crate::output::Output;

type Result<T> = std::result::Result<T, UserError>;
const SOON_MS: i64 = 0;

pub(crate) fn types(engine: &Engine, schema: Option<&str>, output: &Output) -> Result<()> {
    if let Some(name) = schema {
        let schema = engine.type_schema(name)?;
        output.answer(&json!({"doc_type": name, "json_schema": schema}), || {
            serde_json::to_string_pretty(&schema).unwrap_or_default()
        });
        return Ok(());
    }
    let report = engine.types();
    for known in &report.types {
        output.answer(known, || {
            let own = known.file.as_ref().map(|file| format!("  ({file})")).unwrap_or_default();
            format!("{:<16} version {}  {} values{own}", known.name, known.version, known.fields.len())
        });
    }
    for problem in &report.problems {
        let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let error = UserError::new(
            ErrorCode::Usage,
            format!("The type in `{}`{line} is not used: {}.", problem.file, problem.message),
            format!("Mend it in `{}`; the other types go on.", report.folder.display()),
        );
        output.failed_input("file", &problem.file, &error);
    }
    Ok(())
}

pub(crate) async fn replay(
    engine: &Engine,
    documents: Vec<DocumentId>,
    doc_type: Option<&str>,
    output: &Output,
) -> Result<()> {
    let chosen = match doc_type {
        Some(doc_type) => engine.read_documents_of(doc_type)?,
        None => documents,
    };
    for document in chosen {
        match engine.replay(document).await {
            Ok(replayed) => output.answer(&replayed, || {
                format!("{document}  {}  {} changes", replayed.doc_type.as_str(), replayed.changes.len())
            }),
            Err(error) => output.failed_input("document_id", &document.to_string(), &error),
        }
    }
    engine.idle(SOON_MS).await
}

pub(crate) async fn split(
    engine: &Engine,
    document: DocumentId,
    pages: Vec<u32>,
    reset: bool,
    output: &Output,
) -> Result<()> {
    engine.split(document, (!reset).then_some(pages)).await?;
    engine.idle(SOON_MS).await?;
    let reading = engine.reading(document, false)?;
    output.answer(&json!({"document_id": document, "parts": reading.parts}), || {
        let parts = reading.parts.iter().map(|part| {
            format!("pages {}–{}  {}  {}", part.first_page, part.last_page, part.doc_type.as_str(), part.why)
        });
        if reading.parts.is_empty() {
            "one document".to_owned()
        } else {
            parts.collect::<Vec<_>>().join("\n")
        }
    });
    Ok(())
}

pub(crate) fn diff(engine: &Engine, document: DocumentId, output: &Output) -> Result<()> {
    let none = || "–".to_owned();
    for change in engine.field_changes(document)? {
        output.answer(&change, || {
            let of = |value: &Option<String>| value.clone().unwrap_or_else(none);
            format!(
                "{:<18} {} → {}  mine: {}",
                change.name,
                of(&change.old),
                of(&change.new),
                of(&change.mine)
            )
        });
    }
    Ok(())
}

/// `+a -b`: tags to give and to take away.
pub(crate) async fn tag(
    engine: &Engine,
    document: DocumentId,
    changes: &[String],
    output: &Output,
) -> Result<()> {
    let (mut add, mut remove) = (vec![], vec![]);
    for change in changes {
        let (sign, tag) = change.split_at_checked(1).unwrap_or_default();
        let tag = tag.trim().to_lowercase();
        match sign {
            "+" if !tag.is_empty() => add.push(tag),
            "-" if !tag.is_empty() => remove.push(tag),
            _ => {
                return Err(UserError::new(
                    ErrorCode::Usage,
                    format!("`{change}` is no change of tags."),
                    "Write `+tag` to give one and `-tag` to take one away.",
                ));
            }
        }
    }
    engine.change_tags(document, add, remove).await?;
    let row = engine.document(document)?;
    output.answer(&json!({"document_id": document, "tags": row.tags}), || row.tags.join(", "));
    Ok(())
}

pub(crate) fn lessons(engine: &Engine, output: &Output) -> Result<()> {
    for row in engine.lessons()? {
        output.answer(&row, || {
            format!("{:>4}  {:<24} {:<14} {:<16} {}", row.id, row.vendor, row.doc_type, row.field, row.lesson)
        });
    }
    Ok(())
}

pub(crate) async fn forget(engine: &Engine, which: &str, output: &Output) -> Result<()> {
    let forgotten = engine.forget_lessons(which).await?;
    if forgotten == 0 {
        return Err(UserError::new(
            ErrorCode::UnknownId,
            format!("Nothing was learned under `{which}`."),
            "`papertray-cli lessons` lists what was learned.",
        ));
    }
    output.answer(&json!({"forgotten": forgotten}), || format!("{forgotten} forgotten"));
    Ok(())
}
