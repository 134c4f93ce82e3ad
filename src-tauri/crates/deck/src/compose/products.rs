//! Product slides: one large, or cards on a grid.

use std::collections::BTreeMap;

use papertray_model::Rect;
use papertray_model::collection::{Item, ItemKey};
use papertray_model::deck::{DeckTheme, ImageFit, PerSlide, SlideKind, Spot};

use super::card::{Card, Detail, Price, colour, named, paragraphs, places, prices, sizes, tall};
use super::{Cx, Limits, Pen};
use crate::plan::Planned;
use crate::slide::{Align, CELL_INSET, Cell, Element, Paragraph, Role, Row, Table};
use crate::style::{Style, Tone};
use crate::text::line;
use crate::words::{Word, number};

/// Where a card's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Under,
    Right,
}

/// The geometry of a layout on a deck's paper.
#[derive(Clone, Copy, Debug)]
struct Layout {
    columns: u32,
    rows: u32,
    side: Side,
    cell: (f32, f32),
    gap: f32,
    /// The frame's width where the text is beside it.
    picture: f32,
    size: f32,
    smallest: f32,
    compact: bool,
}

impl Layout {
    fn new(cx: &Cx<'_>, per_slide: PerSlide) -> Self {
        let area = cx.content();
        let gap = if cx.theme == DeckTheme::Grid { 28.0 } else { 22.0 } * cx.k;
        let upright = cx.h > cx.w;
        let side = |length: f32, count: u32| (length - gap * (count - 1) as f32) / count as f32;
        let four_across = side(area.width(), 4) >= 150.0;
        let (columns, rows, side_of) = match (per_slide, upright) {
            (PerSlide::Two, true) => (1, 2, Side::Right),
            (PerSlide::Two, false) if side(area.width(), 2) >= 330.0 => (2, 1, Side::Right),
            (PerSlide::Three, true) => (1, 3, Side::Right),
            (PerSlide::Four, true) => (2, 2, Side::Under),
            (PerSlide::Four, false) if four_across => (4, 1, Side::Under),
            (PerSlide::Four, false) => (2, 2, Side::Right),
            (PerSlide::Six, true) => (2, 3, Side::Right),
            (PerSlide::Six, false) => (3, 2, Side::Right),
            (PerSlide::Nine, true) => (3, 3, Side::Under),
            (PerSlide::Nine, false) => (3, 3, Side::Right),
            (PerSlide::Two, false) => (2, 1, Side::Under),
            (PerSlide::Three | PerSlide::One | PerSlide::Table, _) => (3, 1, Side::Under),
        };
        let cell = (side(area.width(), columns), side(area.height(), rows));
        let (size, smallest) = match per_slide {
            PerSlide::One | PerSlide::Two | PerSlide::Three | PerSlide::Table => (12.0, 10.0),
            PerSlide::Four => (10.5, 10.0),
            PerSlide::Six => (9.5, 8.5),
            PerSlide::Nine => (8.5, 7.5),
        };
        let share = if per_slide == PerSlide::Two { 0.6 } else { 0.45 };
        let picture = (cell.0 * share).min(cell.1 / cx.aspect);
        let compact = matches!(per_slide, PerSlide::Six | PerSlide::Nine);
        let floor = if per_slide == PerSlide::Four { 10.0 } else { 7.0 };
        let (size, smallest) = ((size * cx.k).max(floor), (smallest * cx.k).max(floor));
        Self { columns, rows, side: side_of, cell, gap, picture, size, smallest, compact }
    }

    /// The width of a card's text.
    fn text_width(&self, k: f32) -> f32 {
        match self.side {
            Side::Under => self.cell.0,
            Side::Right => self.cell.0 - self.picture - 14.0 * k,
        }
    }

    fn setting(&self, size: f32, k: f32) -> super::card::Setting {
        super::card::Setting {
            size,
            width: self.text_width(k),
            name_lines: 2,
            description_lines: if self.compact { 2 } else { 3 },
            compact: self.compact,
        }
    }

    /// The tallest a card's text may be.
    fn most(&self) -> f32 {
        match self.side {
            Side::Under => self.cell.1 * 0.47,
            Side::Right => self.cell.1,
        }
    }
}

/// What all slides of one layout share, so that frames and lines stand at the same place on each.
#[derive(Clone, Copy, Debug)]
struct Slots {
    size: f32,
    head: f32,
    details: f32,
    talk: f32,
    /// Prices stand one under the other.
    stacked: bool,
    prices: usize,
}

