//! What a parsed XML document asks of the SVG library, before that follows a single reference.
//!
//! The library writes the target of a reference out once for each path that leads to it, recurses along them, and
//! notices circles of one and two only. So the references are followed here first, as a graph whose nodes are the
//! elements: circles are refused, and what an element costs is summed up over all that it draws. Where references come
//! from attributes, `style` or style sheets makes no difference; a declaration that another one overrides counts too.

use std::collections::BTreeMap;
use std::rc::Rc;

use resvg::usvg::roxmltree::{Document, Node};

use super::styles::{Styles, most_steps};
use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// Refuses a document that would cost too much to be made into a tree of paths.
pub(super) fn check(document: &Document<'_>, limits: &SvgLimits) -> Result<(), AssetError> {
    let nodes: Vec<Node<'_, '_>> = document.descendants().filter(Node::is_element).collect();
    within("elements of the SVG", nodes.len() as u64, limits.elements)?;
    let styles = Styles::read(document, nodes.len() as u64, limits)?;
    let elements = read(&nodes, &styles, limits)?;
    let graph = Graph::new(elements, limits)?;
    graph.cost(limits)?.check(limits)
}

/// What it takes to make paths of an element and of all that it draws.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// Elements, and letters of text, each of which becomes an outline.
    elements: u64,
    /// Stops of gradients, which are much smaller than elements.
    stops: u64,
    /// Elements that are drawn as parts of markers.
    marked: u64,
    /// Steps of applying styles.
    style_steps: u64,
    attribute_bytes: u64,
    pictures: u64,
    picture_bytes: u64,
}

impl Cost {
    fn add(&mut self, other: &Self, times: u64) {
        let add = |sum: &mut u64, part: u64| *sum = sum.saturating_add(part.saturating_mul(times));
        add(&mut self.elements, other.elements);
        add(&mut self.stops, other.stops);
        add(&mut self.marked, other.marked);
        add(&mut self.style_steps, other.style_steps);
        add(&mut self.attribute_bytes, other.attribute_bytes);
        add(&mut self.pictures, other.pictures);
        add(&mut self.picture_bytes, other.picture_bytes);
    }

    fn check(&self, limits: &SvgLimits) -> Result<(), AssetError> {
        let bytes = limits.bytes as u64;
        within("elements that markers may add", self.marked, limits.marker_elements)?;
        within("pictures drawn inside the SVG", self.pictures, limits.images as u64)?;
        within("bytes of pictures drawn inside the SVG", self.picture_bytes, 20 * bytes)?;
        within("elements of the SVG after references are followed", self.elements, limits.elements)?;
        within("stops of gradients after references are followed", self.stops, 10 * limits.elements)?;
        within("steps to apply the CSS", self.style_steps, most_steps(limits))?;
        // Paths, filters and the like are read anew wherever they are used.
        within("bytes of attributes after references are followed", self.attribute_bytes, 4 * bytes)
    }
}

/// A property that elements inherit and that refers to others.
#[derive(Clone, Copy, PartialEq)]
enum Property {
    Fill,
    Stroke,
    MarkerStart,
    MarkerMid,
    MarkerEnd,
}

impl Property {
    const ALL: [Self; 5] = [Self::Fill, Self::Stroke, Self::MarkerStart, Self::MarkerMid, Self::MarkerEnd];

    /// Those that a declaration of `name` sets.
    fn set_by(name: &str) -> &'static [Self] {
        match name {
            "fill" => &[Self::Fill],
            "stroke" => &[Self::Stroke],
            "marker-start" => &[Self::MarkerStart],
            "marker-mid" => &[Self::MarkerMid],
            "marker-end" => &[Self::MarkerEnd],
            "marker" => &[Self::MarkerStart, Self::MarkerMid, Self::MarkerEnd],
            _ => &[],
        }
    }

    fn is_marker(self) -> bool {
        !matches!(self, Self::Fill | Self::Stroke)
    }
}

