//! Has every hook. Each says that it ran; a variable of its name has it fail, or never end.

fn hook(name: &str) -> Result<(), String> {
    println!("{name}");
    match std::env::var(name).as_deref() {
        Ok("panic") => panic!("{name} panics"),
        Ok("spin") => loop {},
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
