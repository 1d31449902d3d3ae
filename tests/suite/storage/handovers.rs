//! What the table of handovers refuses, and that of two at the same moment one is the first.

use std::sync::{Arc, Mutex, PoisonError};

use freigabe_domain::{
    Error,
    disclosure::DisclosureRecord,
    exchange::{Application, HandoverDesk as _, ReleaseDesk as _},
    handover::{Handler, NewHandover},
    ids::{CaseId, DisclosureId, HandoverId},
    known_person::KnownFrom,
    office::{Land, OfficeId},
    store::{RequestKey, StoreError, prelude::*},
};
use freigabe_testkit::{
    Backend, TestStore, on_both, on_both_databases,
    over::{Hooks, Over, SqlTx},
    store::log_rules,
};

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

/// What somebody else does after a handover was asked for, and before it holds what it rests on.
#[derive(Clone)]
struct Meanwhile {
    test: Arc<TestStore>,
    deed: Arc<Mutex<Option<Deed>>>,
}

enum Deed {
    /// The same request reaches another server.
    TheSame(RequestKey, NewHandover),
    /// The centre takes the message back.
    Recall(DisclosureId),
}

impl Hooks for Meanwhile {
    async fn live_disclosures_for<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let deed = self
            .deed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Self { test, .. } = self;
        match deed {
            Some(Deed::TheSame(request, new)) => {
                let made = test.application.hand_over(test.office(), &request, new);
                let _ = made.await.unwrap();
            }
            Some(Deed::Recall(message)) => {
                let request = test.request(test.centre());
                let recalled = test
                    .application
                    .recall_disclosure(test.centre(), &request, message);
                let _ = recalled.await.unwrap();
            }
            None => {}
        }
        transaction.live_disclosures_for(case, office).await
    }
}

/// Hands over while this is done. SQLite lets one writer in at a time, so that nothing can come between.
async fn hand_over_while(
    test: &Arc<TestStore>,
    request: &RequestKey,
    new: NewHandover,
    deed: Deed,
) -> Result<HandoverId, Error> {
    let hooks = Meanwhile {
        test: Arc::clone(test),
        deed: Arc::new(Mutex::new(Some(deed))),
    };
    let store = Over::new(test.store.clone(), hooks);
    let entropy = Arc::new(freigabe_domain::entropy::SequentialEntropy::starting_at(
        0x4A4D,
    ));
    let application = Application::new(store, entropy).with_log(log_rules());
    let made = application.hand_over(test.office(), request, new).await;
    made.map(|made| made.value.handover.id)
}

#[test]
fn one_key_at_two_servers_at_the_same_moment_is_one_handover() {
    on_both::run(async {
        let test = Arc::new(TestStore::start(Backend::Postgres).await);
        let message = test.release(test.consent(1).await.head.id).await;
        let new = NewHandover {
            known_from: KnownFrom::Disclosure(message),
            to: to_prosecution(),
        };
        let request = test.request(test.office());
        let deed = Deed::TheSame(request.clone(), new.clone());
        let made = hand_over_while(&test, &request, new.clone(), deed).await;
        let first = test.application.hand_over(test.office(), &request, new);
        assert_eq!(made.unwrap(), first.await.unwrap().value.handover.id);
        assert_eq!(test.number("SELECT count(*) FROM handovers").await, 1);
    });
}

#[test]
fn nobody_is_known_from_a_message_that_was_taken_back_meanwhile() {
    on_both::run(async {
        let test = Arc::new(TestStore::start(Backend::Postgres).await);
        let message = test.release(test.consent(1).await.head.id).await;
        let new = NewHandover {
            known_from: KnownFrom::Disclosure(message),
            to: to_prosecution(),
        };
        let request = test.request(test.office());
        let made = hand_over_while(&test, &request, new, Deed::Recall(message)).await;
        assert!(matches!(made, Err(Error::Invalid(_))), "{made:?}");
        assert_eq!(test.number("SELECT count(*) FROM handovers").await, 0);
    });
}
