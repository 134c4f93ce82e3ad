//! What to know before a deck is sent.

use std::collections::{BTreeMap, BTreeSet};

use papertray_model::ItemId;
use papertray_model::collection::Item;
use papertray_model::deck::{DECK_FONTS, NoteCode, NoteSeverity, PreflightNote};

use crate::fonts::Fonts;
use crate::plan::Input;
use crate::slide::{Deck, Element, TextBox};
use crate::words::money;

/// Fewer pixels an inch than this look soft on paper and on large screens.
const FEWEST_DPI: f32 = 96.0;

/// Notes on a deck that was composed of `input`, worst first. `gone`: pictures that cannot be read any more.
pub fn check(
    input: &Input<'_>,
    deck: &Deck,
    fonts: &Fonts,
    gone: &dyn Fn(&papertray_model::BlobHash) -> bool,
) -> Vec<PreflightNote> {
    let items: Vec<&Item> = input.items.iter().filter(|i| i.included).collect();
    let mut notes = Notes { deck, list: Vec::new() };
    if items.is_empty() {
        notes.add(NoteCode::NoItems, NoteSeverity::Error, "No item goes into this deck.".into(), Vec::new());
    }
    notes.list.extend(wholesale_left(input, deck));
    missing(&mut notes, input, &items, gone);
    prices(&mut notes, input, &items);
    duplicates(&mut notes, &items);
    drawn(&mut notes);
    letters(&mut notes, fonts);
    empty(&mut notes, input);
    let mut list = notes.list;
    list.sort_by_key(|n| (std::cmp::Reverse(n.severity), n.code));
    list
}

struct Notes<'a> {
    deck: &'a Deck,
    list: Vec<PreflightNote>,
}

impl Notes<'_> {
    fn add(&mut self, code: NoteCode, severity: NoteSeverity, sentence: String, items: Vec<ItemId>) {
        let on =
            |id: &ItemId| self.deck.shown().find(|(_, s)| s.items.contains(id)).map(|(_, s)| s.key.clone());
        let slide = items.iter().find_map(on);
        self.list.push(PreflightNote { code, severity, sentence, items, slide });
    }

    /// One note for all of `items`, where there are any: `one` for a single one, else `many` after their count.
    fn count(&mut self, code: NoteCode, severity: NoteSeverity, items: &[&Item], one: &str, many: &str) {
        let ids: Vec<ItemId> = items.iter().map(|i| i.id).collect();
        match items {
            [] => {}
            [item] => self.add(code, severity, format!("`{}` {one}.", item.style_number), ids),
            _ => self.add(code, severity, format!("{} items {many}.", items.len()), ids),
        }
    }
}

/// Whether an amount stands in a text as a number of its own: not as a part of a longer one.
fn stands_in(text: &str, amount: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(amount).any(|(at, found)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
        !part(before) && !part(after)
    })
}

/// Wholesale prices that a person's own words, or the linesheet's, carry into a deck that shows none: a note a slide.
pub fn wholesale_left(input: &Input<'_>, deck: &Deck) -> Vec<PreflightNote> {
    let settings = input.settings;
    let mut list = Vec::new();
    if settings.shown_prices().wholesale() {
        return list;
    }
    let items: Vec<&Item> = input.items.iter().filter(|i| i.included).collect();
    // What is shown of each item on its slide: a retail price of the same amount is no leak.
    let mut texts: Vec<(String, Option<String>)> = Vec::new();
    for (_, slide) in deck.shown() {
        let mut all = slide.notes.clone();
        for element in &slide.elements {
            all.push('\n');
            all.push_str(&words(element));
        }
        texts.push((all, Some(slide.key.clone())));
    }
    texts.push((format!("{}\n{}", deck.title, deck.brand), None));
    let mut found: BTreeMap<Option<String>, Vec<ItemId>> = BTreeMap::new();
    let retail: BTreeSet<i64> = items.iter().filter_map(|i| i.rrp).map(|p| p.0).collect();
    for item in &items {
        let Some(price) = item.wholesale.filter(|p| p.0 > 0) else { continue };
        if settings.shown_prices().rrp() && retail.contains(&price.0) {
            continue;
        }
        let currency = crate::compose::Cx::currency_of(input, item);
        let plain = price.decimal(currency);
        let written = money(settings.language, &settings.money, price, "");
        let forms = [plain.replace('.', ","), written, plain];
        for (text, key) in &texts {
            if forms.iter().any(|f| stands_in(text, f)) {
                let ids = found.entry(key.clone()).or_default();
                if !ids.contains(&item.id) {
                    ids.push(item.id);
                }
            }
        }
    }
    for (slide, items) in found {
        let sentence =
            "A wholesale price stands in the words of this slide or its notes: take it out before anyone \
                        outside sees the deck."
                .to_owned();
        // What a person looked at and wants to stay is said, but stops nothing.
        let kept = settings.keep_prices_in_texts;
        let severity = if kept { NoteSeverity::Warning } else { NoteSeverity::Error };
        list.push(PreflightNote { code: NoteCode::WholesaleLeft, severity, sentence, items, slide });
    }
    list
}

