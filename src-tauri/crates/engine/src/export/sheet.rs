//! The table as a workbook: documents on one sheet, rows of goods on another.

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::table::{Cell, Table};

/// More letters than this no cell of a workbook holds.
const MOST_LETTERS: usize = 32_767;
/// The width of a column in letters, at most.
const WIDEST: usize = 48;

pub(super) fn write(table: &Table, file: &Path) -> std::io::Result<()> {
    let saved = || -> Result<(), XlsxError> {
        let mut book = Workbook::new();
        fill(book.add_worksheet(), "Documents", &table.columns, &table.rows)?;
        if !table.lines.is_empty() {
            fill(book.add_worksheet(), "Lines", &table.line_columns, &table.lines)?;
        }
        book.save(file)
    };
    saved().map_err(|e| match e {
        XlsxError::IoError(e) => e,
        e => std::io::Error::other(e),
    })
}

fn fill(sheet: &mut Worksheet, name: &str, columns: &[String], rows: &[Vec<Cell>]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let (amount, whole) = (Format::new().set_num_format("#,##0.00"), Format::new().set_num_format("0"));
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let mut widths: Vec<usize> = columns.iter().map(|name| name.chars().count() + 2).collect();
    for (column, name) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            let letters = match cell {
                Cell::Empty => continue,
                // A string is never a formula here, whatever it begins with.
                Cell::Text(text) => {
                    let short: String = text.chars().take(MOST_LETTERS).collect();
                    sheet.write_string(row, column, &short)?;
                    text
                }
                Cell::Number(text) => {
                    match text.parse::<f64>() {
                        Ok(number) => {
                            let format = if text.contains('.') { &amount } else { &whole };
                            sheet.write_number_with_format(row, column, number, format)?;
                        }
                        Err(_) => drop(sheet.write_string(row, column, text)?),
                    }
                    text
                }
                Cell::Date(text) => {
                    match ExcelDateTime::parse_from_str(text) {
                        Ok(date) => drop(sheet.write_datetime_with_format(row, column, &date, &day)?),
                        Err(_) => drop(sheet.write_string(row, column, text)?),
                    }
                    text
                }
            };
            if let Some(width) = widths.get_mut(usize::from(column)) {
                *width = (*width).max(letters.chars().count() + 1).min(WIDEST);
            }
        }
    }
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, width as f64)?;
    }
    if let (Some(last_row), Some(last_column)) =
        (u32::try_from(rows.len()).ok(), u16::try_from(columns.len()).ok().and_then(|n| n.checked_sub(1)))
    {
        sheet.autofilter(0, 0, last_row, last_column)?;
    }
    Ok(())
}
