"""Interleaved rounds of product and twin, and the figures of one case."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.benchmark.machine import process_seconds
from infra.benchmark.twin import Case, Product, Recording, Twin, record
from kangqiao.core.tenancy import TenantRef

BACKENDS = (
    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    " and usesysid = (select oid from pg_roles where rolname = session_user)"
)
LEAST_ROUNDS = 6


@dataclass
class Lane:
    """One side of the comparison; seconds per request, round by round."""

    wall: list[float] = field(default_factory=list)
    own_cpu: list[float] = field(default_factory=list)
    postgres_cpu: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], None], pids: list[int], count: int) -> None:
        before = sum(map(process_seconds, pids))
        begun, cpu_begun = time.perf_counter(), time.process_time()
        work()
        self.own_cpu.append((time.process_time() - cpu_begun) / count)
        self.wall.append((time.perf_counter() - begun) / count)
        self.postgres_cpu.append((sum(map(process_seconds, pids)) - before) / count)

    @property
    def cpu(self) -> list[float]:
        return [own + postgres for own, postgres in zip(self.own_cpu, self.postgres_cpu, strict=True)]


def ratio(mine: list[float], bare: list[float]) -> dict[str, float]:
    """Ratios round by round: their median and the smallest."""
    each = [one / other for one, other in zip(mine, bare, strict=True) if other]
    if not each:
        return {"median": 0.0, "smallest": 0.0}
    return {"median": round(statistics.median(each), 2), "smallest": round(min(each), 2)}


class Comparison:
    """One case, both sides, with the same state before each round."""

    def __init__(self, hospital: TenantRef, case: Case) -> None:
        self.case = case
        self.product, self.twin = Product(hospital, case.cookie), Twin(hospital)
        self._reset()
        for request in case.requests[:1]:
            self.product.answer(self.product.environ(request))
        self._reset()
        self.recordings = [record(self.product, request, hospital) for request in case.requests]
        self._reset()

    def _reset(self) -> None:
        if self.case.reset:
            self.case.reset()

    def _product_round(self) -> Callable[[], None]:
        environs = [self.product.environ(request) for request in self.case.requests]

        def send() -> None:
            for environ in environs:
                self.product.answer(environ)

        return send

    def _twin_round(self) -> None:
        for recording in self.recordings:
            self.twin.answer(recording)

    def run(self, rounds: int, *, seconds: float = 60.0) -> dict[str, Any]:
        """Rounds in which the one and the other go first by turns; on a slow machine fewer, but at least LEAST_ROUNDS."""
        product, twin, count = Lane(), Lane(), len(self.case.requests)
        self._twin_round()
        end = time.monotonic() + seconds
        for turn in range(rounds):
            if turn >= LEAST_ROUNDS and time.monotonic() > end:
                break
            for side in ("product", "twin") if turn % 2 else ("twin", "product"):
                self._reset()
                if side == "twin":
                    twin.take(self._twin_round, [self.twin.connection.info.backend_pid], count)
                else:
                    pids = [row["pid"] for row in self.twin.connection.execute(BACKENDS).fetchall()]
                    product.take(self._product_round(), pids, count)
        self._reset()
        self.twin.connection.close()
        return _figures(self.case, self.recordings, product, twin)


def _figures(case: Case, recordings: list[Recording], product: Lane, twin: Lane) -> dict[str, Any]:
    own, postgres = statistics.median(product.own_cpu), statistics.median(product.postgres_cpu)
    return {
        "name": case.name,
        "title": case.title,
        "rounds": len(product.wall),
        "requests_per_round": len(case.requests),
        "queries": round(statistics.median(len(each.statements) for each in recordings)),
        "savepoints": round(statistics.median(each.controls / 2 for each in recordings)),
        "answer_bytes": round(statistics.median(len(each.answer) for each in recordings)),
        "ratios": {
            "product_to_twin": ratio(product.wall, twin.wall),
            "product_to_twin_cpu": ratio(product.cpu, twin.cpu),
        },
        "share_of_cpu_in_python": round(own / (own + postgres), 2) if own else 0.0,
        "share_of_time_in_python": round(min(1.0, own / statistics.median(product.wall)), 2),
        "milliseconds": {
            side: {
                "wall": _milliseconds(lane.wall),
                "python_cpu": _milliseconds(lane.own_cpu),
                "postgres_cpu": _milliseconds(lane.postgres_cpu),
            }
            for side, lane in (("product", product), ("twin", twin))
        },
    }


def _milliseconds(values: list[float]) -> float:
    return round(statistics.median(values) * 1000, 2)
