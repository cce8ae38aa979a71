"""What stands behind `simulators/openai.py`: the rules, answers and faults of the OpenAI API."""
