//! S3: objects by bucket and key. Source:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>.
//!
//! ```
//! use events::s3;
//!
//! pub fn lambda_handler(changes: &s3::Changes) -> Result<(), aws::Error> {
//!     for change in changes.all() {
//!         let text = aws::s3::bucket(change.bucket()).get_text(change.key())?;
//!         aws::s3::bucket("archive").put(change.key(), text.to_uppercase())?;
//!     }
//!     Ok(())
//! }
//! ```

use crate::call::Call;
use crate::error::Error;
use crate::service::S3;
use crate::sign::{push_encoded, push_number};
use crate::xml;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;
use outbound::Response;

/// Maximum lifetime of a presigned URL, in seconds: 7 days, set by S3.
pub const PRESIGNED_S_MAX: u32 = 604_800;

/// A bucket.
///
/// ```
/// pub fn lambda_handler(key: &str) -> Result<String, aws::Error> {
///     let bucket = aws::s3::bucket("files");
///     if bucket.head(key)?.is_none() {
///         bucket.put_as(key, "{}", "application/json")?;
///     }
///     let start = bucket.get_range(key, 0, 99)?;
///     let page = bucket.list("reports/", None)?;
///     bucket.delete("reports/old.txt")?;
///     let upload = bucket.presigned_put(key, 3600)?;
///     Ok(format!("{} {} {} {upload}", start.len(), page.objects.len(), bucket.presigned_get(key, 3600)?))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Bucket {
    name: String,
}

/// Creates a handle for the bucket `name`. Nothing is sent.
#[must_use]
pub fn bucket(name: impl AsRef<str>) -> Bucket {
    Bucket { name: name.as_ref().to_string() }
}

/// A page of objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The objects, with the members `Key`, `Size`, `LastModified` and `ETag`.
    pub objects: Vec<Json>,
    /// The start of the next page, if there is one: an argument of [`Bucket::list`].
    pub next: Option<String>,
}

impl Bucket {
    pub(crate) fn call(&self, method: &'static str, key: &str, operation: &str) -> Call {
        let mut path = String::from("/");
        push_encoded(&mut path, key.as_bytes(), true);
        Call::rest(&S3, method, &path).bucket(&self.name).label(operation)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// Returns AWS's error, such as `NoSuchKey`.
    pub fn get(&self, key: impl AsRef<str>) -> Result<Vec<u8>, Error> {
        Ok(self.call("GET", key.as_ref(), "GetObject").send()?.into_bytes())
    }

    /// Reads an object as text. Invalid UTF-8 becomes U+FFFD.
    ///
    /// # Errors
    /// As [`Bucket::get`].
    pub fn get_text(&self, key: impl AsRef<str>) -> Result<String, Error> {
        Ok(self.call("GET", key.as_ref(), "GetObject").send()?.text())
    }

    /// Reads the bytes `first` to `last`, inclusive, of an object.
    ///
    /// # Errors
    /// As [`Bucket::get`].
    pub fn get_range(&self, key: impl AsRef<str>, first: u64, last: u64) -> Result<Vec<u8>, Error> {
        let range = alloc::format!("bytes={first}-{last}");
        Ok(self.call("GET", key.as_ref(), "GetObject").header("range", &range).send()?.into_bytes())
    }

    /// Writes an object with the content type `application/octet-stream`.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn put(&self, key: impl AsRef<str>, body: impl AsRef<[u8]>) -> Result<(), Error> {
        self.put_as(key, body, "application/octet-stream")
    }

    /// Writes an object with this content type.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn put_as(&self, key: impl AsRef<str>, body: impl AsRef<[u8]>, content_type: &str) -> Result<(), Error> {
        let call = self.call("PUT", key.as_ref(), "PutObject").header("content-type", content_type);
        call.body(body.as_ref()).send().map(drop)
    }

    /// Deletes an object. A missing object is not an error.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn delete(&self, key: impl AsRef<str>) -> Result<(), Error> {
        self.call("DELETE", key.as_ref(), "DeleteObject").send().map(drop)
    }

    /// Returns a response with the headers of an object (`content-length`, `etag`, `x-amz-meta-…`),
    /// if it exists.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn head(&self, key: impl AsRef<str>) -> Result<Option<Response>, Error> {
        match self.call("HEAD", key.as_ref(), "HeadObject").send() {
            Ok(response) => Ok(Some(response)),
            Err(error) if error.status() == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lists a page of the objects whose keys begin with `prefix`. `start` is the `next` of the
    /// previous page.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn list(&self, prefix: impl AsRef<str>, start: Option<&str>) -> Result<Page, Error> {
        let mut call = self.call("GET", "", "ListObjectsV2").parameter("list-type", "2").parameter("prefix", prefix.as_ref());
        if let Some(start) = start {
            call = call.parameter("continuation-token", start);
        }
        let text = call.send()?.text();
        let mut reply =
            xml::parse(&text).ok_or_else(|| Error::new("Function.MalformedReply", "s3 ListObjectsV2: expected XML in the reply"))?;
        let objects = match reply.take("Contents") {
            Json::Array(objects) => objects,
            Json::Null => Vec::new(),
            one => [one].into(),
        };
        let next = reply.text("/NextContinuationToken").ok().map(ToString::to_string);
        Ok(Page { objects, next })
    }

    /// Creates a URL that permits anyone to read the object for `seconds`.
    ///
    /// # Errors
    /// `Function.InvalidRequest` if `seconds` is not from 1 to [`PRESIGNED_S_MAX`];
    /// `Function.NoCredentials` or `Function.NoRegion`.
    pub fn presigned_get(&self, key: impl AsRef<str>, seconds: u32) -> Result<String, Error> {
        self.presigned("GET", key.as_ref(), seconds)
    }

    /// Creates a URL that permits anyone to write the object for `seconds`.
    ///
    /// # Errors
    /// As [`Bucket::presigned_get`].
    pub fn presigned_put(&self, key: impl AsRef<str>, seconds: u32) -> Result<String, Error> {
        self.presigned("PUT", key.as_ref(), seconds)
    }

    fn presigned(&self, method: &'static str, key: &str, seconds: u32) -> Result<String, Error> {
        if !(1..=PRESIGNED_S_MAX).contains(&seconds) {
            let mut text = String::new();
            push_number(&mut text, seconds);
            return Err(Error::new("Function.InvalidRequest", ["presigned URL: expected 1 to 604800 seconds, found ", &text].concat()));
        }
        self.call(method, key, "presign").presigned(seconds)
    }
}
