"""`python -m flows.reading <socket>`: the process that others are forked from."""

import sys

from flows.reading.serve import serve

serve(int(sys.argv[1]))
