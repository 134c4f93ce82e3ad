//! Which slides a deck has, in which order, and which items stand on each: before anything is drawn.

use std::cmp::Ordering;
use std::collections::HashMap;

use papertray_model::collection::{Category, CollectionInfo, Item, Order};
use papertray_model::deck::{DeckSettings, DeckSort, Grouping, PerSlide};
use papertray_model::{BlobHash, Minor};

use crate::words::{Word, word};

/// Everything a deck is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What is set.
    pub settings: &'a DeckSettings,
    /// Whose collection.
    pub info: &'a CollectionInfo,
    /// In the order of the deck; items of other categories follow.
    pub categories: &'a [Category],
    /// In the collection's order; those that are not included are passed over.
    pub items: &'a [Item],
    /// The orders, for delivery days.
    pub orders: &'a [Order],
    /// The plain borders of pictures, for [`papertray_model::deck::ImageFit::TrimWhite`]: see
    /// [`crate::photo::borders`].
    pub borders: &'a HashMap<BlobHash, [f32; 4]>,
    /// The logo's sides in pixels, where there is one.
    pub logo: Option<(u32, u32)>,
}

/// A slide to be drawn.
#[derive(Clone, Debug)]
pub(crate) enum Planned<'a> {
    Cover,
    Index,
    Text { key: &'static str, title: Word, text: &'a str },
    Divider { group: usize },
    Products { group: usize, subcategory: Option<&'a str>, items: Vec<&'a Item>, layout: PerSlide },
    Table { group: usize, subcategory: Option<&'a str>, items: Vec<&'a Item> },
    Summary,
    OrderTable { items: Vec<&'a Item>, part: usize, parts: usize },
    Terms,
}

/// A category with its items.
#[derive(Clone, Debug)]
pub(crate) struct Group<'a> {
    pub name: String,
    pub items: Vec<&'a Item>,
}

/// Rows that a table slide holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    pub products: usize,
    pub orders: usize,
}

/// The groups and the slides.
pub(crate) fn plan<'a>(input: &Input<'a>, rows: Rows) -> (Vec<Group<'a>>, Vec<Planned<'a>>) {
    let settings = input.settings;
    let on = settings.slides;
    let texts = &settings.texts;
    let groups = groups(input);
    let mut slides = Vec::new();
    if on.cover {
        slides.push(Planned::Cover);
    }
    if on.index && groups.len() > 1 {
        slides.push(Planned::Index);
    }
    for (on, key, title, text) in [
        (on.brand_introduction, "brand_introduction", Word::BrandIntroduction, &texts.brand_introduction),
        (on.brand_history, "brand_history", Word::History, &texts.brand_history),
        (on.brand_values, "brand_values", Word::Values, &texts.brand_values),
        (on.brand_personality, "brand_personality", Word::Personality, &texts.brand_personality),
        (on.flagship_stores, "flagship_stores", Word::Stores, &texts.flagship_stores),
        (
            on.collection_introduction,
            "collection_introduction",
            Word::Collection,
            &texts.collection_introduction,
        ),
        (on.core_collection, "core_collection", Word::CoreCollection, &texts.core_collection),
    ] {
        if on && !text.trim().is_empty() {
            slides.push(Planned::Text { key, title, text });
        }
    }
    for (index, group) in groups.iter().enumerate() {
        if on.dividers && groups.len() > 1 {
            slides.push(Planned::Divider { group: index });
        }
        products(settings, index, group, rows, &mut slides);
    }
    let ordered: Vec<&Item> =
        groups.iter().flat_map(|g| g.items.iter().copied()).filter(|i| i.units.is_some()).collect();
    if !ordered.is_empty() {
        if on.order_summary {
            slides.push(Planned::Summary);
        }
        if on.order_table {
            let parts = ordered.len().div_ceil(rows.orders.max(1));
            for (part, items) in ordered.chunks(rows.orders.max(1)).enumerate() {
                slides.push(Planned::OrderTable { items: items.to_vec(), part, parts });
            }
        }
    }
    if on.terms && !(texts.terms.trim().is_empty() && texts.contact.trim().is_empty()) {
        slides.push(Planned::Terms);
    }
    (groups, slides)
}

fn products<'a>(
    settings: &DeckSettings,
    index: usize,
    group: &Group<'a>,
    rows: Rows,
    slides: &mut Vec<Planned<'a>>,
) {
    let same =
        |a: &&Item, b: &&Item| settings.grouping != Grouping::Subcategory || a.subcategory == b.subcategory;
    for part in group.items.chunk_by(same) {
        let subcategory = part
            .first()
            .filter(|_| settings.grouping == Grouping::Subcategory)
            .and_then(|i| i.subcategory.as_deref());
        if settings.per_slide == PerSlide::Table {
            slides.extend(part.chunks(rows.products.max(1)).map(|items| Planned::Table {
                group: index,
                subcategory,
                items: items.to_vec(),
            }));
            continue;
        }
        for items in pages(part, most(settings.per_slide)) {
            let layout = layout_for(items.len(), settings.per_slide);
            slides.push(Planned::Products { group: index, subcategory, items: items.to_vec(), layout });
        }
    }
}

/// Products on a slide of a layout.
pub(crate) fn most(per_slide: PerSlide) -> usize {
    match per_slide {
        PerSlide::One => 1,
        PerSlide::Two => 2,
        PerSlide::Three => 3,
        PerSlide::Four => 4,
        PerSlide::Six => 6,
        PerSlide::Nine | PerSlide::Table => 9,
    }
}

