import http.client
import socket
import subprocess
import sys
import threading
import time
import urllib.error

import pytest

from sandbox.faults import FaultSwitches
from sandbox.messages import MOST, MOST_TEXT, MessageStore
from tests.infra.sandbox.process import ROOT, free_port, running_sandbox


def status_of(sandbox, path, method="GET", body=None):
    try:
        sandbox.ask(path, method, body)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def test_the_page_is_chinese_and_self_contained(sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
    connection.request("GET", "/sandbox", headers={"Host": "localhost"})
    page = connection.getresponse().read().decode()
    assert "康桥沙箱" in page
    assert "src=" not in page
    assert "http://" not in page


def test_a_request_under_another_hosts_name_is_refused(sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
    connection.request("GET", "/sandbox/messages", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 421


def test_only_loopback_is_listened_on(sandbox):
    for port in (sandbox.port, sandbox.smtp_port):
        listening = subprocess.run(
            ["ss", "-Hltn", f"sport = :{port}"], capture_output=True, text=True, check=True
        ).stdout.split()
        assert f"127.0.0.1:{port}" in listening
        assert not any(address in listening for address in (f"0.0.0.0:{port}", f"*:{port}", f"[::]:{port}"))


@pytest.mark.parametrize(
    "switch",
    [
        {},
        {"channel": "fax", "kind": "drop"},
        {"channel": "sms", "kind": "explode"},
        {"channel": "sms", "kind": "drop", "times": 0},
        {"channel": "sms", "kind": "delay", "seconds": 9999},
        {"channel": "sms", "kind": "drop", "surprise": 1},
        [1],
    ],
)
def test_unusable_switches_are_refused(sandbox, switch):
    assert status_of(sandbox, "/sandbox/faults", "POST", switch) == 422
    assert sandbox.ask("/sandbox/faults")["items"] == []


def test_a_waiting_reader_is_woken_by_the_next_message(sandbox):
    found = []
    reader = threading.Thread(target=lambda: found.extend(sandbox.messages("13800000001", wait=20)))
    reader.start()
    time.sleep(0.2)
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", sandbox.smtp_port)) as mail:
        talk = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<13800000001>\r\nDATA\r\nSubject: x\r\n\r\n4711\r\n.\r\nQUIT\r\n"
        for line in talk.splitlines(keepends=True):
            if line in (b"Subject: x\r\n", b"\r\n", b"4711\r\n", b".\r\n"):
                mail.sendall(line)
                continue
            mail.sendall(line)
            time.sleep(0.02)
        time.sleep(0.1)
    reader.join(10)
    assert [message["codes"] for message in found] == [["4711"]]
    assert time.monotonic() - started < 10


def test_messages_survive_a_restart_and_ids_go_on(tmp_path):
    store = MessageStore(tmp_path)
    first = store.add(channel="sms", to="1", sender="s", subject="", text="一 1234")
    with (tmp_path / "messages.jsonl").open("a") as file:
        file.write('{"id": 2, "chan')
    again = MessageStore(tmp_path)
    assert again.find() == [first]
    assert again.add(channel="sms", to="1", sender="s", subject="", text="二").id == first.id + 1


def test_memory_and_disk_are_bounded(tmp_path):
    store = MessageStore(tmp_path)
    for number in range(MOST + 50):
        store.add(
            channel="sms",
            to="1",
            sender="s",
            subject="",
            text=f"{number}" + "长" * (2 * MOST_TEXT if number == 0 else 1),
        )
    found = store.find()
    assert len(found) == MOST
    assert found[0].text.startswith(f"{MOST + 49}")
    assert max(len(message.text) for message in found) <= MOST_TEXT
    assert len(MessageStore(tmp_path).find()) == MOST


def test_a_switch_for_one_number_spares_the_others_and_counts_down():
    faults = FaultSwitches()
    faults.set({"channel": "sms", "kind": "drop", "to": "1", "times": 2})
    faults.set({"channel": "email", "kind": "drop", "times": -1})
    taken = [bool(faults.take("sms", to)) for to in ("2", "1", "1", "1")]
    assert taken == [False, True, True, False]
    assert all(faults.take("email", "x") for _ in range(5))


def test_a_dropped_message_is_answered_as_sent_and_a_duplicate_arrives_twice(sandbox):
    from sandbox.aliyun_rpc import AliyunSms
    from tests.infra.sandbox.test_aliyun_rpc import NOW, SECRET, signed

    store, faults = MessageStore(), FaultSwitches()
    service = AliyunSms(key_id="test-key", key_secret=SECRET, store=store, faults=faults, now=lambda: NOW)
    faults.set({"channel": "sms", "kind": "drop"})
    faults.set({"channel": "sms", "kind": "duplicate"})
    counts = []
    for nonce in ("a", "b", "c"):
        assert service.answer("POST", signed(SignatureNonce=nonce)).body["Code"] == "OK"
        counts.append(len(store.find()))
    assert counts == [0, 2, 3]


def test_a_taken_port_is_said_in_plain_words(tmp_path):
    with running_sandbox(tmp_path) as sandbox:
        rest = ["--smtp-port", str(free_port()), "--state", str(tmp_path / "b")]
        second = subprocess.run(
            [sys.executable, str(ROOT / "infra/sandbox/server.py"), "--port", str(sandbox.port), *rest],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert second.returncode == 1
    assert "已被占用" in second.stderr
