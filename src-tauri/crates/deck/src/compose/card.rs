//! What a card says of its item, broken into lines of the card's width.

use papertray_model::collection::{Item, ItemKey};
use papertray_model::deck::DeckTheme;

use super::{Cx, Limits, Pen};
use crate::slide::{Paragraph, height};
use crate::style::{Style, Tone};
use crate::text::line;
use crate::words::{Word, factor};

/// A value of an item with where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Detail {
    pub paragraph: Paragraph,
    pub key: Option<ItemKey>,
}

/// A price: label, amount, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub label: &'static str,
    pub amount: String,
    pub key: Option<ItemKey>,
}

/// The texts of a card.
#[derive(Clone, Debug, Default)]
pub(crate) struct Card {
    pub head: Vec<Detail>,
    pub details: Vec<Detail>,
    pub prices: Vec<Price>,
    pub talk: Vec<Detail>,
}

/// How a card's texts are set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Of the running text, in points.
    pub size: f32,
    /// Of every line, in points.
    pub width: f32,
    /// Lines a name may take.
    pub name_lines: usize,
    /// Lines a description may take.
    pub description_lines: usize,
    /// Style number and colour share a line.
    pub compact: bool,
}

/// The height of details one under the other.
pub(crate) fn tall(details: &[Detail]) -> f32 {
    details.iter().map(|d| d.paragraph.height()).sum()
}

/// Whether an item has a name to show; else its style number takes the name's place.
pub(crate) fn named<'a>(cx: &Cx<'_>, item: &'a Item) -> Option<&'a str> {
    let name = item.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
    name.filter(|_| cx.input.settings.fields.name)
}

/// Sizes as a card writes them: with the units of each where those are shown, and as a range where there are many.
pub(crate) fn sizes(cx: &Cx<'_>, item: &Item, most: usize) -> String {
    let units = cx.input.settings.fields.units;
    if let Some(range) = item.size_range.as_deref().filter(|_| item.sizes.is_empty()) {
        return range.to_owned();
    }
    let ordered = units && item.sizes.iter().any(|s| s.quantity.is_some());
    let one = |s: &papertray_model::collection::SizeQuantity| match s.quantity.filter(|_| ordered) {
        Some(quantity) => format!("{}\u{a0}×\u{a0}{quantity}", s.size.replace(' ', "\u{a0}")),
        None => s.size.replace(' ', "\u{a0}"),
    };
    let shown: Vec<String> =
        item.sizes.iter().filter(|s| !ordered || s.quantity.is_some()).map(one).collect();
    match (shown.first(), shown.last()) {
        (Some(first), Some(last)) if shown.len() > most && !ordered => {
            format!("{first}\u{a0}–\u{a0}{last} ({})", shown.len())
        }
        _ => shown.join(", "),
    }
}

/// Name of the colour with its code, where the code says more.
pub(crate) fn colour(item: &Item) -> Option<String> {
    let name = item.colour.as_deref().map(str::trim).filter(|c| !c.is_empty());
    let code = item.colour_code.as_deref().map(str::trim).filter(|c| !c.is_empty());
    match (name, code) {
        (Some(name), Some(code)) if !name.eq_ignore_ascii_case(code) => Some(format!("{name} ({code})")),
        (name, code) => name.or(code).map(str::to_owned),
    }
}

/// The shown prices of an item, in order.
pub(crate) fn prices(cx: &Cx<'_>, item: &Item) -> Vec<Price> {
    let settings = cx.input.settings;
    let currency = cx.currency(item);
    let mut prices = Vec::new();
    if let Some(amount) = item.wholesale.filter(|_| cx.prices.wholesale()) {
        let amount = cx.money(amount, currency);
        prices.push(Price { label: cx.word(Word::Wholesale), amount, key: Some(ItemKey::Wholesale) });
    }
    if let Some(amount) = item.rrp.filter(|_| cx.prices.rrp()) {
        let amount = cx.money(amount, currency);
        prices.push(Price { label: cx.word(Word::Rrp), amount, key: Some(ItemKey::Rrp) });
    }
    if let (true, Some(wholesale), Some(rrp)) =
        (cx.prices == papertray_model::deck::PriceDisplay::Margin, item.wholesale, item.rrp)
        && let Some(amount) = factor(settings.language, settings.money.number, wholesale, rrp)
    {
        prices.push(Price { label: cx.word(Word::Margin), amount, key: Some(ItemKey::Rrp) });
    }
    prices
}