/// Slides of at most `most`; one that would stand alone on the last one gets company from the slide before.
fn pages<T>(items: &[T], most: usize) -> Vec<&[T]> {
    let alone = most > 2 && items.len() > most && items.len() % most == 1;
    if !alone {
        return items.chunks(most.max(1)).collect();
    }
    let (head, tail) = items.split_at(items.len() - most - 1);
    let (a, b) = tail.split_at(tail.len().div_ceil(2));
    head.chunks(most).chain([a, b]).collect()
}

/// The layout that fills its slide best with so many.
fn layout_for(count: usize, per_slide: PerSlide) -> PerSlide {
    match (count, per_slide) {
        (1, _) => PerSlide::One,
        (2, _) => PerSlide::Two,
        (3, _) => PerSlide::Three,
        (4, PerSlide::Six | PerSlide::Nine) => PerSlide::Four,
        (5 | 6, PerSlide::Nine) => PerSlide::Six,
        _ => per_slide,
    }
}

/// The included items by category, in the deck's order.
fn groups<'a>(input: &Input<'a>) -> Vec<Group<'a>> {
    let settings = input.settings;
    let mut items: Vec<&Item> = input.items.iter().filter(|i| i.included).collect();
    if settings.grouping == Grouping::None {
        sort(input, &mut items);
        let name = word(settings.language, Word::Collection).to_owned();
        return if items.is_empty() { Vec::new() } else { vec![Group { name, items }] };
    }
    let mut names: Vec<&str> = input.categories.iter().map(|c| c.name.as_str()).collect();
    for item in &items {
        let name = category(item);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.push("");
    let mut groups = Vec::new();
    for name in names {
        let mut members: Vec<&Item> = items.iter().copied().filter(|i| category(i) == name).collect();
        if members.is_empty() {
            continue;
        }
        sort(input, &mut members);
        if settings.grouping == Grouping::Subcategory {
            let known =
                input.categories.iter().find(|c| c.name == name).map_or(&[][..], |c| &c.subcategories);
            let mut order: Vec<Option<&str>> = known.iter().map(|s| Some(s.as_str())).collect();
            for member in &members {
                if !order.contains(&member.subcategory.as_deref()) {
                    order.push(member.subcategory.as_deref());
                }
            }
            members.sort_by_key(|m| order.iter().position(|s| *s == m.subcategory.as_deref()));
        }
        let name = if name.is_empty() { word(settings.language, Word::Others) } else { name };
        groups.push(Group { name: name.to_owned(), items: members });
    }
    groups
}

/// The included items with the names of their groups, in the deck's order.
pub(crate) fn ordered<'a>(input: &Input<'a>) -> Vec<(String, &'a Item)> {
    let groups = groups(input).into_iter();
    groups.flat_map(|g| g.items.into_iter().map(move |i| (g.name.clone(), i))).collect()
}

fn category(item: &Item) -> &str {
    item.category.as_deref().map_or("", str::trim)
}

/// Stable: what is equal stays in the collection's order.
fn sort(input: &Input<'_>, items: &mut [&Item]) {
    let last = Minor(i64::MAX);
    match input.settings.sort {
        DeckSort::Manual => {}
        DeckSort::StyleNumber => items.sort_by(|a, b| natural(&a.style_number, &b.style_number)),
        DeckSort::Name => items.sort_by_key(|i| i.name.as_deref().unwrap_or("\u{10ffff}").to_lowercase()),
        DeckSort::Price => {
            let wholesale = input.settings.shown_prices().wholesale();
            items.sort_by_key(|i| (if wholesale { i.wholesale } else { i.rrp }).unwrap_or(last));
        }
        DeckSort::Delivery => {
            items.sort_by_key(|i| delivery(input.orders, i).unwrap_or("\u{10ffff}").to_owned());
        }
        DeckSort::Order => items.sort_by_key(|i| i.order_rows.iter().min().copied().unwrap_or(u32::MAX)),
        DeckSort::Units => items.sort_by_key(|i| std::cmp::Reverse(i.units.unwrap_or(0))),
    }
}

/// The first shipping day of the first order an item stands in.
pub(crate) fn delivery<'a>(orders: &'a [Order], item: &Item) -> Option<&'a str> {
    let of = |document| orders.iter().find(|o| o.document_id == Some(document));
    item.order_sources.iter().find_map(|s| of(s.document_id)?.start_ship.as_deref())
}

/// Compares runs of digits by their value: `A-9` before `A-10`.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(u128, String)> {
        let mut parts: Vec<(u128, String)> = Vec::new();
        let bytes: Vec<char> = text.to_lowercase().chars().collect();
        for run in bytes.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            let text: String = run.iter().collect();
            parts.push((text.parse().unwrap_or(u128::MAX), text));
        }
        parts
    };
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_style_numbers_count_by_value() {
        let mut all = vec!["B-1", "A-10", "a-9", "A-9b", "Ä", ""];
        all.sort_by(|a, b| natural(a, b));
        assert_eq!(all, ["", "a-9", "A-9b", "A-10", "B-1", "Ä"]);
    }

    #[test]
    fn no_product_stands_alone_after_a_full_slide() {
        let sizes = |count: usize, most| -> Vec<usize> {
            pages(&vec![(); count], most).iter().map(|p| p.len()).collect()
        };
        assert_eq!(sizes(5, 4), [3, 2]);
        assert_eq!(sizes(9, 4), [4, 3, 2]);
        assert_eq!(sizes(10, 4), [4, 4, 2]);
        assert_eq!(sizes(1, 4), [1]);
        assert_eq!(sizes(3, 2), [2, 1]);
        assert_eq!(sizes(10, 9), [5, 5]);
        assert_eq!(sizes(0, 4), [0_usize; 0]);
    }
}
