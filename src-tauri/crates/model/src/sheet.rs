//! Spreadsheets as read, and the pictures of pages and sheets.

use serde::{Deserialize, Serialize};

use crate::{BlobHash, Rect};

/// A sheet of a workbook, or a file of separated values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; empty for separated values.
    pub name: String,
    /// The cells that hold something, by row and column.
    pub cells: Vec<Cell>,
    /// Merged areas: first row, first column, last row, last column, all included, from 0.
    pub merged: Vec<[u32; 4]>,
    /// Rows that it hides, from 0, in order.
    #[serde(default)]
    pub hidden_rows: Vec<u32>,
    /// Pictures that lie on it.
    pub pictures: Vec<SheetPicture>,
    /// Only a part was read, because the rest passes a limit.
    pub cut: bool,
}

/// A cell that holds something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// From 0.
    pub row: u32,
    /// From 0.
    pub column: u32,
    /// What a person sees: leading zeros kept, numbers in the cell's format where it is known.
    pub text: String,
    /// What it holds.
    pub value: CellValue,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CellValue {
    /// Words; everything of a file of separated values.
    Text,
    /// A number.
    Number(f64),
    /// A civil date, ISO 8601.
    Date(String),
    /// Yes or no.
    Bool(bool),
}

/// A picture that lies on a sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetPicture {
    /// The row its top left corner lies in, from 0.
    pub row: u32,
    /// The column its top left corner lies in, from 0.
    pub column: u32,
    /// The picture.
    pub picture: StoredPicture,
}

/// A picture that lies on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PagePicture {
    /// The page, from 1.
    pub page: u32,
    /// Where, in the page's unit, as it is seen: cut to the clip and to the page.
    pub rect: Rect,
    /// The picture.
    pub picture: StoredPicture,
}

/// A picture taken out of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredPicture {
    /// The stored bytes: JPEG or PNG, upright, masks applied, in RGB or gray.
    pub blob: BlobHash,
    /// SHA-256 of the same bytes, as 64 lower-case hexadecimal digits: what the command line shows.
    pub sha256: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Perceptual hash: two pictures of the same thing differ in few of its 64 bits.
    pub likeness: u64,
    /// The share of its area, 0 to 1, that is one plain colour at the border's: a cut-out has much, a photo of a place
    /// little.
    pub plain: f32,
    /// How many clearly different colours it has, counted in a coarse palette of 64.
    pub colours: u32,
}
