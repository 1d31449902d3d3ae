//! The application in a process of its own, which can be halted between two statements and killed like a machine that
//! loses power: `SIGKILL`, with no chance to finish anything.
//!
//! The process is a program of the test's package that calls [`main`]. It is told what to do on its standard input, one
//! line of JSON each, and says on its standard output what happened. When its input ends it ends.

mod app;
mod process;

use std::{
    io::Write as _,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use freigabe_domain::{
    erasure::{ErasureTarget, Taken},
    exchange::RetentionDesk as _,
    ids::CaseId,
};
use freigabe_storage::{MasterKey, StatementObserver};
use serde::{Deserialize, Serialize};

pub use self::app::{Keeping, KillableApp};
pub(crate) use self::process::Process;
use crate::{
    foreign::ForeignIssuer,
    machine::{DatabaseShift, NodeClock},
    node::{Installation, Opened},
    planted::{Mistake, Planted},
};

/// What its tokens name as their issuer. Its port differs from start to start.
pub(crate) const ISSUER: &str = "http://killable.invalid";
/// Set in the environment of the process, for programs that are something else besides.
const CHILD: &str = "FREIGABE_KILLABLE_SERVER";
/// How often the log is kept, see [`Order::KeepLog`].
const KEEPS_EVERY: Duration = Duration::from_millis(100);

/// What the process is told.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Open the database and serve.
    Serve {
        database_url: String,
        master_key: String,
        token_key: String,
        shift_micros: i64,
        planted: Option<Mistake>,
    },
    /// Count statements from here on; halt after so many, if a number is given.
    Watch { halt_after: Option<usize> },
    /// Say how many statements there were.
    Count,
    /// Put what waits into the log's tree, in one round, beside the server.
    Sequence,
    /// Sign the log's tree, beside the server.
    Sign,
    /// Sequence and sign from here on, as a server does.
    KeepLog,
    /// Carry out what was announced, beside the server.
    Erase(Target),
}

/// What is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// What expired at the end of this year.
    Year(u16),
    /// Everything about this case.
    Case(uuid::Uuid),
}

impl From<Target> for ErasureTarget {
    fn from(target: Target) -> Self {
        match target {
            Target::Year(year) => Self::Year(year),
            Target::Case(id) => Self::Case(CaseId::from_uuid(id)),
        }
    }
}

/// What the process says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    Serving { url: String },
    Watching,
    Counted { statements: usize },
    Kept,
    Halted,
}

/// Whether this process was started to be the server.
#[must_use]
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// The process's whole life. Ends when it is killed, or when its input ends.
///
/// # Panics
/// When it is told what makes no sense, or can't serve.
pub fn main() {
    let mut orders = std::io::stdin()
        .lines()
        .map(|line| serde_json::from_str(&line.expect("a line")).expect("an order"));
    let Some(Order::Serve {
        database_url,
        master_key,
        token_key,
        shift_micros,
        planted,
    }) = orders.next()
    else {
        panic!("the first order must be to serve");
    };
    let installation = Installation {
        database_url,
        master_key: MasterKey::from_base64(&master_key).expect("a master key"),
        token_key: BASE64_STANDARD.decode(token_key).expect("a key"),
        shift: DatabaseShift::by(shift_micros),
        foreign: Arc::new(ForeignIssuer::new()),
        clock: NodeClock::default(),
        planted: planted.map(Planted::new),
    };
    let watch = Arc::new(Watch::default());
    let observer = Arc::clone(&watch);
    let keeper = installation.clone();
    let _server = thread::spawn(move || serve(&installation, observer.observer()));
    for order in orders {
        match order {
            Order::Serve { .. } => panic!("it serves already"),
            Order::Watch { halt_after } => {
                watch.begin(halt_after);
                say(&Word::Watching);
            }
            Order::Sequence | Order::Sign | Order::Erase(_) => {
                let (installation, observer) = (keeper.clone(), Arc::clone(&watch).observer());
                let _keeper = thread::spawn(move || keep(&installation, observer, &order));
            }
            Order::KeepLog => {
                let installation = keeper.clone();
                let _keeper = thread::spawn(move || keep_log(&installation));
            }
            Order::Count => say(&Word::Counted {
                statements: watch.statements.load(Ordering::SeqCst),
            }),
        }
    }
}

fn serve(installation: &Installation, observer: StatementObserver) {
    actix_web::rt::System::new().block_on(async {
        let opened = Opened::open(installation, Some(observer)).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let server = opened.server(installation, ISSUER.to_owned(), Vec::new(), listener);
        say(&Word::Serving {
            url: format!("http://{address}"),
        });
        server.await.expect("a server that ended well");
    });
}

/// One piece of the keeper's work, with connections of its own.
fn keep(installation: &Installation, observer: StatementObserver, order: &Order) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        if let Order::Erase(target) = order {
            let eraser = Opened::eraser(installation, Some(observer)).await;
            while let Taken::Some(_) = eraser
                .carry_out((*target).into())
                .await
                .expect("an erasure")
            {}
            eraser.store().close().await.expect("the store closed");
            return;
        }
        let opened = Opened::open(installation, Some(observer)).await;
        match order {
            Order::Sequence => drop(opened.exchange.sequence().await.expect("a round")),
            _ => drop(
                opened
                    .exchange
                    .sign_checkpoint(&[])
                    .await
                    .expect("a signature"),
            ),
        }
        opened.store.close().await.expect("the store closed");
    });
    say(&Word::Kept);
}

/// Keeps the log, with connections of its own. What fails is tried again: the database may be gone for a while.
fn keep_log(installation: &Installation) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let opened = Opened::open(installation, None).await;
        loop {
            let _ = opened.exchange.sequence().await;
            let _ = opened.exchange.sign_checkpoint(&[]).await;
            tokio::time::sleep(KEEPS_EVERY).await;
        }
    });
}

fn say(word: &Word) {
    let line = serde_json::to_string(word).expect("JSON");
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").expect("somebody who listens");
    output.flush().expect("somebody who listens");
}

/// Counts statements, and halts the thread that carried out a certain one: the transaction stays open, as it is.
#[derive(Default)]
struct Watch {
    statements: AtomicUsize,
    halt_after: AtomicUsize,
}

impl Watch {
    fn begin(&self, halt_after: Option<usize>) {
        self.halt_after
            .store(halt_after.unwrap_or(usize::MAX), Ordering::SeqCst);
        self.statements.store(0, Ordering::SeqCst);
    }

    fn observer(self: Arc<Self>) -> StatementObserver {
        Arc::new(move |_sql| {
            let number = self.statements.fetch_add(1, Ordering::SeqCst) + 1;
            if number == self.halt_after.load(Ordering::SeqCst) {
                say(&Word::Halted);
                loop {
                    thread::park();
                }
            }
        })
    }
}
