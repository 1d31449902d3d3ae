//! The application in a process of its own, which can be halted between two statements and killed like a machine that
//! loses power: `SIGKILL`, with no chance to finish anything.
//!
//! The process is a program of the test's package that calls [`main`]. It is told what to do on its standard input, one
//! line of JSON each, and says on its standard output what happened. When its input ends it ends.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use freigabe_client::Client;
use freigabe_domain::{
    erasure::{ErasureTarget, Taken},
    exchange::{Application, RetentionDesk as _},
    ids::CaseId,
};
use freigabe_storage::{MasterKey, SqlStore, StatementObserver};
use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, time::timeout};

use crate::{
    Backend, TestDatabase,
    foreign::ForeignIssuer,
    inspect::{Contents, Inspector},
    machine::{DatabaseShift, NodeClock},
    network::Network,
    node::{Installation, Opened},
};

/// How long the process may take to say something.
const PATIENCE: Duration = Duration::from_secs(60);
/// What its tokens name as their issuer. Its port differs from start to start.
const ISSUER: &str = "http://killable.invalid";

/// What the process is told.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Open the database and serve.
    Serve {
        database_url: String,
        master_key: String,
        token_key: String,
        shift_micros: i64,
    },
    /// Count statements from here on; halt after so many, if a number is given.
    Watch { halt_after: Option<usize> },
    /// Say how many statements there were.
    Count,
    /// Put what waits into the log's tree, in one round, beside the server.
    Sequence,
    /// Sign the log's tree, beside the server.
    Sign,
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
enum Word {
    Serving { url: String },
    Watching,
    Counted { statements: usize },
    Kept,
    Halted,
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

/// A piece of the log keeper's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// What waits enters the tree.
    Sequencing,
    /// The tree is signed.
    Signing,
    /// What was announced is erased.
    Erasing(Target),
}

/// An installation whose only server is a process that can be killed and started again.
pub struct KillableApp {
    program: &'static Path,
    installation: Installation,
    network: Network,
    process: Option<Process>,
    database: TestDatabase,
}

struct Process {
    url: String,
    child: Child,
    orders: ChildStdin,
    words: mpsc::UnboundedReceiver<Word>,
}

impl KillableApp {
    /// Starts the program, which calls [`main`], on a fresh database in which everybody is registered.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(program: &'static Path, backend: Backend) -> Self {
        let database = TestDatabase::fresh(backend).await;
        let installation = Installation::new(&database);
        let opened = Opened::open(&installation, None).await;
        let network = Network::register(opened.exchange.as_ref()).await;
        opened.store.close().await.expect("the store closed");
        let mut app = Self {
            program,
            installation,
            network,
            process: None,
            database,
        };
        app.start_again().await;
        app
    }

    /// Starts the server again, on the database as the killed one left it.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        let mut child = Command::new(self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let orders = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (said, words) = mpsc::unbounded_channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let word = serde_json::from_str(&line).expect("a word");
                if said.send(word).is_err() {
                    return;
                }
            }
        });
        let mut process = Process {
            url: String::new(),
            child,
            orders,
            words,
        };
        let serve = Order::Serve {
            database_url: self.installation.database_url.clone(),
            master_key: self.installation.master_key.to_base64().to_string(),
            token_key: BASE64_STANDARD.encode(&self.installation.token_key),
            shift_micros: self.installation.shift.micros(),
        };
        process.order(&serve);
        match process.word().await {
            Word::Serving { url } => process.url = url,
            other => panic!("it said {other:?} instead of serving"),
        }
        self.process = Some(process);
    }

    /// Kills the server: `SIGKILL`.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        drop(self.process.take().expect("a running server"));
    }

    /// From here on statements are counted; after the one with this number the server halts where it is.
    ///
    /// # Panics
    /// When it does not obey.
    pub async fn watch(&mut self, halt_after: Option<usize>) {
        let process = self.running();
        process.order(&Order::Watch { halt_after });
        assert_eq!(process.word().await, Word::Watching);
    }

    /// How many statements there were since [`Self::watch`].
    ///
    /// # Panics
    /// When it does not say.
    pub async fn statements(&mut self) -> usize {
        let process = self.running();
        process.order(&Order::Count);
        match process.word().await {
            Word::Counted { statements } => statements,
            other => panic!("it said {other:?} instead of a number"),
        }
    }

    /// The use cases as the owner of the tables, who erases, in this process.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn eraser(&self) -> Application<SqlStore> {
        Opened::eraser(&self.installation, None).await
    }

    /// Moves the database's clock, for servers that are started from now on.
    pub fn advance(&self, by: time::Duration) {
        self.installation.shift.advance(by);
    }

    /// The database's URL.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Lets the process put what waits into the log's tree, or sign it, and does not wait for it.
    ///
    /// # Panics
    /// When the server does not run.
    pub fn begin_keeping(&mut self, work: Keeping) {
        let order = match work {
            Keeping::Sequencing => Order::Sequence,
            Keeping::Signing => Order::Sign,
            Keeping::Erasing(target) => Order::Erase(target),
        };
        self.running().order(&order);
    }

    /// Waits until that work is done.
    ///
    /// # Panics
    /// When it is not.
    pub async fn kept(&mut self) {
        assert_eq!(self.running().word().await, Word::Kept);
    }

    /// Waits until the server halts.
    ///
    /// # Panics
    /// When it does not.
    pub async fn halted(&mut self) {
        assert_eq!(self.running().word().await, Word::Halted);
    }

    /// A client of the running server that signs in as the named one, an office's on behalf of [`USER`](crate::network::USER).
    ///
    /// # Panics
    /// When nobody has that name, or the server does not run.
    #[must_use]
    pub fn client(&self, name: &str) -> Client {
        let url = &self.process.as_ref().expect("a running server").url;
        let participant = self.network.participant(name);
        let builder = Client::builder(url, participant.credentials.clone())
            .issuer(ISSUER)
            .public_url(ISSUER);
        participant.calling(builder.build().expect("a client"))
    }

    /// Every row of every table that the use cases write, in words that can be compared.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn contents(&self) -> Contents {
        let inspector = Inspector::open(&self.database.url).await;
        let contents = inspector.contents().await;
        inspector.close().await;
        contents
    }

    fn running(&mut self) -> &mut Process {
        self.process.as_mut().expect("a running server")
    }
}

impl Process {
    fn order(&mut self, order: &Order) {
        let line = serde_json::to_string(order).expect("JSON");
        writeln!(self.orders, "{line}").expect("a process that listens");
    }

    async fn word(&mut self) -> Word {
        let word = timeout(PATIENCE, self.words.recv()).await;
        word.expect("a word in time").expect("a process that lives")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().expect("a killed process");
        self.child.wait().expect("a process that is gone");
    }
}