impl Slots {
    fn price_height(&self, k: f32) -> f32 {
        match (self.prices, self.stacked) {
            (0, _) => 0.0,
            (count, true) => count as f32 * self.size * 1.3 + 4.0 * k,
            (_, false) => self.size * (0.75 * 1.25 + 1.1 * 1.25) + 5.0 * k,
        }
    }

    fn gap(k: f32) -> f32 {
        3.0 * k
    }

    fn height(&self, k: f32) -> f32 {
        let talk = if self.talk > 0.0 { self.talk + Self::gap(k) } else { 0.0 };
        self.head + Self::gap(k) + self.details + self.price_height(k) + talk
    }
}

/// The slots of each layout a deck uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sizes {
    slots: BTreeMap<u8, Slots>,
}

impl Sizes {
    /// From every item that is shown in a layout.
    pub(crate) fn measure(cx: &Cx<'_>, planned: &[Planned<'_>]) -> Self {
        let mut items: BTreeMap<u8, (PerSlide, Vec<&Item>)> = BTreeMap::new();
        for slide in planned {
            if let Planned::Products { items: on, layout, .. } = slide
                && *layout != PerSlide::One
            {
                items.entry(*layout as u8).or_insert((*layout, Vec::new())).1.extend(on);
            }
        }
        let slots = items.into_iter().map(|(key, (layout, items))| (key, slots(cx, layout, &items)));
        Self { slots: slots.collect() }
    }
}

fn slots(cx: &Cx<'_>, per_slide: PerSlide, items: &[&Item]) -> Slots {
    let layout = Layout::new(cx, per_slide);
    let mut size = layout.size;
    loop {
        // Only measured: what does not fit is said by the slide that draws it.
        let mut pen = Pen::new(cx, 0, SlideKind::Products);
        let mut slots =
            Slots { size, head: 0.0, details: 0.0, talk: 0.0, stacked: layout.compact, prices: 0 };
        for item in items {
            let card = Card::new(&mut pen, item, layout.setting(size, cx.k));
            let [head, details, talk] = card.heights();
            slots.head = slots.head.max(head);
            slots.details = slots.details.max(details);
            slots.talk = slots.talk.max(talk);
            slots.prices = slots.prices.max(card.prices.len());
            slots.stacked |= too_wide(cx, &card.prices, size, layout.text_width(cx.k));
        }
        let over = slots.height(cx.k) - layout.most();
        if over <= 0.0 {
            return slots;
        }
        if size <= layout.smallest {
            slots.details = (slots.details - over).max(0.0);
            return slots;
        }
        size = (size - 0.5).max(layout.smallest);
    }
}

fn price_styles(size: f32) -> (Style, Style) {
    (Style::body(size * 0.75).tone(Tone::Muted), Style::body(size * 1.1).bold())
}

/// Draws a slide of products.
pub(crate) fn products(
    pen: &mut Pen<'_, '_>,
    group: usize,
    subcategory: Option<&str>,
    items: &[&Item],
    per_slide: PerSlide,
) {
    let cx = pen.cx;
    let name = cx.groups.get(group).map(|g| g.name.clone()).unwrap_or_default();
    pen.slide.items = items.iter().map(|i| i.id).collect();
    pen.slide.notes = items.iter().map(|i| note(cx, i)).collect::<Vec<_>>().join("\n\n");
    let season = cx.input.info.season.as_deref().map(str::trim).filter(|s| !s.is_empty());
    pen.head(&name, subcategory, season);
    if per_slide == PerSlide::One {
        if let Some(item) = items.first() {
            one(pen, item);
        }
        return;
    }
    let layout = Layout::new(cx, per_slide);
    let Some(slots) = cx.products.slots.get(&(per_slide as u8)).copied() else { return };
    let area = cx.content();
    if cx.theme == DeckTheme::Grid {
        rules(pen, &layout, area, items.len());
    }
    for (index, item) in (0u32..).zip(items) {
        let (column, row) = (index % layout.columns, index / layout.columns);
        let x = area.x0 + column as f32 * (layout.cell.0 + layout.gap);
        let y = area.y0 + row as f32 * (layout.cell.1 + layout.gap);
        let cell = Rect::new(x, y, x + layout.cell.0, y + layout.cell.1);
        match layout.side {
            Side::Under => under(pen, &layout, slots, cell, item),
            Side::Right => right(pen, &layout, slots, cell, item),
        }
    }
}

