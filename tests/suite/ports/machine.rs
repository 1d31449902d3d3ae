//! A state machine over a port: sequences of units of work, foretold by a model and carried out on both databases.
//!
//! A model is a few maps in memory. It says what each call answers, and where PostgreSQL holds back by itself what SQLite
//! shows (`store::Scope`), it says so for each database. After every step what can be read at all is read and compared too,
//! so nothing a step left behind stays unseen until something happens to ask for it.

use std::{
    any::Any,
    fmt::{Debug, Write as _},
    future::pending,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use freigabe_domain::store::StoreError;
use freigabe_testkit::Backend;
use proptest::{
    prelude::*,
    strategy::{BoxedStrategy, Strategy, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use proptest_state_machine::ReferenceStateMachine;

use super::{
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::By,
};

/// A port, or a part of one: its calls, and what they answer.
pub(super) trait Port: 'static {
    /// What is stored, as simply as it can be said. The default is what a sequence begins with.
    type Model: Clone + Debug + PartialEq + Default + 'static;
    /// A call with its arguments, as small numbers out of [`super::world`]: so that unknown and repeated ones come by
    /// themselves, and a sequence stays meaningful when something is taken out of it.
    type Call: Clone + Debug + 'static;

    /// What the port writes to, in an order in which it can be emptied.
    const TABLES: &'static [&'static str];
    /// Whether it is carried out as the owner of the tables, who erases.
    const AS_OWNER: bool = false;
    /// So many sequences are tried, unless `PROPTEST_CASES` says otherwise.
    const CASES: u32 = 16;

    /// Writes what the port's rows refer to, once for all sequences.
    async fn given(_pair: &Pair) {}

    /// Calls that go together, and for whom.
    fn works() -> BoxedStrategy<(By, Vec<Self::Call>)>;

    /// What a call answers on this database, and what it makes of the model. After a failure the model is thrown away.
    fn foretell(
        model: &mut Self::Model,
        by: By,
        call: &Self::Call,
        on: Backend,
    ) -> Result<Answer, Failure>;

    /// Carries a call out.
    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        desk: &Desk,
        by: By,
        call: &Self::Call,
    ) -> Result<Answer, StoreError>;

    /// Reads that together show everything that is stored. They are carried out, and given up, after each step.
    fn everything() -> Vec<(By, Vec<Self::Call>)>;
}

/// What a call answered: anything that can be compared with its like.
pub(super) struct Answer(Box<dyn Comparable>);

/// An answer of a call.
pub(super) fn told<T: PartialEq + Debug + 'static>(value: T) -> Answer {
    Answer(Box::new(value))
}

trait Comparable: Any + Debug {
    fn is(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: PartialEq + Debug + 'static> Comparable for T {
    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0.as_any())
    }
}

impl Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The kind of a [`StoreError`], without what is only said to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Conflict,
    CommitUnknown,
    Unavailable,
    /// In this table.
    Corrupt(&'static str),
    /// So many rows.
    Affected(u64),
    Sealed,
    Defect,
}

impl Failure {
    /// A row refers to one that is not there. On PostgreSQL another transaction may just have removed it, so the work is worth
    /// running again; on SQLite nobody else writes meanwhile, so it is a mistake of the caller's (`storage::failure`).
    pub(super) fn of_missing(on: Backend) -> Self {
        match on {
            Backend::Sqlite => Self::Defect,
            Backend::Postgres => Self::Conflict,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::CommitUnknown => Self::CommitUnknown,
            StoreError::Unavailable(_) => Self::Unavailable,
            StoreError::Corrupt(record) => Self::Corrupt(record.table),
            StoreError::Affected { affected, .. } => Self::Affected(affected),
            StoreError::Sealed(_) => Self::Sealed,
            StoreError::Defect(_) => Self::Defect,
        }
    }
}

/// What the calls of a unit of work answered, up to the first that failed.
pub(super) type Answers = Vec<Result<Answer, Failure>>;

/// One step of a sequence.
#[derive(Debug, Clone)]
pub(super) enum Step<C> {
    /// A unit of work. The first call that fails ends it.
    Work(Work<C>),
    /// The stores are closed and opened again.
    Restart,
}

/// A unit of work.
#[derive(Debug, Clone)]
pub(super) struct Work<C> {
    pub(super) by: By,
    pub(super) calls: Vec<C>,
    pub(super) end: End,
}

