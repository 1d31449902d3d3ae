//! The same days as another implementation of RFC 5545 works them out, one after another.

use std::collections::BTreeSet;

use super::*;

proptest! {
    #[test]
    fn occurrences_are_those_of_another_implementation(parts in arbitrary::recurrence_parts()) {
        let recurrence = Recurrence::try_from(parts.clone()).unwrap();
        let from = parts.dtstart.unwrap_or(day("2024-01-01"));
        let to = day("2029-12-31");
        let theirs = match parts.freq {
            Some(_) => expanded(&parts, from, parts.until.unwrap_or(to).min(to)),
            None => BTreeSet::from([from]),
        };
        let ours: BTreeSet<CalendarDate> = day("2024-01-01")
            .civil()
            .series(jiff::Span::new().days(1))
            .map_while(|date| CalendarDate::from_civil(date).ok())
            .take_while(|date| *date <= to)
            .filter(|date| recurrence.occurs_on(*date))
            .collect();
        prop_assert_eq!(ours, theirs);
    }
}

/// The days of a rule from one to another, as the crate `rrule` expands it. Of weekdays with and without numbers in one list it takes
/// those that are both, where RFC 5545 §3.3.10 lists days each of which counts: it gets them one after the other.
fn expanded(
    parts: &RecurrenceParts,
    from: CalendarDate,
    to: CalendarDate,
) -> BTreeSet<CalendarDate> {
    let Some(byday) = &parts.byday else {
        return expanded_with(parts, None, from, to);
    };
    let (plain, numbered): (Vec<&str>, Vec<&str>) =
        byday.split(',').partition(|item| item.len() == 2);
    [plain, numbered]
        .iter()
        .filter(|items| !items.is_empty())
        .flat_map(|items| expanded_with(parts, Some(&items.join(",")), from, to))
        .collect()
}

fn expanded_with(
    parts: &RecurrenceParts,
    byday: Option<&str>,
    from: CalendarDate,
    to: CalendarDate,
) -> BTreeSet<CalendarDate> {
    let compact = |date: CalendarDate| date.to_string().replace('-', "");
    if to < from {
        return BTreeSet::new();
    }
    let mut rule = format!(
        "DTSTART:{}T000000Z\nRRULE:FREQ={};INTERVAL={};UNTIL={}T000000Z;WKST=MO",
        compact(from),
        parts.freq.unwrap(),
        parts.interval.unwrap_or(1),
        compact(to)
    );
    if let Some(days) = byday {
        rule.push_str(&format!(";BYDAY={days}"));
    }
    if let Some(days) = &parts.bymonthday {
        rule.push_str(&format!(";BYMONTHDAY={days}"));
    }
    let set: rrule::RRuleSet = rule.parse().unwrap();
    let expanded = set.all(u16::MAX);
    assert!(!expanded.limited, "{rule}");
    expanded
        .dates
        .iter()
        .map(|date| day(&date.format("%Y-%m-%d").to_string()))
        .collect()
}
