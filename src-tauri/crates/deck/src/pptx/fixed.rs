//! The parts that every deck has: theme, masters, layouts, properties.

use std::fmt::Write as _;

use papertray_model::Rect;

use super::xml::{HEAD, SPACES, TREE, emu, escape, extent};
use crate::slide::Deck;
use crate::style::{TONES, Tone};

/// How many layouts there are.
pub(crate) const LAYOUTS: usize = 4;

/// Colours and fonts under the names PowerPoint has for them.
pub(crate) fn theme(deck: &Deck) -> String {
    let hex = |tone: Tone| {
        let [r, g, b] = deck.palette.colour(tone);
        format!("{r:02X}{g:02X}{b:02X}")
    };
    let mut colours = String::new();
    for name in ["dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4"] {
        if let Some((tone, _)) = TONES.iter().find(|(_, n)| *n == name) {
            let _ = write!(colours, r#"<a:{name}><a:srgbClr val="{}"/></a:{name}>"#, hex(*tone));
        }
    }
    for (name, tone) in [
        ("accent5", Tone::Ink),
        ("accent6", Tone::Muted),
        ("hlink", Tone::Primary),
        ("folHlink", Tone::Muted),
    ] {
        let _ = write!(colours, r#"<a:{name}><a:srgbClr val="{}"/></a:{name}>"#, hex(tone));
    }
    let asian = match deck.language {
        "zh-CN" => "Microsoft YaHei",
        "ja-JP" => "Yu Gothic",
        _ => "",
    };
    let font = |family: &str| {
        format!(r#"<a:latin typeface="{}"/><a:ea typeface="{asian}"/><a:cs typeface=""/>"#, escape(family))
    };
    let (heading, body) = (font(&deck.palette.heading), font(&deck.palette.body));
    let fill = r#"<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>"#;
    let line =
        format!(r#"<a:ln w="9525" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>"#);
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
    format!(
        r#"{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Deck"><a:themeElements><a:clrScheme name="Deck">{colours}</a:clrScheme><a:fontScheme name="Deck"><a:majorFont>{heading}</a:majorFont><a:minorFont>{body}</a:minorFont></a:fontScheme><a:fmtScheme name="Deck"><a:fillStyleLst>{fill}{fill}{fill}</a:fillStyleLst><a:lnStyleLst>{line}{line}{line}</a:lnStyleLst><a:effectStyleLst>{effect}{effect}{effect}</a:effectStyleLst><a:bgFillStyleLst>{fill}{fill}{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"#
    )
}

/// A placeholder of a master or layout.
fn holder(id: u32, name: &str, holder: &str, rect: Rect, text: &str) -> String {
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm>{}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle/><a:p>{text}</a:p></p:txBody></p:sp>"#,
        extent(rect)
    )
}

const NUMBER: &str = r#"<a:fld id="{6F0A7E1C-5E57-4B6B-9D0B-3C1F5A2E7D10}" type="slidenum"><a:rPr lang="en-GB"/><a:t>‹#›</a:t></a:fld>"#;

/// A run that a person sees only in an empty layout.
fn prompt(text: &str) -> String {
    format!(r#"<a:r><a:rPr lang="en-GB"/><a:t>{text}</a:t></a:r>"#)
}

/// Title, body, footer and number of the master, where most slides have them.
fn boxes(deck: &Deck) -> [Rect; 4] {
    let (w, h) = (deck.width, deck.height);
    let m = w * 0.05;
    [
        Rect::new(m, h * 0.066, w - m, h * 0.13),
        Rect::new(m, h * 0.155, w - m, h * 0.91),
        Rect::new(m, h * 0.945, w * 0.4, h * 0.98),
        Rect::new(w - m - 60.0, h * 0.945, w - m, h * 0.98),
    ]
}

/// The master: the ground, the placeholders, the levels of text.
pub(crate) fn master(deck: &Deck) -> String {
    let [title, body, footer, number] = boxes(deck);
    let shapes = [
        holder(2, "Title", r#"<p:ph type="title"/>"#, title, &prompt("Title")),
        holder(3, "Text", r#"<p:ph type="body" idx="1"/>"#, body, &prompt("Text")),
        holder(4, "Footer", r#"<p:ph type="ftr" sz="quarter" idx="11"/>"#, footer, &prompt("")),
        holder(5, "Slide number", r#"<p:ph type="sldNum" sz="quarter" idx="12"/>"#, number, NUMBER),
    ]
    .concat();
    let layouts: String = (1..=LAYOUTS)
        .map(|n| format!(r#"<p:sldLayoutId id="{}" r:id="rId{n}"/>"#, 2_147_483_648_u64 + n as u64))
        .collect();
    let run = |size: u32, tone: &str, font: &str| {
        format!(
            r#"<a:defRPr sz="{size}" kern="1200"><a:solidFill><a:schemeClr val="{tone}"/></a:solidFill><a:latin typeface="+{font}-lt"/><a:ea typeface="+{font}-ea"/><a:cs typeface="+{font}-cs"/></a:defRPr>"#
        )
    };
    let levels = |text: &str| -> String {
        (1..=9)
            .map(|n| format!(r#"<a:lvl{n}pPr marL="0" algn="l"><a:buNone/>{text}</a:lvl{n}pPr>"#))
            .collect()
    };
    let title_style = format!(r#"<a:lvl1pPr algn="l"><a:buNone/>{}</a:lvl1pPr>"#, run(2000, "accent1", "mj"));
    let (body_style, other) = (levels(&run(1200, "tx1", "mn")), levels(&run(1200, "tx1", "mn")));
    format!(
        r#"{HEAD}<p:sldMaster {SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>{CLR_MAP}<p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst><p:txStyles><p:titleStyle>{title_style}</p:titleStyle><p:bodyStyle>{body_style}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles></p:sldMaster>"#
    )
}

const CLR_MAP: &str = r#"<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>"#;

/// Cover, text, divider, products: `number` from 1.
pub(crate) fn layout(deck: &Deck, number: usize) -> String {
    let [title, body, footer, page] = boxes(deck);
    let (kind, name, shapes) = match number {
        1 => {
            let (w, h) = (deck.width, deck.height);
            let title = Rect::new(w * 0.05, h * 0.35, w * 0.95, h * 0.5);
            let under = Rect::new(w * 0.05, h * 0.52, w * 0.95, h * 0.6);
            let shapes = [
                holder(2, "Title", r#"<p:ph type="ctrTitle"/>"#, title, &prompt("Title")),
                holder(3, "Subtitle", r#"<p:ph type="subTitle" idx="1"/>"#, under, &prompt("Subtitle")),
            ];
            ("title", "Cover", shapes.concat())
        }
        2 => (
            "obj",
            "Text",
            [
                holder(2, "Title", r#"<p:ph type="title"/>"#, title, &prompt("Title")),
                holder(3, "Text", r#"<p:ph type="body" idx="1"/>"#, body, &prompt("Text")),
                holder(4, "Footer", r#"<p:ph type="ftr" sz="quarter" idx="11"/>"#, footer, &prompt("")),
                holder(5, "Slide number", r#"<p:ph type="sldNum" sz="quarter" idx="12"/>"#, page, NUMBER),
            ]
            .concat(),
        ),
        3 => {
            ("titleOnly", "Category", holder(2, "Title", r#"<p:ph type="title"/>"#, title, &prompt("Title")))
        }
        _ => (
            "titleOnly",
            "Products",
            [
                holder(2, "Title", r#"<p:ph type="title"/>"#, title, &prompt("Title")),
                holder(4, "Footer", r#"<p:ph type="ftr" sz="quarter" idx="11"/>"#, footer, &prompt("")),
                holder(5, "Slide number", r#"<p:ph type="sldNum" sz="quarter" idx="12"/>"#, page, NUMBER),
            ]
            .concat(),
        ),
    };
    format!(
        r#"{HEAD}<p:sldLayout {SPACES} type="{kind}" preserve="1"><p:cSld name="{name}"><p:spTree>{TREE}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"#
    )
}

/// The master of notes pages: 7.5 × 10 inches.
pub(crate) fn notes_master(deck: &Deck) -> String {
    let scale = (396.0 / deck.width).min(270.0 / deck.height);
    let (w, h) = (deck.width * scale, deck.height * scale);
    let image = Rect::new(270.0 - w / 2.0, 54.0, 270.0 + w / 2.0, 54.0 + h);
    let body = Rect::new(54.0, 346.0, 486.0, 670.0);
    format!(
        r#"{HEAD}<p:notesMaster {SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide image"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>{}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr></p:sp>{}</p:spTree></p:cSld>{CLR_MAP}<p:notesStyle><a:lvl1pPr marL="0" algn="l"><a:defRPr sz="1200" kern="1200"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr></p:notesStyle></p:notesMaster>"#,
        extent(image),
        holder(3, "Notes", r#"<p:ph type="body" sz="quarter" idx="1"/>"#, body, &prompt("Notes"))
    )
}

/// The presentation: its slides, their sections, its sizes. `sections`: name and count of slides.
pub(crate) fn presentation(
    deck: &Deck,
    ids: &[String],
    notes: Option<&str>,
    sections: &[(String, usize)],
) -> String {
    let slides: String =
        ids.iter().enumerate().map(|(i, id)| format!(r#"<p:sldId id="{}" r:id="{id}"/>"#, 256 + i)).collect();
    let notes = notes
        .map(|id| format!(r#"<p:notesMasterIdLst><p:notesMasterId r:id="{id}"/></p:notesMasterIdLst>"#))
        .unwrap_or_default();
    let mut list = String::new();
    let mut next = 256;
    for (index, (name, count)) in sections.iter().enumerate() {
        let _ =
            write!(list, r#"<p14:section name="{}" id="{}"><p14:sldIdLst>"#, escape(name), guid(index, name));
        for _ in 0..*count {
            let _ = write!(list, r#"<p14:sldId id="{next}"/>"#);
            next += 1;
        }
        list.push_str("</p14:sldIdLst></p14:section>");
    }
    let (w, h) = (emu(deck.width), emu(deck.height));
    format!(
        r#"{HEAD}<p:presentation {SPACES} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>{notes}<p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx="{w}" cy="{h}"/><p:notesSz cx="6858000" cy="9144000"/><p:extLst><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}"><p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">{list}</p14:sectionLst></p:ext></p:extLst></p:presentation>"#
    )
}

/// An id made of what it names: the same for the same deck.
fn guid(index: usize, name: &str) -> String {
    let hash = blake3::hash(format!("{index}\0{name}").as_bytes()).to_hex().to_ascii_uppercase();
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    format!("{{{}-{}-{}-{}-{}}}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// What the file says of itself.
pub(crate) fn core(deck: &Deck) -> String {
    format!(
        r#"{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>{}</dc:language></cp:coreProperties>"#,
        escape(&deck.title),
        escape(&deck.brand),
        deck.language
    )
}

/// What made it.
pub(crate) fn app(slides: usize, notes: usize) -> String {
    format!(
        r#"{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Slides>{slides}</Slides><Notes>{notes}</Notes><HiddenSlides>0</HiddenSlides><Application>Papertray</Application></Properties>"#
    )
}

/// View settings: none.
pub(crate) fn properties(name: &str) -> String {
    format!("{HEAD}<p:{name} {SPACES}/>")
}

/// Styles of tables: none, every cell says its own.
pub(crate) fn table_styles() -> String {
    format!(
        r#"{HEAD}<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" def="{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}"/>"#
    )
}
