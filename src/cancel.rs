//! Work that may be called off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that long work looks at between its steps. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Option<Arc<AtomicBool>>);

impl Cancel {
    /// For work that nobody will call off.
    pub const NEVER: Self = Self(None);

    /// A flag that is not set yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// Calls the work off. It ends at its next step; what it has made so far is thrown away.
    pub fn set(&self) {
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the work was called off.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_flag_and_never_stays_unset() {
        let cancel = Cancel::new();
        let other = cancel.clone();
        assert!(!other.is_set());
        cancel.set();
        assert!(other.is_set());
        Cancel::NEVER.set();
        assert!(!Cancel::NEVER.is_set());
    }
}
