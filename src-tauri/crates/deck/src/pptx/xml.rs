//! Small pieces of XML.

use std::fmt::Write as _;

use papertray_model::Rect;

/// English Metric Units: 12,700 a point.
pub(crate) fn emu(points: f32) -> i64 {
    (f64::from(points) * 12_700.0).round() as i64
}

/// Text for an element or an attribute; signs that XML 1.0 has no place for are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// `<a:off/><a:ext/>` of a box.
pub(crate) fn extent(rect: Rect) -> String {
    let (x, y) = (emu(rect.x0), emu(rect.y0));
    let (w, h) = (emu(rect.x1) - x, emu(rect.y1) - y);
    format!(r#"<a:off x="{x}" y="{y}"/><a:ext cx="{}" cy="{}"/>"#, w.max(0), h.max(0))
}

/// A relationship's target by its id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations {
    xml: String,
    count: usize,
}

const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

impl Relations {
    /// Adds a relationship; returns its id.
    pub(crate) fn add(&mut self, kind: &str, target: &str) -> String {
        self.count += 1;
        let id = format!("rId{}", self.count);
        let kind = if kind.starts_with("http") { kind.to_owned() } else { format!("{TYPES}{kind}") };
        let _ = write!(self.xml, r#"<Relationship Id="{id}" Type="{kind}" Target="{}"/>"#, escape(target));
        id
    }

    /// The part.
    pub(crate) fn part(&self) -> String {
        let body = &self.xml;
        format!(
            r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>"#
        )
    }
}

/// What every part begins with.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The name spaces of presentation parts.
pub(crate) const SPACES: &str = concat!(
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main""#
);

/// The root of a tree of shapes, without its members.
pub(crate) const TREE: &str = concat!(
    r#"<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"#,
    r#"<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>"#
);
