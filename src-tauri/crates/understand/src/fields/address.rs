//! Where the vendor is at home: the lines under its name, or what follows the name in a sender's line.

use std::ops::Range;

use papertray_model::Rect;

use super::party::foreign_tokens;
use crate::doctype::{Kind, Rank};
use crate::layout::Layout;
use crate::lexicon::lexicon;
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters};

/// The most lines of an address.
const MOST_LINES: usize = 6;
/// Surest, with street and postcode seen.
const SURE: f32 = 0.9;

/// The address of the surest vendor among the candidates.
pub(crate) fn of_vendor(scene: &Scene<'_>, found: &[(String, Candidate)]) -> Option<Candidate> {
    if !scene.spec.fields.iter().any(|f| f.name == "vendor") {
        return None;
    }
    let vendor = found
        .iter()
        .filter(|(name, c)| name == "vendor" && c.confidence >= 0.5)
        .map(|(_, c)| c)
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
    let name = tokens_of(scene.layout, vendor.bbox?)?;
    behind(scene.layout, &name).or_else(|| under(scene, &name)).map(|pieces| candidate(scene, &pieces))
}

/// The tokens in a box: a run of them, of one row or several.
fn tokens_of(layout: &Layout, bbox: Rect) -> Option<Range<usize>> {
    let inside = |at: &usize| {
        let (x, y) = layout.tokens[*at].bbox.center();
        (bbox.x0..=bbox.x1).contains(&x) && (bbox.y0..=bbox.y1).contains(&y)
    };
    let first = (0..layout.tokens.len()).find(inside)?;
    let last = (0..layout.tokens.len()).rfind(inside)?;
    Some(first..last + 1)
}

/// `Acme GmbH | Weg 1 | 12345 Ort`, `Acme Ltd, 1 High Street, London`: the rest of the name's own cell.
fn behind(layout: &Layout, name: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let end = layout.cell_end(name.end - 1).max(name.end);
    let rest = name.end..end;
    let text = layout.text(rest.clone());
    // A company's registration number in brackets is no address.
    (digits(&text) >= 3 && letters(&text) >= 6 && !text.trim_start().starts_with('(')).then(|| vec![rest])
}

/// The lines under the name, in its column, as long as they look like an address.
fn under(scene: &Scene<'_>, name: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let layout = scene.layout;
    let b = layout.bbox(name.clone());
    let foreign = foreign_tokens(scene);
    let first = layout.tokens[name.end - 1].row + 1;
    let mut bottom = b.y1;
    let mut lines: Vec<Range<usize>> = vec![];
    let mut skipped = 0;
    for row in first..layout.rows.len() {
        let slack = layout.em * 1.5;
        let cell = layout.cells(row).iter().find(|c| {
            let cell = layout.bbox((*c).clone());
            cell.x0 < b.x1 + slack && cell.x1 > b.x0 - slack
        });
        let Some(cell) = cell else { continue };
        let line = layout.bbox(cell.clone());
        if line.y0 - bottom > layout.em * 2.2 || lines.len() >= MOST_LINES {
            break;
        }
        bottom = line.y1;
        match looks(scene, cell) {
            _ if foreign.contains(&cell.start) => break,
            Looks::Address => lines.push(cell.clone()),
            // Registration numbers, the time, tax ids and slogans may stand between a name and its address.
            Looks::Beside if lines.is_empty() && skipped < 4 => skipped += 1,
            Looks::Beside | Looks::End => break,
        }
    }
    let text: String = lines.iter().map(|l| layout.text(l.clone())).collect::<Vec<_>>().join(" ");
    (!lines.is_empty() && (digits(&text) >= 2 || lines.len() > 1)).then_some(lines)
}

enum Looks {
    Address,
    /// No line of the address, and no end of it before it began.
    Beside,
    End,
}

