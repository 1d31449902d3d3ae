//! Case 7: a young person whose representative is suspected.

use freigabe_client::contract::{
    consent::{Assent, ConsentTerms, Grantor},
    disclosure::DraftDisclosure,
    vocabulary::{Capacity, Category},
};
use time::Duration;
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::{Stage, in_, reasons},
    story::{Broken, Mismatch, Story, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Eine Fünfzehnjährige, deren Elternteil verdächtig ist",
        "A girl of fifteen whose parent is suspected",
    )?;

    let terms = terms_of(material::suspected_parent());
    let outcome = recorded(&stage.lindenhof, "2026/LH-701", "KL-701", terms).await;
    let consent = story.step(
        language.of(
            "Der Elternteil willigt ein; die Beratungsstelle vermerkt, dass er selbst verdächtig ist",
            "The parent consents; the centre notes that the parent is suspected",
        ),
        outcome,
    )?;

    let outcome = refused_for(stage, consent, "REPRESENTATIVE_REQUIRED").await;
    story.step(
        language.of(
            "Abgelehnt: eine verdächtige Vertretung zählt nie",
            "Refused: a suspected representative never counts",
        ),
        outcome,
    )?;

    let unasked = material::appointed_representative(Assent::NotRecorded {});
    let outcome = revised(stage, consent, unasked).await;
    story.step(
        language.of(
            "Das Gericht bestellt eine Ergänzungspflegerin; sie willigt ein",
            "The court appoints a supplementary carer, who consents",
        ),
        outcome,
    )?;

    let outcome = refused_for(stage, consent, "ASSENT_REQUIRED").await;
    story.step(
        language.of(
            "Abgelehnt: niemand hat die Jugendliche selbst gefragt",
            "Refused: nobody asked the girl herself",
        ),
        outcome,
    )?;

    let agrees = material::appointed_representative(Assent::Given {
        at: in_(Duration::minutes(-10)),
    });
    let outcome = revised(stage, consent, agrees).await;
    story.step(language.of("Sie stimmt zu", "She agrees"), outcome)?;

    let outcome = held(&stage.lindenhof, &draft(stage, consent)).await;
    story
        .step(
            language.of(
                "Vertretung und Zustimmung sind da: freigegeben",
                "Representative and assent are there: released",
            ),
            outcome,
        )
        .map(|_| ())
}

fn terms_of(grantor: Grantor) -> ConsentTerms {
    ConsentTerms {
        capacity: Capacity::Minor,
        grantor,
        ..material::terms(&[Category::Vehicle], &[KB_HAMBURG])
    }
}

fn draft(stage: &Stage, consent: Uuid) -> DraftDisclosure {
    material::draft(consent, KB_HAMBURG, vec![material::vehicle(stage.language)])
}

async fn refused_for(stage: &Stage, consent: Uuid, reason: &'static str) -> Result<(), Mismatch> {
    let release = stage
        .lindenhof
        .release_disclosure(&draft(stage, consent), None)
        .await;
    same(&reasons(&is_refused(release, 422)?), &vec![(reason, None)])
}

async fn revised(stage: &Stage, consent: Uuid, grantor: Grantor) -> Result<(), Mismatch> {
    let centre = &stage.lindenhof;
    let before = succeeds(centre.get_consent(consent).await)?;
    let revision = material::revision(terms_of(grantor));
    let after = centre
        .revise_consent(consent, &before.etag, &revision, None)
        .await;
    same(&succeeds(after)?.revision, &(before.revision + 1))
}
