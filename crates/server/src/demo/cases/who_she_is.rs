//! Case 11: the centre that helps learns who the person is, as far as she allowed it (agreement, point 3).

use freigabe_client::{
    PageQuery,
    contract::{
        contact::{ContactDetails, RecordContactConsent, ReleaseContactDetails},
        involvement::Involvement,
        vocabulary::{ContactItemKind, ContactState, InvolvementState},
    },
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::read;
use crate::demo::{
    network::FORM_VERSION,
    stage::{Stage, in_, reasons},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Wer sie ist", "Who she is")?;

    let outcome = allowed(stage).await;
    let (involvement, centre, consent) = story.step(
        language.of(
            "Die Person erlaubt der Dienststelle, Hafenlicht ihren Namen und ihre Nummer zu nennen, eine Woche lang",
            "The person allows the office to tell Hafenlicht her name and her number, for a week",
        ),
        outcome,
    )?;

    let outcome = too_much(stage, consent, centre).await;
    story.step(
        language.of(
            "Auch zu sagen, wo sie ist, wird abgelehnt, mit dem Grund; nichts davon kommt an",
            "To tell where she is as well is refused, with the reason; nothing of it arrives",
        ),
        outcome,
    )?;

    let outcome = told(stage, consent, centre).await;
    let details = story.step(
        language.of(
            "Ihr Name allein geht durch; Sternbrücke, die auch gefragt war, sieht nichts",
            "Her name alone passes; Sternbrücke, which was asked too, sees nothing",
        ),
        outcome,
    )?;

    let outcome = collected(stage, details.id).await;
    story.step(
        language.of("Hafenlicht holt ihn ab", "Hafenlicht collects it"),
        outcome,
    )?;

    let outcome = taken_back(stage, consent, &details).await;
    story.step(
        language.of(
            "Sie widerruft: Hafenlicht bekommt nichts mehr, wird um Löschung gebeten und bestätigt sie",
            "She takes it back: Hafenlicht gets nothing any more, is asked to erase, and says that it did",
        ),
        outcome,
    )?;

    let outcome = helped_all_the_same(stage, &involvement).await;
    story.step(
        language.of(
            "Geholfen wird ihr wie vorher: an der Einbindung hat sich nichts geändert",
            "She is helped as before: nothing of the involvement has changed",
        ),
        outcome,
    )
}

/// In the involvement of the story before.
async fn allowed(stage: &Stage) -> Result<(Involvement, Uuid, Uuid), Mismatch> {
    let office = &stage.kb_hamburg;
    let all = succeeds(office.list_involvements(&PageQuery::default()).await)?;
    let involvement = all.items.into_iter().next();
    let involvement = involvement.ok_or_else(|| Mismatch::new("an involvement", "none"))?;
    let mut offers = involvement.offers.iter();
    let helps = offers.find(|offer| Some(offer.id) == involvement.accepted_offer_id);
    let centre = helps.ok_or_else(|| Mismatch::new("a centre that helps", "none"))?;
    let centre = centre.centre_id;
    let consent: RecordContactConsent = read(json!({
        "terms": {
            "recipients": [centre],
            "items": ["name", "telephone"],
            "valid_from": in_(-Duration::minutes(2)),
            "valid_until": in_(Duration::weeks(1)),
            "data_protection_consent": {
                "form_version": FORM_VERSION,
                "language": "ro",
                "signed_at": in_(-Duration::minutes(5))
            },
            "notice": { "right_to_withdraw": true, "help_without_it": true, "who_receives_what": true },
            "capacity": "full",
            "grantor": { "type": "person" },
            "conversation": {
                "language": "ro",
                "mediation": { "type": "interpreted", "interpreter": "D-31" },
                "read_back_at": in_(-Duration::minutes(3))
            },
            "evidence": { "medium": "signed_paper", "sha256": "5e".repeat(32), "kept_at": "Akte, Mappe 17" },
            "collected_by": "P-4711",
            "retention": { "until": in_(Duration::weeks(200)), "basis": "Art. 7 Abs. 1 DSGVO" }
        }
    }))?;
    let recorded = office.record_contact_consent(involvement.id, &consent, None);
    let recorded = succeeds(recorded.await)?;
    Ok((involvement, centre, recorded.id))
}

async fn too_much(stage: &Stage, consent: Uuid, centre: Uuid) -> Result<(), Mismatch> {
    let details = details(centre, &["name", "whereabouts"])?;
    let office = &stage.kb_hamburg;
    let refused = office
        .release_contact_details(consent, &details, None)
        .await;
    let refused = is_refused(refused, 422)?;
    same(&reasons(&refused), &vec![("CATEGORY_NOT_COVERED", Some(1))])?;
    let waiting = stage
        .hafenlicht
        .list_contact_details(&PageQuery::default())
        .await;
    same(&succeeds(waiting)?.items.len(), &0)
}

async fn told(stage: &Stage, consent: Uuid, centre: Uuid) -> Result<ContactDetails, Mismatch> {
    let details = details(centre, &["name"])?;
    let office = &stage.kb_hamburg;
    let released = office
        .release_contact_details(consent, &details, None)
        .await;
    let released = succeeds(released)?;
    same(&released.state, &ContactState::Held)?;
    let other = &stage.sternbruecke;
    let waiting = other.list_contact_details(&PageQuery::default()).await;
    same(&succeeds(waiting)?.items.len(), &0)?;
    is_refused(other.get_contact_details(released.id).await, 404)?;
    Ok(released)
}

async fn collected(stage: &Stage, details: Uuid) -> Result<(), Mismatch> {
    let collected = stage.hafenlicht.collect_contact_details(details, None);
    let collected = succeeds(collected.await)?;
    let kinds: Vec<_> = collected.items.iter().map(|item| item.kind).collect();
    same(&kinds, &vec![ContactItemKind::Name])
}

async fn taken_back(
    stage: &Stage,
    consent: Uuid,
    details: &ContactDetails,
) -> Result<(), Mismatch> {
    let withdrawn = stage.kb_hamburg.withdraw_contact_consent(consent).await;
    same(&succeeds(withdrawn)?.to_erase, &1)?;
    let centre = &stage.hafenlicht;
    is_refused(centre.collect_contact_details(details.id, None).await, 404)?;
    let erased = centre.confirm_contact_erasure(details.id, None).await;
    let erased = succeeds(erased)?;
    holds(erased.erased_at.is_some(), || ("the time", "none"))
}

async fn helped_all_the_same(stage: &Stage, before: &Involvement) -> Result<(), Mismatch> {
    let after = stage.kb_hamburg.get_involvement(before.id).await;
    let after = succeeds(after)?;
    same(&after.state, &InvolvementState::ContactAgreed)?;
    same(&after, before)
}

fn details(centre: Uuid, kinds: &[&str]) -> Result<ReleaseContactDetails, Mismatch> {
    let items: Vec<_> = kinds
        .iter()
        .map(|kind| json!({ "kind": kind, "text": "Beispiel" }))
        .collect();
    read(json!({ "centre_id": centre, "items": items }))
}
