//! Case 10: told about help, and helped early (agreement, points 2 and 3).

use freigabe_client::{
    Client, Method, PageQuery,
    contract::{
        directory::AddCounsellingCentre,
        involvement::{
            AgreeContact, AnswerOffer, Involvement, InvolvementOffer, NoteInvolvement,
            OfferInvolvement,
        },
        referral::NoteReferral,
        vocabulary::{
            ContactMode, InvolvementState, OfferAnswerKind, OfferReason, OfferStanding,
            ReferralMedium,
        },
    },
    header::HeaderMap,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::read;
use crate::demo::{
    stage::{Stage, in_},
    story::{Broken, Mismatch, Story, holds, same, succeeds},
};

const REFERRALS: &str = "/v1/referral-notices";

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Früh geholfen", "Helped early")?;

    let outcome = entries(stage).await;
    let [hafenlicht, sternbruecke] = story.step(
        language.of(
            "Hafenlicht in Rostock und Sternbrücke in Hamburg stehen im Verzeichnis",
            "Hafenlicht in Rostock and Sternbrücke in Hamburg stand in the directory",
        ),
        outcome,
    )?;

    let outcome = told(stage, sternbruecke).await;
    story.step(
        language.of(
            "Die Dienststelle vermerkt, dass sie auf Hilfe hingewiesen hat: auf Edo, mit Merkblatt; über die Person kann sie nichts sagen",
            "The office notes that it pointed to help: in Edo, with a leaflet; about the person it can say nothing",
        ),
        outcome,
    )?;

    let outcome = noted(stage).await;
    let involvement = story.step(
        language.of(
            "Ein Verdachtsfall: vorgeschlagen werden Beratungsstellen, die passenden und nächsten zuerst, mit Gründen",
            "A suspected case: centres are suggested, the suitable and nearest first, with reasons",
        ),
        outcome,
    )?;

    let outcome = asked(stage, involvement.id, [sternbruecke, hafenlicht]).await;
    let [at_sternbruecke, at_hafenlicht] = story.step(
        language.of(
            "Beide werden gefragt, jede unter einem eigenen Pseudonym; keine erfährt, wer die Person ist oder wer noch gefragt wurde",
            "Both are asked, each by a pseudonym of its own; neither learns who the person is, or who else was asked",
        ),
        outcome,
    )?;

    let outcome = answered(stage, &involvement, &at_sternbruecke, &at_hafenlicht).await;
    story.step(
        language.of(
            "Sternbrücke hat keinen Platz, Hafenlicht sagt zu und erfährt, wie man sich trifft",
            "Sternbrücke has no room, Hafenlicht accepts and learns how they meet",
        ),
        outcome,
    )?;

    let outcome = without_a_place(stage).await;
    story.step(
        language.of(
            "Ob die Person mit der Polizei zusammenarbeitet, kann nirgends vermerkt werden: das Feld gibt es nicht",
            "Whether the person cooperates with the police can be noted nowhere: there is no such field",
        ),
        outcome,
    )
}

/// Hafenlicht was entered in the story before.
async fn entries(stage: &Stage) -> Result<[Uuid; 2], Mismatch> {
    let found = stage
        .lindenhof
        .search_counselling_centres(&Default::default(), &PageQuery::default())
        .await;
    let found = succeeds(found)?;
    let hafenlicht = found.items.first().map(|hit| hit.centre_id);
    let hafenlicht = hafenlicht.ok_or_else(|| Mismatch::new("Hafenlicht's entry", "none"))?;
    let entry = json!({
        "name": "Fachberatungsstelle Sternbrücke",
        "data_protection_regime": "gdpr",
        "services": [{
            "name": "Beratung in Hamburg",
            "status": "active",
            "place": {
                "type": "location",
                "location": { "city": "Hamburg", "postcode": "20095" },
                "area": { "laender": ["DE-HH"] }
            },
            "languages": [{ "language": "ro", "mode": "interpreter" }]
        }]
    });
    let entry = read(entry)?;
    let new = AddCounsellingCentre {
        organisation_id: None,
        entry,
    };
    let added = succeeds(stage.sternbruecke.add_counselling_centre(&new, None).await)?;
    Ok([hafenlicht, added.id])
}

async fn told(stage: &Stage, centre: Uuid) -> Result<(), Mismatch> {
    let referral = NoteReferral {
        told_at: in_(-Duration::hours(2)),
        language: "bin".into(),
        medium: ReferralMedium::Leaflet,
        leaflet_version: Some(1),
        centres: vec![centre],
    };
    let noted = succeeds(stage.kb_hamburg.note_referral(&referral, None).await)?;
    same(&noted.centres, &vec![centre])
}

