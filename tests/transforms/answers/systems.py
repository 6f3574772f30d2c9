"""Lists of questions as systems of sites export them, made up: their real columns are not public."""

from __future__ import annotations

from typing import Any

from schemas.mapping import AnswerList
from tests.transforms.answers.lists import FIRST, SECOND, THIRD

# Like a page of queries in REDCap: the whole thread of a query in one cell, days as the user set them, other people's queries too.
REDCAP: dict[str, Any] = {
    "match": "*queries*.csv",
    "columns": {
        "question": "Thread", "answer": "Status", "answered_by": "Last user", "answered_on": "Last change", "remark": "Last comment",
    },
    "answers": {"Closed, confirmed": "confirmed", "Closed, corrected": "will_correct", "Closed, no source": "not_available"},
    "unanswered": ["Open", "In progress"],
    "dates": ["%m/%d/%Y"],
}  # fmt: skip
REDCAP_HEADER = [
    "Record",
    "redcap_event_name",
    "Status",
    "Thread",
    "Last user",
    "Last change",
    "Last comment",
    "Days open",
]
REDCAP_ROWS = [
    ["7", "day_0", "Closed, confirmed", f"dm: {FIRST} dose 400?\nsite: seen again, see {FIRST.lower()}", "li", "03/05/2024 2:30pm", "seen again", "3"],
    ["8", "day_0", "CLOSED, CORRECTED", f"Cartrove({SECOND})：age", "li", "03/06/2024 14:30", "", "4"],
    ["9", "day_28", "Open", f"{THIRD} please", "dm", "03/07/2024 09:00", "", "1"],
    ["9", "day_28", "Closed, verified", "Is the weight right?", "mo", "03/07/2024 09:00", "", "1"],
]  # fmt: skip

# Like an export of queries from secuTrial: German words and days.
SECUTRIAL: dict[str, Any] = {
    "match": "Query*",
    "columns": {
        "question": "Querytext", "answer": "Antwort", "answered_by": "Beantwortet von", "answered_on": "Beantwortet am", "value": "Neuer Wert",
    },
    "answers": {"Wert bestätigt": "confirmed", "Wert korrigiert": "will_correct", "nicht verfügbar": "not_available"},
    "unanswered": ["offen", ""],
    "dates": ["%d.%m.%Y"],
}  # fmt: skip
SECUTRIAL_HEADER = ["Pat-ID", "Querytext", "Antwort", "Neuer Wert", "Beantwortet von", "Beantwortet am"]
SECUTRIAL_ROWS = [
    ["p7", f"Bitte prüfen: {FIRST}", "Wert bestätigt", "", "Müller", "05.03.2024"],
    ["p8", f"Bitte prüfen: {SECOND}", "Wert korrigiert", "31", "Müller", "06.03.2024 08:15"],
    ["p9", f"Bitte prüfen: {THIRD}", "offen", "", "Monitor", "06.03.2024"],
    ["p9", "Gewicht?", "offen", "", "Monitor", "06.03.2024"],
]


def declared(system: dict[str, Any], **changed: Any) -> AnswerList:
    """The declaration of a system's list, changed in some keys."""
    return AnswerList.model_validate({**system, **changed})
