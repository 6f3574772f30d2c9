"""What a person sees of a date, a time or a span of time stored as a number of days."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from schemas.mapping.texts import SERIALS
from transforms.readers.workbook.format_code import Part, Section
from transforms.readers.workbook.worksheet import NOT_KNOWN

DAY_SECONDS = 86_400
LAST_MINUTE = DAY_SECONDS - 60
TIMES = {"hour", "minute", "second", "half"}
# Excel's calendar has a 29 February 1900, which is day 60; the days before it are counted from the end of 1899.
DAY_ONE_SINCE_MARCH = SERIALS["serial-1900"]
DAY_ONE = DAY_ONE_SINCE_MARCH + timedelta(days=1)
LEAP_DAY_THAT_NEVER_WAS = 60
DAYS_FROM_1900_TO_1904 = (SERIALS["serial-1904"] - DAY_ONE_SINCE_MARCH).days
LAST_DAY = 2_958_465  # 31 December 9999
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def render_moment(value: float, section: Section, *, date_1904: bool) -> str:
    """ISO text of as much of the moment as the format shows; a time the format leaves out is kept where a day is whole.

    Day and month without a year are shown as the format writes them, which no column of dates reads as a whole date.

    Raises
    ------
    ValueError: the format shows only a weekday, a month or a day of the month, or only the day of a moment less than a minute before the
        next: programs that count days in the local time of 1900, as SheetJS did, store every day so.
    """
    parts = list(_with_minutes(section.parts))
    shown = {part.kind for part in parts}
    rounds = "second" in shown
    if "elapsed" in shown:
        return _span(value, rounds=rounds)
    if not shown & {"year", "month", "day"}:
        return _time_of_day(value, rounds=rounds) if shown & TIMES else _unknown()
    seconds = _seconds(value, rounds=rounds) + DAYS_FROM_1900_TO_1904 * DAY_SECONDS * date_1904
    if seconds < 0 or seconds >= (LAST_DAY + 1) * DAY_SECONDS or (date_1904 and value < 0):
        return NOT_KNOWN
    serial, rest = divmod(seconds, DAY_SECONDS)
    if rest >= LAST_MINUTE and not shown & TIMES:
        raise ValueError("a moment just before midnight of which only the day is shown")
    if "year" in shown:
        return _with_year(shown, day_text(serial), rest)
    if {"month", "day"} <= shown:
        return _as_written(parts, day_text(serial), rest)
    return _unknown()


def day_text(serial: int) -> str:
    """The ISO text of a day of the calendar from 1900, which has a day 0 and a 29 February 1900 as Excel shows them."""
    if serial == 0:
        return "1900-01-00"
    if serial == LEAP_DAY_THAT_NEVER_WAS:
        return "1900-02-29"
    start = DAY_ONE if serial < LEAP_DAY_THAT_NEVER_WAS else DAY_ONE_SINCE_MARCH
    return (start + timedelta(days=serial)).isoformat()


def _unknown() -> str:
    raise ValueError("a date of which only a part is shown")


def _with_year(shown: set[str], day: str, rest: int) -> str:
    if {"month", "day"} <= shown:
        return day if rest == 0 else f"{day} {_clock(rest)}"
    if "day" in shown:
        return _unknown()
    return day[:7] if "month" in shown else day[:4]


def _time_of_day(value: float, *, rounds: bool) -> str:
    return NOT_KNOWN if value < 0 else _clock(_seconds(value, rounds=rounds) % DAY_SECONDS)


def _span(value: float, *, rounds: bool) -> str:
    """Hours, minutes and seconds, the hours beyond a day counted on."""
    return ("-" if value < 0 else "") + _clock(_seconds(abs(value), rounds=rounds))


def _seconds(value: float, *, rounds: bool) -> int:
    """The whole seconds of so many days: a format that shows them rounds, another one waits for the full minute or day.

    Less than a millisecond is what the storing of fractions leaves.
    """
    seconds = value * DAY_SECONDS
    return round(seconds) if rounds else math.floor(round(seconds, 3))


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}"


def _with_minutes(parts: tuple[Part, ...]) -> Iterator[Part]:
    """The parts by what they show: an m behind hours or before seconds is minutes."""
    timed = [part for part in parts if part.kind in {"letters", "elapsed"} and part.text[0].lower() in "ymdhsegb"]
    minutes = set()
    for i, part in enumerate(timed):
        before = timed[i - 1].text[0].lower() if i else ""
        after = timed[i + 1].text[0].lower() if i + 1 < len(timed) else ""
        is_m = part.kind == "letters" and part.text[0].lower() == "m" and len(part.text) <= 2
        if is_m and (before == "h" or after == "s"):
            minutes.add(id(part))
    for part in parts:
        yield Part("minute", part.text) if id(part) in minutes else _named(part)


def _named(part: Part) -> Part:
    if part.kind != "letters":
        return part
    letter = part.text[0].lower()
    if letter == "d" and len(part.text) > 2:
        return Part("weekday", part.text)
    kinds = {"y": "year", "e": "year", "b": "year", "r": "year", "m": "month", "d": "day", "h": "hour", "s": "second"}
    return Part(kinds.get(letter, "weekday" if letter in "an" else "era"), part.text)


def _as_written(parts: list[Part], day: str, rest: int) -> str:
    """The moment as the format writes it, weekdays left out."""
    month, day_of_month = int(day[5:7]), int(day[8:10])
    hour, minute, second = map(int, _clock(rest).split(":"))
    twelve = any(part.kind == "half" for part in parts)
    numbers = {"day": day_of_month, "hour": (hour % 12 or 12) if twelve else hour, "minute": minute, "second": second}
    written = []
    for part in parts:
        if part.kind == "month":
            written.append(_month(month, len(part.text)))
        elif part.kind in numbers:
            written.append(f"{numbers[part.kind]:0{min(len(part.text), 2)}}")
        elif part.kind == "half":
            written.append(part.text.split("/")[hour >= 12])
        elif part.kind in {"literal", "sign"}:
            written.append(part.text)
    return "".join(written).strip()


def _month(month: int, letters: int) -> str:
    if letters <= 2:
        return f"{month:0{letters}}"
    return MONTHS[month - 1] if letters == 4 else MONTHS[month - 1][: 3 if letters == 3 else 1]


def serial_of(moment: datetime) -> float:
    """The day number, from 1900, of a moment stored as a date."""
    days = moment.replace(tzinfo=None) - datetime.combine(DAY_ONE_SINCE_MARCH, time())
    serial = days.total_seconds() / DAY_SECONDS
    return serial if serial > LEAP_DAY_THAT_NEVER_WAS else serial - 1
