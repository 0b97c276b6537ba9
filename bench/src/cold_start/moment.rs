//! Moments on the kernel's real-time clock, which also stamps the packets that a socket receives. A
//! moment is therefore the arrival of the bytes, not the time at which the waiting thread was
//! scheduled, which depends on the machine's load.
//!
//! The kernel starts to stamp packets some time after the first socket asked for it (it patches its
//! code in a work queue), and stops when the last such socket is closed. So a process keeps one
//! stamped socket open, and [`stamp`] returns only when packets really carry stamps.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_gettime};
use std::io::{self, IoSliceMut};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd as _};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The stamped socket that a process keeps open after it has received stamped packets.
static KEEPER: Mutex<Option<UdpSocket>> = Mutex::new(None);
/// The number of probes, one per millisecond, after which the kernel is considered not to stamp
/// packets.
const PROBES_MAX: u32 = 10_000;
const PROBE_PAUSE: Duration = Duration::from_millis(1);

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Returns the present moment.
    ///
    /// # Panics
    /// If the clock is missing, which every Linux has.
    #[must_use]
    pub fn now() -> Self {
        Self::at(clock_gettime(ClockId::CLOCK_REALTIME).expect("every Linux has this clock"))
    }

    fn at(time: TimeSpec) -> Self {
        Self(u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec()).unwrap_or(0))
    }

    /// Returns the nanoseconds from `earlier` to this moment; 0 if the clock was set back.
    #[must_use]
    pub fn nanoseconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Enables stamps on the connections that `listener` accepts, and waits until the kernel stamps
/// packets.
///
/// # Errors
/// The system's; [`io::ErrorKind::Unsupported`] if the kernel does not stamp packets.
pub fn stamp(listener: &TcpListener) -> io::Result<()> {
    let mut keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner);
    if keeper.is_none() {
        *keeper = Some(stamping_socket()?);
    }
    Ok(setsockopt(listener, sockopt::ReceiveTimestampns, &true)?)
}

/// Returns a stamped socket, after one of its packets carried a stamp of its arrival.
fn stamping_socket() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(socket.local_addr()?)?;
    setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
    for _ in 0..PROBES_MAX {
        socket.send(&[0])?;
        // Not a peek: an unstamped datagram gets the time of its first read as a stamp, and a peek
        // is a read.
        poll(&mut [PollFd::new(socket.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE)?;
        let arrived = Moment::now();
        if received(&socket, &mut [0])?.1.is_some_and(|stamp| stamp < arrived) {
            return Ok(socket);
        }
        thread::sleep(PROBE_PAUSE);
    }
    Err(io::Error::new(io::ErrorKind::Unsupported, "the kernel does not stamp received packets (SO_TIMESTAMPNS)"))
}

/// Receives some bytes, and returns their count and the arrival of the last of them. The end of the
/// stream has no stamp and gets the present moment.
///
/// # Errors
/// The system's; [`io::ErrorKind::InvalidData`] for bytes without a stamp.
pub fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Moment)> {
    match received(stream, buffer)? {
        (count, Some(stamp)) => Ok((count, stamp)),
        (0, None) => Ok((0, Moment::now())),
        (_, None) => Err(io::Error::new(io::ErrorKind::InvalidData, "received bytes carry no time stamp of the kernel")),
    }
}

/// Receives some bytes, and returns the kernel's stamp if there is one.
fn received(socket: &impl AsFd, buffer: &mut [u8]) -> io::Result<(usize, Option<Moment>)> {
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(socket.as_fd().as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())?;
    let stamp = message.cmsgs()?.find_map(|message| match message {
        ControlMessageOwned::ScmTimestampns(time) => Some(Moment::at(time)),
        _ => None,
    });
    Ok((message.bytes, stamp))
}

#[cfg(test)]
mod tests {
    use super::{Moment, receive, stamp};
    use std::io::Write as _;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn moment_is_the_arrival_not_the_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        stamp(&listener).unwrap();
        let before = Moment::now();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        sender.write_all(b"bytes").unwrap();
        // A busy kernel delivers them a little later.
        stream.peek(&mut [0]).unwrap();
        let arrived = Moment::now();
        let mut buffer = [0; 64];
        let (count, moment) = receive(&stream, &mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"bytes");
        // The read is later than `arrived`, so the assertion fails if the moment is that of the
        // read.
        assert!(before < moment && moment < arrived, "{before:?} {moment:?} {arrived:?}");
        assert!(moment.nanoseconds_since(before) > 0 && before.nanoseconds_since(moment) == 0);
    }
}
