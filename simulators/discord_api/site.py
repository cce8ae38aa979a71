"""Where Discord runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Site:
    """The address of this Discord (`http://127.0.0.1:…`), known once it runs."""

    base_url: str = ""

    @property
    def api_url(self) -> str:
        """What clients take as the address of the REST API."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Where a new session is begun."""
        return f"ws{self.base_url.removeprefix('http')}/gateway"

    @property
    def resume_url(self) -> str:
        """Where a session is taken up again."""
        return f"ws{self.base_url.removeprefix('http')}/resume"

    @property
    def cdn_url(self) -> str:
        """Where files are kept."""
        return f"{self.base_url}/cdn"
