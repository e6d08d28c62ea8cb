"""The alert rules: when an alert begins, rises and ends, whatever the sources say, fail to say, or say twice."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert_rules import Kind, Transition, refuse, step
from bot.core.alert_state import Alert, RuleState, from_plain, to_plain
from bot.core.alert_text import evidence_lines
from bot.core.cap import cap
from bot.core.evidence import HOUR, Evidence, distinct
from bot.core.evidence import Warning as Official
from bot.core.hours import TZ
from bot.core.schedule import Clear, Cold, Quiet, Warned, send_at
from tests.frost import ABOVE, AHEAD, GAP, LASTING, LIMIT, SEVERE, START, TWO_LEVELS, at, forecast, hours, level, play, rule, said, warning

MILD, COOL, COLD, HARD = 0.0, -8.0, -12.0, -20.0
"""Above the hysteresis, inside it, at level 1, at level 2."""
WINTER = [MILD] * 20 + [COLD] * 10 + [MILD] * 30


def kinds(transitions: list[Transition]) -> list[tuple[Kind, datetime]]:
    return [(t.kind, t.at) for t in transitions]


def opened(*evidence: Evidence, hour: int = 0) -> RuleState:
    state, transition = step(rule(), RuleState(), evidence, at(hour))
    assert transition is not None
    assert transition.kind is Kind.PROPOSE
    return state


# -- beginning, rising, ending --------------------------------------------------------------------------------------


def test_an_alert_is_proposed_when_frost_comes_into_sight_and_cleared_when_it_has_been_mild_long_enough() -> None:
    proposed, cleared = play(rule(), WINTER)
    assert (proposed.kind, proposed.at) == (Kind.PROPOSE, at(20 - AHEAD))
    assert proposed.alert.onset == at(20)
    assert proposed.alert.low == COLD
    assert (cleared.kind, cleared.at) == (Kind.CLEAR, at(29 + LASTING))


@pytest.mark.parametrize(("lowest", "alerts"), [(LIMIT, 1), (LIMIT + 0.1, 0)])
def test_the_threshold_itself_counts(lowest: float, alerts: int) -> None:
    assert len([t for t in play(rule(), [MILD] * 20 + [lowest] + [MILD] * 20) if t.kind is Kind.PROPOSE]) == alerts


@pytest.mark.parametrize(("warmth", "ends"), [(ABOVE, False), (ABOVE + 0.1, True)])
def test_it_ends_only_above_the_clearing_temperature(warmth: float, ends: bool) -> None:  # noqa: FBT001
    found = play(rule(), [COLD] * 5 + [warmth] * 40)
    assert (found[-1].kind is Kind.CLEAR) is ends


def test_one_cold_hour_among_the_mild_ones_starts_the_wait_anew() -> None:
    found = play(rule(), [COLD] * 5 + [MILD] * (LASTING - 1) + [COOL] + [MILD] * 40)
    assert found[-1].at == at(5 + LASTING - 1 + LASTING)


def test_a_higher_level_is_an_update_and_a_lower_one_is_nothing() -> None:
    found = play(rule(), [MILD] * 5 + [COLD] * 20 + [HARD] * 5 + [COLD] * 20 + [MILD] * 20)
    assert [(t.kind, t.alert.level) for t in found] == [(Kind.PROPOSE, 1), (Kind.RAISE, 2), (Kind.CLEAR, 2)]
    assert len({t.alert.id for t in found}) == 1
    assert found[1].at == at(25 - AHEAD)


def test_frost_that_is_no_longer_forecast_is_withdrawn_before_it_began() -> None:
    state = opened(forecast([MILD] * 10 + [COLD] * 3))
    _, transition = step(rule(), state, [forecast([MILD] * 30, at(-10))], at(1))
    assert transition is not None
    assert transition.kind is Kind.WITHDRAW


def test_a_forecast_that_wavers_around_the_threshold_does_not_flap() -> None:
    state, found = RuleState(), []
    for hour in range(60):
        lowest = LIMIT - 0.2 if hour % 2 == 0 else LIMIT + 0.2
        row = [MILD] * 10 + [lowest] + [MILD] * 10
        state, transition = step(rule(), state, [forecast([*[MILD] * 10, *row], at(hour - 10))], at(hour))
        found += [transition] if transition else []
    assert [t.kind for t in found] == [Kind.PROPOSE]


def test_months_that_are_not_watched_propose_nothing_but_an_open_alert_ends_as_usual() -> None:
    assert play(rule(months=[2, 3]), WINTER) == []
    state = opened(forecast([COLD] * 20))
    _, transition = step(rule(months=[2]), state, [forecast([MILD] * 60)], at(30))
    assert transition is not None
    assert transition.kind is Kind.CLEAR


def test_the_gap_holds_a_new_alert_back_unless_it_is_worse_and_endangers_life() -> None:
    twice = [COLD] * 3 + [MILD] * (LASTING + AHEAD) + [COLD] * 3 + [MILD] * 40
    first, again = ([t.at for t in play(rule(gap=gap), twice) if t.kind is Kind.PROPOSE] for gap in (0, 8))
    ended = at(2 + LASTING)
    assert first[1] < ended + 8 * HOUR
    assert again[1] == ended + 8 * HOUR
    worse = [*twice[: 3 + LASTING + AHEAD], HARD, *[MILD] * 40]
    assert [t.at for t in play(rule(gap=8), worse) if t.kind is Kind.PROPOSE][1] == at(3 + LASTING)


def test_what_is_worse_but_endangers_nobody_waits_for_the_gap_too() -> None:
    harmless = rule([TWO_LEVELS[0], replace(TWO_LEVELS[1], life_safety=False)], gap=24)
    temperatures = [COLD] * 3 + [MILD] * (LASTING + AHEAD) + [HARD] + [MILD] * 40
    assert [t.kind for t in play(harmless, temperatures)] == [Kind.PROPOSE, Kind.CLEAR]
    assert [t.kind for t in play(rule(gap=24), temperatures)] == [Kind.PROPOSE, Kind.CLEAR, Kind.PROPOSE, Kind.CLEAR]


def test_before_the_frost_its_beginning_follows_the_forecast_and_then_it_stays() -> None:
    state = opened(forecast([MILD] * 10 + [COLD] * 20))
    for hour, first_cold, onset in ((1, 8, 8), (2, 12, 12), (12, 12, 12), (13, 14, 12)):
        state, _ = step(rule(), state, [forecast([MILD] * first_cold + [COLD] * 20)], at(hour))
        assert state.alert is not None
        assert state.alert.onset == at(onset)


def test_where_all_conditions_must_hold_each_of_them_alone_still_holds_the_alert() -> None:
    both = rule([level(1, Cold(LIMIT, AHEAD * HOUR), Warned(("Silny mróz",), 1), every=True)])
    mild, still_warned = forecast([MILD] * 60), said(warning(expires=40))
    state, _ = step(both, RuleState(), [forecast([COLD] * 3), still_warned], at(0))
    assert state.alert is not None
    assert step(both, state, [mild, still_warned], at(20)).transition is None
    ended = step(both, state, [mild, said()], at(20)).transition
    assert ended is not None
    assert ended.kind is Kind.CLEAR


def test_every_condition_or_any() -> None:
    both = (Cold(LIMIT, AHEAD * HOUR), Warned(("Silny mróz",), 1))
    cold, warned = forecast([COLD] * 20), said(warning())
    for every, evidence, expected in ((True, [cold], False), (True, [warned], False), (True, [cold, warned], True), (False, [cold], True)):
        _, transition = step(rule([level(1, *both, every=every)]), RuleState(), evidence, at(0))
        assert (transition is not None) is expected


def test_what_it_feels_like_can_be_the_threshold_and_holds_the_alert() -> None:
    windy = rule([level(1, Cold(-15, AHEAD * HOUR, apparent=True))], clear=Clear(ABOVE, -12, LASTING * HOUR))
    row = tuple(replace(hour, apparent=-16.0) for hour in hours([MILD] * 30))
    state, transition = step(windy, RuleState(), [Evidence("x", START, row)], at(10))
    assert transition is not None
    assert (transition.alert.low, transition.alert.feels) == (MILD, -16)
    still = tuple(replace(hour, apparent=-13.0) for hour in row)
    assert step(windy, state, [Evidence("x", START, still)], at(15)).transition is None


# -- sources that agree, disagree and fail --------------------------------------------------------------------------


def test_three_sources_that_see_one_frost_make_one_alert() -> None:
    evidence = [forecast([COLD] * 20), said(warning()), said(warning("meteoalarm", id_="b"), source="meteoalarm")]
    state, transition = step(rule(), RuleState(), evidence, at(0))
    assert transition is not None
    assert set(transition.alert.sources) == {"open-meteo", "imgw", "meteoalarm"}
    forecast_line, *warned = evidence_lines(transition.alert)
    assert forecast_line == "Prognoza: do −12°C."
    assert warned == ["Ostrzeżenie „Silny mróz”, stopień 1, sob 10.01 g. 1 – nd 11.01 g. 1 (imgw, meteoalarm)"]
    for hour in range(1, 20):
        state, transition = step(rule(), state, evidence, at(hour))
        assert transition is None


def test_a_warning_reissued_under_a_new_id_is_the_same_frost() -> None:
    state = opened(said(warning(id_="a", expires=10)))
    for hour, reissued in ((1, warning(id_="b", expires=16)), (2, warning(id_="c", onset=5, expires=20))):
        state, transition = step(rule(), state, [said(reissued)], at(hour))
        assert transition is None
        assert state.alert is not None
        assert [w.id for w in state.alert.warnings] == [reissued.id]
        assert state.alert.until == reissued.expires


def test_a_reissue_at_a_higher_level_is_an_update() -> None:
    _, transition = step(rule(), opened(said(warning())), [said(warning(number=2, id_="b"))], at(3))
    assert transition is not None
    assert (transition.kind, transition.alert.level) == (Kind.RAISE, 2)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (warning("meteoalarm", id_="b", onset=5, expires=30), True),
        (warning(id_="b", name="SILNY  MRÓZ"), True),
        (warning(id_="b", onset=25, expires=30), False),
        (warning(id_="b", area="2463"), False),
        (warning(id_="b", name="Oblodzenie"), False),
    ],
)
def test_identity_is_event_county_and_overlapping_time(other: Official, same: bool) -> None:  # noqa: FBT001
    assert warning().same_as(other) is same
    assert len(distinct([warning(), other])) == (1 if same else 2)


@pytest.mark.parametrize("evidence", [said(warning(number=1, name="Silny wiatr")), said(warning(expires=0)), said()])
def test_other_weather_past_warnings_and_none_propose_nothing(evidence: Evidence) -> None:
    assert step(rule(), RuleState(), [evidence], at(1)).transition is None


def test_one_source_is_enough_when_the_others_are_silent_and_the_colder_of_two_counts() -> None:
    assert step(rule(), RuleState(), [said(warning(), source="imgw")], at(0)).transition is not None
    mild, cold = forecast([MILD] * 20), forecast([COLD] * 20, source="other")
    assert step(rule(), RuleState(), [mild, cold], at(0)).transition is not None


def test_disagreeing_sources_hold_an_alert_until_the_last_of_them_lets_go() -> None:
    mild = forecast([MILD] * 40)
    state = opened(forecast([COLD] * 3 + [MILD] * 30), said(warning(expires=20)))
    for hour in range(10, 20):
        state, transition = step(rule(), state, [mild, said(warning(expires=20))], at(hour))
        assert transition is None
    _, transition = step(rule(), state, [mild, said()], at(20))
    assert transition is not None
    assert transition.kind is Kind.CLEAR


def test_silence_never_ends_an_alert_before_it_expires() -> None:
    state = opened(forecast([COLD] * 8))
    for hour in range(1, 7 + LASTING + 10 + 1):
        state, transition = step(rule(), state, [], at(hour))
        assert transition is None
    _, transition = step(rule(), state, [], at(7 + LASTING + 10 + 1))
    assert transition is not None
    assert transition.kind is Kind.EXPIRE


def test_a_source_that_fails_takes_its_warning_not_back() -> None:
    mild, state = forecast([MILD] * 40), opened(said(warning(expires=20)))
    state, transition = step(rule(), state, [mild], at(10))
    assert transition is None
    _, transition = step(rule(), state, [mild, said(complete=False)], at(12))
    assert transition is None
    _, transition = step(rule(), state, [mild, said()], at(12))
    assert transition is not None
    assert transition.kind is Kind.CLEAR


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(forecast([MILD] * 60, complete=False), id="an incomplete forecast"),
        pytest.param(forecast([None] * 60), id="nulls"),
        pytest.param(forecast([MILD] * 20, at(25)), id="no word of the past hours"),
        pytest.param(said(), id="no warnings, no temperatures"),
    ],
)
def test_what_is_not_known_does_not_clear(evidence: Evidence) -> None:
    state = opened(forecast([COLD] * 20))
    assert step(rule(), state, [evidence], at(25)).transition is None
    assert step(rule(), state, [forecast([MILD] * 60)], at(25)).transition is not None


def test_nulls_in_a_forecast_are_no_frost_and_no_error() -> None:
    assert play(rule(), [None, MILD, None] * 20) == []


# -- what operators decide ------------------------------------------------------------------------------------------


def test_a_refused_frost_is_not_proposed_again_unless_it_gets_worse() -> None:
    refused = refuse(opened(said(warning(expires=24))), at(1))
    assert refused.alert is None
    assert step(rule(gap=0), refused, [said(warning(id_="b", expires=30))], at(2)).transition is None
    assert step(rule(gap=0), refused, [said(warning(id_="b", number=2))], at(2)).transition is not None
    later = warning(id_="c", onset=40, expires=60)
    assert step(rule(gap=0), refused, [said(later)], at(35)).transition is not None


def test_refusing_where_nothing_is_open_changes_nothing() -> None:
    assert refuse(RuleState(), at(0)) == RuleState()


# -- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("night", [datetime(2026, 10, 24, 20, tzinfo=TZ), datetime(2027, 3, 27, 20, tzinfo=TZ)])
def test_hours_are_real_hours_on_the_nights_the_clock_changes(night: datetime) -> None:
    start = night.astimezone(UTC)
    cold = forecast([MILD] * AHEAD + [COLD] * 20, start)
    ahead_of_time, in_time = night.astimezone(UTC) - timedelta(minutes=1), night.astimezone(UTC)
    assert step(rule(), RuleState(), [cold], ahead_of_time.astimezone(TZ)).transition is None
    transition = step(rule(), RuleState(), [cold], in_time.astimezone(TZ)).transition
    assert transition is not None
    assert transition.alert.onset == start + AHEAD * HOUR


def test_a_clock_that_jumps_back_does_no_harm() -> None:
    state = opened(forecast([COLD] * 20), hour=5)
    assert step(rule(), state, [forecast([COLD] * 20)], at(2)).transition is None


@pytest.mark.parametrize(
    ("moment", "life_safety", "goes_out"),
    [
        ("2026-01-10T21:59", False, "2026-01-10T21:59"),
        ("2026-01-10T22:00", False, "2026-01-11T07:00"),
        ("2026-01-11T06:59", False, "2026-01-11T07:00"),
        ("2026-01-11T07:00", False, "2026-01-11T07:00"),
        ("2026-01-11T03:00", True, "2026-01-11T03:00"),
        ("2026-03-28T23:00", False, "2026-03-29T07:00"),
    ],
)
def test_quiet_hours_wait_for_the_morning_except_where_life_is_at_stake(moment: str, life_safety: bool, goes_out: str) -> None:  # noqa: FBT001
    quiet = replace(rule(), quiet=Quiet(time(22), time(7)))
    local = datetime.fromisoformat(moment).replace(tzinfo=TZ)
    assert send_at(quiet, level(1, life_safety=life_safety), local) == datetime.fromisoformat(goes_out).replace(tzinfo=TZ)


def test_quiet_hours_within_one_day() -> None:
    nap = replace(rule(), quiet=Quiet(time(13), time(15)))
    assert send_at(nap, level(1), datetime(2026, 1, 10, 14, tzinfo=TZ)) == datetime(2026, 1, 10, 15, tzinfo=TZ)
    assert send_at(nap, level(1), datetime(2026, 1, 10, 15, tzinfo=TZ)) == datetime(2026, 1, 10, 15, tzinfo=TZ)


# -- what is told of it ---------------------------------------------------------------------------------------------


def test_the_end_is_told_only_when_it_is_in_sight() -> None:
    assert play(rule(), [COLD] * 3 + [MILD] * 30)[0].alert.until == at(2 + LASTING)
    assert play(rule(), [COLD] * 60)[0].alert.until is None


def test_in_cap_an_alert_is_followed_by_updates_that_refer_to_it() -> None:
    found = [cap(rule(), t) for t in play(rule(), [MILD] * 20 + [COLD] * 15 + [HARD] * 3 + [MILD] * 40)]
    assert [(c.msg_type, c.response_type, c.severity) for c in found] == [
        ("Alert", "Shelter", "Moderate"),
        ("Update", "Shelter", "Severe"),
        ("Update", "AllClear", "Minor"),
    ]
    assert [c.references for c in found] == ["", found[0].identifier, found[0].identifier]
    assert len({c.identifier for c in found}) == 3
    assert found[0].urgency == "Expected"


# -- properties -----------------------------------------------------------------------------------------------------

TEMPERATURES = st.lists(
    st.tuples(st.sampled_from([MILD, 3.5, ABOVE, ABOVE + 0.1, COOL, LIMIT, LIMIT + 0.1, COLD, SEVERE, HARD, None]), st.integers(1, 15)),
    min_size=1,
    max_size=14,
).map(lambda runs: [temperature for temperature, length in runs for _ in range(length)])


def spans(transitions: list[Transition]) -> list[list[Transition]]:
    """The transitions of each alert."""
    found: list[list[Transition]] = []
    for transition in transitions:
        if transition.kind is Kind.PROPOSE:
            found.append([])
        found[-1].append(transition)
    return found


@settings(max_examples=150, deadline=None)
@given(TEMPERATURES)
def test_there_are_never_two_alerts_for_one_frost(temperatures: list[float | None]) -> None:
    """Between two alerts lie as many hours as the rule asks for without anything cold, and the gap."""
    row = hours(temperatures)
    alerts = spans(play(rule(), temperatures))
    for one, other in pairwise(alerts):
        ended = one[-1]
        assert ended.kind in (Kind.CLEAR, Kind.WITHDRAW, Kind.EXPIRE)
        worse = other[0].alert.level > ended.alert.level
        assert other[0].at >= ended.at + (HOUR if worse else GAP * HOUR)
        assert one[0].alert.onset < other[0].alert.onset
        if ended.kind is Kind.CLEAR:
            before = [h for h in row if ended.at - LASTING * HOUR < h.at <= ended.at]
            assert all(h.temperature is None or h.temperature > ABOVE for h in before)
    assert all([t.kind for t in alert].count(Kind.PROPOSE) == 1 for alert in alerts)
    assert len({alert[0].alert.id for alert in alerts}) == len(alerts)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(LIMIT + 0.01, ABOVE), min_size=1, max_size=80), st.booleans())
def test_inside_the_hysteresis_nothing_begins_and_nothing_ends(wavering: list[float], begun: bool) -> None:  # noqa: FBT001
    found = play(rule(), [*([COLD] if begun else []), *wavering])
    assert [t.kind for t in found] == ([Kind.PROPOSE] if begun else [])


@settings(max_examples=100, deadline=None)
@given(TEMPERATURES)
def test_every_known_hour_of_frost_lies_in_an_alert_or_right_after_one(temperatures: list[float | None]) -> None:
    alerts = spans(play(rule(gap=0), temperatures))
    for hour in hours(temperatures):
        if hour.temperature is not None and hour.temperature <= LIMIT:
            assert any(a[0].at <= hour.at and (len(a) == 1 or a[-1].kind is Kind.RAISE or hour.at < a[-1].at) for a in alerts)


@settings(max_examples=60, deadline=None)
@given(TEMPERATURES)
def test_a_restart_at_any_hour_changes_nothing(temperatures: list[float | None]) -> None:
    """Kept as JSON and read back every hour, the state leads to the same transitions."""
    row, state, found = hours(temperatures), RuleState(), []
    for i, hour in enumerate(row):
        state = from_plain(json.loads(json.dumps(to_plain(state))))
        seen = row[max(0, i - LASTING) : i + AHEAD + 1]
        state, transition = step(rule(), state, [Evidence("open-meteo", hour.at, seen)], hour.at)
        found += [transition] if transition else []
    assert found == play(rule(), temperatures)


def test_a_full_state_survives_being_kept() -> None:
    state = opened(forecast([COLD] * 20), said(warning()))
    both = replace(refuse(state, at(2)), alert=state.alert)
    assert from_plain(json.loads(json.dumps(to_plain(both)))) == both
    assert isinstance(both.alert, Alert)


@settings(max_examples=60, deadline=None)
@given(TEMPERATURES, st.integers(0, 200))
def test_a_pause_of_the_program_doubles_nothing(temperatures: list[float | None], pause: int) -> None:
    """Some hours are slept through: still one alert at a time, and nothing ends twice."""
    row, state, found = hours(temperatures), RuleState(), []
    for i, hour in enumerate(row):
        if pause <= i < pause + 20:
            continue
        seen = row[max(0, i - LASTING) : i + AHEAD + 1]
        state, transition = step(rule(), state, [Evidence("open-meteo", hour.at, seen)], hour.at)
        found += [transition] if transition else []
    for alert in spans(found):
        assert [t.kind in (Kind.CLEAR, Kind.WITHDRAW, Kind.EXPIRE) for t in alert[:-1]] == [False] * (len(alert) - 1)
