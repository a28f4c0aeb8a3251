//! Uploads on their way in: how many at once, in all and from one visitor, since each is held in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Uploads that arrive at once; at 32 MB each, about 770 MB.
const ALL: usize = 24;
/// Those of one visitor.
const OF_ONE: usize = 4;

/// Who is sending how many.
#[derive(Debug, Default)]
pub(super) struct Incoming(Mutex<BTreeMap<String, usize>>);

/// An upload that arrives; it counts until this is dropped.
#[derive(Debug)]
pub(super) struct Arrival<'a> {
    incoming: &'a Incoming,
    who: String,
}

impl Incoming {
    /// Lets an upload in, if there is room.
    pub(super) fn begin(&self, who: String) -> Option<Arrival<'_>> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = senders.get(&who).copied().unwrap_or(0);
        if theirs >= OF_ONE || senders.values().sum::<usize>() >= ALL {
            return None;
        }
        senders.insert(who.clone(), theirs + 1);
        Some(Arrival { incoming: self, who })
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        let mut senders = self.incoming.0.lock().unwrap_or_else(PoisonError::into_inner);
        match senders.get_mut(&self.who) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(senders.remove(&self.who)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visitor_sends_four_at_once_and_all_together_twenty_four() {
        let incoming = Incoming::default();
        let mine: Vec<_> = (0..OF_ONE).map(|_| incoming.begin("me".to_owned()).unwrap()).collect();
        assert!(incoming.begin("me".to_owned()).is_none());
        let others: Vec<_> = (OF_ONE..ALL).map(|n| incoming.begin(format!("other {n}")).unwrap()).collect();
        assert!(incoming.begin("late".to_owned()).is_none());
        drop(mine);
        assert!(incoming.begin("late".to_owned()).is_some());
        drop(others);
        assert_eq!(incoming.0.lock().unwrap().len(), 0);
    }
}
