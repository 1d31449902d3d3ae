//! Networks that settings name: in which proxies are, or key sets may be fetched.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// A network address, or a network, that is trusted with something; never all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

/// Not a network that can be trusted with anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Not an address at all.
    #[error("must be an IP address or a network, such as 127.0.0.1 or 10.1.2.0/28")]
    Form,
    /// Every address there is.
    #[error("must not be the whole internet: name the addresses or the network that you mean")]
    Everybody,
}

impl Network {
    /// Whether an address is in it. A socket for both families shows IPv4 addresses in IPv6 form.
    pub(crate) fn holds(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// The network itself.
    pub(crate) const fn get(self) -> IpNet {
        self.0
    }
}

impl FromStr for Network {
    type Err = NetworkError;
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let network = text
            .parse::<IpAddr>()
            .map(|address| IpNet::from(address.to_canonical()))
            .or_else(|_| text.parse::<IpNet>())
            .map_err(|_| NetworkError::Form)?;
        if network.prefix_len() == 0 {
            return Err(NetworkError::Everybody);
        }
        Ok(Self(network))
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;
    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_address_or_a_network_but_not_everybody() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.holds(address.parse().unwrap())
        };
        assert!(holds("10.1.2.3", "10.1.2.3"));
        assert!(holds("10.1.2.3", "::ffff:10.1.2.3"));
        assert!(holds("::ffff:10.1.2.3", "10.1.2.3"));
        assert!(holds("10.1.2.0/28", "10.1.2.15"));
        assert!(holds("fd00::/64", "fd00::7"));
        assert!(!holds("10.1.2.3", "10.1.2.4"));
        assert!(!holds("10.1.2.0/28", "10.1.2.16"));
        assert!(!holds("fd00::/64", "10.1.2.3"));
        for (text, error) in [
            ("proxy.example", NetworkError::Form),
            ("10.1.2.3/33", NetworkError::Form),
            ("", NetworkError::Form),
            ("0.0.0.0/0", NetworkError::Everybody),
            ("::/0", NetworkError::Everybody),
        ] {
            assert_eq!(text.parse::<Network>(), Err(error), "{text:?}");
        }
    }
}
