//! What a batch was made with, in a file, so that a reprint in a year is the same or says why it cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use platen::batch::orders::Orders;
use platen::batch::plan::Spec;
use platen::gangsheet::run::Asked;
use platen::scene::RENDERER_VERSION;
use platen::shop::Shop;

use crate::cli::files::write_whole;

/// Names and hashes.
type Parts = BTreeMap<String, String>;

/// Holds a batch against the file, which is written first if it is not there and `may_write`.
pub(super) fn hold(
    path: &Path,
    shop: &Shop,
    orders: &Orders,
    (spec, film): (&Spec, Option<&Asked>),
    may_write: bool,
) -> anyhow::Result<()> {
    let mut now = parts(shop, orders, spec)?;
    now.extend(film.map(|film| ("gang sheets".to_owned(), format!("{film:?}"))));
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if !may_write {
                return Ok(());
            }
            let text = serde_json::to_string_pretty(&now)? + "\n";
            return write_whole(path, |out| Ok(out.write_all(text.as_bytes())?));
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let then: Parts = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is no lock of a batch; name a new file to write one", path.display()))?;
    let changed = changes(&then, &now);
    anyhow::ensure!(
        changed.is_empty(),
        "this would not be what {} was written for: {}; bring that back, or name a new file",
        path.display(),
        changed.join(", ")
    );
    Ok(())
}

/// Everything that decides a byte of what is written, but for the rows themselves.
fn parts(shop: &Shop, orders: &Orders, spec: &Spec) -> anyhow::Result<Parts> {
    let mut parts = Parts::new();
    let hex = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    parts.insert("engine".to_owned(), format!("platen {}, renderer {RENDERER_VERSION}", env!("CARGO_PKG_VERSION")));
    parts.insert("catalog and mockups".to_owned(), blake3::Hash::from(shop.digest).to_hex().to_string());
    parts.insert("profile".to_owned(), hex(&serde_json::to_vec(&shop.profile)?));
    for family in shop.fonts.own() {
        let mut digests = String::new();
        for face in &family.faces {
            write!(digests, "{:?}", face.digest()?)?;
        }
        parts.insert(format!("font {}", family.name), hex(digests.as_bytes()));
    }
    for line in &orders.lines {
        let digest = blake3::Hash::from(line.opened.digest).to_hex().to_string();
        parts.insert(format!("design {}", line.design), digest);
    }
    let Spec { make, preview_width_px, preview_format, print_format, dpi, accept, names } = spec;
    let options = format!(
        "{make:?} {preview_width_px} {preview_format:?} {print_format:?} {} {accept:?} {}",
        dpi.get(),
        names.source
    );
    parts.insert("options".to_owned(), options);
    Ok(parts)
}

fn changes(then: &Parts, now: &Parts) -> Vec<String> {
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let changed = names.into_iter().filter_map(|name| match (then.get(name), now.get(name)) {
        (Some(then), Some(now)) if then == now => None,
        (Some(_), Some(_)) => Some(format!("{name} is another one")),
        (Some(_), None) => Some(format!("{name} is gone")),
        (None, _) => Some(format!("{name} is new")),
    });
    changed.collect()
}
