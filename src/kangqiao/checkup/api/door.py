from kangqiao.core.api import DoorRouter

router = DoorRouter("checkup")

VIEW = "checkup.checkup.view"
ENROLL = "checkup.checkup.enroll"
STATION_VIEW = "checkup.station.view"
WRITE = "checkup.result.write"
