//! Captions: which pieces of a page belong to which style number.
//!
//! Pieces that stand close and aligned make blocks. Style numbers are labelled, or they are the shape of number that
//! most blocks with a price have. A block with one is a caption; with several it is cut; without one it joins the
//! caption it stands nearest to.

use std::collections::{HashMap, HashSet};

use papertray_model::Rect;
use papertray_model::sheet::PagePicture;

use super::caption::{Caption, label};
use super::scan::Scan;
use crate::goods::sizes::{self, Goods};
use crate::goods::{FieldName, colours, price, style, words};
use crate::text::squash;

/// A style number on a page.
#[derive(Clone, Debug)]
struct Anchor {
    piece: usize,
    style: String,
    labelled: bool,
}

/// Captions on all pages, and the shapes of their style numbers. `taken` says which pieces (by page and index) belong
/// to a table or are headings; where tables have style numbers, those of captions look the same.
pub(super) fn captions(
    scans: &[Scan],
    pictures: &[&PagePicture],
    taken: &HashSet<(u32, usize)>,
    of_tables: &HashSet<String>,
) -> (Vec<Caption>, HashSet<String>) {
    let free: Vec<Vec<usize>> = scans
        .iter()
        .map(|s| {
            (0..s.pieces.len())
                .filter(|i| {
                    !s.pieces[*i].furniture
                        && !is_placeholder(&s.pieces[*i].text)
                        && !taken.contains(&(s.page, *i))
                })
                .collect()
        })
        .collect();
    let blocks: Vec<Vec<Vec<usize>>> = scans.iter().zip(&free).map(|(s, f)| blocks(s, f, pictures)).collect();
    let candidates: Vec<Vec<Anchor>> = scans.iter().zip(&free).map(|(s, f)| candidates(s, f)).collect();
    let shapes = if of_tables.is_empty() {
        elect(scans, &blocks, &candidates)
    } else {
        Elected { shapes: of_tables.clone(), unlabelled_only: true }
    };
    let mut captions = vec![];
    for ((scan, blocks), candidates) in scans.iter().zip(blocks).zip(candidates) {
        let anchors: Vec<Anchor> = candidates
            .into_iter()
            .filter(|a| {
                a.labelled && !shapes.unlabelled_only || shapes.shapes.contains(&style::shape(&a.style))
            })
            .collect();
        captions.extend(on_page(scan, blocks, &anchors, pictures));
    }
    (captions, shapes.shapes)
}

