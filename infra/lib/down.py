"""`infra/down`: stops what infra/up started, and only that."""

import argparse

from lib.bench_start import benching_house
from lib.house import testing_house, working_house
from lib.progress import Progress
from lib.stack import only_one, take_down


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="infra/down", description="Stops what infra/up (or an interrupted infra/test) started. Data stay."
    )
    parser.parse_args(arguments)
    progress = Progress()
    for house in (working_house(), testing_house(), benching_house()):
        if not house.run.exists():
            continue
        with only_one(house):
            stopped = take_down(house)
        if stopped:
            progress.say(f"stopped: {', '.join(stopped)}")
    progress.say("down")
    return 0
