//! What can happen in a state, and what it does.

use super::{
    Action, Database, EVENTS, Job, Log, Mistake, State, WITNESSES,
    state::{DAMAGED, bit, bits},
};

/// The events whose bits are set.
fn events(bits: u8) -> impl Iterator<Item = u8> {
    (0..EVENTS).filter(move |event| bits & bit(*event) != 0)
}

/// A step that is not possible is none.
type Done = Option<()>;

impl Log {
    fn makes(self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    pub(super) fn possible(self, state: &State, actions: &mut Vec<Action>) {
        let database = &state.database;
        if state.begun < EVENTS {
            actions.push(Action::Begin);
        }
        for event in events(state.under_way) {
            actions.push(Action::Commit(event));
        }
        for (number, node) in state.nodes.iter().enumerate().take(self.nodes) {
            match node {
                Job::Idle => {
                    if self.makes(Mistake::ReadsBeforeHolding) {
                        actions.push(Action::Peek(number));
                    } else {
                        actions.push(Action::Hold(number));
                    }
                    actions.push(Action::AskWitnesses(number));
                    actions.extend((0..WITNESSES).map(|witness| Action::Submit(number, witness)));
                }
                Job::Peeked(_) => actions.push(Action::Hold(number)),
                Job::Holding(_) => actions.push(Action::Move(number)),
                Job::Asked(_) => actions.push(Action::Sign(number)),
                Job::Cosigned(..) => actions.push(Action::Store(number)),
            }
            if *node != Job::Idle {
                actions.push(Action::Kill(number));
            }
        }
        for (witness, unwritten) in state.unwritten.iter().enumerate() {
            if unwritten.is_some() {
                actions.extend([Action::Persist(witness), Action::KillWitness(witness)]);
            }
        }
        if self.makes(Mistake::WitnessForgets) {
            actions.extend((0..WITNESSES).map(Action::KillWitness));
        }
        if state.copy.is_none() && !state.was_put_back {
            actions.push(Action::Copy);
        }
        if state.copy.is_some() {
            actions.push(Action::PutBack);
        }
        if !state.was_damaged && !database.signed.is_empty() {
            actions.push(Action::Damage);
        }
    }

    /// Whatever the nodes would let out now is published.
    pub(super) fn disclosed_is_published(self, state: &State) -> bool {
        let Database {
            tree,
            signed,
            published,
            ..
        } = &state.database;
        let shown = if self.makes(Mistake::DisclosesSigned) {
            signed.len()
        } else {
            *published
        };
        let shown = tree.get(..shown).unwrap_or(tree);
        bits(shown) & !bits(&state.published) == 0
    }

    pub(super) fn step(self, state: &mut State, action: Action) -> Done {
        match action {
            Action::Begin => {
                state.under_way |= bit(state.begun);
                state.begun = state.begun.saturating_add(1);
            }
            Action::Commit(event) => self.commit(state, event),
            Action::Peek(number) => {
                *state.nodes.get_mut(number)? = Job::Peeked(some(state.database.queue)?);
            }
            Action::Hold(number) => self.hold(state, number)?,
            Action::Move(number) => self.move_events(state, number)?,
            Action::AskWitnesses(number) => {
                if state.database.signed == state.database.tree {
                    return None;
                }
                let saw = state.witnesses.each_ref().map(Vec::len);
                *state.nodes.get_mut(number)? = Job::Asked(saw);
            }
            Action::Sign(number) => self.sign(state, number)?,
            Action::Submit(number, witness) => self.submit(state, number, witness)?,
            Action::Store(number) => self.store(state, number)?,
            Action::Persist(witness) => {
                *state.witnesses.get_mut(witness)? = state.unwritten.get_mut(witness)?.take()?;
            }
            Action::Kill(number) => *state.nodes.get_mut(number)? = Job::Idle,
            Action::KillWitness(witness) => {
                *state.unwritten.get_mut(witness)? = None;
                if self.makes(Mistake::WitnessForgets) {
                    state.witnesses.get_mut(witness)?.clear();
                }
            }
            Action::Copy => {
                state.copy = Some(Box::new((state.database.clone(), state.committed)));
            }
            Action::PutBack => {
                (state.database, state.committed) = *state.copy.take()?;
                state.was_put_back = true;
                state.nodes = Default::default();
                // Their transactions end with the nodes.
                state.under_way = 0;
            }
            Action::Damage => {
                let leaf = state.database.tree.first_mut()?;
                state.committed &= !bit(*leaf);
                *leaf = DAMAGED;
                state.was_damaged = true;
            }
        }
        Some(())
    }

    fn commit(self, state: &mut State, event: u8) {
        state.under_way &= !bit(event);
        state.committed |= bit(event);
        state.happened |= bit(event);
        let newest = state.database.tree.iter().max();
        let passed = newest.is_some_and(|newest| event < *newest);
        if !(passed && self.makes(Mistake::PollsByNumber)) {
            state.database.queue |= bit(event);
        }
    }

    fn hold(self, state: &mut State, number: usize) -> Done {
        let held = |node: &Job| matches!(node, Job::Holding(_));
        if state.nodes.iter().any(held) && !self.makes(Mistake::HoldsNothing) {
            return None;
        }
        let batch = match state.nodes.get(number)? {
            Job::Peeked(batch) => *batch,
            _ => some(state.database.queue)?,
        };
        if self.makes(Mistake::MovesInTwo) {
            state.database.queue &= !batch;
        }
        *state.nodes.get_mut(number)? = Job::Holding(batch);
        Some(())
    }

    fn move_events(self, state: &mut State, number: usize) -> Done {
        let Job::Holding(batch) = *state.nodes.get(number)? else {
            return None;
        };
        state.database.queue &= !batch;
        state.database.tree.extend(events(batch));
        *state.nodes.get_mut(number)? = Job::Idle;
        Some(())
    }

    /// Nothing is taken on trust: neither the tree nor that this database is the latest.
    fn sign(self, state: &mut State, number: usize) -> Done {
        let Job::Asked(saw) = *state.nodes.get(number)? else {
            return None;
        };
        *state.nodes.get_mut(number)? = Job::Idle;
        let Database { tree, signed, .. } = &state.database;
        let goes_with = |(witness, size): (&Vec<u8>, usize)| {
            let seen = witness.iter().take(size);
            size <= tree.len() && seen.zip(tree).all(|(seen, here)| seen == here)
        };
        if self.honest {
            let recomputes = !self.makes(Mistake::SignsUnseen);
            let continued = tree.starts_with(signed) || !recomputes;
            let asks = recomputes && !self.makes(Mistake::AsksNoWitness);
            let latest = !asks || state.witnesses.iter().zip(saw).all(goes_with);
            if tree.len() <= signed.len() || !continued || !latest {
                return Some(());
            }
        }
        let now = state.witnesses.each_ref().map(Vec::len);
        state.contradicted |= !state.witnesses.iter().zip(now).all(goes_with);
        state.database.signed = state.database.tree.clone();
        state.database.cosigned = [false; WITNESSES];
        Some(())
    }

    /// A witness compares, keeps, and only then signs.
    fn submit(self, state: &mut State, number: usize, witness: usize) -> Done {
        let signed = &state.database.signed;
        if signed.is_empty() || *state.database.cosigned.get(witness)? {
            return None;
        }
        let saw = state.witnesses.get_mut(witness)?;
        let consistent = if self.makes(Mistake::WitnessComparesNothing) {
            signed.len() >= saw.len()
        } else {
            signed.starts_with(saw)
        };
        if !consistent {
            return None;
        }
        if self.makes(Mistake::WitnessPersistsLate) {
            *state.unwritten.get_mut(witness)? = Some(signed.clone());
        } else {
            saw.clone_from(signed);
        }
        *state.nodes.get_mut(number)? = Job::Cosigned(witness, signed.clone());
        Some(())
    }

    fn store(self, state: &mut State, number: usize) -> Done {
        let node = std::mem::take(state.nodes.get_mut(number)?);
        let Job::Cosigned(witness, tree) = node else {
            return None;
        };
        if tree != state.database.signed {
            return Some(());
        }
        *state.database.cosigned.get_mut(witness)? = true;
        let mut signatures = state.database.cosigned.iter();
        let enough = if self.makes(Mistake::AnyWitness) {
            signatures.any(|signed| *signed)
        } else {
            signatures.all(|signed| *signed)
        };
        if enough {
            state.database.published = tree.len();
            state.forked |=
                !(tree.starts_with(&state.published) || state.published.starts_with(&tree));
            if tree.len() > state.published.len() {
                state.published = tree;
            }
        }
        Some(())
    }
}

const fn some(queue: u8) -> Option<u8> {
    if queue == 0 { None } else { Some(queue) }
}
