//! What the user probably meant.

/// Words longer than this are not compared: nobody mistypes them, and the work grows with their square.
const MAX_CHARS: usize = 40;

/// The candidate that `word` is most likely a slip of: at most one edit (a letter put in, taken out, exchanged or swapped
/// with its neighbour) in four letters, and never more than three, as for ids of the catalogue.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    let word = word.to_lowercase();
    let tolerance = (word.chars().count() / 4).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|&(edits, candidate)| edits <= tolerance && edits < candidate.chars().count())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_word() {
        let words = ["color", "size", "rotation", "x"];
        for (slip, word) in [("colour", "color"), ("szie", "size"), ("Rotatoin", "rotation"), ("SIZE", "size")] {
            assert_eq!(nearest(slip, words), Some(word), "{slip}");
        }
    }

    #[test]
    fn strangers_find_nothing() {
        for stranger in ["blend", "y", "", "seventeen", &"size".repeat(1000)] {
            assert_eq!(nearest(stranger, ["color", "size", "rotation", "x"]), None, "{stranger}");
        }
    }

    #[test]
    fn a_swap_counts_once_and_a_quarter_of_the_letters_may_be_wrong() {
        assert_eq!(nearest("rtoation", ["rotation"]), Some("rotation"));
        assert_eq!(nearest("rtoatoin", ["rotation"]), Some("rotation"));
        assert_eq!(nearest("rtoatoni", ["rotation"]), None);
        assert_eq!(nearest("sizzel", ["size"]), None, "two of six");
    }
}
