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
        for change in [
            "to_kind = 'office'",
            "to_kind = 'customs'",
            "to_office = office_id",
            "to_land = NULL",
            "to_kind = 'office', to_land = NULL, to_office = office_id",
            "to_kind = 'office', to_office = 'bpoli-kb-rostock'",
            "to_kind = 'office', to_office = 'bpoli-kb-rostock', to_land = NULL, to_unit = 'x'",
            "disclosure_id = NULL",
            "person_for_centre = 'p-00000000000000000000000000000000'",
            "acknowledged_at = handed_over_at - 1",
            "turn = 0",
        ] {
            let changed = test.execute(&format!("UPDATE handovers SET {change}")).await;
            assert!(changed.is_err(), "{change}");
        }
        for harmless in ["to_kind = 'land_police', to_unit = 'LKA'", "acknowledged_at = handed_over_at"] {
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
