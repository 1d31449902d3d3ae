//! Case 1: what is covered arrives, and all of it is in the log.

use crate::language::tell;
use freigabe_client::{
    AuditFilter, MatterQuery, PageQuery,
    contract::{
        Postcode,
        audit::AuditEvent,
        vocabulary::{Category, DisclosureState, Operation, Task},
    },
    every_item,
};
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, HAMBURG, HANNOVER, KB_HAMBURG, POSTCODE},
    stage::{Stage, inbox, waits},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Was erlaubt ist, kommt an", "What is allowed arrives")?;

    let outcome = competent_office(stage).await;
    story.step(
        tell!(
            language,
            "Für {POSTCODE} und Strafverfolgung ist {KB_HAMBURG} zuständig; {HAMBURG} und {HANNOVER} dürfen auch angeschrieben werden",
            "For {POSTCODE} and criminal investigation {KB_HAMBURG} is competent; {HAMBURG} and {HANNOVER} may be addressed as well"
        ),
        outcome,
    )?;

    let allowed = [Category::Vehicle, Category::TravelRoute];
    let terms = material::terms(&allowed, &[KB_HAMBURG]);
    let outcome = recorded(&stage.hafenlicht, "2026/HL-101", "KL-101", terms).await;
    let consent = story.step(
        language.of(
            "Die Beratungsstelle erfasst: Fahrzeug und Reiseroute dürfen an diese Dienststelle",
            "The centre records: vehicle and travel route may go to this office",
        ),
        outcome,
    )?;

    let outcome = receipt(stage, consent).await;
    story.step(
        language.of(
            "Die Quittung nennt der Person Empfänger und Arten der Information, auf Deutsch und Englisch",
            "The receipt tells the person recipient and kinds of information, in German and English",
        ),
        outcome,
    )?;

    let items = vec![
        material::vehicle(language),
        material::travel_route(language),
    ];
    let draft = material::draft(consent, KB_HAMBURG, items.clone());
    let check = succeeds(stage.hafenlicht.check_disclosure(&draft).await)
        .and_then(|check| same(&(check.authorized, check.refusals.len()), &(true, 0)));
    story.step(
        language.of(
            "Vorab geprüft: beides ist umfasst",
            "Checked beforehand: both are covered",
        ),
        check,
    )?;

    let outcome = held(&stage.hafenlicht, &draft).await;
    let message = story
        .step(
            language.of(
                "Freigegeben; die Nachricht liegt zur Abholung bereit",
                "Released; the message is held for collection",
            ),
            outcome,
        )?
        .id;

    let outcome = only_the_addressed_office_sees(stage, message).await;
    story.step(
        tell!(
            language,
            "Nur {KB_HAMBURG} sieht sie im Eingang; für {HAMBURG} gibt es sie nicht (404)",
            "Only {KB_HAMBURG} sees it in its inbox; to {HAMBURG} it does not exist (404)"
        ),
        outcome,
    )?;

    let outcome = succeeds(stage.kb_hamburg.collect_disclosure(message, None).await)
        .and_then(|collected| same(&collected.items, &items));
    story.step(
        language.of(
            "Abgeholt: die Dienststelle liest genau, was die Beratungsstelle schrieb",
            "Collected: the office reads exactly what the centre wrote",
        ),
        outcome,
    )?;

    let outcome = acknowledged(stage, message).await;
    story.step(
        language.of(
            "Empfang bestätigt; der Inhalt ist hier gelöscht und kann nicht noch einmal abgeholt werden (409)",
            "Acknowledged; the content is destroyed here and cannot be collected again (409)",
        ),
        outcome,
    )?;

    let outcome = complete_trail(stage, consent).await;
    story.step(
        language.of(
            "Das Protokoll ist lückenlos: erfasst, geprüft, freigegeben, abgeholt, bestätigt; Freigabe und Abholung nennen die Einwilligung, auf der sie beruhen",
            "The log is complete: recorded, checked, released, collected, acknowledged; release and collection name the consent that they rely on",
        ),
        outcome,
    )?;

    let outcome = denial_and_query_are_logged(stage).await;
    story.step(
        language.of(
            "Auch der vergebliche Zugriff und die Abfragen der Prüfstelle stehen im Protokoll",
            "The attempt in vain and the auditor's own queries are in the log as well",
        ),
        outcome,
    )
}

