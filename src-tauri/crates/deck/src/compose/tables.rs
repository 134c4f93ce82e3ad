//! Slides of rows: products as a table, the order item by item, and its summary.

use papertray_model::collection::{Item, ItemKey};
use papertray_model::deck::{DeckTheme, ImageFit, PriceDisplay, Spot};
use papertray_model::{Minor, Rect};

use super::card::{colour, named, sizes};
use super::{Cx, Pen};
use crate::plan::delivery;
use crate::slide::{Align, Element, Row, Table};
use crate::style::{Style, Tone};
use crate::words::{Word, day, factor, number, styles};

const HEAD: f32 = 22.0;
const PRODUCT: f32 = 36.0;
const ORDER: f32 = 19.0;

impl Cx<'_> {
    /// Rows of products on a slide.
    pub(crate) fn table_rows(&self) -> usize {
        ((self.content().height() / self.k - HEAD) / PRODUCT).max(1.0) as usize
    }

    /// Rows of an order on a slide, with room for the total.
    pub(crate) fn order_rows(&self) -> usize {
        ((self.content().height() / self.k - HEAD) / ORDER - 1.0).max(1.0) as usize
    }

    fn units(&self, value: u64) -> String {
        number(self.input.settings.language, self.input.settings.money.number, value)
    }
}

/// A column: its heading, share of the width, where its cells stand, and what it says of an item.
struct Column<'a> {
    heading: &'static str,
    share: f32,
    align: Align,
    key: Option<ItemKey>,
    say: Box<dyn Fn(&Item) -> String + 'a>,
}

impl<'a> Column<'a> {
    fn left(
        heading: &'static str,
        share: f32,
        key: Option<ItemKey>,
        say: impl Fn(&Item) -> String + 'a,
    ) -> Self {
        Self { heading, share, align: Align::Left, key, say: Box::new(say) }
    }

    fn right(
        heading: &'static str,
        share: f32,
        key: Option<ItemKey>,
        say: impl Fn(&Item) -> String + 'a,
    ) -> Self {
        Self { heading, share, align: Align::Right, key, say: Box::new(say) }
    }
}

fn price_columns<'a>(cx: &'a Cx<'_>) -> Vec<Column<'a>> {
    let mut columns = Vec::new();
    let price = move |item: &Item, amount: Option<Minor>| {
        amount.map(|a| cx.money(a, cx.currency(item))).unwrap_or_default()
    };
    if cx.prices.wholesale() {
        let say = move |i: &Item| price(i, i.wholesale);
        columns.push(Column::right(cx.word(Word::Wholesale), 0.13, Some(ItemKey::Wholesale), say));
    }
    if cx.prices.rrp() {
        columns.push(Column::right(cx.word(Word::Rrp), 0.13, Some(ItemKey::Rrp), move |i: &Item| {
            price(i, i.rrp)
        }));
    }
    if cx.prices == PriceDisplay::Margin {
        let settings = cx.input.settings;
        let say = move |i: &Item| {
            let (Some(w), Some(r)) = (i.wholesale, i.rrp) else { return String::new() };
            factor(settings.language, settings.money.number, w, r).unwrap_or_default()
        };
        columns.push(Column::right(cx.word(Word::Margin), 0.09, Some(ItemKey::Rrp), say));
    }
    columns
}

