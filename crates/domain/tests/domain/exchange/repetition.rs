//! A repeated request has its effect once, and is judged anew.

use freigabe_domain::{
    Error,
    audit::Operation,
    consent::Decision,
    exchange::{CollectionDesk, ConsentDesk, ReleaseDesk},
    store::RequestKey,
};

use super::{FIRST_PAGE, Field, ask, request_of};
use crate::{given, memory::Fault};

fn count(field: &Field, operation: Operation) -> usize {
    let log = field.log();
    log.iter().filter(|(done, _)| *done == operation).count()
}

#[test]
fn a_repeated_request_finds_what_the_first_one_made() {
    let field = Field::new();
    let first = field.consent(1, given::consent_terms()).head;
    assert_eq!(field.consent(1, given::consent_terms()).head, first);

    let held = field.try_release(2, given::draft(first.id)).unwrap();
    assert_eq!(field.try_release(2, given::draft(first.id)).unwrap(), held);

    let decision = Decision::Given(Box::new(given::consent_terms()));
    let request = request_of(&field.centre, 3);
    for _ in 0..2 {
        let revised = ask(field.app.revise_consent(
            &field.centre,
            &request,
            first.id,
            crate::given::as_given(1),
            decision.clone(),
        ));
        assert_eq!(revised.unwrap().head.revision, 2);
    }
    assert_eq!(count(&field, Operation::ConsentRecorded), 1);
    assert_eq!(count(&field, Operation::DisclosureReleased), 1);
    assert_eq!(count(&field, Operation::ConsentRevised), 1);
}

#[test]
fn a_repeated_release_shows_what_became_of_it() {
    let field = Field::new();
    let held = field.held();
    field.withdraw(held.consent);
    let repeated = field.try_release(2, given::draft(held.consent)).unwrap();
    assert_eq!(repeated, field.stored(held.id).record);
}

#[test]
fn a_key_is_good_for_one_request_only() {
    let field = Field::new();
    let held = field.held();
    let reused = |caller: &dyn Fn(&RequestKey) -> Result<(), Error>, request: RequestKey| {
        let request = RequestKey {
            fingerprint: [0xFF; 32],
            ..request
        };
        let result = caller(&request);
        assert!(matches!(result, Err(Error::KeyReused)), "{result:?}");
    };
    reused(
        &|request| {
            let draft = given::draft(held.consent);
            ask(field.app.release_disclosure(&field.centre, request, draft)).map(|_| ())
        },
        request_of(&field.centre, 2),
    );
    reused(
        &|request| ask(field.app.recall_disclosure(&field.centre, request, held.id)).map(|_| ()),
        request_of(&field.centre, 2),
    );
    field.collect(3, held.id).unwrap();
    reused(
        &|request| {
            ask(field
                .app
                .collect_disclosure(&field.office, request, held.id))
            .map(|_| ())
        },
        request_of(&field.office, 3),
    );
}

#[test]
fn two_clients_may_use_the_same_key() {
    let field = Field::new();
    let held = field.held();
    // The centre's request 2 was the release.
    assert!(field.collect(2, held.id).is_ok());
}

#[test]
fn a_release_with_an_unknown_commit_happens_once() {
    for fault in [Fault::Lost, Fault::Unheard, Fault::Conflict] {
        let field = Field::new();
        let consent = field.consent(1, given::consent_terms()).head;
        field.store.fail([fault]);
        let held = field.try_release(2, given::draft(consent.id)).unwrap();
        assert_eq!(count(&field, Operation::DisclosureReleased), 1);
        let listed = ask(field.app.released_disclosures(&field.centre, FIRST_PAGE)).unwrap();
        assert_eq!(listed.items, [held]);
    }
}

#[test]
fn a_collection_with_an_unknown_commit_is_in_the_log_for_every_time_it_may_have_happened() {
    for (fault, events) in [(Fault::Lost, 1), (Fault::Unheard, 2)] {
        let field = Field::new();
        let held = field.held();
        field.store.fail([fault]);
        assert!(field.collect(3, held.id).unwrap().content().is_some());
        assert_eq!(count(&field, Operation::DisclosureCollected), events);
    }
}
