//! Which type a page is: titles by place and size, evidence for and against, features of the page as a whole.
//!
//! Every type gathers points; the best one wins if it passes its threshold and beats `unknown`, which gathers points
//! like any other. Words in running text count little: a letter that mentions an invoice is a letter.

use std::collections::BTreeMap;

use papertray_model::DocType;

use crate::columns;
use crate::doctype::{Catalog, Signs};
use crate::goods::{FieldName, price, sizes, words};
use crate::ids;
use crate::layout::{Layout, is_numeric};
use crate::plan;
use crate::scene;
use crate::text::{digits, letters};

/// The most tokens of a phrase that is looked up.
const LONGEST: usize = 7;

/// A titled page that lacks at most so many points for its type leans to it.
const LEANING: f32 = 2.5;

/// A page's type and why.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) doc_type: DocType,
    pub(crate) confidence: f32,
    pub(crate) reasons: Vec<String>,
    /// A title of something else stands on the page, so it continues nothing.
    pub(crate) foreign: bool,
    /// A title of its type stands on the page.
    pub(crate) titled: bool,
    /// The type it comes nearest to, where it is of none.
    pub(crate) leans_to: Option<DocType>,
}

#[derive(Clone, Debug, Default)]
struct Score {
    title: f32,
    title_text: String,
    evidence: BTreeMap<String, f32>,
    features: f32,
    feature_names: Vec<(String, f32)>,
}

impl Score {
    fn total(&self) -> f32 {
        self.title + self.evidence.values().sum::<f32>() + self.features
    }
}

/// Tells a page's type.
pub(crate) fn classify(layout: &Layout, types: &Catalog) -> Class {
    let specs = &types.specs;
    let mut scores = vec![Score::default(); specs.len()];
    for row in 0..layout.rows.len() {
        for cell in layout.cells(row).iter().cloned() {
            title_in(layout, types, cell.clone(), row, &mut scores);
            evidence_in(layout, types, cell, &mut scores);
        }
    }
    let features = features(layout);
    for (score, spec) in scores.iter_mut().zip(specs) {
        for (name, weight) in &spec.features {
            if let Some(strength) = features.get(name.as_str()) {
                score.features += weight * strength;
                score.feature_names.push((name.clone(), weight * strength));
            }
        }
    }
    verdict(&scores, types)
}

fn verdict(scores: &[Score], types: &Catalog) -> Class {
    let specs = &types.specs;
    let unknown = specs.iter().position(|s| s.name == "unknown");
    let against = unknown.map_or(0.0, |u| scores[u].total());
    let foreign = unknown.is_some_and(|u| scores[u].title > 0.0);
    let margin_of = |i: usize| scores[i].total() - specs[i].threshold;
    let best = (0..specs.len())
        .filter(|i| Some(*i) != unknown)
        .max_by(|a, b| margin_of(*a).total_cmp(&margin_of(*b)));
    let Some(best) = best else {
        return Class {
            doc_type: DocType::unknown(),
            confidence: 0.0,
            reasons: vec![],
            foreign,
            titled: false,
            leans_to: None,
        };
    };
    let margin = margin_of(best).min(scores[best].total() - against);
    if margin < 0.0 {
        let confidence = (0.6 + 0.1 * -margin).min(0.97);
        return Class {
            doc_type: DocType::unknown(),
            confidence,
            reasons: reasons(unknown.map(|u| &scores[u])),
            foreign,
            titled: false,
            leans_to: (margin > -LEANING && scores[best].title > 0.0)
                .then(|| DocType::new(&specs[best].name)),
        };
    }
    let second = (0..specs.len())
        .filter(|i| *i != best && Some(*i) != unknown)
        .map(margin_of)
        .fold(f32::MIN, f32::max);
    let lead = (margin_of(best) - second).max(0.0);
    let confidence = (0.62 + 0.06 * margin.min(4.0) + 0.06 * lead.min(2.5)).min(0.98);
    Class {
        doc_type: DocType::new(&specs[best].name),
        confidence,
        reasons: reasons(Some(&scores[best])),
        foreign,
        titled: scores[best].title > 1.0,
        leans_to: None,
    }
}

