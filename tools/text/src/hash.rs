//! Digests.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256, Sha512};

use crate::Algorithm;

pub(crate) fn hash(bytes: &[u8], algorithm: Algorithm) -> String {
    match algorithm {
        Algorithm::Sha256 => HEXLOWER.encode(&Sha256::digest(bytes)),
        Algorithm::Sha512 => HEXLOWER.encode(&Sha512::digest(bytes)),
        Algorithm::Blake3 => HEXLOWER.encode(blake3::hash(bytes).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::hash;
    use crate::Algorithm;

    /// FIPS 180-2 for SHA-2, and the test vectors that BLAKE3 publishes.
    #[test]
    fn known_digests() {
        let abc = |algorithm| hash(b"abc", algorithm);
        assert_eq!(abc(Algorithm::Sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(
            abc(Algorithm::Sha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        );
        assert_eq!(hash(b"", Algorithm::Blake3), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }
}
