//! Lists of documents: which, in which order, how many. Counts and the usual order are read from indexes.

use papertray_model::{
    DocType, DocumentFilter, DocumentList, DocumentQuery, DocumentSort, DocumentStatus, InboxCounts,
};
use rusqlite::types::Value;

use crate::{
    Read, Result,
    documents::{COLUMNS, row_to_document},
    wanted::Wanted,
};

/// A search counts so far and no further: what a person reads is "more than that".
const COUNTED: u32 = 1000;

/// Of several versions of a document lists show the newest.
const SHOWN: &str = "d.removed_at IS NULL AND (d.version_group IS NULL OR NOT EXISTS (
  SELECT 1 FROM document n WHERE n.version_group = d.version_group AND n.id > d.id AND n.removed_at IS NULL))";
const STAGED: &str = "EXISTS (SELECT 1 FROM staged WHERE document_id = d.id)";
const WORKING: &str =
    "d.status IN ('uploading', 'processing') AND d.id NOT IN (SELECT document_id FROM staged)";
/// Nearly all documents have one of these states: `+` keeps their index out of it.
const NEEDS_REVIEW: &str = "+d.status IN ('ocr_complete', 'partial') AND d.uncertain > 0 AND d.accepted = 0";
const FAILED: &str = "d.status IN ('failed', 'cancelled', 'partial')";

fn filter_sql(filter: DocumentFilter) -> &'static str {
    match filter {
        DocumentFilter::All | DocumentFilter::Trash => "1",
        DocumentFilter::Staged => STAGED,
        DocumentFilter::Working => WORKING,
        DocumentFilter::NeedsReview => NEEDS_REVIEW,
        DocumentFilter::Failed => FAILED,
    }
}

/// What a list is sorted by, as its index spells it.
fn sort_sql(sort: DocumentSort) -> &'static str {
    match sort {
        DocumentSort::Added => "d.id",
        DocumentSort::Date => "coalesce(d.date, '')",
        DocumentSort::Amount => "coalesce(CAST(d.total AS REAL), -1e300)",
        DocumentSort::Name => "coalesce(nullif(d.display_name, ''), d.filename) COLLATE NOCASE",
    }
}

/// Conditions with the values they are bound to, in order.
#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Every `?` of `sql` stands for the next value.
    fn and(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = String>) {
        self.sql.push(sql.into());
        self.values.extend(values.into_iter().map(Value::Text));
    }

    fn text(&self) -> String {
        self.sql.join(" AND ")
    }
}

fn conditions(query: &DocumentQuery, wanted: &Wanted) -> Conditions {
    let mut all = Conditions::default();
    if let Some(fts) = wanted.fts() {
        all.and("search MATCH ?", [fts]);
    }
    all.and(if query.filter == DocumentFilter::Trash { "d.removed_at IS NOT NULL" } else { SHOWN }, []);
    all.and(filter_sql(query.filter), []);
    let named = query.status.map(DocumentStatus::as_str).map(str::to_owned);
    for status in named.into_iter().chain(wanted.statuses.iter().cloned()) {
        all.and("d.status = ?", [status]);
    }
    let named = query.doc_type.as_ref().map(DocType::as_str).map(str::to_owned);
    for doc_type in named.into_iter().chain(wanted.types.iter().cloned()) {
        all.and("d.doc_type = ?", [doc_type]);
    }
    for tag in query.tag.iter().chain(&wanted.tags) {
        all.and("EXISTS (SELECT 1 FROM tag t WHERE t.document_id = d.id AND t.tag = ?)", [tag.clone()]);
    }
    for currency in &wanted.currencies {
        all.and("d.currency = ?", [currency.clone()]);
    }
    for (sign, date) in &wanted.dates {
        all.and(format!("coalesce(d.date, '') <> '' AND coalesce(d.date, '') {sign} ?"), [date.clone()]);
    }
    for (sign, amount) in &wanted.amounts {
        let value = "coalesce(CAST(d.total AS REAL), -1e300)";
        all.sql.push(format!("{value} > -1e300 AND {value} {sign} ?"));
        all.values.push(Value::Real(*amount));
    }
    all
}