fn reasons(score: Option<&Score>) -> Vec<String> {
    let Some(score) = score else { return vec![] };
    let mut list: Vec<(f32, String)> = vec![];
    if score.title > 0.0 {
        list.push((score.title, format!("title `{}`", score.title_text)));
    }
    list.extend(score.evidence.iter().filter(|(_, w)| **w > 0.0).map(|(k, w)| (*w, format!("`{k}`"))));
    list.extend(score.feature_names.iter().filter(|(_, w)| *w > 0.0).map(|(k, w)| (*w, k.replace('_', " "))));
    list.sort_by(|a, b| b.0.total_cmp(&a.0));
    list.into_iter().take(6).map(|(_, reason)| reason).collect()
}

/// Counts a title that begins this cell.
fn title_in(
    layout: &Layout,
    types: &Catalog,
    cell: std::ops::Range<usize>,
    row: usize,
    scores: &mut [Score],
) {
    let (mut key, mut loose) = (String::new(), String::new());
    let bbox = layout.bbox(cell.clone());
    let place = bbox.center().1 / layout.height.max(1.0);
    let by_rows = row as f32 / layout.rows.len().max(1) as f32;
    let height = layout.tokens[cell.start].bbox.height() / layout.em;
    let size = if height >= 1.5 {
        1.4
    } else if height >= 1.2 {
        1.2
    } else {
        1.0
    };
    let where_factor = match place.min(by_rows) {
        p if p < 0.35 => 1.0,
        p if p < 0.55 => 0.7,
        _ => 0.3,
    };
    for end in cell.start..cell.end.min(cell.start + LONGEST) {
        let token = &layout.tokens[end];
        key.push_str(&token.key);
        loose.push_str(&token.loose);
        if key.is_empty() {
            continue;
        }
        let rest: Vec<_> = layout.tokens[end + 1..cell.end].iter().filter(|t| !t.key.is_empty()).collect();
        let numbered = rest.first().is_some_and(|t| {
            is_numeric(t)
                || matches!(t.key.as_str(), "nr" | "no" | "n" | "number" | "num" | "numero" | "nummer")
        });
        let words = rest.iter().filter(|t| letters(&t.text) > 0).count();
        let fit = if rest.is_empty() {
            1.0
        } else if token.text.ends_with(':') {
            0.35
        } else if numbered && digits(&layout.text(end + 1..cell.end)) > 0 {
            0.75
        } else if words <= 3 && size > 1.0 {
            0.7
        } else if words <= 2 {
            0.4
        } else {
            0.0
        };
        // A lone word that ends with a colon is a label, not a title.
        let fit = if rest.is_empty() && token.text.ends_with(':') { 0.3 } else { fit };
        if fit == 0.0 {
            continue;
        }
        let strength = fit * where_factor * size;
        let found: Signs = types.signs(&key, &loose).cloned().unwrap_or_default();
        let by_suffix = types.specs.iter().enumerate().filter(|(_, s)| {
            s.title_suffixes.iter().any(|x| key.ends_with(x.as_str()) && key.len() > x.len())
                && end == cell.start
        });
        let titles = found.iter().filter(|s| s.2).map(|s| (s.0, s.1));
        for (spec, weight) in titles.chain(by_suffix.map(|(i, s)| (i, s.title_weight))) {
            let points = weight * strength;
            if points > scores[spec].title {
                scores[spec].title = points;
                scores[spec].title_text = layout.text(cell.start..end + 1);
            }
        }
    }
}

