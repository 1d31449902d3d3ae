//! What can happen in a state, and what it does.
#![allow(
    clippy::indexing_slicing,
    reason = "every index is one of a constant number of nodes, consents or messages"
)]

use super::{
    Action, CONSENTS, Gate, LAST_REVISION, LAST_TURN, MESSAGES, Message, Mistake, NODES, Node,
    Promise, Seen, Stage, State, Task, is_elsewhere,
};

/// What a transaction that holds the row decides.
enum Decision {
    /// It shall be done, resting on this consent.
    Do(usize),
    /// It was done before: the answer says so.
    Earlier,
    /// It is refused, or there is nothing.
    Refuse,
}

impl Gate {
    fn makes(self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// Whether what a request sees first matters.
    fn looks(self) -> bool {
        self.makes(Mistake::ReadsOutside) || self.makes(Mistake::SealsWhatItSaw)
    }

    pub(super) fn possible(self, state: &State, actions: &mut Vec<Action>) {
        if !state.later {
            actions.push(Action::Tick);
        }
        if self.makes(Mistake::ReadsReplica) && state.replica != Some(state.snapshot()) {
            actions.push(Action::Replicate);
        }
        for (number, node) in state.nodes.iter().enumerate() {
            match (node.stage, node.task) {
                (Stage::Idle, _) => {
                    let begin = if self.looks() {
                        Action::Look
                    } else {
                        Action::Take
                    };
                    actions.extend(self.tasks(state).map(|task| begin(number, task)));
                }
                (Stage::Asked, Some(task)) => actions.push(Action::Take(number, task)),
                (Stage::Unsure, _) if self.makes(Mistake::TakesBreakForFailure) => {
                    actions.push(Action::Answer(number));
                }
                (Stage::Unsure, _) => actions.push(Action::TakeAgain(number)),
                (Stage::Holding, _) => {
                    actions.push(Action::Commit(number));
                    actions.push(Action::Break(number));
                    if self.makes(Mistake::AnswersFirst) && !node.owes {
                        actions.push(Action::Answer(number));
                    }
                }
                (Stage::Asked, None) => {}
            }
            if self.makes(Mistake::LogsAfterwards) && node.owes {
                actions.push(Action::PayBack(number));
            }
            if node.stage != Stage::Idle || node.owes {
                actions.push(Action::Kill(number));
            }
        }
    }

    /// Takes a step. False when it is not possible now.
    pub(super) fn step(self, state: &mut State, action: Action) -> bool {
        match action {
            Action::Tick => state.later = true,
            Action::Replicate => state.replica = Some(state.snapshot()),
            Action::Look(number, task) => {
                let seen = state.snapshot();
                let node = &mut state.nodes[number];
                node.stage = Stage::Asked;
                node.task = Some(task);
                node.seen = Some(seen);
            }
            Action::Take(number, task) => return self.take(state, number, task),
            Action::TakeAgain(number) => match state.nodes[number].task {
                Some(task) => return self.take(state, number, task),
                None => return false,
            },
            Action::Commit(number) => return self.commit(state, number, true),
            Action::Break(number) => return self.commit(state, number, false),
            Action::Answer(number) => self.answer(state, number),
            Action::Kill(number) => self.kill(state, number),
            Action::PayBack(number) => state.nodes[number].owes = false,
        }
        true
    }

    fn take(self, state: &mut State, number: usize, task: Task) -> bool {
        let decision = self.decide(state, number, task);
        let consent = match decision {
            Decision::Do(consent) => consent,
            Decision::Earlier | Decision::Refuse => {
                self.answer_at_once(state, number, task, matches!(decision, Decision::Earlier));
                return true;
            }
        };
        if !self.is_free(state, number, task, consent) {
            return false;
        }
        let truth = state.consents[consent];
        let relies = matches!(
            task,
            Task::Release(..) | Task::Collect(_) | Task::Redirect(..)
        );
        let wrong = relies && !truth.in_force(state.later);
        let late = relies && state.acknowledged[consent];
        let writes_first = self.makes(Mistake::LogsBefore);
        let node = &mut state.nodes[number];
        node.stage = Stage::Holding;
        node.task = Some(task);
        node.holds = Some(consent);
        node.wrong = wrong;
        node.late = late;
        node.owes |= writes_first;
        if relies && self.makes(Mistake::CachesDecision) {
            node.cache[consent] = true;
        }
        true
    }

    /// An answer that changes nothing leaves with the decision.
    fn answer_at_once(self, state: &mut State, number: usize, task: Task, done: bool) {
        if let (Task::Withdraw(consent), true) = (task, done) {
            state.acknowledged[consent] = true;
        }
        // A collection is judged anew each time: that it gives nothing now is so, whatever was recorded.
        let collects = matches!(task, Task::Collect(_));
        if !done && state.nodes[number].done && !collects {
            state.breaks(Promise::AnswerHappened);
        }
        state.nodes[number].rest();
    }

    /// What the row, and what belongs to it, say; or what a mistake takes for it.
    fn decide(self, state: &State, number: usize, task: Task) -> Decision {
        let node = &state.nodes[number];
        let blind = node.done && self.makes(Mistake::RepeatsBlindly);
        match task {
            Task::Release(message, consent) => {
                let known = if self.makes(Mistake::KeysInMemory) {
                    node.keys[message]
                } else {
                    state.keys[message] && !blind
                };
                let same = state.messages[message].consent() == Some(consent);
                match (known, same) {
                    (true, true) => Decision::Earlier,
                    // The key of another request.
                    (true, false) => Decision::Refuse,
                    // The first office's, as long as it has the case.
                    (false, _)
                        if self.finds_in_force(state, node, consent)
                            && !is_elsewhere(state.turn) =>
                    {
                        Decision::Do(consent)
                    }
                    (false, _) => Decision::Refuse,
                }
            }
            Task::Collect(message)
                if !state.is_with_recipient(message) && !self.makes(Mistake::CollectsUnasked) =>
            {
                Decision::Refuse
            }
            Task::Collect(message) => match state.messages[message] {
                Message::Collected(consent) | Message::Told(consent)
                    if self.makes(Mistake::RepeatsContent) =>
                {
                    Decision::Do(consent)
                }
                Message::Held(consent) | Message::Collected(consent)
                    if self.makes(Mistake::ForgetsScope) && !state.consents[consent].withdrawn =>
                {
                    Decision::Do(consent)
                }
                Message::Held(consent) | Message::Collected(consent)
                    if self.finds_in_force(state, node, consent) =>
                {
                    Decision::Do(consent)
                }
                _ => Decision::Refuse,
            },
            Task::Revise(consent, revision) => {
                let row = state.consents[consent];
                if row.revision >= revision && !blind {
                    Decision::Earlier
                } else if row.withdrawn || row.revision.saturating_add(1) != revision {
                    Decision::Refuse
                } else {
                    Decision::Do(consent)
                }
            }
            Task::Withdraw(consent) if state.consents[consent].withdrawn => Decision::Earlier,
            Task::Withdraw(consent) => Decision::Do(consent),
            Task::HandOver(turn) if state.turn >= turn => Decision::Earlier,
            Task::HandOver(_) => self.knows_from(state, node),
            Task::Redirect(message, turn) if state.redirected[message] >= turn => Decision::Earlier,
            Task::Redirect(message, turn) => match state.messages[message] {
                Message::Held(consent)
                    if state.turn == turn
                        && !state.is_with_recipient(message)
                        && self.finds_in_force(state, node, consent)
                        && (state.consents[consent].covers_for(is_elsewhere(turn))
                            || self.makes(Mistake::RedirectsUncovered)) =>
                {
                    Decision::Do(consent)
                }
                _ => Decision::Refuse,
            },
        }
    }

    /// An office knows the person from a message for it, as long as that exists for it; the consent of that is held.
    fn knows_from(self, state: &State, node: &Node) -> Decision {
        let mut messages = state.messages.iter().enumerate();
        let known = messages.find_map(|(number, message)| match *message {
            _ if !state.is_with_recipient(number) => None,
            Message::Held(consent) if self.finds_in_force(state, node, consent) => Some(consent),
            Message::Collected(consent) | Message::Told(consent) => Some(consent),
            _ => None,
        });
        known.map_or(Decision::Refuse, Decision::Do)
    }

    fn finds_in_force(self, state: &State, node: &Node, consent: usize) -> bool {
        let stale = match self.mistake {
            Some(Mistake::ReadsOutside) => node.seen,
            Some(Mistake::ReadsReplica) => state.replica.or(Some(State::new().snapshot())),
            _ => None,
        };
        let row = stale.map_or(state.consents, |Seen { consents, .. }| consents)[consent];
        match self.mistake {
            Some(Mistake::CachesDecision) if node.cache[consent] => true,
            Some(Mistake::OwnClock) => row.in_force(false),
            _ => row.in_force(state.later),
        }
    }

    /// Whether a node may have the row now.
    fn is_free(self, state: &State, number: usize, task: Task, consent: usize) -> bool {
        let holds_nothing = |task: Task| match task {
            Task::HandOver(_) => self.makes(Mistake::HandsOverUnheld),
            task => self.makes(Mistake::HoldsNothing) && !task.is_alone(),
        };
        if holds_nothing(task) {
            return true;
        }
        let mut others = state.nodes.iter().enumerate().filter(|(other, node)| {
            *other != number && node.stage == Stage::Holding && node.holds == Some(consent)
        });
        let in_the_way = others.any(|(_, node)| {
            let other = node.task.filter(|other| !holds_nothing(*other));
            other.is_some_and(|other| task.is_alone() || other.is_alone())
        });
        !in_the_way && !state.stuck[consent]
    }

    /// Effect, event and key, together or not at all.
    fn commit(self, state: &mut State, number: usize, heard: bool) -> bool {
        let before = state.nodes[number];
        let (Some(task), Some(consent)) = (before.task, before.holds) else {
            return false;
        };
        if !self.carry_out(state, number, task, consent) {
            // A key or the state of a message is in the way: nothing of it happened.
            self.kill_work(state, number);
            return true;
        }
        let node = &mut state.nodes[number];
        if heard {
            node.rest();
            self.answered(state, before, task);
        } else {
            node.stage = Stage::Unsure;
            node.holds = None;
            node.done = true;
            (node.wrong, node.late) = (false, false);
        }
        // With the effect, what was answered or written before it is made good; what is written after it is owed.
        state.nodes[number].owes = self.makes(Mistake::LogsAfterwards);
        true
    }

    /// The answer says that it was done.
    fn answered(self, state: &mut State, node: Node, task: Task) {
        match task {
            Task::Withdraw(consent) => state.acknowledged[consent] = true,
            Task::Collect(_) if node.late => state.breaks(Promise::WithdrawalWins),
            _ => {}
        }
    }

    /// The effect. False when a constraint of the database is in its way.
    fn carry_out(self, state: &mut State, number: usize, task: Task, consent: usize) -> bool {
        let node = state.nodes[number];
        match task {
            Task::Release(message, _) => {
                let key_is_free = !state.keys[message]
                    || self.makes(Mistake::KeysInMemory)
                    || (node.done && self.makes(Mistake::RepeatsBlindly));
                if !key_is_free {
                    return false;
                }
                if state.messages[message] == Message::Absent {
                    state.messages[message] = Message::Held(consent);
                } else {
                    state.breaks(Promise::OneKeyOneEffect);
                }
                state.keys[message] = true;
                if self.makes(Mistake::KeysInMemory) {
                    state.nodes[number].keys[message] = true;
                }
                if node.wrong || !state.consents[consent].covers() {
                    state.breaks(Promise::NoConsentNoContent);
                }
                if is_elsewhere(state.turn) {
                    state.breaks(Promise::WhoHasTheCase);
                }
            }
            Task::Collect(message) => match state.messages[message] {
                Message::Held(now) | Message::Collected(now) if now == consent => {
                    state.messages[message] = Message::Collected(consent);
                    let elsewhere = self.handovers && state.is_for_second(message);
                    if node.wrong || !state.consents[consent].covers_for(elsewhere) {
                        state.breaks(Promise::NoConsentNoContent);
                    }
                    if !state.is_with_recipient(message) {
                        state.breaks(Promise::WhoHasTheCase);
                    }
                }
                Message::Told(_) if self.makes(Mistake::RepeatsContent) => {}
                _ => return false,
            },
            Task::HandOver(turn) => {
                // Of two of the same office one is the next.
                if state.turn.saturating_add(1) != turn {
                    return false;
                }
                state.turn = turn;
            }
            Task::Redirect(message, turn) => {
                let held = state.messages[message] == Message::Held(consent);
                if !held || state.redirected[message] >= turn {
                    return false;
                }
                state.redirected[message] = turn;
                let elsewhere = is_elsewhere(turn);
                if node.wrong || !state.consents[consent].covers_for(elsewhere) {
                    state.breaks(Promise::NoConsentNoContent);
                }
                if state.turn != turn {
                    state.breaks(Promise::WhoHasTheCase);
                }
            }
            Task::Revise(..) => self.revise(state, consent),
            Task::Withdraw(_) => {
                state.consents[consent].withdrawn = true;
                let seen = node.seen.filter(|_| self.makes(Mistake::SealsWhatItSaw));
                let known = seen.map_or(state.messages, |seen| seen.messages);
                for (message, known) in state.messages.iter_mut().zip(known) {
                    let found = known.consent() == Some(consent);
                    if found && !self.makes(Mistake::SealsNothing) {
                        *message = message.taken_back();
                    }
                }
            }
        }
        true
    }

    fn revise(self, state: &mut State, consent: usize) {
        let row = &mut state.consents[consent];
        let expired = row.ends && state.later;
        row.revision = row.revision.saturating_add(1);
        row.ends &= !state.later;
        let covers = row.covers() && !expired;
        let mut unsealed = false;
        for message in &mut state.messages {
            if message.consent() != Some(consent) {
                continue;
            }
            if !covers && !self.makes(Mistake::ForgetsScope) {
                *message = message.taken_back();
            }
            if covers && self.makes(Mistake::Unseals) && *message == Message::Sealed(consent) {
                *message = Message::Held(consent);
                unsealed = true;
            }
        }
        if unsealed {
            state.breaks(Promise::SealedForGood);
        }
    }

    /// What was written or answered before an effect that never comes.
    fn default_on_debt(self, state: &mut State, number: usize) {
        if !state.nodes[number].owes {
            return;
        }
        let promise = if self.makes(Mistake::AnswersFirst) {
            Promise::AnswerHappened
        } else {
            Promise::EffectIsLogged
        };
        state.breaks(promise);
        state.nodes[number].owes = false;
    }

    /// An answer without a commit that the node knows of.
    fn answer(self, state: &mut State, number: usize) {
        let node = state.nodes[number];
        match (node.stage, node.task) {
            (Stage::Holding, Some(task)) => {
                self.answered(state, node, task);
                state.nodes[number].owes = true;
            }
            // It says that nothing happened.
            _ => {
                state.breaks(Promise::AnswerHappened);
                state.nodes[number].rest();
            }
        }
    }

    /// The transaction is rolled back, and the request forgotten.
    fn kill_work(self, state: &mut State, number: usize) {
        self.default_on_debt(state, number);
        state.nodes[number].rest();
    }

    fn kill(self, state: &mut State, number: usize) {
        self.default_on_debt(state, number);
        let node = state.nodes[number];
        if let (Stage::Holding, Some(consent)) = (node.stage, node.holds) {
            state.stuck[consent] |= self.makes(Mistake::LocksOutlive);
        }
        state.nodes[number] = Node::IDLE;
    }

    /// Everything that a client may ask for now.
    fn tasks(self, state: &State) -> impl Iterator<Item = Task> + '_ {
        let consents = if self.handovers { 1 } else { CONSENTS };
        let releases = (0..MESSAGES).flat_map(move |message| {
            (0..consents).map(move |consent| Task::Release(message, consent))
        });
        let collections = (0..MESSAGES).map(Task::Collect);
        let changes = (0..consents).flat_map(move |consent| {
            let next = state.consents[consent].revision.saturating_add(1);
            let revise = (next <= LAST_REVISION).then_some(Task::Revise(consent, next));
            [Some(Task::Withdraw(consent)), revise]
                .into_iter()
                .flatten()
        });
        let next = state.turn.saturating_add(1);
        let hands_over = self.handovers && next <= LAST_TURN;
        let handover = hands_over.then_some(Task::HandOver(next));
        // Before the first handover there is nowhere to redirect to.
        let redirects = self.handovers && state.turn > 0;
        let redirections = (0..MESSAGES)
            .filter(move |_| redirects)
            .map(|message| Task::Redirect(message, state.turn));
        releases
            .chain(collections)
            .chain(changes)
            .chain(handover)
            .chain(redirections)
    }
}

const _: () = assert!(
    NODES >= 3 && CONSENTS >= 2 && MESSAGES >= 2,
    "what the model is said to search"
);
