"""Days, moments and lengths of time that a format stores as numbers, as ISO text."""

from __future__ import annotations

from datetime import datetime, timedelta


def day_text(origin: datetime, days: float) -> str:
    """The day so many days after the origin; a fraction of a day is not shown. OverflowError: no calendar has it."""
    return (origin + timedelta(days=days // 1)).date().isoformat()


def moment_text(moment: datetime) -> str:
    """The time on the clock, its zone left out; a fraction of a second only where there is one."""
    return moment.replace(tzinfo=None).isoformat(sep=" ")


def clock_text(seconds: float) -> str:
    """hh:mm:ss. Hours may exceed a day or be negative, since a length of time is stored alike."""
    micros = abs(timedelta(seconds=seconds)) // timedelta(microseconds=1)
    whole, fraction = divmod(micros, 10**6)
    minutes, shown = divmod(whole, 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{shown:02d}" + (f".{fraction:06d}" if fraction else "")
