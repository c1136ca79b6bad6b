"""Cron, read as others read it, and by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cron import latest, parsed

NOON = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)  # a Sunday
BERLIN, GREENWICH = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def last(text: str, now: datetime = NOON, zone: ZoneInfo = GREENWICH) -> str:
    cron = parsed(text)
    assert cron is not None
    found = latest(cron, zone, now)
    return f"{found:%Y-%m-%d %H:%M}" if found else "never"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("* * * * *", "2026-11-22 12:30"),
        ("*/20 * * * *", "2026-11-22 12:20"),
        ("0 3 * * *", "2026-11-22 03:00"),
        ("0 13 * * *", "2026-11-21 13:00"),
        ("0 3 * * 1-5", "2026-11-20 03:00"),
        ("0 3 * * mon,wed", "2026-11-18 03:00"),
        ("0 3 * * 7", "2026-11-22 03:00"),
        ("15 4 1 * *", "2026-11-01 04:15"),
        ("0 0 1 jan *", "2026-01-01 00:00"),
        ("0 0 1 * fri", "2026-11-20 00:00"),
        ("0 0 29 2 *", "2024-02-29 00:00"),
        ("0 0 30 2 *", "never"),
        ("5-10/5 8,10 * * *", "2026-11-22 10:10"),
    ],
)
def test_it_comes_round_as_cron_says(text: str, when: str) -> None:
    assert last(text) == when


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "@daily",
     "\u0661 * * * *", "* * * * " + "1," * 60 + "1"],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    assert parsed(text) is None


def test_the_clock_on_the_wall_counts() -> None:
    assert last("0 13 * * *", zone=BERLIN) == "2026-11-22 12:00"


def test_an_hour_that_was_left_out_does_no_harm() -> None:
    after = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert last("30 2 * * *", after, BERLIN).startswith("2026-03-29 0")


@given(
    minute=st.integers(0, 59),
    hours=st.sets(st.integers(0, 23), min_size=1),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    now=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
)
def test_between_the_last_time_and_now_there_is_no_other(
    minute: int, hours: set[int], weekdays: set[int], now: datetime
) -> None:
    moment = now.replace(tzinfo=UTC)
    text = f"{minute} {','.join(map(str, hours))} * * {','.join(map(str, weekdays))}"
    cron = parsed(text)
    assert cron is not None
    found = latest(cron, ZoneInfo("UTC"), moment)
    assert found is not None

    def fits(at: datetime) -> bool:
        return at.minute == minute and at.hour in hours and at.isoweekday() % 7 in weekdays

    assert fits(found)
    assert found <= moment
    later = (found + timedelta(hours=n) for n in range(1, 24 * 8))
    assert not any(fits(at) for at in later if at <= moment)
