//! Every state of the models.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells how a promise breaks"
)]

use std::{collections::BTreeSet, hash::Hash, time::Instant};

use freigabe_model::{
    admission::{self, Admission},
    gate::{self, Gate},
    log::{self, Log},
};
use stateright::{Checker as _, HasDiscoveries, Model};

#[test]
fn the_gate_keeps_its_promises_in_every_state() {
    holds("gate", Gate::default(), gate::State::sorted);
}

#[test]
fn the_gate_keeps_its_promises_in_every_state_while_the_case_is_handed_over() {
    let gate = Gate {
        handovers: true,
        ..Gate::default()
    };
    holds("gate with handovers", gate, gate::State::sorted);
}

#[test]
fn every_mistake_at_the_gate_is_found() {
    for mistake in gate::Mistake::ALL {
        let gate = Gate {
            mistake: Some(mistake),
            handovers: mistake.is_about_handovers(),
        };
        breaks(&format!("{mistake:?}"), gate, mistake.breaks().name());
    }
}

#[test]
fn the_door_keeps_its_promises_in_every_state() {
    holds("admission", Admission::default(), Clone::clone);
}

#[test]
fn every_mistake_at_the_door_is_found() {
    for mistake in admission::Mistake::ALL {
        let door = Admission {
            mistake: Some(mistake),
        };
        breaks(&format!("{mistake:?}"), door, mistake.breaks());
    }
}

#[test]
fn the_log_keeps_its_promises_in_every_state() {
    let log = Log {
        nodes: log::NODES,
        honest: true,
        mistake: None,
    };
    holds("log", log, log::State::sorted);
}

#[test]
fn witnesses_hold_a_dishonest_operator_to_one_history_in_every_state() {
    let log = Log {
        nodes: 1,
        honest: false,
        mistake: None,
    };
    holds("log of a dishonest operator", log, log::State::sorted);
}

#[test]
fn every_mistake_of_the_log_is_found() {
    for mistake in log::Mistake::ALL {
        let log = Log {
            nodes: if mistake.is_the_witnesses() { 1 } else { 2 },
            honest: !mistake.is_the_witnesses(),
            mistake: Some(mistake),
        };
        breaks(&format!("{mistake:?}"), log, mistake.breaks().name());
    }
}

fn holds<M>(name: &str, model: M, sorted: fn(&M::State) -> M::State)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + std::fmt::Debug + Hash + Send + Sync + PartialEq,
    M::Action: Clone + std::fmt::Debug + Send + Sync + PartialEq,
{
    let began = Instant::now();
    let checker = model
        .checker()
        .threads(2)
        .symmetry_fn(sorted)
        .finish_when(HasDiscoveries::AllOf(BTreeSet::from(["never"])))
        .spawn_dfs()
        .join();
    println!(
        "{name}: {} states, depth {}, {:.1} s",
        checker.unique_state_count(),
        checker.max_depth(),
        began.elapsed().as_secs_f64()
    );
    checker.assert_properties();
}

fn breaks<M>(name: &str, model: M, promise: &'static str)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + std::fmt::Debug + Hash + Send + Sync + PartialEq,
    M::Action: Clone + std::fmt::Debug + Send + Sync + PartialEq,
{
    let checker = model
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AllOf(BTreeSet::from([promise])))
        .spawn_bfs()
        .join();
    let path = checker.discovery(promise);
    let path = path.unwrap_or_else(|| panic!("{name} does not break {promise:?}"));
    println!(
        "{name}: {promise}, {} states seen",
        checker.unique_state_count()
    );
    for action in path.into_actions() {
        println!("    {action:?}");
    }
}
