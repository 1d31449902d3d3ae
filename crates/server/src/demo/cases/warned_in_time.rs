//! Case 12: the police warns of what threatens a person, and of what happens in a country (agreement, point 5).

use freigabe_client::{
    Client, PageQuery,
    contract::{
        disclosure::CollectedDisclosure,
        known_person::KnownBy,
        security_notice::{
            AcknowledgeSecurityNotice, InboxSecurityNotice, IssueSecurityNotice,
            ReviseSecurityNotice, SecurityNotice, ToldSubject,
        },
        vocabulary::{AcknowledgingRole, Category, SecurityNoticeState, Urgency},
    },
};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use super::{held, read, recorded};
use crate::{
    demo::{
        material::{self, KB_HAMBURG},
        stage::{Stage, in_},
        story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
    },
    language::Language,
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Rechtzeitig gewarnt", "Warned in time")?;

    let outcome = warned(stage).await;
    let (message, notice) = story.step(
        language.of(
            "Die Dienststelle, die eine Nachricht über die Person abgeholt hat, warnt dringend vor einer Gefahr für sie",
            "The office that collected a message about the person warns urgently of a danger to her",
        ),
        outcome,
    )?;

    let outcome = reaches_one(stage, &notice).await;
    story.step(
        language.of(
            "Der Hinweis erreicht Hafenlicht, das sie kennt; Sternbrücke erfährt nicht, dass es ihn gibt",
            "The notice reaches Hafenlicht, which knows her; Sternbrücke does not learn that there is one",
        ),
        outcome,
    )?;

    let outcome = is_read(stage, &message, notice.id).await;
    let management = story.step(
        language.of(
            "Die Leitung liest ihn: die Person ist die der eigenen Nachricht, Tatsachen und Einschätzungen stehen getrennt",
            "The management reads it: the person is that of its own message, facts and assessments stand apart",
        ),
        outcome,
    )?;

    let outcome = is_acknowledged(stage, &management, notice.id).await;
    story.step(
        language.of(
            "Weil er dringend ist, genügt keine einzelne Beratungskraft (400); die Leitung bestätigt, und die Dienststelle sieht es",
            "Since it is urgent, a single counsellor does not do (400); the management acknowledges, and the office sees it",
        ),
        outcome,
    )?;

    let outcome = told_to_all(stage).await;
    story.step(
        language.of(
            "Eine Entwicklung in einem Herkunftsland geht an alle drei Beratungsstellen",
            "A development in a country of origin goes to all three centres",
        ),
        outcome,
    )?;

    let outcome = without_a_person(stage, &message).await;
    story.step(
        language.of(
            "Für eine Person ist darin kein Platz: auch ein Pseudonym im Text wird abgelehnt (400)",
            "It has no room for a person: a pseudonym in the text is refused as well (400)",
        ),
        outcome,
    )?;

    let outcome = said_anew(stage, &management, notice.id).await;
    let later = story.step(
        language.of(
            "Die Gefahr ist geringer: eine neue Fassung ersetzt die alte und wird neu gelesen",
            "The danger is less: a new version takes the place of the old one and is read anew",
        ),
        outcome,
    )?;

    let outcome = taken_back(stage, &management, later).await;
    story.step(
        language.of(
            "Der Hinweis wird zurückgezogen: dass es ihn gab, ist noch zu sehen, was diese Fassung sagte, ist vernichtet",
            "The notice is withdrawn: that there was one is still seen, what this version said is destroyed",
        ),
        outcome,
    )
}

async fn warned(stage: &Stage) -> Result<(CollectedDisclosure, SecurityNotice), Mismatch> {
    let (centre, office) = (&stage.hafenlicht, &stage.kb_hamburg);
    let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG]);
    let consent = recorded(centre, "2026/HL-1201", "KL-1201", terms).await?;
    let items = vec![material::vehicle(stage.language)];
    let message = held(centre, &material::draft(consent, KB_HAMBURG, items)).await?;
    let message = succeeds(office.collect_disclosure(message.id, None).await)?;
    let from = json!({ "type": "disclosure", "disclosure_id": message.disclosure.id });
    let notice: IssueSecurityNotice = read(json!({
        "kind": "threat_person",
        "audience": { "type": "centre", "subject": { "type": "person", "known_from": from } },
        "urgency": "urgent",
        "valid_from": in_(Duration::ZERO),
        "valid_until": in_(Duration::weeks(4)),
        "assessment": said(stage.language, "high", stage.language.of(
            "Der Mann, der sie bedroht hat, ist wieder frei.",
            "The man who threatened her is free again.",
        ))
    }))?;
    let issued = succeeds(office.issue_security_notice(&notice, None).await)?;
    same(&issued.counts.addressed, &1)?;
    Ok((message, issued))
}

async fn reaches_one(stage: &Stage, notice: &SecurityNotice) -> Result<(), Mismatch> {
    let told = inbox(&stage.hafenlicht).await?;
    let listed: Vec<_> = told.iter().map(|one| (one.id, one.urgency)).collect();
    same(&listed, &vec![(notice.id, Urgency::Urgent)])?;
    let other = &stage.sternbruecke;
    same(&inbox(other).await?.len(), &0)?;
    let somebody = succeeds(other.on_behalf_of(LEITUNG))?;
    let refused = somebody.read_security_notice(notice.id, None).await;
    is_refused(refused, 404).map(|_| ())
}

