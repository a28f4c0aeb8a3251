//! A design with its pictures, on its way from the machine that has them to those that draw.

use std::io::Read as _;
use std::path::{Component, Path};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::design::{Mentioned, Reading, limits};
use crate::engine::EngineError;

/// What a design is called in its folder on a worker.
pub(super) const DESIGN: &str = "design.json";
/// Most bytes of a picture.
const PICTURE_BYTES: u64 = 64 << 20;

/// Which files a design is made of, each called by its BLAKE3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The document.
    pub document: String,
    /// What the document calls each picture.
    pub pictures: Vec<(String, String)>,
}

/// A design as it is put into the file store.
pub(super) struct Packed {
    /// What the parcel is called.
    pub(super) hash: String,
    /// Everything in it and its list, each with what it is called.
    pub(super) files: Vec<(String, Bytes)>,
    /// As [`Opened::digest`](crate::batch::orders::Opened::digest).
    pub(super) digest: [u8; 32],
}

impl Parcel {
    /// Packs a document and the pictures beside or below it that it names.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub(super) fn pack(path: &Path) -> Result<Packed, EngineError> {
        let document = read(path, limits::DOCUMENT_BYTES as u64)?;
        let base = path.parent().unwrap_or(Path::new("."));
        let mentions = Reading::new(&document).map(|reading| reading.mentions()).unwrap_or_default();
        let mut names: Vec<String> = mentions
            .into_iter()
            .filter(|mention| mention.kind == Mentioned::Asset)
            .map(|mention| mention.name)
            .collect();
        names.sort();
        names.dedup();
        let mut files = vec![named(document)];
        let mut pictures = Vec::new();
        let mut digest = blake3::Hasher::new();
        digest.update(blake3::hash(&files[0].1).as_bytes());
        for name in names {
            let path = base.join(&name);
            // One that is not there is no picture of what is printed, or the design would have been refused.
            let is_there = is_inside(&name) && path.is_file();
            let bytes = if is_there { read(&path, PICTURE_BYTES)? } else { Bytes::new() };
            digest.update(blake3::hash(name.as_bytes()).as_bytes()).update(blake3::hash(&bytes).as_bytes());
            if is_there {
                let (hash, bytes) = named(bytes);
                pictures.push((name, hash.clone()));
                files.push((hash, bytes));
            }
        }
        let parcel = Self { document: files[0].0.clone(), pictures };
        let (hash, list) = named(serde_json::to_vec(&parcel)?.into());
        files.push((hash.clone(), list));
        Ok(Packed { hash, files, digest: *digest.finalize().as_bytes() })
    }

    /// The files, with their names below the folder of the design.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let pictures = self.pictures.iter().filter(|(name, _)| is_inside(name));
        let pictures = pictures.map(|(name, hash)| (name.as_str(), hash.as_str()));
        [(DESIGN, self.document.as_str())].into_iter().chain(pictures)
    }
}

/// Bytes and what they are called by.
pub(super) fn named(bytes: Bytes) -> (String, Bytes) {
    (blake3::hash(&bytes).to_hex().to_string(), bytes)
}

fn is_inside(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn read(path: &Path, most: u64) -> Result<Bytes, EngineError> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|source| EngineError::Local { path: path.to_owned(), source })?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_has_the_pictures_below_its_design_and_no_others() {
        let folder = tempfile::TempDir::new().unwrap();
        let design = folder.path().join("a/design.json");
        std::fs::create_dir_all(folder.path().join("a/below")).unwrap();
        for name in ["a/below/picture.png", "a/beside.png", "secret.png"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let layer = |asset: &str| format!(r#"{{"id":"x","type":"image","asset":"{asset}","width":9,"x":0,"y":0}}"#);
        let names = ["below/picture.png", "../secret.png", "/etc/hostname", "./beside.png", "gone.png"].map(layer);
        let text = format!(
            r#"{{"version":1,"garment":"tee","color":"navy","placements":[{{"area":"front","layers":[{}]}}]}}"#,
            names.join(",")
        );
        std::fs::write(&design, text).unwrap();
        let packed = Parcel::pack(&design).unwrap();
        let list: Parcel = serde_json::from_slice(&packed.files.last().unwrap().1).unwrap();
        let names: Vec<&str> = list.files().map(|(name, _)| name).collect();
        assert_eq!(names, [DESIGN, "./beside.png", "below/picture.png"]);
        assert!(packed.files.iter().all(|(hash, bytes)| blake3::hash(bytes).to_hex().as_str() == hash));
        // A list that comes from a store may say anything.
        let bad = Parcel { pictures: vec![("../../x".to_owned(), "0".to_owned())], ..list };
        assert_eq!(bad.files().count(), 1);
    }
}
