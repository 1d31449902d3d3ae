//! The program as it is delivered, and clients that call it.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use freigabe_client::{Client, StatusCode};
use freigabe_testkit::{
    Raw,
    bench::{Memory, memory_of},
    draft::a_draft,
    network::{AUDITOR, CENTRE_A, KB_HAMBURG},
};

use crate::{
    load::Side,
    operation::{Operation, Subject},
    scene::Scene,
};

/// A running server; stopped when it is dropped.
pub(crate) struct Program {
    child: Child,
    url: String,
    /// From its start until it said that it is ready.
    pub(crate) start: Duration,
    folder: PathBuf,
}

impl Program {
    /// Starts the program on the scene's database.
    pub(crate) async fn start(program: &Path, scene: &Scene) -> Self {
        let address = free_address();
        let folder = std::env::temp_dir().join(format!(
            "freigabe-cost-{}-{}",
            std::process::id(),
            address.port()
        ));
        std::fs::create_dir_all(&folder).expect("a folder for keys");
        for (kind, name) in [
            ("--token-signing", "token.key"),
            ("--log-signing", "log.key"),
        ] {
            if !folder.join(name).exists() {
                let mut make = Command::new(program);
                let made = make
                    .args(["key", "generate", kind])
                    .arg(folder.join(name))
                    .output();
                assert!(made.expect("the program").status.success(), "a key");
            }
        }
        let began = Instant::now();
        let child = Command::new(program)
            .arg("serve")
            .current_dir(&folder)
            .env_clear()
            .envs([
                ("FREIGABE_DATABASE_URL", scene.database.url.as_str()),
                ("FREIGABE_MASTER_KEY", scene.master_key.as_str()),
                ("FREIGABE_TOKEN_SIGNING_KEY_FILE", "token.key"),
                ("FREIGABE_LOG_SIGNING_KEY_FILE", "log.key"),
                ("FREIGABE_LISTEN", &address.to_string()),
                // A client that never stops is what is measured.
                ("FREIGABE_RATE_LIMIT_PER_CLIENT", "4000000000"),
                ("FREIGABE_RATE_LIMIT_PER_ADDRESS", "4000000000"),
                ("FREIGABE_RATE_LIMIT_SIGN_INS", "4000000000"),
                ("FREIGABE_TOKEN_LIFETIME_SECONDS", "3600"),
                ("FREIGABE_LOG_LEVEL", "warn"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program");
        let url = format!("http://{address}");
        let anonymous = Client::anonymous(&url).expect("a client");
        loop {
            if let Ok(answer) = anonymous
                .raw(
                    freigabe_client::Method::GET,
                    "/health/ready",
                    Default::default(),
                    None,
                )
                .await
                && answer.status == StatusCode::OK
            {
                break;
            }
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "the program did not start"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Self {
            start: began.elapsed(),
            child,
            url,
            folder,
        }
    }

    /// The memory that it takes.
    pub(crate) fn memory(&self) -> Memory {
        memory_of(self.child.id()).expect("Linux, which tells the memory of a running program")
    }

    /// So many clients for an operation, signed in.
    pub(crate) async fn clients(
        &self,
        scene: &Scene,
        operation: Operation,
        number: usize,
    ) -> Callers {
        let name = match operation {
            Operation::Release | Operation::Withdrawal | Operation::Check => CENTRE_A,
            Operation::Collection => KB_HAMBURG,
            Operation::Query => AUDITOR,
        };
        let participant = scene.network.participant(name);
        let mut clients = Vec::new();
        for _ in 0..number {
            let client = Client::builder(&self.url, participant.credentials.clone())
                .proof_key(participant.key.clone())
                .build()
                .expect("a client");
            let client = if participant.is_office {
                client.on_behalf_of("P-4711").expect("a header")
            } else {
                client
            };
            client.access_token().await.expect("a token");
            clients.push(client);
        }
        let keys = std::sync::atomic::AtomicU64::new(1);
        Callers {
            operation,
            clients,
            keys,
        }
    }

    /// Stops it as an operator would.
    pub(crate) fn stop(mut self) {
        use nix::{
            sys::signal::{Signal, kill},
            unistd::Pid,
        };
        let process = i32::try_from(self.child.id()).expect("a process");
        kill(Pid::from_raw(process), Signal::SIGTERM).expect("a running program");
        let status = self.child.wait().expect("the program's end");
        assert!(status.success(), "the program ended well: {status}");
        std::fs::remove_dir_all(&self.folder).expect("the keys removed");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

/// Clients of the program, each with a connection of its own.
pub(crate) struct Callers {
    operation: Operation,
    clients: Vec<Client>,
    keys: std::sync::atomic::AtomicU64,
}

impl Callers {
    fn request(&self, subject: Subject) -> Raw {
        let consent = subject.consent.as_uuid();
        let request = match self.operation {
            Operation::Release => Raw::post("/v1/disclosures").json(&a_draft(consent).build()),
            Operation::Check => Raw::post("/v1/disclosure-checks").json(&a_draft(consent).build()),
            Operation::Collection => {
                let held = subject.held.expect("a held message");
                Raw::post(format!("/v1/disclosures/{held}/collection"))
            }
            Operation::Withdrawal => Raw::post(format!("/v1/consents/{consent}/withdrawal")),
            Operation::Query => {
                return Raw::get(format!("/v1/audit/events?recipient={KB_HAMBURG}&limit=50"));
            }
        };
        let number = self.keys.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        request.key(&format!(
            "program-{number:010}-{}",
            uuid::Uuid::now_v7().simple()
        ))
    }
}

impl Side for Callers {
    async fn once(&self, client: usize, subject: Subject) {
        let answer = self.request(subject).send(&self.clients[client]).await;
        assert!(
            answer.status.is_success(),
            "{}: {} {}",
            self.operation,
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
}
