//! An address that refuses connections. A module of several test programs.

use socket2::{Domain, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};

/// A socket that is bound and does not listen. No other program can take its port, as it can a port
/// that is merely free.
pub struct Refusing {
    pub socket: Socket,
}

impl Refusing {
    /// Binds a port of the kernel's choice.
    pub fn bind() -> Self {
        Self::bind_to(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap()
    }

    /// Binds `address`.
    ///
    /// # Errors
    /// Those of `bind`, if another program has the address.
    pub fn bind_to(address: SocketAddr) -> std::io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&address.into())?;
        Ok(Self { socket })
    }

    pub fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap().as_socket().unwrap()
    }

    /// The URL without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }
}
