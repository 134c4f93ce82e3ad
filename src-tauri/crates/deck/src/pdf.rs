//! The deck as PDF: the slides' geometry drawn as it is, fonts embedded in part, pictures once.

use std::collections::BTreeMap;

use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect as Area, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document, SerializeSettings};
use papertray_model::Rect;
use papertray_model::deck::SlideKind;

use crate::fonts::{Fonts, Shaper};
use crate::photo::Pictures;
use crate::slide::{Align, CELL_INSET, Deck, Element, Line, Picture, Slide, Table, TextBox};
use crate::style::{Style, Tone};

/// A PDF could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be written: {0}")]
pub struct Error(String);

/// Writes the deck's shown slides, with an outline, links and metadata. Same input, same bytes.
pub fn write(deck: &Deck, fonts: &Fonts, pictures: &Pictures) -> Result<Vec<u8>, Error> {
    let slides: Vec<&Slide> = deck.shown().map(|(_, s)| s).collect();
    let mut writer = Writer::new(deck, fonts, pictures);
    let mut document = Document::new_with(SerializeSettings::default());
    for slide in &slides {
        writer.page(&mut document, slide, &slides)?;
    }
    document.set_outline(outline(&slides));
    document.set_metadata(metadata(deck));
    document.finish().map_err(|e| Error(format!("{e:?}")))
}

/// Writes one slide alone, whether it is hidden or not: what the preview draws.
pub fn write_slide(deck: &Deck, slide: &Slide, fonts: &Fonts, pictures: &Pictures) -> Result<Vec<u8>, Error> {
    let mut document =
        Document::new_with(SerializeSettings { xmp_metadata: false, ..SerializeSettings::default() });
    Writer::new(deck, fonts, pictures).page(&mut document, slide, &[])?;
    document.finish().map_err(|e| Error(format!("{e:?}")))
}

fn metadata(deck: &Deck) -> Metadata {
    let mut metadata = Metadata::new()
        .title(deck.title.clone())
        .language(deck.language.to_owned())
        .creator("Papertray".into())
        .producer("Papertray".into());
    if !deck.brand.is_empty() {
        metadata = metadata.authors(vec![deck.brand.clone()]);
    }
    metadata
}

fn outline(slides: &[&Slide]) -> Outline {
    let mut outline = Outline::new();
    let mut before = "";
    for (page, slide) in slides.iter().enumerate() {
        // Of a category only its beginning.
        if slide.kind == SlideKind::Products && slide.section == before {
            continue;
        }
        before = &slide.section;
        let name = if slide.section.is_empty() { &slide.title } else { &slide.section };
        let target = XyzDestination::new(page, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(name.clone(), target));
    }
    outline
}

struct Writer<'a> {
    deck: &'a Deck,
    shaper: Shaper<'a>,
    fonts: Vec<Option<Font>>,
    pictures: &'a Pictures,
    images: BTreeMap<String, Option<Image>>,
}

impl<'a> Writer<'a> {
    fn new(deck: &'a Deck, fonts: &'a Fonts, pictures: &'a Pictures) -> Self {
        let open = |face| {
            let (bytes, index) = fonts.file(face);
            Font::new(Data::from(bytes), index)
        };
        Self {
            deck,
            shaper: Shaper::new(fonts, &deck.palette.heading, &deck.palette.body),
            fonts: (0..fonts.len()).map(open).collect(),
            pictures,
            images: BTreeMap::new(),
        }
    }

