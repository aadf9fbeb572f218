#!/usr/bin/env python3
"""Haematology analyzer of the sandbox: sends blood counts for barcodes over TCP (either role) or a serial line.

python infra/sandbox/instruments/analyzer.py --tcp-client 127.0.0.1:8007 --barcode 26112300017
python infra/sandbox/instruments/analyzer.py --serial /dev/ttyUSB0 --count 20 --fault split,drop_ack
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sandbox.instruments import results
from sandbox.instruments.astm_sender import FAULTS, Analyzer, GivenUp, Timing
from sandbox.instruments.wires import Listener, Opener, Paced, SerialWire, Wire, WireError, dial

PATIENCE_S = 30.0


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when every message was acknowledged."""
    options = _parser().parse_args(arguments)
    faults = [name for name in options.fault.split(",") if name]
    unknown = set(faults) - set(FAULTS)
    if unknown:
        print(f"unknown fault {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}", file=sys.stderr)
        return 2
    timing = Timing(reply=options.reply_timeout)
    analyzer = Analyzer(_opener(options), faults, timing, Random(options.seed))
    try:
        return _work(analyzer, options)
    except (GivenUp, WireError) as error:
        print(f"not delivered: {error}", file=sys.stderr)
        return 1
    finally:
        analyzer.close()


def _work(analyzer: Analyzer, options: argparse.Namespace) -> int:
    barcodes = options.barcode or [f"SIM{options.seed:03d}{n:06d}" for n in range(options.count)]
    if options.qc:
        _send(analyzer, "QC-LEVEL2", results.quality_control(analyzer.random), mode="Q")
    for barcode in barcodes:
        if options.query:
            analyzer.deliver(results.query_message(barcode, datetime.now().astimezone()))
            answer = analyzer.await_message()
            print(f"{barcode} query answered: {answer.decode('gb18030', 'replace')!r}", flush=True)
        sex = options.sex or analyzer.random.choice("MF")
        values = results.blood_count(Random(f"{options.seed}:{barcode}"), sex)
        _send(analyzer, barcode, values, name=options.name)
        time.sleep(options.interval)
    return 0


def _send(analyzer: Analyzer, barcode: str, values: list[results.Result], *, mode: str = "P", name: str = "") -> None:
    message = results.result_message(barcode, values, datetime.now().astimezone(), mode=mode, name=name)
    start = time.monotonic()
    analyzer.deliver(message, attempts=20)
    print(f"{barcode} {len(values)} results, {len(message)} bytes, {time.monotonic() - start:.2f} s", flush=True)


def _opener(options: argparse.Namespace) -> Opener:
    listener = Listener(options.tcp_server) if options.tcp_server is not None else None

    def open_wire() -> Wire:
        if listener is not None:
            wire: Wire = listener.accept(PATIENCE_S)
        elif options.serial:
            wire = SerialWire(options.serial, options.baud)
        else:
            host, _, port = options.tcp_client.rpartition(":")
            wire = dial(host, int(port), patience=PATIENCE_S)
        return wire if options.unpaced else Paced(wire, options.baud / 10)

    return open_wire


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Haematology analyzer of the sandbox (ASTM LIS01-A2 / LIS02-A2)")
    role = parser.add_mutually_exclusive_group(required=True)
    role.add_argument("--tcp-client", metavar="HOST:PORT", help="dial the agent, which listens")
    role.add_argument("--tcp-server", metavar="PORT", type=int, help="listen, the agent dials")
    role.add_argument("--serial", metavar="DEVICE")
    parser.add_argument("--baud", type=int, default=9600, help="pace: a tenth of this in bytes a second")
    parser.add_argument("--unpaced", action="store_true", help="as fast as the line takes it")
    parser.add_argument("--barcode", action="append", help="specimen barcode, may be repeated")
    parser.add_argument("--count", type=int, default=1, help="that many made-up barcodes when none is given")
    parser.add_argument("--sex", choices=["M", "F"], help="reference ranges and level of the red cells")
    parser.add_argument("--name", default="", help="name of the examinee for the P record (sent as GB18030)")
    parser.add_argument("--qc", action="store_true", help="send a quality control first")
    parser.add_argument("--query", action="store_true", help="ask for orders before each result")
    parser.add_argument("--interval", type=float, default=0.0, help="seconds between specimens")
    parser.add_argument("--fault", default="", help=f"comma list of {', '.join(FAULTS)}")
    parser.add_argument("--reply-timeout", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
