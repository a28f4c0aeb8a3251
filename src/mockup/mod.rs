//! Garments as rendered layers, and artwork on their folds.
