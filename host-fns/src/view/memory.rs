//! The sum of a guest's memories and tables, and the count of its instances.
use toolward_manifests::Limits;
use wasmtime::ResourceLimiter;

/// Counts what a store has grown to; the limits of wasmtime's own `StoreLimits` are per memory and per table.
#[derive(Debug)]
pub struct Meter {
    memory: usize,
    memory_limit: usize,
    elements: usize,
    elements_limit: usize,
    instances: usize,
    refused: bool,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        Self {
            memory: 0,
            memory_limit: size(limits.memory),
            elements: 0,
            elements_limit: size(limits.table_elements),
            instances: usize::try_from(limits.instances).unwrap_or(usize::MAX),
            refused: false,
        }
    }

    /// Whether the guest was ever refused more memory: a trap after that is the limit's doing.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.refused
    }
}

fn grow(sum: &mut usize, limit: usize, current: usize, desired: usize) -> bool {
    match sum.checked_add(desired.saturating_sub(current)) {
        Some(new) if new <= limit => {
            *sum = new;
            true
        }
        _ => false,
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = grow(&mut self.memory, self.memory_limit, current, desired);
        self.refused |= !granted;
        Ok(granted)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = grow(&mut self.elements, self.elements_limit, current, desired);
        self.refused |= !granted;
        Ok(granted)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.instances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_on_the_sum_of_all_memories() {
        let mut meter = Meter::new(&Limits { memory: 100, ..Limits::default() });
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(!meter.memory_growing(0, 60, None).unwrap());
        assert!(meter.refused());
        assert!(meter.memory_growing(60, 100, None).unwrap());
    }

    #[test]
    fn a_growth_beyond_every_number_is_refused() {
        let mut meter = Meter::new(&Limits::default());
        assert!(meter.memory_growing(0, 1, None).unwrap());
        assert!(!meter.memory_growing(0, usize::MAX, None).unwrap());
    }
}
