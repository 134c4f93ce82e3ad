//! Rows and columns, be they of a sheet or of a table on a page.

mod pages;

use papertray_model::Place;
use papertray_model::sheet::{CellValue, Sheet};

pub(crate) use pages::{TableHead, of_pages, row_cells, table_head};

/// A cell that holds something.
#[derive(Clone, Debug)]
pub(crate) struct GridCell {
    pub(crate) column: usize,
    pub(crate) text: String,
    /// The number it holds, where the sheet says so.
    pub(crate) number: Option<f64>,
    /// The date it holds, ISO 8601, where the sheet says so.
    pub(crate) date: Option<String>,
    pub(crate) place: Place,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub(crate) struct GridRow {
    /// From 1, as a person counts.
    pub(crate) number: u32,
    /// By column.
    pub(crate) cells: Vec<GridCell>,
    /// Whether its sheet hides it.
    pub(crate) hidden: bool,
}

impl GridRow {
    /// The cell of a column.
    pub(crate) fn cell(&self, column: usize) -> Option<&GridCell> {
        self.cells.binary_search_by_key(&column, |c| c.column).ok().map(|at| &self.cells[at])
    }

    /// The text of a column's cell, empty where there is none.
    pub(crate) fn text(&self, column: usize) -> &str {
        self.cell(column).map_or("", |c| c.text.as_str())
    }
}

/// A table and what stands around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    /// From the top.
    pub(crate) rows: Vec<GridRow>,
}

/// The rows of a sheet.
pub(crate) fn of_sheet(sheet: &Sheet) -> Grid {
    let mut cells: Vec<&papertray_model::sheet::Cell> =
        sheet.cells.iter().filter(|c| !c.text.trim().is_empty()).collect();
    cells.sort_by_key(|c| (c.row, c.column));
    cells.dedup_by_key(|c| (c.row, c.column));
    let rows = cells.chunk_by(|a, b| a.row == b.row).map(|row| GridRow {
        number: row[0].row + 1,
        cells: row.iter().map(|c| cell(sheet, c)).collect(),
        hidden: sheet.hidden_rows.binary_search(&row[0].row).is_ok(),
    });
    Grid { rows: rows.collect() }
}

fn cell(sheet: &Sheet, cell: &papertray_model::sheet::Cell) -> GridCell {
    let (number, date) = match &cell.value {
        CellValue::Number(n) if n.is_finite() => (Some(*n), None),
        CellValue::Date(d) => (None, Some(d.chars().take(10).collect())),
        _ => (None, None),
    };
    GridCell {
        column: cell.column as usize,
        text: cell.text.trim().to_owned(),
        number,
        date,
        place: Place::Cell { sheet: sheet.name.clone(), row: cell.row, column: cell.column },
    }
}
