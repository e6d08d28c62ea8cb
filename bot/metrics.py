"""Figures of the running bot for Prometheus: what was asked and answered, how fast, and what waits. None of them tells of a person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.message import Status

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._registry = CollectorRegistry()
        self._questions = Counter("informator_questions", "Questions answered.", ["channel", "status"], registry=self._registry)
        self._seconds = Histogram("informator_answer_seconds", "Time to an answer.", ["channel"], buckets=_SECONDS, registry=self._registry)

    def answered(self, channel: str, status: Status, seconds: float) -> None:
        """Count an answer and how long it took."""
        self._questions.labels(channel, status.value).inc()
        self._seconds.labels(channel).observe(seconds)

    def measure(self, name: str, meaning: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Add a figure that is read when it is asked for: values by the label's value; none where it cannot be read."""
        self._registry.register(_Measure(name, meaning, label, read))

    def page(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self._registry)


@dataclass(frozen=True)
class _Measure(Collector):
    """A figure that somebody else keeps."""

    name: str
    meaning: str
    label: str
    read: Callable[[], Mapping[str, float]]

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(self.name, self.meaning, labels=[self.label])
        for value, figure in self.read().items():
            family.add_metric([value], figure)
        yield family

    def describe(self) -> list[Metric]:
        return [GaugeMetricFamily(self.name, self.meaning, labels=[self.label])]
