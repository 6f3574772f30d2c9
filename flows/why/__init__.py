"""Why a result moved between two nights: which of code, study files and single records moved it, found by replaying.

sides     what a night is: study files, staged exports, code, and the results it published
replay    a study's records, endpoint tables and results by today's code
explain   from the one night to the other in steps, each of which changes one thing
tell      the explanation in words, and as JSON
"""

from typing import Final

# Each subject that is replayed by itself costs two computations of the results, which at a registry's size are seconds.
REPLAYED_SINGLY: Final = 50
