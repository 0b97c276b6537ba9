//! Any node of a tree, and its children, for passes that treat nodes alike: checks of the tree, searches by place.

use super::{Arm, Block, Expression, Field, GenericParameter, Item, NodeId, Parameter, Pattern, Receiver, Statement, Type, Variant};
use crate::span::Span;

#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    Statement(&'a Statement),
    Block(&'a Block),
    Expression(&'a Expression),
    Arm(&'a Arm),
    Pattern(&'a Pattern),
    Type(&'a Type),
    Item(&'a Item),
    Parameter(&'a Parameter),
    Receiver(&'a Receiver),
    Field(&'a Field),
    Variant(&'a Variant),
    GenericParameter(&'a GenericParameter),
}

impl<'a> Node<'a> {
    #[must_use]
    pub fn id(self) -> NodeId {
        match self {
            Self::Statement(node) => node.id,
            Self::Block(node) => node.id,
            Self::Expression(node) => node.id,
            Self::Arm(node) => node.id,
            Self::Pattern(node) => node.id,
            Self::Type(node) => node.id,
            Self::Item(node) => node.id,
            Self::Parameter(node) => node.id,
            Self::Receiver(node) => node.id,
            Self::Field(node) => node.id,
            Self::Variant(node) => node.id,
            Self::GenericParameter(node) => node.id,
        }
    }

    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Statement(node) => node.span,
            Self::Block(node) => node.span,
            Self::Expression(node) => node.span,
            Self::Arm(node) => node.span,
            Self::Pattern(node) => node.span,
            Self::Type(node) => node.span,
            Self::Item(node) => node.span,
            Self::Parameter(node) => node.span,
            Self::Receiver(node) => node.span,
            Self::Field(node) => node.span,
            Self::Variant(node) => node.span,
            Self::GenericParameter(node) => node.span,
        }
    }

    /// The nodes directly below this one. Those of a module in another file are not: see `children_of_body`.
    #[must_use]
    pub fn children(self) -> Vec<Node<'a>> {
        let mut children = Vec::new();
        self.push_children(&mut children);
        children
    }

    /// Adds [`Self::children`] to a list, such as the nodes that a pass still has to visit.
    pub fn push_children(self, list: &mut Vec<Node<'a>>) {
        self.each_child(&mut |child| list.push(child));
    }
}
