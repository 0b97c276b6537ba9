//! S3: objects by bucket and key.

use crate::call::Call;
use crate::error::Error;
use crate::service::S3;
use crate::sign::{push_encoded, push_number};
use crate::xml;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;
use outbound::Response;

/// Longest life of a presigned URL, in seconds: S3's limit, a week.
pub const PRESIGNED_S_MAX: u32 = 604_800;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    name: String,
}

/// The bucket called `name`.
#[must_use]
pub fn bucket(name: impl AsRef<str>) -> Bucket {
    Bucket { name: name.as_ref().to_string() }
}

/// A page of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The objects: `Key`, `Size`, `LastModified`, `ETag`.
    pub objects: Vec<Json>,
    /// Where the next page starts, if there is one.
    pub next: Option<String>,
}

impl Bucket {
    fn call(&self, method: &'static str, key: &str, operation: &str) -> Call {
        let mut path = String::from("/");
        push_encoded(&mut path, key.as_bytes(), true);
        Call::rest(&S3, method, &path).bucket(&self.name).label(operation)
    }

    /// The bytes of an object.
    ///
    /// # Errors
    /// AWS's (`NoSuchKey`); likewise below.
    pub fn get(&self, key: impl AsRef<str>) -> Result<Vec<u8>, Error> {
        Ok(self.call("GET", key.as_ref(), "GetObject").send()?.into_bytes())
    }

    /// An object as text.
    ///
    /// # Errors
    /// See above.
    pub fn get_text(&self, key: impl AsRef<str>) -> Result<String, Error> {
        Ok(self.call("GET", key.as_ref(), "GetObject").send()?.text())
    }

    /// The bytes `first` to `last`, both included, of an object.
    ///
    /// # Errors
    /// See above.
    pub fn get_range(&self, key: impl AsRef<str>, first: u64, last: u64) -> Result<Vec<u8>, Error> {
        let range = alloc::format!("bytes={first}-{last}");
        Ok(self.call("GET", key.as_ref(), "GetObject").header("range", &range).send()?.into_bytes())
    }

    /// Writes an object.
    ///
    /// # Errors
    /// See above.
    pub fn put(&self, key: impl AsRef<str>, body: impl AsRef<[u8]>) -> Result<(), Error> {
        self.put_as(key, body, "application/octet-stream")
    }

    /// Writes an object of this content type.
    ///
    /// # Errors
    /// See above.
    pub fn put_as(&self, key: impl AsRef<str>, body: impl AsRef<[u8]>, content_type: &str) -> Result<(), Error> {
        let call = self.call("PUT", key.as_ref(), "PutObject").header("content-type", content_type);
        call.body(body.as_ref()).send().map(drop)
    }

    /// Deletes an object; that there is none is no error.
    ///
    /// # Errors
    /// See above.
    pub fn delete(&self, key: impl AsRef<str>) -> Result<(), Error> {
        self.call("DELETE", key.as_ref(), "DeleteObject").send().map(drop)
    }

    /// The headers of an object (`content-length`, `etag`, `x-amz-meta-…`), if there is one.
    ///
    /// # Errors
    /// See above.
    pub fn head(&self, key: impl AsRef<str>) -> Result<Option<Response>, Error> {
        match self.call("HEAD", key.as_ref(), "HeadObject").send() {
            Ok(response) => Ok(Some(response)),
            Err(error) if error.status() == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page of the objects whose keys begin with `prefix`, after `start`, the `next` of an earlier page.
    ///
    /// # Errors
    /// See above.
    pub fn list(&self, prefix: impl AsRef<str>, start: Option<&str>) -> Result<Page, Error> {
        let mut call = self.call("GET", "", "ListObjectsV2").parameter("list-type", "2").parameter("prefix", prefix.as_ref());
        if let Some(start) = start {
            call = call.parameter("continuation-token", start);
        }
        let text = call.send()?.text();
        let mut reply =
            xml::parse(&text).ok_or_else(|| Error::new("Function.MalformedReply", "s3 ListObjectsV2: the reply cannot be read"))?;
        let objects = match reply.take("Contents") {
            Json::Array(objects) => objects,
            Json::Null => Vec::new(),
            one => [one].into(),
        };
        let next = reply.text("/NextContinuationToken").ok().map(ToString::to_string);
        Ok(Page { objects, next })
    }

    /// A URL by which anyone can read the object for `seconds`.
    ///
    /// # Errors
    /// There are no credentials, or no region.
    pub fn presigned_get(&self, key: impl AsRef<str>, seconds: u32) -> Result<String, Error> {
        self.presigned("GET", key.as_ref(), seconds)
    }

    /// A URL by which anyone can write the object for `seconds`.
    ///
    /// # Errors
    /// See above.
    pub fn presigned_put(&self, key: impl AsRef<str>, seconds: u32) -> Result<String, Error> {
        self.presigned("PUT", key.as_ref(), seconds)
    }

    fn presigned(&self, method: &'static str, key: &str, seconds: u32) -> Result<String, Error> {
        if !(1..=PRESIGNED_S_MAX).contains(&seconds) {
            let mut text = String::new();
            push_number(&mut text, seconds);
            return Err(Error::new("Function.InvalidRequest", ["a presigned URL of ", &text, " seconds: expected 1 to 604800"].concat()));
        }
        self.call(method, key, "presign").presigned(seconds)
    }
}
