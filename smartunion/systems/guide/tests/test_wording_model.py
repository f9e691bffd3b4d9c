"""The optional language model: only passages leave, it must cite, and everything that does not hold is thrown away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from smartunion.systems.guide import wording_model
from smartunion.systems.guide.cards import Card

LAW = Card("rule", "劳动法#五十", "《劳动法》第五十条", "工资应当以货币形式按月支付给劳动者本人。", "", 0.8)
SERVICE = Card("service", "matter", "反映工情", "看到就报", "", 0.7)
PERSON = Card("person", "劳动纠纷", "劳动纠纷", "", "", 0.3)


class Fake(HTTPServer):
    """A model server of ours: keeps what it was sent, says what it is told to."""

    says: Any = "按月支付 [1]。"
    status = 200
    waits_s = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.got: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.release = threading.Event()


class Answering(BaseHTTPRequestHandler):
    """Answers like an OpenAI-compatible endpoint."""

    server: Fake

    def do_POST(self) -> None:
        """One completion."""
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers.get("Authorization", ""))
        if self.server.waits_s:
            self.server.release.wait(self.server.waits_s)
        content = self.server.says
        body = (
            content
            if isinstance(content, bytes)
            else json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        )
        try:
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the asker did not wait

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    server = Fake()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    settings.GUIDE_MODEL = {
        "url": f"http://127.0.0.1:{server.server_port}/v1",
        "key": "secret",
        "name": "small",
    }
    settings.GUIDE_MODEL_SECONDS = 2
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_gets_passages_and_the_masked_question_and_its_answer_is_cited(fake: Fake) -> None:
    found = wording_model.summary("我电话13812345678，工资什么时候发", [LAW, PERSON, SERVICE])

    assert found is not None
    assert (found.text, [card.id for card in found.cited]) == ("按月支付 [1]。", ["劳动法#五十"])
    sent = json.dumps(fake.got, ensure_ascii=False)
    assert "13812345678" not in sent
    assert "〔号码〕" in sent
    assert "[1] 《劳动法》第五十条：工资应当" in sent
    assert "[2] 反映工情" in sent
    assert PERSON.title not in sent
    assert (fake.keys, fake.got[0]["model"], fake.got[0]["temperature"]) == (["Bearer secret"], "small", 0)


@pytest.mark.parametrize(
    "says",
    [
        "工资按月发。", "按月发 [3]。", "按月发 [0]。", "不知道", "依据第八十二条 [1]。", "按月 [1]。" * 200, "", None, 5,
        b"not json", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}',
    ],
)  # fmt: skip
def test_what_does_not_rest_on_what_was_sent_is_thrown_away(fake: Fake, says: Any) -> None:
    fake.says = says

    assert wording_model.summary("工资什么时候发", [LAW, SERVICE]) is None
    assert len(fake.got) == 1


def test_errors_and_lateness_leave_the_local_answer_alone(fake: Fake, settings: Any) -> None:
    fake.status = 500
    assert wording_model.summary("工资什么时候发", [LAW]) is None
    fake.status, fake.waits_s, settings.GUIDE_MODEL_SECONDS = 200, 5.0, 0.2
    assert wording_model.summary("工资什么时候发", [LAW]) is None
    assert len(fake.got) == 2


def test_it_is_off_until_set_up_and_not_asked_without_passages(fake: Fake, settings: Any) -> None:
    assert wording_model.summary("工资", [PERSON]) is None
    settings.GUIDE_MODEL = {"url": "", "key": "", "name": ""}
    assert not wording_model.is_on()
    assert wording_model.summary("工资", [LAW]) is None

    assert fake.got == []
