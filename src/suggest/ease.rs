//! What goes with what: the linear model with a zero diagonal that predicts best, in closed form (Steck, 2019).

/// Item-to-item weights; row `i` says how much having `i` speaks for each other item.
#[derive(Debug, Clone, Default)]
pub struct Ease {
    size: usize,
    weights: Vec<f32>,
}

impl Ease {
    /// From the co-counts `gram`, `size` x `size` and symmetric: `B = I - P diag(1 / diag P)` with
    /// `P = (gram + ridge I)^-1`. `ridge` is above 0. It is doubled until the sum is positive definite, which co-counts
    /// are by themselves and may no longer be where pairs were left out.
    ///
    /// # Panics
    /// If `gram` has another size.
    #[must_use]
    pub fn new(gram: &[f32], size: usize, ridge: f32) -> Self {
        assert_eq!(gram.len(), size * size, "co-counts of every pair");
        let inverse = std::iter::successors(Some(ridge), |ridge| Some(ridge * 2.0))
            .take_while(|more| more.is_finite())
            .find_map(|more| inverse(gram, size, (ridge, more)));
        // Co-counts of no finite size say nothing.
        let Some(mut inverse) = inverse else { return Self { size, weights: vec![0.0; size * size] } };
        let diagonal: Vec<f32> = (0..size).map(|i| inverse[i * size + i]).collect();
        for row in inverse.chunks_exact_mut(size.max(1)) {
            row.iter_mut().zip(&diagonal).for_each(|(value, own)| *value = -*value / own);
        }
        for i in 0..size {
            inverse[i * size + i] = 0.0;
        }
        Self { size, weights: inverse }
    }

    /// Weights of all items, given one.
    #[must_use]
    pub fn row(&self, item: usize) -> &[f32] {
        &self.weights[item * self.size..(item + 1) * self.size]
    }

    /// How many items there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.size
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.size == 0
    }
}

/// `(gram + more I)^-1`: Cholesky, the inverse of the triangle, and its square. Rows run innermost, so that the compiler
/// vectorises them. `None` unless the least eigenvalue may be `ridge`, as it is at least for all co-counts of whole
/// customers: then no pivot is below it, but for rounding.
fn inverse(gram: &[f32], size: usize, (ridge, more): (f32, f32)) -> Option<Vec<f32>> {
    let mut matrix = gram.to_vec();
    for i in 0..size {
        matrix[i * size + i] += more;
    }
    // matrix = L Lt, L in the lower triangle.
    for i in 0..size {
        let (above, row) = matrix.split_at_mut(i * size);
        for j in 0..i {
            let other = &above[j * size..=j * size + j];
            let sum = dot(&row[..j], &other[..j]);
            row[j] = (row[j] - sum) / other[j];
        }
        let own = row[i] - dot(&row[..i], &row[..i]);
        if !own.is_finite() || own < ridge * 0.5 {
            return None;
        }
        row[i] = own.sqrt();
    }
    // L^-1, a row after the other: row i = (e_i - sum of L_ij row j) / L_ii.
    let mut triangle = vec![0.0_f32; size * size];
    for i in 0..size {
        let (above, row) = triangle.split_at_mut(i * size);
        for j in 0..i {
            let factor = -matrix[i * size + j];
            add_scaled(&mut row[..=j], &above[j * size..=j * size + j], factor);
        }
        let own = 1.0 / matrix[i * size + i];
        row[..i].iter_mut().for_each(|value| *value *= own);
        row[i] = own;
    }
    // (L^-1)t L^-1: row k of the triangle adds its products to the rows above and at k.
    matrix.fill(0.0);
    for k in 0..size {
        let row = &triangle[k * size..=k * size + k];
        for i in 0..=k {
            add_scaled(&mut matrix[i * size..=i * size + i], &row[..=i], row[i]);
        }
    }
    for i in 0..size {
        for j in 0..i {
            matrix[j * size + i] = matrix[i * size + j];
        }
    }
    Some(matrix)
}

/// Sixteen sums side by side.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<16>();
    let (b, b_rest) = b.as_chunks::<16>();
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.iter().zip(b) {
        for k in 0..16 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn add_scaled(target: &mut [f32], source: &[f32], factor: f32) {
    target.iter_mut().zip(source).for_each(|(target, source)| *target += source * factor);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Co-counts of customers who each have a few of `size` items.
    fn gram(size: usize) -> Vec<f32> {
        let mut gram = vec![0.0; size * size];
        for customer in 0..400_usize {
            let items: Vec<usize> = (0..5).map(|n| (customer * 7 + n * n * (customer % 3 + 1)) % size).collect();
            for i in &items {
                for j in &items {
                    gram[i * size + j] += 1.0;
                }
            }
        }
        gram
    }

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        for size in [1, 2, 17, 60] {
            let mut matrix = gram(size);
            let inverse = inverse(&matrix, size, (3.0, 3.0)).expect("co-counts and a ridge");
            (0..size).for_each(|i| matrix[i * size + i] += 3.0);
            for i in 0..size {
                for j in 0..size {
                    let product: f64 =
                        (0..size).map(|k| f64::from(matrix[i * size + k]) * f64::from(inverse[k * size + j])).sum();
                    let expected = if i == j { 1.0 } else { 0.0 };
                    assert!((product - expected).abs() < 2e-3, "{size} {i} {j}: {product}");
                }
            }
        }
    }

    #[test]
    fn weights_stay_small_where_pairs_were_left_out() {
        // Thousand customers have all three; that A goes with C is not told.
        let mut gram = [1000.0_f32; 9];
        (gram[2], gram[6]) = (0.0, 0.0);
        let ease = Ease::new(&gram, 3, 100.0);
        for item in 0..3 {
            assert!(ease.row(item).iter().all(|weight| weight.abs() < 1.0), "{:?}", ease.row(item));
        }
        assert!(ease.row(0)[1] > 0.3, "A still speaks for B: {}", ease.row(0)[1]);
        assert_eq!(Ease::new(&[f32::INFINITY], 1, 1.0).row(0), [0.0]);
    }

    #[test]
    fn each_column_is_the_ridge_regression_of_its_item_on_all_others() {
        let (size, ridge) = (12, 2.0);
        let gram = gram(size);
        let ease = Ease::new(&gram, size, ridge);
        // At the best weights the gradient vanishes: (G + ridge) b_j = G_j outside of row j.
        for j in 0..size {
            for i in (0..size).filter(|i| *i != j) {
                let predicted: f32 = (0..size).map(|k| gram[i * size + k] * ease.row(k)[j]).sum();
                let gradient = predicted + ridge * ease.row(i)[j] - gram[i * size + j];
                assert!(gradient.abs() < 0.02, "{i} {j}: {gradient}");
            }
            assert_eq!(ease.row(j)[j], 0.0);
        }
    }
}
