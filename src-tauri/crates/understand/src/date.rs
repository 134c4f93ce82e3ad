//! Civil dates in numbers and in words (English, German, French, Spanish, Italian), whole or inside running words.
//!
//! `03/04/2018` alone does not tell its month: [`Printed`] keeps both readings until the document's [`Order`] is known.

use crate::text::squash;

/// Whether the day or the month comes first in numeric dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// A civil date that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) of_month: u8,
}

impl Day {
    /// The date, if there is one; years 1950 to 2099 only, others are numbers that look like dates.
    pub(crate) fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1950..=2099).contains(&year) && (1..=last).contains(&day)).then_some(Self {
            year: year as u16,
            month: month as u8,
            of_month: day as u8,
        })
    }

    /// `YYYY-MM-DD`.
    pub(crate) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }

    /// Reads `YYYY-MM-DD`.
    pub(crate) fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.split('-');
        let mut next = || parts.next()?.parse().ok();
        Self::new(next()?, next()?, next()?)
    }
}

/// A date as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    day_first: Option<Day>,
    month_first: Option<Day>,
    /// Numbers only, with a slash, which both orders use.
    pub(crate) slashed: bool,
    /// Only two digits of the year are printed.
    pub(crate) short_year: bool,
}

impl Printed {
    fn fixed(day: Day) -> Self {
        Self { day_first: Some(day), month_first: Some(day), slashed: false, short_year: false }
    }

    /// The order that this date alone proves.
    pub(crate) fn proves(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (Some(_), None) => Some(Order::DayFirst),
            (None, Some(_)) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether the two orders read different days.
    pub(crate) fn ambiguous(&self) -> bool {
        self.day_first.is_some() && self.month_first.is_some() && self.day_first != self.month_first
    }

    /// The date in this order, or in the only order that gives one.
    pub(crate) fn day(&self, order: Order) -> Option<Day> {
        match order {
            Order::DayFirst => self.day_first.or(self.month_first),
            Order::MonthFirst => self.month_first.or(self.day_first),
        }
    }
}

/// Names of months, squashed, whole and short.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "janner", "janvier", "enero", "gennaio", "janeiro", "jan", "janv", "ene", "gen"],
    &["february", "februar", "fevrier", "febrero", "febbraio", "fevereiro", "feb", "fev", "fevr", "febr"],
    &["march", "marz", "maerz", "mars", "marzo", "marco", "mar", "mrz"],
    &["april", "avril", "abril", "aprile", "apr", "avr", "abr"],
    &["may", "mai", "mayo", "maggio", "maio", "mag"],
    &["june", "juni", "juin", "junio", "giugno", "junho", "jun", "giu"],
    &["july", "juli", "juillet", "julio", "luglio", "julho", "jul", "juil", "lug"],
    &["august", "aout", "agosto", "aug", "ago", "aou"],
    &["september", "septembre", "septiembre", "settembre", "setembro", "sep", "sept", "set"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "oct", "okt", "ott", "out"],
    &["november", "novembre", "noviembre", "novembro", "nov"],
    &["december", "dezember", "decembre", "diciembre", "dicembre", "dezembro", "dec", "dez", "dic"],
];

fn month(name: &str) -> Option<u32> {
    let key = squash(name);
    (key.len() >= 3)
        .then(|| MONTHS.iter().position(|names| names.contains(&key.as_str())))?
        .map(|m| m as u32 + 1)
}

/// Whether the text begins with the name of a month.
pub(crate) fn is_month_word(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    month(&text[..end]).is_some()
}

/// One piece of a text: digits, letters, or a single mark.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    text: &'a str,
    end: usize,
    kind: Kind,
    /// White space stood before it.
    spaced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Digits,
    Letters,
    Mark,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut list: Vec<Piece<'_>> = vec![];
    let mut spaced = false;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if list.len() > 14 {
            break;
        }
        let end = at + c.len_utf8();
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let kind = if c.is_ascii_digit() {
            Kind::Digits
        } else if c.is_alphabetic() {
            Kind::Letters
        } else {
            Kind::Mark
        };
        match list.last_mut() {
            Some(last) if last.kind == kind && kind != Kind::Mark && !spaced => {
                last.end = end;
                last.text = &text[start..end];
            }
            _ => {
                start = at;
                list.push(Piece { text: &text[at..end], end, kind, spaced });
            }
        }
        spaced = false;
    }
    list
}

