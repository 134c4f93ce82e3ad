//! What a caption says: style number, name, colours, sizes, prices and the rest, labelled or told by their looks.

use std::collections::HashSet;

use papertray_model::{DocumentId, Minor, Place, Product, Rect, Source};

use super::FoundProduct;
use super::scan::Piece;
use crate::goods::colours::{self, Colour};
use crate::goods::price::{self, Price};
use crate::goods::sizes::{self, Goods};
use crate::goods::{FieldName, style, words};
use crate::money::Mark;
use crate::text::squash;

/// What is known of the whole document when a caption is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub(super) mark: Option<Mark>,
    pub(super) currency: Option<String>,
    /// Shapes of style numbers.
    pub(super) shapes: HashSet<String>,
}

/// The lines of one caption.
#[derive(Clone, Debug)]
pub(super) struct Caption {
    pub(super) page: u32,
    pub(super) pieces: Vec<Piece>,
    pub(super) style: String,
    pub(super) style_rect: Rect,
}

/// What was read of a caption or a row, before it is a product a colour.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) style: String,
    pub(super) name: Option<String>,
    pub(super) colours: Vec<(Colour, Option<Rect>)>,
    pub(super) sizes: Vec<String>,
    pub(super) prices: Vec<Price>,
    pub(super) material: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) description: Option<String>,
    pub(super) category: Option<String>,
    pub(super) gender: Option<String>,
    pub(super) upc: Option<String>,
    /// The colour is only what was left over.
    pub(super) guessed_colour: bool,
}

impl Said {
    /// One product a colour.
    pub(super) fn products(
        mut self,
        document: DocumentId,
        place: Place,
        context: &Context,
    ) -> Vec<FoundProduct> {
        let (currency, wholesale, rrp) = pair(&self.prices, context.currency.as_deref());
        let mut seen = HashSet::new();
        self.colours.retain(|(c, _)| {
            seen.insert((c.name.as_deref().map(squash), c.code.clone().filter(|_| c.name.is_none())))
        });
        let page = match place {
            Place::Page { page, .. } => Some(page),
            Place::Cell { .. } => None,
        };
        let source = Source { document_id: document, place };
        let colours = if self.colours.is_empty() {
            vec![(Colour::default(), None)]
        } else {
            std::mem::take(&mut self.colours)
        };
        let sure =
            f32::from(u8::from(wholesale.is_some())) * 0.2 + f32::from(u8::from(self.name.is_some())) * 0.2;
        colours
            .into_iter()
            .map(|(colour, rect)| FoundProduct {
                product: Product {
                    style_number: self.style.clone(),
                    name: self.name.clone(),
                    category: self.category.clone(),
                    gender: self.gender.clone(),
                    description: self.description.clone(),
                    material: self.material.clone(),
                    origin: self.origin.clone(),
                    colour: colour.name,
                    colour_code: colour.code,
                    sizes: self.sizes.clone(),
                    wholesale,
                    rrp,
                    currency: currency.clone(),
                    upcs: self.upc.clone().map(|u| (String::new(), u)).into_iter().collect(),
                    source: Some(source.clone()),
                    confidence: if self.guessed_colour { 0.2 } else { 0.6 } + sure * 0.9,
                    ..Product::default()
                },
                page,
                colour_area: rect,
                ..FoundProduct::default()
            })
            .collect()
    }
}

