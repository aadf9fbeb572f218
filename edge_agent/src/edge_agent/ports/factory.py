"""Port for a transport of the configuration."""

from __future__ import annotations

from edge_agent.config import Serial, TcpClient, TcpServer
from edge_agent.ports.base import Port
from edge_agent.ports.serial_line import SerialPort
from edge_agent.ports.tcp import TcpClientPort, TcpServerPort


def open_port(transport: TcpServer | TcpClient | Serial) -> Port:
    match transport:
        case TcpServer():
            return TcpServerPort(transport)
        case TcpClient():
            return TcpClientPort(transport)
        case Serial():
            return SerialPort(transport)
