//! Bands of rows, drawn ahead of their consumer and handed over in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::artwork::draw::Painter;
use crate::artwork::plan::Plan;
use crate::artwork::region::Region;
use crate::cancel::Cancel;
use crate::scene::Scene;
use crate::units::Dpi;

/// Some whole rows of an artwork.
#[derive(Debug)]
pub struct Band<'p> {
    /// Width of the artwork in pixels.
    pub width: u32,
    /// Height of the whole artwork in pixels.
    pub height: u32,
    /// The band's first row.
    pub top: u32,
    /// Premultiplied sRGB, four bytes a pixel, whole rows.
    pub pixels: &'p [u8],
    /// Whether every pixel is known to be transparent.
    pub is_blank: bool,
}

/// Rows of one band of a plan. What is finished is drawn with a margin, which higher bands share.
pub(super) fn rows_of(plan: &Plan<'_>) -> u32 {
    rows_per_band(plan.size.0) * if plan.finish.is_some() { 2 } else { 1 }
}

/// Rows of one band: few enough that several bands fit into a few MiB, a multiple of 4.
pub(super) fn rows_per_band(width: u32) -> u32 {
    const PIXELS: u32 = 4500 * 160;
    (PIXELS / width.max(1) / 4 * 4).clamp(16, 256)
}