fn product_columns<'a>(cx: &'a Cx<'_>) -> Vec<Column<'a>> {
    let fields = cx.input.settings.fields;
    let mut columns = Vec::new();
    columns.push(Column::left(cx.word(Word::Style), 0.14, None, |i: &Item| i.style_number.clone()));
    if fields.name {
        let say =
            |i: &Item| named(cx, i).map(|n| if i.highlighted { format!("★ {n}") } else { n.to_owned() });
        columns.push(Column::left(cx.word(Word::Name), 0.24, Some(ItemKey::Name), move |i| {
            say(i).unwrap_or_default()
        }));
    }
    if fields.colour {
        let say = |i: &Item| colour(i).unwrap_or_default();
        columns.push(Column::left(cx.word(Word::Colour), 0.16, Some(ItemKey::Colour), say));
    }
    if fields.sizes {
        columns
            .push(Column::left(cx.word(Word::Sizes), 0.2, Some(ItemKey::Sizes), |i: &Item| sizes(cx, i, 7)));
    }
    if fields.material && !fields.units {
        let say = |i: &Item| i.material.clone().unwrap_or_default();
        columns.push(Column::left(cx.word(Word::Material), 0.2, Some(ItemKey::Material), say));
    }
    if fields.units {
        let say = |i: &Item| i.units.map(|u| cx.units(u64::from(u))).unwrap_or_default();
        columns.push(Column::right(cx.word(Word::Units), 0.09, Some(ItemKey::Sizes), say));
    }
    columns.extend(price_columns(cx));
    columns
}

