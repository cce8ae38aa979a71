"""What stands behind `simulators/noticeboard.py`: the posts, rules, answers and faults of a notice board."""