/// The details an item has and the settings show, as `(key, text)` in the card's order.
fn details(cx: &Cx<'_>, item: &Item, setting: Setting) -> Vec<(Option<ItemKey>, String)> {
    let fields = cx.input.settings.fields;
    let text = |on: bool, value: &Option<String>| {
        value.as_deref().map(str::trim).filter(|v| on && !v.is_empty()).map(str::to_owned)
    };
    let number = (fields.style_number && named(cx, item).is_some()).then(|| item.style_number.clone());
    let colour = fields.colour.then(|| colour(item)).flatten();
    let mut all = Vec::new();
    if setting.compact
        && let (Some(number), Some(colour)) = (&number, &colour)
    {
        all.push((None, format!("{number}  ·  {colour}")));
    } else {
        all.extend(number.map(|n| (None, n)));
        all.extend(colour.map(|c| (Some(ItemKey::Colour), c)));
    }
    if fields.sizes {
        let sizes = sizes(cx, item, 10);
        all.extend((!sizes.is_empty()).then_some((Some(ItemKey::Sizes), sizes)));
    }
    if let Some(units) = item.units.filter(|_| fields.units) {
        let language = cx.input.settings.language;
        let units = crate::words::number(language, cx.input.settings.money.number, u64::from(units));
        all.push((Some(ItemKey::Sizes), format!("{} {units}", cx.word(Word::Units))));
    }
    all.extend(text(fields.material, &item.material).map(|v| (Some(ItemKey::Material), v)));
    let origin = text(fields.origin, &item.origin);
    all.extend(origin.map(|v| (Some(ItemKey::Origin), format!("{} {v}", cx.word(Word::Origin)))));
    all.extend(text(fields.description, &item.description).map(|v| (Some(ItemKey::Description), v)));
    all
}

impl Card {
    /// The card of an item.
    pub(crate) fn new(pen: &mut Pen<'_, '_>, item: &Item, setting: Setting) -> Self {
        let cx = pen.cx;
        let size = setting.size;
        let mut name = Style::body(size * 1.1).bold().leading(1.2);
        if cx.theme == DeckTheme::Editorial {
            name = Style { heading: true, bold: false, size: size * 1.25, ..name };
        }
        let muted = Style::body(size).tone(Tone::Muted);
        let title = named(cx, item).unwrap_or(&item.style_number);
        let marked = if item.highlighted { format!("★\u{a0}{title}") } else { title.to_owned() };
        let limits = |lines| Limits { lines, smallest: size };
        let mut head = pen.fit(&marked, &name, setting.width, limits(setting.name_lines), Some(item));
        star(pen, &mut head);
        let mut card = Self {
            head: vec![Detail { paragraph: head, key: named(cx, item).map(|_| ItemKey::Name) }],
            prices: prices(cx, item),
            ..Self::default()
        };
        for (key, text) in details(cx, item, setting) {
            let lines = match key {
                Some(ItemKey::Description) => setting.description_lines,
                None => 1,
                Some(_) => 2,
            };
            let style = if key.is_some() { Style::body(size) } else { muted.clone() };
            // A price, a size or a number must not lose its end for the sake of a half point.
            let paragraph =
                pen.fit(&text, &style, setting.width, Limits { lines, smallest: size - 1.0 }, Some(item));
            card.details.push(Detail { paragraph, key });
        }
        let talk = item.sales_talk.as_deref().map(str::trim).filter(|t| !t.is_empty());
        if let Some(talk) = talk.filter(|_| cx.input.settings.fields.sales_talk) {
            let paragraph = pen.fit(talk, &muted, setting.width, limits(3), Some(item));
            card.talk.push(Detail { paragraph, key: Some(ItemKey::SalesTalk) });
        }
        card
    }

    /// Leaves out lines from the end of the details until they are no taller than `most`; says whether any went.
    pub(crate) fn shorten(&mut self, most: f32) -> bool {
        let mut cut = false;
        while tall(&self.details) > most + 0.1 {
            let Some(last) = self.details.last_mut() else { break };
            cut = true;
            if last.paragraph.lines.len() > 1 {
                last.paragraph.lines.pop();
                if let Some(span) = last.paragraph.lines.last_mut().and_then(|l| l.spans.last_mut()) {
                    span.text = format!("{}…", span.text.trim_end_matches([' ', ',', '…']));
                }
            } else {
                self.details.pop();
            }
        }
        cut
    }

    /// The heights of head, details and talk.
    pub(crate) fn heights(&self) -> [f32; 3] {
        [tall(&self.head), tall(&self.details), tall(&self.talk)]
    }
}

/// Gives the star before a name its own colour.
fn star(pen: &Pen<'_, '_>, paragraph: &mut Paragraph) {
    let Some(first) = paragraph.lines.first_mut() else { return };
    let Some((rest, style)) =
        first.spans.first().and_then(|s| Some((s.text.strip_prefix('★')?.to_owned(), s.style.clone())))
    else {
        return;
    };
    *first = line(&pen.cx.shaper, &[("★", style.clone().tone(Tone::Accent)), (&rest, style)]);
}

/// Paragraphs of details, without their sources.
pub(crate) fn paragraphs(details: &[Detail]) -> Vec<Paragraph> {
    details.iter().map(|d| d.paragraph.clone()).collect()
}

/// Where each of a column of details stands: its top and bottom below the column's top.
pub(crate) fn places(details: &[Detail]) -> Vec<(f32, f32, Option<ItemKey>)> {
    let mut y = 0.0;
    let mut places = Vec::new();
    for detail in details {
        let end = y + height(std::slice::from_ref(&detail.paragraph));
        places.push((y, end, detail.key));
        y = end;
    }
    places
}
