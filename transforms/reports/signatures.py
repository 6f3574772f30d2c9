"""Who signed the tables a page shows; a page is shown again with each further signature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from schemas.language import Language
from transforms.words import words_in

PLACE = re.compile("<!-- signatures -->.*?<!-- /signatures -->", re.DOTALL)
LANGUAGE = re.compile(r'<html lang="(..)')
SHOWN_DIGITS = 12


def with_signatures(page: str, signed: Sequence[Mapping[str, str]], content_hash: str) -> str:
    """The page with the signatures on its tables; where there are none, with the last night that somebody signed.

    signed: name, meaning, at (UTC), as_of, content_hash and run_id of each signature, the oldest first.
    """
    own = [one for one in signed if one["content_hash"] == content_hash]
    language: Language = "zh" if (found := LANGUAGE.search(page)) and found[1] == "zh" else "en"
    say = words_in(language)
    if own:
        lines = [say("signature.signed", **_places(one)) for one in own]
    else:
        lines = [say("signature.superseded", **_places(one)) for one in signed[-1:]]
    shown = "".join(Markup('<p class="meta signature">{}</p>').format(line) for line in lines)
    return PLACE.sub(lambda _: f"<!-- signatures -->{shown}<!-- /signatures -->", page, count=1)


def _places(one: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": one["name"],
        "meaning": one["meaning"],
        "at": one["at"].replace("T", " ").rstrip("Z"),
        "day": one["as_of"],
        "hash": one["content_hash"][:SHOWN_DIGITS],
        "run": one["run_id"],
    }
