//! The program with a TLS listener.

#[cfg(test)]
mod tls {
    mod certificates;

    use std::{
        fs,
        io::{self, BufRead as _, BufReader},
        net::TcpStream,
        os::unix::fs::PermissionsExt as _,
        path::{Path, PathBuf},
        process::{Child, Command, Stdio},
        sync::{Arc, mpsc},
        time::{Duration, Instant as Stopwatch},
    };

    use rcgen::{CertificateParams, KeyPair};
    use rustls::{
        ClientConfig, ClientConnection, NamedGroup, RootCertStore, StreamOwned,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
    };

    /// A folder of its own; removed afterwards.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("freigabe-tls-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Writes a new certificate and its key, as a tool does that renews it.
    fn renew(folder: &Path, days: i64) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let begin = time::macros::datetime!(2020-01-01 0:00 UTC);
        params.not_before = begin;
        params.not_after = begin + time::Duration::days(days);
        let certificate = params.self_signed(&key).unwrap();
        let secret = folder.join("tls.key.new");
        fs::write(&secret, key.serialize_pem()).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(&secret, folder.join("tls.key")).unwrap();
        fs::write(folder.join("tls.pem"), certificate.pem()).unwrap();
        certificate.der().clone()
    }

    /// A server that runs until it is dropped, and the lines of its log.
    struct Server {
        process: Child,
        log: mpsc::Receiver<String>,
    }

    impl Server {
        fn start(folder: &Path, arguments: &[&str]) -> Self {
            let mut process = Command::new(env!("CARGO_BIN_EXE_freigabe"))
                .args(["serve", "--workers", "1"])
                .args(arguments)
                .current_dir(folder)
                .env_clear()
                .env("FREIGABE_EXPIRY_INTERVAL_SECONDS", "1")
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(process.stderr.take().unwrap()).lines();
            let (says, log) = mpsc::channel();
            std::thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    // Whoever does not listen any more is none of the server's business.
                    let _ = says.send(line);
                }
            });
            Self { process, log }
        }

        /// The next line of the log with this in it.
        #[track_caller]
        fn says(&self, what: &str) -> String {
            let mut before = Vec::new();
            let begin = Stopwatch::now();
            while let Ok(line) = self.log.recv_timeout(Duration::from_secs(20)) {
                if line.contains(what) {
                    return line;
                }
                assert!(begin.elapsed() < Duration::from_secs(20), "{before:#?}");
                before.push(line);
            }
            panic!("{what:?} was not said, but {before:#?}");
        }

        /// Where it listens.
        #[track_caller]
        fn address(&self) -> String {
            let line = self.says("is ready");
            let address = line.split_once(" address=").unwrap().1;
            address.split_whitespace().next().unwrap().to_owned()
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    /// A connection, its handshake at its end for the client, who shows nothing or this certificate with its key.
    fn connect(
        address: &str,
        trusted: &CertificateDer<'static>,
        shows: Option<(&CertificateDer<'static>, &KeyPair)>,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted.clone()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots);
        let config = match shows {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
                let chain = vec![certificate.clone()];
                config.with_client_auth_cert(chain, key).unwrap()
            }
        };
        let name = "localhost".try_into().unwrap();
        let mut session = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(Duration::from_secs(10)))?;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        Ok(StreamOwned::new(session, socket))
    }

    /// The key exchange with a server that shows what this client trusts.
    fn key_exchange(address: &str, trusted: &CertificateDer<'static>) -> Option<NamedGroup> {
        let connection = connect(address, trusted, None).ok()?;
        Some(connection.conn.negotiated_key_exchange_group()?.name())
    }

    const TLS: [&str; 4] = [
        "--tls-certificate-file",
        "tls.pem",
        "--tls-key-file",
        "tls.key",
    ];
    /// Days after 2020 that are over in no test.
    const LONG: i64 = 365 * 200;

    #[test]
    fn a_certificate_is_renewed_while_the_server_runs() {
        let place = Place::new("renewed");
        let old = renew(&place.0, LONG);
        let server = Server::start(&place.0, &[&TLS[..], &["--listen", "127.0.0.1:0"]].concat());
        let address = server.address();
        let group = key_exchange(&address, &old);
        assert_eq!(group, Some(NamedGroup::X25519MLKEM768));

        fs::write(place.0.join("tls.pem"), "broken").unwrap();
        server.says("the old one stays: tls.pem holds no certificate");
        assert!(key_exchange(&address, &old).is_some());

        let new = renew(&place.0, LONG);
        server.says("a new TLS certificate was found");
        assert!(key_exchange(&address, &new).is_some());
        assert!(key_exchange(&address, &old).is_none());
    }

    #[test]
    fn an_expired_certificate_is_told_at_the_start() {
        let place = Place::new("expired");
        renew(&place.0, 31);
        let server = Server::start(&place.0, &[&TLS[..], &["--listen", "127.0.0.1:0"]].concat());
        let said = server.says("TLS certificate");
        assert!(said.contains("tls.pem expired on 2020-02-01"), "{said}");
        assert!(said.contains("WARN"), "{said}");
    }

    #[test]
    fn plain_http_for_others_than_this_machine_is_told_at_the_start() {
        let place = Place::new("plain");
        let url = ["--public-url", "https://freigabe.example"];
        let everybody = Server::start(&place.0, &[&url[..], &["--listen", "0.0.0.0:0"]].concat());
        let said = everybody.says("plain HTTP");
        assert!(said.contains("WARN") && said.contains("a proxy that ends TLS"));
        drop(everybody);
        let alone = Server::start(&place.0, &["--listen", "127.0.0.1:0"]);
        loop {
            let line = alone.log.recv_timeout(Duration::from_secs(20)).unwrap();
            assert!(!line.contains("plain HTTP"), "{line}");
            if line.contains("is ready") {
                break;
            }
        }
    }

    #[test]
    fn without_the_key_there_is_no_server() {
        let place = Place::new("no-key");
        renew(&place.0, LONG);
        fs::remove_file(place.0.join("tls.key")).unwrap();
        let mut server =
            Server::start(&place.0, &[&TLS[..], &["--listen", "127.0.0.1:0"]].concat());
        server.says("error: tls.key: ");
        assert_eq!(server.process.wait().unwrap().code(), Some(1));
    }
}
