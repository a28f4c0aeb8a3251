//! Values that are made once and kept, without a lock while they are made.

use std::sync::{Mutex, OnceLock, PoisonError};

/// The latest values by key, at most `capacity`; the one unused longest goes first.
pub(super) struct Recent<K, V> {
    capacity: usize,
    /// The latest used is last.
    entries: Mutex<Vec<(K, V)>>,
}

impl<K: PartialEq + Clone, V: Clone> Recent<K, V> {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::new(Vec::new()) }
    }

    /// The value of `key`, made if it is not there. Two threads that miss at once both make it, and one is kept: no
    /// lock is held meanwhile, since making uses the thread pool.
    pub(super) fn get_or_make(&self, key: &K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.touch(key) {
            return value;
        }
        let value = make();
        if let Some(other) = self.touch(key) {
            return other;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push((key.clone(), value.clone()));
        let surplus = entries.len().saturating_sub(self.capacity);
        entries.drain(..surplus);
        value
    }

    /// The value of `key`, which becomes the latest.
    fn touch(&self, key: &K) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let idx = entries.iter().position(|entry| entry.0 == *key)?;
        let entry = entries.remove(idx);
        let value = entry.1.clone();
        entries.push(entry);
        Some(value)
    }
}

/// The value of `cell`, made if it is not there. As with [`Recent::get_or_make`], two threads may both make it.
pub(super) fn made_outside<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    match cell.get() {
        Some(value) => value,
        None => {
            let value = make();
            cell.get_or_init(|| value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_unused_longest_is_made_again() {
        let recent = Recent::new(2);
        assert_eq!(recent.get_or_make(&1, || "one"), "one");
        assert_eq!(recent.get_or_make(&2, || "two"), "two");
        assert_eq!(recent.get_or_make(&1, || "again"), "one");
        assert_eq!(recent.get_or_make(&3, || "three"), "three");
        assert_eq!(recent.get_or_make(&2, || "again"), "again");
    }
}
