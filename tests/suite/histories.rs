//! Histories against real servers, in small numbers: see `docs/evidence/histories.md` for the large ones.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use freigabe_testkit::{Backend, on_both, planted::Mistake};
use freigabe_tests::histories::{
    campaign::{Campaign, Outcome},
    chaos::Chaos,
    plan::Plan,
};

#[test]
fn a_seed_is_one_plan_and_another_seed_another() {
    let plan = |seed| format!("{:?}", Plan::from_seed(seed, 3));
    assert_eq!(plan(7), plan(7));
    assert_ne!(plan(7), plan(8));
}

#[test]
fn what_clients_of_three_servers_see_while_these_are_killed_is_what_the_log_and_the_database_say() {
    carried_out(&Campaign {
        nodes: 3,
        ..short(Backend::Postgres)
    });
}

#[test]
fn what_clients_of_one_server_see_while_it_is_killed_is_what_the_log_and_the_database_say() {
    carried_out(&short(Backend::Sqlite));
}

/// Whoever looks for mistakes must find these: each test plants one, and the histories must tell.
macro_rules! found {
    ($( $name:ident: $mistake:ident on $backend:ident; )+) => {
        mod a_planted_mistake_is_found {
            use super::*;

            $(
                #[test]
                fn $name() {
                    finds(Mistake::$mistake, Backend::$backend);
                }
            )+

            #[test]
            fn and_none_is_left_out() {
                let planted = [$( Mistake::$mistake, )+];
                assert!(Mistake::ALL.iter().all(|mistake| planted.contains(mistake)));
            }
        }
    };
}

// What one writer at a time can't get wrong is looked for on PostgreSQL.
found! {
    holds_nothing: HoldsNothing on Postgres;
    withdraws_unheld: WithdrawsUnheld on Postgres;
    reads_before_holding: ReadsBeforeHolding on Postgres;
    caches_consents: CachesConsents on Sqlite;
    clock_behind: ClockBehind on Sqlite;
    forgets_keys: ForgetsKeys on Sqlite;
    keys_in_memory: KeysInMemory on Postgres;
    ignores_conflicts: IgnoresConflicts on Postgres;
    loses_events: LosesEvents on Sqlite;
    seals_nothing: SealsNothing on Sqlite;
    seals_one: SealsOne on Postgres;
    tells_nobody: TellsNobody on Sqlite;
    keeps_content: KeepsContent on Postgres;
    overlooks_newest: OverlooksNewest on Sqlite;
    marks_nothing: MarksNothing on Postgres;
    marks_anything: MarksAnything on Postgres;
    closes_anything: ClosesAnything on Sqlite;
    loses_commits: LosesCommits on Postgres;
    keeps_head: KeepsHead on Sqlite;
    loses_revisions: LosesRevisions on Sqlite;
    loses_content: LosesContent on Sqlite;
    forgets_handovers: ForgetsHandovers on Sqlite;
    overlooks_handovers: OverlooksHandovers on Sqlite;
    hands_over_unheld: HandsOverUnheld on Postgres;
    covers_successors: CoversSuccessors on Postgres;
    leaves_content: LeavesContent on Postgres;
    redirects_unlogged: RedirectsUnlogged on Sqlite;
    redirects_nothing: RedirectsNothing on Postgres;
    skips_newest: SkipsNewest on Postgres;
    notes_wrong_places: NotesWrongPlaces on Sqlite;
    writes_no_bundles: WritesNoBundles on Postgres;
}

/// Histories until one is wrong; as many as it may take.
fn finds(mistake: Mistake, backend: Backend) {
    let campaign = Campaign {
        nodes: if backend == Backend::Sqlite { 1 } else { 2 },
        histories: 600,
        in_a_round: 30,
        chaos: Chaos {
            servers_every: Some(Duration::from_millis(1_500)),
            database_every: None,
        },
        planted: Some(mistake),
        ..short(backend)
    };
    let outcome = Arc::new(Outcome::default());
    let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
    on_both::run(campaign.carry_out(program, &outcome, |_| {}));
    let wrong = outcome.wrong();
    let (seed, faults) = wrong.first().expect("a violation");
    let fault = faults.first().expect("what is wrong");
    let histories = outcome.histories.load(Ordering::SeqCst);
    println!("{mistake:?}: after {histories} histories, seed {seed}: {fault}");
}

fn short(backend: Backend) -> Campaign {
    Campaign {
        backend,
        nodes: 1,
        histories: 80,
        at_once: 4,
        in_a_round: 80,
        seed: 1949,
        chaos: Chaos {
            servers_every: Some(Duration::from_millis(400)),
            database_every: None,
        },
        planted: None,
        until_killed: None,
    }
}

fn carried_out(campaign: &Campaign) {
    let outcome = Arc::new(Outcome::default());
    let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
    on_both::run(campaign.carry_out(program, &outcome, |_| {}));
    let wrong = outcome.wrong();
    for (seed, faults) in &wrong {
        println!("seed {seed}: {}", faults.join("\n"));
    }
    assert_eq!(wrong.len(), 0, "violations");
    // A history in which nothing happened keeps every promise.
    let seen = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::SeqCst);
    assert_eq!(seen(&outcome.histories), campaign.histories);
    assert!(
        seen(&outcome.raced) > campaign.histories / 20,
        "{outcome:?}"
    );
    assert!(
        seen(&outcome.redirected) > 0 && seen(&outcome.reached) > 0,
        "{outcome:?}"
    );
    assert!(seen(&outcome.killed.servers) > 3, "{outcome:?}");
    println!("{outcome:?}");
}
