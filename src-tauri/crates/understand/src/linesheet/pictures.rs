//! What pictures show, by repetition, place and neighbours; by size only where the neighbours give the measure.

use std::collections::HashMap;

use papertray_model::PageSource;
use papertray_model::Rect;
use papertray_model::collection::PictureKind;

use super::{FoundProduct, LinesheetInput, PictureFinding, PictureRef};

/// Pictures of one thing differ in at most this many bits of their likeness.
const ALIKE: u32 = 6;

/// One finding a picture.
pub(super) fn kinds(input: &LinesheetInput<'_>, products: &[FoundProduct]) -> Vec<PictureFinding> {
    let mut findings = vec![];
    let typical = typical_area(input, products);
    let repeated = repeated(input);
    for (index, picture) in input.pictures.iter().enumerate() {
        let (kind, reason) = on_page(input, products, index, typical, &repeated);
        let _ = picture;
        findings.push(PictureFinding {
            picture: PictureRef::Page { index },
            kind,
            reason: reason.to_owned(),
        });
    }
    for (sheet, s) in input.sheets.iter().enumerate() {
        let rows: Vec<u32> =
            products.iter().filter_map(|p| p.cell).filter(|(n, _)| *n == sheet).map(|(_, r)| r).collect();
        for (index, picture) in s.pictures.iter().enumerate() {
            let first = rows.iter().min();
            let (kind, reason) = match first {
                Some(first) if rows.contains(&picture.row) || picture.row > *first => {
                    (PictureKind::Product, "anchored in a product's row")
                }
                Some(first)
                    if picture.row + 1 == *first
                        && rows.len() > 1
                        && !s.pictures.iter().any(|p| p.row == *first) =>
                {
                    (PictureKind::Product, "anchored over the first product's row")
                }
                _ => (PictureKind::Logo, "anchored above the products"),
            };
            findings.push(PictureFinding {
                picture: PictureRef::Sheet { sheet, index },
                kind,
                reason: reason.to_owned(),
            });
        }
    }
    findings
}

fn area(r: &Rect) -> f32 {
    (r.width() * r.height()).max(0.0)
}

/// The usual area of a picture beside a caption: of those that are the biggest near each caption.
fn typical_area(input: &LinesheetInput<'_>, products: &[FoundProduct]) -> f32 {
    let mut areas: Vec<f32> = vec![];
    let mut seen: Vec<usize> = vec![];
    for (page, caption, number) in products.iter().flat_map(FoundProduct::places) {
        if seen.contains(&number) && number != 0 {
            continue;
        }
        seen.push(number);
        let (width, height) = page_size(input, page);
        let near = |r: &Rect| {
            let dx = (r.x0.max(caption.x0) - r.x1.min(caption.x1)).max(0.0);
            let dy = (r.y0.max(caption.y0) - r.y1.min(caption.y1)).max(0.0);
            dx < 0.06 * width && dy < 0.06 * height
        };
        let on = input
            .pictures
            .iter()
            .filter(|p| p.page == page && near(&p.rect) && area(&p.rect) < 0.75 * width * height);
        if let Some(biggest) = on.map(|p| area(&p.rect)).max_by(f32::total_cmp) {
            areas.push(biggest);
        }
    }
    areas.sort_by(f32::total_cmp);
    areas.get(areas.len() / 2).copied().unwrap_or(0.0)
}

fn page_size(input: &LinesheetInput<'_>, page: u32) -> (f32, f32) {
    input
        .pages
        .iter()
        .find(|p| p.page_number == page)
        .map_or((612.0, 792.0), |p| (p.width.max(1.0), p.height.max(1.0)))
}

