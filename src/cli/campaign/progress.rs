//! How far the work is: one line that is written over on a terminal, now and then a plain line elsewhere.

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::cli::terminal::Terminal;

/// How far the work is.
pub(crate) struct Progress<'a> {
    terminal: &'a Terminal,
    total: usize,
    done: Mutex<usize>,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(total: usize, terminal: &'a Terminal) -> Self {
        Self { terminal, total, done: Mutex::new(0) }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        // The lock is held while writing, so that lines come in their order.
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        let (done, total) = (*done, self.total);
        if self.terminal.is_interactive() {
            let cells = done * 30 / total.max(1);
            let bar = format!("{}{}", "█".repeat(cells), "░".repeat(30 - cells));
            let end = if done == total { "\n" } else { "" };
            self.terminal.say(&format!("\r{bar} {done} of {total} mails{end}"));
        } else if tenth(done, total) > tenth(done - 1, total) {
            self.terminal.say(&format!("{done} of {total} mails\n"));
        }
    }
}

const fn tenth(done: usize, total: usize) -> usize {
    match (done * 10).checked_div(total) {
        Some(tenth) => tenth,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_comes_at_every_tenth() {
        let lines = |total: usize| (1..=total).filter(|done| tenth(*done, total) > tenth(done - 1, total)).count();
        assert_eq!((lines(2000), lines(10), lines(3), lines(1)), (10, 10, 3, 1));
    }
}
