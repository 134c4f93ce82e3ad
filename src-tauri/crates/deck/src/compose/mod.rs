//! From settings and items to slides with absolute geometry. Here: the stages, the page all slides share, and the pen
//! they are drawn with. Not here: what each kind of slide looks like.

mod card;
mod pages;
mod products;
mod tables;

pub(crate) use card::colour;
use papertray_model::collection::{Item, ItemKey, Photo};
use papertray_model::deck::{DeckTheme, ImageFit, PriceDisplay, SlideKind, Spot};
use papertray_model::{BlobHash, Minor, Rect};

use crate::fonts::{Fonts, Shaper};
use crate::plan::{Group, Input, Planned, Rows, plan};
use crate::slide::{
    Align, Cell, Deck, Element, Line, Paragraph, Picture, Role, Shape, Slide, TextBox, Trouble, hash, height,
};
use crate::style::{Palette, Style, Tone};
use crate::text::{Fitted, fit, line, one_line};
use crate::words::{Word, day, money, tag, word};

/// What all slides of a deck share.
pub(crate) struct Cx<'a> {
    pub input: Input<'a>,
    pub shaper: Shaper<'a>,
    pub theme: DeckTheme,
    pub prices: PriceDisplay,
    pub w: f32,
    pub h: f32,
    /// Type and margins in proportion to a 960 × 540 slide.
    pub k: f32,
    /// Height over width of most pictures.
    pub aspect: f32,
    pub groups: Vec<Group<'a>>,
    /// Of each planned slide: its key, and its number where it is shown.
    pub pages: Vec<(String, Option<usize>)>,
    pub products: products::Sizes,
}

/// Draws every slide of a deck.
pub fn compose(input: &Input<'_>, fonts: &Fonts) -> Deck {
    let settings = input.settings;
    let palette = Palette::new(settings.theme, &settings.look);
    let (w, h) = settings.format.size();
    let mut cx = Cx {
        input: *input,
        shaper: Shaper::new(fonts, &palette.heading, &palette.body),
        theme: settings.theme,
        prices: settings.shown_prices(),
        w,
        h,
        k: (w * h / (960.0 * 540.0)).sqrt().clamp(0.8, 1.1),
        aspect: aspect(input),
        groups: Vec::new(),
        pages: Vec::new(),
        products: products::Sizes::default(),
    };
    let (groups, planned) = plan(input, Rows { products: cx.table_rows(), orders: cx.order_rows() });
    cx.groups = groups;
    let mut number = 0;
    for slide in &planned {
        let key = key(slide, &cx.groups);
        let shown = !settings.hidden.contains(&key);
        number += usize::from(shown);
        cx.pages.push((key, shown.then_some(number)));
    }
    cx.products = products::Sizes::measure(&cx, &planned);
    let slides = planned.iter().enumerate().map(|(at, slide)| draw(&cx, slide, at, &palette)).collect();
    Deck {
        width: w,
        height: h,
        title: cx.title(),
        brand: input.info.brand.clone().unwrap_or_default(),
        language: tag(settings.language),
        slides,
        missing_glyphs: cx.shaper.missing(),
        palette,
    }
}

fn draw(cx: &Cx<'_>, planned: &Planned<'_>, at: usize, palette: &Palette) -> Slide {
    let mut pen = Pen::new(cx, at, kind(planned));
    match planned {
        Planned::Cover => pages::cover(&mut pen),
        Planned::Index => pages::index(&mut pen),
        Planned::Text { title, text, .. } => {
            pages::text(&mut pen, word(cx.input.settings.language, *title), text);
        }
        Planned::Divider { group } => pages::divider(&mut pen, *group),
        Planned::Products { group, subcategory, items, layout } => {
            products::products(&mut pen, *group, *subcategory, items, *layout);
        }
        Planned::Table { group, subcategory, items } => tables::table(&mut pen, *group, *subcategory, items),
        Planned::Summary => tables::summary(&mut pen),
        Planned::OrderTable { items, part, parts } => tables::order(&mut pen, items, *part, *parts),
        Planned::Terms => pages::terms(&mut pen),
    }
    let mut slide = pen.slide;
    if let Planned::Divider { group } | Planned::Products { group, .. } | Planned::Table { group, .. } =
        planned
    {
        slide.section = cx.groups.get(*group).map(|g| g.name.clone()).unwrap_or_default();
    }
    if !cx.input.settings.notes {
        slide.notes.clear();
    }
    slide.hash = hash(&slide, (cx.w, cx.h), palette);
    slide
}

