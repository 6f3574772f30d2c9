"""Names and labels of datasets are such as SAS transport files of version 5 can hold."""

from __future__ import annotations

import pytest

from schemas.adam_variables import DATASETS, LABELS, LONGEST_LABEL, NAME, NAMES, Dataset, adam_datasets
from schemas.tables.adam import ADAM, ADAM_COMPUTED

EVERY = adam_datasets()
COLUMNS = {f"{table.name}.{column}" for table in (*ADAM, *ADAM_COMPUTED) for column in table.column_names}


def test_every_table_of_the_schema_is_a_dataset() -> None:
    assert set(DATASETS) == {table.name for table in (*ADAM, *ADAM_COMPUTED)}


@pytest.mark.parametrize("dataset", EVERY, ids=lambda dataset: dataset.name)
def test_names_and_labels_fit_version_5(dataset: Dataset) -> None:
    assert NAME.fullmatch(dataset.name) and 0 < len(dataset.label) <= LONGEST_LABEL
    for variable in dataset.variables:
        assert NAME.fullmatch(variable.name), variable.name
        assert 0 < len(variable.label) <= LONGEST_LABEL, (variable.name, variable.label)
        assert variable.label.isascii()


@pytest.mark.parametrize("dataset", EVERY, ids=lambda dataset: dataset.name)
def test_no_two_variables_are_alike_and_every_column_has_one(dataset: Dataset) -> None:
    names = [variable.name for variable in dataset.variables]
    assert len(set(names)) == len(names)
    assert set(dataset.keys) <= set(names)
    assert {variable.column for variable in dataset.variables if variable.column} == set(dataset.table.column_names)


def test_no_name_or_label_is_of_a_column_that_is_gone() -> None:
    columns = {name.partition(".")[2] for name in COLUMNS}
    assert set(NAMES) <= columns
    assert {name for name in LABELS if "." in name} <= COLUMNS
    assert {name for name in LABELS if "." not in name} <= columns
