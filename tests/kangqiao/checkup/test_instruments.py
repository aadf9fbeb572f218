"""An analyzer's results find their specimen, or wait in the tray with the reason."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from kangqiao.checkup.models import Checkup, CheckupItem, ItemResult, LabItemMapping, SupersededResult
from kangqiao.checkup.services import conclusion, station
from kangqiao.checkup.services.instruments import apply_instrument_results, translate_value
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.outbox import drain, publish
from kangqiao.instruments.models import EdgeAgent, InstrumentResult, RawTransmission

from .conftest import department, general_entries, item

pytestmark = pytest.mark.feature("I-11", "I-31")


@pytest.fixture
def agent(in_a) -> EdgeAgent:
    return EdgeAgent.objects.create(agent_id="agent-1", name="检验科前置机", public_key="k", fingerprint="f")


@pytest.fixture
def keys() -> Iterator[int]:
    return iter(range(1, 1000))


@pytest.fixture
def send(agent: EdgeAgent, keys: Iterator[int]):
    """A read transmission with the given (channel, value) lines, waiting for its match."""

    def run(barcode: str, *lines: tuple[str, str], device: str = "cbc-1") -> int:
        number = next(keys)
        stored = RawTransmission.objects.create(
            agent=agent,
            key=f"{number:064d}",
            seq=number,
            device=device,
            protocol="astm",
            raw=b"x",
            charset="auto",
            received_at=timezone.now(),
        )
        for place, (channel, value) in enumerate(lines, 1):
            InstrumentResult.objects.create(
                transmission=stored, line=place, device=device, barcode=barcode, channel_code=channel, value=value
            )
        return stored.pk

    return run


def statuses(transmission_id: int) -> list[tuple[str, str]]:
    rows = InstrumentResult.objects.filter(transmission_id=transmission_id).order_by("line")
    return [(row.match_status, row.reason) for row in rows]


def value_of(checkup: Checkup, code: str) -> ItemResult:
    return ItemResult.objects.get(checkup=checkup, item__code=code)


def test_results_announced_by_event_are_stored_with_flag_range_and_device(drawn: Checkup, send) -> None:
    transmission = send(drawn.specimens.get().barcode, ("WBC", "11.2"), ("HGB", "150"))
    publish("instruments.results_received", {"transmission_id": transmission})
    drain()
    white = value_of(drawn, "WBC")
    assert (white.value, white.flag, white.range_text) == ("11.2", "H", "3.5–9.5")
    assert (white.source, white.instrument) == ("instrument", "cbc-1")
    assert statuses(transmission) == [("matched", ""), ("matched", "")]
    drawn.refresh_from_db()
    assert drawn.status == "examining"


def test_a_re_run_keeps_both_values(drawn: Checkup, send) -> None:
    barcode = drawn.specimens.get().barcode
    apply_instrument_results(SYSTEM, send(barcode, ("WBC", "11.2")))
    apply_instrument_results(SYSTEM, send(barcode, ("WBC", "8.4")))
    white = value_of(drawn, "WBC")
    assert (white.value, white.flag, white.version) == ("8.4", "N", 2)
    assert list(SupersededResult.objects.values_list("value", "source")) == [("11.2", "instrument")]


def test_the_same_value_again_changes_nothing_and_is_still_matched(drawn: Checkup, send) -> None:
    barcode = drawn.specimens.get().barcode
    apply_instrument_results(SYSTEM, send(barcode, ("WBC", "8.4")))
    again = send(barcode, ("WBC", "8.4"))
    apply_instrument_results(SYSTEM, again)
    assert value_of(drawn, "WBC").version == 1
    assert statuses(again) == [("matched", "")]


def test_what_does_not_fit_waits_in_the_tray_with_its_reason(drawn: Checkup, send) -> None:
    unknown = send("09209901019999", ("WBC", "8.4"))
    apply_instrument_results(SYSTEM, unknown)
    assert statuses(unknown) == [("unmatched", "没有条码 09209901019999 的样本，请核对条码后重新匹配")]
    LabItemMapping.objects.create(channel_code="ALTX", item=item("ALT"))
    mixed = send(drawn.specimens.get().barcode, ("WBC", "8.4"), ("XYZ", "1"), ("ALTX", "20"), ("HGB", "abc"))
    apply_instrument_results(SYSTEM, mixed)
    found = statuses(mixed)
    assert [status for status, _ in found] == ["matched", "unmatched", "unmatched", "unmatched"]
    assert "没有检验对照" in found[1][1]
    assert "没有登记" in found[2][1]
    assert "不是数值" in found[3][1]
    assert ItemResult.objects.filter(checkup=drawn, item__code="HGB").count() == 0


def test_results_after_the_conclusion_was_opened_are_kept_out_with_the_reason(examined, chief: Actor, send) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    specimen = checkup.specimens.create(barcode="09202611239998", department=department("LAB"))
    late = send(specimen.barcode, ("WBC", "8.4"))
    apply_instrument_results(SYSTEM, late)
    assert statuses(late)[0][0] == "unmatched"
    assert "锁定" in statuses(late)[0][1]


def test_the_mapping_of_the_instrument_itself_wins_and_its_factor_counts(drawn: Checkup, send) -> None:
    LabItemMapping.objects.create(interface="cbc-1", channel_code="HGB", item=item("HGB"), factor="10")
    apply_instrument_results(SYSTEM, send(drawn.specimens.get().barcode, ("HGB", "15.04")))
    assert value_of(drawn, "HGB").value == "150"


@pytest.mark.parametrize(
    ("value", "expected"), [("5.126", "5.1"), ("<0.05", "<0.1"), ("阴性", "阴性"), ("POS", "阳性")]
)
def test_values_are_translated_into_our_unit_and_words(value: str, expected: str) -> None:
    number = CheckupItem(result_kind="numeric", decimals=1)
    assert translate_value(LabItemMapping(item=number, factor=1, text_map={"POS": "阳性"}), value) == expected


def test_a_value_typed_by_hand_survives_as_superseded_when_the_analyzer_speaks(
    drawn: Checkup, doctor: Actor, send
) -> None:
    entry = station.Entry(item("WBC").pk, "7.0")
    station.save_results(doctor, department("LAB").pk, drawn.pk, station.Saving(entries=[entry]))
    apply_instrument_results(SYSTEM, send(drawn.specimens.get().barcode, ("WBC", "8.4")))
    old = SupersededResult.objects.get()
    assert (old.value, old.source, old.entered_by_name) == ("7.0", "manual", doctor.name)


def test_pressure_readings_are_never_taken_for_a_laboratory_sheet(drawn: Checkup, doctor: Actor) -> None:
    with pytest.raises(Exception, match="不在本科室的检查单上"):
        station.save_results(doctor, department("LAB").pk, drawn.pk, station.Saving(entries=general_entries()))
