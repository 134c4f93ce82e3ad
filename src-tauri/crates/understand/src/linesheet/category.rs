//! Categories: headings over products, and what names say where there are none.

use papertray_model::Rect;
use papertray_model::collection::{Category, Place};

use super::caption::is_category;
use super::scan::{Piece, Scan};
use super::{FoundProduct, Heading, Vocabulary};
use crate::goods::words;

/// What is left when nothing tells.
const OTHER: &str = "Other";

/// Headings on pages, and which pieces (page, index) they are.
pub(super) fn headings(scans: &[Scan], vocabulary: Vocabulary) -> Vec<(Heading, usize)> {
    let mut found = vec![];
    for scan in scans {
        for (n, piece) in scan.pieces.iter().enumerate() {
            if piece.furniture || in_paragraph(scan, n) {
                continue;
            }
            let text = piece.text.trim();
            let big = piece.em > 1.25 * scan.em
                && piece.alone
                && !text.contains(|c: char| c.is_ascii_digit())
                && text.split_whitespace().count() <= 5;
            let is = match vocabulary {
                Vocabulary::Usual => is_category(text),
                Vocabulary::Headings => is_category(text) || big,
                Vocabulary::Names => false,
            };
            if is {
                let place = Place::Page { page: scan.page, rect: piece.rect };
                found.push((Heading { category: text.to_owned(), place }, n));
            }
        }
    }
    found
}

/// Whether a line of the same size stands right over or under it, at the same edge: then it is of a caption.
fn in_paragraph(scan: &Scan, at: usize) -> bool {
    let piece = &scan.pieces[at];
    let close = |other: &Piece| {
        let gap = (other.rect.y0 - piece.rect.y1).max(piece.rect.y0 - other.rect.y1);
        let same_edge = (other.rect.x0 - piece.rect.x0).abs() < 0.6 * piece.em
            || (other.rect.center().0 - piece.rect.center().0).abs() < 0.6 * piece.em;
        gap < 1.15 * piece.em
            && gap > -0.5 * piece.em
            && same_edge
            && (other.em - piece.em).abs() < 0.16 * piece.em
            && !is_category(&other.text)
    };
    scan.pieces.iter().enumerate().any(|(n, other)| n != at && !other.furniture && close(other))
}

/// Gives each product its category: its own, else that of the heading before it, else what its name says.
pub(super) fn assign(products: &mut [FoundProduct], headings: &[Heading], vocabulary: Vocabulary) {
    let wide: Vec<bool> = headings.iter().map(|h| spans_page(h, products)).collect();
    for found in products.iter_mut() {
        let own = found.product.category.take().filter(|_| vocabulary != Vocabulary::Names);
        let mut over = headings.iter().zip(&wide).rev();
        let heading = over.find(|(h, wide)| before(h, found, **wide)).map(|(h, _)| h.category.clone());
        let named = found.product.name.as_deref().and_then(|n| words().category(n)).map(str::to_owned);
        found.product.category = own.or(heading).or(named).or_else(|| Some(OTHER.to_owned()));
        if found.product.gender.is_none() {
            found.product.gender =
                found.product.category.as_deref().and_then(|c| words().person(c)).map(str::to_owned);
        }
    }
}

/// Whether a heading stands over all products of its page and in the middle of them.
fn spans_page(heading: &Heading, products: &[FoundProduct]) -> bool {
    let Place::Page { page, rect } = &heading.place else { return false };
    let mine = products.iter().filter(|p| p.page == Some(*page)).filter_map(|p| p.area);
    Rect::around(mine.collect::<Vec<_>>().iter()).is_some_and(|all| {
        rect.y1 <= all.y0 + 0.5 * rect.height()
            && (rect.center().0 - all.center().0).abs() < 0.22 * all.width()
    })
}

fn before(heading: &Heading, found: &FoundProduct, spans_page: bool) -> bool {
    let Some(source) = &found.product.source else { return false };
    match (&heading.place, &source.place) {
        (Place::Page { page, rect }, Place::Page { page: mine, rect: own }) => {
            page < mine || page == mine && rect.y0 <= own.y0 && (spans_page || in_column(rect, own, found))
        }
        (Place::Cell { sheet, row, .. }, Place::Cell { sheet: mine, row: own, .. }) => {
            sheet == mine && row <= own
        }
        _ => false,
    }
}

/// A heading of a narrow column does not reach into the columns to its left.
fn in_column(heading: &Rect, own: &Rect, found: &FoundProduct) -> bool {
    let area = found.area.unwrap_or(*own);
    heading.x0 <= area.x1 + heading.height() * 4.0
}

/// The categories of products in their order, with their counts.
pub(super) fn list(products: &[FoundProduct]) -> Vec<Category> {
    let mut categories: Vec<Category> = vec![];
    for product in products.iter().map(|p| &p.product) {
        let name = product.category.as_deref().unwrap_or(OTHER);
        let at = categories.iter().position(|c| c.name == name).unwrap_or_else(|| {
            categories.push(Category { name: name.to_owned(), subcategories: vec![], product_count: 0 });
            categories.len() - 1
        });
        categories[at].product_count += 1;
        if let Some(sub) = product.subcategory.as_ref().filter(|s| !categories[at].subcategories.contains(s))
        {
            categories[at].subcategories.push(sub.clone());
        }
    }
    categories
}
