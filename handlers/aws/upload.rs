//! Objects of S3 that are read in parts.
//!
//! ```
//! use std::fs::File;
//! use std::io::Read;
//!
//! pub fn lambda_handler(_event: &str) -> Result<String, aws::Error> {
//!     let mut file = File::open("/tmp/report").unwrap();
//!     let bytes = file.metadata().unwrap().len();
//!     aws::s3::bucket("archive").put_from("report", bytes, &mut |buffer| file.read(buffer).ok())?;
//!     Ok(format!("{bytes} bytes"))
//! }
//! ```

use crate::call::ahead_s;
use crate::error::Error;
use crate::s3::Bucket;

impl Bucket {
    /// Writes an object of `bytes` bytes that `read` provides in parts, so that it need not fit in
    /// memory. `read` fills the buffer and returns the number of bytes, 0 at the end, or `None` to
    /// cancel. The content is not signed: TLS protects it. It is not retried.
    ///
    /// # Errors
    /// Returns AWS's error; `Function.InvalidRequest` if `read` returned `None` or another number
    /// of bytes.
    pub fn put_from(&self, key: impl AsRef<str>, bytes: u64, read: &mut dyn FnMut(&mut [u8]) -> Option<usize>) -> Result<(), Error> {
        let call = self.call("PUT", key.as_ref(), "PutObject").header("content-type", "application/octet-stream");
        let (call, ahead) = (call.unsigned_payload(), ahead_s());
        call.check(call.request(ahead)?.send_from(Some(bytes), read), ahead).map(drop)
    }
}
