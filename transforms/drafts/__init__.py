"""A first mapping for an export nobody has seen yet, with every guess marked for a person to confirm."""

from transforms.drafts.draft import draft_mapping

__all__ = ["draft_mapping"]
