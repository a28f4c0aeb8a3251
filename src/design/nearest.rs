//! What the user probably meant.

/// Words longer than this are not compared: nobody mistypes them, and the work grows with their square.
const MAX_CHARS: usize = 40;

/// The candidate that `word` is most likely a slip of: at most one edit in three letters.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.chars().take(MAX_CHARS + 1).flat_map(char::to_lowercase).collect();
    let tolerance = (word.len() / 3).max(1);
    if word.len() > MAX_CHARS {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|&(edits, candidate)| edits <= tolerance && edits < candidate.chars().count())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance: letters inserted, removed, exchanged, or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for row in 1..=a.len() {
        let mut current = vec![row; b.len() + 1];
        for column in 1..=b.len() {
            let change = usize::from(a[row - 1] != b[column - 1]);
            let mut best = (above[column] + 1).min(current[column - 1] + 1).min(above[column - 1] + change);
            if row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1] {
                best = best.min(before[column - 2] + 1);
            }
            current[column] = best;
        }
        before = std::mem::replace(&mut above, current);
    }
    above[b.len()]
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
    fn a_swap_counts_once() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("szie"), &letters("size")), 1);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
    }
}
