//! Why a picture cannot be used.

/// Why a picture cannot be used.
///
/// Messages say what was wrong and [`AssetError::hint`] what to do about it. They may be shown to the customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssetError {
    /// No picture of that name was uploaded.
    #[error("there is no picture {id:?}")]
    Missing {
        /// The id or path that the document gives.
        id: String,
    },
    /// A path that leaves the document's folder.
    #[error("the path {path:?} leads outside the document's folder")]
    Outside {
        /// The path that the document gives.
        path: String,
    },
    /// The file is there but cannot be read.
    #[error("{path:?} cannot be read: {reason}")]
    Unreadable {
        /// The path that the document gives.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Not one of the accepted formats.
    #[error("{found} is not accepted")]
    Format {
        /// What the bytes look like, such as "a TIFF file".
        found: &'static str,
    },
    /// A limit of [`super::Limits`] is passed.
    #[error("{what}: {value} where at most {limit} are accepted")]
    TooLarge {
        /// Which quantity, such as "pixels of the picture".
        what: &'static str,
        /// How many there are, or at least how many were counted.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// All pictures of the request together pass [`super::Limits::request_bytes`].
    #[error(
        "the pictures of the design take {} MB of memory together where at most {} are given",
        .bytes.div_ceil(1_000_000),
        .limit / 1_000_000
    )]
    OverBudget {
        /// What they take up to the first that does not fit.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file ends early.
    #[error("the {format} file is cut off")]
    Truncated {
        /// Its format.
        format: &'static str,
    },
    /// The file contradicts itself.
    #[error("the {format} file is damaged: {reason}")]
    Damaged {
        /// Its format.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// Something in an SVG that is not accepted from strangers.
    #[error("the SVG contains {what}")]
    Refused {
        /// What it is.
        what: &'static str,
    },
    /// Cropping and removing the background leave nothing to print.
    #[error("nothing is left of the picture")]
    Empty,
    /// A colour of the document that is not in the palette.
    #[error("there is no ink {paint:?}")]
    UnknownPaint {
        /// What the document says.
        paint: String,
    },
}

impl AssetError {
    /// What the customer can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } => {
                "upload it first and write the id of the answer; on the command line, a path relative to the document"
            }
            Self::Outside { .. } => "copy the picture beside the document and name it relative to that",
            Self::Unreadable { .. } => "check that it is a file and that you may read it",
            Self::Format { .. } => "save it as PNG, JPEG, WebP, GIF or plain SVG",
            Self::TooLarge { .. } => "make the picture smaller or simpler and upload it again",
            Self::OverBudget { .. } => {
                "make the pictures smaller (300 pixels to the inch are enough), or use fewer different ones"
            }
            Self::Truncated { .. } | Self::Damaged { .. } => {
                "open it in a picture editor, save it anew and upload it again"
            }
            Self::Refused { .. } => "flatten or simplify the drawing and save it as plain SVG, or export it as PNG",
            Self::Empty => "use a larger crop or a lower tolerance",
            Self::UnknownPaint { .. } => "use an ink of the palette or #rrggbb",
        }
    }
}

/// `Ok` while `value` is within `limit`.
pub(super) fn within(what: &'static str, value: u64, limit: u64) -> Result<(), AssetError> {
    if value > limit { Err(AssetError::TooLarge { what, value, limit }) } else { Ok(()) }
}