/// How a unit of work ends whose calls all have their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Commit,
    /// It returns an error of its own.
    GiveUp,
    /// Whoever waits for it does not any more: it is dropped where it stands.
    Drop,
}

impl End {
    /// Where it is waited for that the work is dropped.
    pub(super) async fn reached(self, told: &tokio::sync::Notify) {
        if self == Self::Drop {
            told.notify_one();
            pending::<()>().await;
        }
    }
}

/// Steps of one sequence, at most.
const LONGEST: usize = 12;
/// A sequence that fails is shortened so many times, at most: each time it is carried out again.
const SHORTENINGS: u32 = 600;
/// A planted mistake must be noticed within so many sequences.
const PATIENCE: u32 = 400;

/// Holds that both databases answer as the model of this port says.
#[track_caller]
pub(super) fn holds<P: Port>() {
    let config = Config {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() {
            Config::default().cases
        } else {
            P::CASES
        },
        max_shrink_iters: SHORTENINGS,
        ..config()
    };
    let outcome = run::<P>(&Pair::start::<P>(), config);
    outcome.unwrap_or_else(|difference| panic!("{difference}"));
}

/// Holds that each of these mistakes is noticed when both stores make it.
#[track_caller]
pub(super) fn finds<P: Port>(slips: &[Slip]) {
    let pair = Pair::start::<P>();
    let sequences = Machine::<P>::sequential_strategy(LONGEST..=2 * LONGEST);
    // The same sequences each time: whether a mistake is noticed is no matter of luck.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(), random);
    for slip in slips {
        pair.plant(*slip);
        let found = (1..=PATIENCE).find(|_| {
            let sequence = sequences.new_tree(&mut runner).expect("a sequence");
            let (model, steps, _) = sequence.current();
            pair.empty(P::TABLES);
            follow::<P>(&pair, model, &steps, None, Looks::AtTheEnd).is_err()
        });
        match found {
            Some(number) => println!("{slip:?} is noticed in sequence {number}"),
            None => panic!("{slip:?} goes unnoticed"),
        }
    }
}

/// Holds that this mistake is told in no more than so many steps.
#[track_caller]
pub(super) fn tells_shortly<P: Port>(slip: Slip, most: usize) {
    let pair = Pair::start::<P>();
    pair.plant(slip);
    let config = Config {
        cases: PATIENCE,
        max_shrink_iters: SHORTENINGS,
        ..config()
    };
    let difference = run::<P>(&pair, config).expect_err("noticed");
    let steps = difference.lines().filter(|line| line.starts_with(STEP));
    assert!(steps.count() <= most, "{difference}");
}

fn config() -> Config {
    Config {
        // A failure prints the whole sequence; a file beside the sources says nothing more.
        failure_persistence: None,
        ..Config::default()
    }
}

/// The machine of a port for `proptest-state-machine`, which makes sequences and shortens those that fail.
struct Machine<P>(PhantomData<P>);

impl<P: Port> ReferenceStateMachine for Machine<P> {
    type State = P::Model;
    type Transition = Step<P::Call>;

    fn init_state() -> BoxedStrategy<P::Model> {
        Just(P::Model::default()).boxed()
    }

    fn transitions(_: &P::Model) -> BoxedStrategy<Step<P::Call>> {
        let end = prop_oneof![8 => Just(End::Commit), 1 => Just(End::GiveUp), 1 => Just(End::Drop)];
        let work =
            (P::works(), end).prop_map(|((by, calls), end)| Step::Work(Work { by, calls, end }));
        prop_oneof![14 => work, 1 => Just(Step::Restart)].boxed()
    }

    fn apply(model: P::Model, step: &Step<P::Call>) -> P::Model {
        match step {
            Step::Work(work) => Foretold::of::<P>(&model, work).then,
            Step::Restart => model,
        }
    }
}

/// What the model says of a unit of work.
struct Foretold<M> {
    sqlite: Answers,
    postgres: Answers,
    end: End,
    then: M,
}

