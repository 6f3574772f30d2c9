"""`python -m warehouse.quality`: the process that checks a built file."""

from warehouse.quality.process import serve

serve()
