//! What the marks of a document are parts of, as readers that read aloud want it.

use std::collections::BTreeMap;

use pdf_writer::types::{StructRole, TableHeaderScope};
use pdf_writer::writers::StructTreeRoot;
use pdf_writer::{Finish as _, Name, Pdf, Ref, TextStr};

use crate::export::pdf::{Document, Role, Shape};

/// What marked parts of an element are called.
pub(super) fn name(role: Role) -> Name<'static> {
    kind(role).to_name()
}

const fn kind(role: Role) -> StructRole {
    match role {
        Role::Section => StructRole::Sect,
        Role::Heading(1) => StructRole::H1,
        Role::Heading(2) => StructRole::H2,
        Role::Heading(_) => StructRole::H3,
        Role::Paragraph => StructRole::P,
        Role::Figure => StructRole::Figure,
        Role::Table => StructRole::Table,
        Role::Row => StructRole::TR,
        Role::HeaderCell => StructRole::TH,
        Role::Cell => StructRole::TD,
    }
}

/// Something in an element, in reading order.
enum Kid {
    /// Another element.
    Element(usize),
    /// A marked part: index of its page, and its number there.
    Part(usize, i32),
}

/// Writes the elements of `document` and gives the object that holds them. `marked` has for each of its `pages` the
/// elements of its marked parts.
pub(super) fn write(pdf: &mut Pdf, next: &mut Ref, document: &Document, pages: &[Ref], marked: &[Vec<usize>]) -> Ref {
    let (tree, root) = (next.bump(), next.bump());
    let ids: Vec<Ref> = document.elements.iter().map(|_| next.bump()).collect();
    let mut kids: Vec<Vec<Kid>> = ids.iter().map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for (index, element) in document.elements.iter().enumerate() {
        match element.parent.filter(|parent| *parent < index) {
            Some(parent) => kids[parent].push(Kid::Element(index)),
            None => top.push(ids[index]),
        }
    }
    for (page, elements) in marked.iter().enumerate() {
        for (number, &element) in (0..).zip(elements) {
            kids[element].push(Kid::Part(page, number));
        }
    }
    let texts = texts(document);
    for (index, element) in document.elements.iter().enumerate() {
        let mut writer = pdf.struct_element(ids[index]);
        writer.kind(kind(element.role));
        writer.parent(element.parent.filter(|parent| *parent < index).map_or(root, |parent| ids[parent]));
        if !element.alt.is_empty() {
            writer.alt(TextStr(&element.alt));
        }
        if let Some(text) = texts.get(&index) {
            writer.actual_text(TextStr(text));
        }
        if element.role == Role::HeaderCell {
            writer.attributes().push().table().scope(TableHeaderScope::Column);
        }
        let mut children = writer.children();
        for kid in &kids[index] {
            match *kid {
                Kid::Element(child) => {
                    children.struct_element(ids[child]);
                }
                Kid::Part(page, number) => {
                    children.marked_content_ref().page(pages[page]).marked_content_id(number);
                }
            }
        }
        children.finish();
    }
    let mut writer = pdf.struct_element(root);
    writer.kind(StructRole::Document).parent(tree);
    let mut children = writer.children();
    for child in top {
        children.struct_element(child);
    }
    children.finish();
    writer.finish();
    let list = |elements: &Vec<usize>| {
        let id = next.bump();
        pdf.indirect(id).array().items(elements.iter().map(|element| ids[*element]));
        id
    };
    let lists: Vec<Ref> = marked.iter().map(list).collect();
    let mut writer = pdf.indirect(tree).start::<StructTreeRoot<'_>>();
    writer.child(root);
    let mut parents = writer.parent_tree();
    let mut numbers = parents.nums();
    for (key, list) in (0..).zip(&lists) {
        numbers.insert(key, *list);
    }
    numbers.finish();
    parents.finish();
    writer.parent_tree_next_key(i32::try_from(lists.len()).unwrap_or(i32::MAX));
    tree
}

/// What elements say that have lines from right to left, in reading order.
fn texts(document: &Document) -> BTreeMap<usize, String> {
    let mut texts: BTreeMap<usize, (String, bool)> = BTreeMap::new();
    for mark in document.pages.iter().flat_map(|page| &page.marks) {
        if let (Some(element), Shape::Words { words, .. }) = (mark.element, &mark.shape) {
            let (text, has_rtl) = texts.entry(element).or_default();
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&words.text);
            *has_rtl |= words.has_rtl;
        }
    }
    texts.into_iter().filter_map(|(element, (text, has_rtl))| has_rtl.then_some((element, text))).collect()
}
