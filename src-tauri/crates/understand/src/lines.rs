//! Rows of goods: the table under a line of column heads.
//!
//! The head is the row with the most known column names; each column grows from its head over what stands under it; a
//! row without an amount continues the description above; totals end the table.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use papertray_model::LineItem;
use rust_decimal::Decimal;

use crate::fields::field;
use crate::layout::{Layout, is_numeric};
use crate::money;
use crate::scene::{Candidate, Scene};
use crate::text::{digits, letters, squash};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Position,
    Code,
    Description,
    Hsn,
    Quantity,
    Unit,
    UnitPrice,
    TaxRate,
    TaxAmount,
    Discount,
    Amount,
    Other,
}

/// Column heads in five languages, by what they head.
const HEADS: [(Column, &[&str]); 12] = [
    (
        Column::Position,
        &[
            "pos",
            "sl",
            "sl no",
            "sno",
            "s.n",
            "s.no",
            "sr",
            "sr no",
            "#",
            "no",
            "nr",
            "line",
            "ln",
            "position",
            "n°",
            "item no",
            "lfd nr",
            "serial no",
        ],
    ),
    (
        Column::Code,
        &[
            "sku",
            "code",
            "item code",
            "product code",
            "article",
            "art",
            "art nr",
            "artnr",
            "artikelnr",
            "artikelnummer",
            "article no",
            "part no",
            "part number",
            "item number",
            "item #",
            "style",
            "style no",
            "style #",
            "model",
            "ref",
            "réf",
            "référence",
            "código",
            "codice",
            "art-nr-lieferant",
            "gtin",
            "ean",
            "isbn",
            "product id",
            "art.nr",
            "unsere art.nr",
            "asin",
            "unsere art nr",
            "art-nr-lief",
            "artikel-nr",
            "artikel nr",
        ],
    ),
    (
        Column::Description,
        &[
            "description",
            "item",
            "items",
            "item description",
            "description of goods",
            "description of services",
            "product",
            "product name",
            "products",
            "particulars",
            "service",
            "services",
            "details",
            "name",
            "goods",
            "activity",
            "title",
            "product description",
            "work description",
            "bezeichnung",
            "beschreibung",
            "artikel",
            "artikelbezeichnung",
            "artikelbeschreibung",
            "leistung",
            "position bezeichnung",
            "produkt",
            "désignation",
            "libellé",
            "description des produits",
            "produit",
            "article désignation",
            "prestation",
            "descripción",
            "concepto",
            "producto",
            "artículo",
            "detalle",
            "descrizione",
            "prodotto",
            "articolo",
            "descrição",
            "omschrijving",
            "product title",
        ],
    ),
    (Column::Hsn, &["hsn", "hsn/sac", "hsn code", "sac", "hsn/sac code", "hsn sac"]),
    (
        Column::Quantity,
        &[
            "qty",
            "quantity",
            "qté",
            "quantité",
            "menge",
            "anzahl",
            "cant",
            "cantidad",
            "q.tà",
            "quantità",
            "qta",
            "hours",
            "hrs",
            "units",
            "pcs",
            "stk",
            "quant",
            "qtd",
            "quantidade",
            "aantal",
            "hoeveelheid",
            "qty shipped",
            "ordered",
            "billed qty",
            "nos",
            "std",
            "stunden",
            "heures",
            "qty.",
            "no of units",
            "nb",
        ],
    ),
    (
        Column::Unit,
        &[
            "unit",
            "uom",
            "einheit",
            "unité",
            "unidad",
            "u.m",
            "um",
            "per",
            "me",
            "meng.-einheit",
            "unit of measure",
        ],
    ),
    (
        Column::UnitPrice,
        &[
            "unit price",
            "price",
            "rate",
            "unit cost",
            "price per unit",
            "cost",
            "price each",
            "each",
            "u.price",
            "u/p",
            "unit rate",
            "price/unit",
            "hourly rate",
            "net price",
            "prijs",
            "einzelpreis",
            "preis",
            "ep",
            "nettopreis",
            "stückpreis",
            "einzel",
            "einzel/€",
            "e-preis",
            "preis/einheit",
            "prix unitaire",
            "pu",
            "pu ht",
            "prix unitaire ht",
            "p.u",
            "p.u. ht",
            "prix",
            "prix unit",
            "precio",
            "precio unitario",
            "precio ud",
            "p. unitario",
            "prezzo",
            "prezzo unitario",
            "prezzo unit",
            "preço",
            "preço unitário",
            "s/price",
            "item price",
            "selling price",
            "einzelpreis €",
            "unit price ($)",
            "gross amount",
        ],
    ),
    (
        Column::TaxRate,
        &[
            "tax %",
            "vat %",
            "gst %",
            "vat rate",
            "tax rate",
            "vat",
            "tax",
            "gst",
            "mwst",
            "mwst %",
            "ust",
            "ust %",
            "steuersatz",
            "tva",
            "tva %",
            "taux tva",
            "taux",
            "iva",
            "iva %",
            "% iva",
            "aliquota",
            "mwst-%",
            "steuer",
            "ust.",
            "tax code",
            "gst rate",
            "igst %",
            "usst",
            "btw",
        ],
    ),
    (
        Column::TaxAmount,
        &[
            "tax amount",
            "vat amount",
            "gst amount",
            "steuerbetrag",
            "mwst-betrag",
            "montant tva",
            "igst",
            "cgst",
            "sgst",
            "tax amt",
        ],
    ),
    (
        Column::Discount,
        &[
            "discount",
            "disc",
            "disc %",
            "rabatt",
            "rabatt %",
            "remise",
            "descuento",
            "dto",
            "sconto",
            "sc %",
            "discount %",
        ],
    ),
    (
        Column::Amount,
        &[
            "amount",
            "total",
            "line total",
            "total price",
            "net amount",
            "amount rs",
            "amount rm",
            "total amount",
            "ext price",
            "extended price",
            "extension",
            "subtotal",
            "sum",
            "net",
            "net value",
            "value",
            "total value",
            "betrag",
            "gesamt",
            "gesamtpreis",
            "summe",
            "nettobetrag",
            "nettowert",
            "gesamt/€",
            "entgelt",
            "gp",
            "positionsbetrag",
            "netto",
            "gesamtbetrag",
            "montant",
            "montant ht",
            "total ht",
            "prix total",
            "total ttc",
            "montant ttc",
            "importe",
            "total línea",
            "importo",
            "totale",
            "taxable value",
            "taxable amount",
            "amt",
            "valor",
            "valor total",
            "bedrag",
            "line amount",
            "gesamt €",
            "total net",
            "positions- betrag",
            "prezzo totale",
            "precio total",
            "positionsbetragohneust",
        ],
    ),
    (
        Column::Other,
        &[
            "date",
            "datum",
            "delivery date",
            "fecha",
            "data",
            "lot",
            "batch",
            "unit weight",
            "weight",
            "vke/geb",
            "mrp",
            "category",
            "ihre art.nr",
            "art-nr-kunde",
            "colour",
            "color",
            "size",
            "free",
            "project",
            "period",
            "cartons",
            "packages",
        ],
    ),
];

