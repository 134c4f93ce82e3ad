//! Files of separated values as a sheet: which separator is decided by what gives an even table.

use papertray_model::{Cell, CellValue, ErrorCode, Sheet};
use papertray_reader::ReadError;

/// More cells are not read.
const MOST_CELLS: usize = 1_000_000;
/// How much of the file decides the separator.
const LOOKED_AT: usize = 64 << 10;
/// A file without rows of at least two columns is no table.
const COLUMNS: usize = 2;

/// The table in a text.
pub(crate) fn sheet(text: &str) -> Result<Sheet, ReadError> {
    // The reader of records would count a line of two ending signs with the next.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let text = text.as_str();
    // Spreadsheets write the separator they used into the first line: `sep=;`.
    let (named, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.len() <= 8 && first.to_ascii_lowercase().starts_with("sep=") => {
            (first.trim_end().as_bytes().get(4).copied(), rest, 1)
        }
        _ => (None, text, 0),
    };
    let mut reader = records(text, named.unwrap_or_else(|| separator(text)));
    let mut sheet = Sheet::default();
    let mut widest = 0;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Err(ReadError::corrupt(format!("The table cannot be read: {e}."))),
        }
        // The reader skips empty lines; people count them.
        let row = record.position().map_or(0, |p| p.line().saturating_sub(1)) as u32 + skipped;
        widest = widest.max(record.len());
        for (column, field) in record.iter().enumerate() {
            let field = field.trim();
            if field.is_empty() {
                continue;
            }
            if sheet.cells.len() >= MOST_CELLS {
                sheet.cut = true;
                return Ok(sheet);
            }
            sheet.cells.push(Cell {
                row,
                column: column as u32,
                text: field.to_owned(),
                value: CellValue::Text,
            });
        }
    }
    if sheet.cells.is_empty() || widest < COLUMNS {
        return Err(ReadError::new(
            ErrorCode::UnsupportedType,
            "The file holds text, but no table with columns.",
            "Save the list as CSV or XLSX and add that.",
        ));
    }
    Ok(sheet)
}

/// Whether a text of no telling name is a table all the same: most of its lines have the same three columns or more.
pub(crate) fn is_table(text: &str) -> bool {
    let sample = sample(text);
    let lines = sample.lines().filter(|line| !line.trim().is_empty()).count();
    [b'\t', b';']
        .into_iter()
        .map(|mark| evenness(sample, mark))
        .any(|even| even.columns >= 3 && even.rows >= 3 && even.rows * 2 >= lines)
}

/// How evenly a separator parts a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Evenness {
    /// Columns of the most rows that have the same.
    columns: usize,
    /// Those rows.
    rows: usize,
}

fn evenness(sample: &str, delimiter: u8) -> Evenness {
    let mut rows_by_columns = std::collections::BTreeMap::<usize, usize>::new();
    let mut reader = records(sample, delimiter);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        if record.len() >= COLUMNS {
            *rows_by_columns.entry(record.len()).or_default() += 1;
        }
    }
    let best = rows_by_columns.into_iter().max_by_key(|(columns, rows)| (columns - 1) * rows);
    best.map_or(Evenness::default(), |(columns, rows)| Evenness { columns, rows })
}

/// The separator that makes the largest even table. Counting alone is misled: decimal commas part a list at tabs as
/// evenly as its tabs do, into fewer columns.
fn separator(text: &str) -> u8 {
    let sample = sample(text);
    let marks = [b'~', b'^', b',', b'|', b';', b'\t'];
    let cells = |mark: u8| {
        let Evenness { columns, rows } = evenness(sample, mark);
        columns.saturating_sub(1) * rows
    };
    marks.into_iter().max_by_key(|mark| cells(*mark)).unwrap_or(b',')
}

/// What decides: whole lines only, half a line would be a row with fewer columns.
fn sample(text: &str) -> &str {
    let sample = &text[..text.floor_char_boundary(LOOKED_AT)];
    if sample.len() < text.len() { sample.rfind('\n').map_or(sample, |end| &sample[..=end]) } else { sample }
}

fn records(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = sheet(text).unwrap();
        let mut rows: Vec<Vec<String>> = vec![];
        for cell in sheet.cells {
            rows.resize(rows.len().max(cell.row as usize + 1), vec![]);
            rows[cell.row as usize].push(cell.text);
        }
        rows
    }

    #[test]
    fn the_separator_is_found() {
        let semicolons = "Artikel;Menge;Preis\n00123;4;12,50\n00124;5;9,90\n00125;6;1.299,00\n";
        assert_eq!(rows(semicolons)[1], ["00123", "4", "12,50"]);
        let tabs = "style\tcolour\tqty\nA-1\tRed, dark\t4\nA-2\tBlue\t5\n";
        assert_eq!(rows(tabs)[1], ["A-1", "Red, dark", "4"]);
        let quoted = "style,name,qty\nA-1,\"Shirt, long\",4\nA-2,Coat,5\n";
        assert_eq!(rows(quoted)[1], ["A-1", "Shirt, long", "4"]);
        assert_eq!(rows("sep=|\nstyle|qty\nA-1|4\n")[2], ["A-1", "4"]);
    }

    #[test]
    fn rows_are_counted_as_people_count_them() {
        let sheet = sheet("Order 7,\n\nstyle,qty\nA-1,4\n").unwrap();
        let last = sheet.cells.last().unwrap();
        assert_eq!((last.row, last.column, last.text.as_str()), (3, 1, "4"));
        for ending in ["\n", "\r\n", "\r"] {
            let table = rows(&["style,qty", "A-1,4", "A-2,5", ""].join(ending));
            assert_eq!(table, [["style", "qty"], ["A-1", "4"], ["A-2", "5"]], "{ending:?}");
        }
    }

    #[test]
    fn decimal_commas_and_dates_part_no_columns() {
        let head = "Bon de commande\t\nN° de commande\tPO-6\nDate\t18/03/2026\n\t\n";
        let table = "Référence\tColoris\tTaille\tQté\tPrix d'achat\tMontant\n";
        let line = |n: u32| format!("KV-1{n:03}\tBlack\t36\t{n}\t50,00\t{n}50,00\n");
        let body: Vec<String> = (0..12).map(line).collect();
        let read = rows(&format!("{head}{table}{}", body.concat()));
        assert_eq!(read[6], ["KV-1001", "Black", "36", "1", "50,00", "150,00"]);
    }

    #[test]
    fn tables_are_told_from_text() {
        assert!(is_table("Order\t7\nstyle\tcolour\tqty\nA-1\tRed\t4\nA-2\tBlue\t5\n"));
        assert!(is_table("a;b;c\n1;2;3\n4;5;6\n"));
        assert!(!is_table(
            "Dear Sir; thank you, and so on;\nthe list:\n- one, two, three\n- four, five, six\n"
        ));
        assert!(!is_table("A bill\nTotal\t4.00\nVAT\t0.80\nSum\t4.80\n"));
    }

    #[test]
    fn text_is_no_table() {
        assert!(sheet("Dear Sir\nplease send shirts\n").is_err());
        assert!(sheet("").is_err());
    }
}
