"""QR codes as SVG."""

import io

import segno


def qr_svg(text: str) -> str:
    """An inline `<svg>` of the text, dark on transparent."""
    stream = io.BytesIO()
    segno.make(text, error="m").save(stream, kind="svg", xmldecl=False, svgns=True, border=1, scale=4)
    return stream.getvalue().decode()