/// An element by itself.
#[derive(Default)]
struct Item<'a> {
    ids: Vec<&'a str>,
    parent: Option<usize>,
    cost: Cost,
    shape: Shape,
    /// Numbers of its path: at least as many as it has points.
    points: u64,
    /// Ids of what it writes out in its own place.
    copies: Vec<&'a str>,
    /// Ids of what is drawn for it: masks, clip paths, filters.
    draws: Vec<&'a str>,
    /// For each of [`Property::ALL`], the ids in force: those of an ancestor if it has no own.
    inherited: [Rc<[&'a str]>; 5],
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Shape {
    #[default]
    None,
    /// It draws with the properties in force.
    Drawn,
    /// What it copies inherits the properties in force.
    Use,
}

fn read<'a>(nodes: &[Node<'a, '_>], styles: &Styles<'a>, limits: &SvgLimits) -> Result<Vec<Item<'a>>, AssetError> {
    let places: BTreeMap<usize, usize> =
        nodes.iter().enumerate().map(|(idx, node)| (node.id().get_usize(), idx)).collect();
    let mut items: Vec<Item<'a>> = Vec::with_capacity(nodes.len());
    let mut steps_left = most_steps(limits);
    for node in nodes {
        let parent = node.parent_element().map(|parent| places[&parent.id().get_usize()]);
        let above = parent.map(|parent| items[parent].inherited.clone());
        let item = read_one(*node, above.unwrap_or_default(), styles, steps_left)?;
        let steps = item.cost.style_steps;
        within("steps to apply the CSS", most_steps(limits) - steps_left + steps, most_steps(limits))?;
        steps_left -= steps;
        items.push(Item { parent, ..item });
    }
    Ok(items)
}

fn read_one<'a>(
    node: Node<'a, '_>,
    above: [Rc<[&'a str]>; 5],
    styles: &Styles<'a>,
    steps_left: u64,
) -> Result<Item<'a>, AssetError> {
    let name = node.tag_name().name();
    let shape = match name {
        "use" => Shape::Use,
        "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon" => Shape::Drawn,
        "text" | "tspan" | "textPath" | "tref" | "a" => Shape::Drawn,
        _ => Shape::None,
    };
    let points = if name == "line" { 2 } else { 0 };
    let mut item = Item { shape, points, inherited: above, ..Item::default() };
    item.cost.elements = u64::from(name != "stop");
    item.cost.stops = u64::from(name == "stop");
    item.cost.elements += letters(node);
    let mut own = Own::default();
    for attribute in node.attributes() {
        let (key, value) = (attribute.name(), attribute.value());
        let embedded = key == "href" && matches!(name, "image" | "feImage");
        let bytes = if embedded { &mut item.cost.picture_bytes } else { &mut item.cost.attribute_bytes };
        *bytes += value.len() as u64;
        item.cost.pictures += u64::from(embedded);
        match key {
            "id" => item.ids.push(value),
            "href" if follows(name) => item.copies.extend(target(value)),
            "d" | "points" => item.points += numbers(value),
            "style" | "class" => {}
            _ => own.declare(key, value),
        }
    }
    item.cost.style_steps = styles.apply(node, steps_left, &mut |key, value| own.declare(key, value));
    if own.inherits_a_layer {
        return Err(AssetError::Refused { what: "a mask, clip path or filter that is inherited" });
    }
    if own.has_too_many() {
        return Err(AssetError::Refused { what: "an element with dozens of references" });
    }
    item.draws = own.draws;
    for (at, ids) in own.properties.into_iter().enumerate() {
        let Some(mut ids) = ids else { continue };
        if own.inherits[at] && ids.is_empty() {
            continue;
        }
        if own.inherits[at] {
            ids.extend(item.inherited[at].iter());
        }
        item.inherited[at] = ids.into();
    }
    Ok(item)
}

/// References in all declarations of one property; lists of filters have a few.
const REFERENCES: usize = 32;

/// What the declarations of one element refer to.
#[derive(Default)]
struct Own<'a> {
    draws: Vec<&'a str>,
    /// For each of [`Property::ALL`], what it is set to, if it is.
    properties: [Option<Vec<&'a str>>; 5],
    /// Whether one of the declarations says to inherit it all the same.
    inherits: [bool; 5],
    inherits_a_layer: bool,
}

