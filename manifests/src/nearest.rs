//! The word that was probably meant.

/// The known word nearest to what was written, if it is near: at most a third of its letters differ.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let lower = written.to_lowercase();
    let near = known.into_iter().map(|word| (distance(&lower, &word.to_lowercase()), word));
    let (distance, word) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= word.chars().count().max(3) / 3).then_some(word)
}

/// ``did you mean `x`?``, or the known words.
pub(crate) fn did_you_mean<'k>(written: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Option<String> {
    if let Some(word) = nearest(written, known.clone()) {
        return Some(format!("did you mean `{word}`?"));
    }
    let known: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
    match known.as_slice() {
        [] => None,
        [one] => Some(format!("known: {one}")),
        [most @ .., last] => Some(format!("known: {} and {last}", most.join(", "))),
    }
}

/// How many letters have to be inserted, removed, replaced, or exchanged with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let replaced = cell(&above, j) + usize::from(from != to);
            let mut best = replaced.min(cell(&above, j + 1) + 1).min(cell(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(&to) && b.get(j - 1) == Some(&from) {
                best = best.min(cell(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_near_and_another_word_is_not() {
        let known = ["allow", "ask", "deny", "why"];
        assert_eq!(nearest("alow", known), Some("allow"));
        assert_eq!(nearest("dney", known), Some("deny"));
        assert_eq!(nearest("Allow", known), Some("allow"));
        assert_eq!(nearest("permit", known), None);
    }
}
