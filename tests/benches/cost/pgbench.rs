//! The same statements by PostgreSQL's own benchmark, which knows nothing of this program and its driver.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use freigabe_testkit::{bench::percentile, database::connect};
use sea_orm::ConnectionTrait as _;

use crate::{
    load::Run,
    machine,
    operation::Subject,
    recording::{Noted, Recording, Slot, Step},
};

/// The benchmark, as PostgreSQL brings it.
#[derive(Debug, Clone)]
pub(crate) struct Pgbench(PathBuf);

impl Pgbench {
    /// The one named, on the path, or where Debian puts it; none where there is none.
    pub(crate) fn find(named: Option<&Path>) -> Option<Self> {
        let debian = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        let mut debian: Vec<_> = debian
            .map(|version| version.path().join("bin/pgbench"))
            .collect();
        debian.sort();
        let candidates = [named.map(Path::to_owned), Some("pgbench".into())];
        let mut all = candidates
            .into_iter()
            .flatten()
            .chain(debian.into_iter().rev());
        all.find(|program| {
            Command::new(program)
                .arg("--version")
                .output()
                .is_ok_and(|said| said.status.success())
        })
        .map(Self)
    }

    /// Lets so many clients repeat the recording: for so many seconds, or until each has used up its share.
    pub(crate) async fn run(
        &self,
        url: &str,
        recording: &Recording,
        subjects: &[Subject],
        clients: usize,
        seconds: Option<u64>,
    ) -> Run {
        put(url, subjects).await;
        let folder = std::env::temp_dir().join(format!("freigabe-pgbench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the script");
        let file = folder.join("script.sql");
        fs::write(
            &file,
            script(recording, subjects.len(), clients, seconds.is_none()),
        )
        .expect("a script");
        let mut command = Command::new(&self.0);
        command.args([
            "--no-vacuum",
            "--protocol=prepared",
            "--log",
            "--define=n=0",
        ]);
        command.args([
            "--client",
            &clients.to_string(),
            "--jobs",
            &clients.min(2).to_string(),
        ]);
        match seconds {
            Some(seconds) => command.args(["--time", &seconds.to_string()]),
            None => command.args(["--transactions", &(subjects.len() / clients).to_string()]),
        };
        let busy = machine::busy();
        let said = command
            .arg("--file")
            .arg(&file)
            .arg(url)
            .env(
                "PGOPTIONS",
                "-c role=freigabe_app -c enable_seqscan=off -c jit=off -c timezone=UTC",
            )
            .current_dir(&folder)
            .output()
            .expect("pgbench");
        let busy = machine::busy() - busy;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.status.success(),
            "pgbench: {text}{}",
            String::from_utf8_lossy(&said.stderr)
        );
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate
            .and_then(|line| line.split(' ').next()?.parse().ok())
            .expect("a rate");
        let times = times(&folder);
        fs::remove_dir_all(&folder).expect("the folder removed");
        Run {
            operations: times.len(),
            rate,
            p50: percentile(&times, 0.5),
            p99: percentile(&times, 0.99),
            busy: busy * 1_000.0 / times.len() as f64,
        }
    }
}

/// How long each transaction took, in milliseconds.
fn times(folder: &Path) -> Vec<f64> {
    let files = fs::read_dir(folder).expect("the folder").flatten();
    let logs = files.filter(|file| {
        file.file_name()
            .to_string_lossy()
            .starts_with("pgbench_log")
    });
    let texts: Vec<_> = logs
        .map(|file| fs::read_to_string(file.path()).expect("a log"))
        .collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    // client, number, microseconds, …
    let micros = lines.map(|line| line.split(' ').nth(2).expect("a column").parse::<f64>());
    micros
        .map(|micros| micros.expect("a number") / 1_000.0)
        .collect()
}

/// Puts the subjects where the script finds them.
async fn put(url: &str, subjects: &[Subject]) {
    let connection = connect(url, 1).await;
    let mut sql = "DROP TABLE IF EXISTS bench_subjects; \
        CREATE TABLE bench_subjects (n bigint PRIMARY KEY, consent uuid NOT NULL, case_id uuid NOT NULL, held uuid); \
        GRANT SELECT ON bench_subjects TO freigabe_app; INSERT INTO bench_subjects VALUES "
        .to_owned();
    for (number, subject) in subjects.iter().enumerate() {
        let held = subject
            .held
            .map_or("NULL".to_owned(), |held| format!("'{held}'"));
        let comma = if number == 0 { "" } else { ", " };
        write!(
            sql,
            "{comma}({number}, '{}', '{}', {held})",
            subject.consent, subject.case
        )
        .expect("written");
    }
    sql.push_str("; ANALYZE bench_subjects");
    connection
        .execute_unprepared(&sql)
        .await
        .expect("the subjects");
    connection.close().await.expect("the connection closed");
}

/// What each client does again and again. That it looks up its subject first is one short statement more than the floor has.
fn script(recording: &Recording, subjects: usize, clients: usize, uses_up: bool) -> String {
    let share = subjects / clients;
    let mut script = format!("\\set i :client_id * {share} + :n % {share}\n\\set n :n + 1\n");
    assert!(share > 0, "a subject for each client (used up: {uses_up})");
    script.push_str(
        "SELECT consent, case_id, held, gen_random_uuid() AS fresh, 'pgbench-' || gen_random_uuid() AS key \
         FROM bench_subjects WHERE n = :i \\gset\nBEGIN;\n",
    );
    for step in &recording.steps {
        script.push_str(&written(step));
        script.push_str(";\n");
    }
    script.push_str("COMMIT;\n");
    script
}

/// The statement with its values, or the script's variables, in the place of its parameters.
fn written(step: &Step) -> String {
    let mut sql = String::new();
    let mut rest = step.sql.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = after[..digits].parse().expect("a parameter's number");
        sql.push_str(before);
        sql.push_str(&literal(&step.slots[number - 1]));
        rest = &after[digits..];
    }
    sql.push_str(rest);
    sql
}

fn literal(slot: &Slot) -> String {
    match slot {
        Slot::Consent => ":consent".to_owned(),
        Slot::Case => ":case_id".to_owned(),
        Slot::Held => ":held".to_owned(),
        Slot::Fresh => ":fresh".to_owned(),
        Slot::Key => ":key".to_owned(),
        Slot::Noted(noted) => match noted {
            Noted::Text(Some(text)) => format!("'{}'", text.replace('\'', "''")),
            Noted::Bytes(Some(bytes)) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("'\\x{digits}'")
            }
            Noted::Id(Some(id)) => format!("'{id}'"),
            Noted::Truth(Some(truth)) => truth.to_string(),
            Noted::Long(Some(number)) => number.to_string(),
            Noted::Unsigned(Some(number)) => number.to_string(),
            Noted::Int(Some(number)) => number.to_string(),
            Noted::Short(Some(number)) => number.to_string(),
            Noted::Text(None)
            | Noted::Bytes(None)
            | Noted::Id(None)
            | Noted::Truth(None)
            | Noted::Long(None)
            | Noted::Unsigned(None)
            | Noted::Int(None)
            | Noted::Short(None) => "NULL".to_owned(),
        },
    }
}
