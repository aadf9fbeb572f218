import pytest

from kangqiao.printing.services import page_count, render_checkup_report, render_labels
from tests.kangqiao.printing import samples
from tests.kangqiao.printing.pages import reader


def test_pages_are_counted_as_a_reader_counts_them():
    for pdf in (
        render_labels([samples.label()]),
        render_labels([samples.label(copies=13)]),
        render_checkup_report(samples.big_report(60)),
    ):
        assert page_count(pdf) == len(reader(pdf).pages)


def test_what_is_no_pdf_has_no_page_count():
    with pytest.raises(ValueError, match="no page"):
        page_count(b"%PDF-1.7\nstream\nx\nendstream")
