//! Public holidays (gesetzliche Feiertage) of the sixteen Länder.
//!
//! They are law of the Länder, apart from the Day of German Unity (Einigungsvertrag, Article 2). Only what holds **in a whole Land** is a holiday
//! here: not Mariä Himmelfahrt in the Catholic communities of Bavaria, Fronleichnam in some of Saxony and Thuringia, or Augsburg's
//! Friedensfest. Which communities those are changes with every census, and an office that closes on such a day can say so itself, whereas one
//! that stays open would be shown as closed, and somebody would not call. Nor are Sundays counted, which some of the laws name too.
//!
//! The law is that of 2015 and after, with what has been enacted since; days before 2015 are judged as in that year.

use jiff::civil::Date;

use super::calendar::CalendarDate;
use crate::{office::Land, vocabulary::vocabulary};

vocabulary! {
    /// A public holiday of at least one whole Land.
    PublicHoliday as "public_holiday" {
        NewYear = "new_year", "Neujahr", "New Year's Day";
        Epiphany = "epiphany", "Heilige Drei Könige", "Epiphany";
        WomensDay = "womens_day", "Frauentag", "International Women's Day";
        GoodFriday = "good_friday", "Karfreitag", "Good Friday";
        EasterSunday = "easter_sunday", "Ostersonntag", "Easter Sunday";
        EasterMonday = "easter_monday", "Ostermontag", "Easter Monday";
        LabourDay = "labour_day", "Tag der Arbeit", "Labour Day";
        LiberationDay = "liberation_day", "Tag der Befreiung", "Liberation Day";
        AscensionDay = "ascension_day", "Christi Himmelfahrt", "Ascension Day";
        WhitSunday = "whit_sunday", "Pfingstsonntag", "Whit Sunday";
        WhitMonday = "whit_monday", "Pfingstmontag", "Whit Monday";
        CorpusChristi = "corpus_christi", "Fronleichnam", "Corpus Christi";
        UprisingDay = "uprising_day", "Jahrestag des Aufstandes vom 17. Juni 1953", "Anniversary of the uprising of 17 June 1953";
        AssumptionDay = "assumption_day", "Mariä Himmelfahrt", "Assumption Day";
        ChildrensDay = "childrens_day", "Weltkindertag", "World Children's Day";
        GermanUnityDay = "german_unity_day", "Tag der Deutschen Einheit", "Day of German Unity";
        ReformationDay = "reformation_day", "Reformationstag", "Reformation Day";
        AllSaintsDay = "all_saints_day", "Allerheiligen", "All Saints' Day";
        RepentanceDay = "repentance_day", "Buß- und Bettag", "Day of Repentance and Prayer";
        ChristmasDay = "christmas_day", "Erster Weihnachtstag", "Christmas Day";
        SecondChristmasDay = "second_christmas_day", "Zweiter Weihnachtstag", "Second Day of Christmas";
    }
}

/// The public holiday that a day is in a whole Land, if it is one. Of two on one day (the first of May can be Ascension Day), the one that
/// is always on that day.
#[must_use]
pub fn public_holiday(date: CalendarDate, land: Land) -> Option<PublicHoliday> {
    let year = date.civil().year();
    let mut moving = None;
    for holiday in on(date.civil()) {
        if holiday.holds_in(land, year) {
            if matches!(holiday.rule(), When::Fixed(..)) {
                return Some(holiday);
            }
            moving = Some(holiday);
        }
    }
    moving
}

/// The Länder in which a day is a public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holiday(u16);

impl Holiday {
    pub(super) fn on(date: Date) -> Self {
        let mut laender = 0;
        for holiday in on(date) {
            for land in Land::ALL {
                if holiday.holds_in(*land, date.year()) {
                    laender |= 1 << (*land as u16);
                }
            }
        }
        Self(laender)
    }

    /// Whether it is one in that Land; without a Land: whether it is one in all of them.
    pub(super) const fn holds_in(self, land: Option<Land>) -> bool {
        match land {
            Some(land) => self.0 & (1 << (land as u16)) != 0,
            None => self.0 == u16::MAX,
        }
    }
}

/// On which day of a year.
enum When {
    /// Month and day of the month.
    Fixed(i8, i8),
    /// So many days after Easter Sunday.
    Easter(i16),
    /// The Wednesday before 23 November.
    Repentance,
}

/// Whatever is a holiday in any Land whose law knows it at some time.
fn on(date: Date) -> impl Iterator<Item = PublicHoliday> {
    let after_easter = days_after_easter(date);
    PublicHoliday::ALL
        .iter()
        .copied()
        .filter(move |holiday| match holiday.rule() {
            When::Fixed(month, day) => (date.month(), date.day()) == (month, day),
            When::Easter(days) => days == after_easter,
            When::Repentance => {
                date.month() == 11
                    && (16..=22).contains(&date.day())
                    && date.weekday() == jiff::civil::Weekday::Wednesday
            }
        })
}

