"""The spool: once per message, numbers never reused, nothing taken that cannot be kept."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.spool.store import REPEAT_WINDOW_S, Store, message_key
from edge_agent.spool.writer import SpoolWriter

pytestmark = pytest.mark.feature("P-08")
NOW = 1_795_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "spool.sqlite3", "agent-1")


def put(store: Store, raw: bytes = b"H", *, device: str = "cbc-1", at: float = NOW):
    store.begin()
    stored = store.put(device, raw, "{}", at)
    store.commit()
    return stored


def test_the_same_bytes_within_a_day_are_counted_and_kept_once(store: Store) -> None:
    first, again = put(store), put(store, at=NOW + REPEAT_WINDOW_S - 1)
    assert (first.repeat, again.repeat) == (False, True)
    (row,) = store.open_rows(0, 10)
    assert row.repeats == 1


def test_the_same_bytes_after_a_day_are_a_new_message_with_another_key(store: Store) -> None:
    put(store)
    assert not put(store, at=NOW + REPEAT_WINDOW_S).repeat
    first, second = store.open_rows(0, 10)
    assert first.key != second.key


def test_the_same_bytes_from_another_instrument_are_another_message(store: Store) -> None:
    put(store)
    assert not put(store, device="cbc-2").repeat


def test_the_key_is_the_one_of_the_protocol_page() -> None:
    digest = "a" * 64
    assert message_key("a", "b", NOW, digest) == message_key("a", "b", NOW + 60, digest)
    text = (Path(__file__).parents[3] / "docs/architecture/edge-protocol.md").read_text()
    raw_digest = hashlib.sha256(b"H|\\^&\rL|1|N\r").hexdigest()
    assert message_key("agent-1", "cbc-1", 1_795_400_000.0, raw_digest) in text


def test_a_row_number_is_not_used_again_after_everything_was_deleted(store: Store) -> None:
    put(store, b"1")
    store.ack(1, NOW)
    assert store.prune(NOW + 30 * 24 * 3600) == 1
    assert put(store, b"2", at=NOW + 31 * 24 * 3600).seq == 2


def test_what_the_cloud_has_not_acknowledged_is_never_deleted(store: Store) -> None:
    put(store, b"1")
    put(store, b"2")
    store.ack(1, NOW)
    store.reject(2, "bad_body")
    put(store, b"3")
    store.prune(NOW + 365 * 24 * 3600)
    assert [seq for seq, *_ in store.recent()] == [3, 2]


def test_acknowledgement_is_cumulative_and_leaves_later_rows_open(store: Store) -> None:
    for raw in (b"1", b"2", b"3"):
        put(store, raw)
    assert store.ack(2, NOW) == 2
    assert [row.raw for row in store.open_rows(0, 10)] == [b"3"]


def test_a_full_spool_takes_nothing_more_but_still_knows_repeats(tmp_path: Path) -> None:
    store = Store(tmp_path / "s", "agent-1", quota=200_000)
    taken = 0
    while put(store, str(taken).encode() * 4000).seq:
        taken += 1
    assert taken > 3
    assert store.depth().full
    assert put(store, b"0" * 4000).repeat
    store.ack(taken, NOW)
    store.prune(NOW)
    assert put(store, b"new").seq == taken + 1


def test_a_nearly_full_disk_counts_as_full(tmp_path: Path) -> None:
    assert put(Store(tmp_path / "s", "agent-1", min_free=1 << 62)).seq == 0


def test_a_file_restored_from_a_copy_is_noticed_and_sends_everything_again(store: Store) -> None:
    put(store, b"1")
    put(store, b"2")
    (_, second) = store.open_rows(0, 10)
    assert store.knows(2, second.key)
    assert store.knows(0, "")
    assert not store.knows(2, "another")
    assert not store.knows(9, "beyond")
    store.ack(2, NOW)
    before = store.spool_id
    store.renew_spool_id()
    assert store.spool_id != before
    assert len(store.open_rows(0, 10)) == 2


def test_the_file_is_synced_on_every_commit_and_private(store: Store, tmp_path: Path) -> None:
    pragma = {name: store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    assert (tmp_path / "spool.sqlite3").stat().st_mode & 0o077 == 0


async def test_calls_that_wait_together_share_a_commit_and_a_failing_one_harms_only_itself(tmp_path: Path) -> None:
    writer = SpoolWriter(lambda: Store(tmp_path / "s", "agent-1"))
    writer.start()
    calls = [writer.run(lambda store, n=n: store.put("cbc-1", str(n).encode(), "{}", NOW)) for n in range(20)]
    calls.insert(7, writer.run(lambda store: store._db.execute("SELECT * FROM no_such_table")))
    done = await asyncio.gather(*calls, return_exceptions=True)
    rows = await writer.run(lambda store: store.open_rows(0, 100))
    writer.stop()
    assert [type(value) for value in done].count(sqlite3.OperationalError) == 1
    assert len(rows) == 20


def test_what_was_promised_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from edge_agent.spool.store import Store\n"
        "from edge_agent.spool.writer import SpoolWriter\n"
        "async def main():\n"
        "    writer = SpoolWriter(lambda: Store(Path(sys.argv[1]), 'agent-1')); writer.start()\n"
        "    for n in range(5):\n"
        "        await writer.run(lambda store: store.put('cbc-1', str(n).encode(), '{}', 1.0))\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "s")], env=os.environ)
    assert done.returncode == -9
    assert len(Store(tmp_path / "s", "agent-1").open_rows(0, 10)) == 5
