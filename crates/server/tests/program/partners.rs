//! A centre and an office that use a running program.

use std::fs;

use freigabe_client::{
    Client, Credentials,
    contract::{Timestamp, consent::RecordConsent, disclosure::DraftDisclosure},
};
use freigabe_domain::instant::Clock as _;
use freigabe_server::system::SystemClock;
use freigabe_testkit::{a_consent, a_draft};
use time::Duration;
use uuid::Uuid;

use crate::place::{Place, Server};

/// A centre and an office of an installation.
pub(super) struct Partners {
    pub(super) centre: Client,
    pub(super) office: Client,
}

impl Partners {
    pub(super) fn of(place: &Place, server: &Server) -> Self {
        let client = |id: &str| {
            let private_jwk = fs::read_to_string(place.path().join(format!("{id}.jwk"))).unwrap();
            let credentials = Credentials {
                client_id: id.to_owned(),
                private_jwk,
            };
            Client::new(&server.url, credentials).unwrap()
        };
        Self {
            centre: client("akte"),
            office: client("buero").on_behalf_of("P-4711").unwrap(),
        }
    }

    pub(super) fn add(place: &Place) {
        let centre = place.organisation("centre", "Ahorn");
        place.client("akte", &centre);
        let office = place.says(&[
            "organisation",
            "add",
            "--role",
            "office",
            "--name",
            "KB Hamburg",
            "--office",
            "bpoli-kb-hamburg",
        ]);
        place.client("buero", office.trim());
        place.says(&["form", "add", "2026-1", "--language", "de,en"]);
    }

    /// A consent, and a message under it.
    pub(super) async fn draft(&self) -> (Uuid, DraftDisclosure) {
        let consent = self.consent(&Self::decided()).await;
        let mut draft = a_draft(consent).build();
        for item in &mut draft.items {
            item.observed_at = hours_from_now(-48);
        }
        (consent, draft)
    }

    /// Records this consent.
    pub(super) async fn consent(&self, decided: &RecordConsent) -> Uuid {
        let recorded = self.centre.record_consent(decided, None).await;
        recorded.unwrap().record_id
    }

    /// A consent, given now, of a case of its own.
    pub(super) fn decided() -> RecordConsent {
        let at = hours_from_now;
        let consent = a_consent().with(|terms| {
            terms.valid_from = at(-1);
            terms.valid_until = at(24 * 90);
            for half in [
                &mut terms.data_protection_consent,
                &mut terms.confidentiality_release,
            ] {
                half.as_mut().unwrap().signed_at = at(-2);
            }
            terms.conversation.read_back_at = None;
            terms.retention.until = at(24 * 1_000);
        });
        consent.record()
    }
}

fn hours_from_now(hours: i64) -> Timestamp {
    Timestamp::new(SystemClock.now().to_datetime() + Duration::hours(hours))
}
