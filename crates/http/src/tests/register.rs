//! The register of the exchange that is none: who is known, and which proofs were used up.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use freigabe_domain::{
    access::{
        ClientId, ClientKey, Credential, DataProtectionRegime, Organisation, RegisteredClient, Role,
    },
    exchange::{Admission, Arrival, Presenter, ProofUse},
    ids::OrganisationId,
    text::ShortText,
};
use uuid::Uuid;

/// The organisation of every caller.
pub(crate) const ORGANISATION: OrganisationId = OrganisationId::from_uuid(Uuid::from_u128(1));

/// Clients that were added. Whoever is named after a role is known besides, as a client of an organisation with that role.
#[derive(Default)]
pub(crate) struct Register(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    clients: Vec<RegisteredClient>,
    used: BTreeSet<String>,
}

impl Register {
    pub(crate) fn add(&self, client: RegisteredClient) {
        self.entries().clients.push(client);
    }

    pub(super) fn client(&self, id: &ClientId) -> Option<RegisteredClient> {
        let entries = self.entries();
        entries
            .clients
            .iter()
            .find(|client| client.id == *id)
            .cloned()
    }

    /// What becomes of an arrival, when its client asked so often in this minute.
    pub(super) fn admit(&self, arrival: &Arrival, requests: u32) -> ProofUse {
        let Some(client) = self.presenting(&arrival.presenter) else {
            return ProofUse::NoClient;
        };
        let proof = arrival.proof.as_ref();
        if proof.is_some_and(|proof| !self.entries().used.insert(proof.jti.clone())) {
            return ProofUse::UsedBefore;
        }
        ProofUse::Fresh(Box::new(Admission {
            client,
            requests,
            minute_ends_in: 17,
        }))
    }

    fn presenting(&self, presenter: &Presenter) -> Option<RegisteredClient> {
        match presenter {
            Presenter::Client(id) => self.client(id).or_else(|| named_after_a_role(id)),
            Presenter::AtIssuer(there) => {
                let by = Credential::Issuer(there.clone());
                let entries = self.entries();
                let mut clients = entries.clients.iter();
                clients.find(|client| client.credential == by).cloned()
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named_after_a_role(id: &ClientId) -> Option<RegisteredClient> {
    let role = Role::from_code(id.as_str()).ok()?;
    Some(RegisteredClient {
        id: id.clone(),
        organisation: organisation(role),
        credential: Credential::Key(ClientKey {
            jwk: "{}".to_owned(),
        }),
        scopes: None,
        active: true,
    })
}

/// The organisation, with this role and no office.
pub(crate) fn organisation(role: Role) -> Organisation {
    Organisation {
        id: ORGANISATION,
        role,
        name: ShortText::parse("Beispiel").unwrap(),
        office: None,
        regime: DataProtectionRegime::Gdpr,
    }
}
