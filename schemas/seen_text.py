"""What a person sees of a text: which marks nobody sees, and how a text reads without them.

One statement for every cell and header of every format. What texts mean is decided elsewhere; nothing here changes what is seen.
"""

from __future__ import annotations

import re

# Marks without ink and without width, as ranges of a character class that Python and polars read alike: controls but for
# tab and what ends lines in some program, soft hyphen, zero width, direction, joiners, fillers, variation selectors, tags.
_UNSEEN_RANGES = (
    (0x01, 0x08),
    (0x0E, 0x1B),
    (0x1D, 0x1F),
    (0x7F, 0x84),
    (0x86, 0x9F),
    (0xAD, 0xAD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
UNSEEN = "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _UNSEEN_RANGES) + "]"
# What a cell shows that holds no value or can't show it, in any case of letters.
ERROR = (
    r"#(?:n/a|ref!|value!|name\?|div/0!|num!|null!|getting_data|spill!|calc!|blocked!|busy!|connect!|external!|field!|python!|unknown!)|#+"
    r"|err:[0-9]+"
)
# Blanks of every width; a braille cell without dots is one too.
BLANKS = r"[\s\u2800]+"
# A signed letter of full width, and the plain one.
_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def seen(text: str) -> str:
    """The text without what nobody sees, and without outer blanks."""
    return re.sub(UNSEEN, "", text).strip().strip("\u2800")


def one_width(text: str) -> str:
    """Letters, digits and signs of full width as plain ones, blanks of any width and number as one; ² and ① stay what they are."""
    return re.sub(BLANKS, " ", text.translate(_WIDTH)).strip()
