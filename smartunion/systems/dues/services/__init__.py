"""The services of this room and the code behind them."""

from smartunion.systems.dues.services.funds_question import FUNDS_QUESTION, FundsQuestionHandler

DEFINITIONS = (FUNDS_QUESTION,)
HANDLERS = (FundsQuestionHandler(),)

__all__ = ["DEFINITIONS", "HANDLERS"]
