//! Verbs that find documents by what is written in them, and where on their pages it stands.

use papertray_model::{DocumentId, DocumentQuery, DocumentRow, Hit, Hits, PageReading, Rect};
use papertray_store::{Read, Wanted, words_found};
use serde::Serialize;

use crate::{Engine, Result, errors};

/// A snippet has so many words before and after what was found.
const AROUND: usize = 6;
/// Of so many of the best, those that also pass the filters are taken.
const CANDIDATES: u32 = 1000;

/// A document that a search found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The document.
    #[serde(skip)]
    pub row: DocumentRow,
    /// How well it fits; higher is better, comparable within one search only. 0 where only filters were asked for.
    pub score: f64,
    /// Where the words stand.
    pub hits: Hits,
}

impl Engine {
    /// The documents that a search finds, best first, at most `limit`, with at most `hits` places each. See
    /// [`DocumentQuery::text`] for what may be asked.
    pub fn search(&self, text: &str, limit: u32, hits: usize) -> Result<Vec<Found>> {
        let wanted = Wanted::parse(text);
        let ranked = self.shared.store.read(|r| r.ranked(&wanted, CANDIDATES)).map_err(errors::store)?;
        let only = ranked.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        if only.is_empty() && !wanted.terms.is_empty() {
            return Ok(vec![]);
        }
        let query = DocumentQuery {
            text: Some(text.to_owned()),
            only,
            limit: CANDIDATES,
            ..DocumentQuery::default()
        };
        let score =
            |id: DocumentId| ranked.iter().find(|(other, _)| *other == id).map_or(0.0, |(_, score)| *score);
        let mut rows: Vec<(DocumentRow, f64)> = self
            .documents(&query)?
            .rows
            .into_iter()
            .map(|row| {
                let score = score(row.document_id);
                (row, score)
            })
            .collect();
        rows.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        rows.truncate(limit as usize);
        let found = self.shared.store.read(|r| {
            rows.into_iter()
                .map(|(row, score)| {
                    Ok(Found { hits: places(r, row.document_id, &wanted, hits)?, row, score })
                })
                .collect()
        });
        found.map_err(errors::store)
    }

    /// Where the words of a search stand in these documents, at most `most` places each.
    pub fn hits(&self, ids: &[DocumentId], text: &str, most: usize) -> Result<Vec<Hits>> {
        let wanted = Wanted::parse(text);
        let found = self.shared.store.read(|r| ids.iter().map(|id| places(r, *id, &wanted, most)).collect());
        found.map_err(errors::store)
    }
}

fn places(r: &Read<'_>, id: DocumentId, wanted: &Wanted, most: usize) -> papertray_store::Result<Hits> {
    let mut found = Hits { document_id: id, hits: vec![], more: false };
    if wanted.terms.is_empty() {
        return Ok(found);
    }
    for number in r.page_numbers(id)? {
        let Some(page) = r.page_reading(id, number)? else { continue };
        let turn = r.leaf(id, number)?.map_or(0, |leaf| leaf.turn);
        let page = page.turned(turn);
        for words in words_found(wanted, &page) {
            if found.hits.len() >= most {
                found.more = true;
                return Ok(found);
            }
            let Some(bbox) = Rect::around(words.iter().filter_map(|i| page.words.get(*i)).map(|w| &w.bbox))
            else {
                continue;
            };
            found.hits.push(Hit { page_number: number, bbox, snippet: snippet(&page, &words) });
        }
    }
    Ok(found)
}

/// The words with those around them; `…` where the page goes on.
fn snippet(page: &PageReading, words: &[usize]) -> String {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
    let (from, to) = (first.saturating_sub(AROUND), (last + AROUND + 1).min(page.words.len()));
    let shown = page.words.get(from..to).unwrap_or_default();
    let text = shown.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < page.words.len() { "…" } else { "" });
    format!("{before}{text}{after}")
}
