//! A process that draws for a worker. It is kept from job to job, since opening mockups and pictures costs more than a small
//! print; when it dies, that is a failure of the job that it was at, and of no other.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::engine::work::{Reply, Request};

/// Jobs after which a process is replaced, so that what it keeps open stays bounded.
const JOBS: usize = 500;
/// How long it may take to open fonts, catalogue and mockups.
const OPENING: Duration = Duration::from_secs(60);
/// Most bytes of an answer.
const ANSWER: u64 = 1 << 20;
/// The signal that ends a process for a file that is too large for the bounds of its machine.
const BARRED: i32 = 25;
/// Characters of its words that are told.
const WORDS: usize = 300;

/// How the process is started.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) memory_mib: u64,
    /// Threads that it draws with.
    pub(super) threads: usize,
    /// Most processor time of a job, and most time by the clock, seconds.
    pub(super) seconds: u64,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Death {
    /// The process cannot be started, or cannot write here: no fault of the job.
    Place(String),
    /// The process died of the job.
    Job(String),
}

/// A process, or the place for one.
#[derive(Debug)]
pub(super) struct Renderer {
    start: Start,
    live: Option<Live>,
}

#[derive(Debug)]
struct Live {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What it said first of the job.
    words: Arc<Mutex<String>>,
    jobs: usize,
}

impl Renderer {
    pub(super) const fn new(start: Start) -> Self {
        Self { start, live: None }
    }

    /// Has a job drawn. Dropped before it is over, it ends the process.
    pub(super) async fn render(&mut self, request: &Request) -> Result<Reply, Death> {
        let mut live = match self.live.take() {
            Some(live) => live,
            None => self.open().await?,
        };
        live.jobs += 1;
        live.words.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let limit = Duration::from_secs(self.start.seconds);
        let line = serde_json::to_string(request).map_err(|error| Death::Job(error.to_string()))? + "\n";
        let converse = async {
            live.input.write_all(line.as_bytes()).await.ok()?;
            live.input.flush().await.ok()?;
            live.line().await
        };
        let Ok(answer) = tokio::time::timeout(limit, converse).await else {
            let _ = live.child.kill().await;
            return Err(Death::Job(format!("drawing it took more than {} s", self.start.seconds)));
        };
        match answer.map(|answer| serde_json::from_str::<Reply>(&answer)) {
            Some(Ok(reply)) => {
                if live.jobs < JOBS {
                    self.live = Some(live);
                }
                reply.hindrance.clone().map_or(Ok(reply), |why| Err(Death::Place(why)))
            }
            Some(Err(error)) => {
                let _ = live.child.kill().await;
                Err(Death::Job(format!("the program that draws answered in no way that is understood: {error}")))
            }
            None => {
                let status = live.child.wait().await;
                let why = self.cause(&status, &live.words_of_it());
                Err(if is_barred(&status) { Death::Place(why) } else { Death::Job(why) })
            }
        }
    }

    async fn open(&self) -> Result<Live, Death> {
        let cannot = |error: std::io::Error| Death::Place(format!("the program that draws does not start: {error}"));
        let mut child = Command::new(&self.start.program)
            .arg("render-job")
            .args(&self.start.arguments)
            .args(["--memory", &self.start.memory_mib.to_string()])
            // Passwords of the database and of the store are in our environment.
            .env_clear()
            .env("RAYON_NUM_THREADS", self.start.threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(cannot)?;
        let words = Arc::new(Mutex::new(String::new()));
        if let Some(errors) = child.stderr.take() {
            let words = Arc::clone(&words);
            tokio::spawn(async move {
                let mut lines = BufReader::new(errors).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
                    if words.is_empty() {
                        *words = line.trim().chars().take(WORDS).collect();
                    }
                }
            });
        }
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Death::Place("the program that draws has no pipes".to_owned()));
        };
        let mut live = Live { child, input, output: BufReader::new(output), words, jobs: 0 };
        // An empty line says that everything is open.
        match tokio::time::timeout(OPENING, live.line()).await {
            Ok(Some(line)) if line.is_empty() => Ok(live),
            _ => {
                let _ = live.child.kill().await;
                let words = live.words_of_it();
                Err(Death::Place(format!("the program that draws does not start: {words}")))
            }
        }
    }

    /// Why a process ended, for people.
    fn cause(&self, status: &std::io::Result<ExitStatus>, words: &str) -> String {
        use std::os::unix::process::ExitStatusExt as _;
        let (memory, seconds) = (self.start.memory_mib, self.start.seconds);
        let words = if words.is_empty() { String::new() } else { format!(" ({words})") };
        match status.as_ref().map(|status| (status.signal(), status.code())) {
            Ok((Some(9), _)) => format!("the system killed the program that drew it{words}"),
            Ok((Some(24), _)) => format!("drawing it took more than {seconds} s of processor time"),
            Ok((Some(BARRED), _)) => "a file is larger than this machine lets the worker write".to_owned(),
            Ok((Some(6), _)) => {
                format!("drawing it needs more than {memory} MiB, or meets a fault of the program{words}")
            }
            Ok((Some(signal), _)) => format!("the program that drew it died of signal {signal}{words}"),
            Ok((_, code)) => format!("the program that drew it ended with code {}{words}", code.unwrap_or(-1)),
            Err(error) => format!("the program that drew it is gone: {error}"),
        }
    }
}

/// Whether a process ended for a file that is larger than its machine allows.
fn is_barred(status: &std::io::Result<ExitStatus>) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.as_ref().is_ok_and(|status| status.signal() == Some(BARRED))
}

impl Live {
    /// The next line of its answers; `None` if there is no whole one.
    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        (&mut self.output).take(ANSWER).read_until(b'\n', &mut line).await.ok()?;
        line.pop_if(|last| *last == b'\n')?;
        String::from_utf8(line).ok()
    }

    fn words_of_it(&self) -> String {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn whoever_reads_why_a_job_failed_knows_what_to_change() {
        let start = Start { program: "platen".into(), arguments: Vec::new(), memory_mib: 64, threads: 1, seconds: 7 };
        let renderer = Renderer::new(start);
        let cause = |status: i32, words: &str| renderer.cause(&Ok(ExitStatus::from_raw(status)), words);
        assert!(
            cause(6, "memory allocation of 9 bytes failed").ends_with("program (memory allocation of 9 bytes failed)")
        );
        assert!(cause(6, "").contains("more than 64 MiB"));
        assert_eq!(cause(24, ""), "drawing it took more than 7 s of processor time");
        assert!(is_barred(&Ok(ExitStatus::from_raw(25))) && cause(25, "").contains("larger"));
        assert!(cause(9, "").contains("killed") && cause(11, "").contains("signal 11"));
        assert_eq!(cause(2 << 8, "error: no fonts"), "the program that drew it ended with code 2 (error: no fonts)");
    }

    #[tokio::test]
    async fn a_program_that_does_not_start_is_no_fault_of_the_job() {
        for (program, words) in [("/nowhere/platen", "No such file"), ("/bin/false", "does not start")] {
            let start =
                Start { program: program.into(), arguments: Vec::new(), memory_mib: 64, threads: 1, seconds: 7 };
            let died = Renderer::new(start).open().await.unwrap_err();
            assert!(matches!(&died, Death::Place(why) if why.contains(words)), "{died:?}");
        }
    }
}