/// Currency, wholesale price and retail price out of all prices of a caption: those of the document's currency, else of
/// the first one's; without labels the lower of two is wholesale.
pub(super) fn pair(
    prices: &[Price],
    document: Option<&str>,
) -> (Option<String>, Option<Minor>, Option<Minor>) {
    // A sign that several currencies share is of the document's.
    let code = |p: &Price| {
        p.amount.currency.map(|m| match document {
            Some(document) if m.shared && crate::currency::share_a_sign(m.code, document) => document,
            _ => m.code,
        })
    };
    let wanted = prices
        .iter()
        .filter_map(code)
        .find(|c| Some(*c) == document)
        .or_else(|| prices.iter().find_map(code));
    let mine: Vec<&Price> = prices.iter().filter(|p| code(p).is_none() || code(p) == wanted).collect();
    let currency =
        wanted.map(str::to_owned).or_else(|| document.map(str::to_owned)).filter(|_| !mine.is_empty());
    let value = |p: &Price| price::minor(p.amount.value, currency.as_deref());
    let labelled = |field| mine.iter().find(|p| p.label == Some(field)).and_then(|p| value(p));
    let mut wholesale = labelled(FieldName::UnitCost);
    let mut rrp = labelled(FieldName::Retail);
    let mut plain: Vec<Minor> = mine.iter().filter(|p| p.label.is_none()).filter_map(|p| value(p)).collect();
    plain.truncate(2);
    plain.sort_unstable();
    let mut plain = plain.into_iter();
    if wholesale.is_none() {
        wholesale = plain.next();
    }
    if rrp.is_none() {
        rrp = plain.next();
    }
    (currency.or_else(|| document.map(str::to_owned)), wholesale, rrp)
}

/// A value's label at the start of a text, and the text behind it.
pub(super) fn label(text: &str) -> Option<(FieldName, &str)> {
    let text = text.trim();
    let ends: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace() || matches!(c, ':' | '：' | '#'))
        .map(|(i, c)| if c.is_whitespace() { i } else { i + c.len_utf8() })
        .chain([text.len()])
        .take(6)
        .collect();
    ends.into_iter().rev().find_map(|end| {
        let head = text[..end].trim();
        let fields = words().whole(head);
        let field = *fields.iter().find(|f| useful(**f))?;
        let rest = text[end..]
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '#' | '-' | '='))
            .trim();
        let marked = head.ends_with([':', '：', '#', '.'])
            || text[end..].trim_start().starts_with([':', '：', '#', '=']);
        // `Farbe rot`: a label without a mark is believed when its value looks like one.
        let believed = marked || rest.is_empty() || plausible(field, rest);
        believed.then_some((field, rest))
    })
}

fn useful(field: FieldName) -> bool {
    matches!(
        field,
        FieldName::StyleNumber
            | FieldName::Sku
            | FieldName::Upc
            | FieldName::Name
            | FieldName::Colour
            | FieldName::ColourCode
            | FieldName::Size
            | FieldName::Sizes
            | FieldName::UnitCost
            | FieldName::Retail
            | FieldName::Category
            | FieldName::Gender
            | FieldName::Material
            | FieldName::Origin
            | FieldName::Description
            | FieldName::Pack
            | FieldName::Season
            | FieldName::Hs
            | FieldName::StartShip
            | FieldName::CancelDate
    )
}

fn plausible(field: FieldName, value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    match field {
        FieldName::StyleNumber | FieldName::Sku => style::is_candidate(first),
        FieldName::Upc => crate::goods::is_article_number(value),
        FieldName::Size | FieldName::Sizes => sizes::list(value, Goods::default()).is_some(),
        FieldName::Colour => {
            colours::is_colour(value) || colours::many(value).iter().all(|c| c.code.is_some())
        }
        FieldName::Material => words().material_words(value).0 > 0,
        _ => false,
    }
}

