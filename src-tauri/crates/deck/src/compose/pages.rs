//! Cover, contents, texts, dividers, terms.

use papertray_model::Rect;
use papertray_model::collection::{Item, Photo};
use papertray_model::deck::{DeckTheme, ImageFit};

use super::{Cx, Limits, Pen};
use crate::slide::{Align, Element, Paragraph, Role};
use crate::style::{Style, Tone};
use crate::words::{Word, styles};

/// The cover's texts: title, and the lines under it.
fn words(cx: &Cx<'_>) -> (String, String, String) {
    let info = cx.input.info;
    let title = cx.title();
    let season = info.season.as_deref().map(str::trim).unwrap_or_default();
    let name =
        Some(info.name.trim()).filter(|n| !n.is_empty() && *n != title && !n.eq_ignore_ascii_case(season));
    let parts = [Some(season).filter(|s| !s.is_empty()), name];
    // A name that says the season already says it once.
    let doubled =
        name.is_some_and(|n| !season.is_empty() && n.to_lowercase().contains(&season.to_lowercase()));
    let second = if doubled {
        name.unwrap_or_default().to_owned()
    } else {
        parts.into_iter().flatten().collect::<Vec<_>>().join("  ·  ")
    };
    (title, second, cx.input.settings.texts.tagline.trim().to_owned())
}

fn limits(lines: usize, smallest: f32) -> Limits {
    Limits { lines, smallest }
}

/// The first slide.
pub(crate) fn cover(pen: &mut Pen<'_, '_>) {
    let (title, second, tagline) = words(pen.cx);
    match pen.cx.theme {
        DeckTheme::Quiet => quiet_cover(pen, &title, &second, &tagline),
        DeckTheme::Editorial => editorial_cover(pen, &title, &second, &tagline),
        DeckTheme::Grid => grid_cover(pen, &title, &second, &tagline),
    }
    if pen.slide.title.is_empty() {
        pen.slide.title = title;
    }
}

fn quiet_cover(pen: &mut Pen<'_, '_>, title: &str, second: &str, tagline: &str) {
    let cx = pen.cx;
    let (k, w, h, m) = (cx.k, cx.w, cx.h, cx.margin() * 2.0);
    let style = Style::heading(38.0 * k).tracked(5.0 * k).leading(1.25);
    let paragraph = pen.fit(&title.to_uppercase(), &style, w - 2.0 * m, limits(2, 20.0 * k), None);
    let mut y = (h - paragraph.height()) / 2.0 - 14.0 * k;
    let logo = Rect::new(w / 2.0 - 120.0 * k, y - 110.0 * k, w / 2.0 + 120.0 * k, y - 36.0 * k);
    if pen.logo(logo, Align::Center) {
        y += 14.0 * k;
    }
    y = pen.paragraphs((m, y), w - 2.0 * m, vec![paragraph], Align::Center, Role::Title);
    if !second.is_empty() {
        let style = Style::body(14.0 * k).tracked(0.6 * k);
        y = pen.text(
            (m, y + 12.0 * k),
            w - 2.0 * m,
            second,
            &style,
            limits(2, 10.0),
            Align::Center,
            Role::Subtitle,
        );
    }
    if !tagline.is_empty() {
        let style = Style::body(11.0 * k).tone(Tone::Muted).leading(1.4);
        pen.rule(w / 2.0 - 16.0 * k, w / 2.0 + 16.0 * k, y + 18.0 * k, 0.75, Tone::Muted);
        pen.text((m, y + 30.0 * k), w - 2.0 * m, tagline, &style, limits(2, 9.0), Align::Center, Role::Free);
    }
    quiet_foot(pen);
}

/// What a cover says at its foot: nothing but what must stand on every page.
fn quiet_foot(pen: &mut Pen<'_, '_>) {
    let cx = pen.cx;
    let text = cx.input.settings.confidentiality.trim();
    if !text.is_empty() {
        let style = Style::body((7.5 * cx.k).max(7.0)).tone(Tone::Muted);
        pen.label((cx.margin(), cx.h - 28.0 * cx.k), cx.w - 2.0 * cx.margin(), text, &style, Align::Left);
    }
}

