//! Which picture shows which product: on pages one assignment problem a page, on sheets the row a picture lies in.

use std::collections::{BTreeMap, HashMap, HashSet};

use papertray_model::collection::{Photo, PictureKind, Place, Source};
use papertray_model::sheet::StoredPicture;
use papertray_model::{DocumentId, Rect};
use pathfinding::prelude::{Matrix, kuhn_munkres};

use super::scan::Scan;
use super::{FoundProduct, LinesheetInput, PictureFinding, PictureRef};
use crate::goods::colours;
use crate::text::squash;

/// Where a caption stands as seen from its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Side {
    Below,
    Right,
    Left,
    Above,
    Inside,
}

impl Side {
    fn reason(self) -> &'static str {
        match self {
            Self::Below => "the caption stands under it",
            Self::Right => "the caption stands to its right",
            Self::Left => "the caption stands to its left",
            Self::Above => "the caption stands over it",
            Self::Inside => "it lies in the product's row or caption",
        }
    }
}

/// Gives products on pages and sheets their pictures.
pub(super) fn pair(
    input: &LinesheetInput<'_>,
    kinds: &[PictureFinding],
    scans: &[Scan],
    products: &mut [FoundProduct],
) {
    let is_product = |r: PictureRef| kinds.iter().any(|k| k.picture == r && k.kind == PictureKind::Product);
    let usable: HashSet<usize> =
        (0..input.pictures.len()).filter(|i| is_product(PictureRef::Page { index: *i })).collect();
    let side = favourite_side(input, &usable, products);
    for scan in scans {
        on_page(input, &usable, scan, side, products);
    }
    on_other_pages(input, usable, scans, products);
    on_sheets(input, kinds, products);
}

/// Products without a photo where they are described, by the other places that speak of them: a page of photos before
/// the page that says the rest.
fn on_other_pages(
    input: &LinesheetInput<'_>,
    mut usable: HashSet<usize>,
    scans: &[Scan],
    products: &mut [FoundProduct],
) {
    let without = |p: &FoundProduct| p.product.photo.is_none() && !p.elsewhere.is_empty();
    if !products.iter().any(without) {
        return;
    }
    let shown: HashSet<(u32, [u32; 4])> = products
        .iter()
        .flat_map(|p| p.product.photo.iter().chain(&p.product.more_photos))
        .filter_map(place_of)
        .collect();
    usable.retain(|i| !shown.contains(&(input.pictures[*i].page, bits(&input.pictures[*i].rect))));
    let mut owners = vec![];
    let mut there = vec![];
    for (at, product) in products.iter().enumerate().filter(|(_, p)| without(p)) {
        for (page, area, caption) in &product.elsewhere {
            owners.push(at);
            let mut stand_in = FoundProduct {
                page: Some(*page),
                area: Some(*area),
                caption: *caption,
                ..FoundProduct::default()
            };
            stand_in.product.colour.clone_from(&product.product.colour);
            stand_in.product.colour_code.clone_from(&product.product.colour_code);
            there.push(stand_in);
        }
    }
    let side = favourite_side(input, &usable, &there);
    for scan in scans {
        on_page(input, &usable, scan, side, &mut there);
    }
    for (at, found) in owners.into_iter().zip(there) {
        let product = &mut products[at].product;
        if product.photo.is_none() && found.product.photo.is_some() {
            product.photo = found.product.photo;
            product.photo_reason = found.product.photo_reason;
            product.more_photos = found.product.more_photos;
        }
    }
}

fn bits(rect: &Rect) -> [u32; 4] {
    [rect.x0, rect.y0, rect.x1, rect.y1].map(f32::to_bits)
}

fn place_of(photo: &Photo) -> Option<(u32, [u32; 4])> {
    match &photo.source.as_ref()?.place {
        Place::Page { page, rect } => Some((*page, bits(rect))),
        Place::Cell { .. } => None,
    }
}

fn photo(document: DocumentId, picture: &StoredPicture, place: Place) -> Photo {
    Photo {
        blob: picture.blob.clone(),
        sha256: picture.sha256.clone(),
        width: picture.width,
        height: picture.height,
        source: Some(Source { document_id: document, place }),
    }
}

