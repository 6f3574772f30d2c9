"""What readers see, in each language: one catalogue per language, `en.yaml` and `zh.yaml`, and nowhere else.

A message is asked for by its key and holds places in braces. What the results say (labels, methods, reasons) stands in the
warehouse in English; the catalogue of another language has a phrase for each. Belongs here: the catalogues and how they are
asked. Not here: how numbers are printed (transforms.reports.numbers).
"""

from transforms.words.names import Names
from transforms.words.results import with_wording, worded
from transforms.words.words import Words, catalogue, words_in

__all__ = ["Names", "Words", "catalogue", "with_wording", "worded", "words_in"]
