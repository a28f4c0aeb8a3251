//! What the command line shows and reads.

#[cfg(test)]
mod diagnostics;