/// The hairlines of the grid between its cells.
fn rules(pen: &mut Pen<'_, '_>, layout: &Layout, area: Rect, count: usize) {
    let (width, tall) = (layout.cell.0 + layout.gap, layout.cell.1 + layout.gap);
    let top = 71.0 * pen.cx.k;
    let bottom = pen.cx.h - 35.0 * pen.cx.k;
    for column in 1..layout.columns {
        let x = area.x0 + column as f32 * width - layout.gap / 2.0;
        pen.upright(x, top, bottom, 0.75, Tone::Hairline);
    }
    let rows = (count as u32).div_ceil(layout.columns);
    for row in 1..rows.max(layout.rows) {
        let y = area.y0 + row as f32 * tall - layout.gap / 2.0;
        pen.rule(area.x0, area.x1, y, 0.75, Tone::Hairline);
    }
}

fn under(pen: &mut Pen<'_, '_>, layout: &Layout, slots: Slots, cell: Rect, item: &Item) {
    let k = pen.cx.k;
    let text = slots.height(k).min(layout.most());
    let gap = 9.0 * k;
    // Taller than this a frame stands empty above most pictures.
    let tall = (cell.height() - text - gap).min(cell.width() * pen.cx.aspect);
    let frame = Rect::new(cell.x0, cell.y0, cell.x1, cell.y0 + tall);
    pen.photo(frame, item, item.photo.as_ref(), pen.cx.input.settings.image_fit, (0.0, 1.0));
    let card = card(pen, layout, slots, item);
    let (x, mut y) = (cell.x0, frame.y1 + gap);
    column(pen, item, (x, y), cell.width(), &card.head);
    y += slots.head + Slots::gap(k);
    column(pen, item, (x, y), cell.width(), &card.details);
    y += slots.details;
    price_block(pen, item, slots, (x, y), cell.width(), &card.prices);
    y += slots.price_height(k);
    if !card.talk.is_empty() {
        column(pen, item, (x, y + Slots::gap(k)), cell.width(), &card.talk);
    }
}

fn right(pen: &mut Pen<'_, '_>, layout: &Layout, slots: Slots, cell: Rect, item: &Item) {
    let k = pen.cx.k;
    let high = cell.height().min(layout.picture * pen.cx.aspect);
    let frame = Rect::new(cell.x0, cell.y0, cell.x0 + layout.picture, cell.y0 + high);
    pen.photo(frame, item, item.photo.as_ref(), pen.cx.input.settings.image_fit, (0.0, 0.0));
    let card = card(pen, layout, slots, item);
    let (x, width) = (frame.x1 + 14.0 * k, layout.text_width(k));
    let mut y = cell.y0;
    column(pen, item, (x, y), width, &card.head);
    y += tall(&card.head) + Slots::gap(k);
    column(pen, item, (x, y), width, &card.details);
    y += tall(&card.details);
    price_block(pen, item, slots, (x, y), width, &card.prices);
    y += slots.price_height(k);
    if !card.talk.is_empty() {
        column(pen, item, (x, y + Slots::gap(k)), width, &card.talk);
    }
}

/// A card whose details fit their slot.
fn card(pen: &mut Pen<'_, '_>, layout: &Layout, slots: Slots, item: &Item) -> Card {
    let mut card = Card::new(pen, item, layout.setting(slots.size, pen.cx.k));
    if card.shorten(slots.details) {
        pen.note(&item.style_number, crate::text::Fitted::Cut, Some(item));
    } else if slots.size < layout.size - 0.1 {
        pen.note(&item.style_number, crate::text::Fitted::Smaller, Some(item));
    }
    card
}

/// Draws values one under the other, and keeps where each stands.
fn column(pen: &mut Pen<'_, '_>, item: &Item, (x, y): (f32, f32), width: f32, details: &[Detail]) {
    pen.paragraphs((x, y), width, paragraphs(details), Align::Left, Role::Free);
    for (top, bottom, key) in places(details) {
        pen.slide.spots.push(Spot { rect: Rect::new(x, y + top, x + width, y + bottom), item: item.id, key });
    }
}

