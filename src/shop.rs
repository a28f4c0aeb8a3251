//! The shop: catalogue, fonts, pictures and mockups opened once.
