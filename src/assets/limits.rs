//! Every bound on what is drawn of a request, in one place; `design::limits` has those of the documents themselves.

/// What input may cost. Each limit is checked before anything of that size is allocated.
///
/// The defaults are what Platen promises in its documentation; a shop on a larger machine may raise them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a PNG, JPEG, WebP or GIF. Default: 32 MB.
    pub raster_bytes: usize,
    /// Pixels of a raster picture, as its header states them. Default: 100 million.
    pub pixels: u64,
    /// Bytes that may be held at once to unpack one picture. Default: 800 MB, 8 for each of 100 million pixels: what a
    /// photograph takes that has to be turned upright, and a PNG of sixteen bits. A progressive JPEG takes 10.
    pub decoded_bytes: usize,
    /// Bytes that all pictures of one request may take, as decoded and as made of those by cropping, recolouring or
    /// drawing; each different one counts once, and what an operation needs meanwhile has to fit beside them. Default:
    /// 1 GB: a picture of 100 million pixels and what is made of it, or the background of one of 58 million removed.
    pub request_bytes: u64,
    /// Estimated cost of drawing all SVGs of one request at the resolution of print, as [`SvgLimits::passes`] counts it.
    /// Default: 2000.
    pub request_passes: u32,
    /// Path elements that all letters and shapes of one request may be drawn with: each outline as often as it is filled
    /// or drawn along, bodies of letters with what their edges sweep, and every dash. Default: 3 million, which take
    /// less than 300 MB and are drawn as a print in about a minute; a poster of 2000 plain letters has 200 000.
    pub request_outlines: u64,
    /// Bytes of prepared pictures that a library keeps for reuse. Default: 512 MB.
    pub cache_bytes: usize,
    /// What an SVG may hold.
    pub svg: SvgLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            raster_bytes: 32_000_000,
            pixels: 100_000_000,
            decoded_bytes: 800_000_000,
            request_bytes: 1_000_000_000,
            request_passes: 2000,
            request_outlines: 3_000_000,
            cache_bytes: 512 << 20,
            svg: SvgLimits::default(),
        }
    }
}

/// What an SVG may hold. Those of the source are checked before the XML is parsed, the others before it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SvgLimits {
    /// Bytes of the source; those of its attributes may be four times as many after every reference is followed, and
    /// those of its pictures twenty times. Default: 5 MB.
    pub bytes: usize,
    /// Elements after every `<use>` and reference is followed; stops of gradients may be ten times as many. Default:
    /// 100 000.
    pub elements: u64,
    /// Attributes on one element; XML parsers check each against the others. Default: 256.
    pub attributes: usize,
    /// How deep elements may lie inside elements; four times as deep along references. Default: 128.
    pub depth: usize,
    /// `<use>` elements. Default: 5000.
    pub uses: usize,
    /// CSS rules times elements, since every rule is tried on every element; finding and copying what they declare may
    /// take four times as many steps, with every element as often as it is used. Default: 1 million.
    pub css_matches: u64,
    /// Bytes that XML entities may expand to. Default: 1 MB.
    pub entity_bytes: u64,
    /// Elements that markers may add: those of each marker times the points that it stands at. Default: 100 000.
    pub marker_elements: u64,
    /// Line and curve segments of all paths as drawn. Default: 250 000.
    pub segments: u64,
    /// Segments of one stroked path, since its outline crosses itself. Default: 20 000.
    pub stroked_segments: u64,
    /// Masks, patterns, clip paths, filters and isolated groups inside one another. Default: 24.
    pub layer_depth: usize,
    /// Primitives of one filter. Default: 32.
    pub filter_primitives: usize,
    /// Octaves of one turbulence. Default: 8.
    pub octaves: u32,
    /// Largest coordinate, as a multiple of the picture's larger side. Default: 1000.
    pub extent: u32,
    /// Raster pictures inside the SVG, each counted as often as it is drawn. Default: 100.
    pub images: usize,
    /// Pixels of all raster pictures inside the SVG, each counted as often as it is drawn. Default: 30 million.
    pub image_pixels: u64,
    /// Estimated cost of drawing, in times that a square of 1000 pixels is passed over; a few milliseconds each. What
    /// costs more is drawn less finely, and refused if it does so at 1000 pixels along the larger side. Default: 400.
    pub passes: u32,
    /// Bytes that drawing may hold at once, mostly layers and the results of filters; what takes more is drawn less
    /// finely or refused, in the same way. Default: 240 MB.
    pub drawing_bytes: usize,
}

impl Default for SvgLimits {
    fn default() -> Self {
        Self {
            bytes: 5_000_000,
            elements: 100_000,
            attributes: 256,
            depth: 128,
            uses: 5000,
            css_matches: 1_000_000,
            entity_bytes: 1_000_000,
            marker_elements: 100_000,
            segments: 250_000,
            stroked_segments: 20_000,
            layer_depth: 24,
            filter_primitives: 32,
            octaves: 8,
            extent: 1000,
            images: 100,
            image_pixels: 30_000_000,
            passes: 400,
            drawing_bytes: 240_000_000,
        }
    }
}
