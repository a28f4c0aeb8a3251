//! Tokens of unsubscribe links.
//!
//! A token is `base64url(body) . base64url(mac)`. The body is the version, 1, as one byte, the campaign's name, a zero
//! byte and the address in small letters; the MAC is HMAC-SHA256 with the shop's key over a label of this purpose and the
//! body. Whoever holds the key can tell with nothing else what was asked by whom: a service that is sent `POST /u/{token}`
//! calls [`check`] with its keys, adds the address that it gives to the list of suppressed ones, and answers 200, also
//! to a mail program that knows no cookies and follows no redirects (RFC 8058). An address is in its own token, so a
//! token belongs in the mail to that address and nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Fewest bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Most characters of a token that is looked at.
pub const TOKEN_CHARS: usize = 700;

const VERSION: u8 = 1;
const LABEL: &[u8] = b"platen unsubscribe 1\0";

/// A key that tokens are signed with. It is not printed.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key has {0} bytes; a key of fewer than {KEY_BYTES} can be guessed")]
pub struct WeakKey(pub usize);

impl Key {
    /// A key of at least [`KEY_BYTES`] bytes; white space around it, as files have it, is not part of it.
    ///
    /// # Errors
    /// If it is shorter.
    pub fn new(bytes: &[u8]) -> Result<Self, WeakKey> {
        let bytes = bytes.trim_ascii();
        if bytes.len() < KEY_BYTES { Err(WeakKey(bytes.len())) } else { Ok(Self(bytes.to_vec())) }
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(LABEL);
        mac.update(body);
        mac
    }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The campaign's name.
    pub campaign: String,
    /// The address, in small letters.
    pub email: String,
}

/// Why a token says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is not of this form: cut off on the way, or never one.
    #[error("this is no unsubscribe token")]
    Form,
    /// It was signed with another key, or changed.
    #[error("the token was not signed with this key")]
    Signature,
}

/// Signs a token.
#[must_use]
pub fn sign(key: &Key, unsubscribe: &Unsubscribe) -> String {
    let mut body = vec![VERSION];
    body.extend_from_slice(unsubscribe.campaign.as_bytes());
    body.push(0);
    body.extend_from_slice(unsubscribe.email.to_lowercase().as_bytes());
    let mac = key.mac(&body).finalize().into_bytes();
    format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), URL_SAFE_NO_PAD.encode(mac))
}

/// What a token says, if one of `keys` signed it: the newest first, and those of before as long as their mail may still
/// be answered. Compared in constant time.
///
/// # Errors
/// See [`TokenError`].
///
/// ```
/// use platen::campaign::token::{self, Key, Unsubscribe};
///
/// let key = Key::new(b"0123456789abcdef0123456789abcdef").unwrap();
/// let asked = Unsubscribe { campaign: "reunion".into(), email: "ada@example.com".into() };
/// let token = token::sign(&key, &asked);
/// assert_eq!(token::check(&[key], &token), Ok(asked));
/// ```
pub fn check(keys: &[Key], token: &str) -> Result<Unsubscribe, TokenError> {
    if token.len() > TOKEN_CHARS {
        return Err(TokenError::Form);
    }
    let (body, mac) = token.split_once('.').ok_or(TokenError::Form)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Form);
    let (body, mac) = (decode(body)?, decode(mac)?);
    if !keys.iter().any(|key| key.mac(&body).verify_slice(&mac).is_ok()) {
        return Err(TokenError::Signature);
    }
    let text = match body.split_first() {
        Some((&VERSION, text)) => std::str::from_utf8(text).map_err(|_| TokenError::Form)?,
        _ => return Err(TokenError::Form),
    };
    let (campaign, email) = text.split_once('\0').ok_or(TokenError::Form)?;
    Ok(Unsubscribe { campaign: campaign.to_owned(), email: email.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: u8) -> Key {
        Key::new(&[letter; KEY_BYTES]).unwrap()
    }

    fn asked() -> Unsubscribe {
        Unsubscribe { campaign: "reunion".into(), email: "ada@example.com".into() }
    }

    #[test]
    fn a_token_says_who_asked_and_only_its_key_opens_it() {
        let token = sign(&key(b'a'), &Unsubscribe { email: "Ada@Example.com".into(), ..asked() });
        assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{token}");
        assert_eq!(check(&[key(b'b'), key(b'a')], &token), Ok(asked()), "an older key still counts");
        assert_eq!(check(&[key(b'b')], &token), Err(TokenError::Signature));
    }

    #[test]
    fn any_change_is_noticed() {
        let token = sign(&key(b'a'), &asked());
        for index in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(check(&[key(b'a')], &changed).is_err(), "{index}");
        }
        for wrong in ["", ".", "a.b.c", "x", &"a".repeat(TOKEN_CHARS + 1)] {
            assert!(check(&[key(b'a')], wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn short_keys_are_refused_and_no_key_is_printed() {
        assert_eq!(Key::new(b"  secret\n").unwrap_err(), WeakKey(6));
        assert!(!format!("{:?}", key(b'a')).contains("aaaa"));
    }
}
