//! The rules of the house that a compiler does not check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom: docs/ARCHITECTURE.md says why. A module may always use its own parts.
const LAYERS: &[(&str, &[&str])] = &[
    ("units", &["math"]),
    ("math", &[]),
    ("color", &["math"]),
    ("pixels", &["math", "color"]),
    ("design", &["units", "color"]),
    ("catalog", &["units", "color"]),
    ("assets", &["units", "math", "color", "pixels", "design"]),
    ("scene", &["units", "math", "cancel", "color", "pixels", "design", "catalog", "assets"]),
    ("artwork", &["units", "math", "cancel", "color", "pixels", "scene"]),
    ("mockup", &["units", "math", "color", "pixels", "catalog", "assets", "artwork"]),
    ("prepress", &["units", "math", "cancel", "color", "pixels", "design", "catalog", "scene", "artwork"]),
    ("profile", &["design", "catalog"]),
    ("suggest", &["math", "color", "design", "catalog"]),
    ("order", &["units", "design", "catalog", "profile"]),
    ("quote", &["units", "cancel", "color", "pixels", "catalog", "scene", "artwork", "profile"]),
    ("export", &["units", "cancel", "color", "pixels", "scene", "artwork", "prepress"]),
    (
        "shop",
        &[
            "units", "cancel", "color", "design", "catalog", "assets", "scene", "artwork", "mockup", "prepress",
            "pixels", "profile", "quote", "order",
        ],
    ),
    (
        "proof",
        &["units", "cancel", "color", "design", "catalog", "assets", "scene", "artwork", "prepress", "export", "shop"],
    ),
    (
        "press",
        &[
            "units", "cancel", "color", "pixels", "design", "assets", "scene", "artwork", "prepress", "profile",
            "export", "shop",
        ],
    ),
    ("looks", &["math", "cancel", "color", "design", "catalog", "assets", "scene", "shop", "suggest"]),
    ("campaign", &["cancel", "color", "design", "assets", "export", "shop", "suggest", "looks"]),
    (
        "batch",
        &[
            "units", "cancel", "color", "design", "catalog", "assets", "scene", "artwork", "prepress", "profile",
            "order", "export", "shop", "proof",
        ],
    ),
    (
        "gangsheet",
        &["units", "cancel", "color", "scene", "artwork", "profile", "export", "shop", "press", "proof", "batch"],
    ),
    ("chart", &["color", "catalog", "assets", "scene", "export", "shop", "proof"]),
    ("cancel", &[]),
    ("store", &[]),
    ("engine", &["units", "design", "scene", "export", "shop", "batch", "store"]),
    (
        "server",
        &[
            "units",
            "cancel",
            "design",
            "catalog",
            "assets",
            "scene",
            "artwork",
            "mockup",
            "prepress",
            "export",
            "color",
            "shop",
            "proof",
            "press",
            "store",
            "profile",
            "quote",
            "order",
            "suggest",
            "looks",
            "campaign",
            "batch",
            "gangsheet",
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<PathBuf> {
    files_below(&root().join("src"), ".rs")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The names that stand behind `crate::` in code, comments and tests left out.
fn modules_used(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn imports_below_a_module_of_tests_in_its_own_file_are_read() {
    let used = |text: &str| modules_used(text).into_iter().collect::<Vec<_>>();
    assert_eq!(used("#[cfg(test)]\nmod tests;\n\nuse crate::server;\n// crate::store"), ["server"]);
    assert_eq!(used("use crate::units;\n#[cfg(test)]\nmod tests {\n    use crate::server;\n}"), ["units"]);
}

#[test]
fn modules_use_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for path in sources() {
        let inside = path.strip_prefix(root().join("src")).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "main" | "cli") {
            continue;
        }
        if inside.components().any(|part| part.as_os_str().to_str().unwrap().trim_end_matches(".rs") == "tests") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: the module `{module}` has no row in LAYERS", shown(&path)));
            continue;
        };
        for used in modules_used(&fs::read_to_string(&path).unwrap()) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: `{module}` may not use `crate::{used}`", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_written_so_that_the_layers_can_be_read() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for bad in ["crate::{", "super::super"] {
            if text.contains(bad) {
                wrong.push(format!("{}: `{bad}` hides which module is used", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        if text.lines().count() > 800 {
            wrong.push(format!("{}: over 800 lines", shown(&path)));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{}: no `//!` doc at its head", shown(&path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_has_its_case_and_stays_small() {
    let mut wrong = Vec::new();
    let cases = root().join("tests/cases");
    for path in files_below(&cases, ".png") {
        if !path.with_extension("json").exists() {
            wrong.push(format!("{}: no case beside it", shown(&path)));
        }
        if fs::metadata(&path).unwrap().len() > 20 * 1024 {
            wrong.push(format!("{}: over 20 KiB", shown(&path)));
        }
    }
    for path in files_below(&cases, ".json") {
        if !path.with_extension("png").exists() {
            wrong.push(format!("{}: no golden beside it", shown(&path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_changelog_has_a_place_for_the_next_change() {
    assert!(fs::read_to_string(root().join("CHANGELOG.md")).unwrap().contains("## Unreleased"));
}

#[test]
fn every_font_folder_carries_its_licence() {
    for entry in fs::read_dir(root().join("fonts")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            let licensed = ["OFL.txt", "LICENSE.txt"].iter().any(|name| folder.join(name).exists());
            assert!(licensed, "{}: no licence beside the fonts", shown(&folder));
        }
    }
}

/// The license of a package that names none but brings the text of one: MIT, if it is that word by word.
fn license_in_file(package: &serde_json::Value) -> &'static str {
    let terms = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        text.find("Permission is hereby granted").map(|begin| text[begin..].to_owned())
    };
    let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
    let text = package["license_file"].as_str().and_then(|file| fs::read_to_string(folder.join(file)).ok());
    let ours = terms(&fs::read_to_string(root().join("LICENSE-MIT")).unwrap()).unwrap();
    if text.and_then(|text| terms(&text)).is_some_and(|theirs| theirs == ours) { "MIT" } else { "no license" }
}

/// What deny.toml allows, `cargo deny` aside: this check needs nothing but cargo.
#[test]
fn every_dependency_has_a_licence_that_deny_toml_allows() {
    let deny: toml::Table = fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let allowed: Vec<spdx::Licensee> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| spdx::Licensee::parse(id.as_str().unwrap()).unwrap())
        .collect();
    let metadata = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    let mut wrong = Vec::new();
    for package in packages {
        let (name, license) =
            (&package["name"], package["license"].as_str().unwrap_or_else(|| license_in_file(package)));
        let fine = spdx::Expression::parse_mode(license, spdx::ParseMode::LAX)
            .is_ok_and(|expression| expression.evaluate(|needed| allowed.iter().any(|one| one.satisfies(needed))));
        if !fine {
            wrong.push(format!("{name}: {license}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
