"""Which items fit the budgets best, what each rule costs, what is fair between organisations, and how far views agree."""

from consortio_engine.choice.agreement import Agreement, ItemViews, kendall_w
from consortio_engine.choice.choose import Choice, Plan, Price, choose
from consortio_engine.choice.items import Budget, Item, Limits, Rule
from consortio_engine.choice.mknap import Knapsack, read_mknap
from consortio_engine.choice.pareto import Front, FrontPlan, pareto

__all__ = [
    "Agreement",
    "Budget",
    "Choice",
    "Front",
    "FrontPlan",
    "Item",
    "ItemViews",
    "Knapsack",
    "Limits",
    "Plan",
    "Price",
    "Rule",
    "choose",
    "kendall_w",
    "pareto",
    "read_mknap",
]
