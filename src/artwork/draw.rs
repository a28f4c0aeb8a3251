//! Draws the planned nodes of one region, mixing the rasteriser's paths with pictures, SVGs and softened groups.

use std::sync::Mutex;

use kurbo::Affine;
use vello_cpu::color::AlphaColor;
use vello_cpu::{PixmapMut, RasterizerSettings, RenderContext, RenderMode, RenderSettings, Resources, TargetInit};

use crate::artwork::plan::{Composed, Content, Draw, Node, Plan};
use crate::artwork::region::Region;
use crate::artwork::vector::{self, Step};
use crate::cancel::Cancel;
use crate::pixels::blend;
use crate::scene::Blend;

/// The widest region that is drawn in one go; the rasteriser counts in sixteen bits. Wider bands are drawn in columns,
/// so the width of a scene has no limit here.
const COLUMN: i32 = 32_768;

/// Draws regions; keeps the rasterisers and buffers of finished ones for the next. One serves all threads.
#[derive(Debug)]
pub(super) struct Painter {
    cancel: Cancel,
    tools: Mutex<Vec<Tools>>,
    buffers: Mutex<Vec<Vec<u8>>>,
}

/// What one thread needs while it draws.
#[derive(Debug)]
struct Tools {
    context: RenderContext,
    resources: Resources,
}

/// Pixels being drawn, and whether any may be other than transparent.
struct Canvas<'p> {
    region: Region,
    pixels: &'p mut [u8],
    inked: bool,
}

impl Painter {
    /// Looks at `cancel` before each layer and each path; once it is set, what it draws is of no use.
    pub(super) fn new(cancel: &Cancel) -> Self {
        Self { cancel: cancel.clone(), tools: Mutex::default(), buffers: Mutex::default() }
    }

    /// Draws `region` of the plan into `pixels`, replacing all of them. Says whether anything was drawn.
    pub(super) fn draw(&self, plan: &Plan<'_>, region: Region, pixels: &mut [u8]) -> bool {
        match &plan.finish {
            Some(finish) => finish.draw(self, plan, region, pixels),
            None => self.draw_nodes(&plan.nodes, plan.to_px, region, pixels),
        }
    }

