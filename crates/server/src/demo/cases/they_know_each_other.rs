//! Case 14: whom to call, and what was agreed here, before there is any case (agreement, point 9).

use crate::language::tell;
use freigabe_client::{
    Client, PageQuery,
    contract::{
        contact_pair::ContactPair,
        query::{KeptCentreFilter, MatterQuery, OfficeFilter},
        regional::RegionalAgreement,
        vocabulary::{AgreementStanding, CompetenceReason, PairStanding, Task},
    },
    every_item,
};
use serde_json::json;
use uuid::Uuid;

use super::read;
use crate::demo::{
    material::{HAMBURG, KB_HAMBURG, POSTCODE},
    stage::Stage,
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Man kennt sich", "They know each other")?;

    let outcome = lacks_contact(stage, true).await;
    story.step(
        tell!(
            language,
            "Die Koordination sieht: {HAMBURG} kennt noch keine Beratungsstelle",
            "The coordination sees: {HAMBURG} knows no centre yet"
        ),
        outcome,
    )?;

    let outcome = opened(stage).await;
    let (entry, pair) = story.step(
        tell!(
            language,
            "{HAMBURG} nennt Hafenlicht, wen es dort anruft; die andere Hälfte fehlt noch",
            "{HAMBURG} tells Hafenlicht whom to call there; the other half is missing"
        ),
        outcome,
    )?;

    let outcome = answered(stage, pair).await;
    story.step(
        language.of(
            "Hafenlicht nennt seine Seite: jetzt kennt man sich, und Sternbrücke sieht nichts davon",
            "Hafenlicht names its own: now they know each other, and Sternbrücke sees nothing of it",
        ),
        outcome,
    )?;

    let outcome = proposed(stage, entry).await;
    let agreement = story.step(
        tell!(
            language,
            "{HAMBURG} schlägt eine Vereinbarung für Hamburg vor; solange Hafenlicht schweigt, ändert sie nichts",
            "{HAMBURG} proposes an agreement for Hamburg; as long as Hafenlicht is silent it changes nothing"
        ),
        outcome,
    )?;

    let outcome = confirmed(stage, agreement.id).await;
    story.step(
        tell!(
            language,
            "Hafenlicht bestätigt: für seine Fälle ist jetzt {HAMBURG} zuständig, für die von Sternbrücke weiter {KB_HAMBURG}",
            "Hafenlicht confirms: for its cases {HAMBURG} is competent now, for those of Sternbrücke still {KB_HAMBURG}"
        ),
        outcome,
    )?;

    let outcome = ended(stage, agreement.id).await;
    story.step(
        language.of(
            "Hafenlicht beendet sie: es gilt wieder, was für den Bund gilt",
            "Hafenlicht ends it: the federal default holds again",
        ),
        outcome,
    )
}

/// Whether the coordination is told that the general Inspektion in Hamburg has no current contact.
async fn lacks_contact(stage: &Stage, expected: bool) -> Result<(), Mismatch> {
    let filter = OfficeFilter::default();
    let found = every_item(async |page: PageQuery| {
        let coordination = &stage.coordination;
        coordination
            .list_offices_without_contact(&filter, &page)
            .await
    });
    let found = found
        .await
        .map_err(|error| Mismatch::new("offices without contact", error.to_string()))?;
    let lacks = found.iter().any(|one| one.office.id.as_str() == HAMBURG);
    same(&lacks, &expected)
}

async fn opened(stage: &Stage) -> Result<(Uuid, Uuid), Mismatch> {
    let centre = &stage.hafenlicht;
    let (all, page) = (KeptCentreFilter::default(), PageQuery::default());
    let kept = centre.list_kept_centres(&all, &page).await;
    let kept = succeeds(kept)?.items.into_iter().next();
    let entry = kept.ok_or_else(|| Mismatch::new("Hafenlicht's entry", "none"))?;
    let body = read(json!({
        "with": { "type": "centre", "centre_id": entry.centre.id },
        "contacts": [
            { "role": "trafficking_contact", "channel": "phone", "value": "+49 40 555 0110", "reachable": "8 bis 16 Uhr" }
        ]
    }))?;
    let pair = succeeds(stage.hamburg.open_contact_pair(&body, None).await)?;
    same(&pair.standing, &PairStanding::Incomplete)?;
    lacks_contact(stage, true).await?;
    Ok((entry.centre.id, pair.id))
}

async fn answered(stage: &Stage, pair: Uuid) -> Result<(), Mismatch> {
    let centre = &stage.hafenlicht;
    let seen = succeeds(centre.get_contact_pair(pair).await)?;
    let own = read(json!({
        "contacts": [{ "role": "counselling", "channel": "phone", "value": "+49 40 555 0200" }]
    }))?;
    let named = centre.set_pair_contacts(pair, &seen.etag, &own).await;
    let named: ContactPair = succeeds(named)?.value;
    same(&named.standing, &PairStanding::Current)?;
    lacks_contact(stage, false).await?;
    is_refused(stage.sternbruecke.get_contact_pair(pair).await, 404).map(drop)
}

async fn proposed(stage: &Stage, entry: Uuid) -> Result<RegionalAgreement, Mismatch> {
    let body = read(json!({
        "title": "Kooperationsvereinbarung Hamburg",
        "offices": [HAMBURG],
        "centres": [entry],
        "area": { "laender": ["DE-HH"] },
        "valid_from": "2026-01-01T00:00:00Z",
        "precedence": "replaces_federal_default",
        "deviations": { "competent_offices": [{ "task": "criminal_investigation", "office": HAMBURG }] }
    }))?;
    let proposed = stage.hamburg.propose_regional_agreement(&body, None).await;
    let proposed = succeeds(proposed)?;
    same(&proposed.standing, &AgreementStanding::Proposed)?;
    competent(
        &stage.hafenlicht,
        KB_HAMBURG,
        CompetenceReason::PlaceAndTask,
    )
    .await?;
    Ok(proposed)
}

async fn confirmed(stage: &Stage, agreement: Uuid) -> Result<(), Mismatch> {
    let centre = &stage.hafenlicht;
    let confirmed = centre.confirm_regional_agreement(agreement, None).await;
    same(&succeeds(confirmed)?.standing, &AgreementStanding::InForce)?;
    competent(centre, HAMBURG, CompetenceReason::RegionalAgreement).await?;
    let other = &stage.sternbruecke;
    competent(other, KB_HAMBURG, CompetenceReason::PlaceAndTask).await
}

async fn ended(stage: &Stage, agreement: Uuid) -> Result<(), Mismatch> {
    let centre = &stage.hafenlicht;
    let ended = centre.end_regional_agreement(agreement, None).await;
    same(&succeeds(ended)?.standing, &AgreementStanding::Ended)?;
    competent(centre, KB_HAMBURG, CompetenceReason::PlaceAndTask).await
}

/// Which office the server calls competent for a crime in Hamburg, when this centre asks.
async fn competent(
    centre: &Client,
    office: &str,
    reason: CompetenceReason,
) -> Result<(), Mismatch> {
    let matter = MatterQuery {
        postcode: Some(POSTCODE.into()),
        handling_office: None,
        task: Task::CriminalInvestigation,
    };
    let told = succeeds(centre.get_competent_office(&matter).await)?;
    holds(told.office.id.as_str() == office, || {
        (office.to_owned(), told.office.id.as_str().to_owned())
    })?;
    same(&told.reason, &reason)
}
