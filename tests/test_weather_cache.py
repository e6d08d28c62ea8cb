"""The last good word of each source: kept while sources fail, with its age, and never used when it is stale."""

from datetime import timedelta

from bot.core.evidence import Evidence, Unavailable
from bot.core.schedule import SourceConfig
from bot.weather.cache import Cache
from tests.frost import at

IMGW, METEO = (SourceConfig(name, "http://x", timedelta(hours=1), timedelta(hours=3)) for name in ("imgw", "open-meteo"))
BOTH = (IMGW, METEO)
LIMIT = timedelta(hours=3)


def good(source: str, hour: int) -> Evidence:
    return Evidence(source, at(hour))


def failed(source: str, hour: int) -> Unavailable:
    return Unavailable(source, at(hour), "503")


def test_a_failure_keeps_the_last_good_word_until_it_is_stale() -> None:
    cache = Cache().after(good("imgw", 0)).after(failed("imgw", 1)).after(failed("imgw", 2))
    assert cache.usable(BOTH, at(3)) == [good("imgw", 0)]
    assert cache.age("imgw", at(3)) == timedelta(hours=3)
    assert cache.usable(BOTH, at(4)) == []
    assert cache.entries["imgw"].reason == "503"
    assert cache.entries["imgw"].silent_since == at(1)


def test_an_answer_replaces_the_old_one_and_ends_the_silence() -> None:
    cache = Cache().after(good("imgw", 0)).after(failed("imgw", 1)).after(good("imgw", 5))
    assert cache.usable(BOTH, at(6)) == [good("imgw", 5)]
    assert cache.entries["imgw"].silent_since is None


def test_a_source_never_reached_has_no_age_and_says_nothing() -> None:
    cache = Cache().after(failed("imgw", 0))
    assert cache.age("imgw", at(1)) is None
    assert cache.age("open-meteo", at(1)) is None
    assert cache.usable(BOTH, at(0)) == []


def test_only_when_all_are_silent_for_too_long_the_operators_are_told() -> None:
    cache = Cache().after(good("imgw", 0)).after(good("open-meteo", 2))
    assert not cache.all_silent(BOTH, at(9), LIMIT)
    cache = cache.after(failed("imgw", 3))
    assert not cache.all_silent(BOTH, at(9), LIMIT)
    cache = cache.after(failed("open-meteo", 4))
    assert not cache.all_silent(BOTH, at(5), LIMIT)
    assert cache.all_silent(BOTH, at(6), LIMIT)
    assert not cache.after(good("imgw", 6)).all_silent(BOTH, at(6), LIMIT)


def test_sources_that_never_answered_count_from_their_first_failure() -> None:
    cache = Cache().after(failed("imgw", 0)).after(failed("open-meteo", 0))
    assert not cache.all_silent(BOTH, at(3), LIMIT)
    assert cache.all_silent(BOTH, at(4), LIMIT)


def test_before_anything_was_asked_nobody_is_silent() -> None:
    assert not Cache().all_silent(BOTH, at(0), LIMIT)
    assert not Cache().all_silent((), at(0), LIMIT)