fn widths(columns: &[Column<'_>], width: f32) -> Vec<f32> {
    let all: f32 = columns.iter().map(|c| c.share).sum();
    columns.iter().map(|c| width * c.share / all.max(0.01)).collect()
}

fn head_row(pen: &mut Pen<'_, '_>, columns: &[Column<'_>], widths: &[f32], first: Option<f32>) -> Row {
    let cx = pen.cx;
    let style = Style::body(8.5 * cx.k).tone(Tone::Muted);
    let mut cells = Vec::new();
    if let Some(width) = first {
        cells.push(pen.cell("", &style, width, Align::Left, None));
    }
    for (column, width) in columns.iter().zip(widths) {
        cells.push(pen.cell(column.heading, &style, *width, column.align, None));
    }
    let rule = if cx.theme == DeckTheme::Grid { (Tone::Primary, 1.5) } else { (Tone::Muted, 0.75) };
    Row { height: HEAD * cx.k, cells, rule: Some(rule) }
}

/// Products as rows with small pictures.
pub(crate) fn table(pen: &mut Pen<'_, '_>, group: usize, subcategory: Option<&str>, items: &[&Item]) {
    let cx = pen.cx;
    let (k, area) = (cx.k, cx.content());
    let name = cx.groups.get(group).map(|g| g.name.clone()).unwrap_or_default();
    pen.slide.items = items.iter().map(|i| i.id).collect();
    pen.head(&name, subcategory, None);
    let columns = product_columns(cx);
    let thumb = PRODUCT * k;
    let widths = widths(&columns, area.width() - thumb);
    let body = Style::body(9.5 * k);
    let mut rows = vec![head_row(pen, &columns, &widths, Some(thumb))];
    let mut y = area.y0 + HEAD * k;
    let mut photos = Vec::new();
    for item in items {
        let mut cells = vec![pen.cell("", &body, thumb, Align::Left, None)];
        let mut x = area.x0 + thumb;
        for (column, width) in columns.iter().zip(&widths) {
            let style = if column.key.is_none() { body.clone().bold() } else { body.clone() };
            cells.push(pen.cell(&(column.say)(item), &style, *width, column.align, Some(item)));
            let rect = Rect::new(x, y, x + width, y + PRODUCT * k);
            pen.slide.spots.push(Spot { rect, item: item.id, key: column.key });
            x += width;
        }
        rows.push(Row { height: PRODUCT * k, cells, rule: Some((Tone::Hairline, 0.5)) });
        photos.push((
            Rect::new(area.x0, y + 2.5 * k, area.x0 + thumb - 6.0 * k, y + (PRODUCT - 2.5) * k),
            *item,
        ));
        y += PRODUCT * k;
    }
    let mut all = vec![thumb];
    all.extend(widths);
    pen.slide.elements.push(Element::Table(Table { x: area.x0, y: area.y0, columns: all, rows, alt: name }));
    for (frame, item) in photos {
        pen.photo(frame, item, item.photo.as_ref(), ImageFit::Contain, (0.0, 0.5));
    }
}

/// The order, item by item.
pub(crate) fn order(pen: &mut Pen<'_, '_>, items: &[&Item], part: usize, parts: usize) {
    let cx = pen.cx;
    let (k, area) = (cx.k, cx.content());
    let settings = cx.input.settings;
    let orders = cx.input.orders;
    pen.slide.items = items.iter().map(|i| i.id).collect();
    let aside = (parts > 1).then(|| format!("{} / {parts}", part + 1));
    pen.head(cx.word(Word::Order), None, aside.as_deref());
    let mut columns = vec![
        Column::left(cx.word(Word::Style), 0.14, None, |i: &Item| i.style_number.clone()),
        Column::left(cx.word(Word::Name), 0.2, Some(ItemKey::Name), |i: &Item| {
            i.name.clone().unwrap_or_default()
        }),
        Column::left(cx.word(Word::Colour), 0.13, Some(ItemKey::Colour), |i: &Item| {
            i.colour.clone().unwrap_or_default()
        }),
    ];
    if orders.iter().any(|o| o.start_ship.is_some()) {
        columns.push(Column::left(cx.word(Word::Delivery), 0.11, None, |i: &Item| {
            delivery(orders, i).map(|d| day(settings.language, d)).unwrap_or_default()
        }));
    }
    columns.push(Column::left(cx.word(Word::Sizes), 0.24, Some(ItemKey::Sizes), |i: &Item| {
        let ordered: Vec<String> =
            i.sizes.iter().filter_map(|s| s.quantity.map(|q| format!("{} × {q}", s.size))).collect();
        if ordered.is_empty() { i.size_range.clone().unwrap_or_default() } else { ordered.join(", ") }
    }));
    columns.push(Column::right(cx.word(Word::Units), 0.08, Some(ItemKey::Sizes), |i: &Item| {
        i.units.map(|u| cx.units(u64::from(u))).unwrap_or_default()
    }));
    if let Some(heading) = value_heading(cx) {
        columns.push(Column::right(heading, 0.12, None, |i: &Item| {
            value(cx, i).map(|v| cx.money(v, cx.currency(i))).unwrap_or_default()
        }));
    }
    let widths = widths(&columns, area.width());
    let body = Style::body(8.5 * k);
    let mut rows = vec![head_row(pen, &columns, &widths, None)];
    let mut y = area.y0 + HEAD * k;
    for item in items {
        let mut cells = Vec::new();
        let mut x = area.x0;
        for (column, width) in columns.iter().zip(&widths) {
            cells.push(pen.cell(&(column.say)(item), &body, *width, column.align, Some(item)));
            let rect = Rect::new(x, y, x + width, y + ORDER * k);
            pen.slide.spots.push(Spot { rect, item: item.id, key: column.key });
            x += width;
        }
        rows.push(Row { height: ORDER * k, cells, rule: Some((Tone::Hairline, 0.5)) });
        y += ORDER * k;
    }
    let alt = cx.word(Word::Order).to_owned();
    pen.slide.elements.push(Element::Table(Table { x: area.x0, y: area.y0, columns: widths, rows, alt }));
}

/// The heading of amounts: at wholesale prices where those may be seen, else at retail prices, else none.
fn value_heading(cx: &Cx<'_>) -> Option<&'static str> {
    match (cx.prices.wholesale(), cx.prices.rrp()) {
        (true, _) => Some(cx.word(Word::Value)),
        (false, true) => Some(cx.word(Word::Retail)),
        (false, false) => None,
    }
}

/// Units by the price whose amounts are shown.
fn value(cx: &Cx<'_>, item: &Item) -> Option<Minor> {
    let wholesale = cx.prices.wholesale();
    let price =
        if wholesale { item.order_price.or(item.wholesale) } else { item.rrp.filter(|_| cx.prices.rrp()) };
    let amount = price?.0.checked_mul(i64::from(item.units?))?;
    Some(Minor(amount))
}

/// Styles, units and value of some items.
#[derive(Clone, Default)]
struct Sum {
    styles: usize,
    units: u64,
    /// By currency, in the order they occur.
    values: Vec<(String, Minor)>,
}

impl Sum {
    fn of<'b>(cx: &Cx<'_>, items: impl IntoIterator<Item = &'b Item>) -> Self {
        let mut sum = Self::default();
        for item in items {
            let Some(units) = item.units else { continue };
            sum.styles += 1;
            sum.units += u64::from(units);
            let Some(amount) = value(cx, item) else { continue };
            let currency = cx.currency(item);
            match sum.values.iter_mut().find(|(c, _)| c == currency) {
                Some((_, total)) => *total = Minor(total.0.saturating_add(amount.0)),
                None => sum.values.push((currency.to_owned(), amount)),
            }
        }
        sum
    }

    fn value(&self, cx: &Cx<'_>) -> String {
        self.values.iter().map(|(c, v)| cx.money(*v, c)).collect::<Vec<_>>().join(" + ")
    }
}

/// Units and value in all, by category and by delivery.
pub(crate) fn summary(pen: &mut Pen<'_, '_>) {
    let cx = pen.cx;
    let (k, area) = (cx.k, cx.content());
    let settings = cx.input.settings;
    pen.head(cx.word(Word::OrderSummary), None, buyer(cx).as_deref());
    let total = Sum::of(cx, cx.items());
    let mut figures = vec![
        (styles_heading(cx), cx.units(total.styles as u64)),
        (cx.word(Word::Units), cx.units(total.units)),
    ];
    if let Some(heading) = value_heading(cx).filter(|_| !total.values.is_empty()) {
        figures.push((heading, total.value(cx)));
    }
    let label = Style::body(9.5 * k).tone(Tone::Muted);
    let mut big = Style::heading(30.0 * k).leading(1.15);
    if cx.theme == DeckTheme::Grid {
        big = big.bold();
    }
    let mut x = area.x0;
    let widths = [0.18, 0.22, 0.6].map(|share| area.width() * share);
    for ((heading, figure), width) in figures.iter().zip(widths) {
        pen.label((x, area.y0), width - 8.0, heading, &label, Align::Left);
        let limits = super::Limits { lines: 1, smallest: 12.0 * k };
        pen.text(
            (x, area.y0 + 13.0 * k),
            width - 8.0,
            figure,
            &big,
            limits,
            Align::Left,
            crate::slide::Role::Free,
        );
        x += width;
    }
    let top = area.y0 + 72.0 * k;
    let by_category: Vec<(String, Sum)> =
        cx.groups.iter().map(|g| (g.name.clone(), Sum::of(cx, g.items.iter().copied()))).collect();
    let mut days: Vec<Option<&str>> = cx.items().map(|i| delivery(cx.input.orders, i)).collect();
    days.sort_by_key(|d| (d.is_none(), *d));
    days.dedup();
    let by_delivery: Vec<(String, Sum)> = days
        .into_iter()
        .map(|d| {
            let name = d.map_or_else(|| cx.word(Word::NoDate).to_owned(), |d| day(settings.language, d));
            (name, Sum::of(cx, cx.items().filter(|i| delivery(cx.input.orders, i) == d)))
        })
        .collect();
    let upright = cx.h > cx.w;
    let gap = 40.0 * k;
    let width = if upright { area.width() } else { (area.width() - gap) / 2.0 };
    let first = Rect::new(
        area.x0,
        top,
        area.x0 + width,
        if upright { area.y0 + area.height() * 0.6 } else { area.y1 },
    );
    let end = sums(pen, first, cx.word(Word::Category), by_category, &total);
    if by_delivery.iter().filter(|(_, sum)| sum.units > 0).count() > 0
        && cx.input.orders.iter().any(|o| o.start_ship.is_some())
    {
        let second = if upright {
            Rect::new(area.x0, end + 24.0 * k, area.x1, area.y1)
        } else {
            Rect::new(area.x0 + width + gap, top, area.x1, area.y1)
        };
        sums(pen, second, cx.word(Word::Delivery), by_delivery, &total);
    }
}

fn styles_heading(cx: &Cx<'_>) -> &'static str {
    cx.word(Word::Style)
}

/// Who ordered, where the orders agree.
fn buyer(cx: &Cx<'_>) -> Option<String> {
    let mut buyers: Vec<&str> = cx.input.orders.iter().filter_map(|o| o.buyer.as_deref()).collect();
    buyers.dedup();
    (buyers.len() == 1).then(|| buyers.first().map(|b| (*b).to_owned())).flatten()
}

/// A table of sums with the total at its foot; rows that do not fit are drawn together into the last. Returns where it
/// ends.
fn sums(
    pen: &mut Pen<'_, '_>,
    area: Rect,
    first: &'static str,
    mut list: Vec<(String, Sum)>,
    total: &Sum,
) -> f32 {
    let cx = pen.cx;
    let k = cx.k;
    list.retain(|(_, sum)| sum.styles > 0);
    let step = 21.0 * k;
    let room = (((area.height() - HEAD * k) / step) as usize).saturating_sub(1).max(2);
    if list.len() > room {
        let rest = list.split_off(room - 1);
        let mut sum = Sum::default();
        for (_, other) in &rest {
            sum.styles += other.styles;
            sum.units += other.units;
            for (currency, amount) in &other.values {
                match sum.values.iter_mut().find(|(c, _)| c == currency) {
                    Some((_, all)) => *all = Minor(all.0.saturating_add(amount.0)),
                    None => sum.values.push((currency.clone(), *amount)),
                }
            }
        }
        list.push((format!("+ {}", rest.len()), sum));
    }
    let value = value_heading(cx);
    let shares: &[f32] = if value.is_some() { &[0.42, 0.16, 0.16, 0.26] } else { &[0.54, 0.23, 0.23] };
    let widths: Vec<f32> = shares.iter().map(|s| s * area.width()).collect();
    let head = Style::body(8.5 * k).tone(Tone::Muted);
    let body = Style::body(10.0 * k);
    let mut row = |texts: [String; 4], style: &Style, height: f32, rule: (Tone, f32)| {
        let cells = texts.iter().zip(&widths).enumerate().map(|(i, (text, width))| {
            pen.cell(text, style, *width, if i == 0 { Align::Left } else { Align::Right }, None)
        });
        Row { height, cells: cells.collect(), rule: Some(rule) }
    };
    let styles_word = styles(cx.input.settings.language, 2);
    let styles_word = styles_word.trim_start_matches(['2', ' ']).to_owned();
    let headings = [
        first.to_owned(),
        capital(&styles_word),
        cx.word(Word::Units).to_owned(),
        value.unwrap_or_default().to_owned(),
    ];
    let strong = if cx.theme == DeckTheme::Grid { (Tone::Primary, 1.5) } else { (Tone::Muted, 0.75) };
    let mut rows = vec![row(headings, &head, HEAD * k, strong)];
    let count = list.len();
    let line =
        |name: String, sum: &Sum| [name, cx.units(sum.styles as u64), cx.units(sum.units), sum.value(cx)];
    for (index, (name, sum)) in list.into_iter().enumerate() {
        let rule = if index + 1 == count { strong } else { (Tone::Hairline, 0.5) };
        rows.push(row(line(name, &sum), &body, step, rule));
    }
    rows.push(row(
        line(cx.word(Word::Total).to_owned(), total),
        &body.clone().bold(),
        step,
        (Tone::Hairline, 0.0),
    ));
    let end = area.y0 + rows.iter().map(|r| r.height).sum::<f32>();
    let alt = format!("{} – {first}", cx.word(Word::OrderSummary));
    pen.slide.elements.push(Element::Table(Table { x: area.x0, y: area.y0, columns: widths, rows, alt }));
    end
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|c| c.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
