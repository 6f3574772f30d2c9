"""What `cartrove export` writes: a report in parts, the warehouse as Parquet, a study as CDISC datasets or as CDISC results.

Each is made from the published night or a snapshot of it; the formats themselves are in transforms.exports.
"""