fn looks(scene: &Scene<'_>, cell: &Range<usize>) -> Looks {
    let text = scene.layout.text(cell.clone());
    let lower = text.to_lowercase();
    let tokens = &scene.layout.tokens[cell.clone()];
    let registration = text.starts_with('(') || lower.starts_with("co. reg") || lower.starts_with("co reg");
    // `No 5, Jalan …` begins with what is a weak label elsewhere.
    let labelled = scene
        .hits_in(cell)
        .iter()
        .any(|h| h.colon || (scene.spec.fields[h.field].kind != Kind::Party && h.rank > Rank::Weak));
    let contact = text.contains('@')
        || lower.contains("www.")
        || tokens.first().is_some_and(|t| {
            matches!(
                t.key.as_str(),
                "tel"
                    | "telefon"
                    | "telephone"
                    | "phone"
                    | "fax"
                    | "email"
                    | "mail"
                    | "gst"
                    | "gstin"
                    | "gstno"
                    | "gstid"
                    | "gstreg"
                    | "ust"
                    | "vat"
                    | "ustid"
                    | "reg"
                    | "roc"
                    | "siret"
                    | "tva"
                    | "abn"
                    | "mobile"
                    | "hp"
                    | "web"
                    | "steuernummer"
                    | "ein"
            )
        });
    let dated = !scene.dates_in(cell).is_empty();
    if registration || contact || labelled || dated || letters(&text) < 2 {
        return Looks::Beside;
    }
    let title: String = tokens.iter().map(|t| t.key.as_str()).collect();
    if scene.types.signs(&title, "").is_some_and(|signs| signs.iter().any(|s| s.2)) {
        return Looks::End;
    }
    let known = tokens.iter().any(|t| lexicon().names.address.has(&t.key));
    let street = tokens.iter().any(|t| {
        ["strasse", "straße", "str", "weg", "platz", "gasse", "allee"]
            .iter()
            .any(|s| t.key.ends_with(s) && t.key.len() > s.len())
    });
    let numbered = digits(&text) > 0 && letters(&text) >= 3 && digits(&text) <= letters(&text) + 6;
    let money = scene.amounts_in(cell).iter().any(|a| a.value.is_money());
    if money {
        Looks::End
    } else if known
        || street
        || numbered
        || text.ends_with([',', '.'])
        || (letters(&text) >= 3 && tokens.len() <= 4)
    {
        Looks::Address
    } else {
        Looks::Beside
    }
}

fn candidate(scene: &Scene<'_>, pieces: &[Range<usize>]) -> Candidate {
    let layout = scene.layout;
    let texts: Vec<String> = pieces.iter().map(|p| layout.text(p.clone())).collect();
    let trim = |t: &str| {
        let t = t.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '|' | '·' | '•' | '-' | '–' | ';')
        });
        t.split(['|', '·', '•', '∙'])
            .map(|part| part.trim().trim_end_matches(','))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let value = texts.iter().map(|t| trim(t)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
    let postcode = pieces.iter().any(|piece| {
        layout.tokens[piece.clone()].iter().any(|t| {
            let d = digits(&t.text);
            (4..=6).contains(&d) && letters(&t.text) <= 2
        })
    });
    let boxes: Vec<Rect> = pieces.iter().map(|p| layout.bbox(p.clone())).collect();
    let confidence = match (postcode, pieces.len()) {
        (true, 1..=5) => SURE,
        (true, _) => 0.8,
        (false, _) => 0.7,
    };
    let legible = pieces.iter().all(|p| scene.candidate(String::new(), p.clone(), 1.0).confidence > SURE);
    let confidence = if legible { confidence } else { confidence.min(0.8) };
    Candidate { value, text: texts.join(" "), bbox: Rect::around(&boxes), page: layout.page, confidence }
}

#[cfg(test)]
mod tests {
    use crate::Knowledge;
    use crate::sample::lines;

    fn address(text: &str) -> Option<String> {
        let meaning = Knowledge::builtin().page(&lines(text));
        meaning.fields.get("vendor_address").map(|f| f.value.clone())
    }

    #[test]
    fn under_the_name_until_something_else_begins() {
        let text = "ACME HARDWARE SDN BHD\n(123456-X)\nNO 5, JALAN BUNGA\n81100 JOHOR BAHRU\nTel: 07-1234567\nRECEIPT\nTotal 5.00\nCash 10.00\nChange 5.00";
        assert_eq!(address(text).as_deref(), Some("NO 5, JALAN BUNGA, 81100 JOHOR BAHRU"));
    }

    #[test]
    fn behind_the_name_in_the_senders_line() {
        let text = "Acme GmbH · Weg 1 · 12345 Ort\nRechnung Nr. 42\nRechnungsdatum: 01.02.2020\nSumme netto 10,00 EUR\nMwSt 19% 1,90 EUR\nRechnungsbetrag 11,90 EUR";
        assert_eq!(address(text).as_deref(), Some("Weg 1, 12345 Ort"));
    }
}
