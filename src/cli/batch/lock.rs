//! What a batch was made with, in a file, so that a reprint in a year is the same or says why it cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use platen::batch::orders::Orders;
use platen::batch::plan::Spec;
use platen::gangsheet::film::FilmSize;
use platen::gangsheet::run::Asked;
use platen::profile::{Currency, Money};
use platen::scene::RENDERER_VERSION;
use platen::shop::Shop;
use platen::units::Length;

use crate::cli::files::write_whole;

/// Before the name of an option, whose value is written as it was given.
const OPTION: &str = "option ";

/// Before the name of an option of gang sheets, whose absence says no more than that of the sheets.
const FILM: &str = "option film ";

/// Before an order and a design, as JSON, whose team's letters are smaller than the design has them.
const LETTERS: &str = "letters ";

/// Names and hashes; options with their values.
type Parts = BTreeMap<String, String>;

/// Gives the teams of a batch the letters that the file says they had, if it is there: who is made again alone is to match
/// the others.
pub(super) fn letter(path: &Path, orders: &mut Orders) {
    // What is wrong with the file is told when the batch is held against it.
    let then: Parts =
        std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let team = |(name, sizes): (&String, &String)| {
        let team: (String, String) = serde_json::from_str(name.strip_prefix(LETTERS)?).ok()?;
        let sizes: BTreeMap<String, String> = serde_json::from_str(sizes).ok()?;
        let size = |(id, size): (String, String)| Some((id, size.parse().ok().filter(|size: &f64| *size > 0.0)?));
        Some((team, sizes.into_iter().filter_map(size).collect()))
    };
    orders.letter(&then.iter().filter_map(team).collect());
}

/// Holds a batch against the file, which is written first if it is not there and `may_write`.
pub(super) fn hold(
    path: &Path,
    shop: &Shop,
    orders: &Orders,
    (spec, film): (&Spec, Option<&Asked>),
    may_write: bool,
) -> anyhow::Result<()> {
    let mut now = parts(shop, orders, spec)?;
    now.extend(film.map(|_| ("gang sheets".to_owned(), "made".to_owned())));
    now.extend(film.into_iter().flat_map(|film| film_options(film, &shop.profile.currency)));
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

/// Everything that decides a byte of what is written, but for the rows themselves; of those, how large their letters are.
fn parts(shop: &Shop, orders: &Orders, spec: &Spec) -> anyhow::Result<Parts> {
    let mut parts = Parts::new();
    let hex = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    parts.insert("engine".to_owned(), format!("platen {}, renderer {RENDERER_VERSION}", env!("CARGO_PKG_VERSION")));
    parts.insert("catalog and mockups".to_owned(), blake3::Hash::from(shop.files_digest).to_hex().to_string());
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
        if !line.sizes.is_empty() {
            // As texts, which give back the same bits.
            let sizes: BTreeMap<&String, String> = line.sizes.iter().map(|(id, size)| (id, size.to_string())).collect();
            let team = serde_json::to_string(&(&line.order_id, &line.design))?;
            parts.insert(format!("{LETTERS}{team}"), serde_json::to_string(&sizes)?);
        }
    }
    parts.extend(options(spec).map(|(name, value)| (format!("{OPTION}{name}"), value)));
    Ok(parts)
}

/// What was asked for, as people call it.
fn options(spec: &Spec) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let Spec { make, preview_width_px, preview_format, print_format, dpi, accept, names } = spec;
    let small = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    let make: Vec<String> = make.iter().map(|make| small(make)).collect();
    let accept = if accept.is_empty() { "nothing".to_owned() } else { accept.join(", ") };
    let all = [
        ("make", make.join(", ")),
        ("preview width", preview_width_px.to_string()),
        ("preview format", small(preview_format)),
        ("print format", small(print_format)),
        ("dpi", dpi.get().to_string()),
        ("accept", accept),
        ("name template", names.source.clone()),
    ];
    all.into_iter()
}

/// What was asked for of the film.
fn film_options(film: &Asked, currency: &Currency) -> impl Iterator<Item = (String, String)> + use<> {
    let Asked { size, options, edge: _, effort, is_nested, formats, billing } = film;
    let FilmSize { width, length, gap, edge, turn, unit } = *size;
    let small = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    let yes = |is_so: bool| (if is_so { "yes" } else { "no" }).to_owned();
    let price = |(money, of): (Money, Length)| format!("{} for {}", currency.show(money), unit.show(of));
    let all = [
        ("width", unit.show(width)),
        ("length", unit.show(length)),
        ("gap", unit.show(gap)),
        ("edge", unit.show(edge)),
        ("turned pieces", yes(turn)),
        ("technique", options.technique.clone()),
        ("labels", yes(options.labels)),
        ("nesting", yes(*is_nested)),
        ("effort", small(effort)),
        ("formats", formats.iter().map(|format| small(format)).collect::<Vec<_>>().join(", ")),
        ("billing step", unit.show(billing.step)),
        ("price", billing.price.map_or_else(|| "none".to_owned(), price)),
    ];
    all.map(|(name, value)| (format!("{FILM}{name}"), value)).into_iter()
}

fn changes(then: &Parts, now: &Parts) -> Vec<String> {
    let are_there = |parts: &Parts| parts.keys().any(|name| name.starts_with(FILM));
    let is_compared = are_there(then) && are_there(now);
    let names: BTreeSet<&String> =
        then.keys().chain(now.keys()).filter(|name| is_compared || !name.starts_with(FILM)).collect();
    let changed = names.into_iter().filter_map(|name| match (then.get(name), now.get(name)) {
        (Some(then), Some(now)) if then == now => None,
        // Rows may come and go.
        (None, _) | (_, None) if name.starts_with(LETTERS) => None,
        (Some(then), Some(now)) if name.starts_with(LETTERS) => Some(format!("{name} mm: {then} then, {now} now")),
        (Some(then), Some(now)) => Some(match name.strip_prefix(OPTION) {
            Some(option) => format!("{option}: {then} then, {now} now"),
            None => format!("{name} is another one"),
        }),
        (Some(_), None) => Some(format!("{name} is gone")),
        (None, _) => Some(format!("{name} is new")),
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use platen::gangsheet::film::{BatchFilm, Unit};
    use platen::units::Dpi;

    use super::*;

    #[test]
    fn an_option_that_changed_is_told_with_both_of_its_values() {
        let parts = |dpi: &str, font: &str| {
            let pairs = [("option dpi", dpi), ("option accept", "nothing"), ("font Anton", font)];
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect::<Parts>()
        };
        let told = changes(&parts("300", "a"), &parts("100", "b"));
        assert_eq!(told, ["font Anton is another one", "dpi: 300 then, 100 now"]);
        assert!(changes(&parts("300", "a"), &parts("300", "a")).is_empty());
        let with = |width: f64| {
            let size = FilmSize { width: Length::from_mm(width), unit: Unit::Millimeter, ..FilmSize::default() };
            let film = BatchFilm { size, ..BatchFilm::default() }.asked(Dpi::PRINT, &[]).unwrap();
            let made = ("gang sheets".to_owned(), "made".to_owned());
            film_options(&film, &Currency { code: "USD".to_owned(), digits: 2 }).chain([made]).collect::<Parts>()
        };
        assert_eq!(changes(&with(600.0), &with(500.0)), ["film width: 600.0 mm then, 500.0 mm now"]);
        assert_eq!(changes(&with(600.0), &Parts::new()), ["gang sheets is gone"]);
    }
}
