//! Classes of numbers that are computed from, compared with or assigned to each other.

/// What is done with the numbers of a class.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a class has any of these uses")]
pub(super) struct Uses {
    /// Positions in text.
    pub position: bool,
    /// Lengths of text.
    pub length: bool,
    /// Indexes or lengths of lists of bytes.
    pub bytes: bool,
    /// They are shown, stored or handed to what is not followed.
    pub other: bool,
}

/// A forest of disjoint sets.
#[derive(Debug)]
pub(super) struct Classes {
    parents: Vec<u32>,
    uses: Vec<Uses>,
}

impl Classes {
    pub fn new(count: usize) -> Self {
        let last = u32::try_from(count).unwrap_or(u32::MAX);
        Self { parents: (0..last).collect(), uses: vec![Uses::default(); count] }
    }

    /// A new member of its own class.
    pub fn add(&mut self) -> u32 {
        let member = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(member);
        self.uses.push(Uses::default());
        member
    }

    fn find(&mut self, mut member: u32) -> u32 {
        while self.parents[member as usize] != member {
            let above = self.parents[self.parents[member as usize] as usize];
            self.parents[member as usize] = above;
            member = above;
        }
        member
    }

    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        if one != other {
            let of = self.uses[other as usize];
            let uses = &mut self.uses[one as usize];
            uses.position |= of.position;
            uses.length |= of.length;
            uses.bytes |= of.bytes;
            uses.other |= of.other;
            self.parents[other as usize] = one;
        }
    }

    pub fn uses(&mut self, member: u32) -> &mut Uses {
        let class = self.find(member);
        &mut self.uses[class as usize]
    }
}
