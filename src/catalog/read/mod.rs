//! From the files to a catalogue: strict reading, then the checks that a reader of one file cannot make.

mod area;
mod color;
mod file;
mod garment;
mod palette;
mod report;

use crate::catalog::{Catalog, CatalogError, Problem};
use report::Report;

/// See [`Catalog::parse`].
pub(super) fn catalog<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Catalog, CatalogError> {
    let mut files: Vec<(&str, &str)> = files.into_iter().collect();
    files.sort_unstable();
    let mut catalog = Catalog::default();
    let mut problems = Vec::new();
    let mut garments = Vec::new();
    for (path, text) in files {
        let mut report = Report::new(path);
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["inks.toml"] => catalog.inks = palette::inks(text, &mut report),
            ["techniques.toml"] => catalog.techniques = palette::techniques(text, &mut report),
            [folder, "garment.toml"] => garments.push((*folder, text, path)),
            _ => report.add("the file", "the catalogue has no such file", "see docs/CATALOG.md for the names"),
        }
        problems.append(&mut report.problems);
    }
    for (folder, text, path) in garments {
        let mut report = Report::new(path);
        catalog.garments.extend(garment::garment(folder, text, &catalog.techniques, &mut report));
        problems.append(&mut report.problems);
    }
    if problems.is_empty() { Ok(catalog) } else { Err(CatalogError { problems: in_file_order(problems) }) }
}

/// Problems by file; within a file they stay in the order in which they were met.
fn in_file_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|first, second| first.file.cmp(&second.file));
    problems
}
