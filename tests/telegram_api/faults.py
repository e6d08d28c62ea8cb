"""Rules by which calls go wrong on purpose."""

import random
from dataclasses import asdict, dataclass

from tests.telegram_api.errors import ApiError, Json


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong, for which calls, how often. Nothing set means: nothing happens.

    A silence of 30 s is `delay=30` (handled only then), or `hold=30` (handled at once, answered then).
    """

    method: str = ""
    """Only this method; empty for any."""
    chat: int | None = None
    """Only calls that address this chat."""
    skip: int = 0
    """Matching calls that pass untouched first."""
    times: int | None = None
    """How often the rule strikes before it is spent; None for ever."""
    probability: float = 1.0
    seed: int = 0
    delay: float = 0.0
    """Seconds before the call is handled."""
    hold: float = 0.0
    """Seconds between handling and the answer."""
    stored: bool = False
    """The call is carried out in full before it goes wrong."""
    status: int = 0
    """Answer this status instead of the result."""
    description: str = ""
    retry_after: int | None = None
    body: str = ""
    """Answer this text instead of JSON, such as a proxy's HTML page."""
    drop: bool = False
    """End the connection without an answer."""

    def error(self) -> ApiError:
        """The refusal that the caller is told."""
        return ApiError(self.status, self.description or "Internal Server Error", self.retry_after)


class Faults:
    """The rules in force; the first that strikes decides."""

    def __init__(self) -> None:
        self._rules: dict[int, _Rule] = {}
        self._next = 1

    def add(self, fault: Fault) -> int:
        """Put a rule in force behind the others; its number is returned."""
        number, self._next = self._next, self._next + 1
        self._rules[number] = _Rule(fault)
        return number

    def remove(self, number: int | None = None) -> None:
        """Take one rule away, or all."""
        if number is None:
            self._rules.clear()
        else:
            self._rules.pop(number, None)

    def strike(self, method: str, chat: int | str | None) -> Fault | None:
        """The fault that this call meets; counts it."""
        for number, rule in self._rules.items():
            if rule.strikes(method, chat):
                if rule.spent:
                    del self._rules[number]
                return rule.fault
        return None

    def listed(self) -> list[Json]:
        """The rules with how often each struck."""
        return [{"id": number, "struck": rule.struck, **asdict(rule.fault)} for number, rule in self._rules.items()]


class _Rule:
    """A fault with what it has done so far."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.struck = 0
        self._seen = 0
        self._random = random.Random(fault.seed)

    @property
    def spent(self) -> bool:
        return self.fault.times is not None and self.struck >= self.fault.times

    def strikes(self, method: str, chat: int | str | None) -> bool:
        fault = self.fault
        if (fault.method and fault.method.lower() != method.lower()) or (fault.chat is not None and fault.chat != chat):
            return False
        self._seen += 1
        if self._seen <= fault.skip or self._random.random() >= fault.probability:
            return False
        self.struck += 1
        return True
