//! `manifest.json` and the folders beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use skrifa::MetadataProvider;
use skrifa::attribute::Style;
use skrifa::string::StringId;

use super::{Face, Family, FontError, MAX_FACE_BYTES, MAX_FACES, MAX_FAMILIES, MAX_MANIFEST_BYTES, read_limited};

/// Category of the families that a shop dropped in.
pub(super) const OWN: &str = "own";

/// A letter that a font with the script has.
const SAMPLE_LETTERS: [(&str, char); 9] = [
    ("Latn", 'a'),
    ("Grek", 'α'),
    ("Cyrl", 'я'),
    ("Arab", 'ب'),
    ("Hebr", 'א'),
    ("Deva", 'क'),
    ("Thai", 'ก'),
    ("Jpan", 'あ'),
    ("Hang", '가'),
];

#[derive(Deserialize)]
struct Manifest {
    format: u32,
    families: Vec<ListedFamily>,
    fallback: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct ListedFamily {
    family: String,
    folder: String,
    category: String,
    scripts: Vec<String>,
    license: String,
    faces: Vec<ListedFace>,
}

#[derive(Deserialize)]
struct ListedFace {
    file: String,
    weight: u16,
    italic: bool,
}

/// Families, and indices into them by what they stand in for.
type Library = (Vec<Family>, BTreeMap<String, Vec<usize>>);

/// Reads the library in `dir`.
pub(super) fn read(dir: &Path) -> Result<Library, FontError> {
    let path = dir.join("manifest.json");
    let wrong = |reason: String| FontError::Manifest { path: path.clone(), reason };
    let bytes = read_limited(&path, MAX_MANIFEST_BYTES)?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if manifest.format != 1 {
        return Err(wrong(format!("its format is {}, this program reads 1", manifest.format)));
    }
    let listed_folders: BTreeSet<String> = manifest.families.iter().map(|family| family.folder.clone()).collect();
    let mut families = Vec::new();
    for family in manifest.families {
        check(&family, &families).map_err(&wrong)?;
        families.push(listed(dir, family));
    }
    families.sort_by(|a, b| a.name.cmp(&b.name));
    for family in own_families(dir, &listed_folders)? {
        if families.iter().any(|other| other.name.eq_ignore_ascii_case(&family.name)) {
            return Err(FontError::NotAFont {
                path: family.faces[0].path.clone(),
                reason: format!("the library already has a family {:?}; remove one of them", family.name),
            });
        }
        families.push(family);
    }
    if families.len() > MAX_FAMILIES {
        return Err(wrong(format!("{} families are more than the limit of {MAX_FAMILIES}", families.len())));
    }
    let fallback = fallback(manifest.fallback, &families).map_err(&wrong)?;
    Ok((families, fallback))
}

/// Says what is wrong with an entry of the manifest.
fn check(family: &ListedFamily, before: &[Family]) -> Result<(), String> {
    let name = &family.family;
    if before.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
        return Err(format!("family {name:?} is listed twice"));
    }
    if family.faces.is_empty() || family.faces.len() > MAX_FACES {
        return Err(format!("family {name:?} has {} faces, allowed are 1 to {MAX_FACES}", family.faces.len()));
    }
    let files = family.faces.iter().map(|face| &face.file);
    if let Some(bad) = files.chain([&family.folder]).find(|part| !is_plain_name(part)) {
        return Err(format!("family {name:?} names {bad:?}, which is not a plain file name"));
    }
    match family.faces.iter().find(|face| !(1..=1000).contains(&face.weight)) {
        Some(face) => Err(format!("weight {} of {:?} is not between 1 and 1000", face.weight, face.file)),
        None => Ok(()),
    }
}

/// Whether `name` stays in its folder.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}

fn listed(dir: &Path, family: ListedFamily) -> Family {
    let folder = dir.join(family.folder);
    let face = |face: ListedFace| Face::listed(folder.join(face.file), face.weight, face.italic);
    Family {
        name: family.family,
        category: family.category,
        scripts: family.scripts,
        license: family.license,
        faces: family.faces.into_iter().map(face).collect(),
    }
}

/// Turns names into indices.
fn fallback(names: BTreeMap<String, Vec<String>>, families: &[Family]) -> Result<BTreeMap<String, Vec<usize>>, String> {
    let index = |purpose: &str, name: &str| {
        families
            .iter()
            .position(|family| family.name == name)
            .ok_or_else(|| format!("the fallback for {purpose:?} names {name:?}, which is not a listed family"))
    };
    names
        .into_iter()
        .map(|(purpose, names)| {
            let indices = names.iter().map(|name| index(&purpose, name)).collect::<Result<_, _>>()?;
            Ok((purpose, indices))
        })
        .collect()
}

/// The families in folders that the manifest does not list, by name.
fn own_families(dir: &Path, listed_folders: &BTreeSet<String>) -> Result<Vec<Family>, FontError> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for folder in sorted_entries(dir)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !folder.is_dir() || name.starts_with('.') || listed_folders.contains(&name) {
            continue;
        }
        for path in sorted_entries(&folder)?.into_iter().filter(|path| is_font_file(path)) {
            let (name, face, scripts) = own_face(path)?;
            let family = families.entry(name.clone()).or_insert_with(|| Family {
                name,
                category: OWN.to_owned(),
                scripts: scripts.clone(),
                license: String::new(),
                faces: Vec::new(),
            });
            family.scripts.retain(|script| scripts.contains(script));
            if family.faces.len() < MAX_FACES {
                family.faces.push(face);
            }
        }
    }
    Ok(families.into_values().collect())
}

fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>, FontError> {
    let read = |source| FontError::Read { path: dir.to_owned(), source };
    let entries = std::fs::read_dir(dir).map_err(read)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<Result<Vec<_>, _>>().map_err(read)?;
    paths.sort();
    Ok(paths)
}

fn is_font_file(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["ttf", "otf"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Reads what a font file says about itself: its family, weight, slant and scripts.
fn own_face(path: PathBuf) -> Result<(String, Face, Vec<String>), FontError> {
    let bytes = read_limited(&path, MAX_FACE_BYTES)?;
    let not_a_font = |reason: &str| FontError::NotAFont { path: path.clone(), reason: reason.to_owned() };
    let font = skrifa::FontRef::new(&bytes).map_err(|error| not_a_font(&error.to_string()))?;
    let name = [StringId::TYPOGRAPHIC_FAMILY_NAME, StringId::FAMILY_NAME]
        .into_iter()
        .find_map(|id| font.localized_strings(id).english_or_first())
        .map(|name| name.to_string().trim().to_owned())
        .filter(|name| !name.is_empty())
        .ok_or_else(|| not_a_font("it has no family name"))?;
    let attributes = font.attributes();
    let weight = attributes.weight.value().clamp(1.0, 1000.0) as u16;
    let charmap = font.charmap();
    let has_letter = |(_, letter): &&(&str, char)| charmap.map(*letter).is_some();
    let scripts = SAMPLE_LETTERS.iter().filter(has_letter).map(|(script, _)| (*script).to_owned()).collect();
    let italic = attributes.style != Style::Normal;
    Ok((name, Face::listed(path, weight, italic), scripts))
}
