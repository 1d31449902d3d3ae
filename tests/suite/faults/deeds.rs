//! What a centre and an office do, each on a scene of its own.

use std::collections::BTreeMap;

use freigabe_domain::{
    Error,
    consent::{Decision, NewConsent},
    exchange::{
        Application, CollectionDesk as _, ConsentDesk as _, HandoverDesk as _,
        RedirectionDesk as _, ReleaseDesk as _, WithdrawalDesk as _,
    },
    handover::{Handler, NewHandover},
    ids::{ConsentId, DisclosureId, WithdrawalNoticeId},
    known_person::KnownFrom,
    office::OfficeId,
    store::{PageRequest, RequestKey, Store},
    withdrawal::NoticeAnswer,
};
use freigabe_testkit::{
    TestStore,
    inspect::Contents,
    store::{as_given, good_draft, good_terms, references},
};

use crate::storage::handovers::hand_over;

/// A deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Record,
    Revise,
    Release,
    Recall,
    Collect,
    Acknowledge,
    Withdraw,
    AnswerNotice,
    HandOver,
    Redirect,
}

impl Deed {
    pub(super) const ALL: [Self; 10] = [
        Self::Record,
        Self::Revise,
        Self::Release,
        Self::Recall,
        Self::Collect,
        Self::Acknowledge,
        Self::Withdraw,
        Self::AnswerNotice,
        Self::HandOver,
        Self::Redirect,
    ];
}

fn another() -> OfficeId {
    OfficeId::parse("bpoli-kb-rostock").unwrap()
}

fn to_another() -> Handler {
    Handler::Office(another())
}

/// A consent that names another office too.
async fn for_both_offices(test: &TestStore, number: u32) -> ConsentId {
    let mut terms = good_terms();
    for grant in &mut terms.grants {
        grant.recipients.push(another());
    }
    let new = NewConsent {
        references: references(number),
        decision: Decision::Given(Box::new(terms)),
    };
    let request = test.request(test.centre());
    let recorded = test
        .application
        .record_consent(test.centre(), &request, new);
    recorded.await.unwrap().value.head.id
}

/// Where it is done.
pub(super) struct Scene {
    deed: Deed,
    number: u32,
    consent: Option<ConsentId>,
    message: Option<DisclosureId>,
    notice: Option<WithdrawalNoticeId>,
    request: RequestKey,
    before: Contents,
}

impl Scene {
    /// A consent, and what stands under it before the deed.
    pub(super) async fn set(test: &TestStore, deed: Deed, number: u32) -> Self {
        let mut scene = Self {
            deed,
            number,
            consent: None,
            message: None,
            notice: None,
            request: match deed {
                Deed::Collect | Deed::Acknowledge | Deed::AnswerNotice | Deed::HandOver => {
                    test.request(test.office())
                }
                _ => test.request(test.centre()),
            },
            before: test.contents().await,
        };
        if deed != Deed::Record {
            let consent = match deed {
                Deed::Redirect => for_both_offices(test, number).await,
                _ => test.consent(number).await.head.id,
            };
            scene.consent = Some(consent);
            let message = test.release(consent).await;
            scene.message = Some(message);
            if matches!(
                deed,
                Deed::Acknowledge | Deed::AnswerNotice | Deed::Withdraw
            ) {
                let request = test.request(test.office());
                let collected =
                    test.application
                        .collect_disclosure(test.office(), &request, message);
                collected.await.unwrap();
                let _ = test.release(consent).await;
            }
            if deed == Deed::Redirect {
                let _ = hand_over(test, message, to_another()).await.unwrap();
            }
            if deed == Deed::AnswerNotice {
                test.application
                    .withdraw_consent(test.centre(), consent)
                    .await
                    .unwrap();
                let page = PageRequest {
                    after: None,
                    limit: 200,
                };
                let notices = test
                    .application
                    .withdrawal_notices(test.office(), true, page)
                    .await;
                let notices = notices.unwrap().items;
                scene.notice = Some(notices.last().expect("a notice").id);
            }
        }
        scene.before = test.contents().await;
        scene
    }

    /// Does it, by these use cases.
    pub(super) async fn act<S: Store>(
        &self,
        test: &TestStore,
        by: &Application<S>,
    ) -> Result<(), Error> {
        let (centre, office, request) = (test.centre(), test.office(), &self.request);
        match self.deed {
            Deed::Record => {
                let new = NewConsent {
                    references: references(self.number),
                    decision: Decision::Given(Box::new(good_terms())),
                };
                by.record_consent(centre, request, new).await.map(drop)
            }
            Deed::Revise => {
                let decision = Decision::Given(Box::new(good_terms()));
                let revised = by.revise_consent(
                    centre,
                    request,
                    self.consent.unwrap(),
                    as_given(1),
                    decision,
                );
                revised.await.map(drop)
            }
            Deed::Release => {
                let draft = good_draft(self.consent.unwrap());
                by.release_disclosure(centre, request, draft)
                    .await
                    .map(drop)
            }
            Deed::Recall => by
                .recall_disclosure(centre, request, self.message.unwrap())
                .await
                .map(drop),
            Deed::Collect => by
                .collect_disclosure(office, request, self.message.unwrap())
                .await
                .map(drop),
            Deed::Acknowledge => by
                .acknowledge_disclosure(office, request, self.message.unwrap())
                .await
                .map(drop),
            Deed::Withdraw => by
                .withdraw_consent(centre, self.consent.unwrap())
                .await
                .map(drop),
            Deed::AnswerNotice => {
                let answered = by.answer_withdrawal_notice(
                    office,
                    request,
                    self.notice.unwrap(),
                    NoticeAnswer::Erased,
                );
                answered.await.map(drop)
            }
            Deed::HandOver => {
                let new = NewHandover {
                    known_from: KnownFrom::Disclosure(self.message.unwrap()),
                    to: to_another(),
                };
                by.hand_over(office, request, new).await.map(drop)
            }
            Deed::Redirect => by
                .redirect_disclosure(centre, request, self.message.unwrap())
                .await
                .map(drop),
        }
    }

    /// What it changed so far: rows more or less, table by table.
    pub(super) async fn growth(&self, test: &TestStore) -> BTreeMap<String, i64> {
        let now = test.contents().await;
        let growth = now.growth_since(&self.before).into_iter();
        growth
            .map(|(table, rows)| (table.to_owned(), rows))
            .collect()
    }

    /// Nothing at all was changed.
    pub(super) async fn is_untouched(&self, test: &TestStore) -> bool {
        test.contents().await == self.before
    }
}
