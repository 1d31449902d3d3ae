//! Sentences that the acceptance cases are told in.

pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod described;
pub(crate) mod directory;
pub(crate) mod log;
pub(crate) mod trail;
pub(crate) mod upkeep;

use freigabe_client::{ApiError, Client, PageQuery, Tagged};
use freigabe_contract::{
    consent::Consent,
    disclosure::{CollectedDisclosure, Disclosure, DisclosureView},
};
use freigabe_testkit::{consent::ConsentBuilder, draft::DraftBuilder};
use time::Duration;
use uuid::Uuid;

/// Records a consent that is accepted.
pub(crate) async fn recorded(centre: &Client, consent: ConsentBuilder) -> Tagged<Consent> {
    centre
        .record_consent(&consent.record(), None)
        .await
        .expect("a recorded consent")
}

/// Revises a consent as it was last seen; the revision is accepted.
pub(crate) async fn revised(
    centre: &Client,
    before: &Tagged<Consent>,
    to: ConsentBuilder,
) -> Tagged<Consent> {
    let revision = to.revise();
    centre
        .revise_consent(before.record_id, &before.etag, &revision, None)
        .await
        .expect("a revised consent")
}

/// Releases a draft that is covered.
pub(crate) async fn released(centre: &Client, draft: DraftBuilder) -> Disclosure {
    centre
        .release_disclosure(&draft.build(), None)
        .await
        .expect("a released disclosure")
}

/// Collects a disclosure that may be collected.
pub(crate) async fn collected(office: &Client, id: Uuid) -> CollectedDisclosure {
    office
        .collect_disclosure(id, None)
        .await
        .expect("a collected disclosure")
}

/// What waits for an office.
pub(crate) async fn inbox_of(office: &Client) -> Vec<Uuid> {
    let most = PageQuery {
        cursor: None,
        limit: Some(200),
    };
    let inbox = office.list_inbox(&most).await.expect("an inbox");
    inbox.items.iter().map(|waiting| waiting.id).collect()
}

/// A disclosure as the centre that released it sees it.
pub(crate) async fn followed(centre: &Client, id: Uuid) -> Disclosure {
    match centre
        .get_disclosure(id)
        .await
        .expect("the centre's disclosure")
    {
        DisclosureView::Centre(disclosure) => disclosure,
        DisclosureView::Office(_) => panic!("the centre got the office's view"),
    }
}

/// A request was put off: 503, with the time after which it may be tried again.
#[track_caller]
pub(crate) fn assert_put_off(refused: &ApiError) {
    assert_eq!(refused.status, 503, "{refused}");
    assert!(refused.retry_after_seconds.is_some(), "when to try again");
    assert!(refused.is_transient());
}

/// A minute, for steps that are to be told apart in the log.
pub(crate) const A_MINUTE: Duration = Duration::minutes(1);

/// An identifier of the right form that nothing has.
pub(crate) const NOBODYS: Uuid = Uuid::from_u128(0x019a_6b2e_7c40_7e11_9d3f_5a2b_8c4d_6eff);