/// All words of an element, those for screen readers too.
fn words(element: &Element) -> String {
    let text = |text: &TextBox| text.paragraphs.iter().map(|p| p.text()).collect::<Vec<_>>().join("\n");
    match element {
        Element::Text(found) => text(found),
        Element::Picture(picture) => picture.alt.clone(),
        Element::Shape(_) => String::new(),
        Element::Table(table) => {
            let cells = table.rows.iter().flat_map(|r| &r.cells).map(|c| c.line.text());
            cells.collect::<Vec<_>>().join("\n")
        }
    }
}

fn missing(
    notes: &mut Notes<'_>,
    input: &Input<'_>,
    items: &[&Item],
    gone: &dyn Fn(&papertray_model::BlobHash) -> bool,
) {
    let of =
        |test: &dyn Fn(&Item) -> bool| -> Vec<&Item> { items.iter().copied().filter(|i| test(i)).collect() };
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
    let warning = NoteSeverity::Warning;
    let without = of(&|i| blank(&i.category));
    notes.count(NoteCode::MissingCategory, warning, &without, "has no category", "have no category");
    let without = of(&|i| i.photo.as_ref().is_none_or(|p| gone(&p.blob)));
    notes.count(NoteCode::MissingPicture, warning, &without, "has no picture", "have no picture");
    let prices = input.settings.shown_prices();
    let without = of(&|i| prices.wholesale() && i.wholesale.is_none());
    notes.count(
        NoteCode::MissingPrice,
        warning,
        &without,
        "has no wholesale price",
        "have no wholesale price",
    );
    let without = of(&|i| prices.rrp() && i.rrp.is_none());
    notes.count(NoteCode::MissingPrice, warning, &without, "has no retail price", "have no retail price");
}

fn prices(notes: &mut Notes<'_>, input: &Input<'_>, items: &[&Item]) {
    // Retail is usually 2.0 to 2.7 times wholesale; outside 1.5 to 4 a column was likely mistaken.
    let odd = |i: &&Item| {
        let (Some(w), Some(r)) = (i.wholesale, i.rrp) else { return false };
        w.0 > 0 && (i128::from(r.0) * 2 < i128::from(w.0) * 3 || i128::from(r.0) > i128::from(w.0) * 4)
    };
    let found: Vec<&Item> = items.iter().copied().filter(|i| odd(i)).collect();
    let (one, many) = (
        "has a retail price that is not 1.5 to 4 times its wholesale price",
        "have a retail price that is not 1.5 to 4 times their wholesale price",
    );
    notes.count(NoteCode::OddPrice, NoteSeverity::Warning, &found, one, many);
    let currencies: BTreeSet<&str> = items
        .iter()
        .filter(|i| i.wholesale.is_some() || i.rrp.is_some())
        .map(|i| crate::compose::Cx::currency_of(input, i))
        .collect();
    if currencies.len() > 1 {
        let named =
            currencies.iter().map(|c| if c.is_empty() { "none" } else { c }).collect::<Vec<_>>().join(", ");
        let sentence = format!("Prices stand in several currencies: {named}. They are not converted.");
        notes.add(NoteCode::MixedCurrencies, NoteSeverity::Warning, sentence, Vec::new());
    }
}

fn duplicates(notes: &mut Notes<'_>, items: &[&Item]) {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut same: BTreeMap<(String, String), Vec<&Item>> = BTreeMap::new();
    let mut pictures: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        let colour = item.colour.as_deref().or(item.colour_code.as_deref()).unwrap_or_default();
        same.entry((plain(&item.style_number), plain(colour))).or_default().push(item);
        if let Some(photo) = &item.photo {
            pictures.entry(photo.blob.as_str()).or_default().push(item);
        }
    }
    for twins in same.values().filter(|t| t.len() > 1) {
        let number = twins.first().map(|i| i.style_number.as_str()).unwrap_or_default();
        let sentence = format!("`{number}` stands in the deck {} times in the same colour.", twins.len());
        notes.add(NoteCode::Duplicate, NoteSeverity::Warning, sentence, twins.iter().map(|i| i.id).collect());
    }
    for twins in pictures.values().filter(|t| t.len() > 1) {
        let numbers: Vec<String> = twins.iter().take(4).map(|i| format!("`{}`", i.style_number)).collect();
        let sentence = format!("{} show the same picture.", numbers.join(", "));
        notes.add(NoteCode::Duplicate, NoteSeverity::Info, sentence, twins.iter().map(|i| i.id).collect());
    }
}

