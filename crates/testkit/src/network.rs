//! A fictional network: three counselling centres, four police offices, the coordination, an auditor, the operator.

use std::collections::BTreeMap;

use freigabe_client::{Client, ClientKeyPair, Credentials, SystemRandom};
use freigabe_domain::{
    access::{
        ClientId, ClientKey, Credential, DataProtectionRegime, NewClient, NewOrganisation,
        Operator, Role,
    },
    exchange::Exchange,
    office::OfficeId,
    text::ShortText,
};
use uuid::Uuid;

use crate::forms;

/// Inspektion for serious crime in Hamburg: the competent office for most of what tests release.
pub const KB_HAMBURG: &str = "bpoli-kb-hamburg";
/// General Inspektion in Hamburg.
pub const HAMBURG: &str = "bpoli-hamburg";
/// Direktion above the two.
pub const HANNOVER: &str = "bpold-hannover";
/// Inspektion at the Polish border, of another Direktion.
pub const FRANKFURT_ODER: &str = "bpoli-frankfurt-oder";
/// Client of the first centre.
pub const CENTRE_A: &str = "centre-a";
/// Client of the second centre.
pub const CENTRE_B: &str = "centre-b";
/// Client of the third centre.
pub const CENTRE_C: &str = "centre-c";
/// Client of the coordination.
pub const COORDINATION: &str = "coordination";
/// Client of the auditor.
pub const AUDITOR: &str = "auditor";
/// Client of the operator.
pub const OPERATOR: &str = "operator";

/// On whose behalf an office's client calls: its own reference of a person.
pub const USER: &str = "P-4711";

/// Everybody who takes part. An office's client is named after the office.
const PARTICIPANTS: &[(&str, Role, &str)] = &[
    (CENTRE_A, Role::Centre, "Fachberatungsstelle Ahorn"),
    (CENTRE_B, Role::Centre, "Fachberatungsstelle Birke"),
    (CENTRE_C, Role::Centre, "Fachberatungsstelle Clematis"),
    (KB_HAMBURG, Role::Office, "Kriminalitätsbekämpfung Hamburg"),
    (HAMBURG, Role::Office, "Hamburg"),
    (HANNOVER, Role::Office, "Direktion Hannover"),
    (FRANKFURT_ODER, Role::Office, "Frankfurt (Oder)"),
    (COORDINATION, Role::Coordination, "Koordination"),
    (AUDITOR, Role::Auditor, "Prüfstelle"),
    (OPERATOR, Role::Operator, "Betrieb"),
];

/// One who takes part.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Its organisation's identifier.
    pub organisation: Uuid,
    /// Its client's credentials.
    pub credentials: Credentials,
    /// Its client's key pair.
    pub key: ClientKeyPair,
    /// Whether it is a police office.
    pub is_office: bool,
}

impl Participant {
    /// Its client, an office's on behalf of [`USER`].
    pub(crate) fn calling(&self, client: Client) -> Client {
        if self.is_office {
            client.on_behalf_of(USER).expect("a header")
        } else {
            client
        }
    }
}

/// All who take part, by their client's name.
#[derive(Debug, Clone)]
pub struct Network(BTreeMap<&'static str, Participant>);

impl Network {
    /// Registers everybody, and the consent forms, as the operator would.
    ///
    /// # Panics
    /// When somebody can't be registered.
    pub async fn register(exchange: &dyn Exchange) -> Self {
        forms::register(exchange).await;
        let mut participants = BTreeMap::new();
        for &(client, role, name) in PARTICIPANTS {
            let office = (role == Role::Office)
                .then(|| OfficeId::parse(client).expect("an office's identifier"));
            let regime = match role {
                Role::Office => DataProtectionRegime::Bdsg,
                _ => DataProtectionRegime::Gdpr,
            };
            let name = ShortText::parse(name).expect("a name");
            let new = NewOrganisation {
                role,
                name,
                office,
                regime,
            };
            let organisation = exchange
                .add_organisation(&Operator::AtTheMachine, None, &new)
                .await
                .expect("a registered organisation");
            let key = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
            let id = ClientId::parse(client).expect("a client's identifier");
            let new = NewClient {
                id,
                organisation: organisation.id,
                credential: Credential::Key(ClientKey {
                    jwk: key.public_jwk(),
                }),
                scopes: None,
            };
            let _ = exchange
                .add_client(&Operator::AtTheMachine, &new)
                .await
                .expect("a registered client");
            let credentials = Credentials {
                client_id: client.to_owned(),
                private_jwk: key.private_jwk().to_string(),
            };
            participants.insert(
                client,
                Participant {
                    organisation: organisation.id.as_uuid(),
                    credentials,
                    key,
                    is_office: role == Role::Office,
                },
            );
        }
        Self(participants)
    }

    /// The participant with this client.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn participant(&self, client: &str) -> &Participant {
        self.0
            .get(client)
            .unwrap_or_else(|| panic!("nobody in the network is called {client}"))
    }

    /// Every client's name.
    pub fn clients(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}
