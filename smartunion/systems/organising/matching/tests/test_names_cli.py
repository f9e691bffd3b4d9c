"""`smartunion names` reads what offices send, and says what is wrong with it."""

import csv
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from smartunion.systems.organising.matching.gallery import Decision, Gallery
from smartunion.systems.organising.matching.gallery_rules import Doubt
from smartunion.systems.organising.matching.names_cli import COLUMNS, add_arguments, handle
from smartunion.systems.organising.matching.names_scoring import score_names
from smartunion.systems.organising.matching.names_words import DOUBTS, FINDINGS, explain
from smartunion.systems.organising.matching.tests.test_names_gallery import CROWD, FIRMS

GALLERY = "entity_id,name,former,uscc,address\n" + "\n".join(
    f"{firm.entity_id},{firm.name},{'|'.join(firm.former)},{firm.uscc},{firm.address}" for firm in FIRMS
)
QUERIES = (
    "qid,query\n1,山东凯岳电力器材有限公司\n2,\n3,查无此名养殖场\n4,嘉祥星光照明器材有限公司\n5,鸿富瀚\n"
)


def run(tmp_path: Path, gallery: bytes, queries: bytes, *more: str) -> tuple[int, list[dict[str, str]], str]:
    (tmp_path / "gallery.csv").write_bytes(gallery)
    (tmp_path / "queries.csv").write_bytes(queries)
    parser = ArgumentParser()
    add_arguments(parser)
    target = tmp_path / "out" / "answers.csv"
    out = StringIO()
    places = [str(tmp_path / "gallery.csv"), str(tmp_path / "queries.csv"), "--out", str(target)]
    code = handle(parser.parse_args([*places, *more]), out)
    rows = list(csv.DictReader(StringIO(target.read_text(encoding="utf-8")))) if target.exists() else []
    return code, rows, out.getvalue()


def decided(rows: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    return {row["qid"]: (row["entity_id"], row["decision"]) for row in rows if row["rank"] == "1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_answers_are_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    code, rows, _ = run(tmp_path, GALLERY.encode(encoding), QUERIES.encode(encoding))

    assert code == 0
    assert tuple(rows[0]) == COLUMNS
    assert decided(rows)["4"] == ("E1", "auto")
    assert decided(rows)["2"] == ("", "none")
    assert decided(rows)["3"][1] == "none"
    assert decided(rows)["5"][0] == "E3"


def test_every_query_has_one_to_five_rows_and_one_auto_at_most(tmp_path: Path) -> None:
    _, rows, _ = run(tmp_path, GALLERY.encode(), QUERIES.encode())

    for qid in "12345":
        mine = [row for row in rows if row["qid"] == qid]
        assert [row["rank"] for row in mine] == [str(rank) for rank in range(1, len(mine) + 1)]
        assert 1 <= len(mine) <= 5
        assert [row["decision"] for row in mine].count("auto") <= 1
        assert all(0.0 <= float(row["score"]) <= 1.0 and row["reason"] for row in mine)


def test_columns_come_in_any_order_and_more_names_of_one_id_are_its_names(tmp_path: Path) -> None:
    gallery = "NAME , x,entity_id\n山东凯越电力器材有限公司,1,E1\n嘉祥星光照明器材有限公司,2,E1\n,3,E9\n"
    _, rows, _ = run(tmp_path, gallery.encode(), QUERIES.encode())

    assert decided(rows)["4"] == ("E1", "auto")


@pytest.mark.parametrize(
    ("gallery", "queries", "words"),
    [
        ("", QUERIES, ["gallery.csv", "entity_id, name"]),
        ("entity_id,mingcheng\n1,甲\n", QUERIES, ["gallery.csv", "name", "mingcheng"]),
        (GALLERY, "qid,name\n1,甲\n", ["queries.csv", "query"]),
        (GALLERY, "qid,query\n1,甲某公司\n1,乙某公司\n", ["queries.csv", "qid 1"]),
    ],
)
def test_bad_input_is_refused_in_whole_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], gallery: str, queries: str, words: list[str]
) -> None:
    code, rows, _ = run(tmp_path, gallery.encode(), queries.encode())

    said = capsys.readouterr().err
    assert (code, rows) == (2, [])
    assert all(word in said for word in words)
    assert said.strip().endswith(".")


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = run(tmp_path, GALLERY.encode(), QUERIES.encode(), "--labels", str(tmp_path / "nowhere.csv"))

    assert code == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_rows_without_id_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, (GALLERY + "\n,甲某公司,,,\n").encode(), QUERIES.encode())

    assert "gallery.csv: 1 row without entity_id left out." in capsys.readouterr().err


def test_labels_are_scored(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("qid,entity_id\n1,E1\n3,\n4,E1\n5,E2\n", encoding="utf-8")

    code, _, said = run(tmp_path, GALLERY.encode(), QUERIES.encode(), "--labels", str(labels))

    assert code == 0
    assert "0.6667 (2/3)  meant organisation comes first" in said
    assert "1.0000 (1/1)  answered none, of those not in the gallery" in said
    assert "0  linked falsely" in said


def test_false_links_are_counted_whether_the_firm_is_there_or_not() -> None:
    gallery = Gallery(FIRMS)
    linked = gallery.search(FIRMS[0].name)
    answers = {"right": linked, "wrong": linked, "absent": linked, "nothing": []}

    scores = score_names(
        answers, {"right": "E1", "wrong": "E2", "absent": "", "nothing": "E9"}, {"E1", "E2", "E9"}
    )

    assert (scores.present, scores.absent, scores.first) == (3, 1, 1)
    assert (scores.linked, scores.linked_right, scores.linked_wrong, scores.linked_absent) == (3, 1, 2, 1)


def test_former_answers_survive_a_refused_run(tmp_path: Path) -> None:
    run(tmp_path, GALLERY.encode(), QUERIES.encode())
    before = (tmp_path / "out" / "answers.csv").read_bytes()

    code, _, _ = run(tmp_path, b"nothing\n", QUERIES.encode())

    assert code == 2
    assert (tmp_path / "out" / "answers.csv").read_bytes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["answers.csv"]


def test_management_command_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "g.csv").write_text(GALLERY, encoding="utf-8")
    (tmp_path / "q.csv").write_text(QUERIES, encoding="utf-8")

    call_command("names", str(tmp_path / "g.csv"), str(tmp_path / "q.csv"), "--out", str(tmp_path / "o.csv"))

    assert "5" in capsys.readouterr().out
    assert (tmp_path / "o.csv").exists()


def test_every_doubt_has_words_in_both_languages() -> None:
    assert set(DOUBTS) == set(Doubt)
    for words in (*DOUBTS.values(), *FINDINGS.values()):
        assert words.en.isascii()
        assert not words.zh.isascii()


def test_reason_names_the_change_and_the_doubt() -> None:
    gallery = Gallery([*FIRMS, *CROWD])

    slip = gallery.search("山东凯岳电力器材有限公司")[0]
    branch = gallery.search("凯越商贸有限公司嘉祥分公司")[0]

    assert (
        explain(slip) == "字号仅有音近或形近字不同；行业用语一致；地区一致；其住所在名称所写的地区（岳/越）"
    )
    assert explain(slip, "en").endswith("its address lies in the place named (岳/越)")
    assert branch.decision is Decision.ASK
    assert "需人工核实" in explain(branch)
