"""Workbooks: each kind read by one route into worksheets that hold what a person sees. How a sheet is used is told elsewhere."""
