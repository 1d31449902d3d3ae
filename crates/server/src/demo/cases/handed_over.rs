//! Case 13: the case moves on, and what waited does not move with it (agreement, points 4 and 9).

use crate::language::tell;
use freigabe_client::{
    PageQuery,
    contract::{
        disclosure::Disclosure,
        handover::{HandCaseOver, HandoverView, ListedHandover},
        vocabulary::{Category, CompetenceReason, DisclosureState},
    },
};
use serde_json::json;
use uuid::Uuid;

use super::{held, read, recorded};
use crate::demo::{
    material::{self, FRANKFURT_ODER, KB_HAMBURG},
    stage::{Stage, inbox, reasons, waits},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Der Fall wird abgegeben", "The case moves on")?;

    let outcome = waiting(stage).await;
    let (consent, message) = story.step(
        tell!(
            language,
            "Für {KB_HAMBURG} liegt eine Nachricht bereit; nur diese Dienststelle hat die Person erlaubt",
            "A message waits for {KB_HAMBURG}; the person allowed that office alone"
        ),
        outcome,
    )?;

    let outcome = handed_over(stage, message.id).await;
    story.step(
        tell!(
            language,
            "{KB_HAMBURG} gibt den Fall an {FRANKFURT_ODER} ab: bei keiner von beiden liegt noch etwas",
            "{KB_HAMBURG} hands the case over to {FRANKFURT_ODER}: neither of the two has anything to collect"
        ),
        outcome,
    )?;

    let outcome = told(stage, message.id).await;
    story.step(
        language.of(
            "Sternbrücke erfährt es, sieht, was noch wartet, und bestätigt; Hafenlicht erfährt nichts",
            "Sternbrücke is told, sees what still waits, and acknowledges; Hafenlicht learns nothing",
        ),
        outcome,
    )?;

    let refused = stage.sternbruecke.redirect_disclosure(message.id, None);
    let outcome = is_refused(refused.await, 422).and_then(|refused| {
        same(
            &reasons(&refused),
            &vec![("RECIPIENT_NOT_COVERED", Some(0))],
        )
    });
    story.step(
        tell!(
            language,
            "Umleiten wird abgelehnt: für {FRANKFURT_ODER} hat die Person nichts erlaubt",
            "Redirecting is refused: the person allowed nothing for {FRANKFURT_ODER}"
        ),
        outcome,
    )?;

    let outcome = redirected(stage, consent, &message).await;
    story.step(
        tell!(
            language,
            "Sie erlaubt es; jetzt liegt die Nachricht bei {FRANKFURT_ODER}, unter einem anderen Pseudonym",
            "She allows it; now the message waits at {FRANKFURT_ODER}, under another pseudonym"
        ),
        outcome,
    )?;

    let collected = stage.frankfurt_oder.collect_disclosure(message.id, None);
    let outcome = succeeds(collected.await).and_then(|collected| {
        let said = collected.items.into_iter().map(|item| item.details);
        let sent = material::vehicle(language).details;
        same(&said.collect::<Vec<_>>(), &vec![sent])
    });
    story.step(
        language.of(
            "Dort wird sie abgeholt; geöffnet hat sie unterwegs niemand",
            "It is collected there; nobody opened it on the way",
        ),
        outcome,
    )
}

async fn waiting(stage: &Stage) -> Result<(Uuid, Disclosure), Mismatch> {
    let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG]);
    let centre = &stage.sternbruecke;
    let consent = recorded(centre, "2026/SB-1301", "KL-1301", terms).await?;
    let items = vec![material::vehicle(stage.language)];
    let message = held(centre, &material::draft(consent, KB_HAMBURG, items)).await?;
    holds(waits(&stage.kb_hamburg, message.id).await?, || {
        ("the message in the inbox", "no such message")
    })?;
    Ok((consent, message))
}

async fn handed_over(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let body: HandCaseOver = read(json!({
        "known_from": { "type": "disclosure", "disclosure_id": message },
        "to": { "type": "office", "office": FRANKFURT_ODER }
    }))?;
    succeeds(stage.kb_hamburg.hand_case_over(&body, None).await)?;
    for office in [&stage.kb_hamburg, &stage.frankfurt_oder] {
        let waiting = inbox(office).await?;
        holds(waiting.iter().all(|one| one.id != message), || {
            ("nothing of it", "the message")
        })?;
        is_refused(office.collect_disclosure(message, None).await, 404)?;
    }
    Ok(())
}

async fn told(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let page = PageQuery::default();
    let listed = succeeds(stage.sternbruecke.list_handovers(&page).await)?;
    let Some(ListedHandover::Centre(listed)) = listed.items.into_iter().next() else {
        return Err(Mismatch::new("a handover", "none"));
    };
    match succeeds(stage.sternbruecke.get_handover(listed.id).await)? {
        HandoverView::Centre(told) => same(&told.waiting, &vec![message])?,
        HandoverView::Office(_) => return Err(Mismatch::new("the centre's view", "the office's")),
    }
    succeeds(
        stage
            .sternbruecke
            .acknowledge_handover(listed.id, None)
            .await,
    )?;
    let elsewhere = succeeds(stage.hafenlicht.list_handovers(&page).await)?;
    same(&elsewhere.items.len(), &0)?;
    is_refused(stage.hafenlicht.get_handover(listed.id).await, 404).map(drop)
}

async fn redirected(stage: &Stage, consent: Uuid, message: &Disclosure) -> Result<(), Mismatch> {
    let centre = &stage.sternbruecke;
    let before = succeeds(centre.get_consent(consent).await)?;
    let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG, FRANKFURT_ODER]);
    let revision = material::revision(terms);
    succeeds(
        centre
            .revise_consent(consent, &before.etag, &revision, None)
            .await,
    )?;
    let redirected = succeeds(centre.redirect_disclosure(message.id, None).await)?;
    same(&redirected.state, &DisclosureState::Held)?;
    same(&redirected.competence, &CompetenceReason::HandlesCase)?;
    holds(redirected.person != message.person, || {
        ("another pseudonym", "the same")
    })?;
    holds(waits(&stage.frankfurt_oder, message.id).await?, || {
        ("the message in the inbox", "no such message")
    })
}
