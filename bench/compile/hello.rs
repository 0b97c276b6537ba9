fn main() {
    println!("Hello from Ruchy");
}
