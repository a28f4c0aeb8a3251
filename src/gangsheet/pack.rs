//! Rectangles on a roll: packed from the bottom up along a skyline, the order improved by trial.
//!
//! The lowest segment of the skyline is filled first, with the rectangle that fits it best: one that leaves no more beside
//! it than is lost anyway, or so much that another still fits (after Leung and others, "A two-stage intelligent search
//! algorithm for the two-dimensional strip packing problem", 2011, with a tolerance where they ask for equality). Among
//! equals the order decides, and the order is what is searched. Everything is whole numbers and a fixed number of trials,
//! so that equal input gives equal sheets on every machine.

/// A rectangle's sides, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rect {
    /// Along the roll's width.
    pub width: u32,
    /// Along the roll.
    pub height: u32,
}

/// How something is turned, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Turn {
    /// Upright.
    #[default]
    None,
    /// By 90 degrees.
    Quarter,
    /// By 180 degrees.
    Half,
    /// By 270 degrees.
    ThreeQuarters,
}

impl Turn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Quarter, Self::Half, Self::ThreeQuarters];

    /// Degrees, clockwise.
    #[must_use]
    pub const fn degrees(self) -> u32 {
        self as u32 * 90
    }

    /// Width and height of what is turned.
    #[must_use]
    pub const fn sides(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::None | Self::Half => (width, height),
            Self::Quarter | Self::ThreeQuarters => (height, width),
        }
    }
}

/// Where a rectangle lies: its corner nearest to the roll's beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From the roll's edge.
    pub x: u32,
    /// From its beginning.
    pub y: u32,
    /// How it is turned there. Rectangles are by 90 degrees, or not at all.
    pub turn: Turn,
}

/// The roll, without its margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll {
    /// Its width.
    pub width: u32,
    /// What stays free between two rectangles.
    pub gap: u32,
    /// Whether rectangles may be turned.
    pub turn: bool,
}

/// How long an order is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// The best of some orders by size.
    Quick,
    /// Some hundred trials more.
    #[default]
    Good,
    /// Ten times as many.
    Best,
}

/// Where everything lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packing {
    /// A place for each rectangle, in their order.
    pub places: Vec<Place>,
    /// How much of the roll they take.
    pub length: u32,
}

/// The most rectangles of one packing. What one trial costs grows with the square.
pub const MOST: usize = 5000;
/// The longest side of a rectangle, and the widest roll with its gap.
pub const LONGEST: u32 = 1 << 18;

/// Packs the rectangles onto as little of the roll as it finds. `None` if one does not fit it in any direction, or there
/// are more than [`MOST`], or one is longer than [`LONGEST`].
#[must_use]
pub fn pack(rects: &[Rect], roll: Roll, effort: Effort) -> Option<Packing> {
    let packer = Packer::new(rects, roll)?;
    Some(packer.search(effort))
}

/// Whether a rectangle fits the roll's width.
#[must_use]
pub fn fits(rect: Rect, roll: Roll) -> bool {
    rect.width <= roll.width || (roll.turn && rect.height <= roll.width)
}

/// How a rectangle that fits a segment is valued.
#[derive(Debug, Clone, Copy)]
struct Taste {
    /// So much beside it, or on top of it up to the wall, counts as nothing.
    tolerance: i32,
    /// Whether the wall's height counts as much as the segment's width, or only then if that is equal.
    wall: Wall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wall {
    Little,
    Much,
    None,
}

/// A piece of the skyline.
#[derive(Debug, Clone, Copy)]
struct Segment {
    x: i32,
    y: i32,
    width: i32,
}

struct Packer {
    /// Sides with the gap.
    sides: Vec<(i32, i32)>,
    /// The roll's width with a gap.
    width: i32,
    gap: i32,
    turn: bool,
    /// The shortest side of all.
    shortest: i32,
}

/// What a trial needs, kept from one to the next.
#[derive(Default)]
struct Bench {
    skyline: Vec<Segment>,
    left: Vec<usize>,
}

/// What was taken for a segment: where in the list, its sides, and whether it is turned.
type Choice = (usize, (i32, i32), bool);

impl Packer {
    fn new(rects: &[Rect], roll: Roll) -> Option<Self> {
        let is_small = |side: u32| (1..=LONGEST).contains(&side);
        let fit = rects.iter().all(|rect| is_small(rect.width) && is_small(rect.height) && fits(*rect, roll));
        if rects.len() > MOST || !fit || roll.width.checked_add(roll.gap)? > LONGEST {
            return None;
        }
        let whole = |side: u32| (side + roll.gap).cast_signed();
        let sides: Vec<(i32, i32)> = rects.iter().map(|rect| (whole(rect.width), whole(rect.height))).collect();
        let shortest = sides.iter().map(|(width, height)| *width.min(height)).min().unwrap_or(1);
        Some(Self { sides, width: whole(roll.width), gap: roll.gap.cast_signed(), turn: roll.turn, shortest })
    }

