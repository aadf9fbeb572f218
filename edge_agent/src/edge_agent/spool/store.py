"""Outbox in SQLite. Every method runs in the caller's thread; `writer.py` gives it one thread of its own."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.spool.schema import SCHEMA, SCHEMA_VERSION

REPEAT_WINDOW_S = 24 * 3600  # docs/architecture/edge-protocol.md section 4
KEEP_ACKED_S = 7 * 24 * 3600
DEFAULT_QUOTA = 2 * 1024**3
MIN_FREE_DISK = 200 * 1024**2
ALARM_SHARE = 0.8


@dataclass(frozen=True)
class Row:
    """One message on its way."""

    seq: int
    key: str
    device: str
    raw: bytes
    body: str
    repeats: int


@dataclass(frozen=True)
class Stored:
    """`seq` 0: no room, nothing was stored. `repeat`: the same bytes were stored before within the window."""

    seq: int
    repeat: bool = False


@dataclass(frozen=True)
class Depth:
    rows: int
    size: int
    dead_letters: int
    full: bool
    alarm: bool


def message_key(agent_id: str, device: str, moment: float, digest: str) -> str:
    """Idempotency key of the protocol; `moment` in epoch seconds."""
    day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    return hashlib.sha256(f"kq-edge-1\n{agent_id}\n{device}\n{day}\n{digest}".encode()).hexdigest()


class Store:
    """Single connection, WAL, synchronous FULL. The caller commits with `commit()`."""

    def __init__(self, path: Path, agent_id: str, *, quota: int = DEFAULT_QUOTA, min_free: int = MIN_FREE_DISK):
        self._path, self._agent_id, self._quota, self._min_free = path, agent_id, quota, min_free
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.executescript(SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('spool_id', ?)", (uuid.uuid4().hex,))
        path.chmod(0o600)

    def begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()

    @property
    def spool_id(self) -> str:
        return str(self._db.execute("SELECT value FROM meta WHERE name='spool_id'").fetchone()[0])

    def renew_spool_id(self) -> None:
        """The file is not the one that the cloud knows: rows are numbered for a new spool and unacknowledged again."""
        self._db.execute("UPDATE meta SET value=? WHERE name='spool_id'", (uuid.uuid4().hex,))
        self._db.execute("UPDATE outbox SET acked_at=NULL WHERE rejected IS NULL")

    def put(self, device: str, raw: bytes, body: str, now: float) -> Stored:
        """Store a message unless it is a repeat; `now` in epoch seconds of the corrected clock."""
        digest = hashlib.sha256(raw).hexdigest()
        known = self._db.execute(
            "SELECT counted_at, seq FROM counted WHERE device=? AND digest=?", (device, digest)
        ).fetchone()
        if known is not None and now - known[0] < REPEAT_WINDOW_S:
            self._db.execute("UPDATE outbox SET repeats=repeats+1 WHERE seq=?", (known[1],))
            return Stored(known[1], repeat=True)
        if self.full():
            return Stored(0)
        key = message_key(self._agent_id, device, now, digest)
        cursor = self._db.execute(
            "INSERT INTO outbox (key, device, raw, body, stored_at) VALUES (?,?,?,?,?) ON CONFLICT(key) DO NOTHING",
            (key, device, raw, body, now),
        )
        if cursor.rowcount == 0:
            seq = self._db.execute("SELECT seq FROM outbox WHERE key=?", (key,)).fetchone()[0]
            return Stored(seq, repeat=True)
        seq = int(cursor.lastrowid or 0)
        self._db.execute("INSERT OR REPLACE INTO counted VALUES (?,?,?,?)", (device, digest, now, seq))
        return Stored(seq)

    def open_rows(self, after: int, limit: int) -> list[Row]:
        """Unacknowledged rows above `after`, in order."""
        rows = self._db.execute(
            "SELECT seq, key, device, raw, body, repeats FROM outbox"
            " WHERE acked_at IS NULL AND rejected IS NULL AND seq > ? ORDER BY seq LIMIT ?",
            (after, limit),
        )
        return [Row(*row) for row in rows]

    def ack(self, upto: int, now: float) -> int:
        """Mark rows up to `upto` as committed by the cloud; returns how many were open."""
        return self._db.execute(
            "UPDATE outbox SET acked_at=? WHERE acked_at IS NULL AND rejected IS NULL AND seq<=?", (now, upto)
        ).rowcount

    def reject(self, seq: int, why: str) -> None:
        """A dead letter: kept, shown, not sent again by itself."""
        self._db.execute("UPDATE outbox SET rejected=? WHERE seq=? AND acked_at IS NULL", (why, seq))

    def reopen(self, first: int, last: int) -> int:
        """Send rows that are still kept once more."""
        return self._db.execute(
            "UPDATE outbox SET acked_at=NULL, rejected=NULL WHERE seq BETWEEN ? AND ?", (first, last)
        ).rowcount

    def knows(self, seq: int, key: str) -> bool:
        """False when the cloud's last message cannot have come from this file."""
        if seq == 0:
            return True
        top = self._db.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name='outbox'), 0)").fetchone()
        row = self._db.execute("SELECT key FROM outbox WHERE seq=?", (seq,)).fetchone()
        return seq <= int(top[0]) and (row is None or row[0] == key)

    def prune(self, now: float, keep_s: float = KEEP_ACKED_S) -> int:
        """Delete what the cloud has had for long; at the alarm share everything acknowledged goes."""
        if self.depth().alarm:
            keep_s = 0
        gone = self._db.execute("DELETE FROM outbox WHERE acked_at IS NOT NULL AND acked_at <= ?", (now - keep_s,))
        self._db.execute("DELETE FROM counted WHERE counted_at < ?", (now - 2 * REPEAT_WINDOW_S,))
        return gone.rowcount

    def depth(self) -> Depth:
        rows, size = self._db.execute(
            "SELECT COUNT(*), COALESCE(SUM(LENGTH(raw)),0) FROM outbox WHERE acked_at IS NULL AND rejected IS NULL"
        ).fetchone()
        dead = self._db.execute("SELECT COUNT(*) FROM outbox WHERE rejected IS NOT NULL").fetchone()[0]
        full = self.full()
        return Depth(rows, size, dead, full, full or self._used() >= ALARM_SHARE * self._quota)

    def full(self) -> bool:
        """True: nothing more is taken from instruments."""
        return self._used() >= self._quota or shutil.disk_usage(self._path.parent).free < self._min_free

    def _used(self) -> int:
        pages, free, size = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def recent(self, limit: int = 50) -> list[tuple[int, str, int, float, bool, str]]:
        """(seq, device, size, stored_at, acked, rejected) of the last messages, without their content."""
        return [
            (seq, device, size, stored_at, acked is not None, rejected or "")
            for seq, device, size, stored_at, acked, rejected in self._db.execute(
                "SELECT seq, device, LENGTH(raw), stored_at, acked_at, rejected FROM outbox ORDER BY seq DESC LIMIT ?",
                (limit,),
            )
        ]
