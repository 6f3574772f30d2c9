"""SAS transport of version 5: read back by our own reader and by pyreadstat, it says what the dataset says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from schemas.adam_variables import Dataset
from tests.transforms.exports.sample import adverse_events, dataset, table
from tests.transforms.readers.damage import mapping
from transforms.exports.adam_frames import conform_dataset
from transforms.exports.transport import Change, fit_transport, write_transport
from transforms.readers import read_file


@pytest.fixture
def written(tmp_path: Path) -> tuple[Dataset, pl.DataFrame, Path]:
    adae, frame = adverse_events()
    fitted, _ = fit_transport(adae, frame)
    write_transport(adae, fitted, tmp_path / "adae.xpt")
    return adae, fitted, tmp_path / "adae.xpt"


def test_pyreadstat_reads_back_names_labels_and_values(written: tuple[Dataset, pl.DataFrame, Path]) -> None:
    adae, fitted, path = written
    found, about = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert (about.table_name, about.file_label) == ("ADAE", adae.label)
    assert about.column_names_to_labels == {variable.name: variable.label for variable in adae.variables}
    for variable in adae.variables:
        own = fitted[variable.name].fill_null("") if variable.kind == "text" else fitted[variable.name]
        assert pl.Series(found[variable.name], nan_to_null=True).to_list() == own.to_list(), variable.name


def test_our_own_reader_reads_days_as_days(written: tuple[Dataset, pl.DataFrame, Path]) -> None:
    (sheet,) = read_file(written[2], mapping("sas", "ADAE"))
    assert sheet.frame["ASTDT"].to_list() == ["1959-12-31", "2020-02-29"]
    assert sheet.frame["ASTDY"].to_list() == ["-1", "4"]
    assert sheet.frame["AETERM"].to_list() == ["ICANS", "CRS"]


def test_the_file_is_ascii_of_version_5(written: tuple[Dataset, pl.DataFrame, Path]) -> None:
    content = written[2].read_bytes()
    assert content.startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    assert b"FanFuFaRe" in content


def test_other_letters_are_transliterated_and_counted() -> None:
    fitted, changes = fit_transport(*adverse_events())
    assert changes == [Change("ADAE", "AETEXT", "transliterated", 1)]
    assert fitted["AETEXT"].to_list() == ['x < y & "z"', "FanFuFaRe > 38.5 degC"]


def test_longer_texts_are_cut_and_counted() -> None:
    adae = dataset("ADAE")
    frame = conform_dataset(
        adae, table(adae, [{"srcseq": "1", "aetext": "a" * 201}, {"srcseq": "2", "aetext": "b" * 200}])
    )
    fitted, changes = fit_transport(adae, frame)
    assert changes == [Change("ADAE", "AETEXT", "cut at 200 characters", 1)]
    assert fitted["AETEXT"].str.len_chars().to_list() == [200, 200]


def test_day_0_of_sas_is_1960() -> None:
    adae = dataset("ADAE")
    frame = conform_dataset(adae, table(adae, [{"srcseq": "1", "astdt": date(1960, 1, 2)}]))
    assert fit_transport(adae, frame)[0]["ASTDT"].to_list() == [1.0]