    fn search(&self, effort: Effort) -> Packing {
        let count = self.sides.len();
        let mut bench = Bench::default();
        let mut best = (i32::MAX, Vec::new(), Taste { tolerance: 0, wall: Wall::None });
        // Some dozen orders of few rectangles, a handful of many.
        let trials = |work: usize, least: usize, most: usize| (work / (count * count).max(1)).clamp(least, most);
        for (order, taste) in self.starts().into_iter().take(trials(12_000_000, 6, usize::MAX)) {
            let length = self.trial(&order, taste, best.0, &mut bench, &mut |_, _| {});
            if length < best.0 {
                best = (length, order, taste);
            }
        }
        let more = match effort {
            Effort::Quick => 0,
            Effort::Good => trials(40_000_000, 20, 4000),
            Effort::Best => trials(400_000_000, 200, 40_000),
        };
        let (order, taste) = self.improve((best.0, best.1, best.2), if count > 2 { more } else { 0 }, &mut bench);
        let mut places = vec![Place::default(); count];
        let length = self.trial(&order, taste, i32::MAX, &mut bench, &mut |index, place| places[index] = place);
        Packing { places, length: (length - self.gap).max(0).cast_unsigned() }
    }

    /// Orders to begin with, the most promising first: large ones first, by several measures.
    fn starts(&self) -> Vec<(Vec<usize>, Taste)> {
        type Key = fn(i64, i64) -> i64;
        const LONG: i64 = 1 << 20;
        let keys: [Key; 5] = [
            |short, long| short * LONG + long,
            |short, long| short * long,
            |short, long| long * LONG + short,
            |short, long| short + long,
            |short, long| long - short,
        ];
        let (short, roll) = (self.shortest, self.width);
        let mut starts = Vec::new();
        for (tolerance, wall) in [
            (short / 2, Wall::Little),
            (short / 4, Wall::Little),
            (roll / 36, Wall::Much),
            (short / 2, Wall::Much),
            (short / 4, Wall::None),
            (roll / 18, Wall::Little),
            (short / 8, Wall::Little),
            (0, Wall::Little),
        ] {
            for key in keys {
                let mut order: Vec<usize> = (0..self.sides.len()).collect();
                // Equal ones stay in their order: by it they are told apart.
                order.sort_by_key(|index| {
                    let (width, height) = self.sides[*index];
                    -key(i64::from(width.min(height)), i64::from(width.max(height)))
                });
                starts.push((order, Taste { tolerance, wall }));
            }
        }
        starts
    }

    /// Changes the order at random places; keeps what is better, and at first also what is a little worse.
    fn improve(&self, start: (i32, Vec<usize>, Taste), trials: usize, bench: &mut Bench) -> (Vec<usize>, Taste) {
        let count = self.sides.len();
        let (mut length, mut order, mut taste) = start;
        let mut best = (length, order.clone(), taste);
        let tastes: Vec<Taste> = self.starts().into_iter().step_by(5).map(|(_, taste)| taste).collect();
        let mut random = Random::new();
        let warm = (self.shortest / 5).max(1) as usize;
        let mut next = order.clone();
        for trial in 0..trials {
            next.clone_from(&order);
            let mut other = taste;
            match random.below(10) {
                0..3 => next.swap(random.below(count), random.below(count)),
                3..6 => {
                    let moved = next.remove(random.below(count));
                    next.insert(random.below(count), moved);
                }
                6..9 => {
                    let from = random.below(count);
                    let until = (from + 2 + random.below(8)).min(count);
                    next[from..until].reverse();
                }
                _ => other = tastes[random.below(tastes.len())],
            }
            // Cools down to nothing over the first two thirds.
            let heat = warm * (trials * 2).saturating_sub(trial * 3) / (trials * 2);
            let slack = i32::try_from(random.below(heat + 1)).unwrap_or(0);
            let found = self.trial(&next, other, length.saturating_add(slack + 1), bench, &mut |_, _| {});
            if found <= length.saturating_add(slack) {
                (length, taste) = (found, other);
                std::mem::swap(&mut order, &mut next);
                if length < best.0 {
                    best = (length, order.clone(), taste);
                }
            }
        }
        (best.1, best.2)
    }

