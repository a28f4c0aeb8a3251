//! Tests of the limits and of hostile input.
