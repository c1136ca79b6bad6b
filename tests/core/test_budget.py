"""A bucket never gives more than what it held and what flowed in, whatever happens when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.budget import Bucket, Purse, Rate

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kathmandu")])
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


@given(RATES, WISHES, ZONES)
def test_no_day_and_no_month_passes_its_cap(
    rate: Rate, wishes: list[tuple[float, float]], zone: ZoneInfo
) -> None:
    now, bucket = START, Bucket.full(rate, START)
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


@given(st.floats(1, 5_000), st.floats(1, 1_000), ZONES)
def test_there_is_room_at_the_moment_that_was_told(
    per_hour: float, amount: float, zone: ZoneInfo
) -> None:
    rate = Rate(per_hour, 1_000, 1_500, 3_000)
    bucket = Bucket(0.0, START, day_spent=1_400, month_spent=2_000)
    until = bucket.until(rate, amount, zone)
    assert until > START
    assert bucket.filled(rate, until, zone).room(rate) >= amount - 1e-3


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
