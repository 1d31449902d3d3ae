//! How often anybody may ask: by network address before anything else is looked at, by client once it is known. Told in the
//! header fields of draft-ietf-httpapi-ratelimit-headers.
//!
//! Requests of a client are counted for all nodes together, in the transaction that lets it in. Before that each node counts
//! for itself, so that a client that asks without end costs the database nothing. Addresses are counted by each node: they
//! are to be stopped before the database is asked. Nothing that has to be right (assertions, proofs, idempotency keys) hangs
//! on these numbers.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use freigabe_domain::{
    exchange::{Admission, Presenter},
    instant,
};
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const MINUTE: u32 = 60;

/// Requests in a minute, which may also come all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// From one network address, of whatever kind and by whomever.
    pub per_address: NonZeroU32,
    /// From one network address to the token endpoint.
    pub sign_ins_per_address: NonZeroU32,
    /// From one client.
    pub per_client: NonZeroU32,
}

impl RateLimits {
    /// No limits to speak of: for tests and demonstrations, which ask faster than anybody.
    pub const NONE: Self = Self {
        per_address: NonZeroU32::MAX,
        sign_ins_per_address: NonZeroU32::MAX,
        per_client: NonZeroU32::MAX,
    };
}

impl Default for RateLimits {
    fn default() -> Self {
        let of = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            per_address: of(1_200),
            sign_ins_per_address: of(60),
            per_client: of(600),
        }
    }
}

/// Where a caller stands with one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: &'static str,
    quota: u32,
    remaining: u32,
    /// Seconds until one more request is taken; none while one is.
    wait: Option<u64>,
}

/// Counts.
pub(crate) struct Limiter {
    address: Counter<IpAddr>,
    sign_in: Counter<IpAddr>,
    client: Counter<Presenter>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits, clock: &Arc<dyn instant::Clock>) -> Self {
        let clock = NodeClock(Arc::clone(clock));
        Self {
            address: Counter::new("address", limits.per_address, clock.clone()),
            sign_in: Counter::new("sign-in", limits.sign_ins_per_address, clock.clone()),
            client: Counter::new("client", limits.per_client, clock),
        }
    }

    /// Counts a request from this address.
    pub(crate) fn count_address(&self, address: IpAddr, signs_in: bool) -> Standing {
        let network = network_of(address);
        let standing = self.address.count(&network);
        if signs_in && standing.admits() {
            self.sign_in.count(&network)
        } else {
            standing
        }
    }

    /// Counts a request of this client, on this node.
    pub(crate) fn count_client(&self, client: &Presenter) -> Standing {
        self.client.count(client)
    }

    /// Where a client stands that was let in: with what all nodes counted, or with what this one did, whichever is tighter.
    pub(crate) fn standing_of(&self, here: Standing, admission: &Admission) -> Standing {
        let quota = self.client.quota.get();
        let ends_in = u64::from(admission.minute_ends_in);
        let everywhere = Standing {
            limit: self.client.limit,
            quota,
            remaining: quota.saturating_sub(admission.requests),
            wait: (admission.requests > quota).then_some(ends_in),
        };
        let is_tighter = everywhere.wait.is_some() || everywhere.remaining < here.remaining;
        if is_tighter { everywhere } else { here }
    }
}

impl Standing {
    /// Whether the request is taken.
    pub(crate) const fn admits(&self) -> bool {
        self.wait.is_none()
    }

    /// Seconds after which to try again, if the request is not taken.
    pub(crate) const fn wait(&self) -> Option<u64> {
        self.wait
    }

    /// Tells the caller.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let Self {
            limit,
            quota,
            remaining,
            wait,
        } = self;
        // Until the whole quota is there again.
        let full = u64::from(quota - remaining)
            .saturating_mul(u64::from(MINUTE))
            .div_ceil(u64::from(*quota));
        let reset = wait.unwrap_or(full);
        let mut set = |name: HeaderName, text: String| {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        };
        set(POLICY, format!("\"{limit}\";q={quota};w={MINUTE}"));
        set(STATE, format!("\"{limit}\";r={remaining};t={reset}"));
    }
}

/// An IPv6 customer usually has a whole /64, so that is who is counted.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

type Counted<K> = RateLimiter<K, HashMapStateStore<K>, NodeClock, StateInformationMiddleware>;

struct Counter<K: Clone + Eq + Hash> {
    limit: &'static str,
    quota: NonZeroU32,
    clock: NodeClock,
    counted: Counted<K>,
    /// The minute in which those were last forgotten who have not asked lately.
    swept: AtomicI64,
}

impl<K: Clone + Eq + Hash> Counter<K> {
    fn new(limit: &'static str, quota: NonZeroU32, clock: NodeClock) -> Self {
        let counted = RateLimiter::hashmap_with_clock(Quota::per_minute(quota), clock.clone());
        Self {
            limit,
            quota,
            clock,
            counted: counted.with_middleware(),
            swept: AtomicI64::new(0),
        }
    }

    fn count(&self, key: &K) -> Standing {
        let minute = self.clock.0.now().as_unix_seconds() / i64::from(MINUTE);
        // Once a minute, however many ask: whoever asks from everywhere must not make each request cost more.
        if self.swept.swap(minute, Ordering::Relaxed) != minute {
            self.counted.retain_recent();
        }
        let (remaining, wait) = match self.counted.check_key(key) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(refusal) => {
                let wait = refusal.wait_time_from(self.clock.now());
                (0, Some(wait.as_secs().saturating_add(1)))
            }
        };
        Standing {
            limit: self.limit,
            quota: self.quota.get(),
            remaining: remaining.min(self.quota.get()),
            wait,
        }
    }
}

