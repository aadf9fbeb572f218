"""The health page as HTML: plain, big lights, refreshed every five seconds, no script."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LIGHT = {
    "up": ("#1a9c5b", "正常"),
    "waiting": ("#d99a16", "等待仪器"),
    "silent": ("#d99a16", "长时间无数据"),
    "down": ("#cf3b3b", "打不开"),
    "off": ("#8b949e", "已停用"),
}
_LINK = {
    "online": ("#1a9c5b", "已连接云端"),
    "connecting": ("#d99a16", "正在连接云端"),
    "waiting": ("#d99a16", "云端连接中断，稍后重连"),
    "refused": ("#cf3b3b", "云端拒绝连接"),
}
_NOTES = {
    "checksum": "校验错",
    "frame_number": "帧号错",
    "retransmission": "重发帧",
    "incomplete_dropped": "丢弃未传完",
    "not_stored": "未能存盘",
    "keepalive": "心跳",
    "busy": "忙拒绝",
    "noise": "线路干扰",
    "no_header": "缺消息头",
    "forbidden_character": "非法字符",
    "frame_too_long": "帧过长",
    "message_too_long": "消息过长",
    "send_aborted": "应答未送达",
}

_STYLE = """
body{font:15px/1.6 "Microsoft YaHei","PingFang SC","WenQuanYi Zen Hei",sans-serif;margin:0;background:#f3f6f5;color:#1d2b27}
header{background:#0e5a4a;color:#fff;padding:16px 28px}header h1{font-size:20px;margin:0}header p{margin:2px 0 0;opacity:.85}
main{max-width:1080px;margin:20px auto;padding:0 20px}section{background:#fff;border-radius:8px;padding:14px 20px;margin-bottom:16px;
box-shadow:0 1px 3px #0001}h2{font-size:16px;margin:0 0 8px}table{width:100%;border-collapse:collapse}
th{text-align:left;font-weight:500;color:#66756f;font-size:13px}td,th{padding:6px 8px;border-bottom:1px solid #eef1f0;vertical-align:top}
.light{display:inline-block;width:13px;height:13px;border-radius:50%;margin-right:8px;vertical-align:-1px}
.facts{display:flex;flex-wrap:wrap;gap:8px 36px}.facts div{min-width:120px}.facts b{display:block;font-size:20px;font-weight:600}
.facts span{color:#66756f;font-size:13px}.warn{background:#fff4e0;border-left:4px solid #d99a16;padding:8px 14px;margin-bottom:12px}
small{color:#66756f}th{white-space:nowrap}
.devices td:first-child{white-space:nowrap}.devices td:last-child{width:260px}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
"""


def render(picture: dict[str, Any]) -> str:
    """Everything that comes from outside is escaped."""
    color, text = _LINK.get(picture["link"]["state"], ("#8b949e", picture["link"]["state"]))
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>康桥前置机</title><style>{_STYLE}</style></head><body>
<header><h1>康桥前置机 · {escape(picture["hospital"] or "未命名医院")}</h1>
<p>{escape(picture["url"])}　本机指纹 {escape(picture["fingerprint"])}　版本 {escape(picture["agent_version"])}</p></header><main>
{"".join(f'<div class="warn">{escape(line)}</div>' for line in _warnings(picture))}
<section><h2>{_light(color)}{text}</h2>{f"<p>{escape(picture['link']['detail'])}</p>" if picture["link"]["detail"] else ""}
<div class="facts">{_facts(picture)}</div></section>
<section><h2>仪器</h2>{_devices(picture["devices"])}</section>
<section><h2>最近收到的报文</h2>{_recent(picture["recent"])}</section></main></body></html>"""


def _light(color: str) -> str:
    return f'<i class="light" style="background:{color}"></i>'


def _warnings(picture: dict[str, Any]) -> list[str]:
    lines = []
    if picture["spool_full"]:
        lines.append("磁盘空间不足，已停止接收仪器数据（仪器会保留结果并重发）。请清理磁盘或恢复网络。")
    elif picture["spool_alarm"]:
        lines.append("待传数据已占用大部分空间，请检查网络是否畅通。")
    if picture["clock_warning"]:
        lines.append(
            f"本机时钟与云端相差 {abs(picture['clock_offset_ms']) // 1000} 秒，请校准本机时间。数据仍会正常接收。"
        )
    if picture["dead_letters"]:
        lines.append(f"有 {picture['dead_letters']} 条报文被云端拒收，已保留在本机，请联系管理员。")
    return lines


def _facts(picture: dict[str, Any]) -> str:
    facts = [
        (str(picture["outbox_depth"]), "待上传（条）"),
        (_clock(picture["now"]), "当前时间（北京）"),
        (f"{round(picture['clock_offset_ms'] / 1000, 1) + 0.0:+.1f} 秒", "云端与本机时差"),
        (str(picture["config_version"]), "配置版本"),
    ]
    return "".join(f"<div><b>{escape(value)}</b><span>{label}</span></div>" for value, label in facts)


def _devices(devices: list[dict[str, Any]]) -> str:
    if not devices:
        return "<p>还没有仪器。请在网页“检验仪器”中添加，配置会自动下发到本机。</p>"
    return (
        "<table class=devices><tr><th>仪器</th><th>状态</th><th>最近报文</th>"
        "<th class=n>条数</th><th class=n>重复</th><th>线路记录</th></tr>"
        + "".join(_device(device) for device in devices)
        + "</table>"
    )


def _device(device: dict[str, Any]) -> str:
    color, text = _LIGHT.get(device["state"], ("#8b949e", device["state"]))
    notes = "，".join(f"{_NOTES.get(kind, kind)} {count}" for kind, count in device["notes"].items())
    return (
        f"<tr><td>{escape(device['name'] or device['id'])}<br><small>{escape(device['id'])}</small></td>"
        f"<td>{_light(color)}{text}<br><small>{escape(device['detail'])}</small></td>"
        f"<td>{_clock(device['last_message_at'])}</td><td class=n>{device['messages']}</td>"
        f"<td class=n>{device['repeats']}</td><td><small>{escape(notes) or '无'}</small></td></tr>"
    )


def _recent(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>还没有收到报文。</p>"
    return (
        "<table><tr><th>序号</th><th>仪器</th><th>时间</th><th class=n>大小</th><th>云端</th></tr>"
        + "".join(
            f"<tr><td>{row['seq']}</td><td>{escape(row['device'])}</td><td>{_epoch(row['stored_at'])}</td>"
            f"<td class=n>{row['size']} 字节</td><td>{_fate(row)}</td></tr>"
            for row in rows[:20]
        )
        + "</table>"
    )


def _fate(row: dict[str, Any]) -> str:
    if row["rejected"]:
        return f"被拒收：{escape(row['rejected'])}"
    return "已入库" if row["sent"] else "待上传"


def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return None


def _clock(moment: str | None) -> str:
    return datetime.fromisoformat(moment).astimezone(_zone()).strftime("%H:%M:%S") if moment else "无"


def _epoch(moment: float) -> str:
    return datetime.fromtimestamp(moment, _zone()).strftime("%m-%d %H:%M:%S")
