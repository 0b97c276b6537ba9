//! Moments by the kernel's clock of the time of day: the one by which it stamps what a socket receives. So a moment is when the bytes had come,
//! and not when a thread that waited for them was let run, which depends on what else the machine does.

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_gettime};
use std::io::{self, IoSliceMut};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd as _;

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The present one.
    ///
    /// # Panics
    /// Where there is no such clock, as on no Linux.
    #[must_use]
    pub fn now() -> Self {
        Self::at(clock_gettime(ClockId::CLOCK_REALTIME).expect("every Linux has this clock"))
    }

    fn at(time: TimeSpec) -> Self {
        Self(u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec()).unwrap_or(0))
    }

    /// Nanoseconds from `earlier` to this one; none where the clock was set back.
    #[must_use]
    pub fn nanoseconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Has the kernel stamp what comes on the connections that `listener` accepts.
///
/// # Errors
/// The system's.
pub fn stamp(listener: &TcpListener) -> io::Result<()> {
    Ok(setsockopt(listener, sockopt::ReceiveTimestampns, &true)?)
}

/// Receives some bytes, and when the last of them had come: by the kernel's stamp or, where it gives none, the present moment.
///
/// # Errors
/// The system's.
pub fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Moment)> {
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(stream.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())?;
    let now = Moment::now();
    let stamp = message.cmsgs()?.find_map(|message| match message {
        ControlMessageOwned::ScmTimestampns(time) => Some(Moment::at(time)),
        _ => None,
    });
    Ok((message.bytes, stamp.unwrap_or(now)))
}

#[cfg(test)]
mod tests {
    use super::{Moment, receive, stamp};
    use std::io::Write as _;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn bytes_had_come_before_somebody_looked() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        stamp(&listener).unwrap();
        let before = Moment::now();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        sender.write_all(b"bytes").unwrap();
        // On a machine that is busy the kernel hands them over a little later.
        stream.peek(&mut [0]).unwrap();
        let behind = Moment::now();
        let mut buffer = [0; 64];
        let (count, moment) = receive(&stream, &mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"bytes");
        // Not when it was received, which is later than `behind`: so this fails where no stamp is given.
        assert!(before < moment && moment < behind, "{before:?} {moment:?} {behind:?}");
        assert!(moment.nanoseconds_since(before) > 0 && before.nanoseconds_since(moment) == 0);
    }
}