/// A picture that fills the right of a slide to its edges; returns where the text's column ends.
fn side_picture(pen: &mut Pen<'_, '_>, lead: Option<(&Item, &Photo)>, share: f32) -> f32 {
    let cx = pen.cx;
    let Some((item, photo)) = lead else { return cx.w - cx.margin() };
    let frame = if cx.h > cx.w {
        Rect::new(0.0, 0.0, cx.w, cx.h * 0.52)
    } else {
        Rect::new(cx.w * (1.0 - share), 0.0, cx.w, cx.h)
    };
    pen.photo(frame, item, Some(photo), ImageFit::Crop, (0.5, 0.5));
    // The picture leads to nothing here: it stands for the whole.
    pen.slide.spots.clear();
    if cx.h > cx.w { cx.w - cx.margin() } else { frame.x0 - 36.0 * cx.k }
}

fn editorial_cover(pen: &mut Pen<'_, '_>, title: &str, second: &str, tagline: &str) {
    let cx = pen.cx;
    let (k, m) = (cx.k, cx.margin());
    let right = side_picture(pen, Cx::lead(cx.items()), 0.42);
    let width = right - m;
    let top = if cx.h > cx.w && right > cx.w * 0.8 && pen.slide.elements.len() > 1 {
        cx.h * 0.56
    } else {
        48.0 * k
    };
    let logo = Rect::new(m, top, m + 170.0 * k, top + 52.0 * k);
    pen.logo(logo, Align::Left);
    let style = Style::heading(58.0 * k).leading(1.06);
    let heading = pen.fit(title, &style, width, limits(3, 26.0 * k), None);
    let small = Style::body(13.0 * k).tone(Tone::Muted).leading(1.4);
    let tag = (!tagline.is_empty()).then(|| pen.fit(tagline, &small, width * 0.9, limits(3, 10.0), None));
    let foot = cx.h - 52.0 * k;
    let tag_height = tag.as_ref().map_or(0.0, |t| t.height() + 16.0 * k);
    let y = foot - tag_height - heading.height();
    if !second.is_empty() {
        let style = Style::body(11.0 * k).tone(Tone::Accent).tracked(1.6 * k);
        let line = pen.one_line(&second.to_uppercase(), &style, width, None);
        let paragraph = Paragraph { lines: vec![line], before: 0.0 };
        pen.paragraphs((m, y - 26.0 * k), width, vec![paragraph], Align::Left, Role::Subtitle);
    }
    let end = pen.paragraphs((m, y), width, vec![heading], Align::Left, Role::Title);
    if let Some(tag) = tag {
        pen.paragraphs((m, end + 16.0 * k), width, vec![tag], Align::Left, Role::Free);
    }
    quiet_foot(pen);
}

fn grid_cover(pen: &mut Pen<'_, '_>, title: &str, second: &str, tagline: &str) {
    let cx = pen.cx;
    let (k, m, w, h) = (cx.k, cx.margin(), cx.w, cx.h);
    pen.rule(m, w - m, 28.0 * k, 6.0 * k, Tone::Primary);
    let style = Style::heading(76.0 * k).bold().tracked(-1.6 * k).leading(1.0);
    let logo = Rect::new(w - m - 150.0 * k, 48.0 * k, w - m, 100.0 * k);
    let width = if pen.logo(logo, Align::Right) { w - 2.0 * m - 170.0 * k } else { w - 2.0 * m };
    let mut y = pen.text((m, 46.0 * k), width, title, &style, limits(3, 34.0 * k), Align::Left, Role::Title);
    if !tagline.is_empty() {
        let style = Style::body(13.0 * k).tone(Tone::Muted).leading(1.35);
        y = pen.text(
            (m, y + 8.0 * k),
            width * 0.7,
            tagline,
            &style,
            limits(2, 10.0),
            Align::Left,
            Role::Free,
        );
    }
    let foot = h - 66.0 * k;
    pen.rule(m, w - m, foot, 0.75, Tone::Hairline);
    let style = Style::body(12.0 * k).bold();
    let third = (w - 2.0 * m) / 3.0;
    let count = styles(cx.input.settings.language, cx.items().count());
    let categories: Vec<&str> = cx.groups.iter().map(|g| g.name.as_str()).collect();
    for (at, text, align) in [(0.0, second.to_owned(), Align::Left), (2.0, count, Align::Right)] {
        if !text.is_empty() {
            let x = m + at * third + if at > 0.0 { 12.0 } else { 0.0 };
            pen.label((x, foot + 12.0 * k), third - 12.0, &text, &style, align);
        }
    }
    let list = categories.join(", ");
    let muted = Style::body(10.0 * k).tone(Tone::Muted);
    let paragraph = pen.cx.shaper.width(&muted, &list);
    if paragraph < 2.0 * third {
        pen.label((m + third, foot + 13.0 * k), third, &list, &muted, Align::Center);
    }
    let photos: Vec<(&Item, &Photo)> = first_photos(cx, 5);
    let count = photos.len();
    let top = y.max(46.0 * k + 96.0 * k) + 24.0 * k;
    if count == 0 || foot - top < 90.0 * k {
        quiet_foot(pen);
        return;
    }
    let cell = (w - 2.0 * m) / count.max(3) as f32;
    pen.rule(m, w - m, top, 0.75, Tone::Hairline);
    for (index, (item, photo)) in photos.into_iter().enumerate() {
        let x = m + index as f32 * cell;
        if index > 0 {
            pen.upright(x, top, foot, 0.75, Tone::Hairline);
        }
        let pad = 10.0 * k;
        let frame = Rect::new(x + pad, top + pad, x + cell - pad, foot - pad);
        pen.photo(frame, item, Some(photo), ImageFit::Contain, (0.5, 0.5));
    }
    pen.slide.spots.clear();
    quiet_foot(pen);
}

