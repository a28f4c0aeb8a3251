//! Files: one format a module, each writing to an `impl Write`.
