"""What readers see, in each language: one catalogue per language, `en.yaml` and `zh.yaml`, and nowhere else.

A message is asked for by its key and holds places in braces. Results hold keys and codes alone; what they are called (labels,
methods, units, reasons) is said here last, in each language from the same keys. Belongs here: the catalogues and how they are
asked. Not here: how numbers are printed (transforms.reports.numbers).
"""

from transforms.words.alarms import said_alarm, with_alarm_words
from transforms.words.names import Names
from transforms.words.printed import finding_wording, said_finding, said_way
from transforms.words.reasons import said_reason
from transforms.words.results import with_wording, worded
from transforms.words.words import Words, catalogue, words_in

__all__ = [
    "Names",
    "Words",
    "catalogue",
    "finding_wording",
    "said_alarm",
    "said_finding",
    "said_reason",
    "said_way",
    "with_alarm_words",
    "with_wording",
    "worded",
    "words_in",
]