    fn page(&mut self, document: &mut Document, slide: &Slide, all: &[&Slide]) -> Result<(), Error> {
        let settings = PageSettings::from_wh(self.deck.width, self.deck.height);
        let settings = settings.ok_or_else(|| Error("a slide without a size".into()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let ground = Rect::new(0.0, 0.0, self.deck.width, self.deck.height);
        self.fill(&mut surface, ground, slide.ground);
        for element in &slide.elements {
            match element {
                Element::Shape(shape) => {
                    if let Some(tone) = shape.fill {
                        self.fill(&mut surface, shape.rect, tone);
                    }
                    if let Some((tone, width)) = shape.frame {
                        self.frame(&mut surface, shape.rect, tone, width);
                    }
                }
                Element::Text(text) => self.text(&mut surface, text),
                Element::Picture(picture) => self.picture(&mut surface, picture),
                Element::Table(table) => self.table(&mut surface, table),
            }
        }
        surface.finish();
        for element in &slide.elements {
            let Element::Text(text) = element else { continue };
            let to = text.link.as_ref().and_then(|key| all.iter().position(|s| s.key == *key));
            if let (Some(to), Some(area)) = (to, area(text.rect)) {
                let target = Target::Destination(XyzDestination::new(to, Point::from_xy(0.0, 0.0)).into());
                page.add_annotation(Annotation::new_link(LinkAnnotation::new(area, target), None));
            }
        }
        page.finish();
        Ok(())
    }

    fn paint(&self, surface: &mut Surface<'_>, tone: Tone) {
        let [r, g, b] = self.deck.palette.colour(tone);
        surface.set_stroke(None);
        surface.set_fill(Some(Fill {
            paint: rgb::Color::new(r, g, b).into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
    }

    fn fill(&self, surface: &mut Surface<'_>, rect: Rect, tone: Tone) {
        let Some(area) = area(rect) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(area);
        if let Some(path) = path.finish() {
            self.paint(surface, tone);
            surface.draw_path(&path);
        }
    }

    /// Four thin boxes inside the edges: the same in every program.
    fn frame(&self, surface: &mut Surface<'_>, rect: Rect, tone: Tone, width: f32) {
        let Rect { x0, y0, x1, y1 } = rect;
        for side in [
            Rect::new(x0, y0, x1, y0 + width),
            Rect::new(x0, y1 - width, x1, y1),
            Rect::new(x0, y0, x0 + width, y1),
            Rect::new(x1 - width, y0, x1, y1),
        ] {
            self.fill(surface, side, tone);
        }
    }

    fn text(&self, surface: &mut Surface<'_>, text: &TextBox) {
        let mut y = text.rect.y0;
        for (index, paragraph) in text.paragraphs.iter().enumerate() {
            y += if index == 0 { 0.0 } else { paragraph.before };
            for line in &paragraph.lines {
                self.line(surface, line, text.rect.x0, y, text.rect.width(), text.align);
                y += line.height();
            }
        }
    }

    /// A line whose box has its top at `y`. The baseline lies one descent above the box's bottom: where programs put
    /// it when the distance of lines is given exactly.
    fn line(&self, surface: &mut Surface<'_>, line: &Line, x: f32, y: f32, width: f32, align: Align) {
        let trailing = line.spans.last().map_or(0.0, |s| s.style.tracking);
        let free = width - line.width + trailing;
        let mut x = match align {
            Align::Left => x,
            Align::Center => x + free / 2.0,
            Align::Right => x + free,
        };
        let tallest = line.spans.iter().max_by(|a, b| a.style.size.total_cmp(&b.style.size));
        let descent = tallest.map_or(0.0, |s| self.shaper.descent(&s.style) * s.style.size);
        let baseline = y + line.height() - descent;
        for span in &line.spans {
            self.paint(surface, span.style.tone);
            x = self.span(surface, &span.text, &span.style, x, baseline);
        }
    }

    fn span(&self, surface: &mut Surface<'_>, text: &str, style: &Style, mut x: f32, y: f32) -> f32 {
        for run in self.shaper.runs(style, text) {
            let Some(Some(font)) = self.fonts.get(run.face) else { continue };
            let extra = style.tracking / style.size.max(0.1);
            let glyphs: Vec<KrillaGlyph> = run
                .glyphs
                .iter()
                .map(|g| {
                    KrillaGlyph::new(
                        GlyphId::new(g.id),
                        g.advance + extra,
                        g.x,
                        g.y,
                        0.0,
                        g.start..g.end,
                        None,
                    )
                })
                .collect();
            let width: f32 = glyphs.iter().map(|g| g.x_advance * style.size).sum();
            surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font.clone(), &run.text, style.size, false);
            x += width;
        }
        x
    }

    fn picture(&mut self, surface: &mut Surface<'_>, picture: &Picture) {
        let Some(image) = self.image(picture) else { return };
        let [left, top, right, bottom] = picture.crop;
        let rect = picture.rect;
        let (w, h) =
            (rect.width() / (1.0 - left - right).max(0.01), rect.height() / (1.0 - top - bottom).max(0.01));
        let (Some(area), Some(size)) = (area(rect), Size::from_wh(w, h)) else { return };
        let mut clip = PathBuilder::new();
        clip.push_rect(area);
        let cropped = picture.crop.iter().any(|c| *c > 0.0);
        let clip = clip.finish().filter(|_| cropped);
        if let Some(clip) = &clip {
            surface.push_clip_path(clip, &FillRule::NonZero);
        }
        surface.push_transform(&Transform::from_translate(rect.x0 - left * w, rect.y0 - top * h));
        surface.draw_image(image, size);
        surface.pop();
        if clip.is_some() {
            surface.pop();
        }
    }

    fn image(&mut self, picture: &Picture) -> Option<Image> {
        let key = picture.blob.as_str();
        if let Some(known) = self.images.get(key) {
            return known.clone();
        }
        let image = self.pictures.get(&picture.blob).and_then(|prepared| {
            let data = Data::from(prepared.bytes.clone());
            if prepared.png { Image::from_png(data, true).ok() } else { Image::from_jpeg(data, true).ok() }
        });
        self.images.insert(key.to_owned(), image.clone());
        image
    }

    fn table(&self, surface: &mut Surface<'_>, table: &Table) {
        let mut y = table.y;
        let width: f32 = table.columns.iter().sum();
        for row in &table.rows {
            let mut x = table.x;
            for (cell, column) in row.cells.iter().zip(&table.columns) {
                let top = y + (row.height - cell.line.height()) / 2.0;
                self.line(surface, &cell.line, x + CELL_INSET, top, column - 2.0 * CELL_INSET, cell.align);
                x += column;
            }
            y += row.height;
            if let Some((tone, thickness)) = row.rule.filter(|(_, t)| *t > 0.0) {
                let rule = Rect::new(table.x, y - thickness / 2.0, table.x + width, y + thickness / 2.0);
                self.fill(surface, rule, tone);
            }
        }
    }
}

fn area(rect: Rect) -> Option<Area> {
    Area::from_ltrb(rect.x0, rect.y0, rect.x1, rect.y1)
}
