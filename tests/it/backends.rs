//! A PostgreSQL cluster and an S3 server of the tests' own, each started once for a test binary. The library's own tests
//! include this file as well. `tests/run` installs what they need.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A program that a shell watches over: it is stopped and its files are removed when our end of the shell's standard
/// input closes, however the tests end.
struct Watched {
    /// What it is reached by.
    address: String,
    /// Its input stays open as long as we live.
    _shell: Child,
}

impl Watched {
    /// Runs a script that tells its address on a line after `mark`, then waits for the end of its input.
    fn start(script: &str, argument: &str, mark: &str) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", script, "sh", argument])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it did not start: {}", told.join("\n"))).unwrap();
            if let Some((_, address)) = line.split_once(mark) {
                break address.trim().to_owned();
            }
            told.push(line);
        };
        // A pipe that nobody reads would stop the program once it is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, _shell: shell }
    }
}

/// Nobody may run PostgreSQL as root, so root runs it as the user of its package.
const POSTGRES: &str = r#"
trap '' INT
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
for found in /usr/lib/postgresql/*/bin; do bin=$found; done
[ -x "$bin/initdb" ] || { echo "PostgreSQL is not installed; tests/run installs it"; exit 1; }
folder=$(as mktemp -d /tmp/platen-postgres-XXXXXX)
{
    as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync &&
    as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-k $folder -c listen_addresses= -c max_connections=300" start
} 2>&1 || { cat "$folder/log"; rm -rf "$folder"; exit 1; }
echo "PostgreSQL is ready in $folder"
read -r _
as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
rm -rf "$folder"
"#;

/// A new, empty database of the cluster: its URL.
pub(crate) fn postgres_database() -> String {
    static CLUSTER: OnceLock<Watched> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(|| Watched::start(POSTGRES, "", "PostgreSQL is ready in "));
    let name = format!("platen_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = &cluster.address;
    let made = Command::new("psql")
        .args(["-h", folder, "-U", "postgres", "-d", "postgres", "-q", "-c", &format!("CREATE DATABASE {name}")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    format!("postgres:///{name}?host={folder}&user=postgres")
}

/// Amazon's interface, by a program that keeps buckets in memory.
const S3: &str = r#"
trap '' INT
for server in "$1/target/tools/s3/bin/moto_server" "$(command -v moto_server)"; do [ -x "$server" ] && break; done
[ -x "$server" ] || { echo "there is no S3 server for the tests; tests/run installs one"; exit 1; }
PYTHONUNBUFFERED=1 "$server" -H 127.0.0.1 -p 0 2>&1 &
read -r _
kill $!
"#;

/// A new, empty bucket of an S3 server: the address of the server (`http://…`) and the bucket's name.
pub(crate) fn s3_bucket() -> (String, String) {
    static SERVER: OnceLock<Watched> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(|| Watched::start(S3, env!("CARGO_MANIFEST_DIR"), "Running on http://"));
    let name = format!("platen-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let request =
        format!("PUT /{name} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", server.address);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (format!("http://{}", server.address), name)
}
