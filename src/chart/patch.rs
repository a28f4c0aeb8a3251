//! What is printed or laid out to be read, and what it is called in every file.

use std::fmt;

/// A patch of a chart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patch {
    /// The bare cloth that the chart is printed on.
    Cloth,
    /// White as it lies under colours, with nothing on it.
    Underbase,
    /// An ink.
    Ink {
        /// Its id.
        ink: String,
        /// How much of the patch its dots cover in the file, percent: 1 to 100.
        tone: u32,
        /// What lies below.
        ground: Ground,
    },
    /// A garment's cloth, of the part that is dyed in its main colour.
    Garment {
        /// Id of the garment.
        garment: String,
        /// Id of its colour.
        color: String,
    },
}

/// What lies below an ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// White.
    Underbase,
    /// The bare cloth.
    Cloth,
}

impl Ground {
    const fn name(self) -> &'static str {
        match self {
            Self::Underbase => "underbase",
            Self::Cloth => "cloth",
        }
    }
}

impl fmt::Display for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cloth => f.write_str("cloth"),
            Self::Underbase => f.write_str("underbase"),
            Self::Ink { ink, tone, ground } => write!(f, "ink/{ink}/{tone}/{}", ground.name()),
            Self::Garment { garment, color } => write!(f, "garment/{garment}/{color}"),
        }
    }
}

impl Patch {
    /// The patch of this name; `None` if it is none. Its ink or garment need not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.trim().split('/').collect();
        Some(match parts.as_slice() {
            ["cloth"] => Self::Cloth,
            ["underbase"] => Self::Underbase,
            ["ink", ink, tone, ground] => {
                let tone = tone.parse().ok().filter(|tone| (1..=100).contains(tone))?;
                let ground = [Ground::Underbase, Ground::Cloth].into_iter().find(|known| known.name() == *ground)?;
                Self::Ink { ink: (*ink).to_owned(), tone, ground }
            }
            ["garment", garment, color] => Self::Garment { garment: (*garment).to_owned(), color: (*color).to_owned() },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["cloth", "underbase", "ink/scarlet/50/underbase", "ink/cool-grey/100/cloth", "garment/tee/navy"] {
            assert_eq!(Patch::parse(name).map(|patch| patch.to_string()).as_deref(), Some(name));
            assert_eq!(Patch::parse(&format!(" {name} ")), Patch::parse(name));
        }
        for wrong in
            ["", "ink", "ink/scarlet/0/cloth", "ink/scarlet/101/cloth", "ink/scarlet/50/paper", "garment/tee", "7"]
        {
            assert_eq!(Patch::parse(wrong), None, "{wrong}");
        }
    }
}