    /// The same for some nodes, in pixels that `to_px` makes of mm.
    pub(super) fn draw_nodes(&self, nodes: &[Node<'_>], to_px: Affine, region: Region, pixels: &mut [u8]) -> bool {
        if region.x1 - region.x0 <= COLUMN {
            let mut canvas = Canvas { region, pixels, inked: false };
            self.draw_canvas(nodes, to_px, &mut canvas);
            if !canvas.inked {
                canvas.pixels.fill(0);
            }
            return canvas.inked;
        }
        let mut inked = false;
        for x0 in (region.x0..region.x1).step_by(COLUMN as usize) {
            let column = Region { x0, x1: region.x1.min(x0 + COLUMN), ..region };
            self.with_buffer(column.bytes(), |buffer| {
                inked |= self.draw_nodes(nodes, to_px, column, buffer);
                for y in region.y0..region.y1 {
                    pixels[region.row_of(column, y)].copy_from_slice(&buffer[column.row_of(column, y)]);
                }
            });
        }
        inked
    }

    /// Lends a buffer of `length` bytes with anything in them.
    pub(super) fn with_buffer<R>(&self, length: usize, work: impl FnOnce(&mut [u8]) -> R) -> R {
        let mut buffer = self.take_buffer(length);
        let result = work(&mut buffer);
        self.keep_buffer(buffer);
        result
    }

    pub(super) fn take_buffer(&self, length: usize) -> Vec<u8> {
        let mut buffer = self.buffers.lock().map(|mut kept| kept.pop()).ok().flatten().unwrap_or_default();
        buffer.resize(length, 0);
        buffer
    }

    pub(super) fn keep_buffer(&self, buffer: Vec<u8>) {
        if let Ok(mut kept) = self.buffers.lock() {
            kept.push(buffer);
        }
    }

    fn draw_canvas(&self, nodes: &[Node<'_>], to_px: Affine, canvas: &mut Canvas<'_>) {
        let mut steps = Vec::new();
        for node in nodes {
            let part = node.bounds.intersect(canvas.region);
            if part.is_empty() {
                continue;
            }
            if self.cancel.is_set() {
                return;
            }
            match &node.draw {
                Draw::Group(group) if !node.is_paths() => self.draw_group(group, part, to_px, &mut steps, canvas),
                Draw::Fill { .. } | Draw::Stroke { .. } | Draw::Group(_) => steps.push(Step::Node(node)),
                Draw::Picture(placed) => {
                    self.flush(&mut steps, to_px, canvas);
                    self.lay_over(part, canvas, |pixels| placed.draw(part, pixels));
                }
                Draw::Svg(placed) => {
                    self.flush(&mut steps, to_px, canvas);
                    self.lay_over(part, canvas, |pixels| placed.draw(part, pixels));
                }
            }
        }
        self.flush(&mut steps, to_px, canvas);
    }

    /// Draws a group that holds more than paths to pixels of its own, and joins them to the canvas.
    fn draw_group<'n, 'a>(
        &self,
        group: &'n Composed<'a>,
        part: Region,
        to_px: Affine,
        steps: &mut Vec<Step<'n, 'a>>,
        canvas: &mut Canvas<'_>,
    ) {
        let draw = |pixels: &mut [u8]| match &group.content {
            Content::Paths(nodes) | Content::Mixed(nodes) => self.draw_nodes(nodes, to_px, part, pixels),
            Content::Soft(soft) => soft.draw(self, part, pixels),
        };
        if group.blend == Blend::Over && group.clip.is_none() {
            self.flush(steps, to_px, canvas);
            self.lay_over(part, canvas, |pixels| {
                let inked = draw(pixels);
                if inked && group.opacity < 1.0 {
                    blend::fade(pixels, (group.opacity * 255.0).round() as u8);
                }
                inked
            });
        } else {
            let mut pixels = vec![0; part.bytes()];
            draw(&mut pixels);
            steps.push(Step::Composed(group, part, pixels));
        }
    }

    /// Draws `part` with `draw`, which says whether it drew anything, and lays it over the canvas.
    fn lay_over(&self, part: Region, canvas: &mut Canvas<'_>, draw: impl FnOnce(&mut [u8]) -> bool) {
        self.with_buffer(part.bytes(), |pixels| {
            if !draw(pixels) {
                return;
            }
            let lay = if canvas.inked { blend::over } else { <[u8]>::copy_from_slice };
            if !canvas.inked {
                canvas.pixels.fill(0);
                canvas.inked = true;
            }
            for (y, row) in (part.y0..part.y1).zip(pixels.chunks_exact(part.width() as usize * 4)) {
                lay(&mut canvas.pixels[canvas.region.row_of(part, y)], row);
            }
        });
    }

    /// Lets the rasteriser draw what has gathered.
    fn flush<'n, 'a>(&self, steps: &mut Vec<Step<'n, 'a>>, to_px: Affine, canvas: &mut Canvas<'_>) {
        if steps.is_empty() {
            return;
        }
        let mut steps = std::mem::take(steps);
        let mut target_init = TargetInit::Clear(AlphaColor::TRANSPARENT);
        if canvas.inked {
            if steps.iter().any(needs_backdrop) {
                steps.insert(0, Step::Pixels(canvas.region, canvas.pixels.to_vec()));
            } else {
                target_init = TargetInit::SrcOver;
            }
        }
        let (width, height) = (canvas.region.width() as u16, canvas.region.height() as u16);
        let mut tools = self.take_tools();
        tools.context.reset_and_resize(width, height);
        vector::draw(&mut tools.context, steps, (to_px, canvas.region), &self.cancel);
        if self.cancel.is_set() {
            return self.keep_tools(tools);
        }
        tools.context.flush();
        let target =
            PixmapMut::new(width, height, canvas.pixels).expect("a canvas has as many bytes as its region's pixels");
        let settings =
            RasterizerSettings { target_init, render_mode: RenderMode::OptimizeSpeed, ..RasterizerSettings::default() };
        tools.context.render_with(target, &mut tools.resources, settings);
        canvas.inked = true;
        self.keep_tools(tools);
    }

    fn take_tools(&self) -> Tools {
        let kept = self.tools.lock().map(|mut kept| kept.pop()).ok().flatten();
        kept.unwrap_or_else(|| Tools {
            context: RenderContext::new_with(1, 1, RenderSettings::default()),
            resources: Resources::new(),
        })
    }

    fn keep_tools(&self, mut tools: Tools) {
        // Lets go of the pixels that the last region's images hold.
        tools.context.reset_and_resize(1, 1);
        if let Ok(mut kept) = self.tools.lock() {
            kept.push(tools);
        }
    }
}

fn needs_backdrop(step: &Step<'_, '_>) -> bool {
    match step {
        Step::Node(node) => node.needs_backdrop(),
        Step::Pixels(..) => false,
        Step::Composed(group, ..) => group.blend != Blend::Over,
    }
}