/// The side and how far off, in heights of the page; less is better.
fn cost(picture: &Rect, caption: &Rect, side: Side, height: f32) -> Option<f32> {
    let gap_y = (picture.y0.max(caption.y0) - picture.y1.min(caption.y1)).max(0.0);
    let gap_x = (picture.x0.max(caption.x0) - picture.x1.min(caption.x1)).max(0.0);
    let (px, py) = picture.center();
    let (cx, cy) = caption.center();
    let level_x = (px - cx).abs().min((picture.x0 - caption.x0).abs());
    let level_y = (py - cy).abs().min((picture.y0 - caption.y0).abs());
    let slack = 0.15 * picture.height();
    let cost = match side {
        Side::Below if caption.y0 >= picture.y1 - slack => gap_y + 2.0 * gap_x + 0.35 * level_x,
        Side::Above if caption.y1 <= picture.y0 + slack => gap_y + 2.0 * gap_x + 0.35 * level_x,
        Side::Right if caption.x0 >= picture.x1 - 0.15 * picture.width() => {
            0.6 * gap_x + 2.0 * gap_y + 0.5 * level_y
        }
        Side::Left if caption.x1 <= picture.x0 + 0.15 * picture.width() => {
            0.6 * gap_x + 2.0 * gap_y + 0.5 * level_y
        }
        Side::Inside if px > caption.x0 && px < caption.x1 && py > caption.y0 && py < caption.y1 => {
            0.3 * (py - cy).abs()
        }
        Side::Inside if cx > picture.x0 && cx < picture.x1 && cy > picture.y0 && cy < picture.y1 => {
            0.02 * height
        }
        _ => return None,
    };
    Some(cost / height)
}

/// The side that serves most captions of the document best.
fn favourite_side(
    input: &LinesheetInput<'_>,
    usable: &HashSet<usize>,
    products: &[FoundProduct],
) -> Option<Side> {
    let mut votes: BTreeMap<Side, f32> = BTreeMap::new();
    let mut seen = HashSet::new();
    for product in products.iter().filter(|p| p.cell.is_none() && seen.insert((p.caption, p.page))) {
        let (Some(page), Some(area)) = (product.page, product.area) else { continue };
        let height = input.pages.iter().find(|p| p.page_number == page).map_or(800.0, |p| p.height.max(1.0));
        let mut best: Option<(f32, Side)> = None;
        for i in usable.iter().filter(|i| input.pictures[**i].page == page) {
            for side in SIDES {
                if let Some(c) = cost(&input.pictures[*i].rect, &area, side, height)
                    && best.is_none_or(|(b, _)| c < b)
                {
                    best = Some((c, side));
                }
            }
        }
        if let Some((c, side)) = best {
            *votes.entry(side).or_default() += 1.0 / (0.02 + c);
        }
    }
    votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(s, _)| s)
}

const SIDES: [Side; 5] = [Side::Inside, Side::Below, Side::Right, Side::Left, Side::Above];
/// Farther than this share of the page's height a caption is not of a picture.
const FAR: f32 = 0.2;