fn key(planned: &Planned<'_>, groups: &[Group<'_>]) -> String {
    let first = |items: &[&Item]| items.first().map(|i| i.id.to_string()).unwrap_or_default();
    match planned {
        Planned::Cover => "cover".into(),
        Planned::Index => "index".into(),
        Planned::Text { key, .. } => format!("text:{key}"),
        Planned::Divider { group } => {
            format!("divider:{}", groups.get(*group).map(|g| g.name.as_str()).unwrap_or_default())
        }
        Planned::Products { items, .. } => format!("products:{}", first(items)),
        Planned::Table { items, .. } => format!("table:{}", first(items)),
        Planned::Summary => "summary".into(),
        Planned::OrderTable { part, .. } => format!("order:{}", part + 1),
        Planned::Terms => "terms".into(),
    }
}

fn kind(planned: &Planned<'_>) -> SlideKind {
    match planned {
        Planned::Cover => SlideKind::Cover,
        Planned::Index => SlideKind::Index,
        Planned::Text { .. } => SlideKind::Text,
        Planned::Divider { .. } => SlideKind::Divider,
        Planned::Products { .. } | Planned::Table { .. } => SlideKind::Products,
        Planned::Summary => SlideKind::Summary,
        Planned::OrderTable { .. } => SlideKind::OrderTable,
        Planned::Terms => SlideKind::Terms,
    }
}

impl<'a> Cx<'a> {
    pub(crate) fn word(&self, which: Word) -> &'static str {
        word(self.input.settings.language, which)
    }

    /// The deck's title: what the person wrote, else the brand, else the collection's name.
    pub(crate) fn title(&self) -> String {
        let info = self.input.info;
        let brand = info.brand.as_deref().map(str::trim).unwrap_or_default();
        let own = self.input.settings.texts.title.trim();
        [own, brand, info.name.trim()].into_iter().find(|t| !t.is_empty()).unwrap_or_default().to_owned()
    }

    /// An item's currency, else the settings', else the collection's.
    pub(crate) fn currency<'b>(&'b self, item: &'b Item) -> &'b str {
        Cx::currency_of(&self.input, item)
    }

    pub(crate) fn currency_of<'b>(input: &Input<'b>, item: &'b Item) -> &'b str {
        let own = item.currency.as_deref();
        own.or(input.settings.money.currency.as_deref())
            .or(input.info.currency.as_deref())
            .unwrap_or_default()
    }

    pub(crate) fn money(&self, amount: Minor, currency: &str) -> String {
        money(self.input.settings.language, &self.input.settings.money, amount, currency)
    }

    /// Left and right margin.
    pub(crate) fn margin(&self) -> f32 {
        48.0 * self.k
    }

    /// Where products and tables stand.
    pub(crate) fn content(&self) -> Rect {
        let top = match self.theme {
            DeckTheme::Quiet => 82.0,
            DeckTheme::Editorial => 88.0,
            DeckTheme::Grid => 84.0,
        };
        Rect::new(self.margin(), top * self.k, self.w - self.margin(), self.h - 48.0 * self.k)
    }

    /// A photo to lead with: a highlighted item's, else the first.
    pub(crate) fn lead<'b>(
        mut items: impl Iterator<Item = &'b Item> + Clone,
    ) -> Option<(&'b Item, &'b Photo)> {
        let found = items.clone().filter(|i| i.highlighted).find_map(|i| i.photo.as_ref().map(|p| (i, p)));
        found.or_else(|| items.find_map(|i| i.photo.as_ref().map(|p| (i, p))))
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = &'a Item> + Clone {
        self.groups.iter().flat_map(|g| g.items.iter().copied())
    }
}

/// What a picture shows, for those who do not see it. Never a price.
pub(crate) fn alt(item: &Item) -> String {
    let parts = [item.name.as_deref(), item.colour.as_deref(), Some(item.style_number.as_str())];
    let parts: Vec<&str> = parts.into_iter().flatten().map(str::trim).filter(|p| !p.is_empty()).collect();
    parts.join(", ")
}

/// A slide being drawn.
pub(crate) struct Pen<'c, 'a> {
    pub cx: &'c Cx<'a>,
    pub slide: Slide,
    pub number: Option<usize>,
}

/// How a text may be fitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub lines: usize,
    pub smallest: f32,
}

impl<'c, 'a> Pen<'c, 'a> {
    fn new(cx: &'c Cx<'a>, at: usize, kind: SlideKind) -> Self {
        let (key, number) = cx.pages.get(at).cloned().unwrap_or_default();
        let slide = Slide {
            key,
            title: String::new(),
            kind,
            items: Vec::new(),
            hidden: number.is_none(),
            section: String::new(),
            ground: Tone::Paper,
            elements: Vec::new(),
            notes: String::new(),
            spots: Vec::new(),
            troubles: Vec::new(),
            hash: String::new(),
        };
        Self { cx, slide, number }
    }