static LEXICON: LazyLock<BTreeMap<String, Column>> = LazyLock::new(|| {
    HEADS
        .iter()
        .flat_map(|(c, names)| names.iter().map(|n| (if *n == "#" { "#".into() } else { squash(n) }, *c)))
        .collect()
});

/// A column: what it holds and where its head stands.
#[derive(Clone, Debug)]
struct Head {
    column: Column,
    range: Range<usize>,
    x0: f32,
    x1: f32,
}

/// Column heads of a row, left to right.
fn heads(layout: &Layout, row: usize) -> Vec<Head> {
    let mut found = vec![];
    let Some(range) = layout.rows.get(row) else { return found };
    if range.len() > 40 {
        return found;
    }
    let mut at = range.start;
    while at < range.end {
        let mut key = String::new();
        let mut best = None;
        for end in at..range.end.min(at + 4) {
            let token = &layout.tokens[end];
            if end > at && token.gap > 1.6 {
                break;
            }
            if token.text == "#" && end == at {
                key.push('#');
            } else {
                key.push_str(&token.key);
            }
            let plain =
                ["rs", "rm", "eur", "usd", "€", "inr", "gbp", "chf"].iter().find_map(|c| key.strip_suffix(c));
            if let Some(column) = LEXICON.get(&key).or_else(|| LEXICON.get(plain?)) {
                best = Some((end + 1, *column));
            }
        }
        match best {
            Some((mut end, column)) => {
                // `Amount (₹)`: what is in brackets belongs to the head.
                while end < range.end
                    && layout.tokens[end].text.starts_with('(')
                    && layout.tokens[end].gap < 1.6
                {
                    end += 1;
                }
                let b = layout.bbox(at..end);
                found.push(Head { column, range: at..end, x0: b.x0, x1: b.x1 });
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// How much a row is a head of a table of goods: distinct columns, if it has what such a table must have.
fn strength(layout: &Layout, row: usize) -> usize {
    let heads = heads(layout, row);
    let mut columns: Vec<Column> = heads.iter().map(|h| h.column).filter(|c| *c != Column::Other).collect();
    columns.sort_unstable();
    columns.dedup();
    let text_columns = columns.iter().any(|c| matches!(c, Column::Description | Column::Code));
    let number_columns =
        columns.iter().filter(|c| matches!(c, Column::Quantity | Column::UnitPrice | Column::Amount)).count();
    let covered: usize = heads.iter().map(|h| h.range.len()).sum();
    let row_len = layout.rows.get(row).map_or(0, ExactSizeIterator::len);
    let fits = covered * 2 >= row_len
        && (text_columns && number_columns >= 1 && columns.len() >= 3 || number_columns >= 3);
    if fits { columns.len() } else { 0 }
}

/// Whether the page has the head of a table of goods.
pub(crate) fn has_header(layout: &Layout) -> bool {
    (0..layout.rows.len()).any(|r| strength(layout, r) > 0)
}

/// The row of the table's head.
pub(crate) fn first_row(layout: &Layout) -> Option<usize> {
    let best = (0..layout.rows.len()).map(|r| (strength(layout, r), r)).filter(|(s, _)| *s > 0);
    best.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, r)| r)
}

/// The rows of goods on the page.
pub(crate) fn extract(scene: &Scene<'_>) -> Vec<LineItem> {
    let layout = scene.layout;
    let Some(head_row) = first_row(layout) else { return vec![] };
    let heads = with_neighbours(layout, head_row, heads(layout, head_row));
    if !heads.iter().any(|h| h.column == Column::Amount) {
        return vec![];
    }
    let has_description = heads.iter().any(|h| h.column == Column::Description);
    let head_bottom = layout.row_box(head_row).y1;
    let mut items: Vec<Row> = vec![];
    let mut pending: Vec<Range<usize>> = vec![];
    let mut half: Option<(usize, BTreeMap<Column, Range<usize>>)> = None;
    let mut last_bottom = layout.row_box(head_row).y1;
    for row in head_row + 1..layout.rows.len() {
        if ends_table(scene, row) {
            break;
        }
        let b = layout.row_box(row);
        if b.y0 - last_bottom > layout.em * 9.0 {
            break;
        }
        last_bottom = b.y1;
        if strength(layout, row) > 0 || (b.y0 - head_bottom < layout.em * 2.2 && is_headlike(layout, row)) {
            continue;
        }
        let mut cells = assign(layout, row, &heads);
        let amount = cells.get(&Column::Amount).and_then(|r| number(scene, r));
        let price = cells.get(&Column::UnitPrice).and_then(|r| number(scene, r));
        if amount.is_none() && price.is_some() && cells.contains_key(&Column::Description) {
            // The amount is set half a line lower, level with the middle of a tall cell.
            half = Some((row, cells));
            continue;
        }
        if let Some((above, first)) = half.take() {
            let lower = amount.is_some() && price.is_none() && is_near(layout, above, row);
            if lower {
                for (column, range) in first {
                    cells.insert(column, range);
                }
            }
        }
        if amount.is_some() {
            let mut item = Row { cells, at: row, extra: vec![] };
            if has_description && !item.cells.contains_key(&Column::Description) {
                // The description stood on the lines before its numbers.
                item.extra.append(&mut pending);
            }
            pending.clear();
            items.push(item);
        } else if let Some(text) = described(layout, &cells, &heads) {
            match items.last_mut() {
                Some(last)
                    if last.extra.len() < 3 && is_near(layout, last.at, row) && !scene.has_label(&text) =>
                {
                    if last.cells.contains_key(&Column::Description) || last.extra.is_empty() {
                        last.extra.push(text);
                    }
                }
                _ => pending.push(text),
            }
        }
    }
    items.into_iter().filter_map(|row| item(scene, row)).collect()
}

/// A further line of the head: mostly names of columns.
fn is_headlike(layout: &Layout, row: usize) -> bool {
    let known: usize = heads(layout, row).iter().map(|h| h.range.len()).sum();
    known * 2 >= layout.rows[row].len() && !layout.row(row).iter().any(is_numeric)
}

/// The part of a row without an amount that continues a description: what stands in the description's column, or,
/// where the head names no such column, any words.
fn described(
    layout: &Layout,
    cells: &BTreeMap<Column, Range<usize>>,
    heads: &[Head],
) -> Option<Range<usize>> {
    if let Some(range) = cells.get(&Column::Description) {
        return Some(range.clone());
    }
    if heads.iter().any(|h| h.column == Column::Description) {
        return None;
    }
    let (first, last) = (cells.values().map(|r| r.start).min()?, cells.values().map(|r| r.end).max()?);
    let words =
        (first..last).find(|i| letters(&layout.tokens[*i].text) > 2 && !is_numeric(&layout.tokens[*i]))?;
    Some(words..layout.cell_end(words).min(last))
}

struct Row {
    cells: BTreeMap<Column, Range<usize>>,
    /// The row its amount stands on.
    at: usize,
    /// Lines that continue the description.
    extra: Vec<Range<usize>>,
}

fn is_near(layout: &Layout, a: usize, b: usize) -> bool {
    layout.row_box(b).y0 - layout.row_box(a).y1 < layout.em * 5.0
}

/// The heads of a table whose head takes several lines: `Preis/` over `Einheit`, `betrag` a line above the others,
/// `Artikelbezeichnung` under `GTIN`.
fn with_neighbours(layout: &Layout, row: usize, own: Vec<Head>) -> Vec<Head> {
    let h = layout.em;
    let middle = layout.row_box(row).center().1;
    let lines: Vec<usize> = (row.saturating_sub(3)..(row + 3).min(layout.rows.len()))
        .filter(|r| *r != row && (layout.row_box(*r).center().1 - middle).abs() < 3.6 * h)
        .filter(|r| !layout.row(*r).iter().any(|t| is_numeric(t) && digits(&t.text) > 1))
        .collect();
    let mut found = own;
    // Two lines of one head.
    for head in &mut found {
        for line in lines.iter().filter(|r| r.abs_diff(row) == 1) {
            for cell in layout.cells(*line) {
                let b = layout.bbox(cell.clone());
                let over = b.x1.min(head.x1) - b.x0.max(head.x0);
                if over < 0.5 * b.width().min(head.x1 - head.x0) {
                    continue;
                }
                let (own, other): (String, String) = (key_of(layout, &head.range), key_of(layout, cell));
                let joined = if *line < row { format!("{other}{own}") } else { format!("{own}{other}") };
                if let Some(column) = LEXICON.get(&joined).copied() {
                    head.column = column;
                    head.x0 = head.x0.min(b.x0);
                    head.x1 = head.x1.max(b.x1);
                }
            }
        }
    }
    for line in &lines {
        for head in heads(layout, *line) {
            let free = found.iter().all(|f| head.x1 < f.x0 - h * 0.3 || head.x0 > f.x1 + h * 0.3);
            let new = found.iter().all(|f| f.column != head.column);
            let useful = matches!(head.column, Column::Amount | Column::UnitPrice | Column::Quantity);
            if new && free && useful {
                found.push(head);
            }
        }
    }
    found.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    found
}

fn key_of(layout: &Layout, range: &Range<usize>) -> String {
    layout.tokens[range.clone()].iter().map(|t| t.key.as_str()).collect()
}

/// Whether totals or terms begin here.
fn ends_table(scene: &Scene<'_>, row: usize) -> bool {
    let has_amount = !scene.amounts_in(&scene.layout.rows[row]).is_empty();
    scene.hits_in(&scene.layout.rows[row]).iter().any(|h| {
        h.leads
            && (has_amount || (h.rank == crate::doctype::Rank::Strong && h.colon))
            && matches!(
                scene.field_of(h),
                "total"
                    | "subtotal"
                    | "_due"
                    | "tax"
                    | "_paid"
                    | "cgst"
                    | "sgst"
                    | "igst"
                    | "_rounding"
                    | "round_off"
            )
            && h.rank >= crate::doctype::Rank::Usual
    })
}

/// The cells of a row by the column whose head they stand under.
fn assign(layout: &Layout, row: usize, heads: &[Head]) -> BTreeMap<Column, Range<usize>> {
    let mut cells: BTreeMap<Column, Range<usize>> = BTreeMap::new();
    for token in layout.rows[row].clone() {
        let b = layout.tokens[token].bbox;
        let Some(head) = nearest(layout, heads, b.x0, b.x1) else { continue };
        cells.entry(head.column).and_modify(|r| r.end = token + 1).or_insert(token..token + 1);
    }
    cells
}

/// The head over a span: the one it overlaps most; between heads, text belongs to the left one that is text, numbers
/// to the nearest.
fn nearest<'h>(layout: &Layout, heads: &'h [Head], x0: f32, x1: f32) -> Option<&'h Head> {
    let overlap = |h: &Head| (x1.min(h.x1) - x0.max(h.x0)).max(0.0);
    let over = heads.iter().filter(|h| overlap(h) > 0.0).max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
    if over.is_some() {
        return over;
    }
    let left = heads.iter().rfind(|h| h.x1 <= x0);
    let right = heads.iter().find(|h| h.x0 >= x1);
    match (left, right) {
        (Some(l), Some(r)) => {
            let text_left = matches!(l.column, Column::Description | Column::Code);
            let (to_left, to_right) = (x0 - l.x1, r.x0 - x1);
            if text_left && to_right > layout.em * 1.2 || to_left < to_right { Some(l) } else { Some(r) }
        }
        (one, other) => one.or(other),
    }
}

