"""Tables of schema adam as datasets: whose rows they are, in which order, under which parameter codes."""

from __future__ import annotations

from tests.transforms.exports.sample import adverse_events, dataset, table
from transforms.exports.adam_frames import conform_dataset, parameter_codes


def test_a_subject_is_one_across_studies() -> None:
    _, frame = adverse_events()
    assert frame.select("STUDYID", "USUBJID", "SUBJID", "SITEID").row(0) == ("tiny", "tiny-s-1", "s-1", "s")


def test_rows_are_in_the_order_of_the_keys() -> None:
    adae, frame = adverse_events()
    assert adae.keys == ("STUDYID", "SRCRECID")
    assert frame["SRCRECID"].to_list() == ["1", "2"]


def test_an_endpoint_keeps_the_name_the_protocol_gives_it() -> None:
    adtte = dataset("ADTTE")
    rows = table(adtte, [{"paramcd": "lfs_not_bridged", "param": "LFS", "aval": 0, "cnsr": 2, "event": 2}])
    frame = conform_dataset(adtte, rows)
    assert frame.select("PARAMID", "PARAMCD", "PARAM", "AVAL", "CNSR").row(0) == (
        "lfs_not_bridged", "LFSNB", "LFS", 0, 2,
    )  # fmt: skip


def test_response_and_laboratory_have_the_parameter_a_basic_structure_needs() -> None:
    response = conform_dataset(dataset("ADRS"), table(dataset("ADRS"), [{"infusion_number": 1, "avalc": "CR"}]))
    assert response.select("PARAMCD", "AVALC").row(0) == ("RESP", "CR")
    laboratory = conform_dataset(dataset("ADLB"), table(dataset("ADLB"), [{"paramcd": "TNF-alpha"}]))
    assert laboratory.select("PARAMCD", "PARAM").row(0) == ("TNFALPHA", "TNF-alpha")


def test_codes_are_short_and_told_apart() -> None:
    codes = parameter_codes(["os", "os_without_transplant", "os_with_treatment", "neutrophils", "neutropenia"])
    assert codes["os"] == "OS"
    assert len(set(codes.values())) == len(codes)
    assert all(code.isalnum() and code.isupper() and len(code) <= 8 for code in codes.values())
