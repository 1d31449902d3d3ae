//! For whom a transaction is carried out.

use crate::{
    access::{
        AuditorCaller, Caller, CentreCaller, ClientId, CoordinationCaller, CountingCaller,
        InvitationSecret, Keeper, OfficeCaller, Operator, Overseer, Partner, PartnerOrCoordination,
    },
    ids::OrganisationId,
    office::OfficeId,
};

/// For whom a transaction is carried out, and so which rows there are for it. It is said where the transaction begins
/// and holds until its end. Each kind reaches what its use cases need and nothing besides: a store that can (PostgreSQL)
/// holds this line by itself, a second time after the conditions of the queries.
///
/// Offices, places, counselling centres and consent forms are readable for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A counselling centre: its own cases, consents, messages and notices, and the contact pairs that it is a side of. Writes events of its
    /// client.
    Centre {
        /// The centre.
        organisation: OrganisationId,
        /// Its client that called; remembered requests are a client's own.
        client: ClientId,
    },
    /// A police office: messages and notices for it, and the consents and cases that those messages rest on, which it may
    /// hold and not change. Writes events of its client.
    Office {
        /// The office.
        office: OfficeId,
        /// The organisation that it is, which holds the cases that are its own.
        organisation: OrganisationId,
        /// Its client that called; remembered requests are a client's own.
        client: ClientId,
    },
    /// The network's coordination: all entries of the directory, and which centres take part. Writes events of its client.
    Coordination {
        /// Its client that called; remembered requests are a client's own.
        client: ClientId,
    },
    /// An auditor, or the coordination that counts: reads the log and writes events of its client; sees nothing of what the
    /// log is about.
    Auditor {
        /// Its client that called.
        client: ClientId,
    },
    /// Somebody who was denied something: writes one event, and sees nothing.
    Denied {
        /// The client, as far as proven.
        client: Option<ClientId>,
    },
    /// Somebody who says to be this client: sees the client, its organisation, and which assertions were used.
    SignIn {
        /// The client.
        client: ClientId,
    },
    /// Whoever is let in with a request, several at once: sees clients and their organisations, counts their requests and uses
    /// up their proofs.
    Admission,
    /// Somebody who was invited: sees the invitation and its organisation, and adds the one client.
    Registration {
        /// What came with the invitation.
        secret: InvitationSecret,
    },
    /// The operator: organisations, clients, invitations, and new consent forms; nothing of what they exchange. Writes
    /// events of its client, or of nobody.
    Operator {
        /// Its client that called; none at the machine.
        client: Option<ClientId>,
    },
    /// What the server does by itself: consents end, held messages with them; old requests are forgotten.
    Upkeep,
    /// Whoever asks for what is everybody's: offices, places, counselling centres, consent forms, the public part of the log.
    Directory,
    /// Whoever erases what is to be erased: reads how cases stand and which events there are, and deletes them. On PostgreSQL the
    /// server's role can't work so. Writes events of nobody.
    Eraser,
    /// Whoever puts waiting events into the log's tree and signs it: the queue of those events, the tree, its checkpoints.
    /// Writes events of nobody.
    Sequencer,
}

impl Scope {
    /// Of a denial.
    pub(crate) fn of_denied(caller: Option<&Caller>) -> Self {
        Self::Denied {
            client: caller.map(|caller| caller.client.clone()),
        }
    }
}

impl From<&Operator> for Scope {
    fn from(operator: &Operator) -> Self {
        Self::Operator {
            client: operator.caller().map(|caller| caller.client.clone()),
        }
    }
}

impl From<&CentreCaller> for Scope {
    fn from(caller: &CentreCaller) -> Self {
        Self::Centre {
            organisation: caller.centre(),
            client: client_of(caller),
        }
    }
}

impl From<&CoordinationCaller> for Scope {
    fn from(caller: &CoordinationCaller) -> Self {
        Self::Coordination {
            client: client_of(caller),
        }
    }
}

impl From<&Keeper> for Scope {
    fn from(keeper: &Keeper) -> Self {
        match keeper {
            Keeper::Centre(caller) => Self::from(caller),
            Keeper::Coordination(caller) => Self::from(caller),
            Keeper::Operator(operator) => Self::from(operator),
        }
    }
}

impl From<&OfficeCaller> for Scope {
    fn from(caller: &OfficeCaller) -> Self {
        Self::Office {
            office: caller.office().clone(),
            organisation: AsRef::<Caller>::as_ref(caller).organisation,
            client: client_of(caller),
        }
    }
}

impl From<&Partner> for Scope {
    fn from(partner: &Partner) -> Self {
        match partner {
            Partner::Centre(caller) => Self::from(caller),
            Partner::Office(caller) => Self::from(caller),
        }
    }
}

impl From<&Overseer> for Scope {
    fn from(overseer: &Overseer) -> Self {
        match overseer {
            Overseer::Office(caller) => Self::from(caller),
            Overseer::Coordination(caller) => Self::from(caller),
        }
    }
}

impl From<&PartnerOrCoordination> for Scope {
    fn from(caller: &PartnerOrCoordination) -> Self {
        match caller {
            PartnerOrCoordination::Partner(partner) => Self::from(partner),
            PartnerOrCoordination::Coordination(caller) => Self::from(caller),
        }
    }
}

impl From<&AuditorCaller> for Scope {
    fn from(caller: &AuditorCaller) -> Self {
        Self::Auditor {
            client: client_of(caller),
        }
    }
}

impl From<&CountingCaller> for Scope {
    fn from(caller: &CountingCaller) -> Self {
        Self::Auditor {
            client: client_of(caller),
        }
    }
}

fn client_of(caller: impl AsRef<Caller>) -> ClientId {
    caller.as_ref().client.clone()
}
