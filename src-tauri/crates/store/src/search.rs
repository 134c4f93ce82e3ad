//! Tables `found` and `search`: the full-text index, a row a document. It holds folded words only ([`crate::fold`]): the
//! document's names, tags and note, its vendor, its values and the text of its pages.

use papertray_model::{DocumentId, PageReading};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    fold::{fold, joined},
    rows::{damaged, parsed},
    wanted::Wanted,
};

/// Of one document so many letters are indexed; what lies behind them is found on its pages all the same.
const MOST_TEXT: usize = 4_000_000;
/// Of so many matches, the newest, the best are answered.
const RANKED: u32 = 1000;

impl Read<'_> {
    /// The documents outside of the trash that a search finds, best first, at most `limit`, each with its score (higher is
    /// better). Ranked among the newest thousand that match.
    pub fn ranked(&self, wanted: &Wanted, limit: u32) -> Result<Vec<(DocumentId, f64)>> {
        let Some(fts) = wanted.fts() else { return Ok(vec![]) };
        let sql = "SELECT f.document_id, -s.score FROM (
                     SELECT rowid AS n, bm25(search, 8.0, 4.0, 1.0) AS score FROM search WHERE search MATCH ?1
                     ORDER BY rowid DESC LIMIT ?2) s
                   JOIN found f ON f.n = s.n JOIN document d ON d.id = f.document_id
                   WHERE d.removed_at IS NULL ORDER BY s.score LIMIT ?3";
        self.rows(sql, params![fts, RANKED, limit], |row| {
            Ok((parsed(row, 0)?.ok_or_else(|| damaged(0, "NULL"))?, row.get(1)?))
        })
    }

    /// The pages of a document that have text, in order, without reading what is on them.
    pub fn page_numbers(&self, id: DocumentId) -> Result<Vec<u32>> {
        let sql =
            "SELECT page_number FROM page_layout WHERE document_id = ?1 AND text <> '' ORDER BY page_number";
        self.rows(sql, [id.to_string()], |row| row.get(0))
    }

    /// A page's text, as it was read.
    pub fn page_text(&self, id: DocumentId, number: u32) -> Result<Option<String>> {
        let sql = "SELECT text FROM page_layout WHERE document_id = ?1 AND page_number = ?2";
        self.first(sql, params![id.to_string(), number], |row| row.get(0))
    }

    fn names_and_tags(&self, id: DocumentId) -> Result<String> {
        let sql =
            "SELECT coalesce(display_name, '') || ' ' || filename || ' ' || coalesce(summary, '') || ' '
                     || coalesce(doc_type, '') || ' ' || coalesce(json_extract(mine, '$.note'), '') || ' '
                     || coalesce((SELECT group_concat(tag, ' ') FROM tag WHERE document_id = d.id), '')
                   FROM document d WHERE id = ?1";
        Ok(self.first(sql, [id.to_string()], |row| row.get(0))?.unwrap_or_default())
    }

    fn values_but_vendor(&self, id: DocumentId) -> Result<Vec<String>> {
        let sql = "SELECT value FROM field WHERE document_id = ?1 AND page_number = 0 AND name <> 'vendor'";
        self.rows(sql, [id.to_string()], |row| row.get(0))
    }
}

impl Write<'_> {
    /// Brings the index up to date with what is known of a document now.
    pub fn index_document(&self, id: DocumentId) -> Result<()> {
        let named = self.names_and_tags(id)?;
        let name = fold(&named).into_iter().chain(joined(&named)).collect::<Vec<_>>().join(" ");
        let sql = "SELECT value FROM field WHERE document_id = ?1 AND page_number = 0 AND name = 'vendor'";
        let vendor: Option<String> = self.first(sql, [id.to_string()], |row| row.get(0))?;
        let vendor = fold(&vendor.unwrap_or_default()).join(" ");
        let mut text = fold(&self.values_but_vendor(id)?.join(" ")).join(" ");
        for cell in self.my_lines(id)?.iter().flatten().flat_map(|line| line.values()) {
            text.push(' ');
            text.push_str(&fold(&cell.value).join(" "));
        }
        let mut said = vec![];
        let sql = "SELECT text FROM page_layout WHERE document_id = ?1 ORDER BY page_number";
        for page in self.rows(sql, [id.to_string()], |row| row.get::<_, String>(0))? {
            if text.len() >= MOST_TEXT {
                break;
            }
            let words = fold(&page);
            // Words written together stand behind the page: between its words they would part phrases.
            for word in words.iter().cloned().chain(joined(&page)) {
                text.push(' ');
                text.push_str(&word);
            }
            said.extend(words);
        }
        self.note_likeness(id, &said)?;
        self.run("INSERT OR IGNORE INTO found(document_id) VALUES (?1)", [id.to_string()])?;
        let sql = "SELECT n FROM found WHERE document_id = ?1";
        let Some(n) = self.first(sql, [id.to_string()], |row| row.get::<_, i64>(0))? else { return Ok(()) };
        self.run("DELETE FROM search WHERE rowid = ?1", [n])?;
        self.run_one(
            "index document",
            "INSERT INTO search(rowid, name, vendor, text) VALUES (?1, ?2, ?3, ?4)",
            params![n, name, vendor, text],
        )
    }
}

/// Where on a page the words of a search stand: indices of the page's words, in order.
pub fn words_found(wanted: &Wanted, page: &PageReading) -> Vec<Vec<usize>> {
    let (mut folded, mut of) = (vec![], vec![]);
    for (i, word) in page.words.iter().enumerate() {
        for part in fold(&word.text) {
            folded.push(part);
            of.push(i);
        }
    }
    let mut found: Vec<Vec<usize>> = vec![];
    for term in &wanted.terms {
        let together = page.words.iter().enumerate().filter(|(_, word)| {
            term.words.len() == 1 && joined(&word.text).any(|joined| term.places(&[joined]).next().is_some())
        });
        found.extend(together.map(|(i, _)| vec![i]));
        for at in term.places(&folded) {
            let mut words: Vec<usize> = of.get(at..at + term.words.len()).unwrap_or_default().to_vec();
            words.dedup();
            found.push(words);
        }
    }
    found.sort();
    found.dedup();
    found
}
