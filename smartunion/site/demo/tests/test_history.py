from datetime import date

import polars as pl

from smartunion.site.demo.history import tell, write_history
from smartunion.site.demo.tests.worlds import world

TODAY = date(2027, 3, 3)


def test_same_world_and_day_same_history() -> None:
    assert tell(world("county"), TODAY) == tell(world("county"), TODAY)


def test_foundings_go_through_every_step_in_order() -> None:
    history = tell(world("county"), TODAY)

    assert len(history.foundings) > 20
    for f in history.foundings:
        days = [
            f.found_on,
            f.visited_on,
            f.taken_up_on,
            f.applied_on,
            f.prepared_on,
            f.elected_on,
            f.founded_on,
        ]
        assert days == sorted(days)
        assert history.since <= days[0]
        assert days[-1] < TODAY


def test_visits_are_on_workdays_in_the_period_and_in_order() -> None:
    history = tell(world("county"), TODAY)

    for visits in (history.firm_visits, history.service_visits):
        instants = [visit.noted_at for visit in visits]
        assert instants == sorted(instants)
        assert all(history.since <= at.date() <= TODAY and at.weekday() < 5 and at.tzinfo for at in instants)


def test_visited_firms_live_and_have_no_union() -> None:
    made = world("county")
    history = tell(made, TODAY)
    visited = {visit.employer for visit in history.firm_visits}

    assert not visited & set(made.coverage["employer"])
    assert (made.employers["ended"].gather(sorted(visited)) == 0).all()


def test_history_can_be_written_as_tables(tmp_path) -> None:
    history = tell(world("county"), TODAY)
    rows = write_history(history, tmp_path)

    assert rows["service_visits"] == len(history.service_visits) > 300
    assert pl.read_parquet(tmp_path / "matters.parquet").height == len(history.matters)
