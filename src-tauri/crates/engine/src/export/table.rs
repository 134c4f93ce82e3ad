//! Documents as a table: which columns, what stands in them, and how that is written for programs that may take a cell for
//! a formula.

use std::collections::BTreeSet;

use papertray_model::{DocumentId, DocumentRow, Fields, LineItem};
use papertray_store::Read;
use serde_json::{Map, Value, json};

/// Columns where none are chosen; values of these names, and of the document itself.
pub const USUAL_COLUMNS: &[&str] = &[
    "display_name",
    "doc_type",
    "date",
    "vendor",
    "number",
    "buyer",
    "due_date",
    "currency",
    "subtotal",
    "tax",
    "total",
    "tags",
    "filename",
    "page_count",
    "status",
    "accepted",
    "added_at",
];
/// Columns of rows of goods in the order people read them; others follow by name.
const LINE_ORDER: &[&str] = &[
    "style_number",
    "code",
    "description",
    "colour",
    "colour_code",
    "size",
    "size_range",
    "hsn",
    "upc",
    "quantity",
    "unit",
    "unit_price",
    "unit_cost",
    "tax_rate",
    "retail",
    "amount",
];
/// So many documents are asked for at once.
const CHUNK: usize = 500;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    /// A decimal number as it is written, with a point.
    Number(String),
    /// `YYYY-MM-DD`.
    Date(String),
}

/// Documents and their rows of goods.
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) line_columns: Vec<String>,
    pub(super) lines: Vec<Vec<Cell>>,
}

impl Table {
    /// None where one of the documents is not there, or in the trash.
    pub(super) fn read(
        r: &Read<'_>,
        ids: &[DocumentId],
        columns: &[String],
    ) -> papertray_store::Result<Option<Self>> {
        let columns: Vec<String> = if columns.is_empty() {
            USUAL_COLUMNS.iter().map(|name| (*name).to_owned()).collect()
        } else {
            columns.to_vec()
        };
        let (mut rows, mut goods, mut names) = (vec![], vec![], BTreeSet::new());
        for chunk in ids.chunks(CHUNK) {
            let found = r.document_rows(chunk)?;
            for id in chunk {
                let Some(row) = found.iter().find(|row| row.document_id == *id) else { return Ok(None) };
                let (fields, lines) = (r.fields(*id, 0)?, r.lines(*id)?);
                rows.push(columns.iter().map(|name| cell(row, &fields, name)).collect());
                names.extend(lines.iter().flat_map(|line| line.keys().cloned()));
                goods.push((row.clone(), fields, lines));
            }
        }
        let known = LINE_ORDER.iter().filter(|name| names.contains(**name)).map(|name| (*name).to_owned());
        let others = names.iter().filter(|name| !LINE_ORDER.contains(&name.as_str())).cloned();
        let cells: Vec<String> = known.chain(others).collect();
        let lines = goods.iter().flat_map(|(row, fields, lines)| {
            lines.iter().enumerate().map(|(i, line)| line_row(row, fields, i + 1, line, &cells))
        });
        let lines = lines.collect();
        let head = ["document", "number", "date", "line"].into_iter().map(str::to_owned);
        Ok(Some(Self { columns, rows, line_columns: head.chain(cells).collect(), lines }))
    }

    pub(super) fn documents_csv(&self) -> Vec<u8> {
        delimited(&self.columns, &self.rows, b',')
    }

    pub(super) fn lines_csv(&self) -> Option<Vec<u8>> {
        (!self.lines.is_empty()).then(|| delimited(&self.line_columns, &self.lines, b','))
    }

    pub(super) fn documents_tsv(&self) -> String {
        String::from_utf8_lossy(&delimited(&self.columns, &self.rows, b'\t')).into_owned()
    }

