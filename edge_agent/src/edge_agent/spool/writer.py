"""One thread owns the spool file; waiting calls share one commit."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from edge_agent.spool.store import Store

T = TypeVar("T")
_GROUP = 32


class SpoolWriter:
    """`await run(lambda store: ...)` returns after the transaction that holds the call is on disk."""

    def __init__(self, open_store: Callable[[], Store]):
        self._open = open_store
        self._calls: queue.Queue[tuple[Callable[[Store], Any], Future[Any]] | None] = queue.Queue()
        self._ready: Future[str] = Future()
        self._thread = threading.Thread(target=self._work, name="spool", daemon=True)

    def start(self) -> str:
        """Open the file; returns its spool_id. Raises what SQLite raises."""
        self._thread.start()
        return self._ready.result()

    def stop(self) -> None:
        self._calls.put(None)
        self._thread.join()

    async def run(self, call: Callable[[Store], T]) -> T:
        future: Future[T] = Future()
        self._calls.put((call, future))
        return await asyncio.wrap_future(future)

    def _work(self) -> None:
        try:
            store = self._open()
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self._ready.set_result(store.spool_id)
        while (first := self._calls.get()) is not None:
            group = [first]
            while len(group) < _GROUP and not self._calls.empty():
                following = self._calls.get()
                if following is None:
                    self._calls.put(None)
                    break
                group.append(following)
            group = [entry for entry in group if entry[1].set_running_or_notify_cancel()]
            if group:
                self._transact(store, group)
        store.close()

    def _transact(self, store: Store, group: list[tuple[Callable[[Store], Any], Future[Any]]]) -> None:
        """All or nothing for the group: nobody hears success before the commit."""
        results = []
        try:
            store.begin()
            for call, _ in group:
                results.append(call(store))
            store.commit()
        except Exception as error:
            _roll_back(store)
            self._alone_or_fail(store, group, error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    def _alone_or_fail(self, store: Store, group: list[Any], error: Exception) -> None:
        if len(group) == 1:
            group[0][1].set_exception(error)
            return
        for entry in group:
            self._transact(store, [entry])


def _roll_back(store: Store) -> None:
    try:
        store.rollback()
    except sqlite3.Error:
        return
