"""Quiet hours follow the clock on the wall, also on days when it is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.quiet import NIGHT_ONLY, Hours, is_quiet, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
CLOCKS = st.times(max_value=time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))
HOURS = st.builds(Hours, CLOCKS, CLOCKS, st.frozensets(st.integers(0, 6), min_size=1))
# Zones, and the days of 2026 on which their clocks are changed: by an hour at night, by half of
# one, at midnight, and never.
CHANGES = {
    "Europe/Berlin": ((3, 29), (10, 25)),
    "Australia/Lord_Howe": ((4, 5), (10, 4)),
    "America/Santiago": ((4, 5), (9, 6)),
    "Asia/Kathmandu": ((12, 31),),
}
MOMENTS = st.sampled_from([(z, day) for z, days in CHANGES.items() for day in days]).flatmap(
    lambda at: st.tuples(
        st.just(ZoneInfo(at[0])),
        st.integers(-48 * 60, 48 * 60).map(
            lambda minutes: datetime(2026, *at[1], tzinfo=UTC) + timedelta(minutes=minutes)
        ),
    )
)


@given(st.lists(HOURS, min_size=1, max_size=3), MOMENTS)
def test_quiet_ends_when_it_is_told_to(
    hours: list[Hours], moment: tuple[ZoneInfo, datetime]
) -> None:
    zone, now = moment
    until = quiet_until(hours, zone, now)
    assert (until is not None) == is_quiet(hours, zone, now)
    if until is None:
        return
    assert until > now
    assert not is_quiet(hours, zone, until) or until - now >= timedelta(days=7)


@given(HOURS, MOMENTS)
def test_quiet_is_not_left_late_by_more_than_the_change_of_a_clock(
    hours: Hours, moment: tuple[ZoneInfo, datetime]
) -> None:
    zone, now = moment
    until = quiet_until([hours], zone, now)
    if until is None or until - now >= timedelta(days=7):
        return
    last = until - timedelta(hours=1, minutes=1)
    moments = [now + timedelta(minutes=n) for n in range(0, 60 * 24 * 7, 7)]
    assert all(is_quiet([hours], zone, each) for each in moments if each <= last)


def test_night_mode_works_at_night_alone() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=BERLIN)
    assert quiet_until([NIGHT_ONLY], BERLIN, noon) == datetime(2026, 6, 1, 22, tzinfo=BERLIN)
    assert quiet_until([NIGHT_ONLY], BERLIN, noon.replace(hour=23)) is None


def test_hours_past_midnight_belong_to_the_day_that_they_begin_on() -> None:
    friday_night = Hours(time(22), time(6), frozenset({4}))
    saturday = datetime(2026, 6, 6, 3, tzinfo=BERLIN)
    assert is_quiet([friday_night], BERLIN, saturday)
    assert not is_quiet([friday_night], BERLIN, saturday + timedelta(days=1))
