//! The deck's items as a workbook: a linesheet that ordering platforms and people can read.

use papertray_model::Minor;
use papertray_model::collection::{CollectionInfo, Item};
use papertray_model::deck::DeckSettings;
use papertray_model::money::digits;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::compose::Cx;
use crate::plan::Input;
use crate::words::{Word, word};

/// The workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct Error(#[from] XlsxError);

/// What a column holds.
enum Value {
    Text(String),
    Amount(Option<(Minor, String)>),
    Count(Option<u32>),
}

/// Writes the included items in the deck's order, with the shown prices alone. Same input, same bytes. Every text is
/// written as text: what begins like a formula stays a text.
pub fn write(input: &Input<'_>) -> Result<Vec<u8>, Error> {
    let settings = input.settings;
    let mut book = Workbook::new();
    book.set_properties(&properties(input.info)?);
    let sheet = book.add_worksheet();
    sheet.set_name("Linesheet")?;
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Top);
    let columns = columns(settings);
    for (column, (heading, width)) in (0u16..).zip(&columns) {
        sheet.write_string_with_format(0, column, *heading, &head)?;
        sheet.set_column_width(column, *width)?;
    }
    let items = crate::plan::ordered(input);
    for (row, (group, item)) in (1u32..).zip(&items) {
        for (column, value) in (0u16..).zip(values(input, group, item)) {
            cell(sheet, row, column, value)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
    sheet.autofilter(0, 0, u32::try_from(items.len()).unwrap_or(0), last)?;
    Ok(book.save_to_buffer()?)
}

/// A fixed day: the same input must give the same bytes.
fn properties(info: &CollectionInfo) -> Result<DocProperties, XlsxError> {
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(&info.name)
        .set_author(info.brand.as_deref().unwrap_or_default())
        .set_creation_datetime(&made))
}

fn columns(settings: &DeckSettings) -> Vec<(&'static str, f64)> {
    let (fields, prices) = (settings.fields, settings.shown_prices());
    let say = |which| word(settings.language, which);
    let all = [
        (true, Word::Category, 20.0),
        (true, Word::Style, 16.0),
        (fields.name, Word::Name, 30.0),
        (fields.colour, Word::Colour, 16.0),
        (fields.sizes, Word::Sizes, 26.0),
        (fields.material, Word::Material, 28.0),
        (fields.origin, Word::Origin, 14.0),
        (fields.description, Word::Description, 40.0),
        (prices.wholesale(), Word::Wholesale, 14.0),
        (prices.rrp(), Word::Rrp, 14.0),
        (fields.units, Word::Units, 10.0),
    ];
    all.into_iter().filter(|(on, ..)| *on).map(|(_, which, width)| (say(which), width)).collect()
}

fn values(input: &Input<'_>, group: &str, item: &Item) -> Vec<Value> {
    let settings = input.settings;
    let (fields, prices) = (settings.fields, settings.shown_prices());
    let text = |value: &Option<String>| Value::Text(value.clone().unwrap_or_default());
    let currency = Cx::currency_of(input, item).to_owned();
    let amount = |value: Option<Minor>| Value::Amount(value.map(|v| (v, currency.clone())));
    let category =
        [Some(group), item.subcategory.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" / ");
    let sizes = item.sizes.iter().map(|s| match s.quantity.filter(|_| fields.units) {
        Some(quantity) => format!("{} {quantity}", s.size),
        None => s.size.clone(),
    });
    let sizes = sizes.collect::<Vec<_>>().join(", ");
    let sizes = if sizes.is_empty() { item.size_range.clone().unwrap_or_default() } else { sizes };
    let all = [
        (true, Value::Text(category)),
        (true, Value::Text(item.style_number.clone())),
        (fields.name, text(&item.name)),
        (fields.colour, Value::Text(crate::compose::colour(item).unwrap_or_default())),
        (fields.sizes, Value::Text(sizes)),
        (fields.material, text(&item.material)),
        (fields.origin, text(&item.origin)),
        (fields.description, text(&item.description)),
        (prices.wholesale(), amount(item.wholesale)),
        (prices.rrp(), amount(item.rrp)),
        (fields.units, Value::Count(item.units)),
    ];
    all.into_iter().filter(|(on, _)| *on).map(|(_, value)| value).collect()
}

fn cell(sheet: &mut Worksheet, row: u32, column: u16, value: Value) -> Result<(), XlsxError> {
    match value {
        Value::Text(text) if text.is_empty() => {}
        // As a string cell it is never a formula; excess length is Excel's limit of 32,767 signs.
        Value::Text(text) => {
            let text: String = text.chars().take(32_000).collect();
            sheet.write_string(row, column, text)?;
        }
        Value::Amount(None) | Value::Count(None) => {}
        Value::Amount(Some((amount, currency))) => {
            let places = digits(&currency);
            let zeros = if places == 0 { String::new() } else { format!(".{}", "0".repeat(places as usize)) };
            let code: String = currency.chars().filter(char::is_ascii_uppercase).collect();
            let code = if code.is_empty() { String::new() } else { format!("[${code}] ") };
            let format = Format::new().set_num_format(format!("{code}#,##0{zeros}"));
            let number = amount.0 as f64 / 10f64.powi(places.cast_signed());
            sheet.write_number_with_format(row, column, number, &format)?;
        }
        Value::Count(Some(count)) => {
            sheet.write_number(row, column, f64::from(count))?;
        }
    }
    Ok(())
}
