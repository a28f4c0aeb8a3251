//! Ids that nobody can guess.

use crate::store::StoreError;

/// Letters and digits that are not taken for one another when read aloud (Crockford's base 32, in lower case).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of an id: 130 bits.
const LENGTH: usize = 26;

/// A new id of 26 characters, from the system's random numbers.
///
/// # Errors
/// If the system has none to give.
pub fn random_id() -> Result<String, StoreError> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Random)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}

/// Whether `text` has the form of an id; nothing else is ever looked up.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}
