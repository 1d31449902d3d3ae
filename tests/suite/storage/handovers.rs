//! What the table of handovers refuses, and that of two at the same moment one is the first.

use freigabe_domain::{
    Error,
    exchange::HandoverDesk as _,
    handover::{Handler, NewHandover},
    ids::{DisclosureId, HandoverId},
    known_person::KnownFrom,
    office::{Land, OfficeId},
};
use freigabe_testkit::{TestStore, on_both_databases};

use super::refusals::{
    Rule::{Check, Foreign, Unique},
    assert_refused,
};

pub(crate) fn to_prosecution() -> Handler {
    Handler::Prosecution {
        land: Land::Hamburg,
        unit: None,
    }
}

/// The office gives away the case of a message.
pub(crate) async fn hand_over(
    test: &TestStore,
    message: DisclosureId,
    to: Handler,
) -> Result<HandoverId, Error> {
    let new = NewHandover {
        known_from: KnownFrom::Disclosure(message),
        to,
    };
    let request = test.request(test.office());
    let made = test.application.hand_over(test.office(), &request, new);
    made.await.map(|made| made.value.handover.id)
}

on_both_databases! {
    async fn the_table_refuses_what_is_no_handover(test: TestStore) {
        let message = test.release(test.consent(1).await.head.id).await;
        hand_over(&test, message, to_prosecution()).await.unwrap();
        let to_office = |office: &str| format!("to_kind = 'office', to_land = NULL, to_office = {office}");
        for (why, rule, change) in [
            ("a case goes to an office that is named", Check, "to_kind = 'office', to_land = NULL".to_owned()),
            ("a kind is one of the vocabulary", Check, "to_kind = 'customs'".to_owned()),
            ("only an office is named as one", Check, "to_office = 'bpoli-kb-rostock'".to_owned()),
            ("other bodies have a Land", Check, "to_land = NULL".to_owned()),
            ("nobody hands over to itself", Check, to_office("office_id")),
            ("an office is in no Land", Check, "to_kind = 'office', to_office = 'bpoli-kb-rostock'".to_owned()),
            ("an office has no unit", Check, to_office("'bpoli-kb-rostock', to_unit = 'x'")),
            ("the other office is known", Foreign, to_office("'nobody'")),
            ("a person is known from something", Check, "disclosure_id = NULL".to_owned()),
            ("only who was asked was told a pseudonym", Check, "person_for_centre = 'p-00000000000000000000000000000000'".to_owned()),
            ("what is acknowledged was handed over", Check, "acknowledged_at = handed_over_at - 1".to_owned()),
            ("turns are counted from one", Check, "turn = 0".to_owned()),
        ] {
            assert_refused(&test, why, rule, &format!("UPDATE handovers SET {change}")).await;
        }
        let again = "INSERT INTO handovers \
            (id, office_id, organisation_id, case_id, turn, person, disclosure_id, to_kind, to_land, handed_over_at) \
            SELECT case_id, office_id, organisation_id, case_id, turn, person, disclosure_id, to_kind, to_land, handed_over_at \
            FROM handovers";
        assert_refused(&test, "an office's turn in a case comes once", Unique, again).await;
        let to_rostock = to_office("'bpoli-kb-rostock', to_unit = NULL");
        for harmless in ["to_kind = 'land_police', to_unit = 'LKA'", "acknowledged_at = handed_over_at", &to_rostock] {
            let changed = test.execute(&format!("UPDATE handovers SET {harmless}")).await;
            assert_eq!(changed.unwrap(), 1, "{harmless}");
        }
    }

    async fn of_two_handovers_at_the_same_moment_one_is_the_first(test: TestStore) {
        let message = test.release(test.consent(1).await.head.id).await;
        let rostock = Handler::Office(OfficeId::parse("bpoli-kb-rostock").unwrap());
        let (one, other) = tokio::join!(
            hand_over(&test, message, to_prosecution()),
            hand_over(&test, message, rostock),
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, Error::InvalidState(_)), "{refused:?}");
        assert_eq!(test.number("SELECT count(*) FROM handovers").await, 1);
    }
}