/// The lead photos of the first groups, then of the first group's items.
fn first_photos<'a>(cx: &Cx<'a>, most: usize) -> Vec<(&'a Item, &'a Photo)> {
    let mut found: Vec<(&Item, &Photo)> =
        cx.groups.iter().filter_map(|g| Cx::lead(g.items.iter().copied())).take(most).collect();
    for item in cx.items() {
        if found.len() >= most {
            break;
        }
        if let Some(photo) = item.photo.as_ref().filter(|p| found.iter().all(|(_, f)| f.blob != p.blob)) {
            found.push((item, photo));
        }
    }
    found
}

/// Categories, how many styles each has, and where it begins. A click goes there.
pub(crate) fn index(pen: &mut Pen<'_, '_>) {
    let cx = pen.cx;
    let k = cx.k;
    pen.head(cx.word(Word::Contents), None, None);
    let area = cx.content();
    let count = cx.groups.len();
    let columns = if count > 9 { 2 } else { 1 };
    let rows = count.div_ceil(columns).max(1);
    let gap = 48.0 * k;
    let width = if columns == 2 { (area.width() - gap) / 2.0 } else { area.width() * 0.66 };
    let step = (area.height() / rows as f32).min(40.0 * k);
    let size = (step * 0.4).min(16.0 * k);
    let style = Style { heading: cx.theme == DeckTheme::Editorial, ..Style::body(size) };
    let style = if cx.theme == DeckTheme::Grid { style.bold() } else { style };
    let muted = Style::body((size * 0.7).max(6.0)).tone(Tone::Muted);
    for (index, group) in cx.groups.iter().enumerate() {
        let (x, y) =
            (area.x0 + (index / rows) as f32 * (width + gap), area.y0 + (index % rows) as f32 * step);
        let (key, page) = first_page(cx, index);
        let line = pen.one_line(&group.name, &style, width * 0.68, None);
        let height = line.height();
        let top = y + (step - height) / 2.0;
        pen.paragraphs(
            (x, top),
            width * 0.68,
            vec![Paragraph { lines: vec![line], before: 0.0 }],
            Align::Left,
            Role::Free,
        );
        if let Some(Element::Text(text)) = pen.slide.elements.last_mut() {
            text.link = key;
        }
        let small = y + (step - muted.size * muted.leading) / 2.0 + size * 0.06;
        let count = styles(cx.input.settings.language, group.items.len());
        pen.label((x + width * 0.68, small), width * 0.2, &count, &muted, Align::Right);
        if let Some(page) = page {
            let style = style.clone().tone(Tone::Ink);
            pen.label((x + width * 0.88, top), width * 0.12, &page.to_string(), &style, Align::Right);
        }
        pen.rule(x, x + width, y + step - 0.5, 0.5, Tone::Hairline);
    }
}

/// The first shown slide of a group.
fn first_page(cx: &Cx<'_>, group: usize) -> (Option<String>, Option<usize>) {
    let Some(group) = cx.groups.get(group) else { return (None, None) };
    let own = |key: &str| {
        key.strip_prefix("divider:") == Some(group.name.as_str())
            || ["products:", "table:"].iter().any(|prefix| {
                key.strip_prefix(prefix).is_some_and(|id| group.items.iter().any(|i| i.id.to_string() == id))
            })
    };
    let found = cx.pages.iter().find(|(key, page)| page.is_some() && own(key));
    found.map_or((None, None), |(key, page)| (Some(key.clone()), *page))
}

