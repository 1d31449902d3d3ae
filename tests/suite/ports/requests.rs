//! Requests that were carried out.

use std::collections::BTreeMap;

use freigabe_domain::{
    audit::LoggedAs,
    store::{EarlierRequest, IdempotencyKey, RequestKey, StoreError, prelude::*},
};
use freigabe_ledger::{Leaf, LeafClass};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, strategy::BoxedStrategy};

use super::{
    machine::{Answer, Failure, Port, finds, holds, tells_shortly, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{By, at, commitment, thing},
};

struct Requests;

#[derive(Debug, Clone)]
enum Call {
    Earlier {
        of: u8,
        key: u8,
    },
    Remember {
        of: u8,
        key: u8,
        fingerprint: u8,
        resource: u8,
        at: u8,
    },
    Forget {
        before: u8,
    },
}

/// By client and key.
type Model = BTreeMap<(u8, u8), EarlierRequest>;

/// Whose requests there are.
const CLIENTS: [By; 3] = [By::Centre(0), By::Centre(1), By::Office(0)];

fn request(of: u8, key: u8, fingerprint: u8) -> RequestKey {
    RequestKey {
        client: CLIENTS[usize::from(of)].client().unwrap(),
        key: IdempotencyKey::parse(&format!("request-{key}")).unwrap(),
        fingerprint: [fingerprint; 32],
    }
}

fn leaf(resource: u8) -> Leaf {
    Leaf {
        class: LeafClass::Operations,
        expiry_year: 2030,
        commitment: commitment(resource),
    }
}

impl Port for Requests {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["requests"];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let request = || (0..3_u8, 0..2_u8);
        let call = prop_oneof![
            4 => (request(), 0..2_u8, 0..3_u8, 0..4_u8).prop_map(
                |((of, key), fingerprint, resource, at)| Call::Remember { of, key, fingerprint, resource, at }
            ),
            2 => request().prop_map(|(of, key)| Call::Earlier { of, key }),
            2 => (0..5_u8).prop_map(|before| Call::Forget { before }),
        ];
        // Mostly a client about its own.
        let own = (0..3_u8, vec(call.clone(), 1..4)).prop_map(|(client, mut calls)| {
            for call in &mut calls {
                if let Call::Earlier { of, .. } | Call::Remember { of, .. } = call {
                    *of = client;
                }
            }
            (CLIENTS[usize::from(client)], calls)
        });
        let all = vec![
            By::Upkeep,
            By::Auditor,
            By::Directory,
            By::Centre(0),
            By::Office(0),
        ];
        let any = (proptest::sample::select(all), vec(call, 1..4));
        let forget = (0..5_u8).prop_map(|before| (By::Upkeep, vec![Call::Forget { before }]));
        prop_oneof![4 => own, 2 => any, 1 => forget].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let sees_all = on == Backend::Sqlite || by == By::Upkeep;
        let is_own = |of: u8| CLIENTS[usize::from(of)] == by;
        match *call {
            Call::Earlier { of, key } => {
                let found = model.get(&(of, key)).filter(|_| sees_all || is_own(of));
                Ok(told(found.cloned()))
            }
            Call::Remember {
                of,
                key,
                fingerprint,
                resource,
                at: moment,
            } => {
                if on == Backend::Postgres && !is_own(of) {
                    return Err(Failure::Defect);
                }
                let leaf = leaf(resource);
                let remembered = EarlierRequest {
                    fingerprint: [fingerprint; 32],
                    resource: thing(resource),
                    logged_as: Some(LoggedAs {
                        leaf,
                        at: at(moment),
                    }),
                };
                if model.contains_key(&(of, key)) {
                    return Err(Failure::Conflict);
                }
                model.insert((of, key), remembered);
                Ok(told(()))
            }
            Call::Forget { before } => {
                let number = model.len();
                if sees_all {
                    model.retain(|_, request| {
                        request
                            .logged_as
                            .is_some_and(|logged| logged.at >= at(before))
                    });
                }
                Ok(told(number - model.len()))
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::Earlier { of, key } => told(tx.earlier_request(&request(of, key, 0)).await?),
            Call::Remember {
                of,
                key,
                fingerprint,
                resource,
                at: moment,
            } => {
                let request = request(of, key, fingerprint);
                let (resource, leaf) = (thing(resource), leaf(resource));
                told(
                    tx.remember_request(&request, resource, &leaf, at(moment))
                        .await?,
                )
            }
            Call::Forget { before } => told(tx.forget_requests(at(before)).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let all = (0..3).flat_map(|of| (0..2).map(move |key| Call::Earlier { of, key }));
        vec![(By::Upkeep, all.collect())]
    }
}

#[test]
fn requests_are_the_same_on_both_databases() {
    holds::<Requests>();
}

#[test]
fn planted_mistakes_with_requests_are_noticed() {
    finds::<Requests>(&[
        Slip::RemembersNoRequest,
        Slip::ForgetsRequestsOfTheMoment,
        Slip::LosesCommits,
        Slip::KeepsWhatIsGivenUp,
    ]);
}

#[test]
fn a_mistake_is_told_in_few_steps() {
    tells_shortly::<Requests>(Slip::RemembersNoRequest, 1);
}
