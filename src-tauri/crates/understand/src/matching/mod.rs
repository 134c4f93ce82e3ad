//! Products and orders together: the items of a collection.
//!
//! A line finds its product by article number, then by style and colour, then by style where it has one colour only.
//! What is only like a product is a candidate for a person to decide on, never a match.

mod candidates;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use papertray_model::ItemId;
use papertray_model::collection::{
    Item, ItemList, Order, OrderLine, Product, Resolution, SizeQuantity, UnmatchedLine,
};

use crate::goods::{colours, sizes, style};
use crate::text::squash;

/// What items are made of.
#[derive(Clone, Copy, Debug)]
pub struct MatchInput<'a> {
    /// What the linesheets offer, in their order.
    pub products: &'a [Product],
    /// What was ordered; none where a collection is a linesheet only.
    pub orders: &'a [Order],
    /// What a person said of unmatched lines, by `UnmatchedLine::key`.
    pub resolutions: &'a BTreeMap<String, Resolution>,
}

/// What an item is the same by when items are made again: its style and colour, without case, accents, spaces and
/// marks.
pub fn key(style_number: &str, colour: Option<&str>) -> String {
    format!("{}/{}", style::key(style_number), squash(colour.unwrap_or_default()))
}

/// Lines of one order that ask for one style in one colour.
struct Group<'a> {
    key: String,
    lines: Vec<&'a OrderLine>,
}

/// Products by what lines name them by.
struct Index<'a> {
    products: &'a [Product],
    by_style: HashMap<String, Vec<usize>>,
    by_upc: HashMap<&'a str, usize>,
}

/// Makes the items: one a product in their order, then one a line that a person wants as its own. `new_id` is asked
/// once an item, in their order. With orders, only what was ordered is included.
pub fn items(input: &MatchInput<'_>, new_id: &mut dyn FnMut() -> ItemId) -> ItemList {
    let index = Index::new(input.products);
    let mut items: Vec<Item> =
        input.products.iter().map(|p| of_product(p, input.orders.is_empty(), new_id)).collect();
    let mut own: Vec<Group<'_>> = vec![];
    let mut unmatched = vec![];
    for group in input.orders.iter().flat_map(groups) {
        let said = input.resolutions.get(&group.key);
        let found = match said {
            Some(Resolution::Product { style_number, colour }) => {
                index.named(style_number, colour.as_deref())
            }
            _ => Err(String::new()),
        };
        let found = found.or_else(|_| index.find(&group.lines));
        match found {
            Ok(at) => {
                add(&mut items[at], &group.lines, Some(&input.products[at]));
                if said.is_some() {
                    unmatched.push(unmatched_line(&group, String::new(), &index, said));
                }
            }
            Err(why) => {
                unmatched.push(unmatched_line(&group, why, &index, said));
                if matches!(said, Some(Resolution::Own)) {
                    own.push(group);
                }
            }
        }
    }
    for group in own {
        items.push(of_group(&group, new_id));
    }
    ItemList { items, unmatched }
}

fn unmatched_line(
    group: &Group<'_>,
    why: String,
    index: &Index<'_>,
    said: Option<&Resolution>,
) -> UnmatchedLine {
    UnmatchedLine {
        key: group.key.clone(),
        lines: group.lines.iter().map(|l| (*l).clone()).collect(),
        why,
        candidates: candidates::of(group.lines[0], index.products),
        resolution: said.cloned(),
    }
}

/// The lines of an order by style and colour, in the order of their first lines.
fn groups(order: &Order) -> Vec<Group<'_>> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = vec![];
    let document = order.document_id.map(|d| d.to_string()).unwrap_or_default();
    for line in &order.lines {
        let colour = line.colour.as_deref().or(line.colour_code.as_deref());
        let mut name = key(line.style_number.as_deref().unwrap_or_default(), colour);
        if line.style_number.is_none() {
            name.push_str(line.upc.as_deref().unwrap_or_default());
        }
        let group = *at.entry(name).or_insert_with(|| {
            groups.push(Group { key: format!("{document}:{}", line.row), lines: vec![] });
            groups.len() - 1
        });
        groups[group].lines.push(line);
    }
    groups
}

impl<'a> Index<'a> {
    fn new(products: &'a [Product]) -> Self {
        let mut by_style: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_upc = HashMap::new();
        for (at, product) in products.iter().enumerate() {
            by_style.entry(style::key(&product.style_number)).or_default().push(at);
            for (_, upc) in &product.upcs {
                by_upc.entry(upc.as_str()).or_insert(at);
            }
        }
        Self { products, by_style, by_upc }
    }

    /// The product of this style and colour.
    fn named(&self, style_number: &str, colour: Option<&str>) -> Result<usize, String> {
        let same = |at: &&usize| key("", self.products[**at].colour.as_deref()) == key("", colour);
        let of_style = self.by_style.get(&style::key(style_number)).map_or(&[][..], Vec::as_slice);
        of_style
            .iter()
            .find(same)
            .copied()
            .ok_or_else(|| "The product chosen for this line is no longer in the linesheet.".into())
    }

