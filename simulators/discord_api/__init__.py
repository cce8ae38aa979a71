"""What stands behind `simulators/discord.py`: Discord's guilds, rules, routes, gateway and interactions."""
