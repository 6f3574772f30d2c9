"""Workbooks: each kind read by one route into worksheets that hold what a person sees. How a mapping uses a sheet is decided in excel.py."""