impl PublicHoliday {
    const fn rule(self) -> When {
        match self {
            Self::NewYear => When::Fixed(1, 1),
            Self::Epiphany => When::Fixed(1, 6),
            Self::WomensDay => When::Fixed(3, 8),
            Self::GoodFriday => When::Easter(-2),
            Self::EasterSunday => When::Easter(0),
            Self::EasterMonday => When::Easter(1),
            Self::LabourDay => When::Fixed(5, 1),
            Self::LiberationDay => When::Fixed(5, 8),
            Self::AscensionDay => When::Easter(39),
            Self::WhitSunday => When::Easter(49),
            Self::WhitMonday => When::Easter(50),
            Self::CorpusChristi => When::Easter(60),
            Self::UprisingDay => When::Fixed(6, 17),
            Self::AssumptionDay => When::Fixed(8, 15),
            Self::ChildrensDay => When::Fixed(9, 20),
            Self::GermanUnityDay => When::Fixed(10, 3),
            Self::ReformationDay => When::Fixed(10, 31),
            Self::AllSaintsDay => When::Fixed(11, 1),
            Self::RepentanceDay => When::Repentance,
            Self::ChristmasDay => When::Fixed(12, 25),
            Self::SecondChristmasDay => When::Fixed(12, 26),
        }
    }

    /// Whether the law of the Land knows it in that year.
    const fn holds_in(self, land: Land, year: i16) -> bool {
        use Land::{
            BadenWuerttemberg, Bavaria, Berlin, Brandenburg, Bremen, Hamburg, Hesse, LowerSaxony,
            MecklenburgVorpommern, NorthRhineWestphalia, RhinelandPalatinate, Saarland, Saxony,
            SaxonyAnhalt, SchleswigHolstein, Thuringia,
        };
        match self {
            Self::NewYear
            | Self::GoodFriday
            | Self::EasterMonday
            | Self::LabourDay
            | Self::AscensionDay
            | Self::WhitMonday
            | Self::GermanUnityDay
            | Self::ChristmasDay
            | Self::SecondChristmasDay => true,
            Self::Epiphany => matches!(land, BadenWuerttemberg | Bavaria | SaxonyAnhalt),
            Self::WomensDay => match land {
                Berlin => year >= 2019,
                MecklenburgVorpommern => year >= 2023,
                _ => false,
            },
            Self::EasterSunday | Self::WhitSunday => matches!(land, Brandenburg),
            // 75 and 80 years after the end of the war, and 75 years after the uprising (Berlin's Sonn- und Feiertagsgesetz, § 1).
            Self::LiberationDay => matches!((land, year), (Berlin, 2020 | 2025)),
            Self::UprisingDay => matches!((land, year), (Berlin, 2028)),
            Self::CorpusChristi => matches!(
                land,
                BadenWuerttemberg
                    | Bavaria
                    | Hesse
                    | NorthRhineWestphalia
                    | RhinelandPalatinate
                    | Saarland
            ),
            Self::AssumptionDay => matches!(land, Saarland),
            Self::ChildrensDay => matches!(land, Thuringia) && year >= 2019,
            // 500 years of the Reformation, in 2017, everywhere.
            Self::ReformationDay => match land {
                _ if year == 2017 => true,
                Brandenburg | MecklenburgVorpommern | Saxony | SaxonyAnhalt | Thuringia => true,
                Bremen | Hamburg | LowerSaxony | SchleswigHolstein => year >= 2018,
                _ => false,
            },
            Self::AllSaintsDay => matches!(
                land,
                BadenWuerttemberg | Bavaria | NorthRhineWestphalia | RhinelandPalatinate | Saarland
            ),
            Self::RepentanceDay => matches!(land, Saxony),
        }
    }
}

/// Days since Easter Sunday of the same year, negative before it.
fn days_after_easter(date: Date) -> i16 {
    let day_of_22_march = if date.in_leap_year() { 82 } else { 81 };
    date.day_of_year() - day_of_22_march - easter_after_22_march(date.year())
}

