"""The figures of one run as text."""

from typing import Any

HEAD = f"{'case':<43}{'ratio':>7}{'min':>7}{'cpu ratio':>11}{'queries':>9}{'python':>8}{'ms':>9}{'twin ms':>9}{'rounds':>8}"
EXPLANATION = """
ratio, min  wall time of the product / wall time of its twin in the same round: median of all rounds, smallest round
cpu ratio   the same for CPU seconds of the application and of its PostgreSQL backend together; steadier on a busy machine
queries     statements of one request; the twin sends exactly these through bare psycopg
python      the application's share of the product's CPU seconds; the rest is PostgreSQL's
ms          median wall time of one request on this machine, under its load: for orientation, not for comparison"""


def _case(figures: dict[str, Any]) -> str:
    wall, cpu = figures["ratios"]["product_to_twin"], figures["ratios"]["product_to_twin_cpu"]
    times = figures["milliseconds"]
    return (
        f"{figures['title']:<43}{wall['median']:>7.2f}{wall['smallest']:>7.2f}{cpu['median']:>11.2f}"
        f"{figures['queries']:>9}{figures['share_of_cpu_in_python']:>8.0%}"
        f"{times['product']['wall']:>9.1f}{times['twin']['wall']:>9.1f}{figures['rounds']:>8}"
    )


def _provisioning(figures: dict[str, Any]) -> list[str]:
    ratios = figures["ratios"]
    words = {
        "replay_to_bare": "new hospital / bare replay of the same SQL",
        "pool_to_bare": "new hospital from the pool / bare replay",
        "migrations_to_replay": "plain migrations / new hospital",
    }
    lines = [
        f"{text:<43}{ratios[name]['median']:>7.2f}{ratios[name]['smallest']:>7.2f}" for name, text in words.items()
    ]
    return [f"provisioning, {figures['tables']} tables{'':<20}{'ratio':>8}{'min':>7}", *lines]


def text_of(report: dict[str, Any]) -> str:
    """The whole report, ready to print."""
    machine = report["machine"]
    load = machine["load_average"]
    pressure = machine["cpu_pressure"]
    lines = [
        f"machine: {machine['processors']} processors, load {load['before'][0]} before and {load['after'][0]} after,"
        f" waiting for a processor (PSI avg60) {pressure['before']} % before and {pressure['after']} % after",
        f"python {machine['python']}, Django {machine['django']}, PostgreSQL {machine['postgres']} ({machine['durability']})",
        f"data: {report['rows']['persons']} persons, {report['rows']['queued_visits']} queued visits",
        "",
        HEAD,
        *(_case(figures) for figures in report["cases"]),
        "",
        *_provisioning(report["provisioning"]),
        EXPLANATION,
    ]
    if machine["busy"]:
        lines.append(
            "\nThe machine was busy with other work: read the cpu ratios; the wall ratios of this run are not reliable."
        )
    return "\n".join(lines)
