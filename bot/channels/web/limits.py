"""How much one client may ask: a bucket of tokens that fills with time."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

_MOST_CLIENTS = 20_000
_V6_NETWORK_BITS = 64
"""One household or phone has a whole network of these."""


class Limiter:
    """Buckets of the clients that asked last; each holds a minute's share."""

    def __init__(self, per_minute: float) -> None:
        """`per_minute`: tokens that come back a minute."""
        self._size = max(per_minute, 1.0)
        self._rate = per_minute / 60
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, cost: float, now: float) -> float:
        """Take `cost` tokens at `now` (seconds of any clock that never goes back); 0, or after how many seconds there are enough."""
        key = _network(client)
        tokens, since = self._buckets.pop(key, (self._size, now))
        tokens = min(self._size, tokens + (now - since) * self._rate)
        enough = tokens >= cost
        self._buckets[key] = (tokens - cost if enough else tokens, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if enough else (cost - tokens) / self._rate


def _network(client: str) -> str:
    """The address that counts as one client."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> (128 - _V6_NETWORK_BITS))
    return client
