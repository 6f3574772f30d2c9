"""Exports are read in processes of their own, under a limit of memory and time, so that no file ends a night.

jobs      what such a process can be asked, and how its answer travels
pool      this side: processes that wait for a job, one for each that is at work
serve     the other side: a process that has everything imported and forks one that reads for each that is needed
sandbox   what a process that reads may take of the machine, and what it may not leave behind
"""

from flows.reading.jobs import Draft, Limits, Stage
from flows.reading.pool import Readers, limits_of, the_readers

__all__ = ["Draft", "Limits", "Readers", "Stage", "limits_of", "the_readers"]
