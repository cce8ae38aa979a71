"""Tokens and codes: which there are, whose, and how long they live."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from simulators.clock import Clock
from simulators.slack_api.ids import new_secret, new_token
from simulators.slack_api.refusals import Refusal

CODE_LIFETIME = 600


@dataclass(slots=True)
class Token:
    """A token of one workspace, or of the app itself."""

    kind: Literal["bot", "app"]
    team: str
    expires: float | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """What the app is told when a person installs it, to be exchanged once."""

    team: str
    user: str
    redirect_uri: str
    scopes: frozenset[str]
    org_wide: bool
    expires: float


@dataclass(slots=True)
class Tokens:
    """Every token that Slack has given."""

    clock: Clock
    _tokens: dict[str, Token] = field(default_factory=dict)
    _refreshing: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    def add(self, token: str, kind: Literal["bot", "app"], team: str = "") -> str:
        """Give a token that never expires."""
        self._tokens[token] = Token(kind, team)
        return token

    def rotating(self, team: str, lifetime: float) -> tuple[str, str]:
        """An access token that lives so many seconds, and the refresh token that is good for one more."""
        access, refresh = new_token("xoxe.xoxb-1"), new_token("xoxe-1")
        self._tokens[access] = Token("bot", team, self.clock.now() + lifetime)
        self._refreshing[refresh] = team
        return access, refresh

    def check(self, token: str) -> Token:
        """Whose token this is. Refusal if it is nobody's, or no longer valid."""
        if not token:
            raise Refusal("not_authed")
        found = self._tokens.get(token)
        if found is None:
            raise Refusal("invalid_auth")
        if found.revoked:
            raise Refusal("account_inactive")
        if found.expires is not None and self.clock.now() >= found.expires:
            raise Refusal("token_expired")
        return found

    def lives(self, token: str) -> bool:
        """Whether a token was given and not taken away."""
        return token in self._tokens and not self._tokens[token].revoked

    def revoke(self, team: str) -> None:
        """Take all tokens of a workspace away."""
        for token in self._tokens.values():
            if token.kind == "bot" and token.team == team:
                token.revoked = True
        self._refreshing = {token: of for token, of in self._refreshing.items() if of != team}

    def refresh(self, token: str) -> str:
        """The workspace of a refresh token, which is used up. Refusal if it is not valid, or no longer."""
        team = self._refreshing.pop(token, None)
        if team is None:
            raise Refusal("invalid_refresh_token")
        return team

    def new_code(
        self, team: str, user: str, redirect_uri: str, scopes: frozenset[str], *, org_wide: bool = False
    ) -> str:
        """A code for an installation that a person allowed."""
        code = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**12)}.{new_secret(64)}"
        expires = self.clock.now() + CODE_LIFETIME
        self._codes[code] = Code(team, user, redirect_uri, scopes, org_wide, expires)
        return code

    def exchange(self, code: str, redirect_uri: str) -> Code:
        """What a code stands for, which is used up. Refusal if it is not valid, or no longer."""
        found = self._codes.pop(code, None)
        if found is None or self.clock.now() >= found.expires:
            raise Refusal("invalid_code")
        if found.redirect_uri != redirect_uri:
            raise Refusal("bad_redirect_uri")
        return found