fn price_block(
    pen: &mut Pen<'_, '_>,
    item: &Item,
    slots: Slots,
    (x, y): (f32, f32),
    width: f32,
    prices: &[Price],
) {
    let k = pen.cx.k;
    let (label, value) = price_styles(slots.size);
    let single =
        |spans: &[(&str, Style)]| Paragraph { lines: vec![line(&pen.cx.shaper, spans)], before: 0.0 };
    if slots.stacked {
        let small = Style { size: slots.size * 0.85, leading: 1.3, ..label };
        let value = Style { size: slots.size, leading: 1.3, ..value };
        let stacked = |p: &Price| {
            let name = format!("{}  ", p.label);
            let set = |part: f32| {
                let (small, value) = (small.sized(small.size * part), value.sized(value.size * part));
                single(&[(&name, small), (&p.amount, value)])
            };
            let wide = set(1.0).lines.first().map_or(0.0, |l| l.width);
            Detail { paragraph: set((width * 0.985 / wide.max(0.1)).min(1.0)), key: p.key }
        };
        let lines: Vec<Detail> = prices.iter().map(stacked).collect();
        column(pen, item, (x, y + 4.0 * k), width, &lines);
        return;
    }
    let across = across(prices, width, k);
    let blocks: Vec<Vec<Detail>> = prices
        .iter()
        .map(|p| {
            let both = [single(&[(p.label, label.clone())]), single(&[(&p.amount, value.clone())])];
            both.into_iter().map(|paragraph| Detail { paragraph, key: p.key }).collect()
        })
        .collect();
    for (index, block) in blocks.iter().enumerate() {
        column(pen, item, (x + index as f32 * across, y + 5.0 * k), across, block);
    }
}

/// The width of each of an item's prices side by side.
fn across(prices: &[Price], width: f32, k: f32) -> f32 {
    (width / prices.len().max(2) as f32).min(110.0 * k)
}

/// Whether an item's prices are too wide to stand side by side.
fn too_wide(cx: &Cx<'_>, prices: &[Price], size: f32, width: f32) -> bool {
    let across = across(prices, width, cx.k);
    let (label, value) = price_styles(size);
    let wide = |p: &Price| cx.shaper.width(&value, &p.amount).max(cx.shaper.width(&label, p.label)) + 6.0;
    prices.iter().any(|p| wide(p) > across)
}

/// One product, large, with its other pictures and all its values.
fn one(pen: &mut Pen<'_, '_>, item: &Item) {
    let cx = pen.cx;
    let settings = cx.input.settings;
    let (k, area) = (cx.k, cx.content());
    let upright = cx.h > cx.w;
    let more: Vec<_> = item.more_photos.iter().take(4).collect();
    let more = if settings.fields.more_photos { more } else { Vec::new() };
    let gap = 10.0 * k;
    let (frame, text) = if upright {
        let tall = area.height() * 0.56;
        let strip = if more.is_empty() { 0.0 } else { area.width() * 0.16 + gap };
        let frame = Rect::new(area.x0, area.y0, area.x1 - strip, area.y0 + tall);
        (frame, Rect::new(area.x0, frame.y1 + 20.0 * k, area.x1, area.y1))
    } else {
        let strip = if more.is_empty() { 0.0 } else { (area.height() - 3.0 * gap) / 4.0 * 0.78 + gap };
        let wide = (area.height() / cx.aspect).min(area.width() * 0.52 - strip);
        let frame = Rect::new(area.x0, area.y0, area.x0 + wide, area.y1);
        (
            frame,
            Rect::new(
                (frame.x1 + strip + 40.0 * k).max(area.x0 + area.width() * 0.5),
                area.y0,
                area.x1,
                area.y1,
            ),
        )
    };
    pen.photo(frame, item, item.photo.as_ref(), settings.image_fit, (0.0, 0.0));
    let tall = (frame.height() - 3.0 * gap) / 4.0;
    for (index, photo) in more.iter().enumerate() {
        let y = frame.y0 + index as f32 * (tall + gap);
        let x1 = if upright { area.x1 } else { frame.x1 + gap + tall * 0.78 };
        let thumb = Rect::new(frame.x1 + gap, y, x1, y + tall);
        pen.photo(thumb, item, Some(photo), ImageFit::Crop, (0.5, 0.5));
    }
    if cx.theme == DeckTheme::Grid && !upright {
        pen.upright(text.x0 - 18.0 * k, 71.0 * k, cx.h - 35.0 * k, 0.75, Tone::Hairline);
    }
    sheet(pen, item, text);
}

