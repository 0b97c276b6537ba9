//! Writes a JSON document with as many numbers as the event states, parses it into a tree, and sums
//! each number times its depth.

/// An array, or a number without elements.
struct Node {
    number: u32,
    first: usize,
    next: usize,
}

const NONE: usize = usize::MAX;
const DEPTH_MAX: u32 = 20;

fn write(count: u32) -> Vec<u8> {
    let (mut text, mut depth, mut state) = (vec![b'['], 1, 1u32);
    for index in 0..count {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if index > 0 {
            text.push(b',');
        }
        if state >> 30 == 0 && depth < DEPTH_MAX {
            text.push(b'[');
            depth += 1;
        }
        let number = state >> 8 & 0xffff;
        let mut power = 10_000;
        while power > 1 && number < power {
            power /= 10;
        }
        while power > 0 {
            text.push(b'0' + (number / power % 10) as u8);
            power /= 10;
        }
        if state >> 30 == 1 && depth > 1 {
            text.push(b']');
            depth -= 1;
        }
    }
    for _ in 0..depth {
        text.push(b']');
    }
    text
}

/// Appends the node at `at` in `text` to `nodes` and returns its index.
fn read(text: &[u8], at: &mut usize, nodes: &mut Vec<Node>) -> usize {
    let index = nodes.len();
    nodes.push(Node { number: 0, first: NONE, next: NONE });
    if text[*at] != b'[' {
        let mut number = 0u32;
        while text[*at].is_ascii_digit() {
            number = number * 10 + u32::from(text[*at] - b'0');
            *at += 1;
        }
        nodes[index].number = number;
        return index;
    }
    *at += 1;
    let mut last = NONE;
    while text[*at] != b']' {
        if text[*at] == b',' {
            *at += 1;
        }
        let element = read(text, at, nodes);
        if last == NONE {
            nodes[index].first = element;
        } else {
            nodes[last].next = element;
        }
        last = element;
    }
    *at += 1;
    index
}

fn walk(nodes: &[Node], index: usize, depth: u32) -> u32 {
    let mut total = nodes[index].number.wrapping_mul(depth);
    let mut element = nodes[index].first;
    while element != NONE {
        total = total.wrapping_add(walk(nodes, element, depth + 1));
        element = nodes[element].next;
    }
    total
}

pub fn json_walk(count: u32) -> u32 {
    let text = write(count);
    let mut nodes = Vec::new();
    let root = read(&text, &mut 0, &mut nodes);
    walk(&nodes, root, 0)
}

pub fn lambda_handler(event: &str) -> String {
    json_walk(event.parse().unwrap_or(0)).to_string()
}
