//! The values of an item that a person may set, each as a text: what it is now, and setting it.

use papertray_model::{
    BlobHash, ErrorCode, Item, Minor, Photo, UserError,
    collection::{ItemKey, SizeQuantity},
};

use crate::Result;

/// A line about an item is no longer than this, in characters.
const SALES_TALK: usize = 80;
/// Any other text.
const LONGEST: usize = 2000;

/// What an item says now; `None`: nothing.
pub(super) fn value(item: &Item, key: ItemKey) -> Option<String> {
    let currency = item.currency.as_deref().unwrap_or_default();
    match key {
        ItemKey::Name => item.name.clone(),
        ItemKey::Colour => item.colour.clone(),
        ItemKey::Category => item.category.clone(),
        ItemKey::Subcategory => item.subcategory.clone(),
        ItemKey::Sizes => (!item.sizes.is_empty()).then(|| written(&item.sizes)),
        ItemKey::Wholesale => item.wholesale.map(|v| v.decimal(currency)),
        ItemKey::Rrp => item.rrp.map(|v| v.decimal(currency)),
        ItemKey::Material => item.material.clone(),
        ItemKey::Origin => item.origin.clone(),
        ItemKey::Description => item.description.clone(),
        ItemKey::SalesTalk => item.sales_talk.clone(),
        ItemKey::Photo => item.photo.as_ref().map(|photo| photo.blob.to_string()),
        ItemKey::Included => Some(item.included.to_string()),
        ItemKey::Highlighted => Some(item.highlighted.to_string()),
    }
}

/// Sets a value; `photos` finds a picture by its hash. What does not fit is refused and changes nothing.
pub(super) fn set(
    item: &mut Item,
    key: ItemKey,
    value: &str,
    photos: &dyn Fn(&BlobHash) -> Option<Photo>,
) -> Result<()> {
    let value = value.trim();
    let text = || (!value.is_empty()).then(|| value.to_owned());
    let most = if key == ItemKey::SalesTalk { SALES_TALK } else { LONGEST };
    if value.chars().count() > most {
        return Err(refused(format!("The text has more than {most} characters."), "Shorten it."));
    }
    match key {
        ItemKey::Name => item.name = text(),
        ItemKey::Colour => item.colour = text(),
        ItemKey::Category => item.category = text(),
        ItemKey::Subcategory => item.subcategory = text(),
        ItemKey::Sizes => {
            item.sizes = sizes(value);
            let units: Vec<u32> = item.sizes.iter().filter_map(|s| s.quantity).collect();
            if !units.is_empty() {
                item.units = Some(units.iter().fold(0, |sum, n| sum.saturating_add(*n)));
            }
        }
        ItemKey::Wholesale => item.wholesale = amount(item, value)?,
        ItemKey::Rrp => item.rrp = amount(item, value)?,
        ItemKey::Material => item.material = text(),
        ItemKey::Origin => item.origin = text(),
        ItemKey::Description => item.description = text(),
        ItemKey::SalesTalk => item.sales_talk = text(),
        ItemKey::Photo if value.is_empty() => item.photo = None,
        ItemKey::Photo => {
            let photo = BlobHash::parse(value).and_then(|hash| photos(&hash));
            let unknown = || refused("That picture is not in this collection.", "Choose one of its photos.");
            item.photo = Some(photo.ok_or_else(unknown)?);
        }
        ItemKey::Included => item.included = yes_or_no(value)?,
        ItemKey::Highlighted => item.highlighted = yes_or_no(value)?,
    }
    Ok(())
}

fn refused(message: impl Into<String>, hint: &str) -> UserError {
    UserError::new(ErrorCode::Usage, message, hint)
}

fn yes_or_no(value: &str) -> Result<bool> {
    value
        .parse()
        .map_err(|_| refused(format!("`{value}` is neither `true` nor `false`."), "Say one of them."))
}

fn amount(item: &Item, value: &str) -> Result<Option<Minor>> {
    if value.is_empty() {
        return Ok(None);
    }
    let amount = Minor::parse(value, item.currency.as_deref().unwrap_or_default());
    let odd = || refused(format!("`{value}` is no amount."), "Write it with a point: 134.50.");
    amount.filter(|amount| amount.0 >= 0).map(Some).ok_or_else(odd)
}

/// `XS, S 2, M 4`. A size that ends with a number of its own gets a dash where nothing was ordered: `EU 38 -`.
fn written(sizes: &[SizeQuantity]) -> String {
    let one = |size: &SizeQuantity| match size.quantity {
        Some(quantity) => format!("{} {quantity}", size.size),
        None if split(&size.size).1.is_some() => format!("{} -", size.size),
        None => size.size.clone(),
    };
    sizes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn sizes(text: &str) -> Vec<SizeQuantity> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            if let Some(size) = part.strip_suffix('-').filter(|size| size.ends_with(' ')) {
                return SizeQuantity { size: size.trim().to_owned(), quantity: None };
            }
            let (size, quantity) = split(part);
            SizeQuantity { size: size.to_owned(), quantity }
        })
        .collect()
}

/// A size and the quantity behind it, where there is one.
fn split(part: &str) -> (&str, Option<u32>) {
    match part.rsplit_once(char::is_whitespace) {
        Some((size, number)) => number.parse().map_or((part, None), |n| (size.trim(), Some(n))),
        None => (part, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_back_as_they_are_written() {
        for text in ["XS, S 2, M 4", "32, 34 6", "EU 38 -, EU 39 3", "One Size, 2XL 0"] {
            assert_eq!(written(&sizes(text)), text);
        }
        assert_eq!(sizes("S2")[0].quantity, None);
        assert_eq!(sizes(" ,, M 4 ")[0], SizeQuantity { size: "M".into(), quantity: Some(4) });
    }
}
