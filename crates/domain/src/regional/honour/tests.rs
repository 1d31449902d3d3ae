//! Deadlines of several agreements, and their order.

use time::Duration;
use uuid::Uuid;

use super::*;
use crate::{
    ids::CentreId,
    office::{Land, OfficeId},
    regional::{
        AgreementArea, AgreementParty, Deviations, Hours, NoticeDeadlines, OfferDeadlines,
        PostcodePrefix,
    },
    text::ShortText,
};

fn centre(number: u128) -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(number))
}

/// For these digits, or for all of Hamburg; with centre 7.
fn agreement(number: u128, digits: &str, precedence: Precedence, hours: u16) -> RegionalAgreement {
    let hours = Hours::new(hours).unwrap();
    let office = Party::Office(OfficeId::parse("bpoli-kiel").unwrap());
    let party = |party, entry| AgreementParty {
        party,
        entry,
        confirmed_at: Some(Instant::from_unix_micros(1)),
    };
    let area = match digits {
        "" => AgreementArea::new([Land::Hamburg], []),
        _ => AgreementArea::new([], [PostcodePrefix::parse(digits).unwrap()]),
    };
    RegionalAgreement {
        id: RegionalAgreementId::from_uuid(Uuid::from_u128(number)),
        title: ShortText::parse("Hafen").unwrap(),
        reference: None,
        parties: vec![
            party(office.clone(), None),
            party(
                Party::Centre(centre(7)),
                Some(CentreId::from_uuid(Uuid::from_u128(7))),
            ),
        ],
        area: area.unwrap(),
        valid_from: Instant::from_unix_micros(0),
        valid_until: None,
        precedence,
        deviations: Deviations {
            offers: Some(OfferDeadlines {
                remind_after: hours,
                answer_within: hours,
            }),
            notices: Some(NoticeDeadlines {
                routine: hours,
                urgent: hours,
            }),
            ..Deviations::default()
        },
        replaces: None,
        proposed_by: office,
        proposed_at: Instant::from_unix_micros(0),
        ended: None,
        replaced: None,
    }
}

/// The hours until an answer at 20095, where the default is a day.
fn answer_within(agreements: &[RegionalAgreement], to: u128) -> i64 {
    let place = Postcode::parse("20095").unwrap();
    let usual = InvolvementRules::default();
    assert_eq!(usual.answer_within, Duration::hours(24));
    let rules = offer_rules(agreements, centre(to), Some(&place), usual);
    rules.answer_within.whole_hours()
}

use Precedence::{Replaces, Supplements};

#[test]
fn what_replaces_holds_longer_or_shorter_and_of_what_supplements_the_shorter_holds() {
    for (precedence, hours, expected) in [
        (Replaces, 48, 48),
        (Replaces, 2, 2),
        (Supplements, 48, 24),
        (Supplements, 2, 2),
    ] {
        let agreed = [agreement(1, "", precedence, hours)];
        assert_eq!(
            answer_within(&agreed, 7),
            expected,
            "{precedence} in {hours} hours"
        );
        assert_eq!(
            answer_within(&agreed, 8),
            24,
            "a centre that is no party is not bound"
        );
    }
}

#[test]
fn the_reminder_is_the_shorter_by_itself() {
    let agreed = [agreement(1, "", Supplements, 12)];
    let rules = offer_rules(&agreed, centre(7), None, InvolvementRules::default());
    assert_eq!(rules.remind_after, Duration::hours(4));
    assert_eq!(rules.answer_within, Duration::hours(12));
    let rules = notice_rules(&agreed, centre(7), NoticeRules::default());
    assert_eq!(rules.remind_after, Duration::hours(12));
    assert_eq!(rules.remind_urgent_after, Duration::hours(4));
    let replaced = notice_rules(
        &[agreement(1, "", Replaces, 12)],
        centre(7),
        NoticeRules::default(),
    );
    assert_eq!(replaced.remind_urgent_after, Duration::hours(12));
}

#[test]
fn the_narrower_area_comes_first_and_a_supplement_lies_over_what_comes_after_it() {
    let wide = agreement(1, "", Replaces, 100);
    let narrow = agreement(2, "2", Replaces, 50);
    let narrower = agreement(3, "200", Replaces, 30);
    let all = [narrow.clone(), narrower, wide.clone()];
    assert_eq!(answer_within(&all, 7), 30);
    // The federal default does not come back between a supplement and what replaces it for the Land.
    let over = agreement(4, "2009", Supplements, 60);
    assert_eq!(answer_within(&[over, wide], 7), 60);
    let longer = agreement(5, "2009", Supplements, 70);
    assert_eq!(answer_within(&[longer, narrow], 7), 50);
}

#[test]
fn of_the_same_area_the_later_beginning_then_the_smaller_identifier_comes_first() {
    let earlier = agreement(1, "20", Replaces, 10);
    let mut later = agreement(2, "20", Replaces, 20);
    later.valid_from = Instant::from_unix_micros(5);
    assert_eq!(answer_within(&[earlier.clone(), later], 7), 20);
    let same = agreement(3, "20", Replaces, 30);
    for order in [
        [earlier.clone(), same.clone()],
        [same.clone(), earlier.clone()],
    ] {
        assert_eq!(
            answer_within(&order, 7),
            10,
            "in whatever order they were read"
        );
    }
    let place = Postcode::parse("20095").unwrap();
    assert!(earlier.rank(Some(&place)) < same.rank(Some(&place)));
    assert_eq!(
        earlier.rank(None).digits,
        0,
        "without a place no area is narrower"
    );
}