/// Counts phrases anywhere in this cell, each once a page.
fn evidence_in(layout: &Layout, types: &Catalog, cell: std::ops::Range<usize>, scores: &mut [Score]) {
    let long = cell.len() > 9;
    for start in cell.clone() {
        let (mut key, mut loose) = (String::new(), String::new());
        for end in start..cell.end.min(start + LONGEST) {
            let token = &layout.tokens[end];
            key.push_str(&token.key);
            loose.push_str(&token.loose);
            if token.key.is_empty() || key.len() < 2 {
                continue;
            }
            let Some(found) = types.signs(&key, &loose) else { continue };
            let colon = token.text.ends_with(':');
            let factor = if start == cell.start || colon || !long { 1.0 } else { 0.35 };
            for (spec, weight, is_title) in found {
                if *is_title {
                    continue;
                }
                let points = weight * factor;
                let known =
                    scores[*spec].evidence.entry(layout.text(start..end + 1).to_lowercase()).or_default();
                if points.abs() > known.abs() {
                    *known = points;
                }
            }
        }
    }
}

/// What the page looks like as a whole, each 0 to 1.
fn features(layout: &Layout) -> BTreeMap<&'static str, f32> {
    let mut features = BTreeMap::new();
    let mut set = |name, strength: f32| {
        if strength > 0.0 {
            features.insert(name, strength.min(1.0));
        }
    };
    let dates = scene::dates(layout);
    let amounts = scene::amounts(layout, &dates, None);
    let money: Vec<_> = amounts.iter().filter(|a| a.value.is_money()).collect();
    set("money", if money.len() >= 3 { 1.0 } else { 0.0 });
    let mut prices: BTreeMap<String, usize> = BTreeMap::new();
    for amount in money.iter().filter(|a| a.value.currency.is_some()) {
        *prices.entry(amount.value.text()).or_default() += 1;
    }
    set("repeated_prices", if prices.len() >= 4 && prices.values().sum::<usize>() >= 8 { 1.0 } else { 0.0 });
    let mut gstins = 0;
    let (mut rupee, mut time, mut eway, mut cash, mut change, mut europe) =
        (false, false, false, false, false, false);
    for token in &layout.tokens {
        if (15..=26).contains(&token.text.len()) {
            gstins += token.text.split([',', '-', '/', '&', ':']).filter(|p| ids::gstin(p).is_some()).count();
        }
        rupee |= token.text.contains('₹') || matches!(token.key.as_str(), "rupees" | "inr" | "rs");
        time |= is_time(&token.text);
        eway |= token.text.len() == 12 && ids::eway_number(&token.text).is_some();
        cash |= matches!(
            token.key.as_str(),
            "cash"
                | "tendered"
                | "visa"
                | "mastercard"
                | "espèces"
                | "efectivo"
                | "bar"
                | "contanti"
                | "cashier"
                | "tip"
        );
        change |= matches!(
            token.key.as_str(),
            "change" | "ruckgeld" | "rendu" | "cambio" | "resto" | "wechselgeld" | "rounding" | "gratuity"
        );
        europe |= matches!(token.text.as_str(), "€" | "EUR" | "RM" | "$" | "USD" | "£");
    }
    eway |= layout
        .codes
        .iter()
        .any(|(text, _)| text.split('/').next().is_some_and(|n| ids::eway_number(n).is_some()));
    let data = layout.e_invoice.as_ref();
    set("e_invoice", if data.is_some_and(|data| data.type_code != "381") { 1.0 } else { 0.0 });
    set("gstin", gstins as f32);
    set("rupee", f32::from(u8::from(rupee)));
    set("time_of_day", f32::from(u8::from(time)));
    set("eway_number", f32::from(u8::from(eway)));
    set("till", if cash && change { 1.0 } else { 0.0 });
    set("not_india", if gstins == 0 && (!rupee || europe) { 1.0 } else { 0.0 });
    let goods = goods(layout);
    set("goods_captions", if goods.size_lists >= 3 && money.len() >= 3 { 1.0 } else { 0.0 });
    set("both_prices", if goods.wholesale >= 3 && goods.retail >= 3 { 1.0 } else { 0.0 });
    set("size_columns", f32::from(u8::from(goods.size_columns)));
    set("ordered_goods", f32::from(u8::from(goods.ordered)));
    set("item_header", f32::from(u8::from(columns::has_header(layout))));
    let extent = papertray_model::Rect::around(layout.tokens.iter().map(|t| &t.bbox)).unwrap_or_default();
    let chars_wide = extent.width() / (layout.em * 0.5).max(0.1);
    set("narrow", if layout.rows.len() >= 8 && chars_wide < 62.0 { 1.0 } else { 0.0 });
    set("checkboxes", if plan::count_boxes(layout).0 >= 2 { 1.0 } else { 0.0 });
    // Long cells full of words: a letter, a contract, an article.
    let long_rows = (0..layout.rows.len())
        .filter(|r| layout.cells(*r).iter().any(|c| c.len() >= 11 && is_prose(layout, c.clone())))
        .count();
    set("prose", ((long_rows as f32 - 3.0) / 14.0).max(0.0));
    features
}

