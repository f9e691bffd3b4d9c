"""SmartUnion 智慧工会: a trade-union federation's whole work on one net."""

__version__ = "0.1.0"