/// This node's clock, as the library wants it: a span since 1970.
#[derive(Clone)]
struct NodeClock(Arc<dyn instant::Clock>);

impl Clock for NodeClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let micros = self.0.now().as_unix_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use freigabe_domain::{
        access::{
            ClientId, Credential, DataProtectionRegime, Organisation, RegisteredClient, Role,
        },
        ids::OrganisationId,
        text::ShortText,
    };

    use super::*;

    struct Seconds(AtomicI64);

    impl instant::Clock for Seconds {
        fn now(&self) -> instant::Instant {
            let seconds = self.0.load(Ordering::Relaxed);
            instant::Instant::from_unix_micros(seconds * 1_000_000)
        }
    }

    fn presenter(id: &str) -> Presenter {
        Presenter::Client(ClientId::parse(id).unwrap())
    }

    fn of(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn limiter() -> (Limiter, Arc<Seconds>) {
        let clock = Arc::new(Seconds(AtomicI64::new(1_800_000_000)));
        let shared: Arc<dyn instant::Clock> = Arc::<Seconds>::clone(&clock);
        let limits = RateLimits {
            per_address: of(6),
            sign_ins_per_address: of(2),
            per_client: of(3),
        };
        (Limiter::new(limits, &shared), clock)
    }

    fn written(standing: Standing) -> (String, String) {
        let mut headers = HeaderMap::new();
        standing.write(&mut headers);
        let text = |name| headers.get(name).unwrap().to_str().unwrap().to_owned();
        (text(POLICY), text(STATE))
    }

    #[test]
    fn a_quota_is_used_up_and_comes_back_bit_by_bit() {
        let (limiter, clock) = limiter();
        let client = presenter("a-client");
        let told = |standing| written(standing).1;
        assert_eq!(told(limiter.count_client(&client)), "\"client\";r=2;t=20");
        assert_eq!(told(limiter.count_client(&client)), "\"client\";r=1;t=40");
        let last = limiter.count_client(&client);
        assert!(last.admits());
        assert_eq!(
            written(last),
            (
                "\"client\";q=3;w=60".to_owned(),
                "\"client\";r=0;t=60".to_owned()
            )
        );
        let refused = limiter.count_client(&client);
        assert!(!refused.admits());
        let wait = refused.wait().unwrap();
        assert!((20..=21).contains(&wait), "{wait}");
        assert!(limiter.count_client(&presenter("another")).admits());
        clock
            .0
            .fetch_add(i64::try_from(wait).unwrap(), Ordering::Relaxed);
        assert!(limiter.count_client(&client).admits());
        assert!(!limiter.count_client(&client).admits());
    }

    #[test]
    fn what_all_nodes_counted_binds_when_it_is_tighter() {
        let (limiter, _) = limiter();
        let here = limiter.count_client(&presenter("a-client"));
        let told = |requests| {
            let client = RegisteredClient {
                id: ClientId::parse("a-client").unwrap(),
                organisation: Organisation {
                    id: OrganisationId::from_uuid(uuid::Uuid::from_u128(1)),
                    role: Role::Auditor,
                    name: ShortText::parse("Beispiel").unwrap(),
                    office: None,
                    regime: DataProtectionRegime::Gdpr,
                },
                credential: Credential::KeySet("https://keys.example".to_owned()),
                scopes: None,
                active: true,
            };
            let admission = Admission {
                client,
                requests,
                minute_ends_in: 17,
            };
            let standing = limiter.standing_of(here, &admission);
            (written(standing).1, standing.wait())
        };
        assert_eq!(told(1), ("\"client\";r=2;t=20".to_owned(), None));
        assert_eq!(told(3), ("\"client\";r=0;t=60".to_owned(), None));
        assert_eq!(told(4), ("\"client\";r=0;t=17".to_owned(), Some(17)));
    }

    #[test]
    fn signing_in_has_a_limit_of_its_own_within_that_of_the_address() {
        let (limiter, _) = limiter();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        assert!(limiter.count_address(address, true).admits());
        assert!(limiter.count_address(address, true).admits());
        assert!(!limiter.count_address(address, true).admits());
        assert!(limiter.count_address(address, false).admits());
        assert!(
            limiter
                .count_address("192.0.2.2".parse().unwrap(), true)
                .admits()
        );
    }

    #[test]
    fn who_does_not_ask_any_more_is_forgotten() {
        let (limiter, clock) = limiter();
        for last in 0..100 {
            let address = IpAddr::from([192, 0, 2, last]);
            assert!(limiter.count_address(address, false).admits());
        }
        assert_eq!(limiter.address.counted.len(), 100);
        clock.0.fetch_add(120, Ordering::Relaxed);
        limiter.count_address(IpAddr::from([192, 0, 2, 200]), false);
        assert_eq!(limiter.address.counted.len(), 1);
    }

    #[test]
    fn a_64_is_one_address_and_mapped_ones_are_what_they_stand_for() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(
            network("2001:db8:1:2:3::4"),
            network("2001:db8:1:2:ffff::1")
        );
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
