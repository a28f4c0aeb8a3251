//! JSON pointers (RFC 6901).

/// Extends `pointer` by one key or index, escaping `~` and `/`.
#[must_use]
pub fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", escape(token))
}

/// Writes a key as a pointer's token: `~` becomes `~0`, `/` becomes `~1`.
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The key that a pointer's token stands for.
#[must_use]
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The keys and indices of `pointer` from the outermost to the innermost, unescaped.
pub fn tokens(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(unescape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_undone_in_the_right_order() {
        assert_eq!(join("/a", "b/c~d"), "/a/b~1c~0d");
        assert_eq!(unescape("~01"), "~1");
    }

    proptest! {
        #[test]
        fn any_keys_survive(keys in prop::collection::vec("[~/01a é]{0,6}", 0..5)) {
            let pointer = keys.iter().fold(String::new(), |pointer, key| join(&pointer, key));
            prop_assert_eq!(tokens(&pointer).collect::<Vec<_>>(), keys);
        }
    }
}
