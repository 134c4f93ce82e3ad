//! One slide as PresentationML (ECMA-376 part 1, 19.3 and 21.1).

use std::fmt::Write as _;

use papertray_model::Rect;
use papertray_model::deck::SlideKind;

use super::xml::{HEAD, Relations, SPACES, TREE, emu, escape, extent};
use crate::photo::Pictures;
use crate::slide::{Align, CELL_INSET, Deck, Element, Line, Paragraph, Picture, Role, Slide, Table, TextBox};
use crate::style::{Style, Tone};

/// A slide's part and its relationships.
pub(crate) struct Written {
    pub xml: String,
    pub relations: Relations,
}

/// The layout a kind of slide is made from: its number in the package.
pub(crate) fn layout(kind: SlideKind) -> usize {
    match kind {
        SlideKind::Cover => 1,
        SlideKind::Text | SlideKind::Terms => 2,
        SlideKind::Divider => 3,
        SlideKind::Index | SlideKind::Products | SlideKind::Summary | SlideKind::OrderTable => 4,
    }
}

/// `order`: the shown slides' keys, for links.
pub(crate) fn write(deck: &Deck, slide: &Slide, order: &[&str], pictures: &Pictures) -> Written {
    let mut pen =
        Pen { deck, slide, order, pictures, relations: Relations::default(), xml: String::new(), id: 1 };
    pen.relations.add("slideLayout", &format!("../slideLayouts/slideLayout{}.xml", layout(slide.kind)));
    for element in &slide.elements {
        match element {
            Element::Shape(shape) => pen.shape(shape.rect, shape.fill, shape.frame),
            Element::Text(text) => pen.text(text),
            Element::Picture(picture) => pen.picture(picture),
            Element::Table(table) => pen.table(table),
        }
    }
    let ground = if slide.ground == Tone::Paper {
        String::new()
    } else {
        format!("<p:bg><p:bgPr>{}<a:effectLst/></p:bgPr></p:bg>", solid(slide.ground))
    };
    let body = pen.xml;
    let xml = format!(
        "{HEAD}<p:sld {SPACES}><p:cSld>{ground}<p:spTree>{TREE}{body}</p:spTree></p:cSld>\
         <p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    );
    Written { xml, relations: pen.relations }
}

/// A tone as the theme's colour.
pub(crate) fn scheme(tone: Tone) -> &'static str {
    match tone {
        Tone::Ink => "tx1",
        Tone::Paper => "bg1",
        Tone::Muted => "tx2",
        Tone::Panel => "bg2",
        Tone::Primary => "accent1",
        Tone::Accent => "accent2",
        Tone::Hairline => "accent3",
        Tone::OnPrimary => "accent4",
    }
}

fn solid(tone: Tone) -> String {
    format!(r#"<a:solidFill><a:schemeClr val="{}"/></a:solidFill>"#, scheme(tone))
}

struct Pen<'a> {
    deck: &'a Deck,
    slide: &'a Slide,
    order: &'a [&'a str],
    pictures: &'a Pictures,
    relations: Relations,
    xml: String,
    id: u32,
}