    /// Breaks a text, and keeps in mind what did not fit.
    pub(crate) fn fit(
        &mut self,
        text: &str,
        style: &Style,
        width: f32,
        limits: Limits,
        item: Option<&Item>,
    ) -> Paragraph {
        let (paragraph, fitted) = fit(&self.cx.shaper, text, style, width, limits.lines, limits.smallest);
        self.note(text, fitted, item);
        paragraph
    }

    pub(crate) fn note(&mut self, text: &str, fitted: Fitted, item: Option<&Item>) {
        if fitted != Fitted::Whole {
            let text: String = text.chars().take(40).collect();
            let trouble = Trouble { item: item.map(|i| i.id), text, cut: fitted == Fitted::Cut };
            if !self.slide.troubles.contains(&trouble) {
                self.slide.troubles.push(trouble);
            }
        }
    }

    /// One line, cut where it does not fit.
    pub(crate) fn one_line(&mut self, text: &str, style: &Style, width: f32, item: Option<&Item>) -> Line {
        let (line, fitted) = one_line(&self.cx.shaper, text, style, width);
        self.note(text, fitted, item);
        line
    }

    /// A cell of a table of `width` points.
    pub(crate) fn cell(
        &mut self,
        text: &str,
        style: &Style,
        width: f32,
        align: Align,
        item: Option<&Item>,
    ) -> Cell {
        let line = self.one_line(text, style, width - 2.0 * crate::slide::CELL_INSET - 2.0, item);
        Cell { line, align }
    }

    /// Draws paragraphs with their top left at `(x, y)`; returns where they end.
    pub(crate) fn paragraphs(
        &mut self,
        (x, y): (f32, f32),
        width: f32,
        paragraphs: Vec<Paragraph>,
        align: Align,
        role: Role,
    ) -> f32 {
        let end = y + height(&paragraphs);
        if role == Role::Title {
            self.slide.title = paragraphs.iter().map(Paragraph::text).collect::<Vec<_>>().join(" ");
        }
        if paragraphs.iter().any(|p| !p.lines.is_empty()) {
            let rect = Rect::new(x, y, x + width, end);
            self.slide.elements.push(Element::Text(TextBox { rect, role, align, paragraphs, link: None }));
        }
        end
    }

    /// Draws a text at `(x, y)`; returns where it ends.
    #[allow(clippy::too_many_arguments, reason = "where, what, how: each is needed at every call")]
    pub(crate) fn text(
        &mut self,
        (x, y): (f32, f32),
        width: f32,
        text: &str,
        style: &Style,
        limits: Limits,
        align: Align,
        role: Role,
    ) -> f32 {
        let paragraph = self.fit(text, style, width, limits, None);
        self.paragraphs((x, y), width, vec![paragraph], align, role)
    }

    /// Draws one line at `(x, y)`; returns where it ends.
    pub(crate) fn label(
        &mut self,
        (x, y): (f32, f32),
        width: f32,
        text: &str,
        style: &Style,
        align: Align,
    ) -> f32 {
        let line = self.one_line(text, style, width, None);
        self.paragraphs((x, y), width, vec![Paragraph { lines: vec![line], before: 0.0 }], align, Role::Free)
    }

    pub(crate) fn fill(&mut self, rect: Rect, tone: Tone) {
        self.slide.elements.push(Element::Shape(Shape { rect, fill: Some(tone), frame: None }));
    }

    /// A level rule with its top at `y`.
    pub(crate) fn rule(&mut self, x0: f32, x1: f32, y: f32, thickness: f32, tone: Tone) {
        self.fill(Rect::new(x0, y, x1, y + thickness), tone);
    }

    /// An upright rule with its left at `x`.
    pub(crate) fn upright(&mut self, x: f32, y0: f32, y1: f32, thickness: f32, tone: Tone) {
        self.fill(Rect::new(x, y0, x + thickness, y1), tone);
    }

    /// An item's picture in a frame, or what stands for a missing one.
    /// `anchor`: which parts of the room left over are at its left and above it.
    pub(crate) fn photo(
        &mut self,
        frame: Rect,
        item: &Item,
        photo: Option<&Photo>,
        fit: ImageFit,
        anchor: (f32, f32),
    ) {
        let Some(photo) = photo.filter(|p| p.width > 0 && p.height > 0) else {
            let (rect, _) = place(frame, (1000.0, 1000.0 * self.cx.aspect), [0.0; 4], fit, anchor);
            self.missing(rect, item);
            return;
        };
        let crop = if fit == ImageFit::TrimWhite {
            self.cx.input.borders.get(&photo.blob).copied().unwrap_or_default()
        } else {
            [0.0; 4]
        };
        let (rect, crop) = place(frame, (photo.width as f32, photo.height as f32), crop, fit, anchor);
        self.picture(rect, &photo.blob, crop, (photo.width, photo.height), alt(item), Some(item));
        self.slide.spots.push(Spot { rect, item: item.id, key: Some(ItemKey::Photo) });
    }

