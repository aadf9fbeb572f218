"""Routes of the websocket process."""

from kangqiao.instruments.consumers import AgentConsumer
from kangqiao.ops.consumers import StaffConsumer

ROUTES = {"ws/staff": StaffConsumer, "edge/v1": AgentConsumer}