    /// The product of a line, or why there is none.
    fn find(&self, lines: &[&OrderLine]) -> Result<usize, String> {
        if let Some(at) = lines.iter().filter_map(|l| l.upc.as_deref()).find_map(|u| self.by_upc.get(u)) {
            return Ok(*at);
        }
        let Some(line) = lines.first() else { return Err("The line is empty.".into()) };
        let style_number = line.style_number.as_deref().unwrap_or_default();
        let Some(of_style) = self.by_style.get(&style::key(style_number)) else {
            return Err(format!("The linesheet has no style `{style_number}`."));
        };
        let said: Vec<&str> =
            [line.colour.as_deref(), line.colour_code.as_deref()].into_iter().flatten().collect();
        if said.is_empty() {
            return match of_style[..] {
                [only] => Ok(only),
                _ => Err(format!(
                    "The line names no colour, and `{style_number}` comes in {}.",
                    of_style.len()
                )),
            };
        }
        let score = |at: usize| {
            let product = &self.products[at];
            let theirs: Vec<&str> =
                [product.colour.as_deref(), product.colour_code.as_deref()].into_iter().flatten().collect();
            let best = said.iter().flat_map(|a| theirs.iter().map(move |b| (a, b)));
            best.map(|(a, b)| if squash(a) == squash(b) { 1.0 } else { colours::likeness(a, b) })
                .fold(0.0_f32, f32::max)
        };
        let mut scored: Vec<(f32, usize)> = of_style.iter().map(|at| (score(*at), *at)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let colour = said[0];
        match scored[..] {
            [(best, at), ..] if best >= 0.999 => Ok(at),
            [(best, at)] if best >= 0.8 => Ok(at),
            [(best, at), (next, _), ..] if best >= 0.8 && best - next > 0.1 => Ok(at),
            // The linesheet names no colour for this style: it has but one.
            [(_, at)] if self.products[at].colour.is_none() && self.products[at].colour_code.is_none() => {
                Ok(at)
            }
            [(best, _), (next, _), ..] if best >= 0.8 && next >= 0.8 => {
                Err(format!("`{colour}` could be more than one colour of `{style_number}`."))
            }
            _ => Err(format!("The linesheet has `{style_number}`, but not in `{colour}`.")),
        }
    }
}

fn of_product(product: &Product, included: bool, new_id: &mut dyn FnMut() -> ItemId) -> Item {
    let sizes = product.sizes.iter().map(|s| SizeQuantity { size: s.clone(), quantity: None });
    Item {
        id: new_id(),
        style_number: product.style_number.clone(),
        name: product.name.clone(),
        colour: product.colour.clone(),
        colour_code: product.colour_code.clone(),
        category: product.category.clone(),
        subcategory: product.subcategory.clone(),
        sizes: sizes.collect(),
        size_range: None,
        units: None,
        wholesale: product.wholesale,
        rrp: product.rrp,
        currency: product.currency.clone(),
        material: product.material.clone(),
        origin: product.origin.clone(),
        description: product.description.clone(),
        sales_talk: None,
        photo: product.photo.clone(),
        more_photos: product.more_photos.clone(),
        matched: false,
        included,
        highlighted: false,
        order_price: None,
        product_source: product.source.clone(),
        order_sources: vec![],
        order_rows: vec![],
        edits: vec![],
    }
}

/// Adds what was ordered to an item.
fn add(item: &mut Item, lines: &[&OrderLine], product: Option<&Product>) {
    item.matched = true;
    item.included = true;
    for line in lines {
        let units = line.quantity.unwrap_or(0);
        item.units = Some(item.units.unwrap_or(0).saturating_add(units));
        if let Some(size) = &line.size {
            let same = |s: &&mut SizeQuantity| sizes::key(&s.size) == sizes::key(size);
            let at = item.sizes.iter_mut().find(same);
            match at {
                Some(s) => s.quantity = Some(s.quantity.unwrap_or(0).saturating_add(units)),
                None => item.sizes.push(SizeQuantity { size: size.clone(), quantity: Some(units) }),
            }
        } else if let Some(range) = &line.size_range {
            item.size_range = Some(range.clone());
        }
        if let Some(source) = line.source.as_ref().filter(|s| !item.order_sources.contains(s)) {
            item.order_sources.push(source.clone());
        }
        if !item.order_rows.contains(&line.row) {
            item.order_rows.push(line.row);
        }
        let other = line.unit_cost.filter(|c| product.and_then(|p| p.wholesale).is_some_and(|w| w != *c));
        if let Some(cost) = other {
            item.order_price = Some(cost);
        }
    }
}

/// An item of an order's lines alone.
fn of_group(group: &Group<'_>, new_id: &mut dyn FnMut() -> ItemId) -> Item {
    let first = group.lines[0];
    let product = Product {
        style_number: first.style_number.clone().or_else(|| first.upc.clone()).unwrap_or_default(),
        name: first.name.clone(),
        colour: first.colour.clone(),
        colour_code: first.colour_code.clone(),
        category: first.name.as_deref().and_then(|n| crate::goods::words().category(n)).map(str::to_owned),
        wholesale: first.unit_cost,
        rrp: first.retail,
        ..Product::default()
    };
    let mut item = of_product(&product, true, new_id);
    add(&mut item, &group.lines, None);
    item
}