impl Read<'_> {
    /// A page of a list. Of a search, the total goes up to 1,000, and `at_least` says that there are more.
    pub fn documents(&self, query: &DocumentQuery) -> Result<DocumentList> {
        let wanted = Wanted::parse(query.text.as_deref().unwrap_or_default());
        let fts = wanted.fts().is_some();
        // The index names documents newest first, so a list ends as soon as it is full.
        let from = if fts {
            "search CROSS JOIN found f ON f.n = search.rowid CROSS JOIN document d ON d.id = f.document_id"
        } else {
            "document d"
        };
        let mut all = conditions(query, &wanted);
        let bounded = query.text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let most = if bounded { format!(" LIMIT {}", COUNTED + 1) } else { String::new() };
        let newest = if fts { " ORDER BY search.rowid DESC" } else { "" };
        let total = self.number(
            &format!("SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {}{newest}{most})", all.text()),
            rusqlite::params_from_iter(all.values.iter()),
        )?;
        if !query.only.is_empty() {
            all.and("d.id IN (SELECT value FROM json_each(?))", [serde_json::to_string(&query.only)?]);
        }
        let key = sort_sql(query.sort);
        let (direction, beyond) = if query.ascending { ("ASC", ">") } else { ("DESC", "<") };
        if let Some(after) = query.after {
            let id = after.to_string();
            match (query.sort, fts) {
                (DocumentSort::Added, true) => {
                    all.and(
                        format!("search.rowid {beyond} (SELECT n FROM found WHERE document_id = ?)"),
                        [id],
                    );
                }
                (DocumentSort::Added, false) => all.and(format!("d.id {beyond} ?"), [id]),
                _ => {
                    let other = key.replace("d.", "o.");
                    let sql = format!(
                        "({key}, d.id) {beyond} (SELECT {other}, o.id FROM document o WHERE o.id = ?)"
                    );
                    all.and(sql, [id]);
                }
            }
        }
        let order = match (query.sort, fts) {
            (DocumentSort::Added, true) => format!("search.rowid {direction}"),
            (DocumentSort::Added, false) => format!("d.id {direction}"),
            _ => format!("{key} {direction}, d.id {direction}"),
        };
        let limit = if query.limit == 0 { 100 } else { query.limit.min(1000) };
        let found = self.rows(
            &format!("{COLUMNS} FROM {from} WHERE {} ORDER BY {order} LIMIT {}", all.text(), limit + 1),
            rusqlite::params_from_iter(all.values.iter()),
            row_to_document,
        )?;
        let more = found.len() > limit as usize;
        let rows = found
            .into_iter()
            .take(limit as usize)
            .map(|(row, job)| self.with_job(row, job))
            .collect::<Result<Vec<_>>>()?;
        let at_least = bounded && total > COUNTED;
        Ok(DocumentList { rows, total: if at_least { COUNTED } else { total }, at_least, more })
    }

    /// How many documents stand where.
    pub fn inbox_counts(&self) -> Result<InboxCounts> {
        let sql = format!(
            "SELECT count(*), total({WORKING}), total({NEEDS_REVIEW}), total({FAILED}), total({STAGED})
             FROM document d WHERE {SHOWN}"
        );
        let trash = self.number("SELECT count(*) FROM document WHERE removed_at IS NOT NULL", [])?;
        let counts = self.first(&sql, [], |row| {
            let sum = |column| Ok::<_, rusqlite::Error>(row.get::<_, f64>(column)? as u32);
            Ok(InboxCounts {
                all: row.get(0)?,
                working: sum(1)?,
                needs_review: sum(2)?,
                failed: sum(3)?,
                staged: sum(4)?,
                trash,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }
}
