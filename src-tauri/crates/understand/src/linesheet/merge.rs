//! Products said twice: a price list at the back, a style on a page of its own, prices once for all colours.

use std::collections::HashMap;

use papertray_model::Place;

use super::FoundProduct;
use crate::goods::style;
use crate::text::squash;

/// The confidence of a product whose colour is a guess is at most this.
const GUESSED: f32 = 0.57;

/// Reading order as one number: page or sheet, then how far down, then how far right.
pub(super) fn order(found: &FoundProduct) -> f64 {
    match found.product.source.as_ref().map(|s| &s.place) {
        Some(Place::Page { page, rect }) => {
            f64::from(*page) * 1e8 + f64::from((rect.y0 / 4.0).round()) * 1e4 + f64::from(rect.x0) / 10.0
        }
        Some(Place::Cell { row, .. }) => found.cell.map_or(0, |c| c.0) as f64 * 1e8 + f64::from(*row) * 1e4,
        None => 0.0,
    }
}

fn fill(into: &mut FoundProduct, from: &FoundProduct) {
    if let (Some(page), Some(area)) = (from.page, from.area)
        && into.page != Some(page)
    {
        into.elsewhere.push((page, area, from.caption));
    }
    let (a, b) = (&mut into.product, &from.product);
    if a.wholesale.is_none() && a.rrp.is_none() && (b.wholesale.is_some() || b.rrp.is_some()) {
        a.wholesale = b.wholesale;
        a.rrp = b.rrp;
        a.currency.clone_from(&b.currency);
    }
    a.wholesale = a.wholesale.or(b.wholesale);
    a.rrp = a.rrp.or(b.rrp);
    if a.sizes.is_empty() {
        a.sizes.clone_from(&b.sizes);
    }
    if a.upcs.is_empty() && into.product.colour == from.product.colour {
        into.product.upcs.clone_from(&from.product.upcs);
    }
    let a = &mut into.product;
    for (mine, theirs) in [
        (&mut a.name, &b.name),
        (&mut a.category, &b.category),
        (&mut a.material, &b.material),
        (&mut a.origin, &b.origin),
        (&mut a.description, &b.description),
        (&mut a.gender, &b.gender),
        (&mut a.currency, &b.currency),
    ] {
        if mine.is_none() {
            mine.clone_from(theirs);
        }
    }
}

/// One product a style and colour. What one mention lacks another fills in; a mention without a colour fills in for all
/// colours of its style; colours of a style share what only one of them says.
pub(super) fn same(found: Vec<FoundProduct>) -> Vec<FoundProduct> {
    let mut by_style: HashMap<String, Vec<FoundProduct>> = HashMap::new();
    let mut order: Vec<String> = vec![];
    for product in found {
        let key = style::key(&product.product.style_number);
        let list = by_style.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            vec![]
        });
        list.push(product);
    }
    order.into_iter().filter_map(|key| by_style.remove(&key)).flat_map(one_style).collect()
}

fn one_style(mentions: Vec<FoundProduct>) -> Vec<FoundProduct> {
    let colour =
        |p: &FoundProduct| p.product.colour.as_deref().or(p.product.colour_code.as_deref()).map(squash);
    // A colour that was only left over counts where nothing better is said of the style.
    let guessed = |p: &FoundProduct| p.product.confidence <= GUESSED;
    let sure = mentions.iter().any(|p| colour(p).is_some() && !guessed(p));
    let coloured = mentions.iter().any(|p| colour(p).is_some());
    let mut kept: Vec<FoundProduct> = vec![];
    let mut plain: Vec<FoundProduct> = vec![];
    for mention in mentions {
        match colour(&mention) {
            None if coloured => plain.push(mention),
            Some(_)
                if sure
                    && guessed(&mention)
                    && mention
                        .product
                        .source
                        .as_ref()
                        .map(|s| &s.place)
                        .is_some_and(|p| elsewhere(p, &kept)) =>
            {
                plain.push(mention);
            }
            own => match kept.iter_mut().find(|k| colour(k) == own || same_code(k, &mention)) {
                Some(k) => fill(k, &mention),
                None => kept.push(mention),
            },
        }
    }
    for mention in &plain {
        for k in &mut kept {
            fill(k, mention);
        }
    }
    for i in 0..kept.len() {
        let lacks = kept[i].product.wholesale.is_none()
            || kept[i].product.sizes.is_empty()
            || kept[i].product.name.is_none();
        if lacks
            && let Some(full) =
                kept.iter().position(|k| k.product.wholesale.is_some() || !k.product.sizes.is_empty())
            && full != i
        {
            let other = FoundProduct { page: None, ..kept[full].clone() };
            fill(&mut kept[i], &other);
        }
    }
    kept
}

fn same_code(a: &FoundProduct, b: &FoundProduct) -> bool {
    matches!((&a.product.colour_code, &b.product.colour_code), (Some(x), Some(y)) if x.eq_ignore_ascii_case(y) && (a.product.colour.is_none() || b.product.colour.is_none()))
}

/// Whether the style was met before on another page.
fn elsewhere(place: &Place, kept: &[FoundProduct]) -> bool {
    let Place::Page { page, .. } = place else { return false };
    !kept.is_empty() && kept.iter().all(|k| k.page.is_some_and(|p| p != *page))
}
