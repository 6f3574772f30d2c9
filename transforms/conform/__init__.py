"""From a site's sheets to canonical text records, as the site's mapping says; what does not fit is a problem."""

from transforms.conform.headers import with_named_columns
from transforms.conform.pair_files import PairedFile, SentFile, pair_files
from transforms.conform.sheet import Conformed, conform_sheet

__all__ = ["Conformed", "PairedFile", "SentFile", "conform_sheet", "pair_files", "with_named_columns"]
