//! Machine-readable codes on a page: QR, Data Matrix, Aztec, PDF417, Code 128, EAN-13. Decoded by zxing-cpp.
//!
//! Looking through a whole page takes as long as recognising it, so a cheap test says first where a code may be: a code is
//! a patch that is about half ink everywhere, while lines of text have white between them.

use image::{GrayImage, imageops};
use papertray_model::{Code, Rect};
use papertray_reader::ReadError;
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

use super::paint::Raster;

/// The longer side of the copy that the cheap test looks at: A4 at 100 dpi.
const LOOKED_AT: u32 = 1170;
/// Side of the test's cells in pixels of that copy: 1.5 mm of A4, about a line of small print.
const CELL: u32 = 6;
/// More patches than this are a photo's texture.
const MOST_PATCHES: usize = 12;
/// More codes than this nobody prints for one page.
const MOST_CODES: u8 = 32;
/// A patch is decoded with its longer side at most this many pixels.
const LONGEST: u32 = 2000;
/// Longer contents than any of these codes holds (QR: 7,089 digits).
const MOST_BYTES: usize = 8192;

/// The codes on this page, from top to bottom, boxes in its pixels.
pub(crate) fn find(page: &Raster) -> Result<Vec<Code>, ReadError> {
    let small = page.gray_within(LOOKED_AT)?;
    let scale = page.width() as f32 / small.width().max(1) as f32;
    let mut codes: Vec<Code> = vec![];
    for patch in patches(&small) {
        for code in decode(page, patch.scaled(scale, page.width(), page.height()))? {
            let known = |other: &Code| other.text == code.text && other.kind == code.kind;
            if !codes.iter().any(known) {
                codes.push(code);
            }
        }
    }
    codes.sort_by(|a, b| a.bbox.y0.total_cmp(&b.bbox.y0));
    Ok(codes)
}

/// A part of a picture, in pixels: from its left and top, so wide and so high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Patch {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Patch {
    fn meets(&self, other: &Self) -> bool {
        let apart = |a: u32, a_long: u32, b: u32, b_long: u32| a + a_long <= b || b + b_long <= a;
        !apart(self.x, self.width, other.x, other.width) && !apart(self.y, self.height, other.y, other.height)
    }

    /// The smallest part that holds both.
    fn with(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self { x, y, width: right - x, height: bottom - y }
    }

    /// The same part of a picture so many times as large.
    fn scaled(self, scale: f32, width: u32, height: u32) -> Self {
        let at = |v: u32| (v as f32 * scale) as u32;
        let (x, y) = (at(self.x).min(width.saturating_sub(1)), at(self.y).min(height.saturating_sub(1)));
        let span = |v: u32, most: u32| ((v as f32 * scale).ceil() as u32).clamp(1, most);
        Self { x, y, width: span(self.width, width - x), height: span(self.height, height - y) }
    }
}

/// Where codes may be, with a margin: the largest first.
fn patches(small: &GrayImage) -> Vec<Patch> {
    let (columns, rows) = (small.width() / CELL, small.height() / CELL);
    if columns < 4 || rows < 2 {
        return vec![];
    }
    let inked = inked_cells(small, columns, rows);
    let mut seen = vec![false; inked.len()];
    let mut found: Vec<(u32, Patch)> = vec![];
    for start in 0..inked.len() {
        if inked[start] && !seen[start] {
            let group = grown(start, &inked, &mut seen, columns);
            found.extend(group.patch(small).map(|patch| (group.cells, patch)));
        }
    }
    found.sort_by_key(|(cells, _)| std::cmp::Reverse(*cells));
    found.truncate(4 * MOST_PATCHES);
    let mut patches: Vec<Patch> = vec![];
    for (_, mut patch) in found {
        // The white in the middle of a strip of bars may have parted it.
        while let Some(at) = patches.iter().position(|known| known.meets(&patch)) {
            patch = patches.swap_remove(at).with(&patch);
        }
        patches.push(patch);
    }
    patches.truncate(MOST_PATCHES);
    patches
}

