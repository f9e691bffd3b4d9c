"""The command: a file of questions in, a file of answers out; encodings, broken files, no database."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def answers(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(tmp_path: Path, content: bytes) -> list[dict[str, str]]:
    (tmp_path / "q.csv").write_bytes(content)
    call_command("guide", tmp_path / "q.csv", "--out", tmp_path / "a.csv", "--shipped", stderr=StringIO())
    return answers(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_question_gets_up_to_five_ranked_answers_with_reasons(tmp_path: Path, encoding: str) -> None:
    rows = ask(tmp_path, "qid,question\n7,产假多少天\n8,今天天气怎么样\n9,\n".encode(encoding))

    assert list(rows[0]) == ["qid", "rank", "kind", "id", "score", "reason"]
    first = [row for row in rows if row["qid"] == "7"]
    assert (first[0]["kind"], first[0]["id"]) == ("rule", "女职工劳动保护特别规定#七")
    assert [row["rank"] for row in first] == [str(rank) for rank in range(1, len(first) + 1)]
    assert len(first) <= 5
    assert all(0 <= float(row["score"]) <= 1 and row["reason"] for row in rows)
    assert all("拿不准" in row["reason"] for row in rows if row["qid"] == "8")
    assert [row["id"] for row in rows if row["qid"] == "9"] == [""]


def test_cells_of_several_lines_and_other_marks_between_columns_are_read(tmp_path: Path) -> None:
    lines = ask(tmp_path, 'qid,question\n1,"产假\n多少天"\n2,产假\u2028多少天\n3\n'.encode())
    tabs = ask(tmp_path, "qid\tquestion\n1\t产假多少天\n".encode())

    firsts = {row["qid"]: row["id"] for row in lines if row["rank"] == "1"}
    assert firsts == {"1": "女职工劳动保护特别规定#七", "2": "女职工劳动保护特别规定#七", "3": ""}
    assert tabs[0]["id"] == "女职工劳动保护特别规定#七"


def test_a_page_that_needs_no_form_is_found(tmp_path: Path) -> None:
    rows = ask(tmp_path, "qid,question\n1,心情不好睡不着想找人聊聊\n2,疗休养怎么报名\n".encode())

    assert [(row["kind"], row["id"]) for row in rows if row["rank"] == "1"] == [
        ("service", "way_counselling"),
        ("service", "way_events"),
    ]


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(b" \n")

    with pytest.raises(CommandError, match="文件是空的"):
        call_command("guide", tmp_path / "q.csv", "--shipped")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\x01qid"])
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "q.csv").write_bytes(content)

    with pytest.raises(CommandError):
        call_command("guide", tmp_path / "q.csv", "--out", tmp_path / "a.csv", "--shipped")

    assert not (tmp_path / "a.csv").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="文件打不开"):
        call_command("guide", tmp_path / "none.csv", "--shipped")