async fn competent_office(stage: &Stage) -> Result<(), Mismatch> {
    let matter = MatterQuery {
        handling_office: None,
        postcode: Some(Postcode::from(POSTCODE)),
        task: Task::CriminalInvestigation,
    };
    let answer = succeeds(stage.hafenlicht.get_competent_office(&matter).await)?;
    same(&answer.office.id.as_str(), &KB_HAMBURG)?;
    let mut also: Vec<&str> = answer
        .also_competent
        .iter()
        .map(|also| also.office.as_str())
        .collect();
    also.sort_unstable();
    same(&also, &vec![HANNOVER, HAMBURG])
}

async fn receipt(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let receipt = succeeds(stage.hafenlicht.get_consent_receipt(consent).await)?;
    let named = receipt.services.iter().any(|service| {
        service
            .recipients
            .iter()
            .any(|id| id.as_str() == KB_HAMBURG)
            && service.pii_types == [Category::Vehicle, Category::TravelRoute]
    });
    holds(named, || {
        (
            "recipient and both categories",
            format!("{:?}", receipt.services),
        )
    })?;
    holds(
        !receipt.text.de.is_empty() && !receipt.text.en.is_empty(),
        || ("a text in both languages", "an empty text"),
    )
}

async fn only_the_addressed_office_sees(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    holds(waits(&stage.kb_hamburg, message).await?, || {
        ("the message in the inbox", "no such message")
    })?;
    holds(inbox(&stage.hamburg).await?.is_empty(), || {
        ("an empty inbox", "a message")
    })?;
    is_refused(stage.hamburg.collect_disclosure(message, None).await, 404).map(|_| ())
}

async fn acknowledged(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let office = &stage.kb_hamburg;
    let view = succeeds(office.acknowledge_disclosure(message, None).await)?;
    same(&view.state, &DisclosureState::Acknowledged)?;
    is_refused(office.collect_disclosure(message, None).await, 409).map(|_| ())
}

async fn complete_trail(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let filter = AuditFilter {
        consent: Some(consent),
        ..AuditFilter::default()
    };
    let events =
        every_item(async |page: PageQuery| stage.auditor.query_audit_events(&filter, &page).await)
            .await;
    let mut events = succeeds(events)?;
    events.reverse();
    let operations: Vec<String> = events
        .iter()
        .map(|event| text(event, "operation"))
        .collect();
    let expected = [
        Operation::ConsentRecorded,
        Operation::DisclosureChecked,
        Operation::DisclosureReleased,
        Operation::DisclosureCollected,
        Operation::DisclosureAcknowledged,
    ];
    same(
        &operations,
        &expected
            .map(|operation| operation.code().to_owned())
            .to_vec(),
    )?;
    let recorded = events
        .first()
        .map(|event| event.commitment.clone())
        .unwrap_or_default();
    for event in events.iter().filter(|event| {
        let operation = text(event, "operation");
        operation.starts_with("disclosure_") && operation != "disclosure_acknowledged"
    }) {
        same(&text(event, "relied_on"), &recorded)?;
    }
    Ok(())
}

async fn denial_and_query_are_logged(stage: &Stage) -> Result<(), Mismatch> {
    let by_the_other_office = AuditFilter {
        operation: Some(Operation::AccessDenied),
        actor: Some(HAMBURG.to_owned()),
        ..AuditFilter::default()
    };
    let by_the_auditor = AuditFilter {
        operation: Some(Operation::AuditQueried),
        actor: Some("pruefstelle".to_owned()),
        ..AuditFilter::default()
    };
    let denied = logged(stage, &by_the_other_office).await?;
    let attempted: Vec<String> = denied.iter().map(|e| text(e, "attempted")).collect();
    same(&attempted, &vec!["collectDisclosure".to_owned()])?;
    // At least the query of the trail and the query of the denial.
    let queries = logged(stage, &by_the_auditor).await?.len();
    holds(queries >= 2, || {
        ("at least 2 queries", format!("{queries}"))
    })
}

async fn logged(stage: &Stage, filter: &AuditFilter) -> Result<Vec<AuditEvent>, Mismatch> {
    let page = stage
        .auditor
        .query_audit_events(filter, &PageQuery::default())
        .await;
    Ok(succeeds(page)?.items)
}

fn text(event: &AuditEvent, member: &str) -> String {
    let value = event.event.get(member).and_then(|value| value.as_str());
    value.unwrap_or_default().to_owned()
}
