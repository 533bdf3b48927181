//! The servers of the network tests do what they say: a test against a broken server would prove nothing.
mod dns;
mod http;
mod raw;
mod tls;