impl<M: Clone + PartialEq> Foretold<M> {
    fn of<P: Port<Model = M>>(model: &M, work: &Work<P::Call>) -> Self {
        let on = |backend| {
            let mut then = model.clone();
            let mut answers = Answers::new();
            for call in &work.calls {
                answers.push(P::foretell(&mut then, work.by, call, backend));
                if answers.last().is_some_and(Result::is_err) {
                    return (answers, None);
                }
            }
            (answers, Some(then))
        };
        let ((sqlite, by_sqlite), (postgres, by_postgres)) =
            (on(Backend::Sqlite), on(Backend::Postgres));
        let both = by_sqlite.zip(by_postgres);
        // Where one of the two holds back what the other lets pass, nothing of it may stay: they would part for good.
        let same = both.filter(|(sqlite, postgres)| sqlite == postgres);
        let (end, then) = match (work.end, same) {
            (End::Commit, Some((then, _))) => (End::Commit, then),
            (End::Commit, None) => (End::GiveUp, model.clone()),
            (end, _) => (end, model.clone()),
        };
        Self {
            sqlite,
            postgres,
            end,
            then,
        }
    }
}

fn run<P: Port>(pair: &Pair, config: Config) -> Result<(), String> {
    let sequences = Machine::<P>::sequential_strategy(1..=LONGEST);
    let outcome = TestRunner::new(config).run(&sequences, |(model, steps, seen)| {
        pair.empty(P::TABLES);
        follow::<P>(pair, model, &steps, seen, Looks::AfterEachStep).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => Ok(()),
        Err(TestError::Fail(difference, (_, steps, _))) => {
            Err(readable(&steps, difference.message()))
        }
        Err(TestError::Abort(reason)) => Err(format!("no sequences: {reason}")),
    }
}

/// When everything is read that can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    AfterEachStep,
    /// Enough to notice that something is wrong, and quicker.
    AtTheEnd,
}

/// Carries a sequence out and compares.
fn follow<P: Port>(
    pair: &Pair,
    mut model: P::Model,
    steps: &[Step<P::Call>],
    seen: Option<Arc<AtomicUsize>>,
    looks: Looks,
) -> Result<(), String> {
    for (number, step) in (1..).zip(steps) {
        // Steps that were never reached are the first to be left out.
        if let Some(seen) = &seen {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        match step {
            Step::Restart => pair.restart(),
            Step::Work(work) => {
                let foretold = Foretold::of::<P>(&model, work);
                compare::<P>(pair, &work.calls, work.by, &foretold)
                    .map_err(|difference| format!("in step {number}, {difference}"))?;
                model = foretold.then;
            }
        }
        if looks == Looks::AtTheEnd && number < steps.len() {
            continue;
        }
        for (by, calls) in P::everything() {
            let end = End::GiveUp;
            let reads = Work { by, calls, end };
            let foretold = Foretold::of::<P>(&model, &reads);
            compare::<P>(pair, &reads.calls, by, &foretold)
                .map_err(|difference| format!("after step {number}, {difference}"))?;
        }
    }
    Ok(())
}

fn compare<P: Port>(
    pair: &Pair,
    calls: &[P::Call],
    by: By,
    foretold: &Foretold<P::Model>,
) -> Result<(), String> {
    for (backend, expected) in [
        (Backend::Sqlite, &foretold.sqlite),
        (Backend::Postgres, &foretold.postgres),
    ] {
        let work = Work {
            by,
            calls: calls.to_vec(),
            end: foretold.end,
        };
        let answers = pair.carry_out::<P>(backend, &work)?;
        let differs = (0..calls.len()).find(|at| answers.get(*at) != expected.get(*at));
        if let Some(at) = differs {
            let shown = |answer: Option<&Result<Answer, Failure>>| match answer {
                Some(Ok(answer)) => format!("{answer:?}"),
                Some(Err(failure)) => format!("fails: {failure:?}"),
                None => "is not asked any more".to_owned(),
            };
            return Err(format!(
                "{backend:?} and the model differ on {:?} by {by:?}\n     model: {}\n  database: {}",
                calls[at],
                shown(expected.get(at)),
                shown(answers.get(at))
            ));
        }
    }
    Ok(())
}

const STEP: &str = "  step ";

fn readable<C: Debug>(steps: &[Step<C>], difference: &str) -> String {
    let mut text = format!("{difference}\n\nThe sequence:\n");
    for (number, step) in (1..).zip(steps) {
        let _ = match step {
            Step::Restart => writeln!(text, "{STEP}{number}: restart"),
            Step::Work(Work { by, calls, end }) => {
                writeln!(text, "{STEP}{number}: {by:?}, then {end:?}: {calls:?}")
            }
        };
    }
    text
}