/// Easter Sunday of the Gregorian calendar in days after 22 March, the earliest day it can be (Nature, 20 April 1876, p. 487; known as
/// the algorithm of Meeus, Jones and Butcher).
const fn easter_after_22_march(year: i16) -> i16 {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday =
        (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let exception = (golden + 11 * epact + 22 * weekday) / 451;
    epact + weekday - 7 * exception
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Public holidays by day, with the Länder they hold in, from 2015 to 2040: what the Python package `holidays` 0.109 (MIT licence,
    /// Vacanza Team) has for Germany's Länder in its category `public`.
    const ORACLE: &str = include_str!("public_holidays_oracle.csv");

    fn day(text: &str) -> CalendarDate {
        CalendarDate::parse(text).unwrap()
    }

    fn oracle() -> BTreeMap<CalendarDate, BTreeSet<Land>> {
        ORACLE
            .lines()
            .skip(1)
            .map(|line| {
                let (date, laender) = line.split_once(',').unwrap();
                let laender = if laender == "all" {
                    Land::ALL.iter().copied().collect()
                } else {
                    laender
                        .split(' ')
                        .map(|code| Land::from_code(&format!("DE-{code}")).unwrap())
                        .collect()
                };
                (day(date), laender)
            })
            .collect()
    }

    #[test]
    fn holidays_of_every_land_are_those_of_an_independent_source_from_2015_to_2040() {
        let oracle = oracle();
        let none = BTreeSet::new();
        let mut date = jiff::civil::date(2015, 1, 1);
        while date.year() <= 2040 {
            let on = CalendarDate::from_civil(date).unwrap();
            let ours: BTreeSet<Land> = Land::ALL
                .iter()
                .copied()
                .filter(|land| public_holiday(on, *land).is_some())
                .collect();
            assert_eq!(&ours, oracle.get(&on).unwrap_or(&none), "{on}");
            let set = Holiday::on(date);
            for land in Land::ALL {
                assert_eq!(
                    set.holds_in(Some(*land)),
                    ours.contains(land),
                    "{on} {land}"
                );
            }
            assert_eq!(set.holds_in(None), ours.len() == 16, "{on}");
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn easter_is_where_the_calendar_puts_it() {
        for (easter, case) in [
            ("1970-03-29", "the first year of the calendar"),
            ("1981-04-19", "never on 26 April"),
            ("2000-04-23", "a leap century"),
            ("2008-03-23", "the earliest for two centuries"),
            ("2038-04-25", "the latest there is"),
            (
                "2049-04-18",
                "never on 25 April with a golden number over 11",
            ),
            ("2100-03-28", "a common century"),
            ("2199-04-14", "the last year of the calendar"),
        ] {
            assert_eq!(
                public_holiday(day(easter), Land::Brandenburg),
                Some(PublicHoliday::EasterSunday),
                "{easter}: {case}"
            );
        }
    }

    #[test]
    fn a_holiday_holds_from_the_year_of_its_law() {
        let first = |date: &str, land| public_holiday(day(date), land);
        assert_eq!(
            first("2017-10-31", Land::Bavaria),
            Some(PublicHoliday::ReformationDay)
        );
        assert_eq!(first("2018-10-31", Land::Bavaria), None);
        assert_eq!(first("2016-10-31", Land::Hamburg), None);
        assert_eq!(
            first("2018-10-31", Land::Hamburg),
            Some(PublicHoliday::ReformationDay)
        );
        assert_eq!(first("2018-03-08", Land::Berlin), None);
        assert_eq!(
            first("2019-03-08", Land::Berlin),
            Some(PublicHoliday::WomensDay)
        );
        assert_eq!(first("2022-03-08", Land::MecklenburgVorpommern), None);
        assert_eq!(
            first("2023-03-08", Land::MecklenburgVorpommern),
            Some(PublicHoliday::WomensDay)
        );
        assert_eq!(
            first("2025-05-08", Land::Berlin),
            Some(PublicHoliday::LiberationDay)
        );
        assert_eq!(first("2026-05-08", Land::Berlin), None);
        assert_eq!(
            first("2028-06-17", Land::Berlin),
            Some(PublicHoliday::UprisingDay)
        );
    }

    #[test]
    fn what_holds_in_some_communities_alone_is_not_counted() {
        assert_eq!(public_holiday(day("2026-08-15"), Land::Bavaria), None);
        assert_eq!(
            public_holiday(day("2026-08-15"), Land::Saarland),
            Some(PublicHoliday::AssumptionDay)
        );
        assert_eq!(public_holiday(day("2026-06-04"), Land::Saxony), None);
        assert_eq!(public_holiday(day("2026-06-04"), Land::Thuringia), None);
        assert_eq!(public_holiday(day("2026-08-08"), Land::Bavaria), None);
    }

    #[test]
    fn of_two_holidays_on_one_day_the_fixed_one_is_named() {
        assert_eq!(
            public_holiday(day("2008-05-01"), Land::Hesse),
            Some(PublicHoliday::LabourDay)
        );
    }

    #[test]
    fn a_nationwide_holiday_is_one_in_all_sixteen_laender() {
        let everywhere = |text: &str| Holiday::on(day(text).civil()).holds_in(None);
        assert!(everywhere("2026-10-03"));
        assert!(everywhere("2017-10-31"));
        assert!(!everywhere("2026-10-31"));
        assert!(!everywhere("2026-01-06"));
    }
}
