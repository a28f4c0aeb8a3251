//! Lettering: from words to outlines, boxes and carets.