/// The amount in a cell.
fn number(scene: &Scene<'_>, range: &Range<usize>) -> Option<(money::Amount, Range<usize>)> {
    let found = scene.amounts_in(range).last()?;
    Some((found.value.clone(), found.range.clone()))
}

fn item(scene: &Scene<'_>, row: Row) -> Option<LineItem> {
    let layout = scene.layout;
    let mut item = LineItem::new();
    let mut put = |name: &str, candidate: Candidate| {
        item.insert(name.to_owned(), field(candidate));
    };
    let (amount, amount_range) = number(scene, row.cells.get(&Column::Amount)?)?;
    let price = row.cells.get(&Column::UnitPrice).and_then(|r| number(scene, r));
    let quantity = row.cells.get(&Column::Quantity).and_then(|r| quantity(scene, r));
    let product = match (&price, &quantity) {
        (Some((p, _)), Some((q, _, _))) => p.value.checked_mul(*q),
        _ => None,
    };
    let checks = product.is_some_and(|made| {
        (made - amount.value).abs() <= Decimal::new(2, 2).max(amount.value.abs() * Decimal::new(2, 3))
    });
    let sure = if checks { 0.95 } else { 0.82 };
    put("amount", scene.candidate(amount.text(), amount_range, sure));
    if let Some((price, range)) = price {
        put("unit_price", scene.candidate(price.text(), range, sure));
    }
    if let Some((value, range, unit)) = quantity {
        put("quantity", scene.candidate(value.normalize().to_string(), range, sure));
        if let Some(unit) = unit {
            let text = layout.tokens[unit].text.clone();
            put("unit", scene.candidate(text, unit..unit + 1, 0.85));
        }
    }
    for (column, name) in
        [(Column::Code, "code"), (Column::Hsn, "hsn"), (Column::Unit, "unit"), (Column::TaxRate, "tax_rate")]
    {
        if let Some(range) = row.cells.get(&column) {
            let text = layout.text(range.clone());
            let value = if column == Column::TaxRate {
                text.trim_end_matches(['%', ' ']).to_owned()
            } else {
                text.clone()
            };
            let numeric = matches!(column, Column::Hsn | Column::TaxRate);
            if !value.is_empty() && (!numeric || digits(&value) > 0) {
                put(name, scene.candidate(value, range.clone(), 0.85));
            }
        }
    }
    let mut pieces: Vec<Range<usize>> = row.cells.get(&Column::Description).cloned().into_iter().collect();
    pieces.extend(row.extra);
    let text: Vec<String> = pieces.iter().map(|r| layout.text(r.clone())).collect();
    let text = text.join(" ");
    if letters(&text) > 0 {
        let boxes: Vec<_> = pieces.iter().map(|r| layout.bbox(r.clone())).collect();
        put(
            "description",
            Candidate {
                value: text.clone(),
                text,
                bbox: papertray_model::Rect::around(&boxes),
                page: layout.page,
                confidence: 0.85,
            },
        );
    } else if !item.contains_key("code") && !checks {
        return None;
    }
    Some(item)
}

/// A quantity, where it stands, and the token of its unit.
fn quantity(scene: &Scene<'_>, range: &Range<usize>) -> Option<(Decimal, Range<usize>, Option<usize>)> {
    let layout = scene.layout;
    for at in range.clone() {
        let text = &layout.tokens[at].text;
        let number: String =
            text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
        let rest = &text[number.len()..];
        if let Some(amount) = money::parse(&number, scene.evidence.mark).filter(|_| letters(rest) <= 4) {
            let unit = range.clone().find(|u| *u > at && letters(&layout.tokens[*u].text) > 0);
            return Some((amount.value, at..at + 1, unit));
        }
    }
    None
}
