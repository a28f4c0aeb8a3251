//! What can be wrong with a mockup's folder.

/// Why a mockup could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MockupError {
    /// A file is missing or unreadable.
    #[error("{file}: cannot be read")]
    Read {
        /// Name in the mockup's folder.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is larger than any layer may be.
    #[error("{file}: is larger than {limit} bytes")]
    TooLarge {
        /// Name in the mockup's folder.
        file: String,
        /// Most bytes allowed.
        limit: u64,
    },
    /// The manifest is not the JSON that `mockups/README.md` describes.
    #[error("manifest.json: line {}, column {}: {source}", source.line(), source.column())]
    Syntax {
        /// The parser's message.
        source: serde_json::Error,
    },
    /// The manifest contradicts itself or asks for what this version does not know.
    #[error("manifest.json: {pointer}: {problem}")]
    Manifest {
        /// JSON pointer to the value.
        pointer: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A file's bytes differ from those that the manifest was written for.
    #[error(
        "{file}: sha256 is {found}, but the manifest says {expected}; run mockups/complete_manifest.py if the change is meant"
    )]
    Hash {
        /// Name in the mockup's folder.
        file: String,
        /// The hash that the manifest gives.
        expected: String,
        /// The hash of the file.
        found: String,
    },
    /// A layer is not a PNG that can be decoded.
    #[error("{file}: is not a readable PNG")]
    Png {
        /// Name in the mockup's folder.
        file: String,
        /// The decoder's message.
        source: png::DecodingError,
    },
    /// A layer is a PNG of another size or depth than it must be.
    #[error("{file}: is {found}, but must be {expected}")]
    Shape {
        /// Name in the mockup's folder.
        file: String,
        /// Such as `1600 x 2000 Rgb Sixteen`.
        expected: String,
        /// The same of the file.
        found: String,
    },
}

impl MockupError {
    /// An error at a place of the manifest.
    pub(super) fn manifest(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Manifest { pointer: pointer.into(), problem: problem.into() }
    }
}
