//! A deck's own words in seven languages, and how it writes amounts, numbers and days.

use papertray_model::Minor;
use papertray_model::deck::{CurrencyMark, DeckLanguage, MoneyFormat, NumberFormat};
use papertray_model::money::digits;

/// A word or phrase of the deck's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is its English word")]
pub(crate) enum Word {
    Wholesale,
    Rrp,
    Margin,
    Colour,
    Sizes,
    Material,
    Origin,
    Units,
    Value,
    Total,
    Contents,
    Category,
    Delivery,
    OrderSummary,
    Order,
    Terms,
    Contact,
    BrandIntroduction,
    History,
    Values,
    Personality,
    Stores,
    Collection,
    CoreCollection,
    Style,
    Name,
    Others,
    PricesAsOf,
    Styles,
    NoDate,
    Description,
    Retail,
}

/// English, French, German, Italian, Spanish, Chinese, Japanese.
const fn all(word: Word) -> [&'static str; 7] {
    match word {
        Word::Wholesale => ["Wholesale", "Prix de gros", "EK", "Ingrosso", "Mayorista", "批发价", "卸価格"],
        Word::Rrp => ["RRP", "PVC", "UVP", "PVP", "PVP", "零售价", "希望小売価格"],
        Word::Margin => ["Margin", "Coeff.", "Kalkulation", "Ricarico", "Margen", "倍率", "掛率"],
        Word::Colour => ["Colour", "Coloris", "Farbe", "Colore", "Color", "颜色", "カラー"],
        Word::Sizes => ["Sizes", "Tailles", "Größen", "Taglie", "Tallas", "尺码", "サイズ"],
        Word::Material => ["Material", "Matière", "Material", "Materiale", "Material", "面料", "素材"],
        Word::Origin => ["Made in", "Origine", "Herkunft", "Origine", "Origen", "产地", "原産国"],
        Word::Units => ["Units", "Unités", "Stück", "Unità", "Unidades", "件数", "数量"],
        Word::Value => ["Value", "Valeur", "Wert", "Valore", "Valor", "金额", "金額"],
        Word::Total => ["Total", "Total", "Gesamt", "Totale", "Total", "合计", "合計"],
        Word::Contents => ["Contents", "Sommaire", "Inhalt", "Indice", "Índice", "目录", "目次"],
        Word::Category => {
            ["Category", "Catégorie", "Kategorie", "Categoria", "Categoría", "类别", "カテゴリー"]
        }
        Word::Delivery => ["Delivery", "Livraison", "Lieferung", "Consegna", "Entrega", "交期", "納期"],
        Word::OrderSummary => [
            "Order summary",
            "Récapitulatif de commande",
            "Auftragsübersicht",
            "Riepilogo ordine",
            "Resumen del pedido",
            "订单汇总",
            "発注サマリー",
        ],
        Word::Order => ["Order", "Commande", "Auftrag", "Ordine", "Pedido", "订单", "発注"],
        Word::Terms => {
            ["Terms", "Conditions", "Konditionen", "Condizioni", "Condiciones", "条款", "取引条件"]
        }
        Word::Contact => {
            ["Contact", "Contact", "Kontakt", "Contatti", "Contacto", "联系方式", "お問い合わせ"]
        }
        Word::BrandIntroduction => {
            ["The brand", "La marque", "Die Marke", "Il marchio", "La marca", "品牌", "ブランド"]
        }
        Word::History => ["History", "Histoire", "Geschichte", "Storia", "Historia", "历史", "歴史"],
        Word::Values => ["Values", "Valeurs", "Werte", "Valori", "Valores", "价值观", "バリュー"],
        Word::Personality => [
            "Personality",
            "Personnalité",
            "Persönlichkeit",
            "Personalità",
            "Personalidad",
            "个性",
            "パーソナリティ",
        ],
        Word::Stores => [
            "Flagship stores",
            "Boutiques phares",
            "Flagship-Stores",
            "Flagship store",
            "Tiendas insignia",
            "旗舰店",
            "旗艦店",
        ],
        Word::Collection => [
            "The collection",
            "La collection",
            "Die Kollektion",
            "La collezione",
            "La colección",
            "系列",
            "コレクション",
        ],
        Word::CoreCollection => [
            "Core collection",
            "Collection essentielle",
            "Kernkollektion",
            "Collezione principale",
            "Colección principal",
            "核心系列",
            "コアコレクション",
        ],
        Word::Style => ["Style", "Référence", "Artikel", "Articolo", "Referencia", "款号", "品番"],
        Word::Name => ["Name", "Désignation", "Bezeichnung", "Nome", "Nombre", "品名", "品名"],
        Word::Others => [
            "Other styles",
            "Autres modèles",
            "Weitere Artikel",
            "Altri articoli",
            "Otros artículos",
            "其他",
            "その他",
        ],
        Word::PricesAsOf => {
            ["Prices as of", "Prix au", "Preise vom", "Prezzi al", "Precios a", "价格日期", "価格日付"]
        }
        Word::Styles => ["styles", "modèles", "Artikel", "articoli", "artículos", "款", "点"],
        Word::NoDate => {
            ["No date", "Sans date", "Ohne Datum", "Senza data", "Sin fecha", "无日期", "日付なし"]
        }
        Word::Description => {
            ["Description", "Description", "Beschreibung", "Descrizione", "Descripción", "描述", "説明"]
        }
        Word::Retail => {
            ["Retail value", "Valeur PVC", "Wert zu UVP", "Valore PVP", "Valor PVP", "零售总额", "小売総額"]
        }
    }
}