    pub(crate) fn picture(
        &mut self,
        rect: Rect,
        blob: &BlobHash,
        crop: [f32; 4],
        pixels: (u32, u32),
        alt: String,
        item: Option<&Item>,
    ) {
        let item = item.map(|i| i.id);
        self.slide.elements.push(Element::Picture(Picture {
            rect,
            blob: blob.clone(),
            crop,
            pixels,
            alt,
            item,
        }));
    }

    /// A neutral frame with the style number.
    fn missing(&mut self, frame: Rect, item: &Item) {
        self.fill(frame, Tone::Panel);
        let size = (frame.width() * 0.09).clamp(7.0, 14.0);
        let style = Style::body(size).tone(Tone::Muted);
        let line = self.one_line(&item.style_number, &style, frame.width() - 8.0, Some(item));
        let y = frame.center().1 - line.height() / 2.0;
        let paragraph = Paragraph { lines: vec![line], before: 0.0 };
        self.paragraphs((frame.x0 + 2.0, y), frame.width() - 4.0, vec![paragraph], Align::Center, Role::Free);
        self.slide.spots.push(Spot { rect: frame, item: item.id, key: Some(ItemKey::Photo) });
    }

    /// The brand's mark inside `area`, at its left, in the middle or at its right; `false` where there is none.
    pub(crate) fn logo(&mut self, area: Rect, align: Align) -> bool {
        let (Some(blob), Some((width, height))) = (&self.cx.input.settings.look.logo, self.cx.input.logo)
        else {
            return false;
        };
        if width == 0 || height == 0 {
            return false;
        }
        let scale = (area.width() / width as f32).min(area.height() / height as f32);
        let (w, h) = (width as f32 * scale, height as f32 * scale);
        let x = match align {
            Align::Left => area.x0,
            Align::Center => area.center().0 - w / 2.0,
            Align::Right => area.x1 - w,
        };
        let y = area.center().1 - h / 2.0;
        let brand = self.cx.input.info.brand.clone().unwrap_or_else(|| self.cx.title());
        self.picture(Rect::new(x, y, x + w, y + h), blob, [0.0; 4], (width, height), brand, None);
        true
    }

    /// The head of a slide: its title, what it is a part of, and the theme's rules.
    pub(crate) fn head(&mut self, title: &str, after: Option<&str>, aside: Option<&str>) {
        let cx = self.cx;
        let (k, x0, x1) = (cx.k, cx.margin(), cx.w - cx.margin());
        let (size, y) = match cx.theme {
            DeckTheme::Quiet => (16.0, 36.0),
            DeckTheme::Editorial => (21.0, 32.0),
            DeckTheme::Grid => (22.0, 37.0),
        };
        if cx.theme == DeckTheme::Grid {
            self.rule(x0, x1, 28.0 * k, 2.5 * k, Tone::Primary);
        }
        let mut style = Style::heading(size * k);
        if cx.theme != DeckTheme::Editorial {
            style = style.bold();
        }
        let muted = Style { tone: Tone::Muted, bold: false, ..style.clone() };
        let width = (x1 - x0) * 0.74;
        let gap = match cx.theme {
            DeckTheme::Quiet | DeckTheme::Grid => "  ",
            DeckTheme::Editorial => "  ·  ",
        };
        let after = after.filter(|a| !a.is_empty() && *a != title);
        let second = after.map(|a| format!("{gap}{a}")).unwrap_or_default();
        let together = line(&cx.shaper, &[(title, style.clone()), (&second, muted)]);
        let head = if together.width <= width && after.is_some() {
            together
        } else {
            self.one_line(title, &style, width, None)
        };
        self.paragraphs(
            (x0, y * k),
            width,
            vec![Paragraph { lines: vec![head], before: 0.0 }],
            Align::Left,
            Role::Title,
        );
        if let Some(aside) = aside {
            let style = Style::body(9.0 * k).tone(Tone::Muted);
            let y = (y + size * 0.45) * k;
            self.label((x1 - (x1 - x0) * 0.24, y), (x1 - x0) * 0.24, aside, &style, Align::Right);
        }
        match cx.theme {
            DeckTheme::Quiet => {}
            DeckTheme::Editorial => self.rule(x0, x1, 70.0 * k, 0.75, Tone::Hairline),
            DeckTheme::Grid => self.rule(x0, x1, 71.0 * k, 0.75, Tone::Hairline),
        }
        self.foot();
    }

