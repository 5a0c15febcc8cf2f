"""The report: one HTML file in Swedish that opens offline and needs nothing besides itself."""

from pipeline.report.page import write_report

__all__ = ["write_report"]
