//! Development only.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs
)]
use papertray_model::collection::*;
use papertray_model::sheet::*;
use papertray_model::*;
use papertray_understand::{linesheet, matching, purchase_order};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn doc(v: &Value) -> (Vec<PageReading>, Vec<PagePicture>, Vec<Sheet>) {
    let g = |k: &str| v[k].clone();
    (
        serde_json::from_value(g("pages")).unwrap(),
        serde_json::from_value(g("pictures")).unwrap(),
        serde_json::from_value(g("sheets")).unwrap(),
    )
}
fn dec(m: Option<Minor>, c: Option<&str>) -> Value {
    m.map_or(Value::Null, |m| json!(m.decimal(c.unwrap_or("EUR")).parse::<f64>().unwrap()))
}
fn photo(p: &Option<Photo>) -> Value {
    let Some(p) = p else { return Value::Null };
    match p.source.as_ref().map(|s| &s.place) {
        Some(Place::Page { page, rect }) => {
            json!({"page": page, "bbox": [rect.x0, rect.y0, rect.x1, rect.y1], "sha256": p.sha256})
        }
        Some(Place::Cell { sheet, row, column }) => {
            json!({"sheet": sheet, "anchor": [row, column], "sha256": p.sha256})
        }
        None => json!({"sha256": p.sha256}),
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut out = serde_json::Map::new();
    let mut files: Vec<_> = std::fs::read_dir(&args[1])
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    for f in files {
        let name = f.file_stem().unwrap().to_string_lossy().to_string();
        if args.len() > 3 && !name.contains(&args[3]) {
            continue;
        }
        let v: Value = serde_json::from_slice(&std::fs::read(&f).unwrap()).unwrap();
        let (pages, pictures, sheets) = doc(&v["linesheet"]);
        let id = DocumentId::new();
        let t = std::time::Instant::now();
        let ls = linesheet::read(
            &linesheet::LinesheetInput { document: id, pages: &pages, pictures: &pictures, sheets: &sheets },
            linesheet::Vocabulary::Usual,
        );
        let t1 = t.elapsed();
        let (pp, _, ps) = doc(&v["po"]);
        let t = std::time::Instant::now();
        let order = purchase_order::read(&purchase_order::OrderInput {
            document: DocumentId::new(),
            pages: &pp,
            sheets: &ps,
            products: &ls.products,
            fixed: &[],
            remembered: &[],
        });
        let t2 = t.elapsed();
        let list = matching::items(
            &matching::MatchInput {
                products: &ls.products,
                orders: std::slice::from_ref(&order),
                resolutions: &BTreeMap::new(),
            },
            &mut || ItemId::new(),
        );
        eprintln!(
            "{name}: {} products {t1:?}, {} lines {t2:?}, {} items, {} unmatched; brand {:?} season {:?} cats {:?}; kinds {:?}; checks {:?}",
            ls.products.len(),
            order.lines.len(),
            list.items.len(),
            list.unmatched.len(),
            ls.brand,
            ls.season,
            ls.categories.iter().map(|c| &c.name).collect::<Vec<_>>(),
            ls.pictures.iter().fold(BTreeMap::new(), |mut m, p| {
                *m.entry(format!("{:?}", p.kind)).or_insert(0) += 1;
                m
            }),
            order.checks
        );
        let cur = ls.currency.clone();
        let cur = cur.as_deref();
        let page = |p: &Product| match p.source.as_ref().map(|s| &s.place) {
            Some(Place::Page { page, .. }) => json!(page),
            _ => Value::Null,
        };
        out.insert(name, json!({
            "products": ls.products.iter().map(|p| json!({"style_number": p.style_number, "name": p.name, "category": p.category, "colour": p.colour, "colour_code": p.colour_code, "sizes": p.sizes, "currency": p.currency, "page": page(p), "wholesale": dec(p.wholesale, p.currency.as_deref()), "rrp": dec(p.rrp, p.currency.as_deref()), "photo": photo(&p.photo), "reason": p.photo_reason, "material": p.material, "description": p.description})).collect::<Vec<_>>(),
            "po": {"number": order.number, "date": order.date, "ship_start": order.start_ship, "cancel_date": order.cancel_date, "buyer": order.buyer, "currency": order.currency,
                "columns": order.columns.iter().filter_map(|c| { let m = c.meaning.clone()?; let m = match m.as_str() { "quantity" => "qty".into(), "total_quantity" => "qty_total".into(), "description" => "name".into(), "retail" => "rrp".into(), "discount" => "discount_pct".into(), "number" => "po_number".into(), "start_ship" => "ship_start".into(), _ => m }; Some((c.heading.clone(), json!(m))) }).collect::<serde_json::Map<_, _>>(),
                "lines": order.lines.iter().map(|l| json!({"style_number": l.style_number, "colour": l.colour, "colour_code": l.colour_code, "size": l.size, "size_range": l.size_range, "qty": l.quantity, "unit_cost": dec(l.unit_cost, order.currency.as_deref()), "amount": dec(l.amount, order.currency.as_deref())})).collect::<Vec<_>>(),
                "totals": {"units": order.units, "amount": dec(order.amount, order.currency.as_deref())}},
            "items": list.items.iter().map(|i| json!({"style_number": i.style_number, "colour": i.colour, "matched": i.matched, "sizes": i.sizes.iter().filter_map(|s| Some((s.size.clone(), json!(s.quantity?)))).collect::<serde_json::Map<_, _>>(), "qty_total": i.units, "wholesale": dec(i.wholesale, cur), "rrp": dec(i.rrp, cur), "photo": photo(&i.photo)})).collect::<Vec<_>>(),
            "unmatched_po": list.unmatched.iter().map(|u| json!({"style_number": u.lines[0].style_number, "colour": u.lines[0].colour.clone().or(u.lines[0].colour_code.clone()), "why": u.why})).collect::<Vec<_>>(),
            "price_differences": list.items.iter().filter(|i| i.order_price.is_some()).map(|i| json!({"style_number": i.style_number, "colour": i.colour, "po_unit_cost": dec(i.order_price, cur)})).collect::<Vec<_>>(),
        }));
    }
    std::fs::write(&args[2], serde_json::to_vec(&Value::Object(out)).unwrap()).unwrap();
}