/// The cells that are, with the cells around them, neither nearly white nor nearly black. With those around: the corner
/// marks of a code are white and black each for more than a cell, and lines of print have white between them.
fn inked_cells(small: &GrayImage, columns: u32, rows: u32) -> Vec<bool> {
    /// Shares of the way from paper to ink.
    const INK: std::ops::RangeInclusive<f32> = 0.26..=0.8;
    let (paper, ink) = paper_and_ink(small);
    let way = f32::from(paper) - f32::from(ink);
    let shares: Vec<f32> = (0..rows * columns)
        .map(|cell| {
            let (x, y) = (cell % columns * CELL, cell / columns * CELL);
            let mut sum = 0u32;
            for y in y..y + CELL {
                let from = (y * small.width() + x) as usize;
                sum += small.as_raw()[from..from + CELL as usize].iter().map(|v| u32::from(*v)).sum::<u32>();
            }
            (f32::from(paper) - sum as f32 / (CELL * CELL) as f32) / way.max(1.0)
        })
        .collect();
    let share = |column: u32, row: u32| shares[(row * columns + column) as usize];
    let mut inked = Vec::with_capacity(shares.len());
    for row in 0..rows {
        for column in 0..columns {
            let (mut sum, mut count) = (0.0, 0.0);
            for y in row.saturating_sub(1)..(row + 2).min(rows) {
                for x in column.saturating_sub(1)..(column + 2).min(columns) {
                    sum += share(x, y);
                    count += 1.0;
                }
            }
            inked.push(way > 60.0 && INK.contains(&(sum / count)));
        }
    }
    inked
}

/// How bright the paper is and how dark the ink: the brightness above which a third of the page lies, and that of the
/// darkest few pixels, fewer than the smallest code has.
fn paper_and_ink(small: &GrayImage) -> (u8, u8) {
    let mut histogram = [0usize; 256];
    for v in small.as_raw() {
        histogram[usize::from(*v)] += 1;
    }
    let all = small.as_raw().len();
    let below = |share: usize| {
        let mut count = 0;
        (0u8..=255).find(|v| {
            count += histogram[usize::from(*v)];
            count * 3000 >= all * share
        })
    };
    (below(2000).unwrap_or(255), below(1).unwrap_or(0))
}