    /// A JSON object a document.
    pub(super) fn objects(&self) -> Vec<Value> {
        let object = |row: &Vec<Cell>| {
            let cells = self.columns.iter().zip(row).map(|(name, cell)| {
                let value = match cell {
                    Cell::Empty => Value::Null,
                    Cell::Text(text) | Cell::Number(text) | Cell::Date(text) => json!(text),
                };
                (name.clone(), value)
            });
            Value::Object(cells.collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }
}

fn text(value: &str) -> Cell {
    if value.is_empty() { Cell::Empty } else { Cell::Text(value.to_owned()) }
}

/// Whether a value is a decimal number as the engine writes them.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(rest)
}

/// Values that look like numbers and are none: leading zeros and long codes must stay.
fn is_code(name: &str) -> bool {
    name.ends_with("number")
        || name.ends_with("id")
        || name.ends_with("gstin")
        || matches!(name, "code" | "hsn" | "upc" | "irn" | "colour_code" | "size")
}

fn is_date(value: &str) -> bool {
    value.len() == 10
        && value
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

fn typed(name: &str, value: &str) -> Cell {
    if is_date(value) {
        Cell::Date(value.to_owned())
    } else if is_number(value) && !is_code(name) {
        Cell::Number(value.to_owned())
    } else {
        text(value)
    }
}

fn cell(row: &DocumentRow, fields: &Fields, name: &str) -> Cell {
    match name {
        "document_id" => text(&row.document_id.to_string()),
        "display_name" => {
            text(row.display_name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&row.filename))
        }
        "doc_type" => text(row.doc_type.as_ref().map_or("", |t| t.as_str())),
        "tags" => text(&row.tags.join(", ")),
        "filename" => text(&row.filename),
        "file" => text(&row.file),
        "status" => text(row.status.as_str()),
        "page_count" => row.page_count.map_or(Cell::Empty, |n| Cell::Number(n.to_string())),
        "accepted" => text(if row.accepted { "yes" } else { "no" }),
        "added_at" => typed("", json!(row.added_at).as_str().and_then(|at| at.get(..10)).unwrap_or_default()),
        name => fields.get(name).map_or(Cell::Empty, |field| typed(name, &field.value)),
    }
}

fn line_row(row: &DocumentRow, fields: &Fields, n: usize, line: &LineItem, cells: &[String]) -> Vec<Cell> {
    let head = [cell(row, fields, "display_name"), cell(row, fields, "number"), cell(row, fields, "date")];
    let rest = cells.iter().map(|name| line.get(name).map_or(Cell::Empty, |field| typed(name, &field.value)));
    head.into_iter().chain([Cell::Number(n.to_string())]).chain(rest).collect()
}

/// As text. What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV injection").
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => format!("'{text}"),
        Cell::Number(text) | Cell::Date(text) | Cell::Text(text) => text.clone(),
    }
}

fn delimited(columns: &[String], rows: &[Vec<Cell>], delimiter: u8) -> Vec<u8> {
    // Spreadsheets take a file without this mark for one in the system's old encoding.
    let mut out = if delimiter == b',' { "\u{feff}".as_bytes().to_vec() } else { vec![] };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(vec![]);
    let header = columns.iter().map(|name| plain(&text(name)));
    // Writing to memory does not fail, and every row has as many cells as the header.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.iter().map(plain));
    }
    out.extend(writer.into_inner().unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (value, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-12.50", "-12.50"),
            ("-x", "'-x"),
            ("Acme", "Acme"),
        ] {
            assert_eq!(plain(&typed("vendor", value)), written);
        }
    }

    #[test]
    fn codes_stay_text_and_amounts_are_numbers() {
        assert_eq!(typed("number", "000123"), Cell::Text("000123".into()));
        assert_eq!(typed("upc", "4006381333931"), Cell::Text("4006381333931".into()));
        assert_eq!(typed("total", "134.00"), Cell::Number("134.00".into()));
        assert_eq!(typed("date", "2026-05-12"), Cell::Date("2026-05-12".into()));
        assert_eq!(typed("vendor", ""), Cell::Empty);
    }
}
