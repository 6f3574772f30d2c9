"""One more site in the text of a protocol, with comments and layout as they were."""

from __future__ import annotations

import re

import yaml

from flows.skeletons.as_yaml import as_yaml

DASH = re.compile(r" *- +")


def with_site(text: str, site_id: str) -> str | None:
    """The text of a valid protocol with a site added at the end of `sites`; None where only a person can add it.

    The text is only inserted into, and what comes out has to say the same but for the site: a list that stands elsewhere
    under an anchor, for one, is left to people.
    """
    # Python's own loader: its marks count characters, those of libyaml may count bytes.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    listed = next((value for key, value in root.value if key.value == "sites"), None)
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        return None
    last = listed.value[-1]
    if listed.flow_style:
        at, added = last.end_mark.index, f", {as_yaml(site_id)}"
    else:
        at, added = _line_below(text, last, site_id)
    changed = text[:at] + added + text[at:]
    return changed if _differs_by_site(text, changed, site_id) else None


def _line_below(text: str, last: yaml.Node, site_id: str) -> tuple[int, str]:
    """Where the line after the last entry begins, and that line."""
    begins = text.rfind("\n", 0, last.start_mark.index) + 1
    dash = DASH.match(text, begins)
    entry = f"{dash[0] if dash else '- '}{as_yaml(site_id)}"
    newline = "\r\n" if "\r\n" in text else "\n"
    ends = text.find("\n", last.end_mark.index)
    return (len(text), newline + entry) if ends < 0 else (ends + 1, entry + newline)


def _differs_by_site(before: str, after: str, site_id: str) -> bool:
    try:
        was, now = yaml.safe_load(before), yaml.safe_load(after)
    except yaml.YAMLError:
        return False
    return bool(now == {**was, "sites": [*was["sites"], site_id]})
