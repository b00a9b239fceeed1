"""Reads the logs companies have, each format by a small reader that streams its statements."""

from distill.company.reading.formats import FORMATS, LogFile, read_log

__all__ = ["FORMATS", "LogFile", "read_log"]