/// Splits a line at marks that part its values.
fn segments(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    for mark in [" | ", "|", " · ", " • ", "•", " · ", " — ", "\t"] {
        parts = parts.into_iter().flat_map(|p| p.split(mark)).collect();
    }
    parts.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// Cuts a text where a label begins in the middle of it: `Style: A-1 Colour: Red`.
fn at_labels(text: &str) -> Vec<&str> {
    let mut parts = vec![];
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let inner = label(rest).filter(|(f, value)| {
            !value.is_empty() && !matches!(f, FieldName::UnitCost | FieldName::Retail | FieldName::Season)
        });
        let step = rest.find(' ').map_or(rest.len(), |i| i + 1);
        let Some((_, value)) = inner else {
            at += step;
            continue;
        };
        if at > start {
            parts.push(text[start..at].trim());
            start = at;
        }
        at += (rest.len() - value.len()).max(step);
    }
    parts.push(text[start..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

/// Reads a caption.
pub(super) fn read(caption: &Caption, context: &Context) -> Said {
    let mut said = Said { style: caption.style.clone(), ..Said::default() };
    let mut loose: Vec<(usize, String, &Piece)> = vec![];
    let style_row = caption
        .pieces
        .iter()
        .position(|p| p.rect == caption.style_rect)
        .or_else(|| caption.pieces.iter().position(|p| p.text.contains(caption.style.as_str())));
    let name_text = caption.pieces.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ");
    let goods = Goods { shoes: words().category(&name_text) == Some("Shoes"), count: None };
    let mut pending: Option<FieldName> = None;
    for (n, piece) in caption.pieces.iter().enumerate() {
        let mut whole = piece.text.trim().to_owned();
        if Some(n) == style_row {
            whole = without_style(&whole, &caption.style);
            if whole.is_empty() {
                continue;
            }
        }
        // A label alone on its line: what it labels stands under it.
        if let Some(field) = pending.take().filter(|_| label(&whole).is_none())
            && set(&mut said, field, &whole, piece, goods, context)
        {
            // Colours may fill several lines, each written like the first.
            let coded = said.colours.first().is_some_and(|(c, _)| c.code.is_some());
            let next = caption.pieces.get(n + 1).map(|p| p.text.trim());
            let alike = |t: &str| {
                let one = colours::many(t);
                !one.is_empty()
                    && if coded {
                        one.iter().all(|c| c.code.is_some())
                    } else {
                        one.iter().all(|c| c.name.as_deref().is_some_and(colours::is_colour))
                    }
            };
            if field == FieldName::Colour && next.is_some_and(alike) {
                pending = Some(field);
            }
            continue;
        }
        if let Some(list) = sizes::list(&whole, goods).filter(|l| {
            l.sizes.len() > 1
                || sizes::step(&whole)
                    .is_some_and(|s| s == sizes::Step::One || matches!(s, sizes::Step::Alpha(_)))
        }) {
            if said.sizes.is_empty() {
                said.sizes = list.sizes;
            }
            continue;
        }
        for segment in segments(&whole).into_iter().flat_map(at_labels) {
            let found = price::prices(segment, context.mark);
            if let Some((field, value)) =
                label(segment).filter(|(f, _)| !matches!(f, FieldName::UnitCost | FieldName::Retail))
            {
                if value.is_empty() {
                    pending = Some(field);
                    continue;
                }
                if set(&mut said, field, value, piece, goods, context) {
                    continue;
                }
            }
            if !found.is_empty() {
                said.prices.extend(found);
                continue;
            }
            if label(segment)
                .is_some_and(|(f, v)| matches!(f, FieldName::UnitCost | FieldName::Retail) && v.is_empty())
            {
                continue;
            }
            if let Some(list) = sizes::list(segment, goods)
                .filter(|l| l.sizes.len() > 1 || n > 0 && !sizes_like_code(segment))
            {
                if said.sizes.is_empty() {
                    said.sizes = list.sizes;
                }
                continue;
            }
            loose.push((n, segment.to_owned(), piece));
        }
    }
    sort_out(&mut said, &loose, style_row);
    said
}

/// A lone number that could be anything: a colour's code, a page.
fn sizes_like_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// The line without its style number and the label before it.
fn without_style(text: &str, style: &str) -> String {
    let Some(at) = text.find(style) else { return String::new() };
    let before = text[..at].trim().trim_end_matches([':', '#', '|', '·', '-', '–', ' ']);
    let after =
        text[at + style.len()..].trim().trim_start_matches([':', '|', '·', '-', '–', '/', ',', ' ']).trim();
    let labelled = words().whole(before).iter().any(|f| matches!(f, FieldName::StyleNumber | FieldName::Sku))
        || before.is_empty()
        || label(&text[..at])
            .is_some_and(|(f, rest)| rest.is_empty() && matches!(f, FieldName::StyleNumber | FieldName::Sku));
    match (labelled, before.is_empty()) {
        (true, _) => after.to_owned(),
        (false, _) if after.is_empty() => before.to_owned(),
        _ => format!("{before} | {after}"),
    }
}

/// Stores a labelled value; `false` where it does not suit the label.
fn set(
    said: &mut Said,
    field: FieldName,
    value: &str,
    piece: &Piece,
    goods: Goods,
    context: &Context,
) -> bool {
    let own = || Some(value.trim().to_owned()).filter(|v| !v.is_empty());
    match field {
        FieldName::StyleNumber
        | FieldName::Sku
        | FieldName::Season
        | FieldName::Pack
        | FieldName::Hs
        | FieldName::StartShip
        | FieldName::CancelDate => true,
        FieldName::Upc => {
            said.upc = own().filter(|u| crate::goods::is_article_number(u));
            true
        }
        FieldName::Name => {
            if said.name.is_none() {
                said.name = own();
            }
            true
        }
        FieldName::Colour => {
            if price::prices(value, context.mark).is_empty()
                && sizes::list(value, goods).is_none()
                && !value.is_empty()
                && value.split_whitespace().count() <= 24
            {
                said.colours.extend(colours::labelled(value).into_iter().map(|c| (c, Some(piece.rect))));
                return true;
            }
            false
        }
        FieldName::ColourCode => {
            match said.colours.last_mut() {
                Some((colour, _)) if colour.code.is_none() => colour.code = own(),
                _ => said.colours.push((Colour { name: None, code: own() }, Some(piece.rect))),
            }
            true
        }
        FieldName::Size | FieldName::Sizes => match sizes::list(value, goods) {
            Some(list) => {
                if said.sizes.is_empty() {
                    said.sizes = list.sizes;
                }
                true
            }
            None => false,
        },
        FieldName::Category => {
            said.category = own();
            true
        }
        FieldName::Gender => {
            said.gender = own();
            true
        }
        FieldName::Material => {
            let joined = said.material.take().map(|m| format!("{m} {value}"));
            said.material = joined.or_else(own);
            true
        }
        FieldName::Origin => {
            said.origin = own();
            true
        }
        FieldName::Description => {
            let joined = said.description.take().map(|m| format!("{m} {value}"));
            said.description = joined.or_else(own);
            true
        }
        _ => false,
    }
}

/// Whether every word says a category or for whom.
pub(super) fn is_category(text: &str) -> bool {
    let words_of: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '&' | ',' | '>' | '+'))
        .filter(|w| !w.is_empty())
        .collect();
    let known = |w: &&&str| {
        let joined = squash(w);
        words().category(w).is_some()
            || words().person(w).is_some()
            || matches!(joined.as_str(), "and" | "et" | "und" | "y" | "e" | "the" | "collection" | "all")
    };
    (1..=6).contains(&words_of.len())
        && words_of.iter().filter(known).count() == words_of.len()
        && (words().category(text).is_some() || words_of.len() == 1 && words().person(text).is_some())
}

/// Tells the unlabelled texts of a caption apart.
fn sort_out(said: &mut Said, loose: &[(usize, String, &Piece)], style_row: Option<usize>) {
    let mut texts: Vec<(usize, &str, &Piece)> = vec![];
    for (n, text, piece) in loose {
        let text = text.as_str();
        let (of_material, count) = words().material_words(text);
        let coded =
            text.contains('(') && colours::many(text).iter().all(|c| c.code.is_some() && c.name.is_some());
        let numbered = colours::one(text).is_some_and(|c| {
            c.code.as_deref().is_some_and(|c| c.chars().all(|d| d.is_ascii_digit())) && c.name.is_some()
        });
        let only_colour = colours::is_colour(text)
            || colours::many(text).len() > 1
                && colours::many(text).iter().all(|c| c.name.as_deref().is_some_and(colours::is_colour));
        if coded
            || numbered && words().category(text).is_none() && text.split_whitespace().count() <= 5
            || (only_colour && !(said.name.is_none() && texts.is_empty() && loose.len() == 1))
        {
            said.colours.extend(colours::many(text).into_iter().map(|c| (c, Some(piece.rect))));
        } else if text.contains('%') && of_material > 0
            || count > 0 && of_material * 2 > count && words().category(text).is_none()
            || count >= 2 && of_material == count
        {
            let joined = said.material.take().map(|m| format!("{m} {text}"));
            said.material = joined.or_else(|| Some(text.to_owned()));
        } else if is_category(text)
            && texts.iter().any(|_| true)
            && text.split_whitespace().any(|w| words().person(w).is_some())
        {
            said.category.get_or_insert_with(|| text.to_owned());
        } else if text.split_whitespace().count() > 8
            || text.ends_with('.') && text.split_whitespace().count() > 3
        {
            let joined = said.description.take().map(|m| format!("{m} {text}"));
            said.description = joined.or_else(|| Some(text.to_owned()));
        } else if text.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
            texts.push((*n, text, piece));
        }
    }
    if said.name.is_none() {
        name(said, &mut texts, style_row);
    }
    if said.colours.is_empty() {
        let at = style_row.unwrap_or(0);
        // A short line after the name is a colour that no list knows.
        let short = |t: &&(usize, &str, &Piece)| {
            t.0 >= at.min(t.0)
                && t.1.split_whitespace().count() <= 4
                && !t.1.contains('@')
                && !t.1.contains("http")
                && t.1.chars().count() <= 32
        };
        if let Some(colour) = texts
            .iter()
            .find(short)
            .copied()
            .filter(|t| t.1.chars().next().is_some_and(char::is_alphanumeric))
        {
            said.colours.extend(colours::many(colour.1).into_iter().map(|c| (c, Some(colour.2.rect))));
            said.guessed_colour = true;
            texts.retain(|t| t.0 != colour.0 || t.1 != colour.1);
        }
    }
    if said.description.is_none() {
        let rest: Vec<&str> =
            texts.iter().filter(|t| t.1.split_whitespace().count() > 4).map(|t| t.1).collect();
        said.description = Some(rest.join(" ")).filter(|r| !r.is_empty());
    }
}

