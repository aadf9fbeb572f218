"""Printed documents: plain values in, PDF bytes out. The only package that imports weasyprint."""