async fn is_read(
    stage: &Stage,
    message: &CollectedDisclosure,
    notice: Uuid,
) -> Result<Client, Mismatch> {
    let management = succeeds(stage.hafenlicht.on_behalf_of(LEITUNG))?;
    let told = succeeds(management.read_security_notice(notice, None).await)?;
    match told.subject {
        ToldSubject::Person {
            known_by: KnownBy::Disclosure { disclosure_id, .. },
        } => same(&disclosure_id, &message.disclosure.id)?,
        other => return Err(Mismatch::new("a person", format!("{other:?}"))),
    }
    let assessment = told.assessment;
    let statements = assessment.map_or_else(Vec::new, |assessment| assessment.statements);
    let kinds: Vec<_> = statements.iter().map(|one| one.statement.code()).collect();
    same(&kinds, &vec!["fact", "assessment"])?;
    Ok(management)
}

async fn is_acknowledged(stage: &Stage, management: &Client, notice: Uuid) -> Result<(), Mismatch> {
    let acknowledge = async |role| {
        let acknowledgement = AcknowledgeSecurityNotice { role };
        management
            .acknowledge_security_notice(notice, &acknowledgement, None)
            .await
    };
    is_refused(acknowledge(AcknowledgingRole::Counsellor).await, 400)?;
    succeeds(acknowledge(AcknowledgingRole::Management).await)?;
    let seen = succeeds(stage.kb_hamburg.get_security_notice(notice).await)?;
    same(&(seen.counts.read, seen.counts.acknowledged), &(1, 1))
}

async fn told_to_all(stage: &Stage) -> Result<(), Mismatch> {
    let text = stage.language.of(
        "Ein Schutzprogramm für Rückkehrende ist ausgelaufen.",
        "A programme of protection for those who return has ended.",
    );
    let notice: IssueSecurityNotice = read(about_a_country(stage.language, text))?;
    let issued = stage.kb_hamburg.issue_security_notice(&notice, None).await;
    let issued = succeeds(issued)?;
    same(&issued.counts.addressed, &3)?;
    for centre in [&stage.hafenlicht, &stage.sternbruecke, &stage.lindenhof] {
        let newest = inbox(centre).await?.first().map(|one| one.id);
        same(&newest, &Some(issued.id))?;
    }
    Ok(())
}

async fn without_a_person(stage: &Stage, message: &CollectedDisclosure) -> Result<(), Mismatch> {
    let person = message.disclosure.person.as_str();
    let notice: IssueSecurityNotice = read(about_a_country(stage.language, person))?;
    let refused = stage.kb_hamburg.issue_security_notice(&notice, None).await;
    let refused = is_refused(refused, 400)?;
    let faults = refused.problem.iter().flat_map(|problem| &problem.errors);
    let places: Vec<_> = faults
        .filter_map(|fault| fault.pointer.as_deref())
        .collect();
    same(&places, &vec!["/assessment/statements/0/text"])
}

async fn said_anew(stage: &Stage, management: &Client, before: Uuid) -> Result<Uuid, Mismatch> {
    let version: ReviseSecurityNotice = read(json!({
        "urgency": "routine",
        "valid_from": in_(Duration::ZERO),
        "valid_until": in_(Duration::weeks(4)),
        "assessment": said(stage.language, "low", stage.language.of(
            "Er ist wieder in Haft.",
            "He is in custody again.",
        ))
    }))?;
    let office = &stage.kb_hamburg;
    let revised = office.revise_security_notice(before, &version, None).await;
    let revised = succeeds(revised)?;
    same(&(revised.version, revised.counts.read), &(2, 0))?;
    let old = succeeds(management.read_security_notice(before, None).await)?;
    same(&old.notice.state, &SecurityNoticeState::Superseded)?;
    let new = succeeds(management.read_security_notice(revised.id, None).await)?;
    holds(new.assessment.is_some(), || ("what it says", "nothing"))?;
    Ok(revised.id)
}

async fn taken_back(stage: &Stage, management: &Client, notice: Uuid) -> Result<(), Mismatch> {
    let withdrawn = stage
        .kb_hamburg
        .withdraw_security_notice(notice, None)
        .await;
    same(&succeeds(withdrawn)?.state, &SecurityNoticeState::Withdrawn)?;
    let told = succeeds(management.read_security_notice(notice, None).await)?;
    same(&told.notice.state, &SecurityNoticeState::Withdrawn)?;
    holds(told.assessment.is_none(), || ("nothing", "what it said"))
}

/// Whoever answers for a centre, by the centre's own reference.
const LEITUNG: &str = "LEITUNG-1";

/// What a centre was told, newest first.
async fn inbox(centre: &Client) -> Result<Vec<InboxSecurityNotice>, Mismatch> {
    let told = centre.list_security_inbox(&PageQuery::default()).await;
    Ok(succeeds(told)?.items)
}

fn about_a_country(language: Language, text: &str) -> Value {
    json!({
        "kind": "origin_country_change",
        "audience": { "type": "all", "subject": { "type": "country", "country": "RO" } },
        "urgency": "routine",
        "valid_from": in_(Duration::ZERO),
        "valid_until": in_(Duration::weeks(52)),
        "assessment": said(language, "medium", text)
    })
}

/// A fact, and what is thought of it.
fn said(language: Language, level: &str, fact: &str) -> Value {
    let thought = language.of("Das ist verlässlich.", "That is reliable.");
    json!({
        "level": level,
        "source": "B",
        "information": "2",
        "statements": [
            { "statement": "fact", "observed_at": in_(-Duration::hours(3)), "text": fact },
            { "statement": "assessment", "observed_at": in_(-Duration::hours(1)), "text": thought }
        ],
        "measures": ["safe_contact_channel"]
    })
}