/// A text of the person's as paragraphs that fit `area`: smaller until they do.
fn body(pen: &mut Pen<'_, '_>, text: &str, area: Rect, style: &Style, smallest: f32) -> Vec<Paragraph> {
    let mut size = style.size;
    loop {
        let set = style.sized(size);
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let mut gap = false;
        for line in text.trim().lines() {
            let line = line.trim();
            if line.is_empty() {
                gap = true;
                continue;
            }
            let point = line.strip_prefix("- ").or_else(|| line.strip_prefix("• "));
            let shown = point.map_or_else(|| line.to_owned(), |p| format!("–\u{2002}{p}"));
            let (mut paragraph, _) =
                crate::text::fit(&pen.cx.shaper, &shown, &set, area.width(), usize::MAX, size);
            paragraph.before = if gap {
                size * 0.75
            } else if point.is_some() {
                size * 0.3
            } else {
                0.0
            };
            gap = false;
            paragraphs.push(paragraph);
        }
        if crate::slide::height(&paragraphs) <= area.height() {
            if size < style.size - 3.0 {
                pen.note(text, crate::text::Fitted::Smaller, None);
            }
            return paragraphs;
        }
        if size <= smallest {
            while crate::slide::height(&paragraphs) > area.height() {
                let Some(last) = paragraphs.last_mut() else { break };
                last.lines.pop();
                if last.lines.is_empty() {
                    paragraphs.pop();
                }
            }
            if let Some(span) =
                paragraphs.last_mut().and_then(|p| p.lines.last_mut()).and_then(|l| l.spans.last_mut())
            {
                span.text = format!("{}…", span.text.trim_end_matches([' ', '.', ',']));
            }
            pen.note(text, crate::text::Fitted::Cut, None);
            return paragraphs;
        }
        size = (size - 0.5).max(smallest);
    }
}

/// A slide of the person's words: its title at the left, the words in a column of their own.
pub(crate) fn text(pen: &mut Pen<'_, '_>, title: &str, text: &str) {
    let cx = pen.cx;
    let (k, m) = (cx.k, cx.margin());
    let upright = cx.h > cx.w;
    if cx.theme == DeckTheme::Grid {
        pen.rule(m, cx.w - m, 28.0 * k, 2.5 * k, Tone::Primary);
    }
    let size = if cx.theme == DeckTheme::Quiet { 28.0 } else { 36.0 };
    let mut style = Style::heading(size * k).leading(1.1);
    if cx.theme == DeckTheme::Grid {
        style = style.bold().tracked(-0.5 * k);
    }
    let column = if upright { cx.w - 2.0 * m } else { cx.w * 0.3 };
    let top = 64.0 * k;
    let end = pen.text((m, top), column, title, &style, limits(3, 18.0 * k), Align::Left, Role::Title);
    let area = if upright {
        Rect::new(m, end + 28.0 * k, cx.w - m, cx.h - 60.0 * k)
    } else {
        Rect::new(cx.w * 0.4, top + 4.0 * k, cx.w - m * 1.4, cx.h - 60.0 * k)
    };
    if cx.theme == DeckTheme::Editorial && !upright {
        pen.upright(cx.w * 0.4 - 28.0 * k, top + 4.0 * k, cx.h - 60.0 * k, 0.75, Tone::Hairline);
    }
    // A short text is set larger: it has the slide to itself.
    let size = match text.chars().count() {
        0..=220 => 22.0,
        221..=600 => 18.0,
        _ => 15.0,
    };
    let style = Style::body(size * k).leading(1.5);
    let paragraphs = body(pen, text, area, &style, 9.5);
    pen.paragraphs((area.x0, area.y0), area.width(), paragraphs, Align::Left, Role::Body);
    pen.foot();
}

