"""Commented first files of a study and of a site, for people to fill in.

Belongs here: writing them without touching what is there. Their texts are in templates/; what they may say is in schemas.
"""

from flows.skeletons.write import NewSite, write_site, write_study

__all__ = ["NewSite", "write_site", "write_study"]