/// What the drawing came upon: texts that did not fit, pictures with too few pixels.
fn drawn(notes: &mut Notes<'_>) {
    let mut cut: Vec<(Option<ItemId>, String, String)> = Vec::new();
    let mut smaller: BTreeMap<Option<ItemId>, String> = BTreeMap::new();
    let mut soft: BTreeMap<ItemId, String> = BTreeMap::new();
    for (_, slide) in notes.deck.shown() {
        for trouble in &slide.troubles {
            if trouble.cut {
                cut.push((trouble.item, trouble.text.clone(), slide.key.clone()));
            } else {
                smaller.entry(trouble.item).or_insert_with(|| slide.key.clone());
            }
        }
        for element in &slide.elements {
            if let Element::Picture(picture) = element
                && let Some(item) = picture.item.filter(|_| picture.dpi() < FEWEST_DPI)
            {
                soft.entry(item).or_insert_with(|| slide.key.clone());
            }
        }
    }
    let (code, severity) = (NoteCode::TextCut, NoteSeverity::Warning);
    for (item, text, key) in cut {
        let sentence = format!("A text does not fit and was cut: “{text}”.");
        let items = item.into_iter().collect();
        notes.list.push(PreflightNote { code, severity, sentence, items, slide: Some(key) });
    }
    let mut many = |code, severity, sentence: String, found: Vec<(Option<ItemId>, String)>| {
        if let Some((_, first)) = found.first() {
            let slide = Some(first.clone());
            let items = found.iter().filter_map(|(id, _)| *id).collect();
            notes.list.push(PreflightNote { code, severity, sentence, items, slide });
        }
    };
    let count = smaller.len();
    let sentence = format!(
        "{count} {} set smaller so that all of it fits.",
        if count == 1 { "text was" } else { "texts were" }
    );
    many(NoteCode::TextShrunk, NoteSeverity::Info, sentence, smaller.into_iter().collect());
    let count = soft.len();
    let sentence = format!(
        "{} fewer than {FEWEST_DPI} pixels an inch at the size shown.",
        if count == 1 { "1 picture has".to_owned() } else { format!("{count} pictures have") }
    );
    many(
        NoteCode::LowResolution,
        NoteSeverity::Warning,
        sentence,
        soft.into_iter().map(|(i, k)| (Some(i), k)).collect(),
    );
}

fn letters(notes: &mut Notes<'_>, fonts: &Fonts) {
    let palette = &notes.deck.palette;
    let mut families = vec![palette.heading.clone(), palette.body.clone()];
    families.dedup();
    for family in families.into_iter().filter(|f| !fonts.has(f)) {
        let known = DECK_FONTS.contains(&family.as_str());
        let sentence = if known {
            format!("The font for `{family}` is not installed: the PDF is set in another one.")
        } else {
            format!("The font `{family}` is not one a deck can carry: the PDF is set in another one.")
        };
        notes.add(NoteCode::FontSubstituted, NoteSeverity::Warning, sentence, Vec::new());
    }
    let missing: String = notes.deck.missing_glyphs.iter().take(12).collect();
    if !missing.is_empty() {
        let sentence = format!("No font on this computer can draw these signs in the PDF: {missing}");
        notes.add(NoteCode::MissingGlyph, NoteSeverity::Warning, sentence, Vec::new());
    }
}

fn empty(notes: &mut Notes<'_>, input: &Input<'_>) {
    let (on, texts) = (input.settings.slides, &input.settings.texts);
    let left: Vec<&str> = [
        (on.brand_introduction, "brand introduction", &texts.brand_introduction),
        (on.brand_history, "brand history", &texts.brand_history),
        (on.brand_values, "brand values", &texts.brand_values),
        (on.brand_personality, "brand personality", &texts.brand_personality),
        (on.flagship_stores, "flagship stores", &texts.flagship_stores),
        (on.collection_introduction, "collection introduction", &texts.collection_introduction),
        (on.core_collection, "core collection", &texts.core_collection),
    ]
    .into_iter()
    .filter(|(on, _, text)| *on && text.trim().is_empty())
    .map(|(_, name, _)| name)
    .collect();
    if !left.is_empty() {
        let sentence = format!("Left out, because nothing is written for them: {}.", left.join(", "));
        notes.add(NoteCode::EmptyText, NoteSeverity::Info, sentence, Vec::new());
    }
}
