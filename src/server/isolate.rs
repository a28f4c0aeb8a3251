//! Takes the network away from the process that reads uploads: whatever a file makes its decoder do, it calls nobody.
//!
//! A filter of system calls (seccomp) refuses to make sockets. A network namespace of its own would leave those in the
//! file system within reach, such as a database's, and many machines do not let everybody make one.

/// Why a process cannot be kept from the network.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsolateError {
    /// The system refuses, or the processor is one that the filter is not written for.
    #[error("the system does not filter the calls of this process")]
    Filter(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// From now on no thread of this process can make a socket; those that are there stay.
///
/// # Errors
/// If the machine does not allow to give that up; then nothing has changed.
pub fn shut_network() -> Result<(), IsolateError> {
    filter::apply(filter::Whom::Process).map_err(IsolateError::Filter)
}

/// Whether [`shut_network`] can do it here, tried on a thread that ends at once.
pub(super) fn can_shut_network() -> Result<(), IsolateError> {
    let tried = std::thread::spawn(|| filter::apply(filter::Whom::Thread)).join();
    tried.unwrap_or_else(|_| Err("it could not be tried".into())).map_err(IsolateError::Filter)
}

#[cfg(target_os = "linux")]
mod filter {
    use std::collections::BTreeMap;

    use nix::libc;
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter, apply_filter_all_threads};

    /// Calls that make sockets. The rings of `io_uring` can make them, too.
    const REFUSED: [libc::c_long; 3] = [libc::SYS_socket, libc::SYS_socketpair, libc::SYS_io_uring_setup];
    /// x86-64 has each call a second time, under another number.
    const SECOND: libc::c_long = 0x4000_0000;

    /// Whom a filter is for.
    #[derive(Debug, Clone, Copy)]
    pub(super) enum Whom {
        Process,
        Thread,
    }

    pub(super) fn apply(whom: Whom) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let processor = TargetArch::try_from(std::env::consts::ARCH)?;
        let numbers = REFUSED.iter().flat_map(|call| [*call, call | SECOND]);
        // Without conditions a call is refused whatever it asks for.
        let rules: BTreeMap<i64, _> = numbers.map(|call| (call, Vec::new())).collect();
        let refuse = SeccompAction::Errno(libc::EPERM.cast_unsigned());
        let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, refuse, processor)?.try_into()?;
        match whom {
            Whom::Process => apply_filter_all_threads(&filter)?,
            Whom::Thread => apply_filter(&filter)?,
        }
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod filter {
    /// Whom a filter is for.
    pub(super) enum Whom {
        Process,
        Thread,
    }

    pub(super) fn apply(_: Whom) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("only Linux can do that".into())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::{UnixDatagram, UnixStream};
    use std::process::Command;

    use super::*;

    /// Set in the process that the test starts; it runs this test alone.
    const INSIDE: &str = "PLATEN_TEST_WITHOUT_NETWORK";

    fn is_refused<T>(made: std::io::Result<T>) -> bool {
        made.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the environment tells the test that it is the started process")]
    fn a_process_without_a_network_makes_no_socket_and_works_on() {
        if let Ok(address) = std::env::var(INSIDE) {
            // Another thread is there already; it loses the network, too.
            let (go, gone) = std::sync::mpsc::channel::<()>();
            let other = std::thread::spawn(move || gone.recv().is_err() && is_refused(UdpSocket::bind("127.0.0.1:0")));
            shut_network().unwrap();
            drop(go);
            assert!(other.join().unwrap());
            assert!(is_refused(TcpStream::connect(&address)) && is_refused(TcpListener::bind("[::1]:0")));
            assert!(is_refused(UnixStream::connect("/run/nobody")) && is_refused(UnixDatagram::unbound()));
            assert!(is_refused(UnixStream::pair()));
            // Files and pipes are as they were.
            let (mut reader, mut writer) = std::io::pipe().unwrap();
            writer.write_all(b"on").unwrap();
            let mut read = [0; 2];
            reader.read_exact(&mut read).unwrap();
            assert_eq!(&read, b"on");
            assert!(std::fs::metadata("/").is_ok());
            return;
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = "server::isolate::tests::a_process_without_a_network_makes_no_socket_and_works_on";
        let mut inside = Command::new(std::env::current_exe().unwrap());
        inside.args(["--exact", name]).env(INSIDE, listener.local_addr().unwrap().to_string());
        let told = inside.output().unwrap();
        let words = String::from_utf8_lossy(&told.stdout);
        assert!(told.status.success() && words.contains("1 passed"), "{words}");
        can_shut_network().unwrap();
        assert!(UdpSocket::bind("127.0.0.1:0").is_ok(), "trying it takes nothing from us");
    }
}