impl<'a> Own<'a> {
    fn declare(&mut self, name: &str, value: &'a str) {
        let inherits = value.trim() == "inherit";
        let properties = Property::set_by(name);
        if self.has_too_many() {
            return;
        }
        if properties.is_empty() {
            self.draws.extend(targets(value).take(REFERENCES + 1));
            self.inherits_a_layer |= inherits && matches!(name, "mask" | "clip-path" | "filter");
        }
        for property in properties {
            let at = *property as usize;
            self.properties[at].get_or_insert_default().extend(targets(value).take(REFERENCES + 1));
            self.inherits[at] |= inherits;
        }
    }

    fn has_too_many(&self) -> bool {
        self.draws.len() > REFERENCES || self.properties.iter().flatten().any(|ids| ids.len() > REFERENCES)
    }
}

/// Whether the `href` of an element stands for something that is drawn; those of links and animations do not.
fn follows(name: &str) -> bool {
    !matches!(name, "a" | "image" | "animate" | "animateColor" | "animateMotion" | "animateTransform" | "set" | "mpath")
}

/// Letters of the text right inside an element.
fn letters(node: Node<'_, '_>) -> u64 {
    let texts = || node.children().filter(Node::is_text).filter_map(|child| child.text());
    if texts().all(|text| text.trim().is_empty()) || !node.ancestors().any(|node| node.has_tag_name("text")) {
        return 0;
    }
    texts().map(|text| text.chars().filter(|c| !c.is_whitespace()).count() as u64).sum()
}

/// The id that an `href` leads to.
fn target(href: &str) -> Option<&str> {
    let id = href.trim_start_matches(SPACES).strip_prefix('#')?;
    Some(id.split(' ').next().unwrap_or(id))
}

/// The ids of every `url(#id)` in a value, cut out as the SVG library does.
fn targets(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches(SPACES);
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        if let Some(quote) = quote {
            let id = rest[1..].trim_start_matches(SPACES).strip_prefix('#')?;
            Some(id.split(quote).next().unwrap_or(id).trim_end())
        } else {
            let id = rest.strip_prefix('#')?;
            Some(id.split([' ', ')']).next().unwrap_or(id))
        }
    })
}

const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

/// How many numbers a path or a list of points holds at most.
fn numbers(text: &str) -> u64 {
    let mut count = 0;
    let mut inside = false;
    for byte in text.bytes() {
        let digit = byte.is_ascii_digit();
        count += u64::from(digit && !inside);
        inside = digit;
    }
    count
}

/// How often an element draws another.
#[derive(Clone, Copy)]
enum Times {
    /// In its own place, where the other inherits its properties.
    Copied,
    Drawn(u64),
    /// As often as what it copies has shapes.
    Shapes,
    /// A marker that stands so often, or at every shape or point of what is copied.
    Marked(u64),
    MarkedShapes,
    MarkedPoints,
}

struct Graph<'a> {
    items: Vec<Item<'a>>,
    edges: Vec<Vec<(usize, Times)>>,
}

impl<'a> Graph<'a> {
    fn new(items: Vec<Item<'a>>, limits: &SvgLimits) -> Result<Self, AssetError> {
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (idx, item) in items.iter().enumerate() {
            item.ids.iter().for_each(|id| by_id.entry(id).or_default().push(idx));
        }
        // Programs differ in which of several elements with one id they take, so all of them count.
        let of = |id: &str| by_id.get(id).map_or(&[][..], Vec::as_slice).iter().copied();
        let mut edges = vec![Vec::new(); items.len()];
        let mut n_edges = 0;
        for (idx, item) in items.iter().enumerate() {
            let out: &mut Vec<_> = &mut edges[idx];
            out.extend(item.copies.iter().flat_map(|id| of(id)).map(|to| (to, Times::Copied)));
            out.extend(item.draws.iter().flat_map(|id| of(id)).map(|to| (to, Times::Drawn(1))));
            for (property, ids) in Property::ALL.into_iter().zip(&item.inherited) {
                let Some(times) = times(item, property) else { continue };
                out.extend(ids.iter().flat_map(|id| of(id)).map(|to| (to, times)));
            }
            n_edges += out.len() as u64;
            within("references of the SVG", n_edges, 10 * limits.elements)?;
        }
        for (idx, item) in items.iter().enumerate() {
            if let Some(parent) = item.parent {
                edges[parent].push((idx, Times::Copied));
            }
        }
        // What is copied has to be known before the properties that it inherits.
        edges.iter_mut().for_each(|out| out.sort_by_key(|(_, times)| !matches!(times, Times::Copied)));
        Ok(Self { items, edges })
    }