/// A word in a deck's language.
pub(crate) fn word(language: DeckLanguage, word: Word) -> &'static str {
    let [en, fr, de, it, es, zh, ja] = all(word);
    match language {
        DeckLanguage::En => en,
        DeckLanguage::Fr => fr,
        DeckLanguage::De => de,
        DeckLanguage::It => it,
        DeckLanguage::Es => es,
        DeckLanguage::Zh => zh,
        DeckLanguage::Ja => ja,
    }
}

/// `1 style`, `12 styles`.
pub(crate) fn styles(language: DeckLanguage, count: usize) -> String {
    match (language, count) {
        (DeckLanguage::En, 1) => "1 style".into(),
        (DeckLanguage::Fr, 1) => "1 modèle".into(),
        (DeckLanguage::It, 1) => "1 articolo".into(),
        (DeckLanguage::Es, 1) => "1 artículo".into(),
        (DeckLanguage::Zh | DeckLanguage::Ja, _) => format!("{count}{}", word(language, Word::Styles)),
        _ => format!("{count} {}", word(language, Word::Styles)),
    }
}

/// BCP 47, for files.
pub(crate) fn tag(language: DeckLanguage) -> &'static str {
    match language {
        DeckLanguage::En => "en-GB",
        DeckLanguage::Fr => "fr-FR",
        DeckLanguage::De => "de-DE",
        DeckLanguage::It => "it-IT",
        DeckLanguage::Es => "es-ES",
        DeckLanguage::Zh => "zh-CN",
        DeckLanguage::Ja => "ja-JP",
    }
}

/// Group mark, decimal mark.
fn marks(language: DeckLanguage, number: NumberFormat) -> (&'static str, &'static str) {
    match number {
        NumberFormat::Language => match language {
            DeckLanguage::En | DeckLanguage::Zh | DeckLanguage::Ja => (",", "."),
            DeckLanguage::De | DeckLanguage::It | DeckLanguage::Es => (".", ","),
            DeckLanguage::Fr => ("\u{a0}", ","),
        },
        NumberFormat::Comma => (",", "."),
        NumberFormat::Point => (".", ","),
        NumberFormat::Space => ("\u{a0}", ","),
        NumberFormat::Apostrophe => ("'", "."),
    }
}

/// Digits with a mark between groups of three; Indian rupees in groups of two beyond the first (1,23,456).
fn grouped(whole: &str, mark: &str, indian: bool) -> String {
    let mut text = String::new();
    let count = whole.len();
    for (i, digit) in whole.chars().enumerate() {
        let left = count - i;
        let here = if indian { left == 3 || (left > 3 && left % 2 == 1) } else { left.is_multiple_of(3) };
        if i > 0 && here {
            text.push_str(mark);
        }
        text.push(digit);
    }
    text
}

/// A whole number.
pub(crate) fn number(language: DeckLanguage, format: NumberFormat, value: u64) -> String {
    grouped(&value.to_string(), marks(language, format).0, false)
}

