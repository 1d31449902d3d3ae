//! Where the program runs in a test, and the server that it becomes.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant as Stopwatch},
};

/// A folder of its own, in which the program runs; removed afterwards.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("freigabe-program-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_freigabe"));
        command.args(arguments).current_dir(&self.0).env_clear();
        command
    }

    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What the program says when all goes well.
    #[track_caller]
    pub(super) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// What the program says when it fails: a single line that begins with "error: ".
    #[track_caller]
    pub(super) fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        let errors: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        assert_eq!(errors.len(), 1, "{said}");
        errors[0].to_owned()
    }

    /// Adds an organisation; its identifier.
    #[track_caller]
    pub(super) fn organisation(&self, role: &str, name: &str) -> String {
        let id = self.says(&["organisation", "add", "--role", role, "--name", name]);
        id.trim().to_owned()
    }

    /// Adds a client of an organisation, with its key in a file named after it.
    #[track_caller]
    pub(super) fn client(&self, id: &str, organisation: &str) -> String {
        self.says(&[
            "client",
            "add",
            "--id",
            id,
            "--organisation",
            organisation,
            "--generate-key",
            &format!("{id}.jwk"),
        ])
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server that runs until it is dropped.
pub(super) struct Server {
    pub(super) process: Child,
    pub(super) url: String,
    pub(super) log: Log,
}

/// What a process says on standard error, read on so that it never waits for somebody to read it.
#[derive(Clone)]
pub(super) struct Log(Arc<Mutex<String>>);

impl Log {
    /// Reads until a line holds `name=`; the value behind it, and the log from then on.
    #[track_caller]
    pub(super) fn until(stderr: ChildStderr, name: &str) -> (String, Self) {
        let mut lines = BufReader::new(stderr).lines();
        let mut said = String::new();
        let value = loop {
            let Some(line) = lines.next() else {
                panic!("it ended early: {said}");
            };
            let line = line.unwrap();
            said.push_str(&line);
            said.push('\n');
            if let Some((_, rest)) = line.split_once(name) {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        let log = Self(Arc::new(Mutex::new(said)));
        let more = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut said = more.0.lock().unwrap();
                said.push_str(&line);
                said.push('\n');
            }
        });
        (value, log)
    }

    pub(super) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

/// Waits until something is so, and says what it was when it did not become so.
#[track_caller]
pub(super) fn eventually<T: std::fmt::Debug>(
    what: &str,
    look: impl Fn() -> T,
    so: impl Fn(&T) -> bool,
) -> T {
    let began = Stopwatch::now();
    loop {
        let found = look();
        if so(&found) {
            return found;
        }
        assert!(
            began.elapsed() < Duration::from_secs(40),
            "{what} did not come about; last seen: {found:?}"
        );
        std::thread::sleep(Duration::from_millis(150));
    }
}

/// The whole answer to a GET of a plain HTTP server.
#[track_caller]
pub(super) fn get(url: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Asks a process to stop as a service manager does; its exit status.
pub(super) fn stop(process: &mut Child) -> Option<i32> {
    let id = process.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success());
    process.wait().unwrap().code()
}

impl Server {
    pub(super) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut process = place
            .command(
                &[
                    &["serve", "--listen", "127.0.0.1:0", "--workers", "1"],
                    arguments,
                ]
                .concat(),
            )
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (url, log) = Log::until(process.stderr.take().unwrap(), "public_url=");
        Self { process, url, log }
    }

    /// The whole answer to a request with these headers.
    #[track_caller]
    pub(super) fn get(&self, path: &str, headers: &str) -> String {
        get(&self.url, path, headers)
    }

    /// Asks it to stop as a service manager does.
    pub(super) fn stop(mut self) -> Option<i32> {
        stop(&mut self.process)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