    /// Places all in this order; ends early with something not less than `cut` once that is reached.
    fn trial(
        &self,
        order: &[usize],
        taste: Taste,
        cut: i32,
        bench: &mut Bench,
        placed: &mut dyn FnMut(usize, Place),
    ) -> i32 {
        let Bench { skyline, left } = bench;
        skyline.clear();
        skyline.push(Segment { x: 0, y: 0, width: self.width });
        left.clear();
        left.extend_from_slice(order);
        let mut top = 0;
        while !left.is_empty() {
            let lowest = (0..skyline.len()).min_by_key(|index| skyline[*index].y).unwrap_or_default();
            let (before, after) = walls(skyline, lowest);
            let segment = skyline[lowest];
            let Some((index, (width, height), turned)) = self.choose(left, segment, before.max(after), taste) else {
                raise(skyline, lowest, before.min(after));
                continue;
            };
            let piece = left.remove(index);
            let (is_left, y) = (before >= after, segment.y + height);
            let x = if is_left { segment.x } else { segment.x + segment.width - width };
            top = top.max(y);
            if top >= cut {
                return top;
            }
            let turn = if turned { Turn::Quarter } else { Turn::None };
            placed(piece, Place { x: x.cast_unsigned(), y: segment.y.cast_unsigned(), turn });
            put(skyline, lowest, Segment { x, y, width });
        }
        top
    }

    /// What fits a segment best; the first of several.
    fn choose(&self, left: &[usize], segment: Segment, wall: i32, taste: Taste) -> Option<Choice> {
        let mut best: Option<(i32, Choice)> = None;
        let room = wall.saturating_sub(segment.y);
        for (index, piece) in left.iter().enumerate() {
            let (width, height) = self.sides[*piece];
            for (sides, turned) in [((width, height), false), ((height, width), true)] {
                let beside = segment.width - sides.0;
                if beside < 0 || (turned && (!self.turn || width == height)) {
                    continue;
                }
                let along = match beside {
                    beside if beside <= taste.tolerance => 2,
                    beside if beside >= self.shortest => 1,
                    _ => 0,
                };
                let up = i32::from((0..=taste.tolerance).contains(&(room - sides.1)));
                let value = match taste.wall {
                    Wall::Little => along * 2 + up,
                    Wall::Much => along + up * 2,
                    Wall::None => along,
                };
                if best.is_none_or(|(most, _)| value > most) {
                    best = Some((value, (index, sides, turned)));
                }
            }
        }
        best.map(|(_, choice)| choice)
    }
}

/// How high the skyline goes on at both sides of a segment; the roll's edges are as high as can be.
fn walls(skyline: &[Segment], index: usize) -> (i32, i32) {
    let before = index.checked_sub(1).and_then(|before| skyline.get(before));
    let height = |segment: Option<&Segment>| segment.map_or(i32::MAX, |segment| segment.y);
    (height(before), height(skyline.get(index + 1)))
}

/// Gives a segment up that nothing fits: it becomes as high as the lower wall.
fn raise(skyline: &mut Vec<Segment>, index: usize, y: i32) {
    skyline[index].y = y;
    join(skyline, index);
}

/// Puts a rectangle's upper side at one end of a segment.
fn put(skyline: &mut Vec<Segment>, index: usize, top: Segment) {
    let segment = &mut skyline[index];
    let at = if top.width == segment.width {
        *segment = top;
        index
    } else if top.x == segment.x {
        segment.x += top.width;
        segment.width -= top.width;
        skyline.insert(index, top);
        index
    } else {
        segment.width -= top.width;
        skyline.insert(index + 1, top);
        index + 1
    };
    join(skyline, at);
}

/// Makes one segment of those that are equally high.
fn join(skyline: &mut Vec<Segment>, index: usize) {
    if skyline.get(index + 1).is_some_and(|after| after.y == skyline[index].y) {
        skyline[index].width += skyline.remove(index + 1).width;
    }
    if index > 0 && skyline[index - 1].y == skyline[index].y {
        skyline[index - 1].width += skyline.remove(index).width;
    }
}

/// Xorshift (Marsaglia, "Xorshift RNGs", 2003): the same numbers each time.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new() -> Self {
        Self(0x1234_5678_9abc_def1)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
