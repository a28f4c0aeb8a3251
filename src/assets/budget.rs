//! What the pictures, letters and shapes of one request may take together.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::assets::error::AssetError;
use crate::assets::limits::Limits;

/// The memory that all pictures of one request share (decoded, cropped, recoloured, or drawn from an SVG), the work that
/// drawing its SVGs may take, and the outlines of its letters and shapes.
///
/// Each picture or text may keep its own limits and still be one of hundreds. So every one is charged here, by the size in its
/// header, before it is decoded or made; one that is used several times counts once. Outlines are charged before they are
/// made, or as they are where one is too small to matter. The first that does not fit ends
/// the request: later ones are refused unseen.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    most_passes: u64,
    most_outlines: u64,
    spent: Mutex<Spent>,
}

/// A charge for outlines that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the letters and shapes of the design are drawn with {elements} pieces of outline together, where at most {limit} are"
)]
pub struct OutlinesExceeded {
    /// Path elements up to the first that do not fit.
    pub elements: u64,
    /// The limit.
    pub limit: u64,
}

#[derive(Debug, Default)]
struct Spent {
    pictures: BTreeSet<[u8; 32]>,
    bytes: u64,
    /// Over a pixel.
    passes: f64,
    /// Path elements.
    outlines: u64,
    exceeded: bool,
}

impl Budget {
    /// A budget of [`Limits::request_bytes`], [`Limits::request_passes`] and [`Limits::request_outlines`], for one
    /// request.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.request_bytes,
            most_passes: limits.request_passes.into(),
            most_outlines: limits.request_outlines,
            spent: Mutex::default(),
        }
    }

    /// Takes `bytes` for the picture that `key` names, unless it was charged before.
    ///
    /// # Errors
    ///
    /// If that is more than is left, now or at an earlier call.
    pub fn charge(&self, key: [u8; 32], bytes: u64) -> Result<(), AssetError> {
        self.charge_making(key, bytes, 0)
    }

    /// As [`Budget::charge`], for what takes `meanwhile` bytes more while it is made.
    ///
    /// # Errors
    ///
    /// If both are more than is left, now or at an earlier call.
    pub fn charge_making(&self, key: [u8; 32], bytes: u64, meanwhile: u64) -> Result<(), AssetError> {
        let mut spent = self.spent();
        if spent.pictures.contains(&key) {
            return Ok(());
        }
        let total = spent.bytes.saturating_add(bytes);
        let most = total.saturating_add(meanwhile);
        if spent.exceeded || most > self.limit {
            spent.exceeded = true;
            return Err(AssetError::OverBudget { bytes: most, limit: self.limit });
        }
        spent.bytes = total;
        spent.pictures.insert(key);
        Ok(())
    }

    /// Takes so many passes over a pixel for drawing an SVG.
    ///
    /// # Errors
    ///
    /// If that is more than is left, or if a charge was refused before.
    pub fn charge_work(&self, passes: f64) -> Result<(), AssetError> {
        const PIXELS: f64 = 1e6;
        let mut spent = self.spent();
        let total = ((spent.passes + passes) / PIXELS).clamp(0.0, 1e15).ceil() as u64;
        if spent.exceeded || total > self.most_passes {
            spent.exceeded = true;
            let what = "estimated passes to draw all SVGs of the design";
            return Err(AssetError::TooLarge { what, value: total, limit: self.most_passes });
        }
        spent.passes += passes;
        Ok(())
    }

    /// Takes so many path elements for letters or shapes.
    ///
    /// # Errors
    ///
    /// If that is more than is left, or if a charge was refused before.
    pub fn charge_outlines(&self, elements: u64) -> Result<(), OutlinesExceeded> {
        let mut spent = self.spent();
        let total = spent.outlines.saturating_add(elements);
        if spent.exceeded || total > self.most_outlines {
            spent.exceeded = true;
            return Err(OutlinesExceeded { elements: total, limit: self.most_outlines });
        }
        spent.outlines = total;
        Ok(())
    }

    /// Whether a charge was refused.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.spent().exceeded
    }

    /// A poisoned lock guards numbers that are never left half changed.
    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_adds_up() {
        let budget = Budget::new(&Limits { request_passes: 10, ..Limits::default() });
        assert_eq!(budget.charge_work(6e6), Ok(()));
        assert!(budget.charge_work(4.1e6).is_err());
        assert!(budget.is_exceeded() && budget.charge_work(0.0).is_err() && budget.charge([0; 32], 0).is_err());
        assert!(Budget::new(&Limits::default()).charge_work(f64::INFINITY).is_err());
    }

    #[test]
    fn outlines_add_up() {
        let budget = Budget::new(&Limits { request_outlines: 10, ..Limits::default() });
        assert_eq!(budget.charge_outlines(6), Ok(()));
        assert_eq!(budget.charge_outlines(4), Ok(()));
        assert_eq!(budget.charge_outlines(1), Err(OutlinesExceeded { elements: 11, limit: 10 }));
        assert!(budget.is_exceeded() && budget.charge_outlines(0).is_err() && budget.charge([0; 32], 0).is_err());
        assert!(Budget::new(&Limits::default()).charge_outlines(u64::MAX).is_err());
    }

    #[test]
    fn what_is_needed_meanwhile_has_to_fit_but_is_not_kept() {
        let budget = Budget::new(&Limits { request_bytes: 1000, ..Limits::default() });
        for key in 0..4 {
            assert_eq!(budget.charge_making([key; 32], 100, 600), Ok(()));
        }
        assert_eq!(budget.charge_making([0; 32], 100, 600), Ok(()), "made before");
        let refused = budget.charge_making([4; 32], 100, 600);
        assert_eq!(refused, Err(AssetError::OverBudget { bytes: 1100, limit: 1000 }));
    }

    #[test]
    fn a_picture_counts_once_and_nothing_passes_after_a_refusal() {
        let budget = Budget::new(&Limits { request_bytes: 1000, ..Limits::default() });
        for _ in 0..5 {
            assert_eq!(budget.charge([1; 32], 600), Ok(()));
        }
        assert!(!budget.is_exceeded());
        assert_eq!(budget.charge([2; 32], 401), Err(AssetError::OverBudget { bytes: 1001, limit: 1000 }));
        assert!(budget.is_exceeded());
        assert!(budget.charge([3; 32], 1).is_err(), "what follows a refusal is refused");
        assert_eq!(budget.charge([1; 32], 600), Ok(()));
        assert!(Budget::new(&Limits::default()).charge([0; 32], u64::MAX).is_err());
    }
}
