"""What Discord does to connections and sessions, at the wish of a test."""

from simulators.discord_api.gateway.codes import Close, Op
from simulators.discord_api.gateway.gateway import Gateway
from simulators.discord_api.gateway.homes import Home


def reconnect(gateway: Gateway) -> None:
    """Tell all connections to reconnect and resume (op 7), and end those that stay."""
    for connection in gateway.connections:
        connection.send_away()


def invalidate(gateway: Gateway, *, resumable: bool) -> None:
    """Tell all sessions that they are invalid (op 9); the connections stay open."""
    for session in gateway.sessions:
        connection, session.connection = session.connection, None
        session.lost_at = gateway.ground.clock.now()
        if not resumable:
            gateway.register.forget(session)
        if connection is not None:
            connection.say(Op.INVALID_SESSION, resumable)


def drop(gateway: Gateway) -> None:
    """Cut all connections without a word; the sessions can be resumed."""
    for connection in list(gateway.connections):
        connection.drop()


def close(gateway: Gateway, code: int = Close.UNKNOWN_ERROR) -> None:
    """End all connections with a code."""
    for connection in list(gateway.connections):
        connection.close(code)


def stop_acks(gateway: Gateway, *, silent: bool) -> None:
    """Answer no heartbeats any more on the connections that there are, and if `silent` send nothing else either."""
    for connection in gateway.connections:
        connection.acknowledging = False
        connection.speaking = not silent


def ask_for_heartbeats(gateway: Gateway) -> None:
    """Ask all connections for a heartbeat at once (op 1)."""
    for connection in gateway.connections:
        connection.say(Op.HEARTBEAT, None)


def take_down(gateway: Gateway, home: Home) -> None:
    """Have an outage of a guild: the app is still in it, but hears nothing of it ("Gateway Events", Guild Delete)."""
    gateway.tell("GUILD_DELETE", {"id": home.id, "unavailable": True}, home.id)
    gateway.register.down.add(home.id)


def bring_back(gateway: Gateway, home: Home) -> None:
    """End the outage of a guild."""
    gateway.register.down.discard(home.id)
    gateway.tell("GUILD_CREATE", home.snapshot(), home.id)


def end_sessions(gateway: Gateway) -> None:
    """Forget all sessions, so that none can be resumed, and end their connections."""
    for session in list(gateway.register.kept.values()):
        gateway.register.forget(session)
        if session.connection is not None:
            session.connection.close(Close.SESSION_TIMED_OUT)
