//! Organisations, clients and invitations in memory.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use freigabe_domain::access::{Organisation, RegisteredClient};
use freigabe_testkit::Backend;

use super::{
    super::{
        machine::{Answer, Failure, told},
        world::{By, client_id},
    },
    Call, Change, Credential, Invited, Request, Stored, invitation, organisation, registered,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    organisations: BTreeSet<u8>,
    clients: BTreeMap<u8, Stored>,
    /// By client.
    invitations: BTreeMap<u8, Invited>,
    /// Minute and number, by client.
    requests: BTreeMap<u8, (i64, u32)>,
    /// When it is over, by client and identifier.
    used: BTreeMap<(u8, u8), u8>,
}

impl Model {
    fn sees_invitation(invited: &Invited, by: By, on: Backend) -> bool {
        let own = matches!(by, By::Registration(secret) if secret == invited.secret);
        on == Backend::Sqlite || by == By::Operator || own
    }

    fn sees_client(&self, id: u8, by: By, on: Backend) -> bool {
        let Some(client) = self.clients.get(&id) else {
            return false;
        };
        let own = match by {
            By::Operator | By::Admission => true,
            By::SignIn(number) => number == id,
            By::Registration(_) => self.invitations.get(&id).is_some_and(|invited| {
                invited.organisation == client.organisation
                    && Self::sees_invitation(invited, by, on)
            }),
            _ => false,
        };
        on == Backend::Sqlite || own
    }

    fn sees_organisation(&self, number: u8, by: By, on: Backend) -> bool {
        let of_client = |(id, client): (&u8, &Stored)| {
            client.organisation == number && self.sees_client(*id, by, on)
        };
        let own = match by {
            By::Operator | By::Admission => true,
            By::Centre(centre) => centre == number,
            By::SignIn(_) => self.clients.iter().any(of_client),
            By::Registration(secret) => self
                .invitations
                .values()
                .any(|invited| invited.organisation == number && invited.secret == secret),
            _ => false,
        };
        self.organisations.contains(&number) && (on == Backend::Sqlite || own)
    }

    /// A client that can be seen, with its organisation.
    fn seen(&self, id: u8, by: By, on: Backend) -> Option<RegisteredClient> {
        let client = self
            .clients
            .get(&id)
            .filter(|_| self.sees_client(id, by, on))?;
        let known = self.sees_organisation(client.organisation, by, on);
        known.then(|| registered(id, client))
    }

    fn is_known_elsewhere(&self, id: u8, credential: Credential) -> bool {
        let issued = matches!(credential, Credential::Issuer(_));
        let same =
            |(other, client): (&u8, &Stored)| *other != id && client.credential == credential;
        issued && self.clients.iter().any(same)
    }

    fn sorted(&self, by: By, on: Backend) -> Vec<RegisteredClient> {
        let mut all: Vec<_> = self
            .clients
            .keys()
            .filter_map(|id| self.seen(*id, by, on))
            .collect();
        all.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
        all
    }

    pub(super) fn foretell(&mut self, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let operates = on == Backend::Sqlite || by == By::Operator;
        Ok(match *call {
            Call::Client { id } => told(self.seen(id, by, on)),
            Call::ClientAt { issuer } => {
                let of =
                    |(_, client): &(&u8, &Stored)| client.credential == Credential::Issuer(issuer);
                told(
                    self.clients
                        .iter()
                        .find(of)
                        .and_then(|(id, _)| self.seen(*id, by, on)),
                )
            }
            Call::Clients { after, limit } => {
                let is_after = |client: &RegisteredClient| {
                    after.is_none_or(|after| client.id.as_str() > client_id(after).as_str())
                };
                let found = self.sorted(by, on).into_iter().filter(is_after);
                told(found.take(usize::from(limit) + 1).collect::<Vec<_>>())
            }
            Call::Organisation { number } => {
                let seen = self.sees_organisation(number, by, on);
                told(seen.then(|| organisation(number)))
            }
            Call::Organisations { after, limit } => {
                let all = self
                    .organisations
                    .iter()
                    .filter(|number| after.is_none_or(|after| **number > after));
                let seen = all.filter(|number| self.sees_organisation(**number, by, on));
                let found = seen
                    .take(usize::from(limit) + 1)
                    .map(|number| organisation(*number));
                told(found.collect::<Vec<Organisation>>())
            }
            Call::AddOrganisation { number } => self.add_organisation(number, by, on)?,
            Call::AddClient { id, ref client } => self.add_client(id, client, by, on)?,
            Call::Change { id, change } => {
                if let Change::Credential(to) = change
                    && operates
                    && self
                        .clients
                        .get(&id)
                        .is_some_and(|client| client.credential != to)
                    && self.is_known_elsewhere(id, to)
                {
                    return Err(Failure::Conflict);
                }
                let client = self.clients.get_mut(&id).filter(|_| operates);
                told(client.is_some_and(|client| {
                    let before = client.clone();
                    match change {
                        Change::Active(active) => client.active = active,
                        Change::Credential(credential) => client.credential = credential,
                        Change::Scopes(scopes) => client.scopes = scopes,
                    }
                    before != *client
                }))
            }
            Call::Invite {
                client,
                ref invited,
            } => self.invite(client, invited, by, on)?,
            Call::Lock { secret } => {
                // To hold it is to be allowed to change it, which only the invited may seem to be.
                let holds = on == Backend::Sqlite || by == By::Registration(secret);
                let found = self
                    .invitations
                    .iter()
                    .find(|(_, invited)| invited.secret == secret && holds);
                told(found.map(|(client, invited)| invitation(*client, invited)))
            }
            Call::Revoke { client } => {
                let found = self.invitations.get(&client);
                let may = found.is_some_and(|invited| Self::sees_invitation(invited, by, on));
                if may {
                    self.invitations.remove(&client);
                }
                told(may)
            }
            Call::Count {
                ref requests,
                minute,
            } => {
                let others = |request: &Request| {
                    on == Backend::Postgres
                        && !matches!(by, By::Admission)
                        && by != By::SignIn(request.client)
                };
                if requests.iter().any(others) {
                    return Err(Failure::Defect);
                }
                if requests
                    .iter()
                    .any(|request| !self.clients.contains_key(&request.client))
                {
                    return Err(Failure::of_missing(on));
                }
                let counted = requests.iter().map(|request| self.count(request, minute));
                told(counted.collect::<Vec<Option<u32>>>())
            }
            Call::Forget { before } => {
                let all = self.used.len();
                if on == Backend::Sqlite || by == By::Upkeep {
                    self.used.retain(|_, over| *over >= before);
                }
                told(all - self.used.len())
            }
        })
    }

