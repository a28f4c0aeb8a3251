//! What a running service and its child processes take and what they are connected to, as Linux tells in `/proc`.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, park_timeout};
use std::time::Duration;

/// What was seen since it was last taken.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The most memory that a child ever had, bytes.
    pub(crate) child_peak: u64,
    /// What the system stops children at: bytes of memory, seconds of the processor.
    pub(crate) bounds: BTreeSet<(u64, u64)>,
    /// Whether a child was seen whose system calls are filtered.
    pub(crate) filtered: bool,
    /// Sockets that are neither the listener nor a client's.
    pub(crate) strangers: BTreeSet<String>,
}

/// Looks at a service again and again until it is dropped. Peaks are the kernel's own, so little is missed between two
/// looks; a child that lives for a few milliseconds may be missed.
pub(crate) struct Watch {
    pid: u32,
    seen: Arc<Mutex<Seen>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Watches the process `pid`, which listens on `port`.
    pub(crate) fn new(pid: u32, port: u16) -> Self {
        let (seen, ends) = (Arc::<Mutex<Seen>>::default(), Arc::<AtomicBool>::default());
        let thread = std::thread::spawn({
            let (seen, ends) = (Arc::clone(&seen), Arc::clone(&ends));
            move || {
                let mut looks = 0_u64;
                while !ends.load(Ordering::Relaxed) {
                    let children = children(pid);
                    look(&children, &seen);
                    // The tables of all sockets take longer to read.
                    if looks.is_multiple_of(16) {
                        let found = strangers(&[&[pid], &children[..]].concat(), port);
                        seen.lock().unwrap().strangers.extend(found);
                    }
                    looks += 1;
                    park_timeout(Duration::from_micros(300));
                }
            }
        });
        Self { pid, seen, ends, thread: Some(thread) }
    }

    pub(crate) fn take(&self) -> Seen {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// The most memory that the service itself ever had, bytes.
    pub(crate) fn own_peak(&self) -> u64 {
        peak(self.pid).unwrap()
    }

    /// Processor time so far, seconds: of the service itself and of its children that have ended.
    pub(crate) fn cpu(&self) -> (f64, f64) {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        // The name in parentheses may hold anything; utime, stime, cutime and cstime are the 14th to 17th field.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks = |at: usize| fields[at - 3].parse::<f64>().unwrap();
        ((ticks(14) + ticks(15)) / 100.0, (ticks(16) + ticks(17)) / 100.0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

fn look(children: &[u32], seen: &Mutex<Seen>) {
    let mut seen = seen.lock().unwrap();
    for &child in children {
        // Until it runs its own program, a child is a copy of the service.
        let is_reader = fs::read(format!("/proc/{child}/cmdline")).is_ok_and(|line| has(&line, b"\0normalize\0"));
        if !is_reader {
            continue;
        }
        seen.child_peak = seen.child_peak.max(peak(child).unwrap_or(0));
        seen.bounds.extend(bounds(child));
        seen.filtered |= is_filtered(child);
    }
}

/// Whether `part` stands somewhere in `bytes`.
pub(crate) fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn children(pid: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists = threads.flatten().map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
}

fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn is_filtered(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "2"]))
}

fn bounds(pid: u32) -> Option<(u64, u64)> {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let soft = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some((soft("Max data size")?, soft("Max cpu time")?))
}

/// Sockets of the processes that are not on `port`.
fn strangers(pids: &[u32], port: u16) -> Vec<String> {
    let inodes = pids.iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/fd")).ok()).flat_map(|entries| {
        let links = entries.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
        let names =
            links.filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()));
        names.collect::<Vec<_>>()
    });
    let inodes: BTreeSet<String> = inodes.collect();
    let mut found = Vec::new();
    for kind in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let table = fs::read_to_string(format!("/proc/net/{kind}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (local, inode) = (fields[1], fields[9]);
            let at_home = kind.starts_with("tcp") && local.ends_with(&format!(":{port:04X}"));
            if inodes.contains(inode) && !at_home {
                found.push(format!("{kind} {local} -> {}", fields[2]));
            }
        }
    }
    found
}
