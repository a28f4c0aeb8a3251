//! The real program on a real port: what it promises when it is killed, stopped or left alone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

/// A folder for one service's data, taken away at the end.
pub(crate) struct Data(pub(crate) PathBuf);

impl Data {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("platen-served-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    /// `platen`, with this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_platen"));
        command.args(arguments).args(["--assets", env!("CARGO_MANIFEST_DIR"), "--data"]).arg(&self.0);
        command
    }

    pub(crate) fn serve(&self) -> Served {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, more: &[&str]) -> Served {
        Served::start(
            &mut self.command(&[&["serve", "--listen", "127.0.0.1:0", "--preview-ms", "20000"], more].concat()),
        )
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running service.
pub(crate) struct Served {
    pub(crate) child: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Runs a command that serves, until it is ready.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it ends before it is ready").unwrap();
            if let Some((_, address)) = line.split_once("ready at http://") {
                break address.to_owned();
            }
        };
        // A pipe that nobody reads would stop the service once it is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.address.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> TcpStream {
        self.begin(method, path, &format!("Cookie: {cookie}\r\n"), body.as_bytes())
    }

    /// Sends a request with further header lines.
    fn begin(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    /// Status, headers and body of an answer.
    pub(crate) fn call(&self, method: &str, path: &str, cookie: &str, body: &str) -> (u16, String, Vec<u8>) {
        self.send(method, path, &format!("Cookie: {cookie}\r\n"), body.as_bytes())
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut answer = Vec::new();
        self.begin(method, path, headers, body).read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

pub(crate) fn design(words: &str) -> String {
    json!({ "version": 1, "name": words, "garment": "tee", "color": "navy", "technique": "dtf", "placements": [{
        "area": "front", "layers": [{ "id": "words", "type": "text", "text": words, "x": 177.8, "y": 120, "size": 40,
            "font": "Anton", "fill": "ink:white" }] }] })
    .to_string()
}

pub(crate) fn cookie_in(head: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let data = Data::new();
    let mut first = data.serve();
    let (status, head, _) = first.call("POST", "/api/v1/designs", "", &design("FIRST"));
    assert_eq!(status, 201);
    let cookie = cookie_in(&head);
    // Several clients write; the process is killed in the middle of it.
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (first, cookie) = (&first, &cookie);
                scope.spawn(move || {
                    let mut saved = Vec::new();
                    for n in 0..1000 {
                        let title = format!("{writer}-{n}");
                        let Ok(mut stream) = TcpStream::connect(&first.address) else { break };
                        let body = design(&title);
                        let head = format!(
                            "POST /api/v1/designs HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                            body.len()
                        );
                        let mut answer = Vec::new();
                        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
                        if sent.is_err() || stream.read_to_end(&mut answer).is_err() || answer.is_empty() {
                            break;
                        }
                        if answer.starts_with(b"HTTP/1.1 201") {
                            saved.push(title);
                        }
                        if writer == 0 && n == 40 {
                            first.signal("KILL");
                        }
                    }
                    saved
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    first.child.wait().unwrap();
    assert!(acknowledged.len() >= 40, "{}", acknowledged.len());
    let second = data.serve();
    let mut kept = Vec::new();
    let mut path = "/api/v1/designs?limit=100".to_owned();
    loop {
        let (status, _, body) = second.call("GET", &path, &cookie, "");
        assert_eq!(status, 200);
        let page: Value = serde_json::from_slice(&body).unwrap();
        kept.extend(page["designs"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/designs?limit=100&after={next}");
    }
    for title in &acknowledged {
        assert!(kept.contains(title), "{title} was acknowledged and is lost");
    }
}

#[test]
fn a_picture_that_was_drawn_is_not_drawn_again_after_a_restart() {
    let data = Data::new();
    let hits = |served: &Served| {
        let text = String::from_utf8(served.call("GET", "/metrics", "", "").2).unwrap();
        text.lines().find_map(|line| line.strip_prefix("platen_preview_disk_hits_total ")).map(str::to_owned)
    };
    let path = "/api/v1/previews?width=200";
    let mut first = data.serve();
    let stranger = first.call("POST", path, "", &design("KEPT"));
    let cookie = cookie_in(&first.call("PUT", "/api/v1/me/preferences", "", "{}").1);
    let drawn = first.call("POST", path, &cookie, &design("KEPT"));
    assert_eq!((stranger.0, drawn.0, hits(&first)), (200, 200, None));
    first.signal("TERM");
    assert!(first.child.wait().unwrap().success());
    let second = data.serve();
    let stranger = second.call("POST", path, "", &design("KEPT"));
    assert_eq!((stranger.0, hits(&second)), (200, None), "what somebody without a cookie draws is on no disk");
    let again = second.call("POST", path, &cookie, &design("KEPT"));
    assert_eq!((again.0, again.2 == drawn.2, hits(&second).as_deref()), (200, true, Some("1")));
}

#[test]
fn it_finishes_what_runs_and_ends_cleanly_when_told_to_stop() {
    let data = Data::new();
    let mut served = data.serve();
    let mut running = served.ask("POST", "/api/v1/previews?width=1200&format=png", "", &design("LAST"));
    // The answer's first byte says that the request was let in before the signal.
    let mut first = [0; 1];
    let reader = std::thread::spawn(move || {
        running.read_exact(&mut first).unwrap();
        let mut rest = Vec::new();
        running.read_to_end(&mut rest).unwrap();
        rest
    });
    while served.call("GET", "/metrics", "", "").2.windows(23).all(|part| part != b"platen_renders_running ") {
        std::thread::yield_now();
    }
    served.signal("TERM");
    let answer = reader.join().unwrap();
    assert!(answer.starts_with(b"TTP/1.1 200") && answer.windows(4).any(|part| part == b"IEND"));
    assert!(served.child.wait().unwrap().success());
    assert!(TcpStream::connect(&served.address).is_err());
}

#[test]
fn a_client_that_hangs_up_frees_its_worker() {
    let data = Data::new();
    let served = data.serve();
    // Long enough to be met in the act: hundreds of layers of blurred letters.
    let layer = |n: usize| {
        json!({ "id": format!("l{n}"), "type": "text", "text": "SHADOWS AND BODIES", "x": 177.8, "y": 20 + n, "size": 60,
            "font": "Anton", "fill": "#ffffff", "shadow": { "dx": 3, "dy": 3, "blur": 20, "color": "#000000" } })
    };
    let layers: Vec<Value> = (0..400).map(layer).collect();
    let heavy = json!({ "version": 1, "garment": "tee", "color": "navy", "technique": "dtf",
        "placements": [{ "area": "front", "layers": layers }] })
    .to_string();
    let running = |served: &Served| {
        let text = String::from_utf8(served.call("GET", "/metrics", "", "").2).unwrap();
        text.lines().find_map(|line| line.strip_prefix("platen_renders_running ")).map_or(0.0, |n| n.parse().unwrap())
    };
    let stream = served.ask("POST", "/api/v1/artworks?area=front", "", &heavy);
    let mut seen = false;
    for _ in 0..10_000 {
        seen = running(&served) > 0.0;
        if seen {
            break;
        }
    }
    assert!(seen, "the print never began");
    drop(stream);
    let hung_up = std::time::Duration::from_millis(250);
    let end = std::thread::spawn(move || std::thread::sleep(hung_up));
    while running(&served) > 0.0 && !end.is_finished() {
        std::thread::yield_now();
    }
    end.join().unwrap();
    assert_eq!(running(&served), 0.0, "the print goes on after its client is gone");
}

/// Standard output of a command that succeeds.
pub(crate) fn stdout_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_public_address_wants_a_shop_key_first() {
    let data = Data::new();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let refused = data.command(&["serve", "--listen", listen]).output().unwrap();
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains("platen keys create") && message.contains("--no-shop-keys"), "{message}");
    }
    let starts = |arguments: &[&str]| {
        let mut child = data.command(&[&["serve"], arguments].concat()).stderr(Stdio::piped()).spawn().unwrap();
        let ready = BufReader::new(child.stderr.take().unwrap()).lines().any(|line| line.unwrap().contains("ready at"));
        let _ = child.kill();
        child.wait().unwrap();
        ready
    };
    assert!(starts(&["--listen", "127.0.0.1:0"]), "nobody else reaches this one");
    assert!(starts(&["--listen", "0.0.0.0:0", "--no-shop-keys"]));
    let create = ["keys", "create", "--name", "press", "--scope", "orders:read"];
    stdout_of(&mut data.command(&create));
    assert!(starts(&["--listen", "0.0.0.0:0"]));
    // A key that opens nothing counts for nothing.
    let list: Value =
        serde_json::from_str(&stdout_of(&mut data.command(&["keys", "list", "--format", "json"]))).unwrap();
    stdout_of(&mut data.command(&["keys", "revoke", list[0]["id"].as_str().unwrap()]));
    assert!(!starts(&["--listen", "0.0.0.0:0"]));
}

#[test]
fn a_key_is_in_no_file_and_no_log() {
    let data = Data::new();
    let create = ["keys", "create", "--name", "press", "--scope", "shop:read", "--scope", "batches"];
    let key = stdout_of(&mut data.command(&create)).trim().to_owned();
    assert!(key.starts_with("platen_") && key.len() == 59, "{key}");
    let log = data.0.join("log.txt");
    // Everything that any part of the program would ever say.
    let mut child = data
        .command(&["serve", "--listen", "127.0.0.1:0", "-v", "--log", "json"])
        .env("PLATEN_LOG", "trace")
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let address = loop {
        let told = std::fs::read_to_string(&log).unwrap();
        let ready = told.lines().find_map(|line| line.split_once("ready at http://"));
        if let Some((_, address)) = ready {
            break address.trim().to_owned();
        }
        assert!(child.try_wait().unwrap().is_none(), "{told}");
        std::thread::yield_now();
    };
    for path in ["/api/v1/keys", "/api/v1/keys/current", "/api/v1/nothing"] {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") || path.ends_with("nothing"), "{answer}");
        assert!(!answer.contains(&key[7..]), "{path}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let listed = stdout_of(&mut data.command(&["keys", "list"]));
    assert!(listed.contains("press") && listed.contains("shop:read batches"), "{listed}");
    assert!(!listed.contains(&key[7..]));
    let mut read = 0;
    let mut folders = vec![data.0.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(52).any(|part| part == &key.as_bytes()[7..]), "{}", path.display());
            read += 1;
        }
    }
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(read >= 2 && said.contains("/api/v1/keys/current"), "the database and the log were read");
}

#[test]
fn a_second_service_on_the_same_folder_does_not_start_and_a_backup_does() {
    let data = Data::new();
    let mut first = data.serve();
    let second = data.command(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{told}");
    assert!(told.contains("another `platen serve` is using") && told.contains("--data"), "{told}");
    assert_eq!(first.call("GET", "/readyz", "", "").0, 200);
    let archive = data.0.with_extension("tar.gz");
    let backup = data.command(&["backup", archive.to_str().unwrap()]).output().unwrap();
    assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
    std::fs::remove_file(archive).unwrap();
    first.signal("KILL");
    first.child.wait().unwrap();
    assert_eq!(data.serve().call("GET", "/readyz", "", "").0, 200, "a service that was killed holds nothing");
}

#[cfg(target_os = "linux")]
#[test]
fn it_may_have_as_many_files_open_as_the_system_allows() {
    let data = Data::new();
    let mut command = Command::new("sh");
    let program = "ulimit -Sn 300 && ulimit -Hn 3000 && exec \"$@\"";
    command.args(["-c", program, "sh", env!("CARGO_BIN_EXE_platen"), "serve", "--listen", "127.0.0.1:0"]);
    command.args(["--assets", env!("CARGO_MANIFEST_DIR"), "--data"]).arg(&data.0);
    let served = Served::start(&mut command);
    assert_eq!(served.call("GET", "/healthz", "", "").0, 200, "it takes connections");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", served.child.id())).unwrap();
    let files: Vec<&str> =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap().split_whitespace().collect();
    assert_eq!(files[..2], ["3000", "3000"]);
}
