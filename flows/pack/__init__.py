"""The pack of the data monitoring committee: one published night and one data cut, written once, locked and logged.

source    which file, run, study files and cut a pack is made of
reports   both reports, from results that are masked before anything is worded
files     a report as HTML, docx, PDF, CSV and Parquet
make      the pack as a folder that is never overwritten, its manifest, and its line in the run log
"""
