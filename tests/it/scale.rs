//! The engine of several machines for real: workers that share PostgreSQL and a file store, and what happens to jobs when
//! workers, jobs and the database die.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::backends::postgres_database;
use crate::cli::{Scratch, path, root};
use crate::distributed::Bucket;
use crate::served::Data;

/// A small print that differs with each name; nothing in it takes long.
pub(crate) const SMALL: &str = r##"{"version":1,"name":"Small","garment":"tee","color":"navy","technique":"dtf",
    "fields":[{"id":"name","sample":"SAMPLE","max_length":14}],
    "placements":[{"area":"left-chest","layers":[{"id":"a","type":"text","text":"{{name}}","font":"Anton","size":4,
    "fill":"#ffffff","x":50,"y":50}]}]}"##;

/// A picture that takes 390 MB once it is opened.
pub(crate) const LARGE: &str = r#"{"version":1,"name":"Large","garment":"tee","color":"navy","technique":"dtf",
    "placements":[{"area":"front","layers":[{"id":"a","type":"image","asset":"large.png","width":200,"x":150,"y":150}]}]}"#;

/// A photograph beside the document, with words on another side.
pub(crate) const PICTURE: &str = r##"{"version":1,"name":"Picture","garment":"tee","color":"navy","technique":"dtg",
    "fields":[{"id":"name","sample":"SAMPLE","max_length":14}],
    "placements":[{"area":"front","layers":[{"id":"a","type":"image","asset":"./pictures/badge.jpg","width":60,"x":150,"y":150}]},
    {"area":"back","layers":[{"id":"b","type":"text","text":"{{name}}","font":"Anton","size":30,"fill":"#c0392b","x":150,"y":150}]}]}"##;

/// A program that runs, and the lines that it says.
pub(crate) struct Running {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(child.stderr.take().unwrap()).lines(), Arc::clone(&said));
        let read = move || lines.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line));
        Self { child, said, reader: Some(std::thread::spawn(read)) }
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// Waits until it says something.
    pub(crate) fn until(&mut self, words: &str) {
        while !self.said().contains(words) {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended before it said \"{words}\": {}", self.said());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        self.reader.take().unwrap().join().unwrap();
        (code, self.said())
    }

    /// Asks it to end, as a machine does that is shut down.
    pub(crate) fn terminate(self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.end()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a database; `None` if it does not answer.
pub(crate) fn ask(database: &str, question: &str) -> Option<String> {
    let answer = Command::new("psql").args([database, "-tAqc", question]).output().unwrap();
    answer.status.success().then(|| String::from_utf8(answer.stdout).unwrap().trim().to_owned())
}

pub(crate) fn count(database: &str, question: &str) -> usize {
    ask(database, question).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Has the database write down each item that becomes done, in their order, whatever the program says.
pub(crate) fn audit(database: &str) {
    let made = "CREATE TABLE audit (number BIGSERIAL, batch TEXT, item TEXT, line TEXT); \
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        INSERT INTO audit (batch, item, line) VALUES (NEW.batch, NEW.id, NEW.line); RETURN NEW; END $$; \
        CREATE TRIGGER noted AFTER UPDATE ON print_items FOR EACH ROW \
        WHEN (OLD.state <> 'done' AND NEW.state = 'done') EXECUTE FUNCTION note();";
    assert!(ask(database, made).is_some());
}

/// Every file below a folder, but what the folder keeps of itself.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let entry = entry.unwrap().path();
            let name = entry.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if entry.is_dir() && name != ".batch" {
                open.push(entry);
            } else if entry.is_file() {
                found.insert(name, std::fs::read(&entry).unwrap());
            }
        }
    }
    found
}

pub(crate) fn batch(orders: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_platen"));
    command.args(["batch", path(orders), "-o", path(out), "--preview-width", "120"]).args(more).current_dir(root());
    command
}

