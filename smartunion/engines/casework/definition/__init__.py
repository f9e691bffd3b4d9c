"""A service's definition: typed, frozen, to and from JSON, checked with the place of every mistake."""

from smartunion.engines.casework.definition.checking import Known, Problem, check_definition
from smartunion.engines.casework.definition.codec import DefinitionError, dump, dump_condition, parse
from smartunion.engines.casework.definition.conditions import AllOf, AnyOf, Condition, Op, Test
from smartunion.engines.casework.definition.contracts import Contract, contract_of
from smartunion.engines.casework.definition.pieces import payee_fields
from smartunion.engines.casework.definition.shapes import (
    Agree,
    Appeal,
    Branch,
    Deadline,
    Definition,
    Feed,
    Field,
    FieldKind,
    Format,
    Material,
    Option,
    Reopening,
    Route,
    Rule,
    Section,
    Step,
    Voice,
    Who,
)
from smartunion.engines.casework.definition.texts import Text, text
from smartunion.engines.casework.rules import Rung

__all__ = [
    "Agree",
    "AllOf",
    "AnyOf",
    "Appeal",
    "Branch",
    "Condition",
    "Contract",
    "Deadline",
    "Definition",
    "DefinitionError",
    "Feed",
    "Field",
    "FieldKind",
    "Format",
    "Known",
    "Material",
    "Op",
    "Option",
    "Problem",
    "Reopening",
    "Route",
    "Rule",
    "Rung",
    "Section",
    "Step",
    "Test",
    "Text",
    "Voice",
    "Who",
    "check_definition",
    "contract_of",
    "dump",
    "dump_condition",
    "parse",
    "payee_fields",
    "text",
]
