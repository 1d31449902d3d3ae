//! Which addresses may be asked for a key set. Its URI is somebody else's word: it must not lead this server to machines
//! that only it can reach (server-side request forgery).
//!
//! A name is looked up once, every address it has is judged, and the connection goes to one of these: nothing lies between
//! check and use. A host that is an address is never looked up, so it is judged on its own ([`Guard::judge`]).

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// IPv4 addresses that are not of the public internet (IANA IPv4 Special-Purpose Address Registry, RFC 6890).
const SPECIAL_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),       // this network (RFC 791)
    v4(10, 0, 0, 0, 8),      // private (RFC 1918)
    v4(100, 64, 0, 0, 10),   // shared by customers of a provider (RFC 6598)
    v4(127, 0, 0, 0, 8),     // loopback (RFC 1122)
    v4(169, 254, 0, 0, 16),  // link-local (RFC 3927)
    v4(172, 16, 0, 0, 12),   // private (RFC 1918)
    v4(192, 0, 0, 0, 24),    // protocol assignments (RFC 6890)
    v4(192, 0, 2, 0, 24),    // documentation (RFC 5737)
    v4(192, 88, 99, 0, 24),  // 6to4 relays (RFC 7526)
    v4(192, 168, 0, 0, 16),  // private (RFC 1918)
    v4(198, 18, 0, 0, 15),   // benchmarking (RFC 2544)
    v4(198, 51, 100, 0, 24), // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),  // documentation (RFC 5737)
    v4(224, 0, 0, 0, 4),     // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),     // reserved, and broadcast (RFC 1112, RFC 919)
];

/// All of IPv6 that is given out for the public internet (RFC 4291 §2.4). What lies outside is special: unspecified,
/// loopback, IPv4-compatible, discard only (100::/64), local NAT64, unique local, link-local, site-local, multicast.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What is not of the public internet all the same (IANA IPv6 Special-Purpose Address Registry).
const SPECIAL_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocol assignments, such as Teredo (RFC 2928, RFC 4380)
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4: an IPv4 address in disguise (RFC 3056)
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation (RFC 9637)
];