impl Pen<'_> {
    fn id(&mut self) -> u32 {
        self.id += 1;
        self.id
    }

    /// A box that carries nothing to read.
    fn shape(&mut self, rect: Rect, fill: Option<Tone>, frame: Option<(Tone, f32)>) {
        let id = self.id();
        let fill = fill.map_or_else(|| "<a:noFill/>".to_owned(), solid);
        let frame = frame.map_or_else(
            || "<a:ln><a:noFill/></a:ln>".to_owned(),
            |(tone, width)| format!(r#"<a:ln w="{}">{}</a:ln>"#, emu(width), solid(tone)),
        );
        let _ = write!(
            self.xml,
            r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="Rule {id}">{DECORATIVE}</p:cNvPr><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>{}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}{frame}</p:spPr></p:sp>"#,
            extent(rect)
        );
    }

    fn text(&mut self, text: &TextBox) {
        let id = self.id();
        let (name, holder) = match text.role {
            Role::Title if self.slide.kind == SlideKind::Cover => ("Title", r#"<p:ph type="ctrTitle"/>"#),
            Role::Title => ("Title", r#"<p:ph type="title"/>"#),
            Role::Subtitle => ("Subtitle", r#"<p:ph type="subTitle" idx="1"/>"#),
            Role::Body => ("Text", r#"<p:ph type="body" idx="1"/>"#),
            Role::Footer => ("Footer", r#"<p:ph type="ftr" sz="quarter" idx="11"/>"#),
            Role::Number => ("Slide number", r#"<p:ph type="sldNum" sz="quarter" idx="12"/>"#),
            Role::Free => ("Text", ""),
        };
        let kind = if holder.is_empty() {
            r#"<p:cNvSpPr txBox="1"/>"#
        } else {
            "<p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr>"
        };
        let link = text.link.as_ref().and_then(|key| self.order.iter().position(|k| k == key)).map(|at| {
            let id = self.relations.add("slide", &format!("slide{}.xml", at + 1));
            format!(r#"<a:hlinkClick r:id="{id}" action="ppaction://hlinksldjump"/>"#)
        });
        let paragraphs: String =
            text.paragraphs.iter().enumerate().map(|(i, p)| self.paragraph(p, text, i == 0)).collect();
        // A little taller than its lines: no program then thinks that they do not fit.
        let rect = Rect { y1: text.rect.y1 + 1.0, ..text.rect };
        let _ = write!(
            self.xml,
            r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{name} {id}">{}</p:cNvPr>{kind}<p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm>{}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"#,
            link.unwrap_or_default(),
            extent(rect)
        );
    }

    fn paragraph(&self, paragraph: &Paragraph, text: &TextBox, first: bool) -> String {
        let align = align(text.align);
        let height = paragraph.lines.iter().map(Line::height).fold(0.0, f32::max);
        let before = if first { 0.0 } else { paragraph.before };
        let mut xml = format!("<a:p>{}", properties(align, height, before));
        for (index, line) in paragraph.lines.iter().enumerate() {
            if index > 0 {
                let style =
                    line.spans.first().map(|s| self.run_properties(&s.style, "a:rPr")).unwrap_or_default();
                let _ = write!(xml, "<a:br>{style}</a:br>");
            }
            for span in &line.spans {
                let style = self.run_properties(&span.style, "a:rPr");
                if text.role == Role::Number {
                    let _ = write!(
                        xml,
                        r#"<a:fld id="{{6F0A7E1C-5E57-4B6B-9D0B-3C1F5A2E7D10}}" type="slidenum">{style}<a:t>{}</a:t></a:fld>"#,
                        escape(&span.text)
                    );
                } else {
                    let _ = write!(xml, "<a:r>{style}<a:t>{}</a:t></a:r>", escape(&span.text));
                }
            }
        }
        xml.push_str("</a:p>");
        xml
    }

    fn run_properties(&self, style: &Style, tag: &str) -> String {
        let fonts = if style.heading { "mj" } else { "mn" };
        let bold = u8::from(style.bold);
        let size = (style.size * 100.0).round() as i64;
        let spacing = (style.tracking * 100.0).round() as i64;
        let spacing = if spacing == 0 { String::new() } else { format!(r#" spc="{spacing}""#) };
        format!(
            r#"<{tag} lang="{}" sz="{size}" b="{bold}"{spacing} dirty="0">{}<a:latin typeface="+{fonts}-lt"/><a:ea typeface="+{fonts}-ea"/><a:cs typeface="+{fonts}-cs"/></{tag}>"#,
            self.deck.language,
            solid(style.tone)
        )
    }

    fn picture(&mut self, picture: &Picture) {
        let Some(prepared) = self.pictures.get(&picture.blob) else { return };
        let id = self.id();
        let relation =
            self.relations.add("image", &format!("../media/{}", media(picture.blob.as_str(), prepared.png)));
        let [left, top, right, bottom] = picture.crop.map(|c| (f64::from(c) * 100_000.0).round() as i64);
        let crop = if [left, top, right, bottom] == [0; 4] {
            String::new()
        } else {
            format!(r#"<a:srcRect l="{left}" t="{top}" r="{right}" b="{bottom}"/>"#)
        };
        let _ = write!(
            self.xml,
            r#"<p:pic><p:nvPicPr><p:cNvPr id="{id}" name="Picture {id}" descr="{}"/><p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="{relation}"/>{crop}<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm>{}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>"#,
            escape(&picture.alt),
            extent(picture.rect)
        );
    }

    fn table(&mut self, table: &Table) {
        let id = self.id();
        let columns: String =
            table.columns.iter().map(|w| format!(r#"<a:gridCol w="{}"/>"#, emu(*w))).collect();
        let mut rows = String::new();
        // What a row does not say of its upper edge, the row above says of its lower one.
        let mut above: Option<(Tone, f32)> = None;
        for row in &table.rows {
            let _ = write!(rows, r#"<a:tr h="{}">"#, emu(row.height));
            for cell in &row.cells {
                let height = cell.line.height();
                let runs: String = cell
                    .line
                    .spans
                    .iter()
                    .filter(|s| !s.text.is_empty())
                    .map(|s| {
                        format!(
                            "<a:r>{}<a:t>{}</a:t></a:r>",
                            self.run_properties(&s.style, "a:rPr"),
                            escape(&s.text)
                        )
                    })
                    .collect();
                let end = cell.line.spans.first().map(|s| self.run_properties(&s.style, "a:endParaRPr"));
                let _ = write!(
                    rows,
                    r#"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p>{}{runs}{}</a:p></a:txBody><a:tcPr marL="{inset}" marR="{inset}" marT="0" marB="0" anchor="ctr">{}{}{}{}<a:noFill/></a:tcPr></a:tc>"#,
                    properties(align(cell.align), height, 0.0),
                    end.unwrap_or_default(),
                    edge("lnL", None),
                    edge("lnR", None),
                    edge("lnT", above),
                    edge("lnB", row.rule),
                    inset = emu(CELL_INSET),
                );
            }
            rows.push_str("</a:tr>");
            above = row.rule;
        }
        let rect = Rect::new(
            table.x,
            table.y,
            table.x + table.columns.iter().sum::<f32>(),
            table.y + table.rows.iter().map(|r| r.height).sum::<f32>(),
        );
        let _ = write!(
            self.xml,
            r#"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{id}" name="Table {id}" descr="{}"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>{}</p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"#,
            escape(&table.alt),
            extent(rect)
        );
    }
}

/// Marks a shape as one that screen readers pass over (Microsoft's `decorative` extension).
const DECORATIVE: &str = concat!(
    r#"<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">"#,
    r#"<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>"#
);

fn align(align: Align) -> &'static str {
    match align {
        Align::Left => "l",
        Align::Center => "ctr",
        Align::Right => "r",
    }
}

fn properties(align: &str, height: f32, before: f32) -> String {
    let points = |value: f32| (value * 100.0).round() as i64;
    format!(
        r#"<a:pPr marL="0" indent="0" algn="{align}"><a:lnSpc><a:spcPts val="{}"/></a:lnSpc><a:spcBef><a:spcPts val="{}"/></a:spcBef><a:spcAft><a:spcPts val="0"/></a:spcAft><a:buNone/></a:pPr>"#,
        points(height),
        points(before)
    )
}

fn edge(name: &str, rule: Option<(Tone, f32)>) -> String {
    match rule.filter(|(_, width)| *width > 0.0) {
        Some((tone, width)) => {
            format!(r#"<a:{name} w="{}" cmpd="sng">{}</a:{name}>"#, emu(width), solid(tone))
        }
        None => format!(r#"<a:{name} w="0"><a:noFill/></a:{name}>"#),
    }
}

/// A picture's file name: of its content alone, so that it says nothing of the item.
pub(crate) fn media(hash: &str, png: bool) -> String {
    format!("{hash}.{}", if png { "png" } else { "jpeg" })
}

/// The notes of a slide.
pub(crate) fn notes(deck: &Deck, slide: &Slide, number: usize) -> Written {
    let mut relations = Relations::default();
    relations.add("notesMaster", "../notesMasters/notesMaster1.xml");
    relations.add("slide", &format!("../slides/slide{number}.xml"));
    let lines: String = slide
        .notes
        .lines()
        .map(|line| {
            if line.is_empty() {
                "<a:p/>".to_owned()
            } else {
                format!(
                    r#"<a:p><a:r><a:rPr lang="{}" dirty="0"/><a:t>{}</a:t></a:r></a:p>"#,
                    deck.language,
                    escape(line)
                )
            }
        })
        .collect();
    let xml = format!(
        r#"{HEAD}<p:notes {SPACES}><p:cSld><p:spTree>{TREE}<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide image 2"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp><p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes 3"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>{lines}</p:txBody></p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"#
    );
    Written { xml, relations }
}
