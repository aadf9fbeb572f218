"""The websocket to the cloud: in order, acknowledged, resumed."""