    /// The foot of a slide: what the person wrote there, the day of the prices, the slide's number.
    pub(crate) fn foot(&mut self) {
        let cx = self.cx;
        let settings = cx.input.settings;
        let (k, x0, x1) = (cx.k, cx.margin(), cx.w - cx.margin());
        let y = cx.h - 28.0 * k;
        let style = Style::body((7.5 * k).max(7.0)).tone(Tone::Muted);
        let third = (x1 - x0) / 3.0;
        if cx.theme == DeckTheme::Grid {
            self.rule(x0, x1, y - 7.0 * k, 0.75, Tone::Hairline);
        }
        let left = if settings.footer.trim().is_empty() {
            let season = cx.input.info.season.as_deref().unwrap_or_default();
            let parts = [cx.input.info.brand.as_deref().unwrap_or_default(), season];
            parts.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>().join("  ·  ")
        } else {
            settings.footer.trim().to_owned()
        };
        let dated =
            settings.price_date.as_deref().filter(|d| !d.is_empty() && cx.prices != PriceDisplay::None);
        let dated = dated.map(|d| format!("{} {}", cx.word(Word::PricesAsOf), day(settings.language, d)));
        let middle = [Some(settings.confidentiality.trim().to_owned()), dated];
        let middle: Vec<String> = middle.into_iter().flatten().filter(|t| !t.is_empty()).collect();
        for (x, width, text, align, role) in [
            (x0, third, left, Align::Left, Role::Footer),
            (x0 + third, third, middle.join("  ·  "), Align::Center, Role::Free),
        ] {
            if !text.is_empty() {
                let line = self.one_line(&text, &style, width - 4.0, None);
                self.paragraphs(
                    (x, y),
                    width,
                    vec![Paragraph { lines: vec![line], before: 0.0 }],
                    align,
                    role,
                );
            }
        }
        if let Some(number) = self.number.filter(|_| settings.page_numbers) {
            let line = line(&cx.shaper, &[(&number.to_string(), style)]);
            let paragraph = Paragraph { lines: vec![line], before: 0.0 };
            self.paragraphs((x1 - 60.0, y), 60.0, vec![paragraph], Align::Right, Role::Number);
        }
    }
}

/// Where a picture goes in its frame, and what of it is left out: parts of its sides at left, top, right and bottom.
pub(crate) fn place(
    frame: Rect,
    (width, height): (f32, f32),
    crop: [f32; 4],
    fit: ImageFit,
    anchor: (f32, f32),
) -> (Rect, [f32; 4]) {
    let [left, top, right, bottom] = crop;
    let (w, h) = ((width * (1.0 - left - right)).max(1.0), (height * (1.0 - top - bottom)).max(1.0));
    if fit == ImageFit::Crop {
        let scale = (frame.width() / w).max(frame.height() / h);
        let (over_x, over_y) =
            ((1.0 - frame.width() / (w * scale)).max(0.0), (1.0 - frame.height() / (h * scale)).max(0.0));
        // People and products have their heads at the top: less is taken there.
        let crop = [over_x / 2.0, over_y * 0.4, over_x / 2.0, over_y * 0.6];
        return (frame, crop);
    }
    let scale = (frame.width() / w).min(frame.height() / h);
    let (w, h) = (w * scale, h * scale);
    let x = frame.x0 + (frame.width() - w) * anchor.0;
    let y = frame.y0 + (frame.height() - h) * anchor.1;
    (Rect::new(x, y, x + w, y + h), crop)
}

/// Height over width of the middle one of the deck's pictures, within reason.
fn aspect(input: &Input<'_>) -> f32 {
    let photos = input.items.iter().filter(|i| i.included).filter_map(|i| i.photo.as_ref());
    let mut all: Vec<f32> = photos
        .filter(|p| p.width > 0 && p.height > 0)
        .map(|p| {
            let trimmed = Some(&p.blob).filter(|_| input.settings.image_fit == ImageFit::TrimWhite);
            let [left, top, right, bottom] =
                trimmed.and_then(|b| input.borders.get(b)).copied().unwrap_or_default();
            p.height as f32 * (1.0 - top - bottom) / (p.width as f32 * (1.0 - left - right)).max(1.0)
        })
        .collect();
    all.sort_by(f32::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(1.33).clamp(0.9, 1.5)
}