    /// What the root costs. Every element is looked at once; recursion is by hand, since references chain as long as
    /// the file.
    fn cost(&self, limits: &SvgLimits) -> Result<Cost, AssetError> {
        let mut states = vec![State::Unseen; self.items.len()];
        let mut stack = vec![(0, 0, self.start(0))];
        states[0] = State::Open;
        while let Some((idx, at, sum)) = stack.last_mut() {
            let Some(&(child, times)) = self.edges[*idx].get(*at) else {
                states[*idx] = State::Known(*sum);
                stack.pop();
                continue;
            };
            match states[child] {
                State::Unseen => {
                    states[child] = State::Open;
                    stack.push((child, 0, self.start(child)));
                }
                State::Open => return Err(AssetError::Refused { what: "references that lead in a circle" }),
                State::Known(known) => {
                    *at += 1;
                    sum.add(&known, times);
                    // The library recurses as deep as that.
                    let most = 4 * limits.depth as u64;
                    within("levels of elements after references are followed", sum.levels, most)?;
                }
            }
        }
        match states[0] {
            State::Known(sum) => Ok(sum.cost),
            State::Unseen | State::Open => unreachable!("the stack is empty, so the root was closed"),
        }
    }

    fn start(&self, idx: usize) -> Sum {
        let item = &self.items[idx];
        let shapes = u64::from(item.shape == Shape::Drawn);
        Sum { cost: item.cost, shapes, points: item.points, levels: 1 }
    }
}

/// How often `item` draws what one of its properties refers to.
fn times(item: &Item<'_>, property: Property) -> Option<Times> {
    match (item.shape, property) {
        (Shape::None, _) => None,
        (Shape::Drawn, Property::MarkerMid) => Some(Times::Marked(item.points)),
        (Shape::Drawn, _) if property.is_marker() => Some(Times::Marked(item.points.min(1))),
        (Shape::Drawn, _) => Some(Times::Drawn(1)),
        (Shape::Use, Property::MarkerMid) => Some(Times::MarkedPoints),
        (Shape::Use, _) if property.is_marker() => Some(Times::MarkedShapes),
        (Shape::Use, _) => Some(Times::Shapes),
    }
}

#[derive(Clone, Copy)]
enum State {
    Unseen,
    /// Being summed up: a reference to it closes a circle.
    Open,
    Known(Sum),
}

/// An element with all that it draws.
#[derive(Clone, Copy)]
struct Sum {
    cost: Cost,
    /// Shapes and points in its place, which inherit its properties.
    shapes: u64,
    points: u64,
    /// Elements on the longest path that leads on from it.
    levels: u64,
}

impl Sum {
    fn add(&mut self, other: &Self, times: Times) {
        self.levels = self.levels.max(other.levels + 1);
        let (n, marked) = match times {
            Times::Copied => {
                self.shapes = self.shapes.saturating_add(other.shapes);
                self.points = self.points.saturating_add(other.points);
                (1, false)
            }
            Times::Drawn(n) => (n, false),
            Times::Shapes => (self.shapes, false),
            Times::Marked(n) => (n, true),
            Times::MarkedShapes => (self.shapes, true),
            Times::MarkedPoints => (self.points, true),
        };
        self.cost.add(&other.cost, n);
        if marked {
            self.cost.marked = self.cost.marked.saturating_add(other.cost.elements.saturating_mul(n));
        }
    }
}