/// An IPv4 address in its last four bytes, behind a translator (RFC 6052 §2.1).
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// Where the machine that this runs on tells its secrets: allowed only when exactly this, or a part of it, is listed, and
/// not because a larger network is.
const METADATA: &[IpNet] = &[
    IpNet::V4(v4(169, 254, 0, 0, 16)),     // link-local: most clouds
    IpNet::V4(v4(100, 100, 100, 200, 32)), // Alibaba
    IpNet::V4(v4(168, 63, 129, 16, 32)),   // Azure, a public address
    IpNet::V4(v4(192, 0, 0, 192, 32)),     // Oracle
    IpNet::V6(v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)), // link-local
    IpNet::V6(v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128)), // Amazon
    IpNet::V6(v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128)), // Google
];

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(s: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = s;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// An address that is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its address {0} is neither public nor in a private network that the settings allow")]
pub(in crate::access) struct Forbidden(pub(super) IpAddr);

/// A look-up of a name.
type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Judges addresses, and looks up names for the HTTP client.
#[derive(Clone)]
pub(super) struct Guard {
    allowed: Arc<[IpNet]>,
    look_up: Arc<dyn Fn(String) -> Looking + Send + Sync>,
}

impl Guard {
    /// Lets through public addresses, and those in these networks. Names are looked up as this machine does.
    pub(super) fn new(allowed: Vec<IpNet>) -> Self {
        Self {
            allowed: allowed.into(),
            look_up: Arc::new(|name| {
                Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
            }),
        }
    }

    /// Looks up names in another way.
    #[cfg(test)]
    pub(super) fn looking_up(
        mut self,
        look_up: impl Fn(&str) -> Vec<SocketAddr> + Send + Sync + 'static,
    ) -> Self {
        self.look_up = Arc::new(move |name| {
            let found = look_up(&name);
            Box::pin(async move { Ok(found) })
        });
        self
    }

    /// Refuses an address that must not be asked.
    pub(super) fn judge(&self, address: IpAddr) -> Result<(), Forbidden> {
        let address = address.to_canonical();
        // A listed network is not meant behind a translator, where the same numbers are other machines.
        let mut listed = self
            .allowed
            .iter()
            .filter(|network| network.contains(&address));
        let real = translated(address);
        let permitted = match METADATA.iter().find(|metadata| metadata.contains(&real)) {
            Some(metadata) => listed.any(|network| metadata.contains(network)),
            None => is_public(real) || listed.next().is_some(),
        };
        if permitted {
            Ok(())
        } else {
            Err(Forbidden(address))
        }
    }

    /// Every address of a name. One that must not be asked spoils the others: whoever mixes them means no good.
    fn judge_all(&self, name: &str, found: &[SocketAddr]) -> Result<(), Forbidden> {
        for address in found.iter().map(SocketAddr::ip) {
            self.judge(address)?;
            // RFC 6761 §6.3; without encryption nobody else may be asked.
            if name == "localhost" && !address.to_canonical().is_loopback() {
                return Err(Forbidden(address));
            }
        }
        Ok(())
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = (guard.look_up)(name.as_str().to_owned()).await?;
            guard.judge_all(name.as_str(), &found)?;
            // INVARIANT: the client connects to nothing but what is returned here, and all of it was judged.
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The IPv4 address that a translator makes of an IPv6 one; any other as it is.
fn translated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(outer) if NAT64.contains(&outer) => {
            let [.., a, b, c, d] = outer.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        other => other,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|special| special.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|special| special.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(allowed.iter().map(|net| net.parse().unwrap()).collect())
    }

    #[track_caller]
    fn judged(guard: &Guard, address: &str) -> bool {
        guard.judge(address.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_public_addresses_are_asked() {
        let guard = guard(&[]);
        for (address, what) in [
            ("0.0.0.0", "unspecified"),
            ("0.1.2.3", "this network"),
            ("10.0.0.1", "private"),
            ("10.255.255.255", "private"),
            ("100.64.0.1", "shared"),
            ("100.100.100.200", "shared, metadata"),
            ("100.127.255.255", "shared"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("168.63.129.16", "metadata"),
            ("169.254.0.1", "link-local"),
            ("169.254.169.254", "metadata"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.0.0.8", "protocol assignments"),
            ("192.0.0.192", "metadata"),
            ("192.0.2.1", "documentation"),
            ("192.88.99.1", "6to4 relays"),
            ("192.168.0.1", "private"),
            ("198.18.0.1", "benchmarking"),
            ("198.19.255.255", "benchmarking"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.7", "documentation"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::7f00:1", "IPv4-compatible"),
            ("::8.8.8.8", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "IPv4-mapped loopback"),
            ("::ffff:10.0.0.1", "IPv4-mapped private"),
            ("::ffff:169.254.169.254", "IPv4-mapped metadata"),
            ("::ffff:0:8.8.8.8", "IPv4-translated"),
            ("64:ff9b::127.0.0.1", "NAT64 to loopback"),
            ("64:ff9b::a9fe:a9fe", "NAT64 to metadata"),
            ("64:ff9b::10.0.0.1", "NAT64 to private"),
            ("64:ff9b:1::8.8.8.8", "local NAT64"),
            ("100::1", "discard"),
            ("100:0:0:1::1", "dummy prefix"),
            ("2001::1", "Teredo"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
            ("2001:2::1", "benchmarking"),
            ("2001:20::1", "ORCHID"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::", "6to4 to loopback"),
            ("2002:808:808::1", "6to4"),
            ("3fff::1", "documentation"),
            ("5f00::1", "segment routing"),
            ("fc00::1", "unique local"),
            ("fd00:ec2::254", "metadata"),
            ("fdff::1", "unique local"),
            ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
        ] {
            assert!(!judged(&guard, address), "{address}: {what}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
        ] {
            assert!(judged(&guard, address), "{address} is public");
        }
    }

    #[test]
    fn private_networks_are_asked_when_they_are_listed() {
        let guard = guard(&["10.1.0.0/16", "fd12:3456::/32", "127.0.0.1/32"]);
        for address in [
            "10.1.2.3",
            "::ffff:10.1.2.3",
            "fd12:3456::1",
            "127.0.0.1",
            "8.8.8.8",
        ] {
            assert!(judged(&guard, address), "{address}");
        }
        for address in [
            "10.2.0.1",
            "64:ff9b::10.1.2.3",
            "127.0.0.2",
            "::1",
            "fd12:3457::1",
            "192.168.0.1",
        ] {
            assert!(!judged(&guard, address), "{address}");
        }
    }

    #[test]
    fn metadata_is_asked_only_when_expressly_listed() {
        let metadata = [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fe80::1",
            "fd00:ec2::254",
            "fd20:ce::254",
        ];
        let everything = guard(&["0.0.0.0/0", "::/0", "100.64.0.0/10", "fc00::/7"]);
        for address in metadata {
            assert!(!judged(&everything, address), "{address}");
        }
        assert!(judged(&everything, "100.100.100.201"));
        assert!(judged(&everything, "fd00:ec2::253"));
        let listed = guard(&["169.254.169.0/24", "fd00:ec2::254/128"]);
        assert!(judged(&listed, "169.254.169.254"));
        assert!(judged(&listed, "fd00:ec2::254"));
        assert!(!judged(&listed, "169.254.170.2"));
    }

    #[test]
    fn one_forbidden_address_spoils_the_others() {
        let guard = guard(&[]);
        let all = |name: &str, addresses: &[&str]| {
            let found: Vec<SocketAddr> = addresses
                .iter()
                .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
                .collect();
            guard.judge_all(name, &found)
        };
        assert_eq!(all("sso.example", &["8.8.8.8", "2a00:1450::1"]), Ok(()));
        for mixed in [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"]] {
            let refused = Err(Forbidden("10.0.0.1".parse().unwrap()));
            assert_eq!(all("sso.example", &mixed), refused);
        }
        let refused = Err(Forbidden("8.8.8.8".parse().unwrap()));
        assert_eq!(all("localhost", &["8.8.8.8"]), refused);
    }
}
