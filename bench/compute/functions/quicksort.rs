//! Sorts as many numbers as the event states with Hoare's quicksort, the same in each language.

const SMALL: usize = 16;

fn insertion_sort(numbers: &mut [u32]) {
    for end in 1..numbers.len() {
        let number = numbers[end];
        let mut at = end;
        while at > 0 && numbers[at - 1] > number {
            numbers[at] = numbers[at - 1];
            at -= 1;
        }
        numbers[at] = number;
    }
}

fn sort(numbers: &mut [u32]) {
    if numbers.len() <= SMALL {
        return insertion_sort(numbers);
    }
    let pivot = numbers[numbers.len() / 2];
    let (mut low, mut high) = (0, numbers.len() - 1);
    loop {
        while numbers[low] < pivot {
            low += 1;
        }
        while numbers[high] > pivot {
            high -= 1;
        }
        if low >= high {
            break;
        }
        numbers.swap(low, high);
        low += 1;
        high -= 1;
    }
    let (left, right) = numbers.split_at_mut(low);
    sort(left);
    sort(right);
}

pub fn quicksort(count: usize) -> u32 {
    let mut state = 1u32;
    let mut numbers: Vec<u32> = (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 4
        })
        .collect();
    sort(&mut numbers);
    numbers.iter().fold(0u32, |total, number| total.wrapping_mul(31).wrapping_add(*number))
}

pub fn lambda_handler(event: &str) -> String {
    quicksort(event.parse().unwrap_or(0)).to_string()
}
