//! Case 9: help nearby (agreement, points 1 and 2).

use freigabe_client::{
    CentreFilter, PageQuery,
    contract::{
        directory::{AddCounsellingCentre, CentreEntry, FoundServicePage},
        vocabulary::{EntryStanding, MatchReason},
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::demo::{
    stage::Stage,
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

/// A place to come to in Rostock, and a shelter somewhere in the Land.
fn entry() -> Result<CentreEntry, Mismatch> {
    let entry = json!({
        "name": "Fachberatungsstelle Hafenlicht",
        "data_protection_regime": "gdpr",
        "services": [
            {
                "name": "Beratung in Rostock",
                "status": "active",
                "place": {
                    "type": "location",
                    "location": { "city": "Rostock", "postcode": "18055" },
                    "area": { "laender": ["DE-MV"] }
                },
                "languages": [
                    { "language": "de", "mode": "spoken" },
                    { "language": "ro", "mode": "spoken" },
                    { "language": "bin", "mode": "interpreter" }
                ],
                "offers": ["counselling", "accompaniment"],
                "contacts": [{ "channel": "phone", "address": "0381 555 0100" }],
                "schedules": [
                    { "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00" }
                ]
            },
            {
                "name": "Schutzwohnung",
                "status": "active",
                "place": { "type": "shelter", "area": { "laender": ["DE-MV"] } },
                "languages": [{ "language": "ro", "mode": "spoken" }],
                "contacts": [{ "channel": "phone", "address": "0381 555 0100" }]
            }
        ]
    });
    serde_json::from_value(entry).map_err(|error| Mismatch::new("an entry", error.to_string()))
}

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("Hilfe in der Nähe", "Help nearby")?;

    let outcome = added(stage).await;
    let (id, etag) = story.step(
        language.of(
            "Hafenlicht trägt sich ein: eine Beratung in Rostock und eine Schutzwohnung, deren Ort nirgends stehen kann",
            "Hafenlicht enters itself: counselling in Rostock, and a shelter whose place can stand nowhere",
        ),
        outcome,
    )?;

    let outcome = search(stage, "Wismarr").await.and_then(|found| {
        let place = found.place.as_ref().map(|place| place.name.clone());
        same(&place.as_deref(), &Some("Wismar"))?;
        let first = found.items.first();
        let reasons: Vec<MatchReason> = first
            .map(|hit| hit.reasons.iter().map(|reason| reason.code).collect())
            .unwrap_or_default();
        same(
            &reasons.get(..2),
            &Some(&[MatchReason::ServesPlace, MatchReason::SpeaksLanguage][..]),
        )?;
        let distances: Vec<bool> = found
            .items
            .iter()
            .map(|hit| hit.distance_km.is_some())
            .collect();
        same(&distances, &vec![true, false])
    });
    story.step(
        language.of(
            "Ohne Anmeldung, mit Tippfehler: Rumänisch bei „Wismarr“ findet die Beratung mit Entfernung, die Schutzwohnung ohne",
            "Without signing in, misspelt: Romanian near \"Wismarr\" finds the counselling with its distance, the shelter without one",
        ),
        outcome,
    )?;

    let outcome = search(stage, "Rostock").await.and_then(|found| {
        let standings: Vec<EntryStanding> = found.items.iter().map(|hit| hit.standing).collect();
        same(&standings, &vec![EntryStanding::NeverConfirmed; 2])
    });
    story.step(
        language.of(
            "Der Eintrag sagt von sich, dass ihn noch niemand bestätigt hat",
            "The entry says of itself that nobody has confirmed it yet",
        ),
        outcome,
    )?;

    let refused = changed_by_another(stage, id, &etag).await;
    story.step(
        language.of(
            "Eine andere Beratungsstelle kann ihn nicht ändern",
            "Another centre can't change it",
        ),
        refused,
    )?;

    let outcome = succeeds(
        stage
            .coordination
            .confirm_counselling_centre(id, &etag)
            .await,
    )
    .and_then(|confirmed| same(&confirmed.standing, &EntryStanding::Confirmed));
    story.step(
        language.of(
            "Die Koordination bestätigt ihn",
            "The coordination confirms it",
        ),
        outcome,
    )
}

async fn added(stage: &Stage) -> Result<(Uuid, String), Mismatch> {
    let new = AddCounsellingCentre {
        organisation_id: None,
        entry: entry()?,
    };
    let added = succeeds(stage.hafenlicht.add_counselling_centre(&new, None).await)?;
    Ok((added.id, added.etag.clone()))
}

async fn changed_by_another(stage: &Stage, id: Uuid, etag: &str) -> Result<(), Mismatch> {
    let another = &stage.sternbruecke;
    let changed = another.change_counselling_centre(id, etag, &entry()?).await;
    is_refused(changed, 404).map(drop)
}

/// What somebody finds who speaks Romanian.
async fn search(stage: &Stage, place: &str) -> Result<FoundServicePage, Mismatch> {
    let filter = CentreFilter {
        place: Some(place.to_owned()),
        language: Some("ro".into()),
        ..CentreFilter::default()
    };
    let found = stage
        .lindenhof
        .search_counselling_centres(&filter, &PageQuery::default())
        .await;
    let found = succeeds(found)?;
    holds(!found.items.is_empty(), || ("services", "none"))?;
    Ok(found)
}
