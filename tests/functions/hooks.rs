//! Has every hook. Each prints that it ran; a variable with its name makes it fail, or never end.

fn hook(name: &str) -> Result<(), String> {
    println!("{name}");
    match std::env::var(name).as_deref() {
        Ok("panic") => panic!("{name} panics"),
        Ok("spin") => loop {},
        Ok("stack") => {
            let local = 0u8;
            // The file is in the first 4 GiB of the address space, and the main stack is far above.
            println!("{}", if (&raw const local).addr() >> 32 == 0 { "alternate stack" } else { "main stack" });
            Ok(())
        }
        Ok(text) => Err(text.to_string()),
        Err(_) => Ok(()),
    }
}

pub fn before_snapshot() -> Result<(), String> {
    hook("before_snapshot")
}

pub fn after_restore() -> Result<(), String> {
    hook("after_restore")
}

pub fn on_terminate() -> Result<(), String> {
    hook("on_terminate")
}

pub fn lambda_handler(event: &str) -> String {
    event.to_string()
}
