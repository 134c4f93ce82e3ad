//! Amounts of money.

use serde::{Deserialize, Serialize};

/// An amount in the currency's smallest unit, such as cents; which currency stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Minor(#[cfg_attr(feature = "specta", specta(type = f64))] pub i64);

/// Digits after the decimal point of an ISO 4217 currency; 2 for one this list does not name.
pub fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

impl Minor {
    /// As a decimal number with a point: `-134.05`.
    pub fn decimal(self, currency: &str) -> String {
        let digits = digits(currency) as usize;
        let sign = if self.0 < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", self.0.unsigned_abs(), width = digits + 1);
        let (whole, rest) = text.split_at(text.len() - digits);
        if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
    }

    /// Reads a decimal number with a point; `None` for anything else, for more digits than the currency has, and for
    /// what does not fit.
    pub fn parse(text: &str, currency: &str) -> Option<Self> {
        let digits = digits(currency) as usize;
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let rest =
            if rest.len() > digits { rest.strip_suffix(&"0".repeat(rest.len() - digits))? } else { rest };
        let all = format!("{whole}{rest:0<digits$}");
        let plain = !whole.is_empty() && all.bytes().all(|b| b.is_ascii_digit());
        let amount: i64 = plain.then(|| all.parse().ok()).flatten()?;
        Some(Self(if negative { -amount } else { amount }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_from_their_text() {
        for (minor, currency, text) in
            [(13405, "EUR", "134.05"), (-5, "USD", "-0.05"), (12000, "JPY", "12000"), (1, "KWD", "0.001")]
        {
            assert_eq!(Minor(minor).decimal(currency), text);
            assert_eq!(Minor::parse(text, currency), Some(Minor(minor)));
        }
        assert_eq!(Minor::parse("12", "EUR"), Some(Minor(1200)));
        assert_eq!(Minor::parse("12.500", "EUR"), Some(Minor(1250)));
        for bad in ["", ".", "-", "1,5", "12.505", "99999999999999999999", "é.1"] {
            assert_eq!(Minor::parse(bad, "EUR"), None, "{bad}");
        }
    }
}
