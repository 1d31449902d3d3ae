//! Who is let in: clients that are active, with a proof that counts once, and counted.

use freigabe_domain::{
    access::{
        AtIssuer, ClientChange, ClientId, ClientKey, Credential, DataProtectionRegime, NewClient,
        NewOrganisation, Operator, RegisteredClient, Role,
    },
    exchange::{AccessDesk, Arrival, OnboardingDesk, Presenter, ProofUse},
    store::SingleUse,
};
use time::Duration;

use super::{Field, ask, assert_not_found};
use crate::given;

/// The issuer that one client gets its tokens from.
const ELSEWHERE: &str = "https://id.example";

/// The centre's client, and another that has an issuer of its own.
struct Door {
    field: Field,
    client: RegisteredClient,
    elsewhere: RegisteredClient,
}

impl Door {
    fn new() -> Self {
        let field = Field::new();
        let centre = ask(field.app.add_organisation(
            &Operator::AtTheMachine,
            None,
            &NewOrganisation {
                role: Role::Centre,
                name: given::line("Eine Fachberatungsstelle"),
                office: None,
                regime: DataProtectionRegime::Gdpr,
            },
        ))
        .unwrap()
        .value;
        let add = |id: &str, credential: Credential| {
            let new = NewClient {
                id: ClientId::parse(id).unwrap(),
                organisation: centre.id,
                credential,
                scopes: None,
            };
            let added = ask(field.app.add_client(&Operator::AtTheMachine, &new));
            added.unwrap().value
        };
        let key = ClientKey {
            jwk: "{}".to_owned(),
        };
        let at_issuer = AtIssuer {
            issuer: ELSEWHERE.to_owned(),
            client: "theirs".to_owned(),
        };
        Self {
            client: add("fallakte", Credential::Key(key)),
            elsewhere: add("fallakte-2", Credential::Issuer(at_issuer)),
            field,
        }
    }

    fn admit(&self, arrivals: &[Arrival]) -> Vec<ProofUse> {
        ask(self.field.app.admit(arrivals)).unwrap()
    }

    fn suspend(&self, client: &ClientId) {
        let by = Operator::AtTheMachine;
        let suspended =
            ask(self
                .field
                .app
                .change_client(&by, client, &ClientChange::Active(false)));
        assert!(!suspended.unwrap().value.active);
    }
}

fn proof(number: u8) -> SingleUse {
    SingleUse {
        jti: format!("proof-{number}"),
        expires_at: given::END,
    }
}

fn arrival(client: &ClientId, with: Option<u8>) -> Arrival {
    Arrival {
        presenter: Presenter::Client(client.clone()),
        proof: with.map(proof),
    }
}

/// What each that was let in is told: who it is, how many requests it has made in this minute, and when that ends.
fn told(used: &[ProofUse]) -> Vec<Option<(&str, u32, u32)>> {
    let fresh = used.iter().map(|used| match used {
        ProofUse::Fresh(let_in) => Some((
            let_in.client.id.as_str(),
            let_in.requests,
            let_in.minute_ends_in,
        )),
        ProofUse::UsedBefore | ProofUse::NoClient => None,
    });
    fresh.collect()
}

#[test]
fn who_is_known_is_let_in_and_counted_by_the_minute() {
    let door = Door::new();
    let id = &door.client.id;
    assert_eq!(door.admit(&[]), []);
    let nobody = ClientId::parse("nobody").unwrap();
    let used = door.admit(&[
        arrival(id, Some(1)),
        arrival(&nobody, Some(1)),
        arrival(id, None),
    ]);
    assert_eq!(
        told(&used),
        [Some(("fallakte", 1, 60)), None, Some(("fallakte", 2, 60))]
    );
    assert_eq!(used[1], ProofUse::NoClient);
    door.field.store.advance(Duration::seconds(59));
    let used = door.admit(&[arrival(id, Some(2))]);
    assert_eq!(told(&used), [Some(("fallakte", 3, 1))]);
    door.field.store.advance(Duration::SECOND);
    let used = door.admit(&[arrival(id, Some(3))]);
    assert_eq!(told(&used), [Some(("fallakte", 1, 60))]);
}

#[test]
fn a_proof_counts_once() {
    let door = Door::new();
    let id = &door.client.id;
    let used = door.admit(&[arrival(id, Some(1)), arrival(id, Some(1))]);
    assert!(matches!(
        used.as_slice(),
        [ProofUse::Fresh(_), ProofUse::UsedBefore]
    ));
    assert_eq!(door.admit(&[arrival(id, Some(1))]), [ProofUse::UsedBefore]);
    let again = || ask(door.field.app.use_assertion(id, proof(2))).unwrap();
    assert_eq!(told(&[again()]), [Some(("fallakte", 2, 60))]);
    assert_eq!(again(), ProofUse::UsedBefore);
}

#[test]
fn a_client_of_another_issuer_is_known_by_what_that_issuer_calls_it() {
    let door = Door::new();
    let presented = |issuer: &str, client: &str| Arrival {
        presenter: Presenter::AtIssuer(AtIssuer {
            issuer: issuer.to_owned(),
            client: client.to_owned(),
        }),
        proof: None,
    };
    let used = door.admit(&[
        presented(ELSEWHERE, "theirs"),
        presented(ELSEWHERE, "fallakte-2"),
        presented("https://other.example", "theirs"),
    ]);
    assert_eq!(told(&used), [Some(("fallakte-2", 1, 60)), None, None]);
}

#[test]
fn who_is_suspended_is_out_at_once() {
    let door = Door::new();
    let (id, elsewhere) = (&door.client.id, &door.elsewhere.id);
    door.suspend(id);
    assert_eq!(door.admit(&[arrival(id, Some(1))]), [ProofUse::NoClient]);
    let assertion = ask(door.field.app.use_assertion(id, proof(2)));
    assert_eq!(assertion.unwrap(), ProofUse::NoClient);
    // It is still in the register, and others go on.
    let registered = |id| ask(door.field.app.registered_client(id)).unwrap();
    assert!(registered(id).is_some_and(|client| !client.active));
    assert_eq!(registered(elsewhere).as_ref(), Some(&door.elsewhere));
    let nobody = ClientId::parse("nobody").unwrap();
    assert_eq!(registered(&nobody), None);
}

#[test]
fn a_centre_sees_its_own_organisation() {
    let door = Door::new();
    let own = |caller| ask(door.field.app.own_organisation(caller));
    // The callers of the other tests are in no register.
    assert_not_found(own(&door.field.centre));
    let caller = freigabe_domain::access::Caller::of(&door.client, None).unwrap();
    let caller = caller.try_into().unwrap();
    assert_eq!(own(&caller).unwrap(), door.client.organisation);
}
