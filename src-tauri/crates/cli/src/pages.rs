//! Commands about the pages of documents, and documents that may be one paper.

use papertray_engine::Engine;
use papertray_model::{DocumentDetail, DocumentId, ErrorCode, PageRef, UserError};
use serde_json::json;

use crate::{commands::Result, output::Output};

const SOON_MS: i64 = 0;

pub(crate) async fn pages(
    engine: &Engine,
    document: DocumentId,
    order: &[String],
    reset: bool,
    output: &Output,
) -> Result<()> {
    let detail = engine.detail(document)?;
    let wanted = order.iter().map(|word| place(&detail, word)).collect::<Result<Vec<_>>>()?;
    let detail = match (reset, wanted.is_empty()) {
        (true, _) => engine.arrange_pages(document, None).await?,
        (false, false) => engine.arrange_pages(document, Some(wanted)).await?,
        (false, true) => detail,
    };
    engine.idle(SOON_MS).await?;
    say(&detail, output);
    Ok(())
}

pub(crate) async fn split_off(
    engine: &Engine,
    document: DocumentId,
    pages: Vec<u32>,
    output: &Output,
) -> Result<()> {
    let made = engine.split_pages(document, pages).await?;
    engine.idle(SOON_MS).await?;
    output.answer(&made, || made.new_document_id.to_string());
    Ok(())
}

pub(crate) async fn merge(engine: &Engine, documents: Vec<DocumentId>, output: &Output) -> Result<()> {
    let detail = engine.merge_documents(documents).await?;
    engine.idle(SOON_MS).await?;
    say(&detail, output);
    Ok(())
}

pub(crate) async fn duplicates(engine: &Engine, different: &[DocumentId], output: &Output) -> Result<()> {
    if let [one, other] = different {
        engine.set_different(*one, *other, true).await?;
    }
    for twins in engine.twins().await? {
        let answer = json!({
            "document_id": twins.one.document_id, "other_document_id": twins.other.document_id,
            "file": twins.one.file, "other_file": twins.other.file, "why": twins.why, "likeness": twins.likeness,
        });
        output.answer(&answer, || {
            format!(
                "{}  {}\n{}  {}",
                twins.one.document_id, twins.one.filename, twins.other.document_id, twins.other.filename
            )
        });
    }
    Ok(())
}

/// `3` or `3:90`: a page by its number now, turned further by so many degrees.
fn place(detail: &DocumentDetail, word: &str) -> Result<PageRef> {
    let (number, turn) = word.split_once(':').unwrap_or((word, "0"));
    let number = number.trim().parse::<usize>().ok().filter(|n| *n > 0);
    let turn = turn.trim().parse::<u16>().ok().filter(|turn| turn % 90 == 0);
    let leaf = number.and_then(|n| detail.leaves.get(n - 1));
    let (Some(leaf), Some(turn)) = (leaf, turn) else {
        return Err(UserError::new(
            ErrorCode::Usage,
            format!("`{word}` names no page of `{}`.", detail.row.filename),
            "Write page numbers, each perhaps with `:90`, `:180` or `:270`.",
        ));
    };
    Ok(PageRef { turn: (leaf.turn + turn) % 360, ..leaf.clone() })
}

fn say(detail: &DocumentDetail, output: &Output) {
    let answer = json!({
        "document_id": detail.row.document_id, "page_count": detail.row.page_count, "arranged": detail.arranged,
        "pages": detail.leaves,
    });
    output.answer(&answer, || {
        let lines = (1..).zip(&detail.leaves);
        let lines = lines.map(|(n, leaf): (u32, _)| {
            format!("{n}: page {} of {}, turned {}", leaf.page, leaf.file, leaf.turn)
        });
        lines.collect::<Vec<_>>().join("\n")
    });
}