/// The currency's own sign, where it has one.
fn symbol(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        "CAD" => "CA$",
        "AUD" => "A$",
        "HKD" => "HK$",
        "SGD" => "S$",
        "KRW" => "₩",
        _ => return None,
    })
}

/// An amount as the settings write it, such as `€1,234.50` or `1.234,50 €`.
pub(crate) fn money(language: DeckLanguage, format: &MoneyFormat, amount: Minor, currency: &str) -> String {
    let (group, point) = marks(language, format.number);
    let plain = amount.decimal(currency);
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, ""));
    let whole = grouped(whole, group, currency == "INR" && group == ",");
    let zero = rest.bytes().all(|b| b == b'0');
    let figure = if digits(currency) == 0 || (zero && format.hide_zero_cents) {
        whole
    } else {
        format!("{whole}{point}{rest}")
    };
    match symbol(currency).filter(|_| format.mark == CurrencyMark::Symbol) {
        Some(symbol) if point == "," => format!("{sign}{figure}\u{a0}{symbol}"),
        Some(symbol) => format!("{sign}{symbol}{figure}"),
        None if currency.is_empty() => format!("{sign}{figure}"),
        None => format!("{currency}\u{a0}{sign}{figure}"),
    }
}

/// Retail over wholesale, to a tenth: `2.5×`. `None` where that has no meaning.
pub(crate) fn factor(
    language: DeckLanguage,
    format: NumberFormat,
    wholesale: Minor,
    rrp: Minor,
) -> Option<String> {
    let tenths = (wholesale.0 > 0 && rrp.0 > 0).then(|| {
        let (retail, cost) = (i128::from(rrp.0), i128::from(wholesale.0));
        (retail * 20 + cost) / (cost * 2)
    })?;
    Some(format!("{}{}{}×", tenths / 10, marks(language, format).1, tenths % 10))
}

/// A day, given in ISO 8601, as the language writes it; anything else as it stands.
pub(crate) fn day(language: DeckLanguage, iso: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Ok(date) = iso.get(..10).unwrap_or(iso).parse::<jiff::civil::Date>() else { return iso.to_owned() };
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language {
        DeckLanguage::En => {
            let name =
                usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
            format!("{day} {name} {year}")
        }
        DeckLanguage::De => format!("{day:02}.{month:02}.{year}"),
        DeckLanguage::Fr | DeckLanguage::It | DeckLanguage::Es => format!("{day:02}/{month:02}/{year}"),
        DeckLanguage::Zh | DeckLanguage::Ja => format!("{year}年{month}月{day}日"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_settings_say() {
        let format =
            |mark, number, hide_zero_cents| MoneyFormat { currency: None, mark, number, hide_zero_cents };
        let language = NumberFormat::Language;
        for (deck, mark, number, hide, minor, currency, text) in [
            (DeckLanguage::En, CurrencyMark::Symbol, language, false, 123_450, "EUR", "€1,234.50"),
            (DeckLanguage::De, CurrencyMark::Symbol, language, false, 123_450, "EUR", "1.234,50\u{a0}€"),
            (DeckLanguage::Fr, CurrencyMark::Code, language, true, 12_000, "EUR", "EUR\u{a0}120"),
            (DeckLanguage::Ja, CurrencyMark::Symbol, language, false, 12_000, "JPY", "¥12,000"),
            (DeckLanguage::En, CurrencyMark::Symbol, language, false, 12_345_600, "INR", "₹1,23,456.00"),
            (
                DeckLanguage::En,
                CurrencyMark::Symbol,
                NumberFormat::Apostrophe,
                false,
                123_450,
                "CHF",
                "CHF\u{a0}1'234.50",
            ),
            (DeckLanguage::En, CurrencyMark::Symbol, language, false, -5, "USD", "−$0.05"),
        ] {
            assert_eq!(money(deck, &format(mark, number, hide), Minor(minor), currency), text);
        }
    }

    #[test]
    fn a_factor_is_rounded_to_tenths() {
        let factor = |w, r| factor(DeckLanguage::En, NumberFormat::Language, Minor(w), Minor(r));
        assert_eq!(factor(13_400, 33_500).as_deref(), Some("2.5×"));
        assert_eq!(factor(1000, 2249).as_deref(), Some("2.2×"));
        assert_eq!(factor(0, 2249), None);
    }
}