/// The values of one product as a column of labels and texts, with its prices at the foot.
fn sheet(pen: &mut Pen<'_, '_>, item: &Item, area: Rect) {
    let cx = pen.cx;
    let fields = cx.input.settings.fields;
    let k = cx.k;
    let width = area.width();
    let title = named(cx, item).unwrap_or(&item.style_number).to_owned();
    let title = if item.highlighted { format!("★\u{a0}{title}") } else { title };
    let mut style = Style::heading(26.0 * k).leading(1.12).tone(Tone::Ink);
    if cx.theme == DeckTheme::Grid {
        style = style.bold();
    }
    let mut head = pen.fit(&title, &style, width, Limits { lines: 3, smallest: 16.0 * k }, Some(item));
    if let Some(first) = head.lines.first_mut()
        && let Some((rest, style)) =
            first.spans.first().and_then(|s| Some((s.text.strip_prefix('★')?.to_owned(), s.style.clone())))
    {
        *first = line(&cx.shaper, &[("★", style.clone().tone(Tone::Accent)), (&rest, style)]);
    }
    let mut y = area.y0;
    let spot = |pen: &mut Pen<'_, '_>, y0: f32, y1: f32, key| {
        pen.slide.spots.push(Spot { rect: Rect::new(area.x0, y0, area.x1, y1), item: item.id, key });
    };
    let top = y;
    y = pen.paragraphs((area.x0, y), width, vec![head], Align::Left, Role::Free);
    spot(pen, top, y, Some(ItemKey::Name));
    let talk = item.sales_talk.as_deref().map(str::trim).filter(|t| !t.is_empty() && fields.sales_talk);
    if let Some(talk) = talk {
        let style = Style { heading: cx.theme == DeckTheme::Editorial, ..Style::body(12.5 * k) };
        let style = style.tone(Tone::Muted).leading(1.35);
        let paragraph = pen.fit(talk, &style, width, Limits { lines: 3, smallest: 10.0 * k }, Some(item));
        let top = y + 6.0 * k;
        y = pen.paragraphs((area.x0, top), width, vec![paragraph], Align::Left, Role::Free);
        spot(pen, top, y, Some(ItemKey::SalesTalk));
    }
    y += 14.0 * k;
    let prices = prices(cx, item);
    let price_top = if prices.is_empty() { area.y1 } else { area.y1 - 60.0 * k };
    let runs = size_run(pen, item, area.x0, width);
    let run_height = runs.as_ref().map_or(0.0, |t| t.rows.iter().map(|r| r.height).sum::<f32>() + 16.0 * k);
    let label = Style::body(9.0 * k).tone(Tone::Muted).leading(1.5);
    let value = Style::body(12.0 * k).leading(1.3);
    let indent = 84.0 * k;
    let text = |on: bool, value: &Option<String>| {
        value.as_deref().map(str::trim).filter(|v| on && !v.is_empty()).map(str::to_owned)
    };
    let sizes = sizes(cx, item, 24);
    let rows = [
        (
            Word::Style,
            (fields.style_number && named(cx, item).is_some()).then(|| item.style_number.clone()),
            None,
        ),
        (Word::Colour, colour(item).filter(|_| fields.colour), Some(ItemKey::Colour)),
        (
            Word::Sizes,
            Some(sizes).filter(|s| fields.sizes && runs.is_none() && !s.is_empty()),
            Some(ItemKey::Sizes),
        ),
        (Word::Material, text(fields.material, &item.material), Some(ItemKey::Material)),
        (Word::Origin, text(fields.origin, &item.origin), Some(ItemKey::Origin)),
        (Word::Description, text(fields.description, &item.description), Some(ItemKey::Description)),
    ];
    for (word, text, key) in rows {
        let Some(text) = text else { continue };
        let lines = if key == Some(ItemKey::Description) { 6 } else { 3 };
        let limits = Limits { lines, smallest: 9.0 * k };
        let paragraph = pen.fit(&text, &value, width - indent, limits, Some(item));
        let end = y + 10.0 * k + paragraph.height();
        if end > price_top - run_height {
            pen.note(&text, crate::text::Fitted::Cut, Some(item));
            continue;
        }
        pen.rule(area.x0, area.x1, y, 0.5, Tone::Hairline);
        pen.label((area.x0, y + 5.0 * k), indent - 6.0, cx.word(word), &label, Align::Left);
        let top = y + 5.0 * k;
        pen.paragraphs((area.x0 + indent, top), width - indent, vec![paragraph], Align::Left, Role::Free);
        spot(pen, top, end, key);
        y = end;
    }
    pen.rule(area.x0, area.x1, y, 0.5, Tone::Hairline);
    if let Some(mut table) = runs {
        table.y = y + 10.0 * k;
        let bottom = table.y + table.rows.iter().map(|r| r.height).sum::<f32>();
        spot(pen, table.y, bottom, Some(ItemKey::Sizes));
        pen.slide.elements.push(Element::Table(table));
    }
    if !prices.is_empty() {
        let stacked = too_wide(cx, &prices, 14.0 * k, width);
        let slots =
            Slots { size: 14.0 * k, head: 0.0, details: 0.0, talk: 0.0, stacked, prices: prices.len() };
        let top = area.y1 - slots.price_height(k);
        price_block(pen, item, slots, (area.x0, top), width, &prices);
    }
}

