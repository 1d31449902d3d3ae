//! Case 5: the wrong office.

use crate::language::tell;
use freigabe_client::contract::{
    disclosure::{DraftDisclosure, Needed},
    vocabulary::Category,
};

use super::{held, recorded};
use crate::demo::{
    material::{self, FRANKFURT_ODER, KB_HAMBURG},
    stage::{Stage, inbox, reasons, released, waits},
    story::{Broken, Mismatch, Story, holds, is_refused, same},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case("An die falsche Dienststelle", "To the wrong office")?;
    let centre = &stage.sternbruecke;

    // The consent names both, so that competence alone is in question.
    let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG, FRANKFURT_ODER]);
    let outcome = recorded(centre, "2026/SB-501", "KL-501", terms).await;
    let consent = story.step(
        tell!(
            language,
            "Die Person erlaubt das Fahrzeug für {KB_HAMBURG} und für {FRANKFURT_ODER}",
            "The person allows the vehicle for {KB_HAMBURG} and for {FRANKFURT_ODER}"
        ),
        outcome,
    )?;

    let items = vec![material::vehicle(language)];
    let wrong = material::draft(consent, FRANKFURT_ODER, items.clone());
    let outcome = is_refused(centre.release_disclosure(&wrong, None).await, 422);
    let refusal = outcome.and_then(|refusal| {
        same(&reasons(&refusal), &vec![("OFFICE_NOT_COMPETENT", None)])?;
        Ok(refusal)
    });
    let refusal = story.step(
        tell!(
            language,
            "Ein Tatort in Hamburg, adressiert an {FRANKFURT_ODER}: abgelehnt, weil nicht zuständig",
            "A place in Hamburg, addressed to {FRANKFURT_ODER}: refused, because it is not competent"
        ),
        refusal,
    )?;

    let suggested = refusal.problem.as_ref().and_then(|problem| {
        problem
            .refusals
            .iter()
            .find_map(|refusal| match &refusal.needed {
                Needed::CompetentOffice { office, .. } => Some(office.as_str().to_owned()),
                _ => None,
            })
    });
    let outcome = same(&suggested.as_deref(), &Some(KB_HAMBURG));
    story.step(
        tell!(
            language,
            "Vorgeschlagen wird {KB_HAMBURG}",
            "{KB_HAMBURG} is suggested"
        ),
        outcome,
    )?;

    let outcome = nothing_rerouted(stage).await;
    story.step(
        language.of(
            "Nichts wurde umgeleitet: bei keiner der beiden liegt etwas, bei der Beratungsstelle auch nicht",
            "Nothing was rerouted: neither of the two has anything, and neither has the centre",
        ),
        outcome,
    )?;

    let right = material::draft(consent, KB_HAMBURG, items);
    let outcome = addressed_anew(stage, &right).await;
    story.step(
        language.of(
            "Die Beratungsstelle entscheidet und adressiert neu: jetzt liegt die Nachricht bereit",
            "The centre decides and addresses it anew: now the message is held",
        ),
        outcome,
    )
}

async fn nothing_rerouted(stage: &Stage) -> Result<(), Mismatch> {
    for office in [&stage.kb_hamburg, &stage.frankfurt_oder] {
        let waiting = inbox(office).await?.len();
        holds(waiting == 0, || {
            ("an empty inbox", format!("{waiting} messages"))
        })?;
    }
    same(&released(&stage.sternbruecke).await?.len(), &0)
}

async fn addressed_anew(stage: &Stage, draft: &DraftDisclosure) -> Result<(), Mismatch> {
    let message = held(&stage.sternbruecke, draft).await?.id;
    holds(waits(&stage.kb_hamburg, message).await?, || {
        ("the message in the inbox", "no such message")
    })
}
