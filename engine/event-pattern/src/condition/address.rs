//! IP addresses and networks.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The addresses of a network. The address given may lie anywhere in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    first: Address,
    last: Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Address {
    V4(u32),
    V6(u128),
}

impl Network {
    /// Parses `10.0.0.0/8`, with AWS's text where it isn't that.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // As AWS splits it: slashes at the end don't count.
        let mut parts = text.trim_end_matches('/').split('/');
        let (Some(address), Some(mask), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err("Malformed CIDR, one '/' required".to_owned());
        };
        let Ok(mask) = mask.parse::<i32>() else {
            return Err("Malformed CIDR, mask bits must be an integer".to_owned());
        };
        let Ok(mask) = u32::try_from(mask) else {
            return Err("Malformed CIDR, mask bits must not be negative".to_owned());
        };
        match Address::parse(address)? {
            Address::V4(_) if mask > 31 => Err("IPv4 mask bits must be < 32".to_owned()),
            Address::V6(_) if mask > 127 => Err("IPv6 mask bits must be < 128".to_owned()),
            address => Ok(Self::around(address, mask as usize)),
        }
    }

    /// The network of so many bits that an address lies in.
    fn around(address: Address, bits: usize) -> Self {
        let bits = u32::try_from(bits).unwrap_or(u32::MAX);
        match address {
            Address::V4(address) => {
                let hosts = u32::MAX.checked_shr(bits).unwrap_or(0);
                Self { first: Address::V4(address & !hosts), last: Address::V4(address | hosts) }
            }
            Address::V6(address) => {
                let hosts = u128::MAX.checked_shr(bits).unwrap_or(0);
                Self { first: Address::V6(address & !hosts), last: Address::V6(address | hosts) }
            }
        }
    }

    /// How many bits the addresses of the network have in common.
    pub(crate) fn bits(&self) -> usize {
        let bits = match (self.first, self.last) {
            (Address::V4(first), Address::V4(last)) => (first ^ last).leading_zeros(),
            (Address::V6(first), Address::V6(last)) => (first ^ last).leading_zeros(),
            // Both ends of a network are made of the same address.
            _ => 0,
        };
        bits as usize
    }

    /// The networks of these sizes that the address which `text` spells lies in, none when it spells none.
    pub(crate) fn of_sizes(text: &str, bits: impl Iterator<Item = usize>) -> impl Iterator<Item = Self> {
        let address = Address::parse(text).ok();
        bits.filter_map(move |bits| Some(Self::around(address?, bits)))
    }

    /// The one address that `text` spells, `None` when it spells none.
    pub(crate) fn of_address(text: &str) -> Option<Self> {
        let address = Address::parse(text).ok()?;
        Some(Self { first: address, last: address })
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        Address::parse(text).is_ok_and(|address| self.first <= address && address <= self.last)
    }
}

impl Address {
    fn parse(text: &str) -> Result<Self, String> {
        let looks_like_v4 = {
            let parts: Vec<&str> = text.split('.').collect();
            parts.len() == 4 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        let looks_like_v6 = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        let parsed = if looks_like_v4 {
            parse_v4(text).map(Self::V4)
        } else if looks_like_v6 {
            text.parse::<Ipv6Addr>().ok().map(|address| match address.to_ipv4_mapped() {
                Some(mapped) => Self::V4(mapped.to_bits()),
                None => Self::V6(address.to_bits()),
            })
        } else {
            return Err(format!("Nonstandard IP address: {text}"));
        };
        parsed.ok_or_else(|| format!("Invalid IP address: {text}"))
    }
}

/// Four decimal numbers, which may have leading zeros.
fn parse_v4(text: &str) -> Option<u32> {
    let octets: Vec<u8> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let octets: [u8; 4] = octets.try_into().ok()?;
    Some(Ipv4Addr::from(octets).to_bits())
}