/// The best side of a pair and its worth, 0 to 1000; nothing where they cannot belong together.
fn worth(picture: &Rect, caption: &Rect, favourite: Option<Side>, height: f32) -> Option<(i64, Side)> {
    let best = SIDES
        .into_iter()
        .filter_map(|side| {
            let other = if Some(side) == favourite || side == Side::Inside { 0.0 } else { 0.08 };
            cost(picture, caption, side, height).map(|c| (c + other, side))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 < FAR).then(|| ((1000.0 * (1.0 - best.0 / FAR)) as i64 + 1, best.1))
}

fn on_page(
    input: &LinesheetInput<'_>,
    usable: &HashSet<usize>,
    scan: &Scan,
    favourite: Option<Side>,
    products: &mut [FoundProduct],
) {
    let mine: Vec<usize> = (0..products.len())
        .filter(|i| products[*i].page == Some(scan.page) && products[*i].area.is_some())
        .collect();
    let mut pictures: Vec<usize> =
        usable.iter().copied().filter(|i| input.pictures[*i].page == scan.page).collect();
    pictures.sort_unstable();
    if mine.is_empty() || pictures.is_empty() || mine.len() > 2000 || pictures.len() > 2000 {
        return;
    }
    let mut captions: Vec<(usize, Vec<usize>)> = vec![];
    for &at in &mine {
        match captions.iter_mut().find(|(c, _)| *c == products[at].caption) {
            Some((_, list)) => list.push(at),
            None => captions.push((products[at].caption, vec![at])),
        }
    }
    let mut given: HashMap<usize, Vec<usize>> = HashMap::new();
    by_colour_label(input, scan, &captions, &mut pictures, products);
    if pictures.is_empty() {
        return;
    }
    let area = |list: &[usize]| products[list[0]].area.unwrap_or_default();
    let areas: Vec<Rect> = captions.iter().map(|(_, list)| area(list)).collect();
    let open: Vec<usize> = (0..captions.len())
        .filter(|c| captions[*c].1.iter().any(|p| products[*p].product.photo.is_none()))
        .collect();
    let worth_of = |caption: usize, picture: usize| {
        worth(&input.pictures[picture].rect, &areas[caption], favourite, scan.height)
    };
    // One more column a caption stands for "no picture".
    let weights = Matrix::from_fn(open.len(), pictures.len() + open.len(), |(r, c)| {
        pictures.get(c).and_then(|p| worth_of(open[r], *p)).map_or(0, |(w, _)| w)
    });
    if open.is_empty() {
        return;
    }
    let (_, picked) = kuhn_munkres(&weights);
    let mut used = HashSet::new();
    for (r, column) in picked.into_iter().enumerate() {
        if let Some(picture) = pictures.get(column).copied()
            && weights[(r, column)] > 0
        {
            used.insert(picture);
            given.entry(open[r]).or_default().push(picture);
        }
    }
    // Pictures left over belong to the caption they suit best, if that has colours without one, or as further views.
    for picture in pictures.iter().copied().filter(|p| !used.contains(p)) {
        let best = (0..captions.len()).filter_map(|c| worth_of(c, picture).map(|w| (w.0, c))).max();
        if let Some((w, c)) = best.filter(|b| b.0 > 500 && given.contains_key(&b.1)) {
            let _ = w;
            given.entry(c).or_default().push(picture);
        }
    }
    for (caption, mut list) in given {
        let side = worth_of(caption, list[0]).map_or(Side::Below, |w| w.1);
        list[..].sort_by(|a, b| {
            let (a, b) = (&input.pictures[*a].rect, &input.pictures[*b].rect);
            if (a.y0 - b.y0).abs() > 0.5 * a.height() { a.y0.total_cmp(&b.y0) } else { a.x0.total_cmp(&b.x0) }
        });
        spread(input, scan.page, &list, &captions[caption].1, side, products);
    }
}

/// Gives the pictures of a caption to its products: one for all, one each in order, or the first with the others as
/// further views.
fn spread(
    input: &LinesheetInput<'_>,
    _page: u32,
    pictures: &[usize],
    of: &[usize],
    side: Side,
    products: &mut [FoundProduct],
) {
    let without: Vec<usize> = of.iter().copied().filter(|p| products[*p].product.photo.is_none()).collect();
    let some_have = without.len() < of.len();
    let make = |i: usize| {
        let p = &input.pictures[i];
        photo(input.document, &p.picture, Place::Page { page: p.page, rect: p.rect })
    };
    if pictures.len() == 1 && !some_have {
        let reason = if without.len() > 1 { "one photo for several colours" } else { side.reason() };
        for p in without {
            products[p].product.photo = Some(make(pictures[0]));
            products[p].product.photo_reason = Some(reason.to_owned());
        }
        return;
    }
    if without.len() > 1 && pictures.len() == without.len() || some_have && pictures.len() <= without.len() {
        for (p, picture) in without.iter().zip(pictures) {
            products[*p].product.photo = Some(make(*picture));
            products[*p].product.photo_reason = Some(if some_have {
                side.reason().to_owned()
            } else {
                "pictures and colours in the same order".to_owned()
            });
        }
        return;
    }
    let Some(&first) = without.first().or(of.first()) else { return };
    let biggest = pictures.iter().copied().max_by(|a, b| {
        let size = |i: usize| input.pictures[i].rect.width() * input.pictures[i].rect.height();
        size(*a).total_cmp(&size(*b)).then(b.cmp(a))
    });
    let main = biggest.unwrap_or(pictures[0]);
    if products[first].product.photo.is_none() {
        products[first].product.photo = Some(make(main));
        products[first].product.photo_reason = Some(side.reason().to_owned());
        for p in without.iter().skip(1).filter(|_| !some_have) {
            products[*p].product.photo = Some(make(main));
            products[*p].product.photo_reason = Some("one photo for several colours".to_owned());
        }
    }
    let shown = products[first].product.photo.as_ref().map(|p| p.sha256.clone());
    for picture in pictures.iter().filter(|p| Some(&input.pictures[**p].picture.sha256) != shown.as_ref()) {
        let more = make(*picture);
        products[first].product.more_photos.push(more);
    }
}

/// Pictures with a colour's name right under or over them are of that colour.
fn by_colour_label(
    input: &LinesheetInput<'_>,
    scan: &Scan,
    captions: &[(usize, Vec<usize>)],
    pictures: &mut Vec<usize>,
    products: &mut [FoundProduct],
) {
    let several: Vec<&(usize, Vec<usize>)> = captions.iter().filter(|(_, list)| list.len() > 1).collect();
    if several.is_empty() {
        return;
    }
    pictures.retain(|&index| {
        let picture = &input.pictures[index];
        let rect = &picture.rect;
        let near = scan.pieces.iter().filter(|p| {
            let gap = (p.rect.y0 - rect.y1).max(rect.y0 - p.rect.y1);
            gap > -0.6 * p.em
                && gap < 2.2 * p.em
                && p.rect.center().0 > rect.x0
                && p.rect.center().0 < rect.x1
                && p.rect.width() < 1.3 * rect.width()
        });
        for piece in near {
            let named = |text: &str| {
                let said = colours::one(text);
                let said: Vec<String> =
                    said.into_iter().flat_map(|c| [c.name, c.code]).flatten().map(|t| squash(&t)).collect();
                move |p: &FoundProduct| {
                    [&p.product.colour, &p.product.colour_code]
                        .into_iter()
                        .flatten()
                        .any(|c| said.contains(&squash(c)))
                }
            };
            let same = named(&piece.text);
            let hits: Vec<usize> =
                several.iter().flat_map(|(_, list)| list).copied().filter(|p| same(&products[*p])).collect();
            // A name that several captions have is of the one that this label was read for.
            let read_here = |at: &usize| {
                products[*at].colour_area.is_some_and(|a| {
                    let (x, y) = a.center();
                    x > piece.rect.x0 && x < piece.rect.x1 && y > piece.rect.y0 && y < piece.rect.y1
                })
            };
            let own: Vec<usize> = hits.iter().copied().filter(read_here).collect();
            let hits = if own.len() == 1 { own } else { hits };
            if let [only] = hits[..] {
                let made = photo(
                    input.document,
                    &picture.picture,
                    Place::Page { page: picture.page, rect: picture.rect },
                );
                let product = &mut products[only].product;
                if product.photo.is_none() {
                    product.photo = Some(made);
                    product.photo_reason = Some("the colour's name stands at it".to_owned());
                } else {
                    product.more_photos.push(made);
                }
                return false;
            }
        }
        true
    });
}

fn on_sheets(input: &LinesheetInput<'_>, kinds: &[PictureFinding], products: &mut [FoundProduct]) {
    for finding in kinds.iter().filter(|k| k.kind == PictureKind::Product) {
        let PictureRef::Sheet { sheet, index } = finding.picture else { continue };
        let Some((s, picture)) = input.sheets.get(sheet).and_then(|s| Some((s, s.pictures.get(index)?)))
        else {
            continue;
        };
        // The product of its row, else the last one above it.
        let rows = (0..products.len()).filter(|i| products[*i].cell.is_some_and(|(n, _)| n == sheet));
        let row = |i: &usize| products[*i].cell.map_or(0, |(_, r)| r);
        let at = rows
            .clone()
            .find(|i| row(i) == picture.row)
            .or_else(|| rows.clone().filter(|i| row(i) < picture.row).max_by_key(row))
            .or_else(|| rows.clone().next());
        let Some(at) = at else { continue };
        let exact = row(&at) == picture.row;
        let place = Place::Cell { sheet: s.name.clone(), row: picture.row, column: picture.column };
        let made = photo(input.document, &picture.picture, place);
        let product = &mut products[at].product;
        if product.photo.is_none() && (exact || picture.row < row_limit(input, sheet)) {
            product.photo = Some(made);
            product.photo_reason = Some(
                if exact { "lies in the product's row" } else { "lies just under the product's row" }
                    .to_owned(),
            );
        } else {
            product.more_photos.push(made);
        }
    }
}

fn row_limit(input: &LinesheetInput<'_>, sheet: usize) -> u32 {
    input.sheets.get(sheet).and_then(|s| s.cells.iter().map(|c| c.row).max()).map_or(0, |r| r + 2)
}