/// Pieces that stand under one another, close and aligned.
fn blocks(scan: &Scan, free: &[usize], pictures: &[&PagePicture]) -> Vec<Vec<usize>> {
    let on_page: Vec<&Rect> = pictures.iter().filter(|p| p.page == scan.page).map(|p| &p.rect).collect();
    let mut parent: Vec<usize> = (0..free.len()).collect();
    let mut by_top: Vec<usize> = (0..free.len()).collect();
    by_top.sort_by(|a, b| scan.pieces[free[*a]].rect.y0.total_cmp(&scan.pieces[free[*b]].rect.y0));
    for (n, &a) in by_top.iter().enumerate() {
        let upper = &scan.pieces[free[a]];
        for &b in &by_top[n + 1..] {
            let lower = &scan.pieces[free[b]];
            let em = upper.em.max(lower.em);
            let gap = lower.rect.y0 - upper.rect.y1;
            if gap > 0.9 * em {
                break;
            }
            if gap < -0.6 * em
                || !aligned(&upper.rect, &lower.rect, em)
                || parted(&upper.rect, &lower.rect, &on_page)
            {
                continue;
            }
            let (x, y) = (root(&mut parent, a), root(&mut parent, b));
            parent[x] = y;
        }
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for (n, piece) in free.iter().enumerate() {
        let r = root(&mut parent, n);
        groups.entry(r).or_default().push(*piece);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

fn root(parent: &mut [usize], mut n: usize) -> usize {
    while parent[n] != n {
        parent[n] = parent[parent[n]];
        n = parent[n];
    }
    n
}

fn aligned(a: &Rect, b: &Rect, em: f32) -> bool {
    let overlap = a.x1.min(b.x1) - a.x0.max(b.x0);
    (a.x0 - b.x0).abs() < 0.6 * em
        || (a.center().0 - b.center().0).abs() < 0.8 * em
        || (a.x1 - b.x1).abs() < 0.5 * em
        || overlap > 0.7 * a.width().min(b.width())
}

/// Whether a picture's edge runs between the two.
fn parted(upper: &Rect, lower: &Rect, pictures: &[&Rect]) -> bool {
    pictures.iter().any(|p| {
        let x = (upper.x0.max(lower.x0), upper.x1.min(lower.x1));
        let middle = f32::midpoint(upper.y1, lower.y0);
        p.x0 < x.1
            && p.x1 > x.0
            && p.height() > lower.height()
            && p.y0 < middle
            && p.y1 > middle
            && !(p.y0 < upper.y0 && p.y1 > lower.y1)
    })
}

/// A style number that a value begins with: one word, or letters and a number apart (`CM 4960`).
pub(super) fn leading_style(value: &str, labelled: bool) -> Option<String> {
    let tokens: Vec<&str> = value.split_whitespace().collect();
    let first = tokens.first()?.trim_end_matches([',', ';', ':', '/']);
    if style::is_candidate(first) {
        return Some(first.to_owned());
    }
    // `KV-1049/Olive`: the colour is no part of the number.
    if let Some((style, tail)) = first.rsplit_once('/')
        && colours::is_colour(tail)
        && style::is_candidate(style)
    {
        return Some(style.to_owned());
    }
    let letters = (1..=4).contains(&first.chars().count()) && first.chars().all(|c| c.is_ascii_uppercase());
    if let Some(second) = tokens.get(1).map(|t| t.trim_end_matches([',', ';', ':'])) {
        let number = (3..=7).contains(&second.len()) && second.chars().all(|c| c.is_ascii_digit());
        if letters && number && !sizes::is_size(first) && crate::currency::word(first).is_none() {
            return Some(format!("{first} {second}"));
        }
    }
    // What a label says is a style number is one, even without the looks.
    let plain =
        labelled && first.chars().any(|c| c.is_ascii_digit()) && (2..=24).contains(&first.chars().count());
    plain.then(|| first.to_owned())
}

fn candidates(scan: &Scan, free: &[usize]) -> Vec<Anchor> {
    let mut found: Vec<Anchor> = vec![];
    let mut waiting = false;
    for &at in free {
        let text = scan.pieces[at].text.trim();
        let mut add = |style: String, labelled: bool| found.push(Anchor { piece: at, style, labelled });
        if std::mem::take(&mut waiting)
            && let Some(style) = leading_style(text, true)
        {
            add(style, true);
            continue;
        }
        let mut done = false;
        for segment in text.split(['|', '·', '•', '(', ')', '\t']).map(str::trim) {
            match label(segment) {
                Some((FieldName::StyleNumber | FieldName::Sku, value)) => {
                    if value.is_empty() {
                        waiting = true;
                    } else if let Some(style) = leading_style(value, true) {
                        add(style, true);
                        done = true;
                    }
                }
                Some(_) => {}
                None => {
                    let last = segment.rsplit(' ').next().filter(|l| style::is_candidate(l));
                    let style = leading_style(segment, false).or_else(|| last.map(str::to_owned));
                    if let Some(style) = style.filter(|s| !in_brackets(text, s)) {
                        add(style, false);
                        done = true;
                    }
                }
            }
            if done {
                break;
            }
        }
    }
    found
}

/// A code in brackets is a colour's.
fn in_brackets(text: &str, style: &str) -> bool {
    text.contains(&format!("({style})"))
}

struct Elected {
    shapes: HashSet<String>,
    unlabelled_only: bool,
}

/// Whether a block tells of goods: a price, or sizes.
fn sells(scan: &Scan, block: &[usize]) -> bool {
    block.iter().any(|i| {
        let text = &scan.pieces[*i].text;
        !price::prices(text, None).is_empty()
            || sizes::list(text, Goods::default()).is_some_and(|l| l.sizes.len() > 2)
    })
}

/// The shapes of style numbers: those of labelled ones, else the shape that most blocks with a price have.
fn elect(scans: &[Scan], blocks: &[Vec<Vec<usize>>], candidates: &[Vec<Anchor>]) -> Elected {
    let labelled: Vec<&Anchor> = candidates.iter().flatten().filter(|a| a.labelled).collect();
    let mut selling = 0;
    let mut votes: HashMap<String, f32> = HashMap::new();
    for ((scan, blocks), anchors) in scans.iter().zip(blocks).zip(candidates) {
        for block in blocks.iter().filter(|b| sells(scan, b)) {
            selling += 1;
            let mut seen = HashSet::new();
            for anchor in anchors.iter().filter(|a| block.contains(&a.piece)) {
                let shape = style::shape(&anchor.style);
                if seen.insert(shape.clone()) {
                    *votes.entry(shape).or_default() += 1.0;
                }
            }
        }
    }
    // Where style numbers stand apart from prices, a page with prices and one number of a shape speaks for it.
    let voted = votes.values().fold(0.0_f32, |a, v| a.max(*v));
    if voted * 3.0 < selling as f32 {
        for ((scan, blocks), anchors) in scans.iter().zip(blocks).zip(candidates) {
            if blocks.iter().any(|b| sells(scan, b)) {
                let seen: HashSet<String> = anchors.iter().map(|a| style::shape(&a.style)).collect();
                for shape in seen {
                    *votes.entry(shape).or_default() += 1.0;
                }
            }
        }
    }
    if labelled.len() * 2 >= selling && !labelled.is_empty() {
        return Elected {
            shapes: labelled.iter().map(|a| style::shape(&a.style)).collect(),
            unlabelled_only: false,
        };
    }
    // Letters beside digits are more of a number than digits alone, and long is more than short.
    let weight =
        |shape: &str, n: f32| n * if shape.contains('A') { 1.15 } else { 1.0 } + 0.01 * shape.len() as f32;
    let mut ranked: Vec<(String, f32)> = votes
        .into_iter()
        .map(|(s, n)| {
            let w = weight(&s, n);
            (s, w)
        })
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let most = ranked.first().map_or(0.0, |r| r.1);
    let shapes = ranked
        .into_iter()
        .filter(|(_, w)| *w >= 0.3 * most && *w * 8.0 >= selling as f32 || *w >= most)
        .map(|(s, _)| s)
        .collect();
    Elected { shapes, unlabelled_only: labelled.is_empty() }
}

/// Whether a text says something of goods, so that it is worth giving to a caption that stands apart from it.
pub(super) fn tells_of_goods(text: &str) -> bool {
    let text = text.trim();
    label(text).is_some()
        || leading_style(text, false).is_some()
        || !price::prices(text, None).is_empty()
        || sizes::list(text, Goods::default()).is_some_and(|l| l.sizes.len() > 1)
        || is_colour_label(text)
        || words().material_words(text).0 > 0
}

/// Whether a text is one colour's name, with or without its code.
fn is_colour_label(text: &str) -> bool {
    colours::is_colour(text)
        || colours::one(text).is_some_and(|c| c.code.is_some() && c.name.is_some())
            && text.split_whitespace().count() <= 4
}

/// Whether a picture ends right over the box.
fn under_picture(rect: &Rect, pictures: &[&Rect], em: f32) -> bool {
    let x = rect.center().0;
    pictures
        .iter()
        .any(|p| p.x0 < x && p.x1 > x && (rect.y0 - p.y1).abs() < 2.2 * em && p.height() > 4.0 * em)
}

/// Whether a picture stands between two boxes of one row.
fn beside(a: &Rect, b: &Rect, pictures: &[&Rect]) -> bool {
    let (left, right) = if a.x0 < b.x0 { (a, b) } else { (b, a) };
    let middle = f32::midpoint(left.x1, right.x0);
    let y = (a.y0.max(b.y0), a.y1.min(b.y1));
    pictures.iter().any(|p| p.x0 < middle && p.x1 > middle && p.y0 < y.1 && p.y1 > y.0)
}

/// Whether a text stands in for a picture that is not there: `IMAGE COMING SOON`.
pub(super) fn is_placeholder(text: &str) -> bool {
    const PICTURES: [&str; 12] = [
        "photo", "image", "picture", "bild", "foto", "visuel", "immagine", "imagen", "img", "sketch",
        "sample", "pic",
    ];
    const MISSING: [&str; 17] = [
        "coming",
        "soon",
        "tbd",
        "tba",
        "tbc",
        "venir",
        "folgt",
        "available",
        "no",
        "missing",
        "arrivo",
        "pendiente",
        "follow",
        "pending",
        "proximamente",
        "na",
        "follows",
    ];
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).map(squash).filter(|w| !w.is_empty()).collect();
    (2..=6).contains(&words.len())
        && words.iter().any(|w| PICTURES.contains(&w.as_str()))
        && words.iter().any(|w| MISSING.contains(&w.as_str()))
}

fn rect_of(scan: &Scan, pieces: &[usize]) -> Rect {
    Rect::around(pieces.iter().map(|i| &scan.pieces[*i].rect)).unwrap_or_default()
}

fn on_page(
    scan: &Scan,
    blocks: Vec<Vec<usize>>,
    anchors: &[Anchor],
    pictures: &[&PagePicture],
) -> Vec<Caption> {
    let mut owned: Vec<(Anchor, Vec<usize>)> = vec![];
    let mut orphans: Vec<Vec<usize>> = vec![];
    for block in blocks {
        let mut mine: Vec<&Anchor> = vec![];
        for anchor in anchors.iter().filter(|a| block.contains(&a.piece)) {
            // One style number said twice in a block is one.
            if !mine.iter().any(|m| {
                m.style == anchor.style
                    && scan.pieces[m.piece].rect.vertical_overlap(&scan.pieces[anchor.piece].rect) < 0.5
                    && mine.len() == 1
                    && block.len() <= 3
            }) {
                mine.push(anchor);
            }
        }
        match mine[..] {
            [] => orphans.push(block),
            [one] => owned.push((one.clone(), block)),
            _ => owned.extend(cut(scan, &block, &mine)),
        }
    }
    if owned.is_empty() {
        return vec![];
    }
    let alone = owned.len() == 1;
    let on_page: Vec<&Rect> = pictures.iter().filter(|p| p.page == scan.page).map(|p| &p.rect).collect();
    let rects: Vec<Rect> = owned.iter().map(|(_, pieces)| rect_of(scan, pieces)).collect();
    let mut joined: Vec<Vec<Vec<usize>>> = vec![vec![]; owned.len()];
    for orphan in orphans {
        if !orphan.iter().any(|i| tells_of_goods(&scan.pieces[*i].text)) && !alone {
            continue;
        }
        let rect = rect_of(scan, &orphan);
        let distance = |r: &Rect| {
            let dx = (r.x0.max(rect.x0) - r.x1.min(rect.x1)).max(0.0);
            let dy = (r.y0.max(rect.y0) - r.y1.min(rect.y1)).max(0.0);
            let (upper, lower) = if r.y0 < rect.y0 { (r, &rect) } else { (&rect, r) };
            let behind = if dy > 0.0 && parted(upper, lower, &on_page) { 12.0 * scan.em } else { 0.0 };
            // Columns of one row stand apart, level with each other.
            let level = r.vertical_overlap(&rect) > 0.4 && !beside(r, &rect, &on_page);
            dy + if level { 0.3 } else { 2.0 } * dx + behind
        };
        let best = (0..rects.len()).min_by(|a, b| distance(&rects[*a]).total_cmp(&distance(&rects[*b])));
        let near = best.filter(|b| alone || distance(&rects[*b]) < 7.0 * scan.em);
        // A colour under a picture of its own is of the last style number over it.
        let colour = orphan.iter().all(|i| is_colour_label(&scan.pieces[*i].text));
        let above = || {
            let above = (0..rects.len()).filter(|i| rects[*i].y0 < rect.y0);
            above.max_by(|a, b| rects[*a].y0.total_cmp(&rects[*b].y0))
        };
        let best = if colour && under_picture(&rect, &on_page, scan.em) {
            above().or(near)
        } else {
            near.or_else(|| colour.then(above).flatten())
        };
        if let Some(best) = best {
            joined[best].push(orphan);
        }
    }
    let in_reading_order = |mut pieces: Vec<usize>| {
        pieces.sort_by(|a, b| {
            let (a, b) = (&scan.pieces[*a], &scan.pieces[*b]);
            if a.row == b.row { a.rect.x0.total_cmp(&b.rect.x0) } else { a.rect.y0.total_cmp(&b.rect.y0) }
        });
        pieces
    };
    // What joined from elsewhere is read after the caption itself, block by block.
    let caption = |((anchor, own), mut others): ((Anchor, Vec<usize>), Vec<Vec<usize>>)| {
        others.sort_by(|a, b| {
            // By rows: on a page that lies askew what stands level has not one height.
            let row = |of: &[usize]| of.iter().map(|i| scan.pieces[*i].row).min();
            row(a).cmp(&row(b)).then(rect_of(scan, a).x0.total_cmp(&rect_of(scan, b).x0))
        });
        let pieces = in_reading_order(own).into_iter().chain(others.into_iter().flat_map(in_reading_order));
        Caption {
            page: scan.page,
            style_rect: scan.pieces[anchor.piece].rect,
            style: anchor.style,
            pieces: pieces.map(|i| scan.pieces[i].clone()).collect(),
        }
    };
    owned.into_iter().zip(joined).map(caption).collect()
}

/// Cuts a block with several style numbers: by columns, then between lines at the widest gap.
fn cut(scan: &Scan, block: &[usize], anchors: &[&Anchor]) -> Vec<(Anchor, Vec<usize>)> {
    let mut columns: Vec<Vec<&Anchor>> = vec![];
    let mut sorted = anchors.to_vec();
    sorted.sort_by(|a, b| scan.pieces[a.piece].rect.x0.total_cmp(&scan.pieces[b.piece].rect.x0));
    for anchor in sorted {
        let rect = &scan.pieces[anchor.piece].rect;
        let fits = |c: &Vec<&Anchor>| {
            c.iter().any(|o| {
                scan.pieces[o.piece].rect.horizontal_overlap(rect) > 0.3
                    && scan.pieces[o.piece].rect.vertical_overlap(rect) < 0.5
            })
        };
        match columns.iter_mut().find(|c| fits(c)) {
            Some(column) => column.push(anchor),
            None => columns.push(vec![anchor]),
        }
    }
    let mut pieces_of: Vec<Vec<usize>> = vec![vec![]; columns.len()];
    for &piece in block {
        let rect = &scan.pieces[piece].rect;
        let off = |c: &Vec<&Anchor>| {
            c.iter()
                .map(|a| {
                    let r = &scan.pieces[a.piece].rect;
                    let outside = (r.x0.max(rect.x0) - r.x1.min(rect.x1)).max(0.0);
                    // Left edges that stand level are one column's.
                    outside + 0.2 * (r.x0 - rect.x0).abs().min((r.center().0 - rect.center().0).abs())
                })
                .fold(f32::INFINITY, f32::min)
        };
        if let Some(best) = (0..columns.len()).min_by(|a, b| off(&columns[*a]).total_cmp(&off(&columns[*b])))
        {
            pieces_of[best].push(piece);
        }
    }
    let mut out = vec![];
    for (mut column, mut pieces) in columns.into_iter().zip(pieces_of) {
        let top = |i: &usize| scan.pieces[*i].rect.y0;
        pieces.sort_by(|a, b| top(a).total_cmp(&top(b)));
        column.sort_by(|a, b| top(&a.piece).total_cmp(&top(&b.piece)));
        let mut rest = pieces;
        for pair in column.windows(2) {
            let place = |anchor: &Anchor| rest.iter().position(|p| *p == anchor.piece);
            let (Some(first), Some(second)) = (place(pair[0]), place(pair[1])) else { continue };
            let gap = |i: usize| scan.pieces[rest[i]].rect.y0 - scan.pieces[rest[i - 1]].rect.y1;
            let widest = (first + 1..=second).max_by(|a, b| gap(*a).total_cmp(&gap(*b)).then(a.cmp(b)));
            let at = widest.filter(|w| gap(*w) > gap(second.max(1)) + 0.15 * scan.em).unwrap_or(second);
            let tail = rest.split_off(at);
            out.push((pair[0].clone(), std::mem::replace(&mut rest, tail)));
        }
        if let Some(last) = column.last() {
            out.push(((*last).clone(), rest));
        }
    }
    out
}
