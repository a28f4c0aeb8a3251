//! How far a batch is: a line that is written over on a terminal, plain lines elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use platen::batch::run::Event;

use crate::cli::diagnostics::visible;
use crate::cli::terminal::Terminal;

/// Between two lines of a terminal.
const SOON: Duration = Duration::from_millis(100);
/// Between two plain lines.
const LATER: Duration = Duration::from_secs(10);

/// How far a batch is.
pub(super) struct Progress<'a> {
    terminal: &'a Terminal,
    state: Mutex<State>,
}

struct State {
    /// When the first file was counted, and how many were there then.
    begun: Option<(Instant, usize)>,
    said: Option<Instant>,
    is_open: bool,
    /// Pieces that were looked at, and all of them.
    checked: (usize, usize),
    /// The most that was told: threads may tell out of turn.
    most: usize,
}

#[expect(clippy::disallowed_methods, reason = "a rate is measured by the clock")]
fn now() -> Instant {
    Instant::now()
}

impl<'a> Progress<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        let state = State { begun: None, said: None, is_open: false, checked: (0, 0), most: 0 };
        Self { terminal, state: Mutex::new(state) }
    }

    pub(super) fn tell(&self, event: Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Checked(done, total) => {
                state.checked = (done.max(state.checked.0), total);
                self.line(&mut state, done == total, &format!("{done} of {total} pieces looked at"));
            }
            Event::Made(done, total) => {
                let (begun, before) = *state.begun.get_or_insert((now(), done));
                if done < state.most {
                    return;
                }
                state.most = done;
                let text = made(done, total, done - before.min(done), begun.elapsed());
                self.line(&mut state, done == total, &text);
            }
            Event::Healed(files) => {
                self.note(
                    &mut state,
                    &match files {
                        1 => "1 file was damaged or gone; it is made again".to_owned(),
                        _ => format!("{files} files were damaged or gone; they are made again"),
                    },
                );
            }
            Event::Removed(files) => {
                self.note(
                    &mut state,
                    &match files {
                        1 => "1 file of a row that is no longer made was removed".to_owned(),
                        _ => format!("{files} files of rows that are no longer made were removed"),
                    },
                );
            }
            Event::Waits(why) => self.note(&mut state, &visible(&why)),
        }
    }

    fn line(&self, state: &mut State, is_last: bool, text: &str) {
        let wait = if self.terminal.is_interactive() { SOON } else { LATER };
        if !is_last && state.said.is_some_and(|said| said.elapsed() < wait) {
            return;
        }
        state.said = Some(now());
        if self.terminal.is_interactive() {
            self.terminal.say(&format!("\r{text}\x1b[K"));
            state.is_open = true;
        } else {
            self.terminal.say(&format!("{text}\n"));
        }
    }

    fn note(&self, state: &mut State, text: &str) {
        self.end_line(state);
        self.terminal.say(&format!("note: {text}\n"));
    }

    fn end_line(&self, state: &mut State) {
        if std::mem::take(&mut state.is_open) {
            self.terminal.say("\n");
        }
    }

    /// How far looking at pieces came.
    pub(super) fn looked(&self) -> String {
        looked(self.state.lock().unwrap_or_else(PoisonError::into_inner).checked)
    }

    /// Ends the line that is written over.
    pub(super) fn end(&self) {
        self.end_line(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn looked((done, total): (usize, usize)) -> String {
    let pieces = if done == 0 { "no piece was".to_owned() } else { format!("{done} of {total} pieces were") };
    format!("{pieces} looked at, and no file was begun")
}

/// `312 of 2000 files, 18.4 a second, 1:32 left`.
fn made(done: usize, total: usize, since: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if since == 0 || seconds < 0.5 {
        return format!("{done} of {total} files");
    }
    let rate = since as f64 / seconds;
    let left = ((total - done.min(total)) as f64 / rate).ceil() as u64;
    let clock = if left >= 3600 {
        format!("{}:{:02}:{:02}", left / 3600, left / 60 % 60, left % 60)
    } else {
        format!("{}:{:02}", left / 60, left % 60)
    };
    let end = if done >= total { String::new() } else { format!(", {clock} left") };
    format!("{done} of {total} files, {rate:.1} a second{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stopped_while_pieces_are_looked_at_counts_no_files() {
        assert_eq!(looked((12, 42)), "12 of 42 pieces were looked at, and no file was begun");
        assert_eq!(looked((0, 0)), "no piece was looked at, and no file was begun");
    }

    #[test]
    fn rate_and_time_left_are_told_once_they_are_known() {
        assert_eq!(made(3, 10, 0, Duration::from_secs(9)), "3 of 10 files");
        assert_eq!(made(30, 130, 20, Duration::from_secs(10)), "30 of 130 files, 2.0 a second, 0:50 left");
        assert_eq!(made(10, 100_000, 10, Duration::from_secs(1)), "10 of 100000 files, 10.0 a second, 2:46:39 left");
        assert_eq!(made(130, 130, 20, Duration::from_secs(10)), "130 of 130 files, 2.0 a second");
    }
}
