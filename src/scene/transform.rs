//! Moving resolved items.

use std::sync::Arc;

use kurbo::{Affine, BezPath};

use crate::scene::{Item, Paint};

/// Items, each as [`Item::moved`] moves it. A path that several of them share stays one, and is moved where it is if
/// nobody else has it: the body of a long text takes more memory than all the rest.
pub(super) fn moved(mut items: Vec<Item>, map: Affine) -> Vec<Item> {
    move_all(&mut items, map);
    items
}

fn move_all(items: &mut [Item], map: Affine) {
    let mut paths = Vec::new();
    items.iter_mut().for_each(|item| move_but_paths(item, map, &mut paths));
    paths.sort_by_key(|path| Arc::as_ptr(path));
    for same in paths.chunk_by_mut(|one, other| Arc::ptr_eq(one, other)) {
        let mut path = Arc::default();
        same.iter_mut().for_each(|user| path = std::mem::take(*user));
        Arc::make_mut(&mut path).apply_affine(map);
        same.iter_mut().for_each(|user| **user = Arc::clone(&path));
    }
}

/// Moves all of an item but its paths, which are added to `paths`.
fn move_but_paths<'i>(item: &'i mut Item, map: Affine, paths: &mut Vec<&'i mut Arc<BezPath>>) {
    match item {
        Item::Fill { path, paint, .. } | Item::Stroke { path, paint, .. } => {
            if let Paint::Gradient(gradient) = paint {
                gradient.transform = map * gradient.transform;
            }
            paths.push(path);
        }
        Item::Picture { transform, .. } | Item::Svg { transform, .. } => *transform = map * *transform,
        Item::Group(group) => {
            paths.extend(group.clip.as_mut());
            group.items.iter_mut().for_each(|item| move_but_paths(item, map, paths));
        }
    }
}

impl Item {
    /// The item moved by `map`, which must keep lengths (a rotation, a mirroring, a shift): widths of strokes and the
    /// softness of groups stay as they are.
    #[must_use]
    pub fn moved(mut self, map: Affine) -> Self {
        move_all(std::slice::from_mut(&mut self), map);
        self
    }
}

#[cfg(test)]
mod tests {
    use kurbo::{Rect, Shape as _};

    use super::*;
    use crate::color::Color;
    use crate::scene::{FillRule, Group};

    #[test]
    fn a_path_that_items_share_is_moved_once_and_stays_one() {
        let path = Arc::new(Rect::new(0.0, 0.0, 2.0, 1.0).to_path(0.1));
        let fill =
            || Item::Fill { path: Arc::clone(&path), rule: FillRule::NonZero, paint: Paint::Solid(Color::BLACK, 1.0) };
        let group = Group { items: vec![fill()], clip: Some(Arc::clone(&path)), ..Group::default() };
        let map = Affine::translate((10.0, 0.0));
        let both = moved(vec![fill(), Item::Group(group)], map);
        let [Item::Fill { path: one, .. }, Item::Group(Group { items, clip: Some(clip), .. })] = &both[..] else {
            panic!("{both:?}")
        };
        let Item::Fill { path: other, .. } = &items[0] else { panic!("{items:?}") };
        assert!(Arc::ptr_eq(one, other) && Arc::ptr_eq(one, clip));
        assert_eq!(one.bounding_box(), Rect::new(10.0, 0.0, 12.0, 1.0));
        assert_eq!(path.bounding_box().x0, 0.0, "others who have the path keep it as it was");
    }
}
