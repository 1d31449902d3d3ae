//! Organisations, clients, invitations, and how clients sign in.

mod model;

use freigabe_domain::{
    access::{
        AccessScopes, ClientChange, ClientKey, Credential as Known, Invitation, Organisation,
        RegisteredClient, Role,
    },
    store::{CountedRequest, SingleUse, StoreError, prelude::*},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, option, prelude::*, strategy::BoxedStrategy};

use self::model::Model;
use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, at, at_issuer, client_id, office, secret},
};

struct Access;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Credential {
    Key(u8),
    KeySet(u8),
    Issuer(u8),
}

#[derive(Debug, Clone, PartialEq)]
struct Stored {
    organisation: u8,
    credential: Credential,
    scopes: Option<u8>,
    active: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Invited {
    organisation: u8,
    secret: u8,
    scopes: Option<u8>,
    expires: u8,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Active(bool),
    Credential(Credential),
    Scopes(Option<u8>),
}

/// A request of a client, and by what it is proved: an identifier, and when that is over.
#[derive(Debug, Clone, Copy)]
struct Request {
    client: u8,
    proof: Option<(u8, u8)>,
}

#[derive(Debug, Clone)]
enum Call {
    Client { id: u8 },
    ClientAt { issuer: u8 },
    Clients { after: Option<u8>, limit: u16 },
    Organisation { number: u8 },
    Organisations { after: Option<u8>, limit: u16 },
    AddOrganisation { number: u8 },
    AddClient { id: u8, client: Stored },
    Change { id: u8, change: Change },
    Invite { client: u8, invited: Invited },
    Lock { secret: u8 },
    Revoke { client: u8 },
    Count { requests: Vec<Request>, minute: i64 },
    Forget { before: u8 },
}

const CLIENTS: u8 = 6;

/// An organisation: the last two are an office that is another already, and one that there is not.
fn organisation(number: u8) -> Organisation {
    let numbered = world::participant(number);
    match number {
        0..=2 => numbered,
        3 | 4 => Organisation {
            role: Role::Office,
            office: Some(office(2 * (number - 3))),
            ..numbered
        },
        _ => Organisation {
            role: Role::Centre,
            office: None,
            ..numbered
        },
    }
}

fn scopes(number: Option<u8>) -> Option<AccessScopes> {
    let text = ["", "consents:read", "directory:read audit:read"];
    number.map(|number| AccessScopes::parse(text[usize::from(number)]).unwrap())
}

fn credential(credential: Credential) -> Known {
    match credential {
        Credential::Key(number) => Known::Key(ClientKey {
            jwk: format!("same {number}"),
        }),
        Credential::KeySet(number) => Known::KeySet(format!("same {number}")),
        Credential::Issuer(number) => Known::Issuer(at_issuer(number)),
    }
}

fn registered(id: u8, client: &Stored) -> RegisteredClient {
    RegisteredClient {
        id: client_id(id),
        organisation: organisation(client.organisation),
        credential: credential(client.credential),
        scopes: scopes(client.scopes),
        active: client.active,
    }
}

fn counted(request: &Request) -> CountedRequest {
    CountedRequest {
        client: client_id(request.client),
        proof: request.proof.map(|(jti, expires)| SingleUse {
            jti: format!("jti-{jti}"),
            expires_at: at(expires),
        }),
    }
}

fn invitation(client: u8, invited: &Invited) -> Invitation {
    Invitation {
        client: client_id(client),
        organisation: world::organisation(invited.organisation),
        scopes: scopes(invited.scopes),
        expires_at: at(invited.expires),
    }
}

impl Port for Access {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "used_assertions",
        "client_requests",
        "client_invitations",
        "clients",
        "cases",
        "organisations",
    ];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let begins = (0..3_u8, few(), clients()).prop_map(|(organisation, id, client)| {
            let client = Stored {
                organisation,
                active: true,
                ..client
            };
            let add = Call::AddOrganisation {
                number: organisation,
            };
            (By::Operator, vec![add, Call::AddClient { id, client }])
        });
        let operator = vec(calls(), 1..5).prop_map(|calls| (By::Operator, calls));
        let signs_in = (few(), vec(signing_in(), 1..5)).prop_map(|(id, calls)| {
            let calls = calls.into_iter().map(|call| match call {
                // Mostly for itself.
                Call::Count { requests, minute } => {
                    let of_itself = |request: Request| match request.client {
                        0 => request,
                        _ => Request {
                            client: id,
                            ..request
                        },
                    };
                    let requests = requests.into_iter().map(of_itself).collect();
                    Call::Count { requests, minute }
                }
                other => other,
            });
            (By::SignIn(id), calls.collect())
        });
        let lets_many_in = vec(signing_in(), 1..5).prop_map(|calls| (By::Admission, calls));
        let invited =
            (0..3_u8, 0..CLIENTS, invitations()).prop_flat_map(|(secret, id, invited)| {
                let invited = Invited { secret, ..invited };
                let client = Stored {
                    organisation: invited.organisation,
                    credential: Credential::Key(0),
                    scopes: invited.scopes,
                    active: true,
                };
                let accepts = vec![
                    Call::Lock { secret },
                    Call::AddClient { id, client },
                    Call::Revoke { client: id },
                ];
                prop_oneof![
                    1 => Just((By::Operator, vec![Call::Invite { client: id, invited }])),
                    1 => Just((By::Registration(secret), accepts)),
                ]
            });
        let forgets = (0..4_u8).prop_map(|before| (By::Upkeep, vec![Call::Forget { before }]));
        let others = prop_oneof![
            (0..3_u8).prop_map(By::Registration),
            Just(By::Centre(0)),
            Just(By::Auditor),
        ];
        let others = (others, vec(prop_oneof![calls(), signing_in()], 1..4));
        let lets_in = (few(), any::<bool>()).prop_map(|(id, active)| {
            let change = Change::Active(active);
            (By::Operator, vec![Call::Change { id, change }])
        });
        prop_oneof![3 => begins, 1 => lets_in, 5 => operator, 2 => signs_in, 3 => lets_many_in, 1 => forgets, 2 => invited, 2 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        model.foretell(by, call, on)
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::Client { id } => told(tx.client(&client_id(id)).await?),
            Call::ClientAt { issuer } => told(tx.client_at(&at_issuer(issuer)).await?),
            Call::Clients { after, limit } => {
                told(tx.clients(after.map(client_id).as_ref(), limit).await?)
            }
            Call::Organisation { number } => {
                told(tx.organisation(world::organisation(number)).await?)
            }
            Call::Organisations { after, limit } => told(
                tx.organisations(after.map(world::organisation), limit)
                    .await?,
            ),
            Call::AddOrganisation { number } => {
                told(tx.insert_organisation(&organisation(number), at(0)).await?)
            }
            Call::AddClient { id, ref client } => {
                told(tx.insert_client(&registered(id, client), at(0)).await?)
            }
            Call::Change { id, change } => {
                let change = match change {
                    Change::Active(active) => ClientChange::Active(active),
                    Change::Credential(to) => ClientChange::Credential(credential(to)),
                    Change::Scopes(to) => ClientChange::Scopes(scopes(to)),
                };
                told(tx.change_client(&client_id(id), &change).await?)
            }
            Call::Invite {
                client,
                ref invited,
            } => {
                let secret = secret(invited.secret);
                told(
                    tx.put_invitation(&invitation(client, invited), &secret, at(0))
                        .await?,
                )
            }
            Call::Lock { secret: number } => told(tx.lock_invitation(&secret(number)).await?),
            Call::Revoke { client } => told(tx.remove_invitation(&client_id(client)).await?),
            Call::Count {
                ref requests,
                minute,
            } => {
                let requests: Vec<_> = requests.iter().map(counted).collect();
                told(tx.count_requests(&requests, minute).await?)
            }
            Call::Forget { before } => told(tx.forget_proofs(at(before)).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let (after, limit) = (None, 20);
        let lists = vec![
            Call::Clients { after, limit },
            Call::Organisations { after, limit },
        ];
        // Invitations are seen by whoever has the secret.
        let locks = (0..3).map(|secret| (By::Registration(secret), vec![Call::Lock { secret }]));
        locks.chain([(By::Operator, lists)]).collect()
    }
}

/// Mostly the same clients, so that something comes to pass with them.
fn few() -> impl Strategy<Value = u8> + Clone {
    prop_oneof![3 => 0..2_u8, 1 => 0..CLIENTS]
}

fn clients() -> impl Strategy<Value = Stored> + Clone {
    (0..6_u8, credentials(), option::of(0..3_u8), any::<bool>()).prop_map(
        |(organisation, credential, scopes, active)| Stored {
            organisation,
            credential,
            scopes,
            active,
        },
    )
}

fn credentials() -> impl Strategy<Value = Credential> + Clone {
    prop_oneof![
        1 => (0..2_u8).prop_map(Credential::Key),
        1 => (0..2_u8).prop_map(Credential::KeySet),
        2 => (0..3_u8).prop_map(Credential::Issuer),
    ]
}

fn invitations() -> impl Strategy<Value = Invited> + Clone {
    let expires = prop_oneof![1 => Just(0_u8), 8 => 1..3_u8];
    (0..4_u8, 0..3_u8, option::of(0..3_u8), expires).prop_map(
        |(organisation, secret, scopes, expires)| Invited {
            organisation,
            secret,
            scopes,
            expires,
        },
    )
}

fn calls() -> impl Strategy<Value = Call> + Clone {
    let (id, number) = (|| prop_oneof![4 => few(), 1 => Just(CLIENTS)], || 0..7_u8);
    let change = prop_oneof![
        any::<bool>().prop_map(Change::Active),
        credentials().prop_map(Change::Credential),
        option::of(0..3_u8).prop_map(Change::Scopes),
    ];
    prop_oneof![
        2 => number().prop_map(|number| Call::AddOrganisation { number }),
        3 => (0..CLIENTS, clients()).prop_map(|(id, client)| Call::AddClient { id, client }),
        4 => (id(), change).prop_map(|(id, change)| Call::Change { id, change }),
        2 => (0..CLIENTS, invitations()).prop_map(|(client, invited)| Call::Invite { client, invited }),
        1 => id().prop_map(|client| Call::Revoke { client }),
        1 => (0..3_u8).prop_map(|secret| Call::Lock { secret }),
        1 => id().prop_map(|id| Call::Client { id }),
        1 => (0..4_u8).prop_map(|issuer| Call::ClientAt { issuer }),
        2 => (option::of(id()), 0..4_u16).prop_map(|(after, limit)| Call::Clients { after, limit }),
        1 => number().prop_map(|number| Call::Organisation { number }),
        1 => (option::of(number()), 0..4_u16).prop_map(|(after, limit)| Call::Organisations { after, limit }),
    ]
}

/// Mostly of the same clients, and proved by the same.
fn requests() -> impl Strategy<Value = Request> + Clone {
    (few(), option::weighted(0.7, (0..2_u8, 0..4_u8)))
        .prop_map(|(client, proof)| Request { client, proof })
}

fn signing_in() -> impl Strategy<Value = Call> + Clone {
    prop_oneof![
        5 => (vec(requests(), 1..5), 0..2_i64).prop_map(|(requests, minute)| Call::Count { requests, minute }),
        1 => (0..4_u8).prop_map(|before| Call::Forget { before }),
        1 => (0..CLIENTS).prop_map(|id| Call::Client { id }),
        1 => (0..6_u8).prop_map(|number| Call::Organisation { number }),
    ]
}

#[test]
fn access_is_the_same_on_both_databases() {
    holds::<Access>();
}

#[test]
fn planted_mistakes_with_access_are_noticed() {
    finds::<Access>(&[
        Slip::UsesAssertionsAgain,
        Slip::CountsEachRequestAsTheFirst,
        Slip::SuspendsNobody,
        Slip::ListsOneClientLess,
        Slip::KeepsRevokedInvitations,
    ]);
}