/// The date at the start of the text, and how many bytes it takes. Words before it must be gone already.
pub(crate) fn prefix(text: &str) -> Option<(Printed, usize)> {
    let list = pieces(text);
    // A weekday before the date is skipped: `Mon, 12 May 2026`.
    let first = list.iter().position(|p| p.kind != Kind::Mark)?;
    if first > 1 {
        return None;
    }
    let list = &list[first..];
    let skip = usize::from(
        list.len() > 2
            && list[0].kind == Kind::Letters
            && month(list[0].text).is_none()
            && list[0].text.len() <= 10,
    );
    let list = &list[skip..];
    let list =
        if skip == 1 && list.first().is_some_and(|p| p.kind == Kind::Mark) { &list[1..] } else { list };
    in_numbers(list).or_else(|| in_words(list)).or_else(|| month_in_front(list)).or_else(|| east_asian(list))
}

fn value(piece: &Piece<'_>) -> Option<u32> {
    (piece.kind == Kind::Digits && piece.text.len() <= 4).then(|| piece.text.parse().ok())?
}

fn full_year(piece: &Piece<'_>) -> Option<(u32, bool)> {
    let number = value(piece)?;
    match piece.text.len() {
        4 => Some((number, false)),
        2 => Some((if number < 70 { 2000 + number } else { 1900 + number }, true)),
        _ => None,
    }
}

