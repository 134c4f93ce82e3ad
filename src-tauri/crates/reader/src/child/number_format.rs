//! Numbers as a spreadsheet shows them: the part of the format codes (ECMA-376 part 1, 18.8.31) that changes digits,
//! leading zeros, decimals, grouping, per cent and the words around.

/// The number in this format, as a person sees it. Formats of dates, fractions and exponents fall back to plain digits.
pub(crate) fn shown(value: f64, format: &str) -> String {
    let sections: Vec<&str> = sections(format);
    let (section, value) = match sections.as_slice() {
        [_, negative, ..] if value < 0.0 => (*negative, -value),
        [first, ..] => (*first, value),
        [] => ("", value),
    };
    Pattern::of(section).map_or_else(|| plain(value), |pattern| pattern.write(value))
}

/// A number without a format: at most 15 significant digits, no exponent, no trailing zeros.
pub(crate) fn plain(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    // 15 digits are what a cell keeps; the rest is the noise of binary fractions.
    let magnitude = value.abs().log10().floor();
    let decimals = (14.0 - magnitude).clamp(0.0, 17.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The parts for positive numbers, negative ones, zero and text.
fn sections(format: &str) -> Vec<&str> {
    let (mut out, mut from, mut quoted, mut escaped) = (vec![], 0, false, false);
    for (at, c) in format.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                out.push(&format[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(&format[from..]);
    out
}

#[derive(Debug, Default, PartialEq)]
struct Pattern {
    before: String,
    after: String,
    /// Digits that stand even where they are zero.
    whole: usize,
    /// Decimals that stand at least, and at most.
    decimals: (usize, usize),
    grouped: bool,
    per_cent: bool,
}

impl Pattern {
    fn of(section: &str) -> Option<Self> {
        let mut pattern = Self::default();
        let (mut digits, mut point) = (false, false);
        let mut chars = section.chars().peekable();
        while let Some(c) = chars.next() {
            let around = if digits { &mut pattern.after } else { &mut pattern.before };
            match c {
                '"' => around.extend(chars.by_ref().take_while(|c| *c != '"')),
                '\\' => around.extend(chars.next()),
                '_' => {
                    chars.next(); // as wide as the next character
                    around.push(' ');
                }
                '*' => {
                    chars.next(); // fills the cell
                }
                '[' => {
                    // `[$€-407]`: a currency; `[Red]`, `[>100]`: nothing that is seen.
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if let Some(currency) = inside.strip_prefix('$') {
                        around.push_str(currency.split('-').next().unwrap_or_default());
                    }
                }
                '0' | '#' | '?' if point => {
                    pattern.decimals.1 += 1;
                    pattern.decimals.0 += usize::from(c == '0');
                    digits = true;
                }
                '0' | '#' | '?' => {
                    pattern.whole += usize::from(c == '0');
                    digits = true;
                }
                '.' if digits || matches!(chars.peek(), Some('0' | '#' | '?')) => {
                    (digits, point) = (true, true);
                }
                ',' if digits => {
                    if !matches!(chars.peek(), Some('0' | '#' | '?')) {
                        return None; // scaled by thousands
                    }
                    pattern.grouped = true;
                }
                '%' => {
                    pattern.per_cent = true;
                    around.push('%');
                }
                'E' | 'e' | '/' | '@' if digits || c == '@' => return None,
                'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' | 'G' | 'g' => return None,
                other => around.push(other),
            }
        }
        digits.then_some(pattern)
    }

    fn write(&self, value: f64) -> String {
        if !value.is_finite() {
            return String::new();
        }
        let value = if self.per_cent { value * 100.0 } else { value };
        let most = self.decimals.1.min(15);
        // The nearest decimal that a person would round to: binary halves lie a hair below.
        let text = format!("{:.most$}", value.abs() * (1.0 + f64::EPSILON));
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut fraction = fraction.to_owned();
        while fraction.len() > self.decimals.0 && fraction.ends_with('0') {
            fraction.pop();
        }
        let whole = format!("{:0>width$}", whole, width = self.whole.min(40));
        let whole =
            if self.whole == 0 && whole == "0" && !fraction.is_empty() { String::new() } else { whole };
        let whole = if self.grouped { grouped(&whole) } else { whole };
        let sign = if value < 0.0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{}{whole}{point}{fraction}{}", self.before, self.after).trim().to_owned()
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, format, text) in [
            (123.0, "00000", "00123"),
            (1234.5, "#,##0.00", "1,234.50"),
            (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
            (0.155, "0%", "16%"),
            (0.5, "0.0%", "50.0%"),
            (-12.0, "#,##0.00;(#,##0.00)", "(12.00)"),
            (36.0, "\"£\"#,##0.00", "£36.00"),
            (1.005, "0.00", "1.01"),
            (7.25, "0.##", "7.25"),
            (12.0, "General", "12"),
            (0.1 + 0.2, "General", "0.3"),
            (5_901_234_123_457.0, "General", "5901234123457"),
            (12.0, "# \"pcs\"", "12 pcs"),
            (0.5, ".00", ".50"),
            (12.5, "# ?/?", "12.5"),
        ] {
            assert_eq!(shown(value, format), text, "{format}");
        }
    }

    #[test]
    fn no_format_ends_the_reader() {
        for format in ["\"", "\\", "[", "0;", ";;;", "_", "*", "0,,", "€", "\u{301}0", &"0".repeat(500)] {
            for value in [0.0, -1.5, 1e300, f64::NAN, f64::INFINITY, 1e-300] {
                shown(value, format);
            }
        }
    }
}
