"""Sending through the first gateway that takes a message."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.channels.sms.gateway import Gateway, Sms
from bot.core.delivery import Later, Outcome


class Sender:
    """The gateways in order of preference. A further one is asked only where those before have surely not taken the message."""

    def __init__(self, gateways: Sequence[Gateway], now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told when a gateway is passed over."""
        self._gateways = tuple(gateways)
        self._now = now
        self._say = say
        self._resting: dict[str, datetime] = {}

    async def send(self, sms: Sms) -> Outcome:
        """Hand a message to a gateway; Later where none takes it now."""
        later: list[Later] = []
        for gateway in self._gateways:
            wait = (self._resting.get(gateway.name, self._now()) - self._now()).total_seconds()
            if wait > 0 and gateway is not self._gateways[-1]:
                later.append(Later(wait, f"{gateway.name} rests"))
                continue
            outcome = await gateway.send(sms)
            if not isinstance(outcome, Later):
                return outcome
            later.append(outcome)
            self._resting[gateway.name] = self._now() + timedelta(seconds=outcome.seconds)
            if gateway is not self._gateways[-1]:
                self._say(f"SMS: {outcome.reason}; the next gateway is tried")
        return min(later, key=lambda outcome: outcome.seconds)

    async def close(self) -> None:
        """Give connections back."""
        for gateway in self._gateways:
            await gateway.close()
