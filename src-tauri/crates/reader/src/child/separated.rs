//! Files of separated values as a sheet: which separator and which quotes are decided by what gives an even table.

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
    let text = text.trim_start_matches('\u{feff}');
    // Spreadsheets write the separator they used into the first line: `sep=;`.
    let (named, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.len() <= 8 && first.to_ascii_lowercase().starts_with("sep=") => {
            (first.trim_end().as_bytes().get(4).copied(), rest, 1)
        }
        _ => (None, text, 0),
    };
    let (delimiter, quote) = dialect(text);
    let delimiter = named.unwrap_or(delimiter);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .from_reader(text.as_bytes());
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

/// The separator and the quotation mark.
fn dialect(text: &str) -> (u8, Option<u8>) {
    let sample = &text[..text.floor_char_boundary(LOOKED_AT)];
    // Whole lines only: half a line would be a row with fewer columns.
    let sample = if sample.len() < text.len() {
        sample.rfind('\n').map_or(sample, |end| &sample[..=end])
    } else {
        sample
    };
    let Ok(found) = csv_nose::Sniffer::new().sniff_bytes(sample.as_bytes()) else {
        return (by_count(sample), Some(b'"'));
    };
    let quote = match found.dialect.quote {
        csv_nose::Quote::Some(quote) => Some(quote),
        // A quotation mark may come later than the sample.
        csv_nose::Quote::None => (!sample.contains('"')).then_some(b'"'),
    };
    let delimiter = found.dialect.delimiter;
    // A space or a letter as separator is text taken for a table.
    let usual = [b',', b';', b'\t', b'|', b'^', b'~'].contains(&delimiter);
    (if usual { delimiter } else { by_count(sample) }, quote)
}

/// The usual separator that stands in most lines.
fn by_count(sample: &str) -> u8 {
    let lines_with = |c: u8| sample.lines().filter(|line| line.bytes().any(|b| b == c)).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|c| lines_with(*c)).unwrap_or(b',')
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
    }

    #[test]
    fn text_is_no_table() {
        assert!(sheet("Dear Sir\nplease send shirts\n").is_err());
        assert!(sheet("").is_err());
    }
}
