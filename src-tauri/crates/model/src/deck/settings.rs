//! Everything that a person sets about a deck.

use serde::{Deserialize, Serialize};

use super::{
    BrandLook, DeckFields, DeckLanguage, DeckPreset, DeckSlides, DeckSort, DeckTexts, DeckTheme, Grouping,
    ImageFit, MoneyFormat, PerSlide, PriceDisplay, SlideFormat,
};

/// Everything that is set about a deck. A missing setting has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeckSettings {
    /// Who it is for. `CustomerSafe` holds whatever else is set: no wholesale price is written.
    pub preset: DeckPreset,
    /// How it looks.
    pub theme: DeckTheme,
    /// Its paper.
    pub format: SlideFormat,
    /// Products a slide.
    pub per_slide: PerSlide,
    /// Which values.
    pub fields: DeckFields,
    /// Which prices.
    pub prices: PriceDisplay,
    /// Which slides.
    pub slides: DeckSlides,
    /// Colours, fonts, mark.
    pub look: BrandLook,
    /// Language of its own words.
    pub language: DeckLanguage,
    /// How amounts are written.
    pub money: MoneyFormat,
    /// The day the prices are of, ISO 8601; shown in the footer.
    pub price_date: Option<String>,
    /// What stands together.
    pub grouping: Grouping,
    /// The order of items.
    pub sort: DeckSort,
    /// The keys of slides that are left out.
    pub hidden: Vec<String>,
    /// At the foot of every slide.
    pub footer: String,
    /// Slides are numbered.
    pub page_numbers: bool,
    /// Such as `Confidential`; at the foot of every slide. Empty: none.
    pub confidentiality: String,
    /// Speaker notes are written.
    pub notes: bool,
    /// A person looked and wants wholesale prices that stand in texts to stay, though the deck shows none.
    pub keep_prices_in_texts: bool,
    /// How pictures fill their frames.
    pub image_fit: ImageFit,
    /// The files' name, without an extension; `{brand}`, `{season}`, `{name}`, `{deck}` and `{date}` stand for what
    /// they say.
    pub file_name: String,
    /// Its texts.
    pub texts: DeckTexts,
}

impl Default for DeckSettings {
    fn default() -> Self {
        Self {
            preset: DeckPreset::SellIn,
            theme: DeckTheme::Quiet,
            format: SlideFormat::Wide,
            per_slide: PerSlide::Four,
            fields: DeckFields::default(),
            prices: PriceDisplay::Both,
            slides: DeckSlides::default(),
            look: BrandLook::default(),
            language: DeckLanguage::En,
            money: MoneyFormat::default(),
            price_date: None,
            grouping: Grouping::Subcategory,
            sort: DeckSort::Manual,
            hidden: Vec::new(),
            footer: String::new(),
            page_numbers: true,
            confidentiality: String::new(),
            notes: true,
            keep_prices_in_texts: false,
            image_fit: ImageFit::Contain,
            file_name: "{brand}_{season}_{deck}_{date}".into(),
            texts: DeckTexts::default(),
        }
    }
}

impl DeckSettings {
    /// For buyers.
    pub fn sell_in() -> Self {
        Self::default().with_preset(DeckPreset::SellIn)
    }

    /// For anyone.
    pub fn customer_safe() -> Self {
        Self::default().with_preset(DeckPreset::CustomerSafe)
    }

    /// For people in shops.
    pub fn store_training() -> Self {
        Self::default().with_preset(DeckPreset::StoreTraining)
    }

    /// For the buying team.
    pub fn internal_buy() -> Self {
        Self::default().with_preset(DeckPreset::InternalBuy)
    }

    /// These settings with fields, prices and order slides as `preset` has them; the rest stays.
    #[must_use]
    pub fn with_preset(mut self, preset: DeckPreset) -> Self {
        let buy = preset == DeckPreset::InternalBuy;
        let training = preset == DeckPreset::StoreTraining;
        self.preset = preset;
        self.prices = match preset {
            DeckPreset::SellIn => PriceDisplay::Both,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining => PriceDisplay::Rrp,
            DeckPreset::InternalBuy => PriceDisplay::Margin,
        };
        self.fields = DeckFields {
            material: !buy,
            origin: !buy,
            description: training,
            sales_talk: !buy,
            units: buy,
            ..DeckFields::default()
        };
        self.slides.order_summary = buy;
        self.slides.order_table = buy;
        self
    }

    /// The prices that are written: what is set, without wholesale for a deck that anyone may see.
    pub fn shown_prices(&self) -> PriceDisplay {
        match self.preset {
            DeckPreset::SellIn | DeckPreset::InternalBuy => self.prices,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining if self.prices.rrp() => PriceDisplay::Rrp,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining => PriceDisplay::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_older_library_have_defaults() {
        let settings: DeckSettings =
            serde_json::from_str(r#"{"theme":"grid","fields":{"name":false}}"#).unwrap();
        assert_eq!(settings.theme, DeckTheme::Grid);
        assert!(!settings.fields.name && settings.fields.sizes);
        assert_eq!(settings.file_name, DeckSettings::default().file_name);
    }

    #[test]
    fn a_deck_for_anyone_shows_no_wholesale_whatever_is_set() {
        for prices in [PriceDisplay::None, PriceDisplay::Wholesale, PriceDisplay::Both, PriceDisplay::Margin]
        {
            let settings = DeckSettings { prices, ..DeckSettings::customer_safe() };
            assert!(!settings.shown_prices().wholesale(), "{prices:?}");
        }
        assert!(DeckSettings::sell_in().shown_prices().wholesale());
    }
}
