//! Events are erased: a year that is over, and one person's case. What is erased is gone, and the log still verifies.

mod cases;
mod evidence;
mod handovers;
mod killed;
mod notices;
mod rights;
mod traces;
mod years;

use freigabe_domain::{
    access::AuditorCaller,
    audit::{AuditQuery, ExportFormat, ExportPlan, ExportRequest, WantedLeaves},
    disclosure::Pseudonym,
    erasure::{Erasure, ErasureTarget, Taken},
    exchange::{
        Application, AuditDesk as _, CollectionDesk as _, ExaminationDesk as _, LogDesk as _,
        RetentionDesk as _, WithdrawalDesk as _,
    },
    ids::{CaseId, ConsentId},
    store::PageRequest,
    withdrawal::NoticeAnswer,
};
use freigabe_ledger::verify::Report;
use freigabe_storage::SqlStore;
use freigabe_testkit::TestStore;
use time::Duration;

use crate::{log::sequence_all, support::log::verified_at};

/// 2028-11-24T00:00:00Z.
const IN_TWO_YEARS: u64 = 1_858_636_800;
const TWO_YEARS: Duration = Duration::days(2 * 366);

/// Whatever waits is in a published checkpoint.
async fn settle(application: &Application<SqlStore>) {
    sequence_all(application).await;
    application.sign_checkpoint(&[]).await.expect("signed");
}

/// Announces, lets it be published, and carries it out; how many events went.
async fn erase(eraser: &Application<SqlStore>, target: ErasureTarget) -> u64 {
    let announced = eraser.announce(target).await.expect("announced");
    let announced = announced.expect("all of it is in the log");
    assert!(!announced.is_empty(), "there is something to erase");
    settle(eraser).await;
    let mut gone = 0;
    loop {
        match eraser.carry_out(target).await.expect("carried out") {
            Taken::Some(some) => gone += some,
            Taken::Last(last) => {
                settle(eraser).await;
                return gone + last;
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What a verifier says at this time about everything that is left.
async fn report(test: &TestStore, auditor: &AuditorCaller, at: u64) -> Report {
    settle(&test.application).await;
    let wanted = ExportRequest::Leaves(WantedLeaves::default());
    let plan = test
        .application
        .begin_export(auditor, ExportFormat::Ndjson, wanted)
        .await
        .expect("an export");
    let mut text = plan.header.clone();
    let mut next = Some(plan.begin());
    while let Some(from) = next {
        let batch = test.application.export_batch(auditor, &plan, from);
        let batch = batch.await.expect("a part of it");
        for (_, line) in batch.leaves {
            text.extend(line.expect("a line of NDJSON"));
        }
        next = batch.next;
    }
    text.extend(ExportPlan::end(plan.records));
    verified_at(at, std::str::from_utf8(&text).expect("UTF-8"))
}

/// A case in which everything happened that can: one message collected, one sealed by the withdrawal, the notice answered; and an
/// auditor searched the log for it and for the person.
async fn a_closed_case(test: &TestStore, auditor: &AuditorCaller, number: u32) -> CaseId {
    let consent = test.consent(number).await.head;
    let collected = test.release(consent.id).await;
    test.release(consent.id).await;
    let request = test.request(test.office());
    let _ = test
        .application
        .collect_disclosure(test.office(), &request, collected)
        .await
        .expect("collected");
    close(test, consent.id).await;
    searched(test, auditor, consent.case, consent.person).await;
    consent.case
}

/// Withdraws a consent and answers what notices that makes.
async fn close(test: &TestStore, consent: ConsentId) {
    let withdrawn = test
        .application
        .withdraw_consent(test.centre(), consent)
        .await;
    let _ = withdrawn.expect("withdrawn");
    answer_all(test).await;
}

async fn answer_all(test: &TestStore) {
    let page = PageRequest {
        after: None,
        limit: 200,
    };
    let open = test
        .application
        .withdrawal_notices(test.office(), true, page)
        .await;
    for notice in open.expect("notices").items {
        let request = test.request(test.office());
        let answered = test.application.answer_withdrawal_notice(
            test.office(),
            &request,
            notice.id,
            NoticeAnswer::Erased,
        );
        let _ = answered.await.expect("answered");
    }
}

async fn searched(test: &TestStore, auditor: &AuditorCaller, case: CaseId, person: Pseudonym) {
    for query in [
        AuditQuery {
            case: Some(case),
            ..AuditQuery::default()
        },
        AuditQuery {
            pseudonym: Some(person),
            ..AuditQuery::default()
        },
    ] {
        let page = PageRequest {
            after: None,
            limit: 200,
        };
        let found = test.application.audit_events(auditor, &query, page).await;
        assert!(!found.expect("found").items.is_empty());
    }
}

/// What is stored of an erasure's event, without what differs each time.
fn names(erasures: &[Erasure]) -> Vec<(ErasureTarget, u64)> {
    erasures
        .iter()
        .map(|erasure| (erasure.plan.target, erasure.plan.count))
        .collect()
}
