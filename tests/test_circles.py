"""No module reaches itself through those it imports: whoever reads one can read what it stands on first."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = grimp.build_graph("smartunion", cache_dir=None)
    stands_on = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    assert len(stands_on) > 1000
    try:
        TopologicalSorter(stands_on).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))