async fn noted(stage: &Stage) -> Result<Involvement, Mismatch> {
    let new: NoteInvolvement = read(json!({
        "case_reference": "VG/2026/004711",
        "person_reference": "P-2",
        "suspicion_noted_at": in_(-Duration::hours(3)).to_string(),
        "needed": { "postcode": "20095", "language": "ro" }
    }))?;
    let office = &stage.kb_hamburg;
    let noted = succeeds(office.note_involvement(&new, None).await)?;
    same(&noted.state, &InvolvementState::Noted)?;
    let suggested = succeeds(office.suggest_centres(noted.id).await)?;
    let names: Vec<&str> = suggested
        .items
        .iter()
        .map(|found| found.centre.as_str())
        .collect();
    same(
        &names.first().copied(),
        &Some("Fachberatungsstelle Sternbrücke"),
    )?;
    holds(
        suggested
            .items
            .iter()
            .all(|found| !found.reasons.is_empty()),
        || ("a reason for each", "none"),
    )?;
    Ok(noted)
}

async fn asked(
    stage: &Stage,
    involvement: Uuid,
    centres: [Uuid; 2],
) -> Result<[InvolvementOffer; 2], Mismatch> {
    let offer = OfferInvolvement {
        centres: centres.to_vec(),
    };
    let office = &stage.kb_hamburg;
    let offered = succeeds(office.offer_involvement(involvement, &offer, None).await)?;
    same(&offered.offers.len(), &2)?;
    let first = newest(&stage.sternbruecke).await?;
    let second = newest(&stage.hafenlicht).await?;
    holds(first.person != second.person, || {
        ("two pseudonyms", "the same for both")
    })?;
    Ok([first, second])
}

async fn newest(centre: &Client) -> Result<InvolvementOffer, Mismatch> {
    let offers = centre.list_involvement_offers(&PageQuery::default()).await;
    let newest = succeeds(offers)?.items.into_iter().next();
    newest.ok_or_else(|| Mismatch::new("an offer", "none"))
}

async fn answered(
    stage: &Stage,
    involvement: &Involvement,
    declines: &InvolvementOffer,
    accepts: &InvolvementOffer,
) -> Result<(), Mismatch> {
    let no = AnswerOffer {
        answer: OfferAnswerKind::Declined,
        reason: Some(OfferReason::Capacity),
    };
    let yes = AnswerOffer {
        answer: OfferAnswerKind::Accepted,
        reason: None,
    };
    let declined = stage
        .sternbruecke
        .answer_involvement_offer(declines.id, &no, None)
        .await;
    same(&succeeds(declined)?.standing, &OfferStanding::Declined)?;
    let centre = &stage.hafenlicht;
    let accepted = centre
        .answer_involvement_offer(accepts.id, &yes, None)
        .await;
    same(&succeeds(accepted)?.standing, &OfferStanding::Accepted)?;
    let contact = AgreeContact {
        mode: ContactMode::CentreComes,
        meeting_at: Some(in_(Duration::hours(4))),
    };
    let office = &stage.kb_hamburg;
    let agreed = succeeds(office.agree_contact(involvement.id, &contact, None).await)?;
    same(&agreed.accepted_offer_id, &Some(accepts.id))?;
    let seen = succeeds(centre.get_involvement_offer(accepts.id).await)?;
    same(
        &seen.contact.map(|contact| contact.mode),
        &Some(ContactMode::CentreComes),
    )
}

/// What has no place is refused, with the place at which it stood.
async fn without_a_place(stage: &Stage) -> Result<(), Mismatch> {
    let body = json!({
        "told_at": in_(-Duration::hours(2)).to_string(),
        "language": "ro",
        "medium": "spoken",
        "centres": [],
        "cooperates": true
    });
    let body =
        serde_json::to_vec(&body).map_err(|error| Mismatch::new("a request", error.to_string()))?;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("idempotency-key", "demo-no-such-field"),
    ] {
        let value = value
            .parse()
            .map_err(|_| Mismatch::new("a header", "none"))?;
        headers.insert(name, value);
    }
    let office = &stage.kb_hamburg;
    let answer = office
        .raw(Method::POST, REFERRALS, headers, Some(body))
        .await;
    let answer = succeeds(answer)?;
    same(&answer.status.as_u16(), &400)?;
    let told = String::from_utf8_lossy(&answer.body).into_owned();
    holds(told.contains("/cooperates"), || {
        ("the field's place", told.clone())
    })
}