/// Indices of pictures that stand at the same place on several pages.
fn repeated(input: &LinesheetInput<'_>) -> HashMap<usize, usize> {
    let mut times = HashMap::new();
    for (i, a) in input.pictures.iter().enumerate() {
        let (width, height) = page_size(input, a.page);
        let same = |b: &papertray_model::sheet::PagePicture| {
            let place = (a.rect.x0 - b.rect.x0).abs() < 0.02 * width
                && (a.rect.y0 - b.rect.y0).abs() < 0.02 * height
                && (a.rect.width() - b.rect.width()).abs() < 0.02 * width;
            // One pose in several colours is much alike: away from head and foot only the same bytes are the same.
            let alike = a.picture.sha256 == b.picture.sha256
                || (a.rect.y1 < 0.16 * height || a.rect.y0 > 0.9 * height)
                    && (a.picture.likeness ^ b.picture.likeness).count_ones() <= ALIKE
                    && a.picture.width == b.picture.width;
            b.page != a.page && place && alike
        };
        let count = input.pictures.iter().filter(|b| same(b)).count();
        if count > 0 {
            times.insert(i, count + 1);
        }
    }
    times
}

fn on_page(
    input: &LinesheetInput<'_>,
    products: &[FoundProduct],
    index: usize,
    typical: f32,
    repeated: &HashMap<usize, usize>,
) -> (PictureKind, &'static str) {
    let picture = &input.pictures[index];
    let rect = &picture.rect;
    let (width, height) = page_size(input, picture.page);
    let share = area(rect) / (width * height);
    let aspect = rect.width().max(rect.height()) / rect.width().min(rect.height()).max(0.1);
    let scanned = input.pages.iter().any(|p| p.page_number == picture.page && p.source == PageSource::Ocr);
    let places = products.iter().flat_map(FoundProduct::places);
    let mine: Vec<Rect> =
        places.filter(|(page, ..)| *page == picture.page).map(|(_, area, _)| area).collect();
    let edges =
        [rect.x0 < 0.01 * width, rect.y0 < 0.01 * height, rect.x1 > 0.99 * width, rect.y1 > 0.99 * height];
    let touched = edges.iter().filter(|e| **e).count();
    if share > 0.85 {
        let others = input.pictures.iter().any(|p| {
            p.page == picture.page
                && area(&p.rect) < 0.85 * width * height
                && area(&p.rect) > 0.03 * width * height
        });
        return match mine.len() {
            1.. if !scanned && !others => (PictureKind::Product, "fills the page that describes the product"),
            0 if !scanned => (PictureKind::Lifestyle, "fills a page without products"),
            _ => (PictureKind::Decoration, "the page itself"),
        };
    }
    // The same photo may stand at the same place of two pages for two colours; thrice, or at the head, it is a mark.
    let header = rect.y1 < 0.16 * height || rect.y0 > 0.9 * height;
    if let Some(times) = repeated.get(&index)
        && (header || *times >= 3)
    {
        return if aspect > 8.0 || rect.y0 > 0.85 * height {
            (PictureKind::Decoration, "repeats at the same place of the pages")
        } else {
            (PictureKind::Logo, "repeats at the same place of the pages")
        };
    }
    if aspect > 7.0 {
        return (PictureKind::Decoration, "a strip");
    }
    if mine.is_empty() {
        let small = share < 0.08;
        return if small && (picture.picture.plain > 0.3 || picture.picture.colours <= 8 || aspect > 2.0) {
            (PictureKind::Logo, "a mark on a page without products")
        } else {
            (PictureKind::Lifestyle, "on a page without products")
        };
    }
    let size = (typical > 0.0).then(|| area(rect) / typical);
    let inside = mine.iter().any(|a| {
        rect.center().0 > a.x0
            && rect.center().0 < a.x1
            && rect.y0 > a.y0 - rect.height() * 1.5
            && rect.y1 < a.y1 + rect.height() * 2.5
    });
    if size.is_some_and(|s| s < 0.12)
        && aspect < 3.5
        && (inside || picture.picture.colours <= 3 || picture.picture.plain > 0.9)
    {
        return (PictureKind::Swatch, "much smaller than the photos, at a caption");
    }
    let top = mine.iter().map(|a| a.y0).fold(f32::INFINITY, f32::min);
    if header && size.is_some_and(|s| s < 0.35) && rect.y1 < top {
        return (PictureKind::Logo, "small, at the head of the page");
    }
    if touched >= 2 && share > 0.1 && size.is_some_and(|s| s > 2.2) {
        return (PictureKind::Lifestyle, "runs off the page and is far bigger than the photos");
    }
    (PictureKind::Product, "beside products")
}