pub(crate) fn worker(data: &Data, database: &str, more: &[&str]) -> Command {
    let mut command = data.command(&["worker", "--database", database, "--jobs", "1", "--heartbeat-seconds", "1"]);
    command.args(more);
    command
}

#[test]
fn workers_make_what_one_machine_makes_and_what_is_lost_is_made_again() {
    let (scratch, data) = (Scratch::new("scale-same"), Data::new());
    std::fs::create_dir_all(scratch.file("designs/pictures")).unwrap();
    std::fs::copy(root().join("tests/fixtures/pictures/badge.jpg"), scratch.file("designs/pictures/badge.jpg"))
        .unwrap();
    scratch.write("designs/picture.json", PICTURE);
    scratch.write("small.json", SMALL);
    let mut rows = "order_id,line,design,size,technique,garment_color,name\n".to_owned();
    rows += "B-1,1,designs/picture.json,L,dtf,white,ANNA\nB-1,2,designs/picture.json,M,,black,ANNA\n";
    rows += "B-2,1,small.json,S,,,BO\nB-3,1,small.json,M,,,BO\n";
    let orders = scratch.write("orders.csv", &rows);
    let (one, out, store) = (scratch.file("one"), scratch.file("out"), scratch.file("store"));
    let what = ["--dpi", "40", "--make", "preview,artwork,ticket"];
    assert!(batch(&orders, &one, &what).output().unwrap().status.success());
    let (database, storage) = (postgres_database(), format!("file://{}", path(&store)));
    let shared = ["--database", &database, "--storage", &storage];
    let far = || {
        let (code, said) = Running::start(&mut batch(&orders, &out, &[&what[..], &shared].concat())).end();
        assert_eq!(code, Some(0), "{said}");
    };
    let mut at_work = Running::start(&mut worker(&data, &database, &["--storage", &storage]));
    at_work.until("takes jobs");
    far();
    let expected = files(&one);
    assert!(files(&out) == expected, "the same set, byte by byte");
    // Gone from the folder, and not from the store: nobody makes it again.
    audit(&database);
    std::fs::remove_file(out.join("B-1/1-front.png")).unwrap();
    far();
    assert!(files(&out) == expected && count(&database, "SELECT count(*) FROM audit") == 0);
    // Damaged in both.
    let report: Value = serde_json::from_slice(&expected["report.json"]).unwrap();
    let print = &report["lines"][0]["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["of"] == "front" && file["kind"] == "artwork");
    let kept = store.join("print/out").join(print.unwrap()["job"].as_str().unwrap());
    let whole = std::fs::read(&kept).unwrap();
    std::fs::write(&kept, &whole[..whole.len() / 2]).unwrap();
    std::fs::write(out.join("B-1/1-front.png"), b"x").unwrap();
    far();
    assert!(files(&out) == expected && std::fs::read(&kept).unwrap() == whole);
    assert_eq!(count(&database, "SELECT count(*) FROM audit"), 1);
    let (code, said) = at_work.terminate();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn batches_take_turns_and_whoever_waits_is_told_why() {
    let (scratch, data, bucket) = (Scratch::new("scale-fair"), Data::new(), Bucket::new());
    scratch.write("small.json", SMALL);
    let rows = |order: &str, rows: usize| {
        let lines = (1..=rows).fold(String::new(), |mut text, row| {
            writeln!(text, "{order},{row},small.json,M,{order}{row}").unwrap();
            text
        });
        scratch.write(&format!("{order}.csv"), &format!("order_id,line,design,size,name\n{lines}"))
    };
    let database = postgres_database();
    let shared = ["batch", "--dpi", "20", "--make", "artwork", "--database", &database];
    let submit = |orders: &Path, out: &str| {
        let mut command = bucket.command(&data, &shared);
        Running::start(command.arg(path(orders)).args(["-o", path(&scratch.file(out))]))
    };
    let waiting = |rows: usize| {
        while count(&database, "SELECT count(*) FROM print_items") < rows {
            std::thread::park_timeout(Duration::from_millis(50));
        }
    };
    let mut large = submit(&rows("LARGE", 40), "large");
    large.until("no worker takes these jobs");
    waiting(40);
    let small = submit(&rows("SMALL", 4), "small");
    waiting(44);
    audit(&database);
    let work = || Running::start(&mut bucket.command(&data, &["worker", "--database", &database, "--jobs", "1"]));
    // One that is asked to end finishes what it is at, and another goes on.
    let first = work();
    while count(&database, "SELECT count(*) FROM audit") < 3 {
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let (code, said) = first.terminate();
    assert_eq!(code, Some(0), "{said}");
    let begun = count(&database, "SELECT count(*) FROM print_items WHERE state = 'waiting' AND starts > 0");
    let held = count(&database, "SELECT count(*) FROM apalis.jobs WHERE status IN ('Queued', 'Running')");
    assert!(begun == 0 && held == 0 && count(&database, "SELECT count(*) FROM audit") < 44);
    let second = work();
    for submitted in [large, small] {
        let (code, said) = submitted.end();
        assert_eq!(code, Some(0), "{said}");
    }
    assert_eq!(second.terminate().0, Some(0));
    let last = count(&database, "SELECT max(number) FROM audit WHERE line LIKE 'SMALL%'");
    let before = count(&database, "SELECT count(*) FROM audit WHERE line LIKE 'LARGE%' AND number < 8");
    assert_eq!(count(&database, "SELECT count(*) FROM audit"), 44);
    assert!(
        last <= 9 && before >= 3,
        "the small one waits for few of the large one ({last}), which goes on, too ({before})"
    );
}

#[test]
fn what_machines_cannot_share_is_told() {
    let data = Data::new();
    let store = format!("file://{}", path(&data.0));
    let refused = |database: &str, words: &[&str]| {
        let mut command = data.command(&["worker", "--database", database, "--storage", &store]);
        let (code, said) = Running::start(&mut command).end();
        assert_eq!(code, Some(2), "{said}");
        words.iter().for_each(|word| assert!(said.contains(word), "{said}"));
    };
    refused("sqlite:jobs.db", &["PostgreSQL", "postgres://USER"]);
    refused("postgres://press:geheim@127.0.0.1:1/jobs", &["cannot reach", "127.0.0.1:1/jobs", "refused"]);
    let scratch = Scratch::new("scale-alone");
    let orders = scratch.write("orders.csv", "order_id,design,size\n");
    let (code, said) =
        Running::start(&mut batch(&orders, &scratch.file("out"), &["--database", "postgres:///jobs"])).end();
    assert!(code == Some(2) && said.contains("--storage"), "{said}");
}

/// A PostgreSQL cluster that can be killed: it is, and started again, for each line that it reads.
struct Cluster {
    database: String,
    input: Option<ChildStdin>,
    shell: Child,
}

const CLUSTER: &str = r#"
trap '' INT
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
for found in /usr/lib/postgresql/*/bin; do bin=$found; done
[ -x "$bin/initdb" ] || { echo "PostgreSQL is not installed; tests/run installs it"; exit 1; }
folder=$(as mktemp -d /tmp/platen-postgres-XXXXXX)
start() { as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-k $folder -c listen_addresses=" start; }
{ as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync && start; } >/dev/null 2>&1 || exit 1
echo "$folder"
while read -r _; do
    as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
    sleep 1
    start >/dev/null 2>&1
    echo again
done
as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
rm -rf "$folder"
"#;

impl Cluster {
    fn start() -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", CLUSTER])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut folder = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        let database = format!("postgres:///postgres?host={}&user=postgres", folder.trim());
        Self { database, input: shell.stdin.take(), shell }
    }

    /// Kills it, and starts it again after a second.
    fn kill(&mut self) {
        let input = self.input.as_mut().unwrap();
        input.write_all(b"\n").unwrap();
        input.flush().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

/// A picture of one color: few bytes, and many once it is opened.
pub(crate) fn large_picture(file: &Path) {
    const SIDE: u32 = 9900;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(std::fs::File::create(file).unwrap()), SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = [200, 30, 30].repeat(SIDE as usize);
    (0..SIDE).for_each(|_| stream.write_all(&row).unwrap());
    stream.finish().unwrap();
}

#[test]
fn nothing_is_lost_or_done_twice_whatever_dies() {
    const ROWS: usize = 1000;
    let (scratch, data, bucket, mut cluster) =
        (Scratch::new("scale-all"), Data::new(), Bucket::new(), Cluster::start());
    let database = cluster.database.clone();
    scratch.write("small.json", SMALL);
    scratch.write("large.json", LARGE);
    large_picture(&scratch.file("large.png"));
    let mut rows = "order_id,line,design,size,name\n".to_owned();
    for row in 0..ROWS {
        writeln!(rows, "C-{},{},small.json,M,{row}", row / 4, row % 4 + 1).unwrap();
        if row == 30 {
            rows += "POISON,1,large.json,M,\n";
        }
    }
    let (orders, out) = (scratch.write("orders.csv", &rows), scratch.file("out"));
    let folder = scratch.file("work");
    std::fs::create_dir_all(&folder).unwrap();
    let more = ["--heartbeat-seconds", "1", "--job-memory", "256", "--work", path(&folder)];
    let work = || {
        let mut command = bucket.command(&data, &["worker", "--database", &database, "--jobs", "1"]);
        let mut at_work = Running::start(command.args(more));
        at_work.until("takes jobs");
        at_work
    };
    let [first, mut second, third] = [work(), work(), work()];
    audit(&database);
    let mut command = bucket.command(&data, &["batch", "--dpi", "20", "--make", "artwork", "--database", &database]);
    let mut submitted = Running::start(command.arg(path(&orders)).args(["-o", path(&out)]));
    let mut done = |least: usize| {
        while count(&database, "SELECT count(*) FROM audit") < least {
            assert!(submitted.child.try_wait().unwrap().is_none(), "{}", submitted.said());
            std::thread::park_timeout(Duration::from_millis(50));
        }
    };
    done(100);
    second.child.kill().unwrap();
    done(300);
    cluster.kill();
    let (code, said) = submitted.end();
    assert_eq!(code, Some(1), "one row is not made: {said}");

    let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!((report["rows"].as_u64(), report["made"].as_u64()), (Some(1001), Some(1000)));
    let failed: Vec<&Value> =
        report["lines"].as_array().unwrap().iter().filter(|line| line["status"] != "made").collect();
    let [poison] = failed[..] else { panic!("no innocent job is dead: {failed:?}") };
    let why = poison["reason"].as_str().unwrap();
    assert!(poison["order_id"] == "POISON" && why.contains("256 MiB"), "{poison}");
    let all = report["lines"].as_array().unwrap().iter().flat_map(|line| line["files"].as_array().unwrap());
    let mut there = 0;
    for file in all {
        let bytes = std::fs::read(out.join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), file["blake3"].as_str().unwrap());
        there += 1;
    }
    assert_eq!(there, ROWS);
    let states = ask(&database, "SELECT state, count(*) FROM print_items GROUP BY state ORDER BY state").unwrap();
    assert_eq!(states, "dead|1\ndone|1000");
    assert_eq!(count(&database, "SELECT tries FROM print_items WHERE state = 'dead'"), 3);
    let once = "SELECT count(*) FROM (SELECT item FROM audit GROUP BY item HAVING count(*) = 1) AS once";
    assert_eq!((count(&database, once), count(&database, "SELECT count(*) FROM audit")), (ROWS, ROWS));

    // Whoever works here next clears away what the killed one left.
    let left = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(left(), 3);
    let next = work();
    assert_eq!(left(), 3);
    for at_work in [first, third, next] {
        let (code, said) = at_work.terminate();
        assert_eq!(code, Some(0), "{said}");
    }
    assert_eq!(left(), 0);
}
