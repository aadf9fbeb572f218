"""`infra/screens`: starts the camera with the product's own Python and the system's Chromium."""

import subprocess

from lib.house import ROOT, working_house
from lib.packages import browser_path
from lib.processes import read_record
from lib.progress import Failure


def main(arguments: list[str]) -> int:
    house = working_house()
    if not read_record(house, "web"):
        raise Failure("nothing is running here: start it with infra/up --detach")
    if not browser_path():
        raise Failure("there is no Chromium: apt-get install chromium, or set KANGQIAO_CHROMIUM")
    environment = {
        **house.environment,
        "KANGQIAO_STACK": str(house.state),
        "KANGQIAO_CHROMIUM": browser_path(),
        "PYTHONPATH": str(ROOT),
    }
    command = [str(house.python), "-m", "infra.pictures", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT).returncode
