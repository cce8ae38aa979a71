"""Faults as Slack shows them: when it fails, it answers with a page."""

from collections.abc import Callable

from aiohttp import web

from simulators import faults
from simulators.faults import Fault, FaultKind, next_fault

__all__ = ["Fault", "FaultKind", "meet", "next_fault"]


async def meet(fault: Fault, work: Callable[[], web.Response]) -> web.Response | None:
    """Do the work, or not, and answer as the fault says; None if the connection is to be cut."""
    return await faults.meet(fault, work, _failed)


def _failed(status: int) -> web.Response:
    return web.Response(status=status, text="<!DOCTYPE html>", content_type="text/html")
