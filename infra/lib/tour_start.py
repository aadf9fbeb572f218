"""`infra/tour`: starts the walk with the product's own Python, since it speaks HTTP and websocket as a client would."""

import subprocess

from lib.house import ROOT, working_house
from lib.processes import read_record
from lib.progress import Failure


def main(arguments: list[str]) -> int:
    house = working_house()
    if not read_record(house, "web"):
        raise Failure("nothing is running here: start it with infra/up --detach")
    environment = {**house.environment, "KANGQIAO_STACK": str(house.state), "PYTHONPATH": str(ROOT)}
    command = [str(house.python), "-m", "infra.walk", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT).returncode
