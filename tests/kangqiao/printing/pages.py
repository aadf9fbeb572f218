"""Readers of finished PDFs: text, page images, barcodes, as a patient, a printer and a scanner meet them."""

import io
import subprocess
from pathlib import Path

import pypdf
import zxingcpp
from PIL import Image


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """Text of each page without line breaks or spaces, so that wrapping does not matter."""
    return ["".join(page.extract_text().split()) for page in reader(pdf).pages]


def images(pdf: bytes, folder: Path, dpi: int = 150, *, grey: bool = False) -> list[Image.Image]:
    source = folder / "document.pdf"
    source.write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), *(["-gray"] if grey else ["-png"]), str(source), str(folder / "page")]
    subprocess.run(command, check=True)
    return [Image.open(path) for path in sorted(folder.glob("page*"))]


def barcodes(image: Image.Image) -> list[tuple[str, str]]:
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(image)]
