//! What is measured.

use std::{
    cell::{Cell, RefCell},
    fmt,
};

use freigabe_domain::{
    audit::AuditQuery,
    exchange::{
        Application, AuditDesk as _, CheckOutcome, CollectionDesk as _, ReleaseDesk as _,
        WithdrawalDesk as _,
    },
    ids::{CaseId, ConsentId, DisclosureId},
    office::OfficeId,
    store::{PageRequest, Store},
};
use freigabe_testkit::{network::KB_HAMBURG, store::good_draft};

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use crate::scene::Scene;

/// Subjects that are made at the same time.
const MAKERS: usize = 8;

/// One of the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A centre releases a message of one item.
    Release,
    /// The office collects a message that is held.
    Collection,
    /// A centre records that a person withdrew a consent under which one message is held.
    Withdrawal,
    /// A centre asks what would become of a message.
    Check,
    /// An auditor asks for the newest events of one recipient.
    Query,
}

impl Operation {
    pub(crate) const ALL: [Self; 5] = [
        Self::Release,
        Self::Collection,
        Self::Withdrawal,
        Self::Check,
        Self::Query,
    ];

    /// Whether a subject is used up by it.
    pub(crate) const fn uses_up(self) -> bool {
        matches!(self, Self::Collection | Self::Withdrawal)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Release => "release",
            Self::Collection => "collection",
            Self::Withdrawal => "withdrawal",
            Self::Check => "check",
            Self::Query => "audit query",
        })
    }
}

/// What one of them is done to: a consent, and the message that is held under it if the operation wants one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub(crate) consent: ConsentId,
    pub(crate) case: CaseId,
    pub(crate) held: Option<DisclosureId>,
}

impl Subject {
    /// A new person's consent.
    pub(crate) async fn fresh(scene: &Scene) -> Self {
        let head = scene.consent().await;
        Self {
            consent: head.id,
            case: head.case,
            held: None,
        }
    }

    /// Consents that releases and checks choose from, so that clients rarely meet at one.
    pub(crate) async fn some(scene: &Scene) -> Vec<Self> {
        let mut some = Vec::new();
        for _ in 0..256 {
            some.push(Self::fresh(scene).await);
        }
        some
    }
}

impl Operation {
    /// Something to do it to: new for an operation that uses it up, otherwise any of `known`.
    pub(crate) async fn subject(self, scene: &Scene, known: &Subject) -> Subject {
        match self {
            Self::Release | Self::Check | Self::Query => *known,
            Self::Collection => Subject {
                held: Some(scene.held(known.consent).await),
                ..*known
            },
            Self::Withdrawal => {
                let fresh = Subject::fresh(scene).await;
                Subject {
                    held: Some(scene.held(fresh.consent).await),
                    ..fresh
                }
            }
        }
    }

    /// So many to do it to, made several at a time.
    pub(crate) async fn subjects(
        self,
        scene: &Scene,
        known: &[Subject],
        number: usize,
    ) -> Vec<Subject> {
        let next = Cell::new(0);
        let made = RefCell::new(Vec::with_capacity(number));
        let worker = async || {
            loop {
                let one = next.replace(next.get() + 1);
                if one >= number {
                    break;
                }
                let subject = self.subject(scene, &known[one % known.len()]).await;
                made.borrow_mut().push(subject);
            }
        };
        join_all((0..MAKERS).map(|_| worker())).await;
        made.into_inner()
    }

    /// Does it by the use case itself.
    pub(crate) async fn carry_out<S: Store>(
        self,
        application: &Application<S>,
        scene: &Scene,
        subject: Subject,
    ) {
        match self {
            Self::Release => {
                let request = scene.request(&scene.centre);
                let draft = good_draft(subject.consent);
                let released = application
                    .release_disclosure(&scene.centre, &request, draft)
                    .await;
                released.expect("released");
            }
            Self::Collection => {
                let request = scene.request(&scene.office);
                let held = subject.held.expect("a held message");
                let collected = application
                    .collect_disclosure(&scene.office, &request, held)
                    .await;
                assert!(collected.expect("collected").content().is_some());
            }
            Self::Withdrawal => {
                let withdrawn = application
                    .withdraw_consent(&scene.centre, subject.consent)
                    .await;
                withdrawn.expect("withdrawn");
            }
            Self::Check => {
                let draft = good_draft(subject.consent);
                let checked = application.check_disclosure(&scene.centre, draft).await;
                let outcome = checked.expect("checked").value;
                assert!(matches!(outcome, CheckOutcome::Authorized { .. }));
            }
            Self::Query => {
                let page = PageRequest {
                    after: None,
                    limit: 50,
                };
                let query = AuditQuery {
                    recipient: Some(OfficeId::parse(KB_HAMBURG).expect("an office")),
                    ..AuditQuery::default()
                };
                let found = application.audit_events(&scene.auditor, &query, page).await;
                found.expect("events");
            }
        }
    }
}