/// Draws the scene at `dpi` and calls `consume` with its bands from the top down, on the calling thread.
///
/// While one band is consumed the pool's other threads draw the next; no more bands than threads wait at any time, so
/// memory does not grow with the height. The size is `scene.size.to_px(dpi)`.
///
/// # Errors
/// Ends at the first error of `consume` and returns it; drawing itself cannot fail.
pub fn for_each_band<E>(scene: &Scene, dpi: Dpi, mut consume: impl FnMut(&Band<'_>) -> Result<(), E>) -> Result<(), E> {
    map_bands(scene, dpi, &Cancel::NEVER, |_| (), |band, ()| consume(band)).unwrap_or(Ok(()))
}

/// As [`for_each_band`], but looks at `cancel` before each band and before each layer of one: `None` once it is set, and
/// then nothing more is consumed.
///
/// # Errors
/// Ends at the first error of `consume` and returns it.
pub fn for_each_band_unless<E>(
    scene: &Scene,
    dpi: Dpi,
    cancel: &Cancel,
    mut consume: impl FnMut(&Band<'_>) -> Result<(), E>,
) -> Option<Result<(), E>> {
    map_bands(scene, dpi, cancel, |_| (), |band, ()| consume(band))
}

/// As [`for_each_band_unless`], but calls `prepare` with each band on the thread that drew it, in any order, and hands
/// what it made to `consume` with the band. An encoder does its heavy work in `prepare` and joins the pieces in `consume`.
///
/// # Errors
/// Ends at the first error of `consume` and returns it.
pub fn map_bands<T: Send, E>(
    scene: &Scene,
    dpi: Dpi,
    cancel: &Cancel,
    prepare: impl Fn(&Band<'_>) -> T + Sync,
    consume: impl FnMut(&Band<'_>, T) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let plan = Plan::of_scene(scene, dpi, cancel);
    let rows = rows_of(&plan);
    each_band_of(&plan, rows, cancel, prepare, consume)
}

pub(super) fn each_band_of<T: Send, E>(
    plan: &Plan<'_>,
    rows: u32,
    cancel: &Cancel,
    prepare: impl Fn(&Band<'_>) -> T + Sync,
    mut consume: impl FnMut(&Band<'_>, T) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let count = plan.size.1.div_ceil(rows) as usize;
    let ahead = rayon::current_num_threads().max(2);
    let work = Work {
        plan,
        prepare: &prepare,
        painter: Painter::new(cancel),
        rows,
        slots: (0..count).map(|_| Mutex::new(Slot::Open)).collect(),
        changed: Condvar::new(),
        gate: Mutex::new(()),
        stopped: AtomicBool::new(false),
    };
    rayon::in_place_scope(|scope| {
        let work = &work;
        (1..count.min(ahead)).for_each(|index| scope.spawn(move |_| work.draw(index)));
        for index in 0..count {
            if index + ahead <= count && index > 0 {
                let next = index + ahead - 1;
                scope.spawn(move |_| work.draw(next));
            }
            let drawn = work.wait_for(index);
            // What was drawn while it was called off may lack layers.
            if cancel.is_set() {
                work.stopped.store(true, Ordering::Relaxed);
                return None;
            }
            let result = consume(&work.band(index, &drawn.pixels, drawn.inked), drawn.made);
            work.painter.keep_buffer(drawn.pixels);
            if result.is_err() {
                work.stopped.store(true, Ordering::Relaxed);
                return Some(result);
            }
        }
        Some(Ok(()))
    })
}

/// One run over a plan, shared by the threads that draw.
struct Work<'s, 'a, T, P> {
    plan: &'s Plan<'a>,
    prepare: &'s P,
    painter: Painter,
    rows: u32,
    slots: Vec<Mutex<Slot<T>>>,
    /// Signalled under `gate` when a slot is filled.
    changed: Condvar,
    gate: Mutex<()>,
    stopped: AtomicBool,
}

enum Slot<T> {
    /// Nobody draws it yet.
    Open,
    /// Somebody draws it, or it was handed over.
    Taken,
    Drawn(Drawn<T>),
}

struct Drawn<T> {
    pixels: Vec<u8>,
    inked: bool,
    made: T,
}

impl<T, P: Fn(&Band<'_>) -> T> Work<'_, '_, T, P> {
    /// Draws a band unless somebody else does. Never waits, so that a pool of one thread cannot come to a stand.
    fn draw(&self, index: usize) {
        if self.stopped.load(Ordering::Relaxed) || !self.claim(index) {
            return;
        }
        let mut post = Post { work: self, index, slot: Slot::Open };
        post.slot = Slot::Drawn(self.draw_now(index));
    }

    /// The band, drawn here if nobody has begun it.
    fn wait_for(&self, index: usize) -> Drawn<T> {
        if self.claim(index) {
            return self.draw_now(index);
        }
        let mut gate = lock(&self.gate);
        loop {
            let slot = std::mem::replace(&mut *lock(&self.slots[index]), Slot::Taken);
            match slot {
                Slot::Drawn(drawn) => return drawn,
                Slot::Taken => gate = self.changed.wait(gate).unwrap_or_else(PoisonError::into_inner),
                Slot::Open => {
                    drop(gate);
                    return self.draw_now(index);
                }
            }
        }
    }

    fn claim(&self, index: usize) -> bool {
        let mut slot = lock(&self.slots[index]);
        let is_open = matches!(*slot, Slot::Open);
        if is_open {
            *slot = Slot::Taken;
        }
        is_open
    }

    fn draw_now(&self, index: usize) -> Drawn<T> {
        let (width, height) = self.plan.size;
        let top = index as u32 * self.rows;
        let region = Region::rows(width, top, self.rows.min(height - top));
        let mut pixels = self.painter.take_buffer(region.bytes());
        let inked = self.painter.draw(self.plan, region, &mut pixels);
        let made = (self.prepare)(&self.band(index, &pixels, inked));
        Drawn { pixels, inked, made }
    }

    fn band<'p>(&self, index: usize, pixels: &'p [u8], inked: bool) -> Band<'p> {
        let (width, height) = self.plan.size;
        Band { width, height, top: index as u32 * self.rows, pixels, is_blank: !inked }
    }
}

/// Puts a slot back when its drawing ends: filled, or open again if drawing panicked, so that the consumer meets the
/// panic itself instead of waiting for ever.
struct Post<'w, 's, 'a, T, P> {
    work: &'w Work<'s, 'a, T, P>,
    index: usize,
    slot: Slot<T>,
}

impl<T, P> Drop for Post<'_, '_, '_, T, P> {
    fn drop(&mut self) {
        *lock(&self.work.slots[self.index]) = std::mem::replace(&mut self.slot, Slot::Taken);
        drop(lock(&self.work.gate));
        self.work.changed.notify_all();
    }
}

/// A panic of another thread ends the run through the scope; the data behind the lock is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
