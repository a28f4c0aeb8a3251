//! Writing measured colors into a shop's profile as its owner wrote it: with all comments, in the order that it has.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use platen::catalog::{Reading, Swatches};
use platen::profile::{Profile, limits};
use platen::shop::Shop;
use toml_edit::{Array, DocumentMut, Item, Table, value};

use crate::cli::files::write_whole;

/// Puts `found` into the profile of a file, in place of what was measured of the same colors before.
pub(super) fn keep(path: &Path, found: &Swatches, shop: &Shop) -> anyhow::Result<()> {
    let cannot = || format!("cannot change {}", path.display());
    let text = if path.exists() {
        std::fs::read_to_string(path).with_context(cannot)?
    } else {
        // A shop without a file of its own has what Platen ships.
        platen::profile::DEFAULT_TOML.to_owned()
    };
    let changed = with(&text, found).with_context(cannot)?;
    anyhow::ensure!(
        changed.len() <= limits::BYTES,
        "{} would have more than {} bytes; take comments out of it",
        path.display(),
        limits::BYTES
    );
    let profile = Profile::from_toml(&changed).with_context(cannot)?;
    anyhow::ensure!(profile.unknown_ids(&shop.catalog).is_empty(), "{}: it names what is not there", path.display());
    write_whole(path, |out| Ok(out.write_all(changed.as_bytes())?))
}

/// The text of a profile with measured colors.
fn with(text: &str, found: &Swatches) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let measured = inside(document.as_table_mut(), "measured", true)?;
    if !found.inks.is_empty() {
        let inks = inside(measured, "inks", true)?;
        for (id, swatch) in &found.inks {
            let ink = inside(inks, id, false)?;
            put(ink, swatch.lab, (swatch.spread, swatch.on.as_deref()));
            number(ink, "opacity", swatch.opacity);
            number(ink, "gain", swatch.gain);
        }
    }
    if !found.garments.is_empty() {
        let garments = inside(measured, "garments", true)?;
        for (id, colors) in &found.garments {
            let garment = inside(garments, id, true)?;
            for (color, swatch) in colors {
                put(inside(garment, color, false)?, swatch.lab, (swatch.spread, swatch.on.as_deref()));
            }
        }
    }
    Ok(document.to_string())
}

/// The table of this name, which is made if it is not there; `implicit`: without a head of its own.
fn inside<'a>(table: &'a mut Table, key: &str, implicit: bool) -> anyhow::Result<&'a mut Table> {
    let mut new = Table::new();
    new.set_implicit(implicit);
    let item = table.entry(key).or_insert(Item::Table(new));
    // What stands in one line has no room for tables in it.
    *item = match std::mem::take(item).into_table() {
        Ok(table) => Item::Table(table),
        Err(other) => other,
    };
    item.as_table_mut().with_context(|| format!("\"{key}\" is no table"))
}

fn put(table: &mut Table, lab: Reading, (spread, on): (Option<f64>, Option<&str>)) {
    set(table, "lab", value(Array::from_iter(lab.0)));
    number(table, "spread", spread);
    match on {
        Some(on) => set(table, "on", value(on)),
        None => drop(table.remove("on")),
    }
}

fn number(table: &mut Table, key: &str, number: Option<f64>) {
    match number {
        Some(number) => set(table, key, value(number)),
        None => drop(table.remove(key)),
    }
}

/// Sets a value and leaves what comments say of it.
fn set(table: &mut Table, key: &str, mut item: Item) {
    let Some(known) = table.get_mut(key) else {
        table.insert(key, item);
        return;
    };
    if let (Some(known), Some(value)) = (known.as_value(), item.as_value_mut()) {
        *value.decor_mut() = known.decor().clone();
    }
    *known = item;
}

#[cfg(test)]
mod tests {
    use platen::catalog::{InkSwatch, Swatch};

    use super::*;

    fn found() -> Swatches {
        let ink = |lab, opacity| InkSwatch {
            lab: Reading(lab),
            spread: Some(0.4),
            on: Some("2026-11-28".to_owned()),
            opacity,
            gain: None,
        };
        let swatch = Swatch { lab: Reading([18.2, 1.5, -16.25]), spread: None, on: None };
        Swatches {
            inks: [
                ("scarlet".to_owned(), ink([44.1, 66.0, 45.75], Some(81.5))),
                ("royal".to_owned(), ink([33.0, 17.5, -58.0], None)),
            ]
            .into(),
            garments: [("tee".to_owned(), [("navy".to_owned(), swatch)].into())].into(),
        }
    }

    #[test]
    fn what_was_written_stays_and_what_was_measured_stands_behind_it() {
        let text = with(platen::profile::DEFAULT_TOML, &found()).unwrap();
        assert!(text.starts_with(platen::profile::DEFAULT_TOML), "every comment and line is where it was");
        let profile = Profile::from_toml(&text).unwrap();
        assert_eq!(profile, Profile { measured: found(), ..Profile::shipped() });
        assert!(
            text.contains("[measured.inks.scarlet]\nlab = [44.1, 66.0, 45.75]\nspread = 0.4\non = \"2026-11-28\"\n")
        );
        assert!(text.contains("[measured.garments.tee.navy]\nlab = [18.2, 1.5, -16.25]\n"), "{text}");
        assert_eq!(with(&text, &found()).unwrap(), text, "the same once more changes nothing");
    }

    #[test]
    fn a_later_reading_replaces_its_own_color_only() {
        let mut first = with(platen::profile::DEFAULT_TOML, &found()).unwrap();
        first = first
            .replace("spread = 0.4", "spread = 0.4 # on three shirts")
            .replace("\n[measured.inks.scarlet]", "\n# The bucket of May.\n[measured.inks.scarlet]")
            .replace("\n[measured.inks.royal]", "\n# By the window.\n[measured.inks.royal]");
        let again = InkSwatch {
            lab: Reading([40.0, 60.0, 40.0]),
            spread: Some(0.2),
            on: None,
            opacity: None,
            gain: Some(31.0),
        };
        let later = Swatches { inks: [("scarlet".to_owned(), again.clone())].into(), ..Swatches::default() };
        let text = with(&first, &later).unwrap();
        let mut expected = found();
        expected.inks.insert("scarlet".to_owned(), again);
        assert_eq!(Profile::from_toml(&text).unwrap().measured, expected);
        assert!(
            text.contains("# The bucket of May.")
                && text.contains("# By the window.")
                && text.contains("spread = 0.2 # on three shirts"),
            "{text}"
        );
    }

    #[test]
    fn tables_may_be_written_in_one_line() {
        let inline =
            format!("measured = {{ inks = {{ lime = {{ lab = [1, 2, 3] }} }} }}\n{}", platen::profile::DEFAULT_TOML);
        let profile = Profile::from_toml(&with(&inline, &found()).unwrap()).unwrap();
        assert_eq!(profile.measured.inks.len(), 3);
        assert!(with("measured = 7\n", &found()).is_err());
    }
}