/// The name: on the style number's line, else the biggest text next to it, with the line it runs over to.
fn name(said: &mut Said, texts: &mut Vec<(usize, &str, &Piece)>, style_row: Option<usize>) {
    if texts.is_empty() {
        return;
    }
    let at = style_row.unwrap_or(0);
    let distance = |t: &(usize, &str, &Piece)| {
        // The line after the number is likelier its name than the line before, unless that one is set bigger.
        let n = t.0 as f32 - at as f32;
        let side = if n < 0.0 { -n * 1.3 } else { n };
        let goods = if words().category(t.1).is_some() { 3.0 } else { 0.0 };
        side - t.2.em.min(40.0) * 0.25 - goods
    };
    let Some(best) = (0..texts.len()).min_by(|a, b| distance(&texts[*a]).total_cmp(&distance(&texts[*b])))
    else {
        return;
    };
    let mut names = vec![texts[best].1];
    // A name runs over to lines as big as its own, right over or under it, where something else is the colour.
    let goes_on = |a: &(usize, &str, &Piece), b: &(usize, &str, &Piece)| {
        b.0 == a.0 + 1
            && (a.2.em - b.2.em).abs() < 0.05 * a.2.em
            && b.2.rect.y0 - a.2.rect.y1 < 0.8 * a.2.em
            && a.1.split_whitespace().count() >= 2
            && a.2.rect.width() > 0.6 * b.2.rect.width()
    };
    let (mut first, mut last) = (best, best);
    if !said.colours.is_empty() {
        while first > 0 && names.len() < 3 && goes_on(&texts[first - 1], &texts[first]) {
            first -= 1;
            names.insert(0, texts[first].1);
        }
        while last + 1 < texts.len() && names.len() < 3 && goes_on(&texts[last], &texts[last + 1]) {
            last += 1;
            names.push(texts[last].1);
        }
    }
    said.name = Some(names.join(" "));
    texts.drain(first..=last);
}