/// A category begins.
pub(crate) fn divider(pen: &mut Pen<'_, '_>, group: usize) {
    let cx = pen.cx;
    let (k, m, w, h) = (cx.k, cx.margin(), cx.w, cx.h);
    let Some(found) = cx.groups.get(group) else { return };
    let lead = Cx::lead(found.items.iter().copied());
    let count = styles(cx.input.settings.language, found.items.len());
    let name = found.name.as_str();
    let upright = h > w;
    match cx.theme {
        DeckTheme::Quiet => {
            let frame = if upright {
                Rect::new(m, m * 1.5, w - m, h * 0.56)
            } else {
                Rect::new(w * 0.52, 64.0 * k, w - m * 1.5, h - 64.0 * k)
            };
            let mut width = w - 2.0 * m;
            if let Some((item, photo)) = lead {
                pen.photo(
                    frame,
                    item,
                    Some(photo),
                    cx.input.settings.image_fit,
                    (if upright { 0.0 } else { 1.0 }, 0.5),
                );
                if !upright {
                    width = w * 0.52 - m * 2.0;
                }
            }
            let style = Style::heading(34.0 * k).leading(1.15);
            let paragraph = pen.fit(name, &style, width, limits(3, 18.0 * k), None);
            let y = if upright { h * 0.62 } else { (h - paragraph.height()) / 2.0 - 10.0 * k };
            let y = pen.paragraphs((m * 1.5, y), width, vec![paragraph], Align::Left, Role::Title);
            let style = Style::body(11.0 * k).tone(Tone::Muted);
            pen.label((m * 1.5, y + 8.0 * k), width, &count, &style, Align::Left);
        }
        DeckTheme::Editorial => {
            let right = side_picture(pen, lead, 0.42);
            let style = Style::heading(52.0 * k).leading(1.08);
            let paragraph = pen.fit(name, &style, right - m, limits(3, 22.0 * k), None);
            let y = h - 84.0 * k - paragraph.height();
            let small = Style::body(11.0 * k).tone(Tone::Accent).tracked(1.6 * k);
            let number = format!("{:02}", group + 1);
            pen.label((m, y - 26.0 * k), right - m, &number, &small, Align::Left);
            let y = pen.paragraphs((m, y), right - m, vec![paragraph], Align::Left, Role::Title);
            let style = Style::body(12.0 * k).tone(Tone::Muted);
            pen.label((m, y + 8.0 * k), right - m, &count, &style, Align::Left);
        }
        DeckTheme::Grid => {
            pen.slide.ground = Tone::Primary;
            let style = Style::heading(84.0 * k).bold().tracked(-1.8 * k).leading(1.0).tone(Tone::OnPrimary);
            let paragraph = pen.fit(name, &style, w - 2.0 * m, limits(3, 34.0 * k), None);
            let small = Style::body(13.0 * k).bold().tone(Tone::OnPrimary);
            pen.rule(m, w - m, 28.0 * k, 2.5 * k, Tone::OnPrimary);
            let number = format!("{:02} / {:02}", group + 1, cx.groups.len());
            pen.label((m, 44.0 * k), 200.0 * k, &number, &small, Align::Left);
            pen.label((w - m - 200.0 * k, 44.0 * k), 200.0 * k, &count, &small, Align::Right);
            let y = h - 48.0 * k - paragraph.height();
            pen.paragraphs((m, y), w - 2.0 * m, vec![paragraph], Align::Left, Role::Title);
        }
    }
    pen.slide.spots.clear();
}

/// Terms of sale beside whom to ask.
pub(crate) fn terms(pen: &mut Pen<'_, '_>) {
    let cx = pen.cx;
    let k = cx.k;
    let texts = &cx.input.settings.texts;
    let parts: Vec<(Word, &str)> = [(Word::Terms, texts.terms.trim()), (Word::Contact, texts.contact.trim())]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let title = parts.iter().map(|(w, _)| cx.word(*w)).collect::<Vec<_>>().join("  ·  ");
    pen.head(&title, None, None);
    let area = cx.content();
    let upright = cx.h > cx.w;
    let gap = 40.0 * k;
    let share = if parts.len() == 1 { 0.7 } else { 0.6 };
    let mut x = area.x0;
    let mut top = area.y0 + 8.0 * k;
    for (index, (which, text)) in parts.iter().enumerate() {
        let width = match (upright, index) {
            (true, _) => area.width(),
            (false, 0) => area.width() * share,
            (false, _) => area.x1 - x,
        };
        let limit =
            if upright && index == 0 && parts.len() > 1 { area.y0 + area.height() * 0.6 } else { area.y1 };
        let label = Style::body(9.5 * k).tone(Tone::Muted);
        let y = if parts.len() > 1 {
            pen.label((x, top), width, cx.word(*which), &label, Align::Left) + 6.0 * k
        } else {
            top
        };
        let style = Style::body(12.0 * k).leading(1.45);
        let column = Rect::new(x, y, x + width, limit);
        let paragraphs = body(pen, text, column, &style, 8.0);
        let role = if index == 0 { Role::Body } else { Role::Free };
        let end = pen.paragraphs((x, y), width, paragraphs, Align::Left, role);
        if upright {
            top = end + 24.0 * k;
        } else {
            x += width + gap;
        }
    }
}