/// Cells that touch.
struct Group {
    cells: u32,
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Group {
    /// Its patch, where it has the shape of a code.
    fn patch(&self, small: &GrayImage) -> Option<Patch> {
        /// A code lying askew fills half of its upright box.
        const FILLED: f32 = 0.45;
        let (wide, high) = (self.right - self.left + 1, self.bottom - self.top + 1);
        let (long, short) = (wide.max(high), wide.min(high));
        let shaped = short >= 5 || (short >= 3 && long >= 10);
        if !shaped || (self.cells as f32) < FILLED * (wide * high) as f32 {
            return None;
        }
        // Codes want white around them, and their outer cells may count as paper.
        let from = |cell: u32| cell.saturating_sub(3) * CELL;
        let (x, y) = (from(self.left), from(self.top));
        let to = |cell: u32, most: u32| ((cell + 4) * CELL).min(most);
        let (right, bottom) = (to(self.right, small.width()), to(self.bottom, small.height()));
        Some(Patch { x, y, width: right - x, height: bottom - y })
    }
}

/// All cells that hang together with this one.
fn grown(start: usize, inked: &[bool], seen: &mut [bool], columns: u32) -> Group {
    let columns = columns as usize;
    let rows = inked.len() / columns;
    let place = |cell: usize| ((cell % columns) as u32, (cell / columns) as u32);
    let (x, y) = place(start);
    let mut group = Group { cells: 0, left: x, top: y, right: x, bottom: y };
    let mut open = vec![start];
    seen[start] = true;
    while let Some(cell) = open.pop() {
        let (x, y) = place(cell);
        group.cells += 1;
        (group.left, group.right) = (group.left.min(x), group.right.max(x));
        (group.top, group.bottom) = (group.top.min(y), group.bottom.max(y));
        let (column, row) = (x as usize, y as usize);
        let beside = [
            (column > 0).then(|| cell - 1),
            (column + 1 < columns).then(|| cell + 1),
            (row > 0).then(|| cell - columns),
            (row + 1 < rows).then(|| cell + columns),
        ];
        for next in beside.into_iter().flatten() {
            if inked[next] && !seen[next] {
                seen[next] = true;
                open.push(next);
            }
        }
    }
    group
}

/// What zxing-cpp finds in this part of the page.
fn decode(page: &Raster, patch: Patch) -> Result<Vec<Code>, ReadError> {
    let Patch { x, y, width, height } = patch;
    let part = match page {
        Raster::Gray(p) => Raster::Gray(imageops::crop_imm(p, x, y, width, height).to_image()),
        Raster::Rgb(p) => Raster::Rgb(imageops::crop_imm(p, x, y, width, height).to_image()),
    };
    let part = part.gray_within(LONGEST)?;
    let scale = width as f32 / part.width().max(1) as f32;
    let reader = BarcodeReader::new()
        .formats([
            BarcodeFormat::QRCode,
            BarcodeFormat::DataMatrix,
            BarcodeFormat::Aztec,
            BarcodeFormat::PDF417,
            BarcodeFormat::Code128,
            BarcodeFormat::EAN13,
        ])
        .try_harder(true)
        .try_rotate(true)
        .try_invert(false)
        .max_number_of_symbols(i32::from(MOST_CODES));
    let view = ImageView::from_slice(part.as_raw(), part.width(), part.height(), ImageFormat::Lum);
    let Ok(found) = view.and_then(|view| reader.from(view)) else { return Ok(vec![]) };
    let codes = found.iter().filter(|code| code.is_valid()).filter_map(|code| {
        let kind = kind(code.format())?;
        let text = code.text();
        let corners = code.position();
        let corners = [corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left];
        let boxes = corners.map(|p| {
            let (px, py) = (x as f32 + p.x as f32 * scale, y as f32 + p.y as f32 * scale);
            Rect::new(px, py, px, py)
        });
        let bbox = Rect::around(boxes.iter())?;
        (!text.is_empty() && text.len() <= MOST_BYTES).then(|| Code { kind: kind.to_owned(), text, bbox })
    });
    Ok(codes.collect())
}

fn kind(format: BarcodeFormat) -> Option<&'static str> {
    Some(match format {
        BarcodeFormat::QRCode | BarcodeFormat::QRCodeModel2 | BarcodeFormat::QRCodeModel1 => "qr",
        BarcodeFormat::DataMatrix => "data_matrix",
        BarcodeFormat::Aztec | BarcodeFormat::AztecCode => "aztec",
        BarcodeFormat::PDF417 | BarcodeFormat::CompactPDF417 => "pdf417",
        BarcodeFormat::Code128 => "code128",
        BarcodeFormat::EAN13 => "ean13",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of A4 at 200 dpi with lines of "text": strokes with white between them.
    fn page() -> GrayImage {
        let mut page = GrayImage::from_pixel(1654, 2339, image::Luma([245]));
        for line in 0..50 {
            for letter in 0..90 {
                for (dx, dy) in [(0, 0), (4, 0), (8, 0)] {
                    for step in 0..16 {
                        page.put_pixel(
                            150 + letter * 15 + dx,
                            200 + line * 40 + dy + step,
                            image::Luma([20]),
                        );
                    }
                }
            }
        }
        page
    }

    /// Puts a code onto the page, white around it.
    fn put(page: &mut GrayImage, format: BarcodeFormat, text: &str, x: u32, y: u32, scale: i32) {
        let made = zxingcpp::create(format).from_str(text).unwrap();
        let made = made.to_image_with(&zxingcpp::write().scale(scale).add_quiet_zones(true)).unwrap();
        let (width, height) = (made.width() as u32, made.height() as u32);
        let picture = GrayImage::from_raw(width, height, made.data()).unwrap();
        imageops::replace(page, &picture, i64::from(x), i64::from(y));
    }

    #[test]
    fn codes_of_each_kind_are_read_where_they_stand() {
        let long: String = (0..900).map(|i| char::from(b'a' + (i % 26) as u8)).collect();
        for (format, kind, text, scale) in [
            (BarcodeFormat::QRCode, "qr", "BCD\n002\n1\nSCT\nFFVBDEFF\nAcme GmbH", 4),
            (BarcodeFormat::QRCode, "qr", long.as_str(), 3),
            (BarcodeFormat::Code128, "code128", "PO-10432/A", 3),
            (BarcodeFormat::EAN13, "ean13", "4006381333931", 3),
        ] {
            let mut page = page();
            put(&mut page, format, text, 700, 900, scale);
            let turned = Raster::Gray(imageops::rotate90(&page));
            let upright = find(&Raster::Gray(page)).unwrap();
            assert_eq!(upright.len(), 1, "{kind}: {upright:?}");
            assert_eq!((upright[0].kind.as_str(), upright[0].text.as_str()), (kind, text));
            let (x, y) = upright[0].bbox.center();
            assert!(x > 700.0 && y > 900.0 && x < 1400.0 && y < 1500.0, "{:?}", upright[0].bbox);
            assert_eq!(find(&turned).unwrap()[0].text, text, "{kind} on its side");
        }
    }

    #[test]
    fn a_page_of_text_is_not_searched() {
        let page = page();
        let small = Raster::Gray(page).gray_within(LOOKED_AT).unwrap();
        assert_eq!(patches(&small), []);
    }

    #[test]
    fn tiny_and_blank_pictures_hold_no_codes() {
        for (w, h) in [(1, 1), (7, 3), (40, 9), (300, 300)] {
            let blank = Raster::Gray(GrayImage::from_pixel(w, h, image::Luma([255])));
            assert_eq!(find(&blank).unwrap(), []);
        }
    }
}
