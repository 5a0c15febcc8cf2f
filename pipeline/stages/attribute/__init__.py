"""Which municipality a finding is credited to, how many bodies it speaks of, and which year."""

from pipeline.stages.attribute.stage import Attribute

__all__ = ["Attribute"]