/// Units by size, where they are shown and there is room for every size; else `None`.
fn size_run(pen: &mut Pen<'_, '_>, item: &Item, x: f32, width: f32) -> Option<Table> {
    let cx = pen.cx;
    let settings = cx.input.settings;
    let sizes: Vec<_> = item.sizes.iter().filter(|s| s.quantity.is_some()).collect();
    if !settings.fields.units || sizes.is_empty() {
        return None;
    }
    let k = cx.k;
    let column = width / (sizes.len() + 1) as f32;
    let head = Style::body(8.5 * k).tone(Tone::Muted);
    let body = Style::body(10.5 * k);
    let widest = sizes.iter().map(|s| cx.shaper.width(&head, &s.size)).fold(0.0, f32::max);
    if widest + 2.0 * CELL_INSET + 2.0 > column {
        return None;
    }
    let mut cells = |text: &[String], style: &Style| -> Vec<Cell> {
        text.iter().map(|t| pen.cell(t, style, column, Align::Center, Some(item))).collect()
    };
    let units = |value: u32| number(settings.language, settings.money.number, u64::from(value));
    let mut names: Vec<String> = sizes.iter().map(|s| s.size.clone()).collect();
    names.push(cx.word(Word::Total).to_owned());
    let mut counts: Vec<String> = sizes.iter().map(|s| units(s.quantity.unwrap_or(0))).collect();
    counts.push(units(item.units.unwrap_or_else(|| sizes.iter().filter_map(|s| s.quantity).sum())));
    let rows = vec![
        Row { height: 18.0 * k, cells: cells(&names, &head), rule: Some((Tone::Hairline, 0.75)) },
        Row { height: 20.0 * k, cells: cells(&counts, &body), rule: Some((Tone::Hairline, 0.75)) },
    ];
    let columns = vec![column; sizes.len() + 1];
    let alt = format!("{}: {}", cx.word(Word::Sizes), item.style_number);
    Some(Table { x, y: 0.0, columns, rows, alt })
}

/// What the speaker can say of an item: everything the settings show, in words.
fn note(cx: &Cx<'_>, item: &Item) -> String {
    let fields = cx.input.settings.fields;
    let text = |on: bool, value: &Option<String>| {
        value.as_deref().map(str::trim).filter(|v| on && !v.is_empty()).map(str::to_owned)
    };
    let label = |word: Word, value: Option<String>| value.map(|v| format!("{}: {v}", cx.word(word)));
    let mut lines = vec![super::alt(item)];
    let sizes = Some(sizes(cx, item, usize::MAX)).filter(|s| fields.sizes && !s.is_empty());
    lines.extend(
        [
            label(Word::Sizes, sizes),
            label(Word::Material, text(fields.material, &item.material)),
            label(Word::Origin, text(fields.origin, &item.origin)),
            text(fields.description, &item.description),
            text(fields.sales_talk, &item.sales_talk),
        ]
        .into_iter()
        .flatten(),
    );
    let prices: Vec<String> = prices(cx, item).iter().map(|p| format!("{}: {}", p.label, p.amount)).collect();
    if !prices.is_empty() {
        lines.push(prices.join(" | "));
    }
    lines.join("\n")
}