    fn count(&mut self, request: &Request, minute: i64) -> Option<u32> {
        if let Some((jti, expires)) = request.proof {
            let used = self.used.entry((request.client, jti));
            let Entry::Vacant(fresh) = used else {
                return None;
            };
            fresh.insert(expires);
        }
        let counted = self.requests.entry(request.client).or_insert((minute, 0));
        let number = if counted.0 == minute {
            counted.1 + 1
        } else {
            1
        };
        *counted = (minute, number);
        Some(number)
    }

    fn add_organisation(&mut self, number: u8, by: By, on: Backend) -> Result<Answer, Failure> {
        if on == Backend::Postgres && by != By::Operator {
            let office = organisation(number).office;
            let same = |other: &u8| {
                organisation(*other).office == office && self.sees_organisation(*other, by, on)
            };
            let taken = office.is_some() && self.organisations.iter().any(same);
            return if taken {
                Ok(told(false))
            } else {
                Err(Failure::Defect)
            };
        }
        let new = organisation(number);
        let same = |other: &u8| new.office.is_some() && organisation(*other).office == new.office;
        if self.organisations.iter().any(same) {
            return Ok(told(false));
        }
        if !self.organisations.insert(number) {
            return Err(Failure::Conflict);
        }
        if new
            .office
            .is_some_and(|office| office.as_str() == "bpoli-nowhere")
        {
            return Err(Failure::of_missing(on));
        }
        Ok(told(true))
    }

    fn add_client(
        &mut self,
        id: u8,
        client: &Stored,
        by: By,
        on: Backend,
    ) -> Result<Answer, Failure> {
        let invited = |secret| {
            self.invitations.get(&id).is_some_and(|invited| {
                invited.secret == secret
                    && invited.organisation == client.organisation
                    && invited.scopes == client.scopes
                    && client.active
            })
        };
        let may = match by {
            By::Operator => true,
            By::Registration(secret) => invited(secret),
            _ => false,
        };
        if on == Backend::Postgres && !may {
            return Err(Failure::Defect);
        }
        if self.clients.contains_key(&id) {
            return Ok(told(false));
        }
        if self.is_known_elsewhere(id, client.credential) {
            return Err(Failure::Conflict);
        }
        if !self.organisations.contains(&client.organisation) {
            return Err(Failure::of_missing(on));
        }
        self.clients.insert(id, client.clone());
        Ok(told(true))
    }

    fn invite(
        &mut self,
        client: u8,
        new: &Invited,
        by: By,
        on: Backend,
    ) -> Result<Answer, Failure> {
        let earlier = self.invitations.get(&client);
        if earlier.is_some_and(|invited| Self::sees_invitation(invited, by, on)) {
            self.invitations.remove(&client);
        }
        // An invitation that is over before it begins is none.
        let refused = on == Backend::Postgres && by != By::Operator;
        if refused || new.expires == 0 {
            return Err(Failure::Defect);
        }
        let same = |invited: &Invited| invited.secret == new.secret;
        if self.invitations.values().any(same) {
            return Err(Failure::Conflict);
        }
        if !self.organisations.contains(&new.organisation) {
            return Err(Failure::of_missing(on));
        }
        self.invitations.insert(client, new.clone());
        Ok(told(()))
    }
}