/// What tells linesheets and orders of clothes from other papers, in any language of the lexicon.
#[derive(Default)]
struct Goods {
    /// Cells that list three sizes or more.
    size_lists: usize,
    /// Prices labelled as the buyer's and as the shop's.
    wholesale: usize,
    retail: usize,
    /// A row of headings with three sizes or more beside a style or a name.
    size_columns: bool,
    /// A row of headings with a style, a colour or a size, and a quantity.
    ordered: bool,
}

fn goods(layout: &Layout) -> Goods {
    let mut goods = Goods::default();
    for row in 0..layout.rows.len() {
        let (mut sizes_here, mut fields) = (0, vec![]);
        for cell in layout.cells(row) {
            let text = layout.text(cell.clone());
            if text.len() > 90 {
                continue;
            }
            let listed = text.split_once([':', ' ']).map_or(text.as_str(), |(label, rest)| {
                let sizes =
                    words().whole(label).iter().any(|f| matches!(f, FieldName::Sizes | FieldName::Size));
                if sizes { rest } else { text.as_str() }
            });
            let list = sizes::list(listed, sizes::Goods::default());
            goods.size_lists += usize::from(list.is_some_and(|l| l.sizes.len() >= 3));
            for price in price::prices(&text, None) {
                goods.wholesale += usize::from(price.label == Some(FieldName::UnitCost));
                goods.retail += usize::from(price.label == Some(FieldName::Retail));
            }
            // Headings stand close: each word or two may be one.
            sizes_here += layout.tokens[cell.clone()].iter().filter(|t| sizes::is_size(&t.text)).count();
            let whole = words().whole(&text);
            let single = layout.tokens[cell.clone()].iter().flat_map(|t| words().whole(&t.text));
            fields.extend(whole.iter().chain(single).copied());
        }
        let has = |wanted: &[FieldName]| wanted.iter().any(|f| fields.contains(f));
        let named = has(&[FieldName::StyleNumber, FieldName::Sku]);
        let counted = has(&[FieldName::Quantity, FieldName::TotalQuantity]);
        let priced = has(&[FieldName::UnitCost, FieldName::Amount]);
        goods.size_columns |= sizes_here >= 3 && (named || has(&[FieldName::Name])) && (counted || priced);
        goods.ordered |= named
            && counted
            && has(&[FieldName::Colour, FieldName::ColourCode, FieldName::Size, FieldName::Sizes]);
    }
    goods
}

fn is_prose(layout: &Layout, cell: std::ops::Range<usize>) -> bool {
    let numeric = layout.tokens[cell.clone()].iter().filter(|t| is_numeric(t)).count();
    numeric * 4 < cell.len()
}

/// `14:03`, `18:08:38`.
fn is_time(text: &str) -> bool {
    let b = text.as_bytes();
    (4..=10).contains(&b.len())
        && text.contains(':')
        && b[0].is_ascii_digit()
        && text
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .chars()
            .all(|c| c.is_ascii_digit() || c == ':')
}
