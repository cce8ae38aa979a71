"""The gateway: what Discord tells an app through websockets (discord.com/developers, "Gateway")."""
