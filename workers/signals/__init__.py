"""What continuous integration reports: SARIF becomes findings, JUnit and Cobertura signals.

The files come from elsewhere and are hostile: sizes, depths and counts are limited.
"""

from workers.signals.cobertura import coverage
from workers.signals.junit import tests
from workers.signals.sarif import reported
from workers.signals.shape import LARGEST, shape

__all__ = ["LARGEST", "coverage", "reported", "shape", "tests"]
