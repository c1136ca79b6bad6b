"""A bucket never gives more than what it held and what flowed in, whatever happens when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.budget import Bucket, Purse, Rate

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kathmandu")])
# The first of a month, and what is left of a leap February, of a summer and of a year.
STARTS = st.sampled_from(
    [START, *(datetime(*day, 13, tzinfo=UTC) for day in ((2028, 2, 28), (2026, 10, 24)))]
    + [datetime(2026, 12, 31, hour, tzinfo=UTC) for hour in (12, 18, 22, 23)]
)
RATES = st.builds(
    Rate,
    st.floats(0, 10_000),
    st.floats(0, 10_000),
    st.none() | st.floats(0, 50_000),
    st.none() | st.floats(0, 200_000),
)
WISHES = st.lists(st.tuples(st.floats(0, 100_000), st.floats(0, 5_000)), max_size=30)


@given(RATES, WISHES)
def test_never_more_is_taken_than_the_burst_and_what_flowed_in(
    rate: Rate, wishes: list[tuple[float, float]]
) -> None:
    now, bucket, taken = START, Bucket.full(rate, START), 0.0
    for seconds, amount in wishes:
        now += timedelta(seconds=seconds)
        bucket = bucket.filled(rate, now)
        if bucket.room(rate) >= amount:
            bucket, taken = bucket.taken(amount), taken + amount
    hours = (now - START).total_seconds() / 3600
    assert taken <= rate.burst + hours * rate.per_hour + 1e-3


@given(RATES, WISHES, ZONES, STARTS)
def test_no_day_and_no_month_passes_its_cap(
    rate: Rate, wishes: list[tuple[float, float]], zone: ZoneInfo, start: datetime
) -> None:
    now, bucket = start, Bucket.full(rate, start)
    days: dict[object, float] = {}
    months: dict[object, float] = {}
    for seconds, amount in wishes:
        now += timedelta(seconds=seconds)
        bucket = bucket.filled(rate, now, zone)
        if bucket.room(rate) >= amount:
            bucket = bucket.taken(amount)
            day = now.astimezone(zone).date()
            days[day] = days.get(day, 0.0) + amount
            months[day.replace(day=1)] = months.get(day.replace(day=1), 0.0) + amount
    assert all(rate.per_day is None or spent <= rate.per_day + 1e-3 for spent in days.values())
    assert all(rate.per_month is None or s <= rate.per_month + 1e-3 for s in months.values())


@given(st.floats(1, 5_000), st.floats(1, 1_000), st.floats(0, 3_000), ZONES, STARTS)
def test_there_is_room_at_the_moment_that_was_told(
    per_hour: float, amount: float, month_spent: float, zone: ZoneInfo, start: datetime
) -> None:
    rate = Rate(per_hour, 1_000, 1_500, 3_000)
    bucket = Bucket(0.0, start, day_spent=1_400, month_spent=month_spent)
    until = bucket.until(rate, amount, zone)
    assert until > start
    assert bucket.filled(rate, until, zone).room(rate) >= amount - 1e-3


JUMPS = st.lists(st.tuples(st.floats(-43_000, 43_000), st.floats(0, 5_000)), max_size=30)


@given(RATES, JUMPS)
def test_a_clock_that_jumps_gives_nothing_twice(
    rate: Rate, jumps: list[tuple[float, float]]
) -> None:
    bucket, taken, latest = Bucket.full(rate, START), 0.0, START
    for seconds, amount in jumps:
        now = START + timedelta(seconds=seconds)
        latest = max(latest, now)
        bucket = bucket.filled(rate, now)
        if bucket.room(rate) >= amount:
            bucket, taken = bucket.taken(amount), taken + amount
    hours = (latest - START).total_seconds() / 3600
    assert taken <= rate.burst + hours * rate.per_hour + 1e-3


@given(st.integers(2, 4_000))
def test_a_clock_that_was_wrong_by_days_is_forgotten_when_it_is_right_again(days: int) -> None:
    rate = Rate(60, 100)
    then = START + timedelta(days=days)
    spent = Bucket.full(rate, START).filled(rate, then).taken(100)
    right = spent.filled(rate, START)
    assert right.room(rate) == 0
    assert right.filled(rate, START + timedelta(hours=1)).room(rate) == 60


def test_a_budget_of_nothing_is_never_there_again() -> None:
    rate = Rate(0, 0)
    assert Bucket.full(rate, START).until(rate, 1.0) == datetime.max.replace(tzinfo=UTC)


def test_debts_are_paid_back_first() -> None:
    rate = Rate(60, 100)
    owing = Bucket.full(rate, START).taken(160)
    assert owing.filled(rate, START + timedelta(minutes=30)).room(rate) == -30


def test_a_purse_survives_its_row() -> None:
    rates = {"bytes": Rate(10, 100, 50)}
    purse = Purse.of(rates, {}, START, UTC).take({"bytes": 30})
    again = Purse.of(rates, purse.stored(), START, UTC)
    assert again == purse
    assert again.lacks({"bytes": 21}) == "bytes"
    assert again.lacks({"bytes": 20}) == ""
    assert again.used() == 0.6
