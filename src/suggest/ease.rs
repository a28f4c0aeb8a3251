//! What goes with what: the linear model with a zero diagonal that predicts best, in closed form (Steck, 2019).

/// Item-to-item weights; row `i` says how much having `i` speaks for each other item.
#[derive(Debug, Clone, Default)]
pub struct Ease {
    size: usize,
    weights: Vec<f32>,
}

impl Ease {
    /// From the co-counts `gram`, `size` x `size` and symmetric: `B = I - P diag(1 / diag P)` with
    /// `P = (gram + ridge I)^-1`. `ridge` is above 0.
    ///
    /// # Panics
    /// If `gram` has another size.
    #[must_use]
    pub fn new(gram: &[f32], size: usize, ridge: f32) -> Self {
        assert_eq!(gram.len(), size * size, "co-counts of every pair");
        let mut inverse = gram.to_vec();
        for i in 0..size {
            inverse[i * size + i] += ridge;
        }
        invert(&mut inverse, size);
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

/// Inverts a symmetric positive definite matrix in place: Cholesky, the inverse of the triangle, and its square. Rows run
/// innermost, so that the compiler vectorises them.
fn invert(matrix: &mut [f32], size: usize) {
    // matrix = L Lt, L in the lower triangle.
    for i in 0..size {
        let (above, row) = matrix.split_at_mut(i * size);
        for j in 0..i {
            let other = &above[j * size..=j * size + j];
            let sum = dot(&row[..j], &other[..j]);
            row[j] = (row[j] - sum) / other[j];
        }
        let own = row[i] - dot(&row[..i], &row[..i]);
        row[i] = own.max(f32::MIN_POSITIVE).sqrt();
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
            (0..size).for_each(|i| matrix[i * size + i] += 3.0);
            let mut inverse = matrix.clone();
            invert(&mut inverse, size);
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