/// Whether something other than a time or a break follows, so that the pieces are part of a longer number.
fn runs_on(list: &[Piece<'_>], after: usize, mark: &str) -> bool {
    match (list.get(after), list.get(after + 1)) {
        (Some(next), Some(digit)) if !next.spaced && !digit.spaced => {
            next.text == mark && digit.kind == Kind::Digits && mark != ":"
        }
        _ => false,
    }
}

/// `22/12/2017`, `2018-10-01`, `1.2.18`; also with the time stuck to it, as recognition leaves it.
fn in_numbers(list: &[Piece<'_>]) -> Option<(Printed, usize)> {
    let [a, m1, b, m2, c, ..] = list else { return None };
    let marks_ok =
        m1.kind == Kind::Mark && m1.text == m2.text && matches!(m1.text, "/" | "." | "-" | "–" | "‐");
    if !marks_ok || runs_on(list, 5, m1.text) {
        return None;
    }
    let (first, second) = (value(a)?, value(b)?);
    let end = c.end;
    if a.text.len() == 4 {
        let day = value(c)?;
        if c.text.len() > 2 {
            // `2018-10-0110:30`: a time stuck to the day.
            return None;
        }
        return Some((Printed::fixed(Day::new(first, second, day)?), end));
    }
    if a.text.len() > 2 || b.text.len() > 2 {
        return None;
    }
    // `10/10/20174:22` and `12/03/201813:07`: the year's first four digits, if a time follows.
    let stuck = c.kind == Kind::Digits
        && matches!(c.text.len(), 5 | 6)
        && list.get(5).is_some_and(|p| p.text == ":" && !p.spaced);
    let year_piece =
        if stuck { Piece { text: &c.text[..4], end: end - (c.text.len() - 4), ..*c } } else { *c };
    let (year, short_year) = full_year(&year_piece)?;
    let printed = Printed {
        day_first: Day::new(year, second, first),
        month_first: Day::new(year, first, second),
        slashed: m1.text == "/",
        short_year,
    };
    if printed.day_first.is_none() && printed.month_first.is_none() {
        // `18/03/12`: the year in front, rarely.
        let (year, _) = full_year(a).filter(|_| a.text.len() == 2)?;
        return Some((Printed::fixed(Day::new(year, second, value(c)?)?), end));
    }
    // A point never stands between month and day: those who put the month first write slashes.
    let printed = if m1.text == "." && printed.day_first.is_some() {
        Printed { month_first: None, ..printed }
    } else {
        printed
    };
    Some((printed, year_piece.end))
}

/// Small words and marks inside a date: `5. Mai`, `5th of May`, `5 de mayo de 2026`, `06-Aug-2026`, `Oct 3, 2016`.
fn is_link(piece: &Piece<'_>) -> bool {
    match piece.kind {
        Kind::Mark => matches!(piece.text, "." | "," | "-" | "/" | "–" | "'" | "’" | "º" | "°"),
        Kind::Letters => {
            matches!(
                piece.text.to_ascii_lowercase().as_str(),
                "de" | "of" | "th" | "st" | "nd" | "rd" | "er" | "del" | "den"
            )
        }
        Kind::Digits => false,
    }
}

fn next<'a>(list: &'a [Piece<'a>], mut at: usize) -> (usize, Option<&'a Piece<'a>>) {
    let limit = at + 3;
    while at < limit && list.get(at).is_some_and(is_link) {
        at += 1;
    }
    (at, list.get(at))
}

/// `12 May 2026`, `1. Oktober 2018`, `06-Aug-2026`, `03APR2018`.
fn in_words(list: &[Piece<'_>]) -> Option<(Printed, usize)> {
    let day = list.first().filter(|p| p.text.len() <= 2).and_then(value)?;
    let (at, name) = next(list, 1);
    let month = month(name.filter(|p| p.kind == Kind::Letters)?.text)?;
    finish(list, at, day, month)
}

/// `May 12, 2026`.
fn month_in_front(list: &[Piece<'_>]) -> Option<(Printed, usize)> {
    let month = month(list.first().filter(|p| p.kind == Kind::Letters)?.text)?;
    let (at, day) = next(list, 1);
    let day = value(day.filter(|p| p.text.len() <= 2)?)?;
    finish(list, at, day, month)
}

/// Adds the year behind day and month.
fn finish(list: &[Piece<'_>], at: usize, day: u32, month: u32) -> Option<(Printed, usize)> {
    let (_, year) = next(list, at + 1);
    let year_piece = year?;
    // `201818:33`: a time stuck to the year.
    let stuck = year_piece.kind == Kind::Digits && matches!(year_piece.text.len(), 5 | 6);
    let piece = if stuck {
        Piece {
            text: &year_piece.text[..4],
            end: year_piece.end - (year_piece.text.len() - 4),
            ..*year_piece
        }
    } else {
        *year_piece
    };
    let (year, short_year) = full_year(&piece)?;
    let printed = Printed { short_year, ..Printed::fixed(Day::new(year, month, day)?) };
    Some((printed, piece.end))
}

/// `2026年5月12日`.
fn east_asian(list: &[Piece<'_>]) -> Option<(Printed, usize)> {
    let [y, a, m, b, d, c, ..] = list else { return None };
    if !a.text.starts_with('年') || !b.text.starts_with('月') || !c.text.starts_with('日') {
        return None;
    }
    Some((Printed::fixed(Day::new(value(y)?, value(m)?, value(d)?)?), c.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        prefix(text).and_then(|(p, _)| p.day(Order::DayFirst)).map(Day::iso)
    }

    #[test]
    fn every_way_to_write_a_day() {
        for (text, iso) in [
            ("22/12/2017", "2017-12-22"),
            ("22-12-2017", "2017-12-22"),
            ("05.06.2018", "2018-06-05"),
            ("24-11-17", "2017-11-24"),
            ("2018-10-01", "2018-10-01"),
            ("2018/10/01 10:30", "2018-10-01"),
            ("12 May 2026", "2026-05-12"),
            ("May 12, 2026", "2026-05-12"),
            ("OCT 3, 2016 12:16:25 PM", "2016-10-03"),
            ("OCT3,2016", "2016-10-03"),
            ("06-Aug-2026", "2026-08-06"),
            ("03 APR 2018 18:33", "2018-04-03"),
            ("03APR2018", "2018-04-03"),
            ("1. Oktober 2018", "2018-10-01"),
            ("3. März 2019", "2019-03-03"),
            ("1er janvier 2020", "2020-01-01"),
            ("14 août 2021", "2021-08-14"),
            ("5 de agosto de 2026", "2026-08-05"),
            ("7 settembre 2022", "2022-09-07"),
            ("5th August 2026", "2026-08-05"),
            ("Mon, 12 May 2026", "2026-05-12"),
            ("12 May '26", "2026-05-12"),
            ("10/10/20174:22:12PM", "2017-10-10"),
            ("12/03/201813:07", "2018-03-12"),
            ("2026年5月12日", "2026-05-12"),
            ("12/31/2018", "2018-12-31"),
        ] {
            assert_eq!(read(text).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "12",
            "12.50",
            "31/02/2018",
            "1.2.3",
            "192.168.10.12",
            "10.11.12.13",
            "45/45/2018",
            "2018",
            "May",
            "03-7784 5918",
            "012-3456789",
            "1/2",
            "12:30:15",
            "INV 12",
            "01/01/1234",
            "29/02/2023",
            "5-10-15-20",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_order_is_evidence_not_a_guess() {
        let (date, _) = prefix("03/04/2018").unwrap();
        assert!(date.ambiguous() && date.proves().is_none());
        assert_eq!(date.day(Order::DayFirst).map(Day::iso).as_deref(), Some("2018-04-03"));
        assert_eq!(date.day(Order::MonthFirst).map(Day::iso).as_deref(), Some("2018-03-04"));
        assert_eq!(prefix("13/04/2018").unwrap().0.proves(), Some(Order::DayFirst));
        assert_eq!(prefix("04/13/2018").unwrap().0.proves(), Some(Order::MonthFirst));
        assert!(!prefix("03.04.2018").unwrap().0.ambiguous());
        assert!(!prefix("04/04/2018").unwrap().0.ambiguous());
    }

    #[test]
    fn the_length_is_told() {
        assert_eq!(prefix("22/12/2017 14:03").map(|(_, n)| n), Some(10));
        assert_eq!(prefix("12 May 2026 to").map(|(_, n)| n), Some(11));
        assert_eq!(Day::from_iso("2026-05-12").map(Day::iso).as_deref(), Some("2026-05-12"));
        assert_eq!(Day::from_iso("2026-13-12"), None);
    }
}
