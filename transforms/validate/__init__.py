"""From conformed text to typed records, split into accepted and quarantined by our own row ids."""

from transforms.validate.parse import parse_records
from transforms.validate.split import Validated, validate_records

__all__ = ["Validated", "parse_records", "validate_records"]
