//! Large buffers that are used again: memory fresh from the system takes five times as long to write as memory that was
//! written before.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Smaller buffers are not kept: the allocator does that well.
const LEAST_BYTES: usize = 256 << 10;
/// Most bytes that are kept in all.
const KEPT_BYTES: usize = 32 << 20;

static SPARE: Mutex<Spare> = Mutex::new(Spare(Vec::new()));

/// The buffers that nobody uses; the latest is last.
struct Spare(Vec<Vec<u8>>);

impl Spare {
    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        let idx = self.0.iter().rposition(|bytes| bytes.len() == length)?;
        Some(self.0.remove(idx))
    }

    /// Keeps a buffer and gives those that are too much.
    fn put(&mut self, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        if bytes.len() < LEAST_BYTES || bytes.capacity() > KEPT_BYTES {
            return vec![bytes];
        }
        self.0.push(bytes);
        let mut sum: usize = self.0.iter().map(Vec::capacity).sum();
        let is_surplus = |bytes: &&Vec<u8>| {
            let is_surplus = sum > KEPT_BYTES;
            sum -= bytes.capacity();
            is_surplus
        };
        let surplus = self.0.iter().take_while(is_surplus).count();
        self.0.drain(..surplus).collect()
    }
}

/// Bytes whose memory goes to the next buffer of the same length when this one is dropped. Up to 32 MiB wait for that.
#[derive(PartialEq, Eq)]
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// `length` bytes with anything in them, for callers that write every one before anybody reads it.
    #[must_use]
    pub(crate) fn unfilled(length: usize) -> Self {
        let kept = SPARE.lock().unwrap_or_else(PoisonError::into_inner).take(length);
        Self(kept.unwrap_or_else(|| vec![0; length]))
    }

    /// `length` zeros.
    #[must_use]
    pub(crate) fn zeroed(length: usize) -> Self {
        let kept = SPARE.lock().unwrap_or_else(PoisonError::into_inner).take(length);
        Self(kept.map_or_else(
            || vec![0; length],
            |mut bytes| {
                bytes.fill(0);
                bytes
            },
        ))
    }

    /// The bytes, without a copy.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if self.0.len() >= LEAST_BYTES {
            let gone = SPARE.lock().unwrap_or_else(PoisonError::into_inner).put(std::mem::take(&mut self.0));
            // giving memory back takes its time: not under the lock
            drop(gone);
        }
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Self {
        let mut copy = Self::unfilled(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl<'a> IntoIterator for &'a Buffer {
    type Item = &'a u8;
    type IntoIter = std::slice::Iter<'a, u8>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_goes_to_the_next_buffer_of_the_same_length_and_no_more_than_the_limit_waits() {
        let mut spare = Spare(Vec::new());
        let first = vec![1; LEAST_BYTES];
        let address = first.as_ptr();
        assert!(spare.put(first).is_empty());
        assert!(spare.take(LEAST_BYTES + 1).is_none());
        let again = spare.take(LEAST_BYTES).unwrap();
        assert_eq!(again.as_ptr(), address);
        assert!(spare.take(LEAST_BYTES).is_none());
        for extra in 0..200 {
            let gone = spare.put(vec![0; LEAST_BYTES + extra]);
            assert!(gone.iter().all(|bytes| bytes.len() < LEAST_BYTES + extra), "the oldest go");
        }
        assert!((KEPT_BYTES - 2 * LEAST_BYTES..=KEPT_BYTES).contains(&spare.0.iter().map(Vec::len).sum()));
        assert_eq!(spare.put(vec![0; 100]).len(), 1);
        let mut roomy = Vec::with_capacity(KEPT_BYTES + 1);
        roomy.resize(LEAST_BYTES, 0);
        assert_eq!(spare.put(roomy).len(), 1, "what counts is the memory that a buffer holds");
    }

    #[test]
    fn a_blank_buffer_is_blank_whatever_it_held() {
        drop(Buffer::from(vec![7; LEAST_BYTES + 1]));
        assert!(Buffer::zeroed(LEAST_BYTES + 1).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_copy_is_equal_and_its_own() {
        let mut buffer = Buffer::from(vec![7; LEAST_BYTES]);
        let copy = buffer.clone();
        assert_eq!(copy, buffer);
        buffer[3] = 8;
        assert_eq!(copy[3], 7);
        assert_eq!(buffer.into_vec()[3], 8);
    }
}
