//! Case 3: withdrawn after it was collected.

use freigabe_client::{
    AuditFilter, PageQuery,
    contract::{
        ShortText,
        vocabulary::{Category, NoticeAnswerKind, NoticeCause, Operation},
        withdrawal::{AnswerWithdrawalNotice, WithdrawalNotice},
    },
    every_item,
};
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::Stage,
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Widerrufen, nachdem abgeholt wurde",
        "Withdrawn after it was collected",
    )?;
    let (centre, office) = (&stage.hafenlicht, &stage.kb_hamburg);

    let outcome = collected(stage).await;
    let (consent, message) = story.step(
        language.of(
            "Freigegeben und von der Dienststelle abgeholt",
            "Released, and collected by the office",
        ),
        outcome,
    )?;

    let outcome = succeeds(centre.withdraw_consent(consent).await).and_then(|withdrawal| {
        same(
            &(withdrawal.sealed_disclosures, withdrawal.withdrawal_notices),
            &(0, 1),
        )
    });
    story.step(
        language.of(
            "Die Person widerruft: nichts war mehr zu versiegeln, die Dienststelle wird benachrichtigt",
            "The person withdraws: nothing was left to seal, and the office is told",
        ),
        outcome,
    )?;

    let outcome = is_refused(office.collect_disclosure(message, None).await, 404);
    story.step(
        language.of(
            "Noch einmal abholen geht nicht mehr (404)",
            "Collecting it once more is no longer possible (404)",
        ),
        outcome,
    )?;

    let outcome = open_notice(stage, message).await;
    let notice = story.step(
        language.of(
            "Die Dienststelle hat eine offene Widerrufsmitteilung zu genau dieser Nachricht",
            "The office has an open withdrawal notice about exactly this message",
        ),
        outcome,
    )?;

    let without_basis = answer(None);
    let outcome = is_refused(
        office
            .answer_withdrawal_notice(notice, &without_basis, None)
            .await,
        400,
    );
    story.step(
        language.of(
            "Behalten ohne Rechtsgrundlage wird nicht angenommen (400)",
            "Keeping it without a legal basis is not accepted (400)",
        ),
        outcome,
    )?;

    let outcome = answered(stage, notice).await;
    story.step(
        language.of(
            "Sie antwortet: aufbewahrt, mit Rechtsgrundlage; eine zweite Antwort ist nicht möglich (409)",
            "It answers: retained, with its legal basis; a second answer is not possible (409)",
        ),
        outcome,
    )?;

    let outcome = answer_is_logged(stage, consent).await;
    story.step(
        language.of(
            "Keine Mitteilung ist mehr offen, und die Antwort steht im Protokoll",
            "No notice is open any more, and the answer is in the log",
        ),
        outcome,
    )
}

async fn collected(stage: &Stage) -> Result<(Uuid, Uuid), Mismatch> {
    let terms = material::terms(&[Category::TravelRoute], &[KB_HAMBURG]);
    let consent = recorded(&stage.hafenlicht, "2026/HL-301", "KL-301", terms).await?;
    let items = vec![material::travel_route(stage.language)];
    let draft = material::draft(consent, KB_HAMBURG, items);
    let message = held(&stage.hafenlicht, &draft).await?.id;
    succeeds(stage.kb_hamburg.collect_disclosure(message, None).await)?;
    Ok((consent, message))
}

async fn open_notices(stage: &Stage) -> Result<Vec<WithdrawalNotice>, Mismatch> {
    let office = &stage.kb_hamburg;
    let notices =
        every_item(async |page: PageQuery| office.list_withdrawal_notices(true, &page).await);
    succeeds(notices.await)
}

async fn open_notice(stage: &Stage, message: Uuid) -> Result<Uuid, Mismatch> {
    let notices = open_notices(stage).await?;
    match notices.as_slice() {
        [notice] => {
            same(
                &(notice.disclosure_id, notice.cause),
                &(message, NoticeCause::Withdrawn),
            )?;
            holds(notice.answer.is_none(), || ("no answer yet", "an answer"))?;
            Ok(notice.id)
        }
        other => Err(Mismatch::new("1 open notice", format!("{}", other.len()))),
    }
}

fn answer(legal_basis: Option<&str>) -> AnswerWithdrawalNotice {
    AnswerWithdrawalNotice {
        answer: NoticeAnswerKind::Retained,
        legal_basis: legal_basis.map(ShortText::from),
    }
}

async fn answered(stage: &Stage, notice: Uuid) -> Result<(), Mismatch> {
    let office = &stage.kb_hamburg;
    let answer = answer(Some("§ 163 StPO"));
    let notice = succeeds(office.answer_withdrawal_notice(notice, &answer, None).await)?;
    let kind = notice.answer.as_ref().map(|answer| answer.answer);
    same(&kind, &Some(NoticeAnswerKind::Retained))?;
    is_refused(
        office
            .answer_withdrawal_notice(notice.id, &answer, None)
            .await,
        409,
    )
    .map(|_| ())
}

async fn answer_is_logged(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    same(&open_notices(stage).await?.len(), &0)?;
    let filter = AuditFilter {
        consent: Some(consent),
        operation: Some(Operation::WithdrawalNoticeAnswered),
        ..AuditFilter::default()
    };
    let page = stage
        .auditor
        .query_audit_events(&filter, &PageQuery::default())
        .await;
    same(&succeeds(page)?.items.len(), &1)
}
