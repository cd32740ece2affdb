"""The levels as expressions over a model's free requests and the parties that they touch, up to a constant."""

from collections.abc import Callable, Iterable
from typing import Any

from rbc_events.scheduling.engine import values
from rbc_events.scheduling.engine.model import Model
from rbc_events.scheduling.engine.people import continent
from rbc_events.scheduling.engine.sums import Sum


def expression_of(model: Model, name: str) -> Any:
    """The expression of a level (see `rbc_events.scheduling.problem.LEVELS`), up to a constant."""
    return _LEVELS[name](model)


def _must_haves(model: Model) -> Any:
    return sum(model.held[r] for r in model.free if model.instance.must[r])


def _weight(model: Model) -> Any:
    return sum(model.instance.problem.requests[r].weight * model.held[r] for r in model.free)


def _floors(model: Model) -> Any:
    total: list[Any] = []
    for members, least in model.instance.floors:
        if not model.touched.isdisjoint(members):
            held = Sum()
            for p in members:
                of_party = model.held_by(p)
                held.constant += of_party.constant
                held.terms += of_party.terms
            if least > held.constant:
                missing = model.cp.new_int_var(0, least - held.constant, "")
                model.cp.add(missing + held.expression() >= least)
                total.append(missing)
    return sum(total)


def _breaks(model: Model) -> Any:
    return sum(model.breaks.of(p).expression() for p in model.touched)


def _changes(model: Model) -> Any:
    return sum(1 - _kept(model, r) for r in model.free if r in model.instance.standing)


def _kept(model: Model, r: int) -> Any:
    slot, pool, interpreter = model.instance.standing[r]
    parts = [model.at.get((r, slot), 0)]
    if pool != -1:
        parts.append(model.in_pool.get((r, slot, pool), 0))
    if interpreter != -1:
        parts.append(model.by.get((r, slot, interpreter), 0))
    if any(isinstance(part, int) for part in parts):
        return 0
    if len(parts) == 1:
        return parts[0]
    kept = model.cp.new_bool_var("")
    for part in parts:
        model.cp.add_implication(kept, part)
    return kept


def _inconvenience(model: Model) -> Any:
    fixed = values.inconvenience_by_continent(model.instance, model.state, without=set(model.free))
    totals = {name: Sum(constant) for name, constant in fixed.items()}
    for r, s, variable in _online(model):
        for p in model.instance.parties_of[r]:
            if p in model.instance.inconvenience:
                quarters = sum(model.instance.inconvenience[p][t] for t in model.instance.covers(r, s))
                if quarters:
                    totals[continent(model.instance.problem.parties[p])].add(variable, quarters)
    if not totals:
        return 0
    highest = sum(total.constant + sum(w for _, w in total.terms) for total in totals.values())
    worst = model.cp.new_int_var(0, highest, "")
    for total in totals.values():
        model.cp.add(worst >= total.expression())
    return sum(total.expression() for total in totals.values()) + len(totals) * worst


def _online(model: Model) -> Iterable[tuple[int, int, Any]]:
    """(request, slot, variable) of what would be online: in a virtual room, or anywhere if there are no places."""
    if not model.instance.problem.places:
        return [(r, s, variable) for (r, s), variable in model.at.items()]
    virtual = {g for g, pool in enumerate(model.instance.pools) if pool.kind == "virtual"}
    return [(r, s, variable) for (r, s, g), variable in model.in_pool.items() if g in virtual]


_LEVELS: dict[str, Callable[[Model], Any]] = {
    "must_haves": _must_haves,
    "weight": _weight,
    "floors": _floors,
    "breaks": _breaks,
    "changes": _changes,
    "inconvenience": _inconvenience,
}
