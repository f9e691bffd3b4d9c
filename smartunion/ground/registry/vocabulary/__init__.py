"""What spreadsheets call the things of the registry: kinds members, unions, employers, with every label in use.

Columns are found by these labels and by their contents, values by their labels too: never by a raw code number, since
the same number means different things in different lists (docs/spreadsheets.md).
"""

from smartunion.ground.registry.vocabulary.employers import EMPLOYERS
from smartunion.ground.registry.vocabulary.members import MEMBERS
from smartunion.ground.registry.vocabulary.unions import UNIONS

KINDS = (MEMBERS, UNIONS, EMPLOYERS)

__all__ = ["EMPLOYERS", "KINDS", "MEMBERS", "UNIONS"]
