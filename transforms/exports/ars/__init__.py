"""A study as one reporting event of CDISC's Analysis Results Standard: what was analysed, of whom, how, and what came out.

Belongs here: rows of results.analysis and the protocol in the standard's parts. Numbers are computed elsewhere; words are those
of transforms.words, printed values those of transforms.reports. No moment and no run is named, so that equal inputs give equal files.

Source: CDISC Analysis Results Standard 1.0, JSON schema ars_ldm 1.7.0.
"""

from transforms.exports.ars.reporting_event import PROGRAMS, EventSource, programs_of, reporting_event

__all__ = ["PROGRAMS", "EventSource", "programs_of", "reporting_event"]
