"""Municipalities, regions and districts: names, codes, and where a text names them.

Codes are text. `0120`: a municipality (four digits, as in official statistics). `0180-farsta`: a
district, its municipality's code and a slug. `01`: a region, the two digits of its county;
Gotland, whose region is its municipality, is `0980` throughout.
"""

from pipeline.gazetteer.lookup import Gazetteer
from pipeline.gazetteer.mentions import Mention
from pipeline.gazetteer.tables import Body

__all__ = ["Body", "Gazetteer", "Mention"]
